"""What a failure's message leads to, and what is taken out where nothing mends it."""

from collections.abc import Callable

import pytest

from arxiviz_pipeline.domain.errors import RenderErrorKind
from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.scenes.repair.formula_mends import literal
from arxiviz_pipeline.scenes.repair.mender import Mender
from arxiviz_pipeline.scenes.repair.source import Source, parses
from arxiviz_pipeline.scenes.repair.substance import keeps_enough
from tests.scenes.proving import MANIM, ObedientTypesetter, scene

HEAD = "from manim import *\nimport numpy as np"


def mend_once(
    code: str,
    failure: Finding,
    typesetter: ObedientTypesetter | None = None,
    is_new: Callable[[str, str], bool] = lambda *_: True,
    whole: str | None = None,
) -> str | None:
    mender = Mender(MANIM, typesetter or ObedientTypesetter())
    mended = mender.mend(code, "A", [failure], is_new, whole=whole)
    return mended.code if mended else None


@pytest.mark.parametrize(
    ("line", "message", "becomes"),
    [
        ("x.next_to(y, blob=1)", "next_to() got an unexpected keyword argument 'blob'",
         "x.next_to(y)"),
        ("a = Axes(axis_config={'blob': 1, 'color': RED})",
         "Mobject.__init__() got an unexpected keyword argument 'blob'",
         "a = Axes(axis_config={'color': RED})"),
        ("a = Axes(opacity=1, tips=False)",
         "Mobject.__init__() got an unexpected keyword argument 'opacity'",
         "a = Axes(tips=False).set_opacity(1)"),
        ("f(1, run_time=2)", "f() got multiple values for argument 'run_time'", "f(1)"),
        ("f(1, 2, 3)", "f() takes 2 positional arguments but 3 were given", "f(1, 2)"),
        ("Grow(x)", "__init__() missing 1 required positional argument: 'point'",
         "Grow(x, point=ORIGIN)"),
        ("s.set_colour(RED)", "'Square' object has no attribute 'set_colour'",
         "s.set_color(RED)"),
        ("s.shift(UP).whirl(2).scale(2)", "Square object has no attribute 'whirl'",
         "s.shift(UP).scale(2)"),
        ("parts.set_color(RED)", "'list' object has no attribute 'set_color'",
         "VGroup(*parts).set_color(RED)"),
        ("self.play(Write(circel))", "name 'circel' is not defined", "self.play(Write(circle))"),
        ("self.play(*old)", "Called Scene.play with no animations", "pass"),
        ("self.wait(n)", "A.wait() has a duration of 0 <= 0 seconds which",
         "self.wait(max(0.1, n))"),
        ("self.play(x, run_time=n)", "A.play() has a total run_time of 0 <= 0 seconds which",
         "self.play(x, run_time=1)"),
        ("self.play(circle)", "Unexpected argument Circle passed to Scene.play().",
         "self.play(FadeIn(circle))"),
        ("Dot([1, 2])", "could not broadcast input array from shape (2,) into shape (3,)",
         "Dot([1, 2, 0])"),
        ("VGroup(circle, pic)", "Only values of type VMobject can be added as submobjects",
         "Group(circle, pic)"),
        ("Table2([[1, 'a']])", "sequence item 0: expected str instance, int found",
         "Table2([[\"1\", 'a']])"),
        ("circle.set_color('puce')", "Color PUCE not found", "circle.set_color(\"#FFFFFF\")"),
        ("Write(circle[0][7])", "IndexError: list index out of range", "Write(circle[0][-1])"),
        ("f(Text(n, font_size=30), Text('a'))", "'int' object has no attribute 'find'",
         "f(Text(str(n), font_size=30), Text('a'))"),
        ("f(s.code[2])", "Code object has no attribute 'code'", "f(s.code_lines[2])"),
        ("self.play(ReplacementTransform(parts, x), run_time=2)",
         "get_point_mobject not implemented for Mobject",
         "self.play(FadeOut(parts), FadeIn(x), run_time=2)"),
        ("f(interpolate('#FF0000'))", "'str' object has no attribute 'interpolate'",
         "f(interpolate(ManimColor('#FF0000')))"),
    ],
)  # fmt: skip
def test_a_message_leads_to_its_mend(line: str, message: str, becomes: str):
    names = "s = x = y = parts = pic = old = n = f = Grow = Table2 = interpolate = circle = None"
    code = scene(line, head=f"{HEAD}\n{names}")
    failing = code.splitlines().index(f"        {line}") + 1
    mended = mend_once(code, Finding("exception", f"TypeError: {message}", line=failing))
    assert mended is not None
    assert mended.splitlines()[failing - 1].strip() == becomes


def test_an_import_that_cannot_be_had_goes():
    code = scene("plt.plot()", head=f"{HEAD}\nimport matplotlib.pyplot as plt")
    failure = Finding("import", "ModuleNotFoundError: No module named 'matplotlib'", line=3)
    mended = mend_once(code, failure)
    assert mended is not None
    assert "matplotlib" not in mended


@pytest.mark.parametrize("kind", ["timeout", "cpu", "duration"])
def test_an_endless_loop_is_bounded(kind: RenderErrorKind):
    code = scene("while True:", "    self.wait(1)")
    mended = mend_once(code, Finding(kind, "The scene was not done after 60 s."))
    assert mended is not None
    assert "for _ in range(60):\n            if not (True):\n                break\n" in mended


def test_what_was_tried_is_not_offered_again():
    code = scene("self.play(Write(circel))", head=f"{HEAD}\ncircle = circles = None")
    failure = Finding("exception", "NameError: name 'circel' is not defined", line=8)
    tried: set[str] = set()
    while (mended := mend_once(code, failure, is_new=lambda new, _: new not in tried)) is not None:
        assert mended not in tried
        tried.add(mended)
    assert len(tried) == 2


def test_a_refused_formula_is_mended_by_what_latex_takes():
    code = scene("e = MathTex('a % b')", "self.play(Write(e))")
    typesetter = ObedientTypesetter({"a % b": "File ended"})
    failure = Finding("latex", "File ended, in the formula: a % b", line=6)
    mended = mend_once(code, failure, typesetter)
    assert mended is not None
    assert 'MathTex(r"a \\% b")' in mended


def test_a_formula_that_latex_takes_in_no_way_becomes_text():
    code = scene(r"e = MathTex(r'\frac{a}{b} \worse', color=RED)", "self.play(Write(e))")
    typesetter = ObedientTypesetter({"a": "Nothing helps"})
    mended = mend_once(code, Finding("latex", "Nothing helps", line=6), typesetter)
    assert mended is not None
    assert "e = Text('(a)/(b) worse', color=RED, font_size=32)" in mended


@pytest.mark.parametrize(
    ("refused", "mended"),
    [
        (r"\begin{equation} a \end{equation}", " a "),
        ("$a$", "a"),
        ("a \u2264 b", r"a \le  b"),
        (r"\nope a", r"\mathrm{nope} a"),
        ("\x0crac{a}{b}", r"\frac{a}{b}"),
    ],
)
def test_a_formula_made_at_run_time_is_mended_where_its_text_stands(refused: str, mended: str):
    code = scene(f"for tex in [{refused!r}]:", "    self.play(Write(MathTex(tex)))")
    error = r"Undefined control sequence \nope"
    failure = Finding("latex", f"{error}, in the formula: {refused}", line=7)
    found = mend_once(code, failure, ObedientTypesetter({refused: error}))
    assert found is not None
    assert f"for tex in [{literal(mended)}]:" in found


def test_what_nothing_mends_is_taken_out_with_what_needs_it():
    body = (
        "a = Square()",
        "b = Strange(1)",
        "c = b.part",
        "self.play(Create(c))",
        "self.play(Create(a))",
        "self.wait()",
        "self.play(FadeOut(a))",
        "self.wait(2)",
    )
    code = scene(*body, head=f"{HEAD}\nStrange = None")
    mended = mend_once(code, Finding("exception", "RuntimeError: no", line=9))
    assert mended is not None
    kept = [line.strip() for line in mended.splitlines()[7:]]
    assert kept == [body[0], *body[4:]]


def test_one_failing_animation_of_several_is_taken_out_first():
    code = scene("self.play(Create(Square()), Create(Dot()))", "self.wait()")
    mended = mend_once(code, Finding("exception", "RuntimeError: no", line=6))
    assert mended is not None
    assert "self.play(Create(Square()))" in mended


def test_a_scene_is_not_emptied():
    code = scene("a = Square()", "self.play(Create(a))", "self.play(FadeOut(a))")
    mended = mend_once(code, Finding("exception", "RuntimeError: no", line=6))
    assert mended is None


def test_what_leaves_the_frame_is_kept_on_it():
    code = scene("self.play(Create(Square()))")
    mended = mend_once(code, Finding("off_frame", "A square leaves the frame."))
    assert mended is not None
    assert parses(mended)
    methods = [node.name for node in Source(mended).classes for node in node.body]  # pyright: ignore
    assert methods == ["play", "construct"]


def test_a_script_with_another_scene_than_named_is_rendered_by_that():
    code = scene("self.wait()").replace("class A", "class B")
    mended = Mender(MANIM, ObedientTypesetter()).mend(
        code, "A", [Finding("no_scene", "The script has no scene 'A'.")], lambda *_: True
    )
    assert mended is not None
    assert (mended.code, mended.scene_name) == (code, "B")


def test_a_method_that_plays_by_itself_is_not_played():
    code = scene("self.play(self.leave(), Create(x))", head=f"{HEAD}\nx = None")
    code += "\n    def leave(self):\n        self.clear()\n"
    failure = Finding("exception", "Unexpected argument None passed to Scene.play().", line=8)
    mended = mend_once(code, failure)
    assert mended is not None
    assert "        self.leave()\n        self.play(Create(x))\n" in mended


def test_taking_out_piece_by_piece_leaves_half_of_what_there_was():
    bad = [f"self.play(Bad({number}))" for number in range(8)]
    whole = code = scene(*bad, head=f"{HEAD}\nBad = None")
    while True:
        line = next(n for n, text in enumerate(code.splitlines(), 1) if "Bad(" in text)
        failure = Finding("exception", "RuntimeError: no", line=line)
        mended = mend_once(code, failure, whole=whole)
        if mended is None:
            break
        code = mended
    assert code.count("self.play(Bad(") == 4


def test_what_a_return_cuts_off_counts_as_taken_out():
    shown = [f"self.play(Create(Square({number})))" for number in range(6)]
    whole = scene(*shown, head=HEAD)
    assert keeps_enough(whole, scene(*shown[:3], "return", *shown[3:], head=HEAD))
    assert not keeps_enough(whole, scene(*shown[:2], "return", *shown[2:], head=HEAD))


def test_what_stands_beside_a_scene_makes_up_for_nothing():
    whole = scene("self.play(a, b)", "self.play(c)", "self.wait()", head=HEAD)
    beside = "\n\ndef stand_in():\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c\n"
    assert not keeps_enough(whole, scene("self.play(c)", head=HEAD) + beside)
    assert keeps_enough(whole, scene("self.play(a)", "self.play(c)", head=HEAD))


def test_what_markdown_stood_around_counts_as_the_code_alone():
    code = scene("self.play(a)", "self.play(b)", head=HEAD)
    assert not keeps_enough(f"Here it is:\n```python\n{code}```", scene("pass", head=HEAD))
