"""Short Manim programs for tests, and scripts made of them."""

from textwrap import dedent, indent

from arxiviz_pipeline.domain.models import Beat, SceneScript

SCENE = "Short"
GOOD = """\
from manim import *


class Short(Scene):
    def construct(self):
        picture = VGroup(Text("Words"), MathTex("a^2", "=", r"\\frac{b}{2}")).arrange(DOWN)
        self.play(FadeIn(picture), run_time=0.4)
        self.wait(0.8)
        self.play(FadeOut(picture), run_time=0.4)
"""
BEATS = (Beat("First <one>.", 1.0, "words"), Beat("Then & another.", 1.0, "a formula"))


def scene(body: str, top: str = "") -> str:
    """Write a program whose scene does this; `top` comes before it, on line 2."""
    construct = indent(dedent(body).strip(), " " * 8)
    start = f"from manim import *\n{top}\nclass {SCENE}(Scene):\n    def construct(self):\n"
    return f"{start}{construct}\n"


def script(code: str, scene_name: str = SCENE) -> SceneScript:
    """Make a scene script of a program, without any check."""
    return SceneScript(
        id="short",
        section_id="S1",
        concept="a test",
        storyboard=BEATS,
        manim_code=code,
        scene_name=scene_name,
        origin="submitted",
        checks=(),
    )
