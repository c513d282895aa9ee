"""Reads XML that arrived from outside: no entities, no network, no more of it than expected."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree
from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] (elements have no other name)

from arxiviz_pipeline.domain.errors import MalformedAnswerError

_SHOWN_BYTES = 60


def parse_xml(content: bytes, *, root: str, largest_bytes: int) -> _Element:
    """Parse an answer.

    Args:
        content: The answer's body.
        root: The tag that its outermost element must have, with its namespace in braces.
        largest_bytes: What is larger is refused.

    Raises:
        MalformedAnswerError: If it is anything else.
    """
    if len(content) > largest_bytes:
        message = f"arXiv's answer has {len(content)} bytes; at most {largest_bytes} were expected."
        raise MalformedAnswerError(message)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        found = etree.fromstring(content, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        start = content[:_SHOWN_BYTES].decode("utf-8", errors="replace")
        message = (
            f"arXiv's answer is no complete XML; it begins {start!r}. Try again later, or "
            "check the configured addresses."
        )
        raise MalformedAnswerError(message) from error
    if found.tag != root:
        message = f"arXiv's answer is XML, but {found.tag!r} where {root!r} was expected."
        raise MalformedAnswerError(message)
    return found


def text_of(parent: _Element, tag: str) -> str:
    """Return a child's text with single spaces, empty if there is no such child."""
    return " ".join((parent.findtext(tag) or "").split())


def texts_of(parent: _Element, tag: str) -> tuple[str, ...]:
    """Return the texts of all children of this tag that have any."""
    texts = (" ".join((child.text or "").split()) for child in parent.findall(tag))
    return tuple(text for text in texts if text)


def moment_in(text: str) -> datetime | None:
    """Read a date as RFC 5322 writes it, in UTC; None if it is no such date."""
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
