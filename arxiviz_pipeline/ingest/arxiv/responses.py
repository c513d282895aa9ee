"""Reads what the head of an HTTP response tells."""

import email.utils
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import httpx2

from arxiviz_pipeline.domain.errors import MalformedAnswerError
from arxiviz_pipeline.ingest.arxiv.answer import Answer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOCATION = "location"


def to_answer(url: str, response: httpx2.Response, content: bytes) -> Answer:
    """Make an answer of a response whose location was set aside.

    Raises:
        MalformedAnswerError: If it redirects to what is no address.
    """
    media_type, _, parameters = response.headers.get("Content-Type", "").partition(";")
    return Answer(
        url,
        response.status_code,
        media_type.strip().lower(),
        content,
        _location(url, response),
        charset=_charset(parameters),
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
    )


def set_location_aside(response: httpx2.Response) -> None:
    """Keep the client from preparing for a redirect it won't follow, where it fails of bad ones."""
    location = response.headers.pop("Location", None)
    if location is not None and response.status_code in REDIRECTS:
        response.extensions[_LOCATION] = location


def _location(url: str, response: httpx2.Response) -> str | None:
    found = response.extensions.get(_LOCATION)
    if found is None:
        return None
    try:
        location = urljoin(url, found)
        if urlsplit(location).hostname:
            return location
    except ValueError:
        pass
    message = f"{url} redirects to {found!r}, which is no address."
    raise MalformedAnswerError(message)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""


def retry_after_seconds(response: httpx2.Response) -> float | None:
    """Read Retry-After, which is a number of seconds or a date: RFC 9110, section 10.2.3."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
