"""How a formula stands on the frame: rows of parts, and the pages they are shared out over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.palette import SMALLEST_FORMULA_SCALE, TEXT_WIDTH
from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.atoms import ink_count, walk
from arxiviz_pipeline.scenes.formulas.pieces import Piece
from arxiviz_pipeline.scenes.formulas.splitting import starts_with_relation, starts_with_sign
from arxiviz_pipeline.scenes.formulas.symbol_names import LegendEntry

FORMULA_WIDTH: Final = TEXT_WIDTH - 0.7  # leaves room for a frame around it
LARGEST_SCALE: Final = 1.25
ROW_GAP: Final = 0.42  # Manim units at scale 1
_ROOMY_SCALE = 0.8
_TELLING: Final = ("letter", "function", "operator", "other")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a formula.

    Attributes:
        parts: What appears step by step.
        anchor: The part whose left edge stands under the other rows' anchors; None to centre.
        indent: How far right of the others' anchors, in Manim units at scale 1.
        width: In Manim units at scale 1.
        height: As width.
        lead: The width of what is left of the anchor.
        divided: Each part's pieces, where parts are made of several.
    """

    parts: tuple[str, ...]
    anchor: int | None
    indent: float
    width: float
    height: float
    lead: float
    divided: tuple[tuple[Piece, ...], ...] = ()

    @property
    def steps(self) -> tuple[tuple[Piece, ...], ...]:
        """Each part's pieces."""
        return self.divided or tuple((Piece(part),) for part in self.parts)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in order, as MathTex gets them."""
        return tuple(piece for step in self.steps for piece in step)

    @property
    def anchor_piece(self) -> int | None:
        """The piece that the anchor begins with."""
        if self.anchor is None:
            return None
        return sum(len(step) for step in self.steps[: self.anchor])

    @property
    def has_left_side(self) -> bool:
        """Whether the first part is what the relation after it is about."""
        return (
            len(self.parts) > 1
            and not starts_with_sign(self.parts[0])
            and starts_with_relation(self.parts[1])
        )

    @property
    def left_stands_out(self) -> bool:
        """Whether the rest tells of the left side: it is no number, nor more than half of the row.

        In `0 = f(x)`, `x^2 + b x = 0` and `a + b = c` nothing is defined.
        """
        if not self.has_left_side:
            return False
        left, right = (read_atoms(" ".join(each)) for each in (self.parts[:1], self.parts[1:]))
        if left is None:
            return True
        if not any(atom.kind in _TELLING for each in walk(left.atoms) for atom in each):
            return False
        is_sum = any(atom.kind == "sign" for atom in left.atoms[1:])
        is_longer = right is not None and ink_count(left.atoms) > ink_count(right.atoms)
        return not (is_sum or is_longer)


@dataclass(frozen=True, slots=True)
class FormulaPlan:
    """A formula ready to be drawn, or the reason why it cannot be.

    Attributes:
        tex: What the section holds.
        rows: Empty if LaTeX refuses the formula.
        error: TeX's message then.
        legend: What symbols among its pieces stand for.
    """

    tex: str
    rows: tuple[Row, ...]
    error: str | None = None
    legend: tuple[LegendEntry, ...] = ()

    @property
    def width(self) -> float:
        """At scale 1, rows aligned at their anchors."""
        return rows_width(self.rows)

    @property
    def height(self) -> float:
        """At scale 1."""
        return rows_height(self.rows)

    @property
    def left_side(self) -> str:
        """The first part, if a relation follows it."""
        first = self.rows[0] if self.rows else None
        return first.parts[0] if first and first.has_left_side else ""

    @property
    def left_side_stands_out(self) -> bool:
        """Whether the left side is what the first row is about."""
        return bool(self.rows) and self.rows[0].left_stands_out

    @property
    def defines_left_side(self) -> bool:
        """Whether the left side equals the rest, so that the formula can be named after it."""
        return bool(self.left_side) and self.rows[0].parts[1].startswith(("=", ":=", ":"))


def rows_width(rows: Sequence[Row]) -> float:
    """Measure rows from the leftmost edge to the rightmost."""
    aligned = [row for row in rows if row.anchor is not None]
    centred = max((row.width for row in rows if row.anchor is None), default=0.0)
    if not aligned:
        return centred
    left = min(row.indent - row.lead for row in aligned)
    right = max(row.indent - row.lead + row.width for row in aligned)
    return max(centred, right - left)


def rows_height(rows: Sequence[Row]) -> float:
    """Measure rows with the gaps between them."""
    return sum(row.height for row in rows) + ROW_GAP * max(0, len(rows) - 1)


@dataclass(frozen=True, slots=True)
class FormulaPage:
    """Rows that are seen at once, the scale to draw them at, and what their symbols stand for."""

    rows: tuple[Row, ...]
    scale: float
    legend: tuple[LegendEntry, ...] = ()

    @property
    def height(self) -> float:
        """As it is drawn."""
        return rows_height(self.rows) * self.scale

    @property
    def is_roomy(self) -> bool:
        """Whether it is as large as one would like."""
        return self.scale >= _ROOMY_SCALE - 1e-9

    @property
    def is_legible(self) -> bool:
        """Whether it is large enough to be read at the lowest quality."""
        return self.scale >= SMALLEST_FORMULA_SCALE - 1e-9


def paginate(plan: FormulaPlan, height: float, width: float = FORMULA_WIDTH) -> list[FormulaPage]:
    """Share a formula's rows out over as many pages of this height as they need."""
    widest = min(LARGEST_SCALE, width / max(plan.width, 1e-6))
    together = min(widest, height / max(plan.height, 1e-6))
    if together >= min(widest, SMALLEST_FORMULA_SCALE) or len(plan.rows) == 1:
        return [FormulaPage(plan.rows, together, plan.legend)]
    scale = min(widest, _ROOMY_SCALE)
    pages: list[list[Row]] = [[]]
    for row in plan.rows:
        if pages[-1] and rows_height([*pages[-1], row]) * scale > height:
            pages.append([])
        pages[-1].append(row)
    return [
        FormulaPage(
            tuple(rows),
            min(scale, height / max(rows_height(rows), 1e-6)),
            legend_in(rows, plan.legend),
        )
        for rows in pages
    ]


def legend_in(rows: Sequence[Row], legend: Sequence[LegendEntry]) -> tuple[LegendEntry, ...]:
    """Keep what tells of a symbol that has a piece of its own in these rows."""
    shown = {piece.symbol.keys for row in rows for piece in row.pieces if piece.symbol}
    return tuple(
        entry for entry in legend if any(each.symbol.keys in shown for each in entry.names)
    )
