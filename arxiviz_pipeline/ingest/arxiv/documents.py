"""Tells by an answer whether a paper's document is there: sites have many ways to say it is not."""

import re
from http import HTTPStatus
from typing import Final

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.domain.models import SourceFormat
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.html.charset import to_utf8

_YEAR_SECONDS = 365 * 86_400.0
_DAY_SECONDS = 86_400.0
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_BEGINNING_BYTES = 4096
_PDF_PLACE_BYTES = 1024  # readers look for a PDF's first bytes as far as here
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|article|section|h1|title|meta|p|div|table)\b",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<[^<>]*>")
_UNTITLED = re.compile(rb"<title>\s*Untitled Document\s*</title>", re.IGNORECASE)
_SHORTEST_PAPER_BYTES = 2000
_LONGEST_NOTICE_BYTES = 200_000
_NOTICES: Final = {
    b"Conversion to HTML had a Fatal error": "its conversion to HTML failed",
    b"<h1>No HTML for": "the site has no HTML of it",
    b"HTML is not available for the source": "the site has no HTML of it",
    b"HTML or source was not provided": "its authors gave no file to make it of",
    b"<h1>File unavailable for": "its authors gave no file to make it of",
}


class FileMissingError(PaperFormatError):
    """The site says that it has no such file."""


def media_type_of(source_format: SourceFormat, answer: Answer) -> str:
    """Tell what a document is, by its bytes rather than by its header.

    Raises:
        FileMissingError: If the site says that there is none.
        PaperFormatError: If the answer is something else.
    """
    _refuse_absence(answer)
    if not answer.content.strip():
        raise _absent(answer, "the answer is empty")
    match source_format:
        case "html" | "ar5iv":
            return _page_type(answer)
        case "latex":
            return _source_type(answer)
        case "pdf":
            if b"%PDF-" not in answer.content[:_PDF_PLACE_BYTES]:
                raise _absent(answer, f"the answer is no PDF; it begins {answer.beginning!r}")
            return "application/pdf"
        case "abstract":
            return "text/plain"


def content_of(source_format: SourceFormat, answer: Answer) -> bytes:
    """Return a document as it came; a page's text is brought into UTF-8."""
    if source_format in ("html", "ar5iv"):
        return to_utf8(answer.content, answer.charset)
    return answer.content


def seconds_fresh(source_format: SourceFormat, answer: Answer) -> float:
    """Tell how long an answer is good for: a version's documents don't change any more.

    One that is not there may still be made, and ar5iv makes its pages anew.
    """
    try:
        media_type_of(source_format, answer)
    except PaperFormatError:
        return _DAY_SECONDS
    return 30 * _DAY_SECONDS if source_format == "ar5iv" else _YEAR_SECONDS


def _refuse_absence(answer: Answer) -> None:
    if answer.status in _MISSING:
        message = f"There is none at {answer.url}: HTTP {answer.status}."
        raise FileMissingError(message)
    if answer.location is not None:
        raise _absent(answer, f"it leads to {answer.location}")
    if answer.status != HTTPStatus.OK:
        raise _absent(answer, f"HTTP {answer.status} where a document was expected")


def _page_type(answer: Answer) -> str:
    page = to_utf8(answer.content, answer.charset)
    if reason := _notice(page):
        raise _absent(answer, reason)
    if not _MARKUP.search(page[:_BEGINNING_BYTES]):
        raise _absent(answer, f"the answer is no page; it begins {answer.beginning!r}")
    is_xhtml = answer.media_type == "application/xhtml+xml"
    return "application/xhtml+xml" if is_xhtml else "text/html"


def _source_type(answer: Answer) -> str:
    content = answer.content
    if content.startswith(b"%PDF-"):
        raise _absent(answer, "its authors submitted a PDF without its source")
    if content.startswith(b"%!PS"):
        raise _absent(answer, "its authors submitted PostScript without its source")
    if reason := _notice(content):
        raise _absent(answer, reason)
    if content.startswith(b"\x1f\x8b"):
        return "application/gzip"
    return answer.media_type or "application/octet-stream"


def _notice(page: bytes) -> str:
    """Return what a page says in place of a paper, or nothing."""
    if len(page) > _LONGEST_NOTICE_BYTES:
        return ""
    for words, reason in _NOTICES.items():
        if words in page:
            return reason
    is_short = len(_TAG.sub(b"", page).strip()) < _SHORTEST_PAPER_BYTES
    return "its conversion to HTML failed" if is_short and _UNTITLED.search(page) else ""


def _absent(answer: Answer, reason: str) -> PaperFormatError:
    return PaperFormatError(f"There is none at {answer.url}: {reason}.")
