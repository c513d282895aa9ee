import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.scene_classes import choose_scene, find_scene_classes, parse_script

MANIM = "from manim import *\n"


@pytest.mark.parametrize(
    "code",
    [
        "from manim import *\nclass A(Scene): pass",
        "from manim import Scene as S\nclass A(S): pass",
        "import manim\nclass A(manim.Scene): pass",
        "import manim as mn\nclass A(mn.ThreeDScene): pass",
        "import manim.scene.scene\nclass A(manim.scene.scene.Scene): pass",
        "from manim.scene import scene\nclass A(scene.Scene): pass",
        "from manim.scene.moving_camera_scene import MovingCameraScene as M\nclass A(M): pass",
        "from manim import *\nBase = ZoomedScene\nclass A(Base): pass",
        "from manim import *\nclass B(VectorScene): pass\nclass A(B): pass",
        "from manim import *\nclass Mixin: pass\nclass A(Mixin, LinearTransformationScene): pass",
        "from manim import *\nif True:\n    class A(SpecialThreeDScene): pass",
        "try:\n    from manim import *\nexcept ImportError:\n    raise\nclass A(Scene): pass",
        "from manim import *\nfrom numpy import *\nfrom math import *\nclass A(Scene): pass",
        "from manim import *\nfrom dataclasses import dataclass\n@dataclass\nclass A(Scene): pass",
        "from manim import *\nfrom typing import *\nclass A(Scene, Generic[T]): pass",
        "from manim import *\nclass Scene: pass\nfrom manim import *\nclass A(Scene): pass",
        "from manim import *\nclass B(Scene): pass\nclass A(Scene): pass\ndel B",
        "from manim import *\nclass A(Scene): pass\nclass A(A): pass",
        "from manim import *\nclass B(Scene): pass\nA = B\ndel B",
        "from manim import *\nclass A(Scene): pass\nif __name__ == '__main__':\n    A().render()",
        "from manim import *\nclass A(Scene):\n    def f(self):\n        class B(Scene): pass",
        "from manim import *\nclass Pair:\n    class B: pass\nclass A(Scene): pass",
        "from manim import *\nx, y = 1, type(2)\nfor x in [y]: print(x)\nclass A(Scene): pass",
        "from manim import *\ndef make(): return Scene\nB = make()\nclass A(Scene): pass",
    ],
)
def test_a_scene_is_found_however_its_base_is_written(code: str):
    assert choose_scene(code) == "A"


@pytest.mark.parametrize(
    "code",
    [
        "A = type('A', (Scene,), {})",
        "make = type\nA = make('A', (Scene,), {})",
        "A = (lambda new: new('A', (Scene,), {}))(type)",
        "import types\nA = types.new_class('A', (Scene,))",
        "def make():\n    class A(Scene): pass\n    return A\nA = make()",
        "def make():\n    global A\n    A = 1\nmake()",
        "for n in range(2):\n    class A(Scene): pass",
        "if n:\n    class A(Scene): pass",
        "if n: Base = ThreeDScene\nelse: Base = Scene\nclass A(Base): pass",
        "try:\n    class A(Scene): pass\n    1 / 0\nexcept ZeroDivisionError: pass",
        "try: from slides import S\nexcept ImportError: S = Scene\nclass A(S): pass",
        "from slides import Slide\nclass A(Slide): pass",
        "from slides import *\nclass A(Scene): pass",
        "class Base(Scene): pass\nclass A(wrap(Base)): pass",
        "@wrap\nclass A(Scene): pass",
        "@wrap\nclass A: pass",
        "class Pair:\n    class B(Scene): pass\nA = Pair.B",
        "class A(metaclass=Meta): pass",
        "class A(Scene): pass\nA = wrap(A)",
        "class A(Scene): pass\nfor A in range(3): pass",
        "class A(Scene): pass\nif n: del A",
        "class A(Scene): pass\nmatch n:\n    case A: pass",
        "class A(Scene): pass\n(A := 1)",
        "class A(Scene): pass\ndel globals()['A']",
        "class A(Scene):\n    @abstractmethod\n    def draw(self): ...",
    ],
)
def test_what_reading_cannot_tell_is_left_to_running(code: str):
    assert choose_scene(MANIM + code) == ""
    assert choose_scene(MANIM + code, "Any") == "Any"


def test_scenes_come_in_source_order_and_without_those_others_build_on():
    code = "from manim import *\nclass C(Scene): pass\nclass B(C): pass\nclass A(Scene): pass"
    assert find_scene_classes(parse_script(code)).leaves == ("B", "A")


def test_a_class_defined_again_stands_where_it_was_defined_last():
    code = "class A(Scene): pass\nclass B(Scene): pass\nclass A(Scene): pass"
    assert find_scene_classes(parse_script(MANIM + code)).leaves == ("B", "A")


def test_a_base_is_a_leaf_where_what_built_on_it_is_gone():
    code = "class A(Scene): pass\nclass B(A): pass\nclass C(Scene): pass\nB = 1\n"
    assert not find_scene_classes(parse_script(MANIM + code)).is_sure
    code = code.replace("B = 1", "del B")
    assert find_scene_classes(parse_script(MANIM + code)).leaves == ("A", "C")


def test_a_scene_others_build_on_is_rendered_when_named():
    code = "from manim import *\nclass C(Scene): pass\nclass B(C): pass"
    assert choose_scene(code, "C") == "C"


def test_a_class_named_scene_of_other_origin_is_no_scene():
    with pytest.raises(RenderError) as caught:
        choose_scene("class Scene: pass\nclass A(Scene): pass")
    assert caught.value.kind == "no_scene"


@pytest.mark.parametrize(
    "code", ["class A(Scene): pass", "from manim import *\nclass A(GraphScene): pass"]
)
def test_where_a_base_is_not_there_running_tells(code: str):
    assert choose_scene(code) == ""


def test_of_several_scenes_the_first_is_taken_unless_one_is_named():
    code = "from manim import *\nclass A(Scene): pass\nclass B(Scene): pass"
    assert choose_scene(code) == "A"
    assert choose_scene(code, "B") == "B"


def test_a_name_that_is_not_there_is_answered_with_those_that_are():
    code = "from manim import *\nclass A(Scene): pass\nclass B(A): pass"
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


def test_a_script_that_is_too_long_is_not_read():
    with pytest.raises(RenderError, match="has 2000010 characters, and may have 2000000") as caught:
        choose_scene(f"{MANIM}\n".ljust(2_000_010, "#"))
    assert caught.value.kind == "syntax"


def test_a_long_sum_is_read():
    assert choose_scene(f"{MANIM}x = {'+'.join('1' * 900)}\nclass A(Scene): pass") == "A"


@pytest.mark.parametrize("code", ["class A({}): pass", "B = {}\nclass A(B): pass"])
def test_names_nested_too_deeply_to_be_read_are_a_syntax_error(code: str):
    with pytest.raises(RenderError, match="cannot read the script") as caught:
        choose_scene(code.format("a" + ".a" * 3000))
    assert caught.value.kind == "syntax"
