"""What the rules for whole scripts change, and that they leave good scripts alone."""

import pytest

from arxiviz_pipeline.scenes.repair.script_mends import mend_script
from tests.scenes.proving import MANIM, scene


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.play(ShowCreation(Square()))", "self.play(Create(Square()))"),
        ("t = TextMobject('x')", "t = Tex('x')"),
        ("self.play(FadeInFrom(t, DOWN))", "self.play(FadeIn(t, shift=-1 * DOWN))"),
        ("self.play(FadeInFromDown(t))", "self.play(FadeIn(t, shift=UP))"),
        ("self.play(FadeOutAndShift(t, LEFT))", "self.play(FadeOut(t, shift=LEFT))"),
        ("self.play(FadeIn(t, 2 * UP))", "self.play(FadeIn(t, shift=2 * UP))"),
        ("self.play(LaggedStart(ShowCreation, t))", "self.play(LaggedStartMap(Create, t))"),
        ("Square(color=CYAN)", 'Square(color=ManimColor("#00FFFF"))'),
        ("Square(color='light blue')", "Square(color=\"#ADD8E6\")"),
        ("self.play(x, rate_func=ease_in_sine)", "rate_func=rate_functions.ease_in_sine"),
        ("self.play(x, rate_func=ease_never)", "rate_func=smooth"),
        ("x = FRAME_WIDTH / 2", "x = config.frame_width / 2"),
        ("Axes(x_min=-1, x_max=3)", "Axes(x_range=[-1, 3])"),
        ("axes.get_graph(abs)", "axes.plot(abs)"),
        ("Text('x', size=0.5)", "Text('x', font_size=24)"),
        ("Code(code='x', font_size=20)",
         "Code(code_string='x', paragraph_config={\"font_size\": 20})"),
        ("Square(opacity=0.3)", "Square().set_opacity(0.3)"),
        ("Square(side_length=1, sides=4)", "Square(side_length=1)"),
        ("self.play(sq.shift, UP, Create(c))", "self.play(sq.animate.shift(UP), Create(c))"),
        ("self.play(sq.shift(UP))", "self.play(sq.animate.shift(UP))"),
        ("self.play(sq.set_fill, {'color': RED})", "sq.animate.set_fill(**{'color': RED})"),
        ("sq.x = tracker.number", "sq.x = tracker.get_value()"),
        ("y = math.sin(1)", "import math\n"),
        ("y = heapq.heappop(x)", "import heapq\n"),
        ("SurroundingRectangle(sq, RED, 0.2)", "SurroundingRectangle(sq, color=RED, buff=0.2)"),
        ("y = sin(1)", "y = np.sin(1)"),
        ("logo = ImageMobject('a/logo.png')", "logo = missing_picture('a/logo.png')"),
        ("v = VGroup(*self.mobjects)", "v = Group(*self.mobjects)"),
        ("self.play(self.camera.frame.animate.scale(2))", "class A(MovingCameraScene):"),
        ("self.set_camera_orientation(phi=1)", "class A(ThreeDScene):"),
        ("self.add_sound('x.wav')", "    def construct(self):\n        pass"),
        ("self.wait(0)", "    def construct(self):\n        pass"),
    ],
)  # fmt: skip
def test_old_and_invented_names_become_todays(old: str, new: str):
    head = "from manim import *\nimport numpy as np\nsq = c = t = x = axes = tracker = None"
    mended = mend_script(scene(old, head=head), MANIM)
    assert new in mended.code
    assert mended.changes


@pytest.mark.parametrize(
    ("head", "new"),
    [
        ("from manimlib.imports import *", "from manim import *\n"),
        ("from manimlib import *", "from manim import *\n"),
        ("", "from manim import *\n"),
        ("from manimlib import *\nt = Tex('x')", "t = MathTex('x')\n"),
        ("from manim import Scene, ShowCreation, Square", "from manim import *\n"),
        ("from manim import *\nimport torch", "from manim import *\n\n\nclass"),
        ("from manim import *\nimport os, subprocess", "from manim import *\n\n\nclass"),
    ],
)
def test_imports_are_set_right(head: str, new: str):
    mended = mend_script(scene("self.play(ShowCreation(Square()))", head=head), MANIM)
    assert new in mended.code
    assert "torch" not in mended.code


def test_scenes_of_lost_libraries_get_a_stand_in():
    head = "from manim import *\nfrom manim_voiceover import VoiceoverScene"
    body = ("with self.voiceover(text='one two') as tracker:", "    self.wait(tracker.duration)")
    mended = mend_script(scene(*body, base="VoiceoverScene", head=head), MANIM)
    assert "manim_voiceover" not in mended.code
    assert "class VoiceoverScene(Scene):" in mended.code


def test_the_configuration_of_older_scenes_becomes_attributes():
    code = (
        "from manim import *\nclass A(Scene):\n    CONFIG = {'side': 2, 'camera_config': {}}\n"
        "    def construct(self):\n        Square(side_length=self.side)\n"
    )
    mended = mend_script(code, MANIM)
    assert "    side = 2\n" in mended.code
    assert "CONFIG" not in mended.code


@pytest.mark.parametrize(
    "body",
    [
        ("sq = Square(side_length=2)  # kept", "self.play(sq.animate.shift(UP), Create(sq))"),
        ("self.play(FadeIn(Text('a')).set_run_time(2))",),
        ("TOP = 3", "CYAN = RED", "def ShowCreation(x): return x", "ShowCreation(TOP)"),
        ("self.frame = Square()", "self.add(self.frame)"),
    ],
)
def test_what_is_good_is_left_alone(body: tuple[str, ...]):
    code = scene(*body)
    assert mend_script(code, MANIM).code == code


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("picture = ImageMobject('a.png')\n", "def missing_picture"),
        ("@named\nclass A(Scene):\n    picture = ImageMobject('a.png')\n", "\n\n\n@named\nclass A"),
    ],
)
def test_what_is_written_into_a_script_stands_before_its_classes(code: str, place: str):
    mended = mend_script(f"from manim import *\n\nnamed = None\n{code}", MANIM)
    assert place in mended.code
