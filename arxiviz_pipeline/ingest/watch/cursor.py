"""What a sensor remembers from one tick to the next: its cursor, as JSON."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from arxiviz_pipeline.domain.announcements import ANNOUNCE_TYPES, Announcement
from arxiviz_pipeline.domain.errors import InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId

_LONGEST_WAIT_SECONDS = 86400.0


class Cursor(BaseModel):
    """Which papers wait for a run, and when arXiv may be asked for more.

    Attributes:
        subject: What it is about; for anything else it is worth nothing.
        ask_after: When arXiv may be asked next, in seconds since the epoch.
        waiting: Announcements without a run, each as `written`.
    """

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    subject: str = ""
    ask_after: float = 0.0
    waiting: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None, subject: str) -> Self:
        """Read a cursor; one that is unreadable, old or about something else starts anew."""
        fresh = cls(subject=subject)
        if not text:
            return fresh
        try:
            found = cls.model_validate_json(text)
        except ValidationError:
            return fresh
        return found if found.subject == subject else fresh

    def write(self) -> str:
        """Return the cursor as `read` takes it."""
        return self.model_dump_json(exclude_defaults=True)

    @property
    def announcements(self) -> list[Announcement]:
        """Those that wait, the oldest first; what makes no sense is left out."""
        return [found for text in self.waiting if (found := _read(text)) is not None]

    def may_ask(self, now: float) -> bool:
        """Tell whether arXiv may be asked now."""
        # A moment that is too far off comes of a clock set back.
        return not 0 < self.ask_after - now <= _LONGEST_WAIT_SECONDS

    def postponed(self, seconds: float, now: float) -> Self:
        """Return what is known when arXiv is not to be asked for a while."""
        return self.model_copy(update={"ask_after": now + min(seconds, _LONGEST_WAIT_SECONDS)})


def written(announcements: Iterable[Announcement]) -> tuple[str, ...]:
    """Write announcements as short as they wait: `2608.11232v1 new`."""
    return tuple(f"{each.arxiv_id} {each.announce_type}" for each in announcements)


def _read(text: str) -> Announcement | None:
    arxiv_id, _, word = text.partition(" ")
    for announce_type in ANNOUNCE_TYPES:
        if announce_type == word:
            with suppress(InvalidArxivIdError):
                return Announcement(ArxivId.parse(arxiv_id), announce_type)
    return None
