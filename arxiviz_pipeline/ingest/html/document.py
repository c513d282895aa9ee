"""Opens a page: bytes to a tree with plain tags, whole links and folded formulas; its article."""

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.html.boxes import unpack_boxes
from arxiviz_pipeline.ingest.html.charset import to_utf8
from arxiviz_pipeline.ingest.html.math import classes_of, fold_math
from arxiviz_pipeline.ingest.html.math_text import legal_text

LARGEST_PAGE_BYTES = 50 * 1024 * 1024  # the largest arXiv pages seen have about 20 MB
_ALERT = "package-alerts"  # arXiv's box about packages LaTeXML lacks has the article's class, too
_PICTURE_TAGS = ("img", "object", "embed")
_WEB = ("http", "https")
_PREFIXED = re.compile(r"(?:m|mml|math|h|html|xhtml|svg):([a-z0-9]+)", re.IGNORECASE)


def open_page(content: bytes, url: str) -> HtmlElement:
    """Read a page into a tree, each formula reduced to its LaTeX.

    Raises:
        PaperFormatError: If there is nothing in it, or too much.
    """
    if len(content) > LARGEST_PAGE_BYTES:
        message = (
            f"The page {url} has {len(content)} bytes; "
            f"at most {LARGEST_PAGE_BYTES} can be read as a paper."
        )
        raise PaperFormatError(message)
    try:
        text = to_utf8(content, "").replace(b"\0", b"")
        root = lxml_html.document_fromstring(text, parser=_parser())
    except (etree.LxmlError, ValueError) as error:
        message = f"The page {url} is empty or is no HTML: {error}"
        raise PaperFormatError(message) from error
    _drop_prefixes(root)
    _resolve_pictures(root, url)
    fold_math(root)
    unpack_boxes(root)
    for element in root.iter():
        element.text = element.text and legal_text(element.text)
        element.tail = element.tail and legal_text(element.tail)
    return root


def find_article(root: HtmlElement) -> HtmlElement | None:
    """Find what LaTeXML made of the paper, without the site's navigation around it.

    A page of several articles becomes one: each after the first is a section of it, unless it is
    the first once more, for another size of screen.
    """
    articles: list[HtmlElement] = []
    for element in root.iter():
        classes = classes_of(element)
        if "ltx_document" not in classes or _ALERT in classes:
            continue
        if not (articles and _is_inside(element, articles[-1])):
            articles.append(element)
    if not articles:
        return None
    for other in articles[1:]:
        heading = _first_heading(other)
        if heading and heading == _first_heading(articles[0]):
            continue
        other.tag = "section"
        other.set("class", "ltx_section")
        other.tail = None
        articles[0].append(other)
    return articles[0]


def _first_heading(article: HtmlElement) -> str:
    heading = next(article.iter("h1", "h2"), None)
    return "" if heading is None else "".join("".join(heading.itertext()).split())


def _is_inside(element: HtmlElement, article: HtmlElement) -> bool:
    return any(holder is article for holder in element.iterancestors())


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )


def _drop_prefixes(root: HtmlElement) -> None:
    """Write `m:math` as `math`: an HTML parser knows no namespaces."""
    for element in root.iter():
        if ":" in element.tag and (name := _PREFIXED.fullmatch(element.tag)):
            element.tag = name[1]


def _resolve_pictures(root: HtmlElement, url: str) -> None:
    """Write pictures' addresses whole; those that lead nowhere, such as `data:`, become empty.

    A page out of a file has its addresses left as they are.
    """
    base = root.find(".//base")
    origin = url if _scheme(url) in _WEB else ""
    origin = _join(origin, "" if base is None else base.get("href") or "")
    for picture in root.iter(*_PICTURE_TAGS):
        address = (picture.get("src") or picture.get("data") or "").strip()
        whole = _join(origin, address) if address else ""
        picture.set("src", whole if _scheme(whole) in ("", *_WEB) else "")


def _join(base: str, address: str) -> str:
    try:
        return legal_text(urljoin(base, address))
    except ValueError:
        return ""


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:
        return "invalid"
