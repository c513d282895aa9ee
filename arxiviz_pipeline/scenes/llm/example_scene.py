"""A scene as it should be: part of what an LLM is told, and itself proved by the gates."""

from typing import Final

from arxiviz_pipeline.scenes.drawing.palette import (
    COLOURS,
    FORMULA_SIZE,
    MARGIN,
    TEXT_SIZE,
    TEXT_WIDTH,
    TITLE_SIZE,
)

LONE_FORMULA_SIZE: Final = 3 * FORMULA_SIZE // 2
"""Of a short formula with the frame to itself."""

PALETTE_CODE: Final = "\n".join(f'{name} = "{value}"' for name, value in COLOURS.items())
"""The constants that every module opens with."""

EXAMPLE_CODE: Final = f"""\
from manim import *

{PALETTE_CODE}


def fitted(mobject, width={TEXT_WIDTH:.1f}):
    if mobject.width > width:
        mobject.scale_to_fit_width(width)
    return mobject


class Section1(Scene):
    def construct(self):
        self.camera.background_color = BACKGROUND

        # How far does a stone fall?
        title = Text("A falling stone", font="Sans", font_size={TITLE_SIZE}, color=INK)
        fitted(title).to_edge(UP, buff={MARGIN:g})
        law = MathTex("s", "=", r"\\frac{{1}}{{2}}", "g", "t^2", font_size={LONE_FORMULA_SIZE})
        law.set_color(INK)
        self.play(FadeIn(title), run_time=1)
        self.play(Write(law), run_time=2)
        self.wait(2)

        # Twice the time, four times the way.
        label = Text("time", font="Sans", font_size={TEXT_SIZE}, color=HIGHLIGHT)
        label.next_to(law[4], DOWN, buff=0.6)
        self.play(law[4].animate.set_color(HIGHLIGHT), FadeIn(label), run_time=1)
        self.wait(1.6)
        twice = MathTex("s(2t)", "=", "4", "s(t)", font_size={LONE_FORMULA_SIZE}, color=INK)
        self.play(FadeOut(label), law.animate.shift(UP), run_time=0.8)
        twice.next_to(law, DOWN, buff=0.9)
        self.play(Write(twice), run_time=1.2)
        self.wait(1.4)

        # So the way grows with time squared.
        self.play(twice.animate.set_color(RESULT), run_time=0.8)
        frame = SurroundingRectangle(law, color=ACCENT, buff=0.3)
        self.play(Create(frame), run_time=1)
        self.wait(4.2)
"""
