"""Reads arXiv's daily feed of announcements: RSS, https://info.arxiv.org/help/rss.html."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.announcements import ANNOUNCE_TYPES, Announcement, AnnounceType
from arxiviz_pipeline.domain.errors import InvalidArxivIdError, MalformedAnswerError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.xml_answers import moment_in, parse_xml, text_of, texts_of

LARGEST_FEED_BYTES = 32 * 1024 * 1024  # an item has about 2 KB, and a feed at most 2000
MOST_ITEMS = 2000  # arXiv cuts what is beyond: the same page
_ARXIV = "{http://arxiv.org/schemas/atom}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_GUID = "oai:arXiv.org:"
_TYPES: dict[str, AnnounceType] = {each: each for each in ANNOUNCE_TYPES}


@dataclass(frozen=True, slots=True)
class Feed:
    """What arXiv announces on one day in some categories; nothing at weekends and on holidays.

    Attributes:
        built: When arXiv made the feed, as it writes it; two feeds built at once are the same.
        published: The day of the announcements, or None if it isn't told.
        unreadable_count: Items that are no announcement of a paper.
    """

    built: str
    published: datetime | None
    announcements: tuple[Announcement, ...]
    unreadable_count: int = 0

    @property
    def may_be_cut(self) -> bool:
        """Whether the feed is as long as feeds can be, so that there may be more."""
        return len(self.announcements) + self.unreadable_count >= MOST_ITEMS


def feed_url(rss_url: str, categories: Sequence[str]) -> str:
    """Return the address of one feed for several categories."""
    return f"{rss_url.rstrip('/')}/{'+'.join(categories)}"


def parse_feed(content: bytes) -> Feed:
    """Read a feed; an item that cannot be read is counted, and costs no other.

    Raises:
        MalformedAnswerError: If it is no RSS feed, or none of its items can be read.
    """
    channel = parse_xml(content, root="rss", largest_bytes=LARGEST_FEED_BYTES).find("channel")
    if channel is None:
        message = "arXiv's feed has no channel."
        raise MalformedAnswerError(message)
    items = channel.findall("item")
    announcements = tuple(found for item in items if (found := _announcement(item)) is not None)
    if items and not announcements:
        start = text_of(items[0], "title")[:60]
        message = (
            f"None of the {len(items)} items of arXiv's feed has a paper's guid and an announce "
            f"type; the first is {start!r}."
        )
        raise MalformedAnswerError(message)
    return Feed(
        built=text_of(channel, "lastBuildDate"),
        published=moment_in(text_of(channel, "pubDate")),
        announcements=announcements,
        unreadable_count=len(items) - len(announcements),
    )


def describe_refusal(content: bytes) -> str:
    """Return what arXiv says in a feed that only tells an error, or an empty text."""
    try:
        channel = parse_xml(content, root="rss", largest_bytes=LARGEST_FEED_BYTES).find("channel")
    except MalformedAnswerError:
        return ""
    return "" if channel is None else text_of(channel, "description")


def _announcement(item: _Element) -> Announcement | None:
    announce_type = _TYPES.get(text_of(item, f"{_ARXIV}announce_type"))
    guid = text_of(item, "guid")
    if announce_type is None or not guid.startswith(_GUID):
        return None
    try:
        arxiv_id = ArxivId.parse(guid.removeprefix(_GUID))
    except InvalidArxivIdError:
        return None
    return Announcement(
        arxiv_id,
        announce_type,
        title=text_of(item, "title"),
        categories=texts_of(item, "category"),
        licence=text_of(item, f"{_DUBLIN_CORE}rights") or None,
    )
