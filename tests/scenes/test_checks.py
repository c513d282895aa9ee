"""What is found wrong in a script without running it, and that the palette can be read."""

from dataclasses import replace

import pytest

from arxiviz_pipeline.scenes.drawing.palette import BACKGROUND, COLOURS
from arxiviz_pipeline.scenes.gates.script_checks import check_scene_script
from tests.fakes import make_script

_SLIDE = ["has the scene", "imports only manim, numpy and math"]
GOOD = "from manim import *\nimport numpy as np\nclass A(Scene):\n    pass\n"


@pytest.mark.parametrize(
    ("code", "failed"),
    [
        (GOOD, []),
        ("class A(", ["parses"]),
        ("a = '\x00'", ["parses"]),
        ("from manim import *\nclass B(Scene): pass", ["has the scene"]),
        ("from manim import *\nclass A: pass", ["has the scene"]),
        ("from manim import *\nclass B(ThreeDScene): pass\nclass A(B): pass", []),
        ("class A(A): pass", ["has the scene"]),
        ("class MyScene: pass\nclass A(MyScene): pass", ["has the scene"]),
        ("from slides import SlideScene\nclass A(SlideScene): pass", _SLIDE),
        ("from manim import Scene as S\nclass A(S): pass\nclass B(A): pass", []),
        ("import manim as m\nif True:\n    class A(m.ThreeDScene): pass", []),
        (f"{GOOD}import os.path", ["imports only manim, numpy and math"]),
        (f"{GOOD}from . import x", ["imports only manim, numpy and math"]),
    ],
)
def test_checks_find_what_cannot_work(code: str, failed: list[str]):
    checks = check_scene_script(replace(make_script("a"), manim_code=code))
    assert [check.name for check in checks if not check.passed] == failed


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", sorted(COLOURS.keys() - {"BACKGROUND", "PANEL"}))
@pytest.mark.parametrize("ground", ["BACKGROUND", "PANEL"])
def test_colours_of_text_stand_out(name: str, ground: str):
    # WCAG 2.2, 1.4.3: at least 4.5 to 1.
    assert (_luminance(COLOURS[name]) + 0.05) / (_luminance(COLOURS[ground]) + 0.05) >= 4.5
    assert COLOURS["BACKGROUND"] == BACKGROUND
