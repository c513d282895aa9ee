"""Legends: what a formula's symbols stand for, introduced one by one below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Shot, on_grid, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, Row
from arxiviz_pipeline.scenes.formulas.symbol_names import LegendEntry, SymbolName
from arxiviz_pipeline.scenes.formulas.symbols import Symbol
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.word_lists import words_in

SYMBOL_COLOURS: Final = ("LEAF", "RESULT", "ROSE", "ACCENT", "HIGHLIGHT")
_SIGN_SCALE: Final = 1.0
_ROW_HEIGHT: Final = 0.62
_SIGN_GAP: Final = 0.3
_COLUMN_GAP: Final = 0.7
_WIDEST_SIGNS: Final = 3.2
_ENTRANCE_SECONDS: Final = 1.0
_MOST_ROWS: Final = 4
_MOST_COLUMNS: Final = 3
_DETERMINERS: Final = frozenset(
    words_in("the a an its their our each every all any some no one two three many both this that")
)
_EVEN_COUNT: Final = 4  # entries that look best two by two

NAMED_HELPER: Final = '''
def named(parts, colours, label, left, middle, width, size):
    """Put symbols, right-aligned in their column, before what they stand for."""
    signs = fit(MathTex(*parts), width, 0.5)
    for sign, colour in zip(signs, colours):
        sign.set_color(colour)
    signs.move_to([left + width, middle, 0], aligned_edge=RIGHT)
    words = text(label, size).move_to([left + width + 0.3, middle, 0], aligned_edge=LEFT)
    return VGroup(signs, words)
'''


@dataclass(frozen=True, slots=True)
class Legend:
    """Entries with their places below a formula.

    Attributes:
        sign_widths: How wide symbols are at most, in each column.
        column_widths: How wide symbols and words are together at most, in each column.
    """

    entries: tuple[LegendEntry, ...]
    labels: tuple[DrawnText, ...]
    sign_widths: tuple[float, ...]
    column_widths: tuple[float, ...]

    @property
    def columns(self) -> int:
        """How many entries stand beside each other."""
        return len(self.column_widths)

    @property
    def width(self) -> float:
        """In Manim units."""
        return sum(self.column_widths) + _COLUMN_GAP * (self.columns - 1)

    @property
    def height(self) -> float:
        """In Manim units."""
        return -(-len(self.entries) // self.columns) * _ROW_HEIGHT if self.entries else 0.0


NO_LEGEND: Final = Legend((), (), (0.0,), (0.0,))


def lay_out_legend(entries: Sequence[LegendEntry], room: float) -> Legend:
    """Arrange as many entries as fit into this height, those of the explanation first."""
    first = sorted(entries, key=lambda entry: not entry.is_explained)
    for count in range(len(first), 0, -1):
        kept = [entry for entry in entries if entry in first[:count]]
        for size in (TEXT_SIZE, SMALL_SIZE):
            legend = _arranged(kept, size)
            if legend is not None and legend.height <= room + 1e-9:
                return legend
    return NO_LEGEND


def _arranged(entries: Sequence[LegendEntry], font_size: int) -> Legend | None:
    labels = [
        draw_text(entry.text, font_size=font_size, width=TEXT_WIDTH, most_lines=1)
        for entry in entries
    ]
    if not all(label.is_whole for label in labels):
        return None
    most = _MOST_COLUMNS if len(entries) != _EVEN_COUNT else _EVEN_COUNT // 2
    for columns in range(min(most, len(entries)), 0, -1):
        legend = _in_columns(entries, labels, columns)
        if legend.width <= TEXT_WIDTH and legend.height <= _MOST_ROWS * _ROW_HEIGHT:
            return legend
    return None


def _in_columns(
    entries: Sequence[LegendEntry], labels: Sequence[DrawnText], columns: int
) -> Legend:
    sign_widths = [
        max(min(entry.width * _SIGN_SCALE, _WIDEST_SIGNS) for entry in entries[column::columns])
        for column in range(columns)
    ]
    column_widths = [
        sign_width + _SIGN_GAP + max(label.width for label in labels[column::columns])
        for column, sign_width in enumerate(sign_widths)
    ]
    return Legend(tuple(entries), tuple(labels), tuple(sign_widths), tuple(column_widths))


def let_legend(shot: Shot, legend: Legend, top: float) -> list[str]:
    """Add the statements that make a legend's entries, and return their names."""
    left_edge = max(LEFT_EDGE, -legend.width / 2)
    names: list[str] = []
    for index, (entry, label) in enumerate(zip(legend.entries, legend.labels, strict=True)):
        row, column = divmod(index, legend.columns)
        left = left_edge + sum(legend.column_widths[:column]) + column * _COLUMN_GAP
        middle = top - (row + 0.5) * _ROW_HEIGHT
        parts = ", ".join(literal(part) for part in entry.parts)
        colours = ", ".join(colour_of(name) for name in entry.names)
        numbers = f"{left:.3g}, {middle:.3g}, {legend.sign_widths[column]:.3g}, {label.font_size}"
        names.append(f"name_{index}")
        shot.let(f"name_{index} = named(")
        shot.let(f"    [{parts}], [{colours}], {literal(label.markup)}, {numbers}")
        shot.let(")")
    return names


def colour_of(name: SymbolName) -> str:
    """Return the script's constant for a symbol's colour."""
    return "INK" if name.colour is None else SYMBOL_COLOURS[name.colour % len(SYMBOL_COLOURS)]


def introduce(
    shot: Shot, equation: str, page: FormulaPage, legend: Legend, indices: Sequence[int]
) -> None:
    """Bring entries one by one while the shot's narration is said, each from its symbol."""
    pause = 0.0
    if indices:
        spare = reading_seconds(shot.narration) - shot.played_seconds
        pause = spare / len(indices) - _ENTRANCE_SECONDS
    for index in indices:
        entry = legend.entries[index]
        animations = [f"FadeIn(name_{index}[1], shift=0.2 * UP)"]
        for part, name in enumerate(entry.names):
            sign = f"name_{index}[0]" + (f"[{part}]" if len(entry.names) > 1 else "")
            places = list(_places(page.rows, name.symbol))
            whole = next((place for place, is_whole in places if is_whole), None)
            animations.append(
                f"TransformFromCopy({equation}{whole}, {sign})"
                if whole and len(entry.names) == 1
                else f"FadeIn({sign})"
            )
            colour = colour_of(name)
            if colour != "INK":
                animations += [
                    f"{equation}{place}.animate.set_color({colour})" for place, _ in places
                ]
        shot.play(animations, _ENTRANCE_SECONDS)
        if pause > 0:
            shot.wait(max(0.0, on_grid(pause) - 0.2))


def _places(rows: Sequence[Row], symbol: Symbol) -> list[tuple[str, bool]]:
    """Find a symbol's pieces as indices, and whether each is all of the symbol."""
    return [
        (f"[{row_index}][{index}]", piece.tex.strip("{} ") == symbol.tex.strip("{} "))
        for row_index, row in enumerate(rows)
        for index, piece in enumerate(row.pieces)
        if piece.symbol is not None and piece.symbol.keys == symbol.keys
    ]


def say_names(entries: Sequence[LegendEntry]) -> str:
    """Say what symbols stand for, in a sentence."""
    told: list[str] = []
    for index, entry in enumerate(entries):
        *first, last = [to_plain(read_math(name.symbol.tex)) for name in entry.names]
        signs = f"{', '.join(first)} and {last}" if first else last
        verb = "" if index else " stand" if first else " stands"
        told.append(f"{signs}{verb} for {_with_article(entry.text)}")
    *before, final = told
    return f"Here {', '.join(before)}, and {final}." if before else f"Here {final}."


def _with_article(name: str) -> str:
    first = name.split(" ", 1)[0].lower()
    is_noun = first.isascii() and first.replace("-", "").isalpha() and first not in _DETERMINERS
    return f"the {name}" if is_noun else name
