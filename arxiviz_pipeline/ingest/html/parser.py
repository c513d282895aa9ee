"""Reads a paper out of an HTML page: LaTeXML's of any generation, or one an author wrote."""

import re

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.html.document import (
    document_abstract,
    document_authors,
    document_title,
    find_article,
    open_page,
)
from arxiviz_pipeline.ingest.html.markdown import normalise_spaces
from arxiviz_pipeline.ingest.html.plain import read_plain_page
from arxiviz_pipeline.ingest.html.sections import has_divisions, read_sections
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

_ABSTRACT_PAGE_FIELD = "citation_arxiv_id"  # in every arxiv.org/abs page, in no paper
_FAILED_CONVERSION = b"Untitled Document"  # the title LaTeXML gives where it found none
_FATAL_ERROR = b"Conversion to HTML had a Fatal error"  # ar5iv's own words
_KEYWORDS = re.compile(r"\n\n\W*key ?words\b.*", re.IGNORECASE | re.DOTALL)
_SHORTEST_PAPER = 2000  # characters
_SHORTEST_TEXT = 200  # characters: less is a notice of the site's


def parse_html(content: bytes, url: str) -> ParsedPaper:
    """Read a page's title, authors, abstract and sections.

    Args:
        content: The page as served.
        url: Where it came from, for messages.

    Raises:
        PaperFormatError: If there is no paper in the page.
    """
    root = open_page(content, url)
    article = find_article(root)
    paper = _read_plain(root, url) if article is None else _read_latexml(article)
    if not paper.sections or not any(part.content for part in paper.sections):
        message = f"The page {url} holds no text of a paper: no section in it has any."
        raise PaperFormatError(message)
    return paper


def is_failed_conversion(content: bytes, url: str) -> bool:
    """Tell a page that only says that LaTeXML gave up, which sites send as if all were well."""
    if _FATAL_ERROR in content:
        return True
    try:
        paper = parse_html(content, url)
    except PaperFormatError:
        return True
    length = sum(len(part.content) for part in paper.sections)
    return not paper.title and _FAILED_CONVERSION in content and length < _SHORTEST_PAPER


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
    if any(meta.get("name") == _ABSTRACT_PAGE_FIELD for meta in root.iter("meta")):
        message = (
            f"{url} is arXiv's page about a paper, not the paper. "
            "Save its HTML page instead: the address with /html/ in place of /abs/."
        )
        raise PaperFormatError(message)
    paper = read_plain_page(root)
    length = sum(len(part.content) for part in paper.sections)
    if paper.title.encode() == _FAILED_CONVERSION or length < _SHORTEST_TEXT:
        message = (
            f"The page {url} holds no paper: {length} characters of text and no LaTeXML article."
        )
        raise PaperFormatError(message)
    return paper
