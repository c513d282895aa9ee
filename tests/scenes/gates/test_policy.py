"""What is found wrong in a script without running it."""

from dataclasses import replace

import pytest

from arxiviz_pipeline.domain.models import Check
from arxiviz_pipeline.scenes.gates.policy import check_policy
from tests.fakes import make_script
from tests.scenes.proving import MANIM, scene


def check(code: str, scene_name: str = "A") -> Check:
    return check_policy(replace(make_script("a", code), scene_name=scene_name), MANIM)


@pytest.mark.parametrize(
    "code",
    [
        scene("self.play(Create(Square()))", "self.wait()"),
        "from manim import *\nclass B(ThreeDScene): pass\nclass A(B): pass",
        "from manim import Scene as S\nclass A(S): pass\nclass B(A): pass",
        "import manim as m\nif True:\n    class A(m.ThreeDScene): pass",
        scene("x = np.sin(1)", "y = sin(1)", head="from manim import *\nfrom math import *"),
        scene("p = os.path.join('a', 'b')", head="import os\nfrom manim import *"),
        scene("print([i for i in range(3)])", "f = lambda k: k", "f(1)"),
        scene("try:", "    Missing()", "except NameError:", "    pass"),
        scene("if False:", "    Missing()"),
        scene("match 1:", "    case int(n):", "        print(n)"),
        scene("Square(**{'side_length': 2})", "Square(side_length=2)"),
        scene() + "\nif __name__ == '__main__':\n    import os\n    os.system('manim scene.py')\n",
        scene("anything()", head="from manim import *\nfrom somewhere_else import *").replace(
            "from somewhere_else import *", "from numpy import *\nanything = print"
        ),
    ],
)
def test_good_scripts_pass(code: str):
    assert check(code).passed, check(code).message


@pytest.mark.parametrize(
    ("code", "kind", "line", "told"),
    [
        ("class A(", "syntax", 1, "never closed"),
        ("a = '\x00'", "syntax", None, "null bytes"),
        ("from manim import *\nclass B(Scene): pass", "no_scene", None, "its scenes: B"),
        ("from manim import *\nclass A: pass", "no_scene", None, "no scene: it"),
        (scene("os.remove('x')", head="import os\nfrom manim import *"), "policy", 1, "'os'"),
        (scene("run('ls')", head="from manim import *\nfrom subprocess import run"), "policy", 2,
         "'subprocess'"),
        (scene("x()", head="from manim import *\nfrom . import x"), "policy", 2, "own folder"),
        (scene("open('x')"), "policy", 6, "open()"),
        (scene("eval('1')"), "policy", 6, "eval()"),
        (scene("().__class__.__subclasses__()"), "policy", 6, "__subclasses__"),
        (scene("getattr(1, '__globals__')"), "policy", 6, "__globals__"),
        (scene("np.load('x')"), "policy", 6, "numpy.load"),
        (scene("ImageMobject('/etc/passwd')"), "policy", 6, "/etc/passwd"),
        (scene("self.play(ShowCreation(Square()))"), "name", 6, "'ShowCreation'"),
        (scene("Square(sides=3)"), "argument", 6, "keyword argument 'sides'"),
    ],
)  # fmt: skip
def test_what_surely_fails_or_may_not_be_is_refused(
    code: str, kind: str, line: int | None, told: str
):
    found = check(code)
    errors = [finding for finding in found.findings if finding.severity == "error"]
    assert not found.passed
    assert (errors[0].kind, errors[0].line) == (kind, line)
    assert told in errors[0].message


def test_an_unused_import_of_what_is_refused_is_worth_a_warning_alone():
    found = check(scene(head="from manim import *\nimport subprocess\nimport no_such_thing"))
    assert found.passed
    assert [finding.severity for finding in found.findings] == ["warning", "warning"]


def test_a_name_in_a_function_that_may_never_run_is_left_to_the_rehearsal():
    found = check(scene("pass") + "\n    def unused(self):\n        Missing()\n")
    assert found.passed
    assert "Missing" in found.findings[0].message


def test_a_base_from_elsewhere_is_left_to_the_rehearsal():
    found = check("from manim import *\nclass Mine: pass\nclass A(Mine): pass")
    assert found.passed
    assert found.findings[0].kind == "no_scene"


@pytest.mark.parametrize("name", ["A", ""])
def test_scenes_that_come_only_with_running_are_left_to_the_rehearsal(name: str):
    found = check("from manim import *\nA = (lambda n: type(n, (Scene,), {}))('A')", name)
    assert found.passed
    assert [finding.kind for finding in found.findings] == ["no_scene"]
