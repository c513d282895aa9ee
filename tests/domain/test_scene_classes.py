import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.scene_classes import (
    choose_scene,
    find_scene_classes,
    other_scenes,
    parse_script,
)


@pytest.mark.parametrize(
    "code",
    [
        "from manim import *\nclass A(Scene): pass",
        "from manim import Scene as S\nclass A(S): pass",
        "import manim\nclass A(manim.Scene): pass",
        "import manim as mn\nclass A(mn.ThreeDScene): pass",
        "from manim.scene.moving_camera_scene import MovingCameraScene as M\nclass A(M): pass",
        "from manim import *\nBase = ZoomedScene\nclass A(Base): pass",
        "from manim import *\nclass B(VectorScene): pass\nclass A(B): pass",
        "from manim import *\nclass Mixin: pass\nclass A(Mixin, LinearTransformationScene): pass",
        "from manim import *\nif True:\n    class A(SpecialThreeDScene): pass",
        "try:\n    from manim import *\nexcept ImportError:\n    raise\nclass A(Scene): pass",
    ],
)
def test_a_scene_is_found_however_its_base_is_written(code: str):
    assert choose_scene(code) == "A"


def test_scenes_come_in_source_order_and_without_those_others_build_on():
    code = "from manim import *\nclass C(Scene): pass\nclass B(C): pass\nclass A(Scene): pass"
    assert find_scene_classes(parse_script(code)).leaves == ("B", "A")


def test_a_scene_others_build_on_is_rendered_when_named():
    code = "from manim import *\nclass C(Scene): pass\nclass B(C): pass"
    assert choose_scene(code, "C") == "C"


def test_a_class_with_a_base_from_elsewhere_is_taken_only_when_named():
    code = "from slides import Slide\nclass A(Slide): pass"
    assert choose_scene(code, "A") == "A"
    with pytest.raises(RenderError, match="its classes A don't visibly build on"):
        choose_scene(code)


def test_a_class_named_scene_of_other_origin_is_no_scene():
    with pytest.raises(RenderError) as caught:
        choose_scene("class Scene: pass\nclass A(Scene): pass")
    assert caught.value.kind == "no_scene"


def test_of_several_scenes_the_first_is_taken_unless_one_is_named():
    code = "from manim import *\nclass A(Scene): pass\nclass B(Scene): pass"
    assert choose_scene(code) == "A"
    assert choose_scene(code, "B") == "B"


def test_a_name_that_is_not_there_is_answered_with_those_that_are():
    code = "from manim import *\nclass A(Scene): pass\nclass B(Scene): pass"
    with pytest.raises(RenderError, match="no scene 'C'; it has A, B") as caught:
        choose_scene(code, "C")
    assert caught.value.kind == "no_scene"


@pytest.mark.parametrize(
    ("code", "line"), [("x = 1\nclass A(\n", 2), ("x = '\\0'\n\0", None), ("(" * 5000, 1)]
)
def test_what_python_cannot_parse_is_a_syntax_error(code: str, line: int | None):
    with pytest.raises(RenderError) as caught:
        choose_scene(code)
    assert caught.value.kind == "syntax"
    assert line is None or caught.value.line == line


@pytest.mark.parametrize("code", ["class A({}): pass", "B = {}\nclass A(B): pass"])
def test_names_nested_too_deeply_to_be_read_are_a_syntax_error(code: str):
    with pytest.raises(RenderError, match="cannot read the script") as caught:
        choose_scene(code.format("a" + ".a" * 900))
    assert caught.value.kind == "syntax"


def test_scenes_that_others_build_on_are_none_that_might_be_rendered_instead():
    code = "from manim import *\nclass A(Scene): pass\nclass B(A): pass\nclass C(Scene): pass"
    assert other_scenes(code, "B") == ("C",)
    assert other_scenes(code, "A") == ("B", "C")
