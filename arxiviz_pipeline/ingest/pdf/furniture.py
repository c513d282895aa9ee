"""Takes out what belongs to the pages and not to the text: running heads, page numbers, stamps."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from arxiviz_pipeline.ingest.pdf.lines import Line

_EDGE_LINES = 2  # at the top and at the bottom of each page
_STANDS_OFF = 1.25  # of the page's leading
_SAME_PLACE_POINTS = 4
_STAMP = re.compile(r"arXiv:\S+(?:v\d+)?\s*\[[\w.-]+\]")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–—\[]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-–—\]]?(?:\s+of\s+\d+)?", re.IGNORECASE
)
_OUTER_NUMBERS = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_DIGITS = re.compile(r"\d+")
_LEAST_REPEATS = 2
_LEAST_NUMBERED_REPEATS = 3  # of lines at one place whose numbers rise with the pages


def drop_furniture(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that are text."""
    edges = _edge_lines(lines)
    repeats = Counter(_mark(line) for line in edges)
    counted = Counter(count for line in edges for count in _page_counts(line))
    dropped = {
        id(line)
        for line in edges
        if repeats[_mark(line)] >= _LEAST_REPEATS
        or _PAGE_NUMBER.fullmatch(line.plain)
        or any(counted[count] >= _LEAST_NUMBERED_REPEATS for count in _page_counts(line))
    }
    return [line for line in lines if id(line) not in dropped and not _STAMP.match(line.plain)]


def _edge_lines(lines: Iterable[Line]) -> list[Line]:
    """Return the lines at the top and bottom of each page that stand off from its text."""
    pages: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    edges: dict[int, Line] = {}
    for page in pages.values():
        page.sort(key=lambda line: line.base)
        steps = [above.base - below.base for below, above in pairwise(page)]
        least = _STANDS_OFF * median([step for step in steps if step > 1] or [math.inf])
        inside = [index for index, step in enumerate(steps) if step >= least]
        low = [index + 1 for index in inside if index < _EDGE_LINES]
        high = [index + 1 for index in inside if index >= len(steps) - _EDGE_LINES]
        found = page[: low[-1]] if low else []
        found += page[high[0] :] if high else []
        edges.update((id(line), line) for line in found or page * (len(page) == 1))
    return list(edges.values())


def _place(line: Line) -> int:
    return round(line.base / _SAME_PLACE_POINTS)


def _page_counts(line: Line) -> set[tuple[int, int]]:
    """Tell where a line stands, and by how much the numbers at its ends are ahead of the page.

    Headings at the top of a page have numbers too, which do not rise with the pages.
    """
    numbers = map(int, _OUTER_NUMBERS.findall(line.plain))
    return {(_place(line), number - line.page) for number in numbers}


def _mark(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.plain), _place(line)
