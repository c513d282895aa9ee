"""Which formulas are found in a script, and what a refused one means."""

from dataclasses import replace

import pytest

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.domain.script_formulas import find_tex_strings
from arxiviz_pipeline.scenes.gates.formulas import check_formulas
from arxiviz_pipeline.scenes.repair.source import Source
from tests.fakes import make_script
from tests.scenes.proving import ObedientTypesetter, scene


@pytest.mark.parametrize(
    ("call", "formulas"),
    [
        ("MathTex('x', r'\\alpha')", [Formula(("x", r"\alpha"))]),
        ("Tex('a ' + 'b')", [Formula(("a b",), "center")]),
        ("MathTex(f'{NAME}^2')", [Formula(("x^2",))]),
        ("MathTex(NAME, tex_environment='gather*')", [Formula(("x",), "gather*")]),
        ("MathTex('x', tex_environment=None)", [Formula(("x",), None)]),
        ("MathTex(f'{3}')", []),
        ("MathTex(*parts)", []),
        ("MathTex('x', tex_template=mine)", []),
        ("MathTex('x', **options)", []),
        ("Text('x_1')", []),
    ],
)
def test_formulas_are_found_where_their_tex_can_be_read(call: str, formulas: list[Formula]):
    code = scene(call, head="from manim import *\nNAME = 'x'")
    assert [found.formula for found in find_tex_strings(Source(code).tree)] == formulas


def test_a_name_with_two_values_is_not_read():
    code = scene("MathTex(NAME)", head="from manim import *\nNAME = 'x'\nNAME = 'y'")
    assert find_tex_strings(Source(code).tree) == []


REFUSING = {r"\nope": r"Undefined control sequence \nope"}


def test_a_refused_formula_is_an_error_on_its_line():
    script = replace(make_script("a", scene("MathTex('x')", "MathTex(r'\\nope')")), scene_name="A")
    (check,) = check_formulas([script], ObedientTypesetter(REFUSING))
    assert not check.passed
    (finding,) = check.findings
    assert (finding.kind, finding.line) == ("latex", 7)
    assert finding.message == r"Undefined control sequence \nope, in the formula: \nope"


@pytest.mark.parametrize(
    "body",
    [
        ("if False:", "    MathTex(r'\\nope')"),
        ("config.tex_template = None", "MathTex(r'\\nope')"),
    ],
)
def test_one_that_may_never_be_compiled_so_is_a_warning(body: tuple[str, ...]):
    script = make_script("a", scene(*body))
    (check,) = check_formulas([script], ObedientTypesetter(REFUSING))
    assert check.passed
    assert [finding.severity for finding in check.findings] == ["warning"]


def test_formulas_of_many_scripts_are_compiled_at_once():
    typesetter = ObedientTypesetter()
    scripts = [make_script(name, scene(f"MathTex('{name}')")) for name in "abc"]
    checks = check_formulas(scripts, typesetter)
    assert [check.message for check in checks] == ["1 formulas compile."] * 3
    assert len(typesetter.asked) == 3
