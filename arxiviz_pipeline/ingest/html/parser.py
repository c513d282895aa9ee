"""Reads a paper out of an HTML page: LaTeXML's of any generation, or one an author wrote."""

import re

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.html.document import find_article, open_page
from arxiviz_pipeline.ingest.html.front_matter import (
    document_abstract,
    document_authors,
    document_title,
)
from arxiviz_pipeline.ingest.html.notices import (
    UNTITLED,
    refuse_failed_conversion,
    refuse_notice,
)
from arxiviz_pipeline.ingest.html.plain import read_plain_page
from arxiviz_pipeline.ingest.html.plain_formulas import mark_formulas
from arxiviz_pipeline.ingest.html.sections import has_divisions, read_sections
from arxiviz_pipeline.ingest.markdown_text import normalise_spaces
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

_KEYWORDS = re.compile(r"\n\n\W*key ?words\b.*", re.IGNORECASE | re.DOTALL)
_SHORTEST_PAPER = 2000  # characters: less under no title is a conversion that failed
_SHORTEST_TEXT = 200  # characters: less is a notice of the site's


def parse_html(content: bytes, url: str) -> ParsedPaper:
    """Read a page's title, authors, abstract and sections.

    Args:
        content: The page as served.
        url: Where it came from, for messages; links inside are relative to it.

    Raises:
        PaperFormatError: If there is no paper in the page: it may also be a conversion that
            failed or a site's notice, which sites send as if all were well.
    """
    root = open_page(content, url)
    refuse_failed_conversion(root, url)
    article = find_article(root)
    paper = _read_plain(root, url) if article is None else _read_latexml(article)
    length = sum(len(part.content) for part in paper.sections)
    if not length:
        message = f"The page {url} holds no text of a paper: no section in it has any."
        raise PaperFormatError(message)
    if not paper.title and length < _SHORTEST_PAPER and _head_title(root) == UNTITLED:
        message = f"The page {url} is a conversion that failed: {UNTITLED!r} with little text."
        raise PaperFormatError(message)
    return paper


def _read_latexml(article: HtmlElement) -> ParsedPaper:
    title = document_title(article)
    authors = document_authors(article)
    abstract = document_abstract(article)
    sections = read_sections(article, title)
    if not has_divisions(article) and any(True for _ in article.iter("h2", "h3")):
        sections = read_plain_page(article).sections or sections
    if not abstract:
        found = (part.content for part in sections if part.role == "abstract")
        abstract = normalise_spaces(_KEYWORDS.sub("", next(found, "")))
    return ParsedPaper(title, authors, abstract, sections)


def _read_plain(root: HtmlElement, url: str) -> ParsedPaper:
    refuse_notice(root, url)
    mark_formulas(root)
    paper = read_plain_page(root)
    length = sum(len(part.content) for part in paper.sections)
    if paper.title == UNTITLED or length < _SHORTEST_TEXT:
        message = (
            f"The page {url} holds no paper: {length} characters of text and no LaTeXML article."
        )
        raise PaperFormatError(message)
    return paper


def _head_title(root: HtmlElement) -> str:
    return normalise_spaces(root.findtext(".//title") or "")
