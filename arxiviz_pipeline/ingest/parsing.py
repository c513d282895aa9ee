"""Reads papers out of documents and files of any format, each in a process of its own."""

import re
from pathlib import Path
from typing import Literal

from arxiviz_pipeline.domain.errors import PaperFormatError, PaperNotFoundError
from arxiviz_pipeline.domain.models import PaperDocument, Section, SourceFormat
from arxiviz_pipeline.ingest.confined_reader import read_confined
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.readers import DocumentKind

DocumentFormat = Literal["html", "latex", "pdf"]

LARGEST_DOCUMENT_BYTES = 100 * 1024 * 1024  # arXiv takes submissions of up to 50 MB
_KINDS: dict[SourceFormat, DocumentKind] = {
    "html": "html",
    "ar5iv": "html",
    "latex": "latex",
    "pdf": "pdf",
    "abstract": "abstract",
}
_SUFFIXES: dict[str, DocumentFormat] = {
    ".htm": "html",
    ".html": "html",
    ".xht": "html",
    ".xhtml": "html",
    ".gz": "latex",
    ".ltx": "latex",
    ".tar": "latex",
    ".tex": "latex",
    ".tgz": "latex",
    ".zip": "latex",
    ".pdf": "pdf",
}
_ARCHIVES = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TAR_MAGIC = slice(257, 262)
_LOOKED_AT_BYTES = 100_000
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|body|article|h1)\b", re.IGNORECASE)
_TEX = re.compile(rb"\\(?:document(?:class|style)|begin\s*\{|input\b|magnification|section)")


def parse_document(document: PaperDocument) -> ParsedPaper:
    """Read a fetched paper.

    Raises:
        PaperFormatError: If the document cannot be read, or holds no paper.
    """
    kind = _KINDS[document.paper.source_format]
    return read_confined(document.content, kind, document.url)


def split_into_sections(document: PaperDocument) -> tuple[Section, ...]:
    """Split a fetched paper into its sections, in reading order.

    Raises:
        PaperFormatError: If the document cannot be read, or holds no paper.
    """
    return parse_document(document).sections


def parse_file(path: Path, document_format: DocumentFormat | None = None) -> ParsedPaper:
    """Read a paper out of a file: a page, a LaTeX source or its archive, or a PDF.

    Args:
        path: The file.
        document_format: What it is; None tells it by the file's first bytes and its name.

    Raises:
        PaperNotFoundError: If there is no such file, or it cannot be opened.
        PaperFormatError: If no paper can be read from it.
    """
    content = _read(path)
    kind = document_format or _format_of(path, content)
    return read_confined(content, kind, path.absolute().as_uri())


def _read(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            message = f"{str(path)!r} is not a file. Give the document itself, such as page.html."
            raise PaperFormatError(message)
        size_bytes = path.stat().st_size
        content = path.read_bytes() if size_bytes <= LARGEST_DOCUMENT_BYTES else None
    except OSError as error:
        message = f"The file {str(path)!r} cannot be read: {error.strerror or error}."
        raise PaperNotFoundError(message) from error
    except ValueError as error:  # a NUL in the name
        message = f"{str(path)!r} is not the name of a file: {error}."
        raise PaperNotFoundError(message) from error
    if content is None:
        message = (
            f"The file {str(path)!r} has {size_bytes} bytes; "
            f"at most {LARGEST_DOCUMENT_BYTES} can be read as a paper."
        )
        raise PaperFormatError(message)
    if not content.strip():
        message = f"The file {str(path)!r} is empty."
        raise PaperFormatError(message)
    return content


def _format_of(path: Path, content: bytes) -> DocumentFormat:
    """Tell what a file is: by its first bytes where they say it, else by its name.

    Raises:
        PaperFormatError: If neither tells.
    """
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(_ARCHIVES) or content[_TAR_MAGIC] == b"ustar":
        return "latex"
    if named := _SUFFIXES.get(path.suffix.lower()):
        return named
    beginning = content[:_LOOKED_AT_BYTES]
    page, tex = _PAGE.search(beginning), _TEX.search(beginning)
    if not (page or tex) and b"\0" in beginning and not beginning.startswith(_UTF_16):
        message = f"{str(path)!r} is no page, no LaTeX source or archive of one, and no PDF."
        raise PaperFormatError(message)
    return "latex" if tex and not (page and page.start() < tex.start()) else "html"
