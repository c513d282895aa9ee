"""What the pages have in common: the style of running text, its leading, its margins."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from arxiviz_pipeline.ingest.pdf.glyphs import Style
from arxiviz_pipeline.ingest.pdf.lines import Line

_TOLERANCE_POINTS = 2.0
_LEAST_MARGIN_LINES = 4  # on one page
_LEAST_MARGIN_SHARE = 0.15  # of a page's lines: fewer begin paragraphs, or are items of lists


@dataclass(frozen=True, slots=True)
class Layout:
    """How running text is set.

    Attributes:
        body: Its style.
        leading: From one line to the next, in points.
        lefts: By page, where lines begin in common, in order.
        rights: By page, where lines end in common, in order.
    """

    body: Style
    leading: float
    lefts: Mapping[int, Sequence[float]]
    rights: Mapping[int, Sequence[float]]

    def margin(self, line: Line) -> float:
        """Return the left margin of a line's column, or of its list."""
        lefts = self.lefts.get(line.page, ())
        index = bisect_right(lefts, line.left + _TOLERANCE_POINTS)
        return lefts[index - 1] if index else line.left

    def is_short(self, line: Line) -> bool:
        """Tell a line that ends well before the right margin, as a paragraph's last."""
        rights = self.rights.get(line.page, ())
        index = bisect_left(rights, line.right - _TOLERANCE_POINTS)
        return index < len(rights) and rights[index] - line.right > 2 * line.style.size

    def follows(self, before: Line, line: Line) -> bool:
        """Tell whether a line stands right below another one, in one column."""
        return (
            before.page == line.page
            and line.base < before.base
            and line.left < before.right
            and before.left < line.right
        )

    def gap(self, before: Line, line: Line) -> float:
        """Return the space between two lines in leadings: 1 in running text."""
        return (before.base - line.base) / self.leading if self.follows(before, line) else 99.0


def find_layout(lines: Sequence[Line]) -> Layout:
    """Find out how most of the text is set."""
    styles: Counter[Style] = Counter()
    for line in lines:
        styles[line.style] += len(line.text)
    body = styles.most_common(1)[0][0]
    texts = [line for line in lines if abs(line.style.size - body.size) < 0.5]
    steps = Counter(
        round(before.base - line.base, 1)
        for before, line in pairwise(texts)
        if before.page == line.page and 0 < before.base - line.base < 3 * body.size
    )
    leading = steps.most_common(1)[0][0] if steps else 1.2 * body.size
    return Layout(
        body=body,
        leading=max(leading, 1.0),
        lefts=_common((line.page, line.left) for line in lines),
        rights=_common((line.page, line.right) for line in lines),
    )


def _common(places: Iterable[tuple[int, float]]) -> dict[int, list[float]]:
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for page, place in places:
        counts[page][round(place)] += 1
    return {page: _margins(count) for page, count in counts.items()}


def _margins(counts: Counter[int]) -> list[float]:
    least = max(_LEAST_MARGIN_LINES, _LEAST_MARGIN_SHARE * counts.total())
    return sorted(place for place, number in counts.items() if number >= least)
