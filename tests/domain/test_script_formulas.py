"""Which formulas a script is found to draw."""

import pytest

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.domain.script_formulas import likely_formulas

HEAD = "from manim import *\nclass A(Scene):\n    def construct(self):\n"


def likely(*body: str) -> list[Formula]:
    return likely_formulas(HEAD + "".join(f"        {line}\n" for line in body))


@pytest.mark.parametrize(
    ("call", "formulas"),
    [
        ("MathTex('x', 2, 0.5)", [Formula(("x", "2", "0.5"))]),
        ("MathTex('x', arg_separator=',')", [Formula(("x",), separator=",")]),
        ("MathTex('xy', substrings_to_isolate=['x'])", [Formula(("xy",), isolated=("x",))]),
        ("MathTex('xy', tex_to_color_map={'y': RED})", [Formula(("xy",), isolated=("y",))]),
        (
            "MathTex('xy', tex_to_color_map={'y': RED}, substrings_to_isolate=['x'])",
            [Formula(("xy",), isolated=("x", "y"))],
        ),
        ("MathTex('x', substrings_to_isolate=letters)", [Formula(("x",))]),
        ("MathTex('x', substrings_to_isolate=[''])", [Formula(("x",))]),
        ("Title('Words')", [Formula(("Words",), "center")]),
        ("BulletedList('a', 'b')", [Formula(("a\\\\", "b\\\\"), None, "")]),
        ("SingleStringMathTex('x')", [Formula(("x",), is_marked=False)]),
        (
            "Matrix([[1, -2], ['a', r'\\pi']])",
            [Formula((each,)) for each in ("1", "-2", "a", r"\pi")],
        ),
        ("brace.get_text('all of it')", [Formula(("all of it",), "center")]),
        ("axes.get_x_axis_label('x')", [Formula(("x",))]),
        ("Text('x')", []),
    ],
)
def test_formulas_of_calls_are_those_manim_draws(call: str, formulas: list[Formula]):
    assert likely(call) == formulas


def test_what_a_loop_is_given_is_likely_to_be_drawn():
    found = likely(
        r"for tex in [r'\alpha', 'b^2']:", "    self.add(MathTex(tex), Text('no formula'))"
    )
    assert found == [Formula((r"\alpha",)), Formula(("b^2",))]


def test_numbers_are_drawn_from_their_digits():
    assert Formula(("7",)) in likely("DecimalNumber(3)")
    assert Formula(("7",)) in likely("Axes(axis_config={'include_numbers': True})")
    assert likely("Circle()") == []


def test_nothing_is_likely_of_a_script_with_a_template_of_its_own():
    assert likely("MathTex('x', tex_template=TexTemplate())") == []
    assert likely("config.tex_template = mine", "MathTex('x')") == []


def test_a_script_that_is_no_python_has_no_formulas():
    assert likely_formulas("MathTex('x'") == []
    assert likely_formulas("\0") == []
