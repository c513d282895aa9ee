"""Opens a page: bytes to a tree, its article, and what it says of itself."""

import re
from collections.abc import Iterable

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.html.markdown import normalise_spaces, write_inline
from arxiviz_pipeline.ingest.html.math import classes_of, fold_math, legal_text

LARGEST_PAGE_BYTES = 50 * 1024 * 1024  # the largest arXiv pages seen have about 20 MB
_AUTHOR_NOISE = frozenset({
    "ltx_author_notes", "ltx_contact", "ltx_ERROR", "ltx_note", "ltx_note_mark", "ltx_tag",
})  # fmt: skip
_SEPARATOR = re.compile(r"\s*(?:[,;\u2063]|\s&\s|\band\b)\s*")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]{2,3}", re.ASCII)
_TITLES = re.compile(
    r"(?:(?:Senior |Student |Graduate Student |Life )?(?:Member|Fellow)|IEEE|(?:Ph|M)\.?\s?D\.?)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:universi|institut|depart|school|college|laborator|cent(?:er|re)\b|academy|facult|"
    r"division|street|road|avenue|hospital|research|group|inc\b|ltd\b|corporation|usa\b|"
    r"email|e-mail|https?:)|@|\d",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[*†‡§¶∗⋆#^{}|\d]+")
_EMAIL = re.compile(r"\{[^{}]*\}\s*@\S+|\S+@\S+")
_CONTINUED = re.compile(r"(?:[,;&]|\band)\s*$")
_MARK_PLACE = "\N{INVISIBLE SEPARATOR}"  # where a footnote mark was: it ends a name
_LINE_BREAK = "\N{LINE SEPARATOR}"
_MOST_NAME_WORDS = 6


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
        root = lxml_html.document_fromstring(content.replace(b"\0", b""), parser=_parser(content))
    except (etree.LxmlError, ValueError) as error:
        message = f"The page {url} is empty or is no HTML: {error}"
        raise PaperFormatError(message) from error
    fold_math(root)
    for element in root.iter():
        element.text = element.text and legal_text(element.text)
        element.tail = element.tail and legal_text(element.tail)
    return root


def find_article(root: HtmlElement) -> HtmlElement | None:
    """Find what LaTeXML made of the paper, without the site's navigation around it."""
    found = (element for element in root.iter() if "ltx_document" in classes_of(element))
    return next(found, None)


def document_title(article: HtmlElement) -> str:
    """Return the paper's title, or nothing if the page has none."""
    for element in list(article.iter("h1", "h2", "div")):
        if "ltx_title_document" in classes_of(element):
            _drop(element, {"ltx_note", "ltx_tag", "ltx_ERROR"})
            return write_inline(element, latex=tidy_latex)
    return ""


def document_abstract(article: HtmlElement) -> str:
    """Return the abstract without its heading, paragraphs joined by spaces."""
    for element in article.iter():
        if "ltx_abstract" in classes_of(element):
            for heading in element.xpath("./*[self::h1 or self::h2 or self::h3 or self::h6]"):
                heading.drop_tree()
            return write_inline(element, latex=tidy_latex)
    return ""


def document_authors(article: HtmlElement) -> tuple[str, ...]:
    """Return the authors' names: a `ltx_personname` may hold several, and their addresses."""
    names: list[str] = []
    for person in list(article.iter("span", "div")):
        if "ltx_personname" in classes_of(person) and not _is_inside(person, "ltx_note"):
            _drop(person, _AUTHOR_NOISE)
            _drop_marks(person)
            names.extend(_names(_lines(person)))
    return tuple(dict.fromkeys(names))


def _parser(content: bytes) -> lxml_html.HTMLParser:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        encoding = None  # what the page declares
    else:
        encoding = "utf-8"
    return lxml_html.HTMLParser(
        encoding=encoding, no_network=True, remove_comments=True, remove_pis=True
    )


def _drop(element: HtmlElement, noise: Iterable[str]) -> None:
    for inner in list(element.iterdescendants()):
        if not classes_of(inner).isdisjoint(noise) and inner.getparent() is not None:
            inner.drop_tree()


def _drop_marks(person: HtmlElement) -> None:
    for mark in list(person.iter("math", "sup")):
        mark.tail = _MARK_PLACE + (mark.tail or "")
        mark.drop_tree()


def _is_inside(element: HtmlElement, name: str) -> bool:
    return any(name in classes_of(holder) for holder in element.iterancestors())


def _lines(person: HtmlElement) -> list[str]:
    for line_break in list(person.iter("br")):
        line_break.tail = _LINE_BREAK + (line_break.tail or "")
    text = "".join(person.itertext())
    # `&` right before a word is what NeurIPS's `\\AND` leaves between authors.
    text = re.sub(r"&(?=\w)", 2 * _LINE_BREAK, text)
    return [normalise_spaces(line) for line in text.split(_LINE_BREAK)]


def _names(lines: list[str]) -> list[str]:
    """Take the line that opens each group: the rest of a group is the author's address."""
    names: list[str] = []
    is_expected = True
    for line in lines:
        if line and is_expected:
            names.extend(_split_names(_EMAIL.sub(" ", line)))
        is_expected = not line or (is_expected and _CONTINUED.search(line) is not None)
    return names


def _split_names(line: str) -> list[str]:
    names: list[str] = []
    is_address = False
    for part in _SEPARATOR.split(line):
        name = normalise_spaces(_MARKS.sub(" ", part)).strip(" .") if part else ""
        if _SUFFIX.fullmatch(name) and names:
            names[-1] = f"{names[-1]}, {name}."
        elif name and not _TITLES.fullmatch(name):
            is_address = not _is_name(part, name) or (is_address and " " not in name)
            names.extend([] if is_address else [name])
    return names


def _is_name(part: str, name: str) -> bool:
    if _PLACE.search(_MARKS.sub("", part)) or len(name.split()) > _MOST_NAME_WORDS:
        return False
    return any(character.isalpha() for character in name)
