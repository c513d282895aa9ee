"""Formulas: where they are split, and how they are shared out over rows and pages."""

import pytest

from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan, Row, paginate
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.formulas.splitting import (
    clean_formula,
    split_at_relations,
    split_for_lines,
    split_rows,
)
from tests.scenes.sections import RulerTypesetter


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a = b \le c", ["a", "= b", r"\le c"]),
        (r"\frac{a=b}{c} = d", [r"\frac{a=b}{c}", "= d"]),
        (r"f(x=1) = 2", ["f(x=1)", "= 2"]),
        (r"\left[ a = b \right) = c", [r"\left[ a = b \right)", "= c"]),
        (r"\begin{cases} a = b \end{cases}", [r"\begin{cases} a = b \end{cases}"]),
        (r"x \not= y^= z_<", [r"x \not= y^= z_<"]),
        (r"x \Big= y", [r"x \Big= y"]),
        ("= b", ["= b"]),
    ],
)
def test_relations_split_at_the_top_level_alone(tex: str, parts: list[str]):
    assert split_at_relations(tex) == parts


def test_lines_end_before_signs_and_after_commas():
    assert split_for_lines(r"-a + b, \quad c(d + e)", inside_parentheses=False) == [
        "-a",
        r"+ b, \quad",
        "c(d + e)",
    ]
    assert split_for_lines("f(d + e)", inside_parentheses=True) == ["f(d", "+ e)"]


def test_rows_and_cells_of_aligned_are_found():
    tex = r"""\begin{aligned} a &= \begin{cases} x & y \\ z \end{cases}
        \\[2ex] &\le \{c\}, \end{aligned}"""
    assert split_rows(clean_formula(tex)) == [
        ["a", r"= \begin{cases} x & y \\ z \end{cases}"],
        ["", r"\le \{c\}"],
    ]


@pytest.mark.parametrize(
    ("tex", "clean"),
    [
        ("a%\n b\n", "ab"),
        (r"a \label{eq:x}\tag{1.{2}} \nonumber", "a"),
        ("f {{x}}", "f { {x}}"),
        (r"L = c^{2}\ ,", "L = c^{2}"),
        (r"a \,.", "a"),
        (r"\left( a \right.", r"\left( a \right."),
        (r"a\,", r"a\,"),
        (r"50\%", r"50\%"),
    ],
)
def test_formulas_are_cleaned_of_what_a_video_has_no_use_for(tex: str, clean: str):
    assert clean_formula(tex) == clean


def test_a_long_formula_is_broken_into_legible_lines():
    tex = "F = " + " + ".join(rf"\alpha_{{{n}}} x^{{{n}}}" for n in range(20))
    [plan] = plan_formulas([tex], RulerTypesetter())
    joined = " ".join(part for row in plan.rows for part in row.parts)
    assert len(plan.rows) > 1
    assert joined.replace("{} ", "").replace(" ", "") == tex.replace(" ", "")
    assert all(page.is_legible for page in paginate(plan, 5.0))


def test_the_left_side_is_told_from_signs():
    plans = plan_formulas(
        ["a = b", r"\begin{aligned} = & b \\ &+ c \end{aligned}"], RulerTypesetter()
    )
    assert plans[0].left_side == "a"
    assert plans[1].left_side == ""


def test_tall_formulas_are_shared_out_over_pages():
    row = Row(("a", "= b"), 1, 0.0, 6.0, 1.0, 2.0)
    plan = FormulaPlan("", (row,) * 12)
    pages = paginate(plan, 4.0)
    assert sum(len(page.rows) for page in pages) == 12
    assert len(pages) > 1
    assert all(page.is_legible for page in pages)
