"""A backfill: which days and categories are asked for, and how far the reading of them is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, Self

from arxiviz_pipeline.domain.announcements import Announcement, Wanted, parse_categories
from arxiviz_pipeline.domain.errors import ConfigurationError, MalformedAnswerError
from arxiviz_pipeline.ingest.arxiv.harvest import (
    HarvestPage,
    TokenExpiredError,
    submitted_between,
)
from arxiviz_pipeline.ingest.watch.cursor import Cursor, written

_FIRST_DAY = date(1991, 8, 1)  # arXiv's first month


@dataclass(frozen=True, slots=True)
class Backfill:
    """The papers whose first version was submitted on these days, both included, by UTC."""

    first_day: date
    last_day: date
    categories: tuple[str, ...]
    types: tuple[Literal["new", "cross"], ...] = ("new",)

    @classmethod
    def parse(
        cls,
        first_day: str,
        last_day: str,
        categories: Iterable[str],
        *,
        cross_lists: bool = False,
    ) -> Self:
        """Read days, as `2026-01-31`, and categories.

        Raises:
            ConfigurationError: If a day is none, they are in the wrong order, or nothing is asked.
        """
        first, last = _parse_day(first_day), _parse_day(last_day)
        if first > last:
            message = f"The first day, {first}, is after the last, {last}."
            raise ConfigurationError(message)
        if first < _FIRST_DAY:
            message = f"arXiv has no papers before {_FIRST_DAY}; the first day is {first}."
            raise ConfigurationError(message)
        if first > datetime.now(UTC).date():
            message = f"The first day, {first}, is still to come."
            raise ConfigurationError(message)
        found = parse_categories(categories)
        if not found:
            message = "No category is named. Give at least one, as 'cs.CL'."
            raise ConfigurationError(message)
        return cls(first, last, found, ("new", "cross") if cross_lists else ("new",))

    def __str__(self) -> str:
        """Return it for messages."""
        return f"{', '.join(self.categories)} from {self.first_day} to {self.last_day}"

    def found(self, page: HarvestPage) -> list[Announcement]:
        """Return the papers of these days on a page, of all types."""
        return submitted_between(page.papers, self.first_day, self.last_day)


class BackfillCursor(Cursor):
    """How far a backfill is; its subject is the request for it.

    Attributes:
        category_index: Which of the categories is being read; past the last, all are.
        changed_since: Where the list is begun again if its token expires.
        token: Asks for the list's next page; None begins it.
        requested_count: Runs asked for.
        skipped_count: Papers that needed none.
        refused: Categories that arXiv has no list of.
    """

    category_index: int = 0
    changed_since: date | None = None
    token: str | None = None
    requested_count: int = 0
    skipped_count: int = 0
    refused: tuple[str, ...] = ()

    @property
    def counts(self) -> str:
        """What came of it until now, for people."""
        counts = f"{self.requested_count} runs asked for, {self.skipped_count} papers skipped"
        return f"{counts}; arXiv refuses {', '.join(self.refused)}" if self.refused else counts

    def category(self, backfill: Backfill) -> str | None:
        """Return the category to read next, or None after the last."""
        if 0 <= self.category_index < len(backfill.categories):
            return backfill.categories[self.category_index]
        return None

    def begin(self, backfill: Backfill) -> date:
        """Return from which day of change on the list is to be asked for."""
        return self.changed_since or backfill.first_day

    def after_page(self, page: HarvestPage, backfill: Backfill, wanted: Wanted) -> Self:
        """Return how far it is after a page was read.

        Raises:
            MalformedAnswerError: If the page points to itself.
        """
        if page.token is not None and page.token == self.token:
            message = f"arXiv's list goes round in circles: {page.token!r} leads to itself."
            raise MalformedAnswerError(message)
        added = written(wanted.choose(backfill.found(page)))
        known = {"waiting": tuple(dict.fromkeys((*self.waiting, *added)))}
        if page.token is None:
            following = {"category_index": self.category_index + 1, "changed_since": None}
        else:
            following = {"changed_since": page.last_changed or self.changed_since}
        return self.model_copy(update={**known, **following, "token": page.token})

    def begun_again(self) -> Self:
        """Return how far it is when the token has expired: at the last day of change."""
        return self.model_copy(update={"token": None})

    def after_refusal(self, category: str) -> Self:
        """Return how far it is when arXiv has no list of a category: at the next one."""
        return self.model_copy(
            update={
                "category_index": self.category_index + 1,
                "changed_since": None,
                "token": None,
                "refused": (*self.refused, category),
            }
        )

    def after_planning(
        self, waiting: Sequence[Announcement], requested_count: int, skipped_count: int
    ) -> Self:
        """Return how far it is after runs were asked for."""
        return self.model_copy(
            update={
                "waiting": written(waiting),
                "requested_count": self.requested_count + requested_count,
                "skipped_count": self.skipped_count + skipped_count,
            }
        )


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        message = f"{text!r} is not a day. Expected one like '2026-01-31'."
        raise ConfigurationError(message) from error


def list_papers(
    fetch_page: Callable[[str, date, str | None], HarvestPage], backfill: Backfill
) -> Iterator[Announcement]:
    """List the papers of a backfill of all types, page by page, as far as they are asked for.

    Args:
        fetch_page: Fetches a page of a category: changed since a day, or as a token says.
        backfill: Which papers.

    Raises:
        PaperSourceError: If a page cannot be had.
        ConfigurationError: If arXiv refuses what is asked for.
    """
    cursor = BackfillCursor()
    nothing = Wanted(())
    begun_at: date | None = None
    while (category := cursor.category(backfill)) is not None:
        try:
            page = fetch_page(category, cursor.begin(backfill), cursor.token)
        except TokenExpiredError:
            if cursor.token is None or begun_at == cursor.changed_since:
                raise  # no day's changes can be read to their end
            begun_at = cursor.changed_since
            cursor = cursor.begun_again()
            continue
        yield from backfill.found(page)
        cursor = cursor.after_page(page, backfill, nothing)
