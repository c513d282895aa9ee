"""What a LaTeXML page says of the paper before its text: title, abstract, authors."""

import re
from collections.abc import Iterable

from lxml import etree
from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.author_names import AFTER_MARK, names_in
from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.html.markdown import write_inline
from arxiviz_pipeline.ingest.html.math import classes_of
from arxiviz_pipeline.ingest.markdown_text import normalise_spaces

_TITLE_NOISE = frozenset({"ltx_note", "ltx_tag", "ltx_ERROR"})
_AUTHOR_NOISE = frozenset({
    "ltx_author_notes", "ltx_contact", "ltx_ERROR", "ltx_note", "ltx_note_mark", "ltx_tag",
})  # fmt: skip
_MARKS = ("math", "sup")
_AND = re.compile(r"&(?=\w)")
_LINE_BREAK = "\N{LINE SEPARATOR}"


def document_title(article: HtmlElement) -> str:
    """Return the paper's title, or nothing if the page has none."""
    for element in list(article.iter("h1", "h2", "div")):
        if "ltx_title_document" in classes_of(element):
            _drop(element, _TITLE_NOISE)
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
            names.extend(names_in(_lines(person)))
    return tuple(dict.fromkeys(names))


def _drop(element: HtmlElement, noise: Iterable[str]) -> None:
    for inner in list(element.iterdescendants()):
        if not classes_of(inner).isdisjoint(noise) and inner.getparent() is not None:
            inner.drop_tree()


def _is_inside(element: HtmlElement, name: str) -> bool:
    return any(name in classes_of(holder) for holder in element.iterancestors())


def _lines(person: HtmlElement) -> list[str]:
    pieces: list[str] = []
    walk = etree.iterwalk(person, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            pieces.append((element.tail or "") if element is not person else "")
        elif element.tag in _MARKS:
            pieces.append(AFTER_MARK)
            walk.skip_subtree()
        elif not classes_of(element).isdisjoint(_AUTHOR_NOISE):
            walk.skip_subtree()
        else:
            pieces.append(_LINE_BREAK if element.tag == "br" else element.text or "")
    # `&` right before a word is what NeurIPS's `\\AND` leaves between authors.
    text = _AND.sub(2 * _LINE_BREAK, "".join(pieces))
    return [normalise_spaces(line) for line in text.split(_LINE_BREAK)]
