"""Reads documents of any format that can be read: today that is HTML."""

from pathlib import Path
from typing import Literal

from arxiviz_pipeline.domain.errors import PaperFormatError, PaperNotFoundError
from arxiviz_pipeline.domain.models import PaperDocument, Section
from arxiviz_pipeline.ingest.html.document import LARGEST_PAGE_BYTES
from arxiviz_pipeline.ingest.html.parser import parse_html
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

DocumentFormat = Literal["html", "latex", "pdf"]

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_FORMATS: dict[str, DocumentFormat] = {
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".gz": "latex",
    ".tar": "latex",
    ".tex": "latex",
    ".tgz": "latex",
    ".pdf": "pdf",
}


def split_into_sections(document: PaperDocument) -> tuple[Section, ...]:
    """Split a fetched paper into its sections, in reading order.

    Raises:
        PaperFormatError: If the document is in a format that cannot be read, or holds no text.
    """
    media_type = document.media_type.partition(";")[0].strip().lower()
    if media_type not in _HTML_TYPES:
        message = (
            f"{document.paper.arxiv_id} came as {media_type!r} from {document.url}; "
            "only HTML can be read so far."
        )
        raise PaperFormatError(message)
    return parse_html(document.content, document.url).sections


def parse_file(path: Path, document_format: DocumentFormat | None = None) -> ParsedPaper:
    """Read a paper out of a file.

    Args:
        path: The file.
        document_format: What it is; None tells it by the file's name, or its first bytes.

    Raises:
        PaperNotFoundError: If there is no such file, or it cannot be opened.
        PaperFormatError: If it is no paper in HTML.
    """
    content = _read(path)
    found = document_format or _format_of(path, content)
    if found != "html":
        message = (
            f"{str(path)!r} is {found}; only html can be read so far. "
            "Save the paper's page from arxiv.org/html or ar5iv and give that."
        )
        raise PaperFormatError(message)
    return parse_html(content, str(path))


def _read(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            message = f"{str(path)!r} is not a file. Give the page itself, such as page.html."
            raise PaperFormatError(message)
        size_bytes = path.stat().st_size
        content = path.read_bytes() if size_bytes <= LARGEST_PAGE_BYTES else None
    except OSError as error:
        message = f"The file {str(path)!r} cannot be read: {error.strerror or error}."
        raise PaperNotFoundError(message) from error
    except ValueError as error:  # a NUL in the name
        message = f"{str(path)!r} is not the name of a file: {error}."
        raise PaperNotFoundError(message) from error
    if content is None:
        message = (
            f"The file {str(path)!r} has {size_bytes} bytes; "
            f"at most {LARGEST_PAGE_BYTES} can be read as a paper."
        )
        raise PaperFormatError(message)
    if not content.strip():
        message = f"The file {str(path)!r} is empty."
        raise PaperFormatError(message)
    return content


def _format_of(path: Path, content: bytes) -> DocumentFormat:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x1f\x8b"):
        return "latex"
    return _FORMATS.get(path.suffix.lower(), "html")
