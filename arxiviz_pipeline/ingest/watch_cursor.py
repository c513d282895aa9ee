"""What the watch remembers from one look at the feed to the next: a sensor's cursor, as JSON."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from arxiviz_pipeline.domain.errors import InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.announcements import ANNOUNCE_TYPES, Announcement, Wanted
from arxiviz_pipeline.ingest.arxiv.rss import Feed

ASK_AGAIN_SECONDS = 1800.0  # arXiv announces once a day, at midnight in New York or somewhat later
LONGEST_WAIT_SECONDS = 86400.0
_MOST_SEEN = 4000
_SATURDAY = 5


class WatchCursor(BaseModel):
    """What is known of the feed, and which of its papers wait for a run.

    Attributes:
        watched: The categories and types this is about; with others it is worth nothing.
        built: `Feed.built` of the last feed.
        published: The day of the last feed.
        ask_after: When the feed may be asked for next, in seconds since the epoch.
        seen: Keys of announcements that were queued, the newest last.
        waiting: Announcements without a run, each as `written`.
    """

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    watched: str = ""
    built: str = ""
    published: date | None = None
    ask_after: float = 0.0
    seen: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None, watched: str) -> Self:
        """Read a cursor; one that is unreadable, old or about something else starts anew."""
        fresh = cls(watched=watched)
        if not text:
            return fresh
        try:
            found = cls.model_validate_json(text)
        except ValidationError:
            return fresh
        return found if found.watched == watched else fresh

    def write(self) -> str:
        """Return the cursor as `read` takes it."""
        return self.model_dump_json(exclude_defaults=True)

    @property
    def announcements(self) -> list[Announcement]:
        """Those that wait, the oldest first."""
        return read_waiting(self.waiting)

    def may_ask(self, now: float) -> bool:
        """Tell whether the feed may be asked for now."""
        return is_due(self.ask_after, now)

    def postponed(self, seconds: float, now: float) -> Self:
        """Return what is known when arXiv is not to be asked for a while."""
        return self.model_copy(update={"ask_after": now + min(seconds, LONGEST_WAIT_SECONDS)})

    def with_waiting(self, announcements: Iterable[Announcement]) -> Self:
        """Return what is known when these are the ones that wait."""
        return self.model_copy(update={"waiting": tuple(map(written, announcements))})

    def after_feed(self, feed: Feed, wanted: Wanted, now: float) -> Self:
        """Return what is known after a feed was read; what was seen before is not queued again."""
        known = {"ask_after": now + ASK_AGAIN_SECONDS}
        if feed.built and feed.built == self.built:
            return self.model_copy(update=known)
        seen = set(self.seen)
        added = [each for each in wanted.choose(feed.announcements) if each.key not in seen]
        return self.model_copy(
            update={
                **known,
                "built": feed.built,
                "published": _day(feed.published) or self.published,
                "seen": (*self.seen, *(each.key for each in added))[-_MOST_SEEN:],
                "waiting": (*self.waiting, *map(written, added)),
            }
        )

    def missed_days(self, feed: Feed) -> tuple[date, ...]:
        """Return the days between the last feed and this one whose feed nobody read.

        There is no feed for weekends; on a holiday one is missed in vain.
        """
        today = _day(feed.published)
        if self.published is None or today is None:
            return ()
        between = (today - self.published).days - 1
        days = (self.published + timedelta(days=1 + number) for number in range(min(between, 366)))
        return tuple(day for day in days if day.weekday() < _SATURDAY)


def is_due(ask_after: float, now: float) -> bool:
    """Tell whether a moment has come; one that is too far off comes of a clock set back."""
    return not 0 < ask_after - now <= LONGEST_WAIT_SECONDS


def written(announcement: Announcement) -> str:
    """Write an announcement as short as it waits: `2608.11232v1 new`."""
    return f"{announcement.arxiv_id} {announcement.announce_type}"


def read_waiting(waiting: Iterable[str]) -> list[Announcement]:
    """Read what `written` wrote, and leave out what it did not."""
    found: list[Announcement] = []
    for text in waiting:
        arxiv_id, _, word = text.partition(" ")
        for announce_type in ANNOUNCE_TYPES:
            if announce_type == word:
                try:
                    found.append(Announcement(ArxivId.parse(arxiv_id), announce_type))
                except InvalidArxivIdError:
                    continue
    return found


def _day(moment: datetime | None) -> date | None:
    """Return the day of a feed; its midnight in New York is the same day by UTC."""
    return None if moment is None else moment.astimezone(UTC).date()
