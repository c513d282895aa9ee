"""Lays a chain of expressions out in rows that are tried and measured, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.ports import Formula, TypesetFormula, Typesetter
from arxiviz_pipeline.scenes.drawing.palette import SMALLEST_FORMULA_SCALE
from arxiviz_pipeline.scenes.formulas.carrying import Line, chain_lines, whole_lines
from arxiviz_pipeline.scenes.formulas.chains import Chain
from arxiviz_pipeline.scenes.formulas.layout import (
    FORMULA_WIDTH,
    Row,
    rows_height,
    rows_width,
)

_LARGEST_SCALE: Final = 1.15
_ROOMY_SCALE: Final = 0.8
_WIDEST_LEFT: Final = 0.36  # of the formula's width: beyond, it has a row of its own
_INDENT: Final = 0.8
_SAME_SIZE: Final = 0.06
_FEWEST_ROWS: Final = 2

Parts = tuple[str, ...]
Sizes = dict[Parts, TypesetFormula]


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """A chain ready to be drawn.

    Attributes:
        rows: The expression it starts from, alone or with the first link; then a link each.
        lines: That expression's pieces, then each link's, and what is carried from one to the next.
        has_left_row: Whether what it starts from has a row of its own.
    """

    chain: Chain
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    has_left_row: bool

    def row_of(self, line: int) -> int:
        """Return the row a line stands in."""
        return line if self.has_left_row else max(0, line - 1)

    def first_piece(self, line: int) -> int:
        """Return the place of a line's first piece in its row."""
        return len(self.lines[0].pieces) if line == 1 and not self.has_left_row else 0


@dataclass(frozen=True, slots=True)
class ChainPage:
    """Rows `start` to `end` at one scale."""

    start: int
    end: int
    scale: float


def plan_chains(chains: Sequence[Chain], typesetter: Typesetter) -> list[ChainPlan | None]:
    """Plan each chain; None where LaTeX refuses it, or it is too wide to be read."""
    if not chains:
        return []
    fine = [chain_lines(_texs(chain)) for chain in chains]
    whole = [whole_lines(_texs(chain)) for chain in chains]
    wishes = [wish for lines in (*fine, *whole) for wish in _wishes(lines)]
    unique = list(dict.fromkeys(wishes))
    answers = typesetter.typeset([Formula(parts) for parts in unique])
    sizes = dict(zip(unique, answers, strict=True))
    return [_plan(*each, sizes) for each in zip(chains, fine, whole, strict=True)]


def _texs(chain: Chain) -> list[str]:
    return [chain.left, *(link.tex for link in chain.links)]


def _wishes(lines: Sequence[Line]) -> list[Parts]:
    left, first, *_ = lines
    return [(*left.pieces, *first.pieces), *(line.pieces for line in lines)]


def _plan(
    chain: Chain, fine: Sequence[Line], whole: Sequence[Line], sizes: Sizes
) -> ChainPlan | None:
    if any(sizes[wish].width is None for wish in _wishes(whole)):
        return None
    lines = fine if _look_alike(fine, whole, sizes) else whole
    left, first, *others = lines
    lead = sizes[left.pieces].width or 0.0
    has_left_row = lead > _WIDEST_LEFT * FORMULA_WIDTH
    rows = [_row(line.pieces, 0, sizes, indent=_INDENT if has_left_row else 0.0) for line in others]
    if has_left_row:
        rows = [
            _row(left.pieces, 0, sizes),
            _row(first.pieces, 0, sizes, indent=_INDENT),
            *rows,
        ]
    else:
        anchor = len(left.pieces)
        rows.insert(0, _row((*left.pieces, *first.pieces), anchor, sizes, lead=lead))
    if rows_width(rows) * SMALLEST_FORMULA_SCALE > FORMULA_WIDTH:
        return None
    return ChainPlan(chain, tuple(rows), tuple(lines), has_left_row)


def _look_alike(fine: Sequence[Line], whole: Sequence[Line], sizes: Sizes) -> bool:
    pairs = zip(_wishes(fine), _wishes(whole), strict=True)
    return all(_is_same(sizes[one], sizes[other]) for one, other in pairs)


def _is_same(one: TypesetFormula, other: TypesetFormula) -> bool:
    return (
        one.width is not None
        and one.height is not None
        and abs(one.width - (other.width or 0.0)) < _SAME_SIZE
        and abs(one.height - (other.height or 0.0)) < _SAME_SIZE
    )


def _row(parts: Parts, anchor: int, sizes: Sizes, *, indent: float = 0.0, lead: float = 0.0) -> Row:
    size = sizes[parts]
    return Row(parts, anchor, indent, size.width or 0.0, size.height or 0.0, lead)


def paginate_chain(plan: ChainPlan, height: float) -> list[ChainPage]:
    """Share rows out over pages; each page opens with the row the one before ended with."""
    count = len(plan.rows)
    widest = min(_LARGEST_SCALE, FORMULA_WIDTH / max(rows_width(plan.rows), 1e-6))
    together = min(widest, height / max(rows_height(plan.rows), 1e-6))
    if together >= min(widest, SMALLEST_FORMULA_SCALE * 1.1):
        return [ChainPage(0, count, together)]
    scale = min(widest, _ROOMY_SCALE)
    pages: list[ChainPage] = []
    start = 0
    while start < count - 1 or not pages:
        end = start + 1
        while end < count and rows_height(plan.rows[start : end + 1]) * scale <= height:
            end += 1
        end = min(count, max(end, start + _FEWEST_ROWS))
        fitting = height / max(rows_height(plan.rows[start:end]), 1e-6)
        pages.append(ChainPage(start, end, min(scale, fitting)))
        start = end - 1
    return pages
