"""Finds title, authors and abstract in what is printed before the first heading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from arxiviz_pipeline.ingest.pdf.layout import Layout
from arxiviz_pipeline.ingest.pdf.lines import LOWERED, RAISED, Line
from arxiviz_pipeline.ingest.pdf.paragraphs import is_prose, join_lines

_TITLE_LARGER = 1.1  # than running text
_MOST_TITLE_LINES = 5
_MOST_TITLE_GAP = 2.2  # line heights of its own size
_NOTICE = re.compile(
    r"(?:draft version|typeset using|preprint|submitted to|accepted (?:for|by|in)"
    r"|published (?:in|as)|received|prepared for|mnras|astronomy & astrophysics|journal of"
    r"|proceedings|under review"
    r"|version of|dated?:|vol\.|doi|https?:)",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(r"(?:abstract|summary)\b\s*[.:—–-]*\s*", re.IGNORECASE)
_AFTER_ABSTRACT = re.compile(
    r"(?:key ?words|index terms|pacs|subject headings|ccs concepts|(?:\d{4} )?(?:msc|mathematics)"
    r"|(?:jel|ams) (?:classification|subject)|corresponding author|contents$|i\. introduction)",
    re.IGNORECASE,
)
_MARKS = re.compile(rf"{RAISED}[^{LOWERED}]*{LOWERED}|[*†‡§¶∗⋆#^{{}}|\d]+")
_SEPARATOR = re.compile(r"\s*(?:[,;·•\t]|\s&\s|\band\b)\s*")
_PLACE = re.compile(
    r"\b(?:universi|institut|depart|school|college|laborator|cent(?:er|re)\b|academy|facult"
    r"|division|street|road|avenue|hospital|research|group|inc\b|ltd\b|corporation|usa\b|member"
    r"|email|e-mail|https?:|dated|abstract|january|february|march|april|may\b|june|july|august"
    r"|september|october|november|december)|@",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,5}")
_MOST_AUTHOR_LINES = 40
_LEAST_ABSTRACT_LINES = 3
_LONG_LINE = 40  # characters
_NEW_PART_GAP = 1.8  # leadings
_MARGIN_SHIFT_POINTS = 6.0


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the first page says of the paper.

    Attributes:
        rest: The index of the first line behind it that is text of the paper.
    """

    title: str
    authors: tuple[str, ...]
    abstract: str
    rest: int


def read_front_matter(
    lines: Sequence[Line],
    layout: Layout,
    known_words: frozenset[str],
    author_field: str,
    has_body: bool,
) -> FrontMatter:
    """Read the lines before the first heading, an abstract's own heading among them.

    Args:
        lines: In reading order.
        layout: How running text is set.
        known_words: For words broken at lines' ends.
        author_field: What the document says of itself; names of programs are no authors.
        has_body: Whether headings follow, so that the text before them may all be abstract.
    """
    first, last = _title_lines(lines, layout)
    title = join_lines((line.text for line in lines[first:last]), known_words)
    start, opening = _abstract_start(lines, last)
    by_lines = _authors([_MARKS.sub(",", line.text) for line in lines[last:start]])
    authors = _authors([author_field]) or by_lines
    end = _abstract_end(lines, start, layout, is_marked=opening is not None)
    rest = end
    if end < len(lines) and _AFTER_ABSTRACT.match(lines[end].plain):
        rest = _behind_keywords(lines, end, layout)
    texts = [line.text for line in lines[start:end] if line.style.size >= _size(lines, start)]
    if opening is not None and texts:
        texts[0] = opening
    abstract = join_lines(texts, known_words)
    if not has_body and opening is None and end >= len(lines):
        return FrontMatter(title, authors, "", start)
    return FrontMatter(title, authors, abstract, rest)


def _size(lines: Sequence[Line], start: int) -> float:
    """Return the least type size of an abstract: notes below it are smaller."""
    return lines[start].style.size - 0.5 if start < len(lines) else 0.0


def _title_lines(lines: Sequence[Line], layout: Layout) -> tuple[int, int]:
    page = [
        index
        for index, line in enumerate(lines)
        if line.page == lines[0].page and not _NOTICE.match(line.plain) and len(line.plain) > 3
    ]
    if not page:
        return 0, 0
    largest = max(lines[index].style.size for index in page)
    bold = [index for index in page if lines[index].style.bold]
    if largest >= _TITLE_LARGER * layout.body.size:
        first = next(index for index in page if lines[index].style.size == largest)
    else:
        first = bold[0] if bold and not _ABSTRACT.match(lines[bold[0]].plain) else page[0]
    style = lines[first].style
    last = first + 1
    while last < min(first + _MOST_TITLE_LINES, len(lines)):
        before, line = lines[last - 1], lines[last]
        step = before.base - line.base
        is_same = (line.style.size, line.style.bold) == (style.size, style.bold)
        if not is_same or line.page != before.page or not 0 < step < _MOST_TITLE_GAP * style.size:
            break
        last += 1
    return first, last


def _abstract_start(lines: Sequence[Line], after: int) -> tuple[int, str | None]:
    """Return where the abstract begins, and that line without its heading, if it has one."""
    for index in range(after, len(lines)):
        match = _ABSTRACT.match(lines[index].plain)
        if match is None or lines[index].page > lines[0].page + 1:
            continue
        rest = lines[index].plain[match.end() :]
        if rest:
            return index, rest
        return index + 1, lines[index + 1].text if index + 1 < len(lines) else ""
    for index in range(after, len(lines) - _LEAST_ABSTRACT_LINES):
        run = lines[index : index + _LEAST_ABSTRACT_LINES]
        if all(len(line.plain) >= _LONG_LINE and is_prose(line.plain) for line in run) and not any(
            _PLACE.search(line.plain) for line in run
        ):
            return index, None
    return len(lines), None


def _abstract_end(lines: Sequence[Line], start: int, layout: Layout, *, is_marked: bool) -> int:
    for index in range(start + 1, len(lines)):
        before, line = lines[index - 1], lines[index]
        if _AFTER_ABSTRACT.match(line.plain):
            return index
        is_long = len(line.plain) >= _LONG_LINE
        if not is_long or index - start < _LEAST_ABSTRACT_LINES:
            continue
        is_shifted = (
            before.page == line.page
            and index + 1 < len(lines)
            and abs(min(line.left, lines[index + 1].left) - _left(lines, start))
            > _MARGIN_SHIFT_POINTS
        )
        if is_shifted or (is_marked and layout.gap(before, line) > _NEW_PART_GAP):
            return index
    return len(lines)


def _left(lines: Sequence[Line], start: int) -> float:
    return min(line.left for line in lines[start : start + _LEAST_ABSTRACT_LINES])


def _behind_keywords(lines: Sequence[Line], index: int, layout: Layout) -> int:
    end = index + 1
    while end < len(lines) and layout.gap(lines[end - 1], lines[end]) < _NEW_PART_GAP:
        end += 1
    return end


def _authors(texts: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for text in texts[:_MOST_AUTHOR_LINES]:
        if _PLACE.search(text):
            if names:
                break
            continue
        for part in _SEPARATOR.split(_MARKS.sub(",", text)):
            name = " ".join(part.split()).strip(" .")
            if _NAME.fullmatch(name) and name[0].isupper() and name.split()[-1][0].isupper():
                names.append(name)
    return tuple(dict.fromkeys(names))
