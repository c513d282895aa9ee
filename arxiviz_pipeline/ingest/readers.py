"""The readers of documents, by kind; they are run by `reader_worker`, in a process of its own."""

import re
from dataclasses import replace
from typing import Literal

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.ingest.markdown_text import make_safe
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

DocumentKind = Literal["html", "latex", "pdf", "abstract"]

# Of no use to a reader, and refused by databases and XML.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read(content: bytes, kind: DocumentKind, url: str) -> ParsedPaper:
    """Read a document of this kind.

    Whatever it says, its sections hold no HTML and no links to programs, and no text of it control
    characters.

    Args:
        content: The document as served; of the kind `latex`, an e-print's payload.
        kind: Which reader is to read it.
        url: Where it came from, for messages and links.

    Raises:
        PaperFormatError: If it is not of this kind, or there is no paper in it.
    """
    paper = _read(content, kind, url)
    return ParsedPaper(
        title=_legal(paper.title),
        authors=tuple(map(_legal, paper.authors)),
        abstract=_legal(paper.abstract),
        sections=tuple(map(_safe, paper.sections)),
    )


def _safe(section: Section) -> Section:
    return replace(
        section,
        title=_legal(section.title),
        content=make_safe(_legal(section.content)),
        equations=tuple(map(_legal, section.equations)),
    )


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _read(content: bytes, kind: DocumentKind, url: str) -> ParsedPaper:
    # Each reader brings libraries of its own, and a worker reads one document.
    match kind:
        case "html":
            from arxiviz_pipeline.ingest.html.parser import parse_html

            return parse_html(content, url)
        case "latex":
            return _read_source(content, url)
        case "pdf":
            from arxiviz_pipeline.ingest.pdf.parser import parse_pdf

            return parse_pdf(content, url)
        case "abstract":
            from arxiviz_pipeline.ingest.abstract import parse_abstract

            return parse_abstract(content, url)


def _read_source(content: bytes, url: str) -> ParsedPaper:
    """Read what authors submitted, which may have been a page."""
    from arxiviz_pipeline.ingest.latex.archive import html_page
    from arxiviz_pipeline.ingest.latex.parser import parse_source

    page = html_page(content, url)
    if page is None:
        return parse_source(content, url)
    from arxiviz_pipeline.ingest.html.parser import parse_html

    return parse_html(page, url)
