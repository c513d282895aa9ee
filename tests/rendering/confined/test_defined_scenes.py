"""Which scenes a script has once it has run: by reading, by rehearsal and by render alike."""

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.scene_classes import find_scene_classes, parse_script
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from tests.rendering.conftest import LOW
from tests.rendering.scripts import script

pytestmark = pytest.mark.usefixtures("leaves_nothing")

MANIM = "from manim import *\n"
MAKE = "def make(n):\n    class Made(Scene): number = n\n    return Made\n"
RUN_TIME_SCENES = {
    "type": ("A = type('A', (Scene,), {})", ("A",)),
    "type-under-another-name": ("A = type('Other', (Scene,), {})", ("A",)),
    "new-class": ("import types\nA = types.new_class('A', (Scene,))", ("A",)),
    "factory": (MAKE + "B = make(1)\nA = make(2)", ("B", "A")),
    "lambda": ("make = lambda n: type(n, (Scene,), {})\nB, A = make('B'), make('A')", ("B", "A")),
    "loop": ("for n in 'BA': globals()[n] = type(n, (Scene,), {})", ("B", "A")),
    "global": ("def make():\n    global A\n    class A(Scene): pass\nmake()", ("A",)),
    "decorated": ("def same(c): return c\n@same\nclass A(Scene): pass", ("A",)),
    "wrapped": ("def new(c): return type('X', (c,), {})\n@new\nclass A(Scene): pass", ("A",)),
    "made-a-scene": ("def new(c): return type('A', (c, Scene), {})\n@new\nclass A: pass", ("A",)),
    "slots": (
        """
from dataclasses import dataclass
@dataclass(slots=True, init=False)
class A(Scene):
    number: int = 1
""",
        ("A",),
    ),
    "abstract": (
        """
from abc import *
class Base(ABC, Scene):
    @abstractmethod
    def draw(self): ...
class A(Base):
    def draw(self): ...
class Left(Base): pass
""",
        ("A",),
    ),
    "generic": (
        """
from typing import *
T = TypeVar("T")
class Base(Scene, Generic[T]): pass
class A(Base[int]): pass
""",
        ("A",),
    ),
    "metaclass": ("class Meta(type): pass\nclass A(Scene, metaclass=Meta): pass", ("A",)),
    "condition": ("if len('a'):\n    class A(Scene): pass\nelse:\n    class B(A): pass", ("A",)),
    "fallback": (
        "try: from not_there import Slide\nexcept ImportError: Slide = Scene\nclass A(Slide): pass",
        ("A",),
    ),
    "main-guard": (
        "class A(Scene): pass\nif __name__ == '__main__':\n    class B(Scene): pass",
        ("A",),
    ),
    "shadowed": ("class A(Scene): pass\nclass B(Scene): pass\nclass A(Scene): pass", ("B", "A")),
    "shadowed-by-its-heir": ("class A(Scene): pass\nclass A(A): pass", ("A",)),
    "overwritten": ("class B(Scene): pass\nclass A(Scene): pass\nB = 1", ("A",)),
    "deleted": ("class B(Scene): pass\nclass A(Scene): pass\ndel B", ("A",)),
    "heir-deleted": ("class A(Scene): pass\nclass B(A): pass\ndel B", ("A",)),
    "heir-at-run-time": ("class B(Scene): pass\nA = type('A', (B,), {})", ("A",)),
    "alias": ("class A(Scene): pass\nZ = A\nB = ThreeDScene", ("A",)),
    "renamed": ("class B(Scene): pass\nA = B\ndel B", ("A",)),
    "helpers": ("class Base(Scene): pass\nclass A(Base): pass\nclass Unused(Scene): pass",
                ("A", "Unused")),
    "mixin": ("class Mixin: pass\nclass A(Mixin, MovingCameraScene): pass", ("A",)),
    "nested": ("class Pair:\n    class B(Scene): pass\nclass A(Scene): pass", ("A",)),
    "inner-taken-out": ("class Pair:\n    class A(Scene): pass\nB = Pair.A", ("B",)),
    "module-alias": ("import manim as mn\nclass A(mn.Scene): pass", ("A",)),
    "submodule": ("from manim.scene import scene as s\nclass A(s.Scene): pass", ("A",)),
    "none": ("class Scene: pass\nclass A(Scene): pass", ()),
    "none-made": ("A = type('A', (), {})", ()),
}  # fmt: skip


@pytest.fixture
def rehearser(processes: SceneProcesses) -> LocalRehearser:
    return LocalRehearser(processes=processes)


@pytest.mark.parametrize(("code", "expected"), RUN_TIME_SCENES.values(), ids=RUN_TIME_SCENES.keys())
def test_running_finds_the_scenes_and_reading_is_right_where_it_is_sure(
    rehearser: LocalRehearser, code: str, expected: tuple[str, ...]
):
    found = find_scene_classes(parse_script(MANIM + code))
    if found.is_sure:
        assert found.leaves == expected
    (answer,) = rehearser.rehearse([script(MANIM + code, "")])
    if expected:
        assert (answer.error, answer.scene_name) == (None, expected[0])
    else:
        assert answer.error is not None
        assert (answer.error.kind, answer.scene_name) == ("no_scene", None)


@pytest.mark.parametrize("name", ["factory", "shadowed", "helpers"])
def test_a_render_tells_which_scene_it_was_and_which_it_might_have_been(
    renderer: LocalRenderer, name: str
):
    code, (first, second) = RUN_TIME_SCENES[name]
    video = renderer.render(script(MANIM + code, ""), LOW)
    assert (video.scene_name, video.other_scenes) == (first, (second,))


def test_a_scene_of_run_time_is_rendered_when_named(renderer: LocalRenderer):
    video = renderer.render(script(MANIM + MAKE + "B = make(1)\nA = make(2)", "A"), LOW)
    assert (video.scene_name, video.other_scenes) == ("A", ("B",))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (MAKE + "B = make(1)\nA = make(2)", "no scene 'C' once it has run; it has B, A"),
        ("class C: pass\nA = type('A', (Scene,), {})", "no scene 'C' once it has run; it has A"),
        ("globals()['C'] = 1", "no class of it builds on Scene"),
    ],
)
def test_a_name_that_is_not_there_once_it_has_run_is_answered_with_those_that_are(
    renderer: LocalRenderer, code: str, told: str
):
    with pytest.raises(RenderError, match=told) as caught:
        renderer.render(script(MANIM + code, "C"), LOW)
    assert caught.value.kind == "no_scene"


def test_no_name_is_believed_that_a_class_cannot_have(renderer: LocalRenderer):
    code = f"{MANIM}A = type('A', (Scene,), {{}})\n"
    forged = code + _telling("'../../etc'", "[]")
    with pytest.raises(RenderError, match="tells no name") as caught:
        renderer.render(script(forged, ""), LOW)
    assert caught.value.kind == "no_scene"
    forged = code + _telling("'A'", "['A', 'B', 'B', '', '<b>', 'x' * 101]")
    assert renderer.render(script(forged, ""), LOW).other_scenes == ("B",)
    forged = code + _telling("'A'", "[f'S{n}' for n in range(1000)]")
    assert len(renderer.render(script(forged, ""), LOW).other_scenes) <= 100


def _telling(name: str, others: str) -> str:
    """Write what has the scene's process tell other names than those of its scenes."""
    return (
        "from arxiviz_pipeline.rendering.confined import scene_loading\n"
        "choose = scene_loading.choose_defined_scene\n"
        "def lie(*given):\n"
        "    chosen = choose(*given)\n"
        f"    return type(chosen)({name}, chosen.scene_class, tuple({others}))\n"
        "scene_loading.choose_defined_scene = lie\n"
    )
