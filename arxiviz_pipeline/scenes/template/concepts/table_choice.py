"""Chooses what of a table is worth showing: its columns, its rows, its best values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

from arxiviz_pipeline.domain.models import Paper
from arxiviz_pipeline.scenes.text.sentences import (
    FORMULA,
    split_sentences,
    terms_of,
    to_narration,
)
from arxiviz_pipeline.scenes.text.standing_alone import standing_alone
from arxiviz_pipeline.scenes.text.tables import Quantity, TableBlock, is_bold, read_quantity

Direction = Literal["higher", "lower"]

_OURS: Final = re.compile(
    r"\b(?:ours?|this (?:work|paper|study)|proposed|our (?:method|model|approach))\b", re.IGNORECASE
)
_BETTER: Final = re.compile(r"\b(lower|smaller|higher|larger|greater)\b[^.]{0,40}\bbetter\b")
_UP: Final = re.compile(r"↑|\\uparrow")
_DOWN: Final = re.compile(r"↓|\\downarrow")
_COUNTS: Final = re.compile(
    r"(?:#.*|no\.?|nr\.?|id|index|year|rank|date|seed|step|steps|epochs?|page|version|ref.*|type)",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(r"(.*?)(\d+(?:\.\d+)?)\D{0,6}$")
_POINTER: Final = re.compile(
    r"\b(?:is|are|were|be) (?:\w+ )?(?:summari[sz]ed|listed|shown|given|reported|presented|"
    r"provided|displayed|collected|found) in tab"
    r"|\btab(?:le|\.)s? [\dIVX]+ (?:shows?|summari[sz]es?|lists?|reports?|presents?|gives?|"
    r"compares?|displays?|provides?)\b"
    r"|\bwe (?:present|report|list|show|summari[sz]e) (?:\w+ ){1,5}in tab",
    re.IGNORECASE,
)
_POINTS_AWAY: Final = re.compile(
    r"(?:(?:this|these|that|those|it|they|such|here|there|he|she)\b|for example|we (?:used|use)\b)",
    re.IGNORECASE,
)
_CITED: Final = re.compile(r"(?:\s*\\?\[[\w:.+-]+(?:[,;]\s*[\w:.+-]+)*\\?\][,;]?)+\s*")
_FEWEST_VALUES = 3
_SMALLEST_BAR = 0.01  # of the largest: less is no bar any more
_MOST_WORDS_OF_LABEL = 7


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of numbers that carries a comparison.

    Attributes:
        column: Its index.
        direction: Which values are better, if the paper tells.
        is_series: Whether the rows are steps of one thing, whose order says something.
    """

    column: int
    direction: Direction | None
    is_series: bool


class WeighedTable:
    """A table in the light of what the text says about it."""

    def __init__(self, table: TableBlock, sentences: Sequence[str], paper: Paper) -> None:
        """Weigh it.

        Args:
            table: What to show of.
            sentences: The section's, as Markdown.
            paper: Whose table it is.
        """
        self.table = table
        self._paper = paper
        self._spoken = [to_narration(sentence) for sentence in sentences]
        self._sentences = sentences
        self.labels = _labels(table)
        self._text = " ".join([*self._spoken, to_narration(table.caption)]).lower()

    @cached_property
    def quantities(self) -> list[list[Quantity | None]]:
        """What each cell measures."""
        return [[read_quantity(cell) for cell in row] for row in self.table.rows]

    @property
    def is_comparing(self) -> bool:
        """Whether it sets things side by side; a listing of words that nothing speaks of does not.

        Such a listing often has no header either: its first row stands in its place.
        """
        is_measured = any(each is not None for row in self.quantities for each in row)
        is_introduced = bool(self.table.caption or self.referring)
        has_more = any(map(self._is_telling, range(1, len(self.table.header))))
        return has_more and (is_measured or is_introduced)

    def _is_telling(self, column: int) -> bool:
        """Tell whether a column holds more than references to the literature."""
        cells = [row[column] for row in self.table.rows if row[column]]
        return not cells or 2 * sum(bool(_CITED.fullmatch(cell)) for cell in cells) < len(cells)

    @cached_property
    def referring(self) -> list[str]:
        """Sentences that speak about the table, the most telling ones first."""
        scored = [
            (self._reference_score(spoken), -index, sentence)
            for index, (spoken, sentence) in enumerate(
                zip(self._spoken, self._sentences, strict=True)
            )
        ]
        telling = sorted((each for each in scored if each[0] >= 2), reverse=True)
        return [standing_alone(sentence) for _, _, sentence in telling]

    def _reference_score(self, spoken: str) -> float:
        lower = spoken.lower()
        number = re.escape(self.table.number)
        named = bool(number) and re.search(rf"\btab(?:le|\.)s? {number}\b", lower, re.IGNORECASE)
        rows = len({label for label in self.labels if _is_named(label, lower)})
        columns = sum(_is_named(head, lower) for head in self.table.header[1:])
        tells = bool(re.search(r"\b(?:show|find|outperform|achiev|better|best|lower|higher|faster|"
                               r"larger|smaller|improv|increas|reduc|decreas|more|less|while|"
                               r"whereas)", lower))  # fmt: skip
        score = 1.5 * bool(named) + 0.8 * min(rows, 3) + 0.6 * min(columns, 2) + tells
        if _POINTER.search(spoken):
            score -= 2.5
        return score - 1.5 * bool(_POINTS_AWAY.match(standing_alone(spoken)))

    @cached_property
    def own_row(self) -> int | None:
        """The row of what the paper itself brings, if there is one."""
        lead = self._paper.title.partition(":")[0].strip().lower()
        named = [
            index
            for index, label in enumerate(self.labels)
            if _OURS.search(label) or (len(lead) > 2 and label.lower() == lead)
        ]
        bold = self._bold_cells
        counts = [sum(row == index for row, _ in bold) for index in range(len(self.labels))]
        most = max(counts, default=0)
        if most and counts.count(most) == 1:
            leading = counts.index(most)
            return leading if not named or leading in named else named[-1]
        return named[-1] if named else None

    @cached_property
    def best_cells(self) -> frozenset[tuple[int, int]]:
        """The best value of each column, as far as the table or the text tells."""
        best = set(self._bold_cells)
        bold_columns = {column for _, column in best}
        for column in range(1, len(self.table.header)):
            direction = self.direction(column)
            values = self._values(column)
            if direction is None or column in bold_columns or len(values) < _FEWEST_VALUES:
                continue
            choose = max if direction == "higher" else min
            extreme = choose(value for _, value in values)
            best |= {(row, column) for row, value in values if value == extreme}
        return frozenset(best)

    @cached_property
    def _bold_cells(self) -> frozenset[tuple[int, int]]:
        """Numbers in bold, where bold is the exception."""
        bold: set[tuple[int, int]] = set()
        for column in range(1, len(self.table.header)):
            numbers = [row for row, _ in self._values(column)]
            found = [row for row in numbers if is_bold(self.table.rows[row][column])]
            if len(numbers) >= _FEWEST_VALUES and 0 < 2 * len(found) < len(numbers):
                bold |= {(row, column) for row in found}
        return frozenset(bold)

    def _values(self, column: int) -> list[tuple[int, float]]:
        return [
            (row, quantity.value)
            for row, quantities in enumerate(self.quantities)
            if (quantity := quantities[column]) is not None
        ]

    def direction(self, column: int) -> Direction | None:
        """Tell which values of a column are better, if an arrow or the text says so."""
        head = self.table.header[column]
        for told in (head, self.table.caption):
            up, down = bool(_UP.search(told)), bool(_DOWN.search(told))
            if up != down:
                return "higher" if up else "lower"
        heads = terms_of(FORMULA.sub(" ", head))
        for sentence in [self.table.caption, *self._spoken]:
            found = _BETTER.search(sentence.lower())
            if found and any(term in terms_of(sentence) for term in heads):
                return "lower" if found[1] in ("lower", "smaller") else "higher"
        return None

    @cached_property
    def measure(self) -> Measure | None:
        """The column of numbers that carries the comparison, if one does."""
        named = sum(_is_name(label) for label in self.labels)
        if named < len(self.labels) or len(set(self.labels)) < len(self.labels):
            return None
        scored: list[tuple[float, int]] = []
        candidates = [
            column for column in range(1, len(self.table.header)) if self._is_measure(column)
        ]
        for column in candidates:
            bold = any(place[1] == column for place in self._bold_cells)
            told = self.direction(column) is not None
            spoken = _is_named(self.table.header[column], self._text)
            lonely = len(candidates) == 1
            score = 1.0 * bold + 1.0 * told + 0.8 * spoken + 0.8 * lonely
            if score > 0:
                scored.append((score, -column))
        if not scored:
            return None
        column = -max(scored)[1]
        return Measure(column, self.direction(column), self._is_series())

    def _is_measure(self, column: int) -> bool:
        values = [value for _, value in self._values(column)]
        if len(values) < max(_FEWEST_VALUES, 0.7 * len(self.table.rows)):
            return False
        if _COUNTS.fullmatch(to_narration(self.table.header[column]).strip(" *")):
            return False
        largest = max(map(abs, values))
        units = {
            quantity.unit
            for quantities in self.quantities
            if (quantity := quantities[column]) is not None
        }
        return (
            len(set(values)) >= min(_FEWEST_VALUES, len(values))
            and len(units) == 1
            and largest > 0
            and all(value == 0 or abs(value) >= _SMALLEST_BAR * largest for value in values)
        )

    def _is_series(self) -> bool:
        """Tell whether the rows are numbered steps: `Model 1`, `Model 2` and so on."""
        numbered = [_TRAILING_NUMBER.match(label) for label in self.labels]
        found = [each for each in numbered if each]
        if len(found) < len(self.labels) or len({each[1] for each in found}) > 1:
            return False
        numbers = [float(each[2]) for each in found]
        return all(one < other for one, other in pairwise(numbers))

    def rows(self, count: int, columns: Sequence[int]) -> list[int]:
        """Choose this many rows that tell most in these columns, in the table's order."""
        scores = [self._row_score(row, columns) for row in range(len(self.table.rows))]
        ranked = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
        return sorted(ranked[:count])

    def _row_score(self, row: int, columns: Sequence[int]) -> float:
        cells = [self.table.rows[row][column] for column in columns[1:]]
        filled = sum(bool(cell) for cell in cells) / max(1, len(cells))
        best = any(place[0] == row and place[1] in columns for place in self.best_cells)
        named = _is_named(self.labels[row], self._text)
        own = row == self.own_row
        is_edge = row in (0, len(self.table.rows) - 1)
        is_unnamed = not self.table.rows[row][0]
        telling = 1.5 * filled + 1.2 * named + 1.2 * best + 2.0 * own + 0.3 * is_edge
        return telling - 0.8 * is_unnamed

    def columns(self, count: int) -> list[int]:
        """Choose this many columns, the first one with the rows' names among them."""
        scores = [self._column_score(column) for column in range(len(self.table.header))]
        ranked = sorted(range(1, len(scores)), key=lambda column: (-scores[column], column))
        telling = [column for column in ranked if self._is_telling(column)]
        return [0, *sorted(telling[: count - 1])]

    def _column_score(self, column: int) -> float:
        cells = [row[column] for row in self.table.rows]
        filled = sum(map(bool, cells)) / len(cells)
        is_constant = len({cell for cell in cells if cell}) <= 1
        bold = any(place[1] == column for place in self._bold_cells)
        told = self.direction(column) is not None
        spoken = _is_named(self.table.header[column], self._text)
        return 1.2 * filled + 0.8 * spoken + 0.6 * bold + 0.4 * told - 1.2 * is_constant

    def caption(self) -> str:
        """Return what the table shows, in a sentence of Markdown, or an empty string."""
        sentences = split_sentences(self.table.caption)
        return standing_alone(sentences[0]) if sentences else ""

    @property
    def rows_name(self) -> str:
        r"""What the rows are for, in plain text: of `n \ alpha`, what stands before the bar."""
        spoken = to_narration(self.table.header[0].replace(r"\backslash", "∖"))
        return re.split(r"[\\∖]", spoken)[0].strip(" *$")

    def described(self) -> str:
        """Say what the columns are, where no caption does."""
        first = self.rows_name
        others = [to_narration(head).strip(" *") for head in self.table.header[1:]]
        named = [head for head in others if head]
        if not named or len(named) > 3:
            return f"A table by {first}" if first else "A table"
        listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
        return f"{listed}, by {first}" if first else f"{listed}, side by side"


def _labels(table: TableBlock) -> list[str]:
    """Return the rows' names in plain text; a blank is what stands above it."""
    labels: list[str] = []
    for row in table.rows:
        label = to_narration(row[0]).strip()
        labels.append(label or (labels[-1] if labels else ""))
    return labels


def _is_name(label: str) -> bool:
    return any(character.isalpha() for character in label) and (
        len(label.split()) <= _MOST_WORDS_OF_LABEL
    )


def _is_named(name: str, text: str) -> bool:
    """Tell whether a text (in lower case) speaks of a row or a column."""
    plain = to_narration(name).lower().strip(" *:.↑↓")
    bare = re.sub(r"\s*\([^()]*\)", "", plain).strip()
    return any(
        len(each) > 2 and re.search(rf"(?<!\w){re.escape(each)}s?(?!\w)", text)
        for each in {plain, bare}
    )
