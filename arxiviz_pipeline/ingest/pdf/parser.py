"""Reads a paper out of a PDF: its text by headings, and no formulas, which a PDF does not tell."""

import re
from collections.abc import Sequence

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.domain.models import Role, Section
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.pdf.document import read_document
from arxiviz_pipeline.ingest.pdf.front_matter import FrontMatter, read_front_matter
from arxiviz_pipeline.ingest.pdf.furniture import drop_furniture
from arxiviz_pipeline.ingest.pdf.headings import find_headings
from arxiviz_pipeline.ingest.pdf.layout import Layout, find_layout
from arxiviz_pipeline.ingest.pdf.lines import Line
from arxiviz_pipeline.ingest.pdf.outline import Heading, key_of
from arxiviz_pipeline.ingest.pdf.paragraphs import words_of, write_paragraphs, write_references
from arxiviz_pipeline.ingest.section_ids import SectionIds

_NO_SECTION = frozenset({"abstract", "contents", "summary", "tableofcontents"})
_SHORTEST_OPENING = 1000  # characters: less before the first heading is a notice, not a text
_REFERENCE_START = re.compile(r"\[1\]\s*\S")
_SECOND_REFERENCE = re.compile(r"\[2\]\s*\S")


def parse_pdf(content: bytes, url: str) -> ParsedPaper:
    """Read a PDF's title, authors, abstract and sections.

    Args:
        content: The PDF.
        url: Where it came from, for messages.

    Raises:
        PaperFormatError: If there is no text of a paper in it that can be read.
    """
    printed = read_document(content, url)
    lines = drop_furniture(printed.lines)
    if not lines:
        message = f"The PDF {url} has no text but page numbers and running heads."
        raise PaperFormatError(message)
    layout = find_layout(lines)
    known_words = words_of(lines)
    headings = _with_references(find_headings(lines, layout, printed.bookmarks), lines)
    start = next((part.first for part in headings if key_of(part.title) not in _NO_SECTION), None)
    front = read_front_matter(
        lines[:start], layout, known_words, printed.author_field, start is not None
    )
    headings = [part for part in headings if start is not None and part.first >= start]
    title_key = key_of(front.title)
    headings = [part for part in headings if key_of(part.title) not in {title_key, *_NO_SECTION}]
    sections = _sections(front, headings, lines, layout, known_words)
    if not any(section.content for section in sections):
        message = f"The PDF {url} holds no text of a paper: no section in it has any."
        raise PaperFormatError(message)
    return ParsedPaper(front.title, front.authors, front.abstract, sections)


def _with_references(headings: list[Heading], lines: Sequence[Line]) -> list[Heading]:
    """Add the heading that a list of references has in every style but some journals'."""
    if any(role_of_title(heading.title) == "references" for heading in headings):
        return headings
    behind = headings[-1].last if headings else 0
    found = [
        index
        for index, line in enumerate(lines)
        if index > behind and _REFERENCE_START.match(line.plain)
    ]
    if not found or not any(_SECOND_REFERENCE.match(line.plain) for line in lines[found[-1] :]):
        return headings
    first = found[-1]
    return [*headings, Heading(first, first - 1, "References", 1, None, lines[first].style)]


def _sections(
    front: FrontMatter,
    headings: Sequence[Heading],
    lines: Sequence[Line],
    layout: Layout,
    known_words: frozenset[str],
) -> tuple[Section, ...]:
    ids = SectionIds()
    sections: list[Section] = []
    end = headings[0].first if headings else len(lines)
    before = write_paragraphs(lines[front.rest : end], layout, known_words)
    if before and (not headings or len(before) >= _SHORTEST_OPENING):
        title = front.title or "Text"
        sections.append(Section(ids.claim(None, title, 0), title, 1, 0, None, "body", before, ()))
    ends = [*(heading.first for heading in headings), len(lines)][1:]
    above: list[Section] = []  # from the outermost to the current one
    in_appendix = False
    for heading, end in zip(headings, ends, strict=True):
        level = min(heading.level, len(above) + 1)
        while above and above[-1].level >= level:
            above.pop()
        level = above[-1].level + 1 if above else 1
        parent = above[-1] if above else None
        in_appendix = in_appendix or _opens_appendix(heading)
        role = _role(heading, parent, in_appendix=in_appendix)
        text = lines[heading.last + 1 : end]
        content = (
            write_references(text, known_words)
            if role == "references"
            else write_paragraphs(text, layout, known_words, heading.rest)
        )
        order_index = len(sections)
        section = Section(
            id=ids.claim(None, heading.title, order_index),
            title=heading.title,
            level=level,
            order_index=order_index,
            parent_id=parent.id if parent else None,
            role=role,
            content=content,
            equations=(),
        )
        above.append(section)
        sections.append(section)
    return tuple(sections)


def _opens_appendix(heading: Heading) -> bool:
    number = heading.numbering
    is_lettered = number is not None and number.kind in ("appendix", "letter")
    return heading.level == 1 and (is_lettered or key_of(heading.title).startswith("appendi"))


def _role(heading: Heading, parent: Section | None, *, in_appendix: bool) -> Role:
    role = role_of_title(heading.title)
    if role != "body":
        return role
    if parent is not None:
        return parent.role
    return "appendix" if in_appendix else "body"
