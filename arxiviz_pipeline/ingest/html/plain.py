"""Reads pages that LaTeXML did not make, such as those authors wrote: headings divide them."""

from lxml.html import HtmlElement

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.formulas.cleaning import tidy_latex
from arxiviz_pipeline.ingest.html.markdown import (
    SectionText,
    normalise_spaces,
    write_inline,
    write_parts,
)
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.section_ids import SectionIds

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_AUTHOR_FIELDS = frozenset({"citation_author", "author", "dc.creator"})


def read_plain_page(root: HtmlElement) -> ParsedPaper:
    """Read a page by its headings; the text before the first of them is its front matter.

    A page without headings becomes one section, under the page's title.
    """
    headings = list(root.iter(*_HEADINGS))
    title_heading = headings[0] if _is_title(headings) else None
    title = write_inline(title_heading, latex=tidy_latex) if title_heading is not None else ""
    if title_heading is not None:
        title_heading.drop_tree()
    title = title or _head_title(root)
    body = root.find("body")
    parts = write_parts(body if body is not None else root, lambda _: True)
    if len(parts) == 1:
        sections = _whole_text(title, parts[0][1])
    else:
        sections = _sections([(heading, text) for heading, text in parts if heading is not None])
    abstract = next((part.content for part in sections if part.role == "abstract"), "")
    return ParsedPaper(title, _authors(root), normalise_spaces(abstract), sections)


def _is_title(headings: list[HtmlElement]) -> bool:
    levels = [_level(heading) for heading in headings]
    return bool(levels) and (len(levels) == 1 or levels[0] < min(levels[1:]))


def _level(heading: HtmlElement) -> int:
    return int(heading.tag[1])


def _head_title(root: HtmlElement) -> str:
    return normalise_spaces(root.findtext(".//title") or "")


def _authors(root: HtmlElement) -> tuple[str, ...]:
    fields = [meta for meta in root.iter("meta") if _field_name(meta) in _AUTHOR_FIELDS]
    names = [normalise_spaces(meta.get("content") or "") for meta in fields]
    return tuple(dict.fromkeys(name for name in names if name))


def _field_name(meta: HtmlElement) -> str:
    return (meta.get("name") or "").lower()


def _whole_text(title: str, text: SectionText) -> tuple[Section, ...]:
    if not text.markdown:
        return ()
    identifier = SectionIds().claim(None, title, 0)
    equations = tuple(text.equations)
    return (Section(identifier, title or "Text", 1, 0, None, "body", text.markdown, equations),)


def _sections(parts: list[tuple[HtmlElement, SectionText]]) -> tuple[Section, ...]:
    ids = SectionIds()
    sections: list[Section] = []
    open_sections: list[tuple[int, Section]] = []  # from the outermost to the current one
    highest = min(_level(heading) for heading, _ in parts)
    for heading, text in parts:
        title = write_inline(heading, latex=tidy_latex)
        if not title:
            continue
        level = _level(heading)
        while open_sections and open_sections[-1][0] >= level:
            open_sections.pop()
        parent = open_sections[-1][1] if open_sections else None
        role = role_of_title(title)
        section = Section(
            id=ids.claim(heading.get("id"), title, len(sections)),
            title=title,
            level=level - highest + 1,
            order_index=len(sections),
            parent_id=parent.id if parent else None,
            role=parent.role if parent and role == "body" else role,
            content=text.markdown,
            equations=tuple(text.equations),
        )
        open_sections.append((level, section))
        sections.append(section)
    return tuple(sections)
