"""Finds the headings that the document's own outline names."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arxiviz_pipeline.ingest.pdf.document import Bookmark
from arxiviz_pipeline.ingest.pdf.glyphs import Style
from arxiviz_pipeline.ingest.pdf.lines import Line
from arxiviz_pipeline.ingest.pdf.numbering import Numbering, split_number

_MOST_LINES = 5  # of one heading
_COMPARED = 6  # letters of a bookmark, before it is looked at closely
_LONGEST_START = 30  # letters of a line: its number, and those
_NEAR_POINTS = 60.0  # between where a bookmark leads and its heading


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the text.

    Attributes:
        first: The index of its first line.
        last: The index of its last line.
        rest: What follows it on that line, where it runs into the text.
    """

    first: int
    last: int
    title: str
    level: int
    numbering: Numbering | None
    style: Style
    rest: str = ""


def key_of(text: str) -> str:
    """Reduce a heading to what its printed line and its bookmark have in common."""
    spelled = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in spelled if character.isalnum())


def find_outlined(lines: Sequence[Line], bookmarks: Sequence[Bookmark]) -> list[Heading]:
    """Find the lines that the bookmarks lead to, in their order."""
    return list(_outlined(lines, bookmarks)) if bookmarks else []


def _outlined(lines: Sequence[Line], bookmarks: Sequence[Bookmark]) -> Iterator[Heading]:
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        pages.setdefault(line.page, []).append(index)
    keys = [key_of(line.plain)[:_LONGEST_START] for line in lines]
    highest = min(bookmark.level for bookmark in bookmarks)
    used = -1
    for bookmark in bookmarks:
        start = key_of(_title_of(bookmark))[:_COMPARED]
        if not start:
            continue
        indices = [
            index
            for index in pages.get(bookmark.page, []) + pages.get(bookmark.page + 1, [])
            if start in keys[index] or keys[index] in start
        ]
        found = [
            heading
            for index in indices
            if index > used and (heading := _match(lines, index, bookmark, highest)) is not None
        ]
        if found:
            best = min(found, key=lambda heading: _distance(lines[heading.first], bookmark))
            used = best.last
            yield best


def _distance(line: Line, bookmark: Bookmark) -> float:
    if line.page != bookmark.page:
        return _NEAR_POINTS
    return 0.0 if bookmark.top is None else abs(bookmark.top - line.base)


def _match(lines: Sequence[Line], first: int, bookmark: Bookmark, highest: int) -> Heading | None:
    """Compare lines from this one on with a bookmark, which may have the number or not."""
    titles = {key_of(title): title for title in (_title_of(bookmark), bookmark.title)}
    level = bookmark.level - highest + 1
    style = lines[first].style
    printed = ""
    for last in range(first, min(first + _MOST_LINES, len(lines))):
        line = lines[last]
        if line.style.size != style.size or line.page != lines[first].page:
            return None
        printed = f"{printed} {line.plain}".strip()
        numbering, shown = _best_split(printed)
        keys = (key_of(shown), key_of(printed))
        if keys[0] in titles:
            return Heading(first, last, titles[keys[0]], level, numbering, style)
        if keys[1] in titles:
            return Heading(first, last, _title_of(bookmark), level, numbering, style)
        opening = key_of(line.plain[line.opening :]) if line.opening else ""
        for key in keys:
            if opening and key.removesuffix(opening) in titles:
                title = titles[key.removesuffix(opening)]
                rest = line.text[line.opening :]
                return Heading(first, last, title, level, numbering, style, rest)
        if not any(title.startswith(key) for title in titles for key in keys):
            return None
    return None


def _title_of(bookmark: Bookmark) -> str:
    return _best_split(bookmark.title)[1]


def _best_split(text: str) -> tuple[Numbering | None, str]:
    for numbering, title in split_number(text):
        # A lone letter without a stop may be the title's first word.
        if numbering.kind == "arabic" or numbering.is_marked or title[0].isupper():
            return numbering, title
    return None, text
