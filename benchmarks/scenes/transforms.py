from itertools import pairwise

from manim import *


class Regrouping(Scene):
    """Formulas whose terms move, as scenes by other authors have them."""

    def construct(self):
        title = Text("Completing the square", font_size=40).to_edge(UP)
        steps = [
            MathTex("x^2", "+", "b x", "+", "c"),
            MathTex("x^2", "+", "b x", "+", r"\tfrac{b^2}{4}", "-", r"\tfrac{b^2}{4}", "+", "c"),
            MathTex(r"\left(x+\tfrac{b}{2}\right)^2", "-", r"\tfrac{b^2}{4}", "+", "c"),
        ]
        self.play(Write(title))
        self.play(Write(steps[0]))
        self.wait(1)
        for before, after in pairwise(steps):
            self.play(TransformMatchingTex(before, after), run_time=1.5)
            self.wait(1)
        box = SurroundingRectangle(steps[-1], color=YELLOW)
        self.play(Create(box), steps[-1].animate.set_color_by_gradient(BLUE, GREEN))
        self.wait(2)
        self.play(FadeOut(VGroup(title, box, steps[-1])))
