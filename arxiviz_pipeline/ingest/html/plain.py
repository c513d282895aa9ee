"""Reads pages that LaTeXML did not make, such as those authors wrote: headings divide them."""

import re

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.models import Role, Section
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.author_names import names_in
from arxiviz_pipeline.ingest.html.markdown import write_inline, write_parts
from arxiviz_pipeline.ingest.html.math import classes_of
from arxiviz_pipeline.ingest.html.plain_headings import PlainHeadings, find_headings
from arxiviz_pipeline.ingest.html.section_text import SectionText
from arxiviz_pipeline.ingest.markdown_text import normalise_spaces
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.section_ids import SectionIds

_AUTHOR_FIELDS = frozenset({"citation_author", "author", "dc.creator"})
_AUTHOR_CLASSES = frozenset({"author", "authors"})
_ABSTRACT_CLASSES = frozenset({"abstract", "ABSTRACT"})
_ABSTRACT_HEADINGS = frozenset({"abstract-title", "abstracttitle"})
_ABSTRACT_WORD = re.compile(r"\W*abstract\W*", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:table of )?contents", re.IGNORECASE)
_NOT_OF_THE_PAPER = re.compile(r"about this document\b.*", re.IGNORECASE)  # latex2html's
_NOTES = re.compile(r"(?:foot|end)notes\W*", re.IGNORECASE)
_APPENDIX = re.compile(r"appendi(?:x|ces)\b.*", re.IGNORECASE)
_SHORTEST_OPENING = 2000  # characters: less before the first heading is names and an abstract
_LONGEST_LINE_OF_AUTHORS = 500  # characters


def read_plain_page(root: HtmlElement) -> ParsedPaper:
    """Read a page by its headings; the text before the first of them is its front matter.

    A page without headings becomes one section, under the page's title.
    """
    body = root.find("body")
    body = root if body is None else body
    head_title = normalise_spaces(root.findtext(".//title") or "")
    headings = find_headings(body, head_title, _generator(root))
    title = headings.title or head_title
    abstract = _take_abstract(body)
    authors = _authors(root, body, headings)
    left_out = headings.front_matter
    parts = write_parts(body, headings.levels.__contains__, left_out.__contains__)
    opening = parts[0][1]
    if len(parts) == 1:
        sections = _sections([(None, opening)], headings, title)
    else:
        is_text = bool(opening.equations) or len(opening.markdown) >= _SHORTEST_OPENING
        sections = _sections(parts if is_text else parts[1:], headings, title)
    if not abstract:
        found = (part.content for part in sections if part.role == "abstract")
        abstract = normalise_spaces(next(found, "") or _abstract_in(opening))
    return ParsedPaper(title, authors, abstract, sections)


def _generator(root: HtmlElement) -> str:
    for meta in root.iter("meta"):
        if _field_name(meta) == "generator":
            return meta.get("content") or ""
    return ""


def _field_name(meta: HtmlElement) -> str:
    return (meta.get("name") or "").lower()


def _take_abstract(body: HtmlElement) -> str:
    """Take out the abstract of a page that marks it."""
    for element in body.iter("div", "blockquote", "section", "p"):
        if classes_of(element).isdisjoint(_ABSTRACT_CLASSES):
            continue
        for inner in list(element.iterdescendants()):
            is_heading = not classes_of(inner).isdisjoint(_ABSTRACT_HEADINGS)
            if is_heading or _ABSTRACT_WORD.fullmatch("".join(inner.itertext()) or ""):
                inner.drop_tree()
                break
        written = write_inline(element)
        if written and element is not body:
            element.drop_tree()
            return _ABSTRACT_LEAD.sub("", written)
    return ""


_ABSTRACT_LEAD = re.compile(r"^\W*abstract\W{0,4}(?=[^\W\d_])", re.IGNORECASE)


def _abstract_in(opening: SectionText) -> str:
    """Find the paragraph that begins with the word, or follows it."""
    for index, block in enumerate(opening.blocks):
        if _ABSTRACT_WORD.fullmatch(block):
            return "".join(opening.blocks[index + 1 : index + 2])
        if _ABSTRACT_LEAD.match(block):
            return _ABSTRACT_LEAD.sub("", block)
    return ""


def _authors(root: HtmlElement, body: HtmlElement, headings: PlainHeadings) -> tuple[str, ...]:
    fields = [meta for meta in root.iter("meta") if _field_name(meta) in _AUTHOR_FIELDS]
    names = [normalise_spaces(meta.get("content") or "") for meta in fields]
    if not any(names):
        marked = [
            element
            for element in body.iter("div", "p", "span", "address")
            if not classes_of(element).isdisjoint(_AUTHOR_CLASSES)
        ]
        for element in marked or headings.author_lines:
            names.extend(names_in(_lines(element)))
    return tuple(dict.fromkeys(name for name in names if name))


def _lines(element: HtmlElement) -> list[str]:
    pieces: list[str] = []
    for inner in element.iter():
        pieces.append("\n" if inner.tag == "br" else inner.text or "")
        pieces.append((inner.tail or "") if inner is not element else "")
    text = "".join(pieces).replace("\u2003", ", ")[:_LONGEST_LINE_OF_AUTHORS]
    return [normalise_spaces(line) for line in text.split("\n")]


def _sections(
    parts: list[tuple[HtmlElement | None, SectionText]], headings: PlainHeadings, title: str
) -> tuple[Section, ...]:
    ids = SectionIds()
    sections: list[Section] = []
    open_sections: list[Section] = []  # from the outermost to the current one
    for heading, text in parts:
        if heading is None:
            name, level, identifier = title or "Text", 1, None
        else:
            name, level = headings.title_of(heading), headings.levels[heading]
            identifier = _id_of(heading)
        role = role_of_title(name)
        if not text.markdown and (heading is None or role == "abstract"):
            continue
        if _NOT_OF_THE_PAPER.fullmatch(name) or _lists_headings(name, text, headings):
            continue
        if role == "references" or _NOTES.fullmatch(name):
            level = 1  # latex2html and TtH write them as part of the last section
        while open_sections and open_sections[-1].level >= level:
            open_sections.pop()
        parent = open_sections[-1] if open_sections else None
        section = Section(
            id=ids.claim(identifier, name, len(sections)),
            title=name,
            level=level,
            order_index=len(sections),
            parent_id=parent.id if parent else None,
            role=_role(role, name, parent, is_lettered=heading in headings.lettered),
            content=text.markdown,
            equations=tuple(text.equations),
        )
        open_sections.append(section)
        sections.append(section)
    return tuple(sections)


def _lists_headings(name: str, text: SectionText, headings: PlainHeadings) -> bool:
    """Tell the page's own contents from those of a volume."""
    if not _CONTENTS.fullmatch(name):
        return False
    listed = _letters(text.markdown)
    titles = [_letters(title) for title in set(headings.titles.values()) if title != name]
    return not listed or 2 * sum(title in listed for title in titles) >= len(titles)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _id_of(heading: HtmlElement) -> str | None:
    if heading.get("id"):
        return heading.get("id")
    anchors = (anchor.get("id") or anchor.get("name") for anchor in heading.iter("a"))
    return next((name for name in anchors if name), None)


def _role(role: Role, title: str, parent: Section | None, *, is_lettered: bool) -> Role:
    if role != "body":
        return role
    if is_lettered or _APPENDIX.fullmatch(title):
        return "appendix"
    return parent.role if parent else "body"
