"""What the watch remembers from one look at the feed to the next."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Self

from arxiviz_pipeline.domain.announcements import Announcement, Wanted
from arxiviz_pipeline.ingest.arxiv.rss import Feed
from arxiviz_pipeline.ingest.watch.cursor import Cursor, written

ASK_AGAIN_SECONDS = 1800.0  # arXiv announces once a day, at midnight in New York or somewhat later
_MOST_SEEN = 4000
_SATURDAY = 5


class WatchCursor(Cursor):
    """What is known of the feed of some categories.

    Attributes:
        built: `Feed.built` of the last feed.
        published: The day of the last feed.
        seen: Keys of announcements that were queued, the newest last.
    """

    built: str = ""
    published: date | None = None
    seen: tuple[str, ...] = ()

    def with_waiting(self, announcements: Iterable[Announcement]) -> Self:
        """Return what is known when these are the ones that wait."""
        return self.model_copy(update={"waiting": written(announcements)})

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
                "waiting": (*self.waiting, *written(added)),
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


def _day(moment: datetime | None) -> date | None:
    """Return the day of a feed; its midnight in New York is the same day by UTC."""
    return None if moment is None else moment.astimezone(UTC).date()
