"""What scripts say in other words than Manim's is kept, not dropped."""

import ast

import pytest

from arxiviz_pipeline.domain.models import Finding, SceneScript
from arxiviz_pipeline.scenes.gates.prover import failures
from arxiviz_pipeline.scenes.repair.mender import Mender
from arxiviz_pipeline.scenes.repair.script_mends import mend_script
from tests.scenes.proving import MANIM, ObedientTypesetter, make_gates, scene
from tests.scenes.repair.test_mender import HEAD, mend_once

NAMES = "a = b = n = x = y = name = dot = other = axes = samples = CurvedArrow = DiGraph = None"
NAMES_HEAD = f"{HEAD}\n{NAMES}"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("dot.move_to(1, -2)", "dot.move_to([1, -2, 0])"),
        ("dot.shift(1, 2, 3)", "dot.shift([1, 2, 3])"),
        ("Circle(filled=True)", "Circle(fill_opacity=1)"),
        ("Arrow(UP, DOWN, fill_color=RED)", "Arrow(UP, DOWN, color=RED)"),
        ("Arrow(UP, DOWN, fill_color=RED, color=BLUE)", "color=BLUE"),
        ("a.next_to(b, UP, buffer=0.2)", "a.next_to(b, UP, buff=0.2)"),
        ("BarChart([1], max_value=1, n_ticks=4)", "BarChart([1], y_range=[0, 1, (1) / (4)])"),
        ("MathTex('R = 1', t2c={'R': RED})", "MathTex('R = 1', tex_to_color_map={'R': RED})"),
        ("n = int(input('How many? ') or 5)", "n = int(5)"),
        ("n = int(input('How many? '))", "n = 5"),
        ("x = float(input())", "x = 1.0"),
        ("name = input('Who? ')", 'name = ""'),
        ("DiGraph(a, b, edge_type=CurvedArrow, edge_config={'angle': 1})",
         "DiGraph(a, b, edge_config={\"path_arc\": 1})"),
        ("MathTex('\\theta', '\\frac{1}{2}')", r"""MathTex(r"\theta", r"\frac{1}{2}")"""),
        ("MathTex(f'\\rho_{k} = \\\\alpha')", r"MathTex(rf'\rho_{k} = \alpha')"),
    ],
)  # fmt: skip
def test_what_is_said_becomes_what_is_meant(said: str, meant: str):
    assert meant in mend_script(scene(said, head=NAMES_HEAD), MANIM).code


@pytest.mark.parametrize(
    "line",
    [
        "dot.move_to(other, UP)",
        "dot.shift(UP, LEFT)",
        "Circle(fill_color=RED, fill_opacity=1)",
        "DiGraph(a, b, edge_type=Arrow)",
        "input = 3",
        "MathTex('a \\\\to b')",
        "Text('a\\tb')",
    ],
)
def test_what_manim_takes_as_it_is_said_stays(line: str):
    code = scene(line, head=NAMES_HEAD)
    assert mend_script(code, MANIM).code == code


def test_labels_given_with_axes_are_written_beside_them():
    line = "axes = Axes(x_axis_label='step', y_axis_label=name, x_length=4)"
    mended = mend_script(scene(line, "self.add(axes)"), MANIM).code
    assert (
        "axes = Axes(x_length=4)\n        axes.add(axes.get_axis_labels(Text(str('step')" in mended
    )
    assert "Text(str(name), font_size=24)))\n        self.add(axes)" in mended


def failing_at(code: str, line: str, message: str) -> Finding:
    return Finding("exception", message, line=code.splitlines().index(f"        {line}") + 1)


def test_numbers_that_something_is_moved_by_become_a_place():
    code = scene("dot.move_to(x, y)", head=NAMES_HEAD)
    told = "TypeError: 'float' object is not subscriptable"
    assert "dot.move_to([x, y, 0])" in (
        mend_once(code, failing_at(code, "dot.move_to(x, y)", told)) or ""
    )


def test_points_of_the_plane_get_their_third_coordinate_while_the_scene_runs():
    line = "dots = [Dot(point=x) for x in samples]"
    code = scene("samples = np.random.normal([0, 0], 1, (9, 2))", line, head=HEAD)
    told = "ValueError: operands could not be broadcast together with shapes (2,) (3,)"
    mended = mend_once(code, failing_at(code, line, told)) or ""
    assert "[Dot(point=in_space(x)) for x in samples]" in mended
    assert "normal([0, 0], 1" in mended
    namespace: dict[str, object] = {}
    function = next(each for each in ast.parse(mended).body if isinstance(each, ast.FunctionDef))
    exec("import numpy as np", namespace)  # noqa: S102
    exec(ast.unparse(function), namespace)  # noqa: S102
    in_space = namespace["in_space"]
    assert callable(in_space)
    assert list(in_space((1, 2))) == [1, 2, 0]
    assert in_space("other") == "other"


def test_a_part_of_a_formula_of_one_piece_is_taken_out_before_the_whole_is_taken():
    line = "self.play(Indicate(formula[3]))"
    shown = ["self.play(Write(formula))", "self.wait(1)", "self.wait(2)", "self.wait(3)"]
    code = scene("formula = MathTex('a = b').scale(2)", *shown, line, head=HEAD)
    failure = failing_at(code, line, "IndexError: list index out of range")
    mender, tried = Mender(MANIM, ObedientTypesetter()), [code]
    while mended := mender.mend(code, "A", [failure], lambda new, _: new not in tried):
        tried.append(mended.code)
    assert "formula[3]" not in tried[1]
    assert "Indicate(formula)" not in tried[1]
    assert "self.play(Indicate(formula))" in tried[-1]


def test_the_first_of_nothing_is_not_the_whole():
    line = "self.add(SurroundingRectangle(far[0]))"
    code = scene("far = VGroup()", line, head=HEAD)
    failure = failing_at(code, line, "IndexError: list index out of range")
    assert "SurroundingRectangle(far)" not in (mend_once(code, failure) or "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'f"f \\leq \\frac{L \\|x\\|}{2 k^{p}}"', r'rf"f \leq \frac{{L \|x\|}}{{2 k^{{{p}}}}}"'),
        (r'f"x_{p+1} = \\frac{1}{L} \\{1\\}"', r'rf"x_{{{p+1}}} = \frac{{1}}{{L}} \{{1\}}"'),
        (r'f"x_{{p}} \\le {p:.2f} \\{{"', r'rf"x_{{p}} \le {{{p:.2f}}} \{{"'),
    ],
)
def test_braces_of_tex_in_an_f_string_are_doubled(written: str, meant: str):
    broken = r'        bad = MathTex(f"\frac{a \b}{c}")'
    code = scene("for p in range(3):", f"    MathTex({written})") + f"{broken}\n"
    mended = mend_once(code, Finding("syntax", "f-string expression part cannot include")) or ""
    assert meant in mended
    assert r'rf"\frac{{a \b}}{{c}}"' in mended


def test_a_field_that_names_nothing_is_tex():
    line = r'MathTex(f"x_{k} = \\frac{1}{L}")'
    code = scene("k = 1", line, head=HEAD)
    mended = mend_once(code, failing_at(code, line, "NameError: name 'L' is not defined")) or ""
    assert r'MathTex(rf"x_{{{k}}} = \frac{{1}}{{L}}")' in mended


@pytest.mark.parametrize(("formula", "count"), [(r"'a \right)'", 1), (r"r'a \right)'", 0)])
def test_a_backslash_that_python_ate_is_told_of_where_the_formula_compiles(
    formula: str, count: int
):
    code = scene(f"self.add(MathTex({formula}))")
    script = SceneScript("s", "S1", "A fall", (), code, "A", "submitted", ())
    (proved,) = make_gates().check([script])
    assert failures(proved) == []
    findings = next(check.findings for check in proved.checks if check.name == "formulas")
    assert [finding.message.count("write a raw string") for finding in findings] == [1] * count
