"""Decides a formula's rows, steps and pieces: what appears one by one, what stands out.

Every tuple of pieces a scene will hand to MathTex has gone through the typesetter first; a
division that LaTeX refuses, or that changes how a row looks, falls back to a coarser one.
"""

from collections.abc import Sequence
from dataclasses import replace

from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan, Row, legend_in
from arxiviz_pipeline.scenes.formulas.pieces import Piece, divide
from arxiviz_pipeline.scenes.formulas.row_plans import Parts, Sizes, plan_rows, try_and_measure
from arxiviz_pipeline.scenes.formulas.symbol_names import (
    LegendEntry,
    SymbolName,
    choose_names,
    legend_of,
)
from arxiviz_pipeline.scenes.formulas.symbols import Symbol

_MOST_STEPS = 7  # of a whole formula
_SAME_SIZE = 0.06  # Manim units: pieces must not change how a row looks


def plan_formulas(
    texs: Sequence[str],
    typesetter: Typesetter,
    names: Sequence[Sequence[SymbolName]] = (),
) -> list[FormulaPlan]:
    """Plan each formula, in order; the typesetter is asked four times at most.

    Args:
        texs: What a section holds.
        typesetter: Tries and measures all that is drawn.
        names: What each formula's symbols stand for, as far as that is known.
    """
    if not texs:
        return []
    plans = plan_rows(texs, typesetter)
    named = choose_names(texs, names) if names else [()] * len(texs)
    legends = [legend_of(chosen) for chosen in named]
    divided = [_divided(plan, chosen) for plan, chosen in zip(plans, named, strict=True)]
    sizes = try_and_measure(
        [
            *(_tex_of(row) for rows in divided for choices in rows for row in choices),
            *(entry.parts for legend in legends for entry in legend),
        ],
        typesetter,
    )
    return [
        _with_pieces(plan, rows, legend, sizes)
        for plan, rows, legend in zip(plans, divided, legends, strict=True)
    ]


def _divided(plan: FormulaPlan, names: Sequence[SymbolName]) -> list[list[Row]]:
    """Offer for each row its finest division, then coarser ones."""
    symbols = [each.symbol for each in names]
    part_count = sum(len(row.parts) for row in plan.rows)
    spare = max(0, _MOST_STEPS - part_count)
    offers: list[list[Row]] = []
    for row in plan.rows:
        finest = _divide_row(row, symbols, spare)
        spare -= len(finest.parts) - len(row.parts)
        choices = [finest, _divide_row(row, symbols, 0), _divide_row(row, (), 1)]
        offers.append([choice for choice in choices if choice.divided])
    return offers


def _divide_row(row: Row, symbols: Sequence[Symbol], spare: int) -> Row:
    steps: list[tuple[Piece, ...]] = []
    anchor = row.anchor
    for index, part in enumerate(row.parts):
        # What stands before the relation is one thing: what the rest is about.
        is_lead = row.anchor is not None and index < row.anchor
        divided = divide(part, symbols, 1 if is_lead else spare + 1)
        spare -= len(divided) - 1
        if row.anchor is not None and index < row.anchor:
            anchor = (anchor or 0) + len(divided) - 1
        steps += divided
    if all(len(step) == 1 and step[0].symbol is None for step in steps) and len(steps) == len(
        row.parts
    ):
        return row
    parts = tuple(" ".join(piece.tex for piece in step) for step in steps)
    return replace(row, parts=parts, anchor=anchor, divided=tuple(steps))


def _tex_of(row: Row) -> Parts:
    return tuple(piece.tex for piece in row.pieces)


def _with_pieces(
    plan: FormulaPlan,
    offers: Sequence[Sequence[Row]],
    legend: Sequence[LegendEntry],
    sizes: Sizes,
) -> FormulaPlan:
    rows = tuple(
        next((offer for offer in choices if _looks_like(offer, row, sizes)), row)
        for row, choices in zip(plan.rows, offers, strict=True)
    )
    drawn = [
        replace(entry, width=size.width)
        for entry in legend
        if (size := sizes[entry.parts]).width is not None
    ]
    return replace(plan, rows=rows, legend=legend_in(rows, drawn))


def _looks_like(offer: Row, row: Row, sizes: Sizes) -> bool:
    size = sizes[_tex_of(offer)]
    return (
        size.width is not None
        and size.height is not None
        and abs(size.width - row.width) < _SAME_SIZE
        and abs(size.height - row.height) < _SAME_SIZE
    )
