"""The readers of documents, by kind; they are run by `reader_worker`, in a process of its own."""

from dataclasses import replace
from typing import Literal

from arxiviz_pipeline.ingest.markdown_text import without_unsafe_links
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

DocumentKind = Literal["html", "latex", "pdf", "abstract"]


def read(content: bytes, kind: DocumentKind, url: str) -> ParsedPaper:
    """Read a document of this kind; no link in it leads to anything but a page or a picture.

    Args:
        content: The document as served; of the kind `latex`, an e-print's payload.
        kind: Which reader is to read it.
        url: Where it came from, for messages and links.

    Raises:
        PaperFormatError: If it is not of this kind, or there is no paper in it.
    """
    paper = _read(content, kind, url)
    safe = (replace(part, content=without_unsafe_links(part.content)) for part in paper.sections)
    return replace(paper, sections=tuple(safe))


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
