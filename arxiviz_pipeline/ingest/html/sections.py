"""Finds the sections of a LaTeXML page and writes each of them.

A section owns what stands in it and in no section inside it: ids tell little, since LaTeXML numbers
formulas by where they were *defined*.
"""

from dataclasses import dataclass

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.models import Role, Section
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.html.blocks import holders_of_blocks
from arxiviz_pipeline.ingest.html.markdown import write_inline, write_markdown
from arxiviz_pipeline.ingest.html.math import classes_of
from arxiviz_pipeline.ingest.html.section_text import SectionText
from arxiviz_pipeline.ingest.section_ids import SectionIds

_TOP = 1
_RANKS = {
    "ltx_part": -1,
    "ltx_chapter": 0,
    "ltx_section": _TOP,
    "ltx_subsection": 2,
    "ltx_subsubsection": 3,
    "ltx_paragraph": 4,
    "ltx_subparagraph": 5,
}
# These stand beside the highest divisions of the paper, whatever those are.
_TOP_KINDS = (
    "ltx_appendix",
    "ltx_bibliography",
    "ltx_index",
    "ltx_glossary",
    "ltx_acknowledgements",
)
_KINDS = frozenset({*_RANKS, *_TOP_KINDS})
_TAGS = ("section", "div")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROLES: dict[str, Role] = {
    "ltx_appendix": "appendix",
    "ltx_bibliography": "references",
    "ltx_index": "references",
    "ltx_acknowledgements": "acknowledgements",
}
_FRONT_MATTER = frozenset({
    "ltx_abstract", "ltx_authors", "ltx_classification", "ltx_creator", "ltx_dates",
    "ltx_keywords", "ltx_subtitle", "ltx_title_document", "ltx_TOC",
})  # fmt: skip
_REFERENCES = "References"
_NO_TITLE = frozenset({"ltx_tag", "ltx_note", "ltx_role_footnote"})
_ACM_CONCEPTS = "<ccs2012>"  # XML for the publisher, which LaTeXML takes for text
_SHORTEST_OPENING = 1000  # characters: less before the first heading is a notice, not a text


@dataclass(frozen=True, slots=True)
class _Division:
    element: HtmlElement
    heading: HtmlElement | None
    title: str
    kind: str
    parent: "_Division | None"


def read_sections(article: HtmlElement, paper_title: str) -> tuple[Section, ...]:
    """Read a LaTeXML article's sections in the page's order.

    What stands before the first heading becomes a section of its own, under the paper's title,
    where it is more than a notice: letters have no headings at all.
    """
    divisions = _divisions(article)
    elements = {division.element for division in divisions}
    holders = holders_of_blocks(article)
    text_before = _opening(article, elements, holders)
    ids = SectionIds()
    sections: list[Section] = []
    if text_before.markdown and (not divisions or _is_worth_keeping(text_before)):
        title = paper_title or "Text"
        sections.append(
            Section(
                id=ids.claim(None, title, 0),
                title=title,
                level=_TOP,
                order_index=0,
                parent_id=None,
                role="body",
                content=text_before.markdown,
                equations=tuple(text_before.equations),
            )
        )
    written: dict[HtmlElement, Section] = {}
    has_chapters = any(division.kind == "ltx_chapter" for division in divisions)
    offset = _TOP - _RANKS["ltx_chapter"] if has_chapters else 0
    for division in divisions:
        parent = written[division.parent.element] if division.parent else None
        text = write_markdown(
            division.element,
            lambda inner, own=division.heading: inner is own or inner in elements,
            holders,
        )
        section = _make_section(division, parent, text, offset, len(sections), ids)
        written[division.element] = section
        sections.append(section)
    return tuple(sections)


def has_divisions(article: HtmlElement) -> bool:
    """Tell whether the page marks its sections as LaTeXML does."""
    return any(
        _kind(element) is not None and _heading(element) is not None
        for element in article.iter(*_TAGS)
    )


def _divisions(article: HtmlElement) -> list[_Division]:
    found: dict[HtmlElement, _Division] = {}
    for element in article.iter(*_TAGS):
        kind = _kind(element)
        if kind is None:
            continue
        heading = _heading(element)
        title = "" if heading is None else title_of(heading)
        parent = None
        if kind == "ltx_acknowledgements":
            title = title.rstrip(".")
        else:
            parent = _enclosing(element, article, found)
        if not title and kind == "ltx_bibliography":
            is_titled = parent is not None and role_of_title(parent.title) == "references"
            title = "" if is_titled else _REFERENCES
        if not title:  # it divides nothing
            continue
        found[element] = _Division(element, heading, title, kind, parent)
    return list(found.values())


def _kind(element: HtmlElement) -> str | None:
    return next((name for name in (element.get("class") or "").split() if name in _KINDS), None)


def _heading(element: HtmlElement) -> HtmlElement | None:
    """Find a division's own heading; sites put wrappers around some."""
    heading = next(element.iterchildren(*_HEADINGS), None)
    if heading is not None:
        return heading
    first = next((child for child in element if _kind(child) is None), None)
    wrapped = () if first is None else first.iter(*_HEADINGS)
    title = f"ltx_title_{(_kind(element) or '').removeprefix('ltx_')}"
    return next((inner for inner in wrapped if title in classes_of(inner)), None)


def _enclosing(
    element: HtmlElement, article: HtmlElement, found: dict[HtmlElement, _Division]
) -> _Division | None:
    holder = element.getparent()
    while holder is not None and holder is not article:
        if holder in found:
            return found[holder]
        holder = holder.getparent()
    return None


def _rank(division: _Division) -> int:
    return _RANKS.get(division.kind, _TOP)


def _make_section(
    division: _Division,
    parent: Section | None,
    text: SectionText,
    offset: int,
    order_index: int,
    ids: SectionIds,
) -> Section:
    title = division.title
    is_top = division.kind in _TOP_KINDS and parent is None
    return Section(
        id=ids.claim(division.element.get("id"), title, order_index),
        title=title,
        # A part has sections of the highest level in it, too: no level is above theirs.
        level=_TOP if is_top else max(_rank(division) + offset, _TOP),
        order_index=order_index,
        parent_id=parent.id if parent else None,
        role=_role(division, title, parent),
        content=text.markdown,
        equations=tuple(text.equations),
    )


def title_of(heading: HtmlElement) -> str:
    """Write a heading without its number, its formulas as the page has them.

    The number is the title of a heading that has nothing else.
    """
    whole = write_inline(heading, latex=tidy_latex)
    for mark in list(heading.iter("span", "sup")):
        if not _NO_TITLE.isdisjoint(classes_of(mark)):
            mark.drop_tree()
    return write_inline(heading, latex=tidy_latex) or whole


def _role(division: _Division, title: str, parent: Section | None) -> Role:
    if division.kind in _ROLES:
        return _ROLES[division.kind]
    role = role_of_title(title)
    if role == "body" and parent is not None:
        return parent.role
    return role


def _opening(
    article: HtmlElement, elements: set[HtmlElement], holders: frozenset[HtmlElement]
) -> SectionText:
    def is_foreign(element: HtmlElement) -> bool:
        if element in elements or not classes_of(element).isdisjoint(_FRONT_MATTER):
            return True
        return "ltx_para" in classes_of(element) and _ACM_CONCEPTS in "".join(element.itertext())

    return write_markdown(article, is_foreign, holders)


def _is_worth_keeping(text: SectionText) -> bool:
    return bool(text.equations) or len(text.markdown) >= _SHORTEST_OPENING
