"""Opens a PDF and reads all its lines and bookmarks, within limits."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.pdf.glyphs import read_glyphs
from arxiviz_pipeline.ingest.pdf.lines import Line, read_lines

MOST_PAGES = 400
_MOST_SECONDS = 15.0  # of computing: some drawings take PDFium minutes
_LARGEST_PAGE_POINTS = 14_400  # PDF 1.7, annex C.2
_LEAST_LETTERS = 200  # fewer on all pages together are a scan's stamp
_LEAST_LETTER_SHARE = 0.35  # of characters: formulas leave more, fonts without Unicode less
_LEAST_DRAWN_PART = 0.5  # of the text: with more inside forms, they are no figures
_MOST_BOOKMARKS = 2000
_PASSWORD_MARK = "password"  # noqa: S105  in PDFium's own message


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's outline; `level` counts from 0, `top` is where it leads to."""

    title: str
    level: int
    page: int
    top: float | None


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """All that is printed, in the order it is drawn.

    Attributes:
        bookmarks: In their order; empty where the document has no outline.
        author_field: What the document's information says of its authors.
    """

    lines: tuple[Line, ...]
    bookmarks: tuple[Bookmark, ...]
    author_field: str


def read_document(content: bytes, url: str) -> PrintedPaper:
    """Read a PDF's lines.

    Raises:
        PaperFormatError: If it cannot be opened, has no text, or more than any paper.
    """
    if b"%PDF-" not in content[:1024]:
        message = f"{url} is no PDF: it does not begin with '%PDF-'."
        raise PaperFormatError(message)
    try:
        with pdfium.PdfDocument(content) as document:
            _check_size(len(document), url)
            lines = tuple(_without_figures(list(_read_lines(document, url))))
            bookmarks = tuple(_read_bookmarks(document))
            author_field = document.get_metadata_dict().get("Author", "")
    except pdfium.PdfiumError as error:
        is_locked = _PASSWORD_MARK in str(error).lower()
        what = "is locked with a password" if is_locked else f"is damaged: {str(error).rstrip('.')}"
        message = f"The PDF {url} {what}. Try another format of the paper."
        raise PaperFormatError(message) from error
    _check_text(lines, url)
    return PrintedPaper(lines, bookmarks, author_field)


def _check_size(page_count: int, url: str) -> None:
    if not 0 < page_count <= MOST_PAGES:
        message = f"The PDF {url} has {page_count} pages; from 1 to {MOST_PAGES} can be read."
        raise PaperFormatError(message)


def _check_text(lines: tuple[Line, ...], url: str) -> None:
    text = "".join(line.text for line in lines).replace(" ", "")
    letter_count = sum(character.isalpha() for character in text)
    if letter_count < _LEAST_LETTERS:
        message = (
            f"The PDF {url} has {letter_count} letters of text: its pages are pictures, "
            "as scans are. Try another format of the paper."
        )
        raise PaperFormatError(message)
    if letter_count < _LEAST_LETTER_SHARE * len(text):
        message = (
            f"The PDF {url} does not tell what its characters mean: {letter_count} of {len(text)} "
            "are letters. Try another format of the paper."
        )
        raise PaperFormatError(message)


def _read_lines(document: pdfium.PdfDocument, url: str) -> Iterator[Line]:
    deadline = time.process_time() + _MOST_SECONDS
    for number, page in enumerate(document):
        where = f"Page {number + 1} of the PDF {url}"
        width, height = page.get_size()
        if not (math.isfinite(width + height) and max(width, height) <= _LARGEST_PAGE_POINTS):
            message = f"{where} is {width} by {height} points large; that is no paper's page."
            raise PaperFormatError(message)
        yield from read_lines(read_glyphs(page, where), number)
        page.close()
        if time.process_time() > deadline:
            message = f"{where} was reached after {_MOST_SECONDS} seconds, too slow to go on."
            raise PaperFormatError(message)


def _without_figures(lines: list[Line]) -> list[Line]:
    """Leave out what forms draw, unless they draw the pages as a whole."""
    drawn = [line for line in lines if not line.in_form]
    length = sum(len(line.text) for line in lines)
    is_paper = sum(len(line.text) for line in drawn) > _LEAST_DRAWN_PART * length
    return drawn if is_paper else lines


def _read_bookmarks(document: pdfium.PdfDocument) -> Iterator[Bookmark]:
    for count, bookmark in enumerate(document.get_toc(max_depth=8)):
        target = bookmark.get_dest()
        page = None if target is None else target.get_index()
        title = " ".join(bookmark.get_title().split())
        if target is not None and page is not None and title:
            _, view = target.get_view()
            yield Bookmark(title, bookmark.level, page, view[1] if len(view) > 1 else None)
        if count >= _MOST_BOOKMARKS:
            return
