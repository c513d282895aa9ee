"""Pages as plain as can be: texts and whole formulas that fade in, and nothing that moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import (
    LEFT_EDGE,
    SMALL_SIZE,
    SMALLEST_FORMULA_SCALE,
    TEXT_SIZE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import LINE_HEIGHT, draw_text, fitting_text
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH
from arxiviz_pipeline.scenes.template.point_pages import Point

_GAP: Final = 0.3
_LEFT: Final = LEFT_EDGE + 0.6
_WIDTH: Final = TEXT_WIDTH - 0.6
_FORMULA_GAP: Final = 0.3
_CAPTION_HEIGHT: Final = SMALL_SIZE * LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class WholeFormula:
    """A formula in one piece, with its size at scale 1, and the words that lead to it."""

    tex: str
    number: int
    width: float
    height: float
    caption: str

    @property
    def scale(self) -> float:
        """How large it is drawn."""
        room = formula_room(1)
        return min(1.0, FORMULA_WIDTH / max(self.width, 1e-6), room / max(self.height, 1e-6))

    @property
    def is_legible(self) -> bool:
        """Whether it can be read with a page to itself."""
        return self.scale >= SMALLEST_FORMULA_SCALE

    @property
    def room(self) -> float:
        """How much of a page's height it takes with its caption."""
        return self.height * self.scale + _CAPTION_HEIGHT + 2 * _FORMULA_GAP


def formula_room(count: int) -> float:
    """Tell how high each of so many formulas on a page may be."""
    return (TOP - BOTTOM) / count - _CAPTION_HEIGHT - 2 * _FORMULA_GAP


def plain_points_page(name: str, points: Sequence[Point], fraction: float) -> Page:
    """Show points below each other, one after the other."""
    height = (TOP - BOTTOM - _GAP * (len(points) - 1)) / len(points)
    top = TOP
    shots: list[Shot] = []
    for index, point in enumerate(points):
        drawn = fitting_text(
            point.shown, sizes=(TEXT_SIZE, 25, SMALL_SIZE), width=_WIDTH, height=height - 0.2
        )
        shot = Shot(point.said, "A key point")
        shot.let(f"point_{index} = {placed(drawn, _LEFT, top, _WIDTH, drawn.height)}")
        shot.let(
            f"bar_{index} = Line([{LEFT_EDGE + 0.1:.3g}, {top:.3g}, 0], "
            f"[{LEFT_EDGE + 0.1:.3g}, {top - drawn.height:.3g}, 0], color=ACCENT, stroke_width=6)"
        )
        fades = [f"FadeIn(bar_{index})", f"FadeIn(point_{index})"]
        shot.play([*fades, *([] if index else [progress_to(fraction)])], 0.8)
        shots.append(shot)
        top -= height + _GAP
    names = ", ".join(f"bar_{index}, point_{index}" for index in range(len(points)))
    shots[-1].close([f"FadeOut(VGroup({names}))"], 0.6)
    return Page(name, tuple(shots))


def plain_formulas_page(name: str, formulas: Sequence[WholeFormula], fraction: float) -> Page:
    """Show whole formulas below each other, each under its caption."""
    spare = (TOP - BOTTOM - sum(item.room for item in formulas)) / len(formulas)
    top = TOP
    shots: list[Shot] = []
    for index, item in enumerate(formulas):
        said = item.caption or f"Formula {item.number}."
        caption = draw_text(said, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
        shot = Shot(said, "A formula")
        box = placed(caption, LEFT_EDGE, top, TEXT_WIDTH, caption.height, "MUTED")
        shot.let(f"caption_{index} = {box}")
        height = item.height * item.scale
        middle = top - _CAPTION_HEIGHT - (item.room + spare - _CAPTION_HEIGHT) / 2
        shot.let(
            f"equation_{index} = fit(MathTex({literal(item.tex)}), {FORMULA_WIDTH:.4g}, "
            f"{max(height, 0.3):.3g}).move_to([0, {middle:.3g}, 0])"
        )
        fades = [f"FadeIn(caption_{index})", f"FadeIn(equation_{index})"]
        shot.play([*fades, *([] if index else [progress_to(fraction)])], 0.8)
        shot.hold_seconds = 1.0
        shots.append(shot)
        top -= item.room + spare
    names = ", ".join(f"caption_{index}, equation_{index}" for index in range(len(formulas)))
    shots[-1].close([f"FadeOut(VGroup({names}))"], 0.6)
    return Page(name, tuple(shots))


def on_pages(formulas: Sequence[WholeFormula], most: int) -> list[list[WholeFormula]]:
    """Share formulas out over pages, as many on each as fit, but no more than asked."""
    pages: list[list[WholeFormula]] = []
    for item in formulas:
        taken = sum(other.room for other in pages[-1]) if pages else 0.0
        if pages and len(pages[-1]) < most and taken + item.room <= TOP - BOTTOM:
            pages[-1].append(item)
        else:
            pages.append([item])
    return pages
