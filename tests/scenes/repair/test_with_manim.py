"""Gates and mends with the Manim and the LaTeX that are installed."""

import pytest

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.rendering.manim_api import load_manim_api
from arxiviz_pipeline.scenes.gates.prover import Gates, failures
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from tests.scenes.proving import scene
from tests.scenes.test_script_desk import Templates

GOOD = (
    scene("self.play(Create(Square(color=BLUE)))", "self.wait()"),
    scene("self.play(Write(MathTex(r'x^2')))", "self.wait()"),
    scene("c = mn.Circle()", "self.play(mn.FadeIn(c))", base="mn.Scene", head="import manim as mn"),
    scene("self.add(Text('It stands still.'))"),
)
OLD = (
    "from manimlib.imports import *\n\n\nclass A(Scene):\n    CONFIG = {'side': 2}\n\n"
    "    def construct(self):\n        square = Square(side_length=self.side, opacity=0.5)\n"
    "        self.play(ShowCreation(square))\n        self.play(square.shift, UP)\n"
    "        self.play(FadeOutAndShift(square, DOWN))\n"
)
INVENTED = scene(
    "label = Text('a label', weight=BOLD, glow=3)",
    "label.sparkle()",
    "self.play(Write(label))",
    "dots = VGroup(*[Dot(p) for p in [(0, 1), (1, 0)]])",
    "self.play(FadeIn(dots), Indicate(dots[5]))",
    "self.play(Write(MathTex('\\\\frac{1}{2', r'\\R')))",
    "for tex in [r'\\left( a \\right']:",
    "    self.play(Write(MathTex(tex)))",
    "self.wait(0)",
)


@pytest.fixture(scope="module")
def desk(latex: Typesetter, rehearser: Rehearser) -> ScriptDesk:
    return ScriptDesk(Templates(), Gates(load_manim_api, latex, rehearser))


def test_good_scripts_pass_and_broken_ones_are_found_at_their_line(desk: ScriptDesk):
    proved = desk.check_scripts([*GOOD, INVENTED])
    assert [failures(script) for script in proved[:-1]] == [[]] * len(GOOD)
    assert failures(proved[-1])[0].line == 6


@pytest.mark.parametrize("code", [OLD, INVENTED], ids=["old", "invented"])
def test_failing_scripts_are_mended_until_they_run(desk: ScriptDesk, code: str):
    mended = desk.mend_script(desk.check_script(code))
    assert failures(mended) == []
    assert mended.attempts[-1].passed
    assert mended.manim_code.count("self.play(") >= 3
