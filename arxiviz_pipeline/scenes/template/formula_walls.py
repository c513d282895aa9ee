"""Pages of many short formulas, side by side: for sections that have more than can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, progress_to
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH, FormulaPage, FormulaPlan
from arxiviz_pipeline.scenes.template.formula_pages import let_formula

_SCALE: Final = 0.66
_COLUMN_GAP: Final = 0.9
_ROW_GAP: Final = 0.4
_HEIGHT: Final = TOP - BOTTOM - 0.2


@dataclass(frozen=True, slots=True)
class _Line:
    """Formulas beside each other, as indices."""

    indices: list[int]
    width: float
    height: float


def fits_on_a_wall(plans: Sequence[FormulaPlan]) -> bool:
    """Tell whether formulas are legible on one page together."""
    if any(not plan.rows or plan.width * _SCALE > FORMULA_WIDTH for plan in plans):
        return False
    return _height(_lines(plans)) <= _HEIGHT


def wall_page(
    name: str, numbers: Sequence[int], plans: Sequence[FormulaPlan], fraction: float
) -> Page:
    """Show formulas one after the other, left to right and down."""
    said = f"Formulas {numbers[0]} to {numbers[-1]}." if len(numbers) > 1 else "A formula."
    shot = Shot(said, "Many formulas, side by side")
    lines = _lines(plans)
    y = (TOP + BOTTOM) / 2 + _height(lines) / 2
    names: list[str] = []
    for line in lines:
        x = -line.width / 2
        for index in line.indices:
            plan = plans[index]
            width, height = plan.width * _SCALE, plan.height * _SCALE
            names.append(f"equation_{index}")
            centre_y = y - line.height / 2
            page = FormulaPage(plan.rows, _SCALE)
            let_formula(shot, names[-1], page, centre_y=centre_y, height=height)
            shot.let(f"{names[-1]}.move_to([{x + width / 2:.3g}, {centre_y:.3g}, 0])")
            beside = [] if len(names) > 1 else [progress_to(fraction)]
            shot.play([f"FadeIn({names[-1]}, shift=0.15 * RIGHT)", *beside], 0.6)
            x += width + _COLUMN_GAP
        y -= line.height + _ROW_GAP
    shot.hold_seconds = 1.2
    shot.close([f"FadeOut(VGroup({', '.join(names)}))"], 0.4)
    return Page(name, (shot,))


def _lines(plans: Sequence[FormulaPlan]) -> list[_Line]:
    lines: list[_Line] = []
    for index, plan in enumerate(plans):
        width, height = plan.width * _SCALE, plan.height * _SCALE
        last = lines[-1] if lines else None
        if last and last.width + _COLUMN_GAP + width <= FORMULA_WIDTH:
            lines[-1] = _Line(
                [*last.indices, index],
                last.width + _COLUMN_GAP + width,
                max(last.height, height),
            )
        else:
            lines.append(_Line([index], width, height))
    return lines


def _height(lines: Sequence[_Line]) -> float:
    return sum(line.height for line in lines) + _ROW_GAP * max(0, len(lines) - 1)
