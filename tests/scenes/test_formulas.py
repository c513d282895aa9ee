"""Formulas: where they are split, and how they are shared out over rows and pages."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from arxiviz_pipeline.scenes.formulas.carrying import chain_lines
from arxiviz_pipeline.scenes.formulas.chain_plans import paginate_chain, plan_chains
from arxiviz_pipeline.scenes.formulas.chains import Chain, Link, read_chain
from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan, Row, paginate
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.formulas.splitting import (
    clean_formula,
    split_at_relations,
    split_for_lines,
    split_rows,
)
from arxiviz_pipeline.scenes.formulas.symbol_names import SymbolName
from arxiviz_pipeline.scenes.formulas.symbols import symbol_of
from arxiviz_pipeline.scenes.formulas.words import split_words
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


def test_long_words_inside_a_formula_are_broken_into_lines():
    words = "and wherever the region lies between two rays and two arcs with $r = a$ it holds that"
    words = f"{words}, as was seen before, {words}"
    told = rf"\text{{{words}}}"
    tex = rf"\begin{{aligned}} r &= x \\ {told} \\ s &= y \quad {told} \end{{aligned}}"
    [plan] = plan_formulas([tex], RulerTypesetter())
    shown = " ".join(part for row in plan.rows for part in row.parts)
    said = re.sub(r"\} *\\text\{", "", shown)
    assert said.count(told) == 2
    assert all(page.is_legible for page in paginate(plan, 5.0))


def test_short_words_and_words_of_another_font_stay_together():
    for tex in (r"x \text{ for all } y", r"\text{\bfseries these words are all in bold face}"):
        assert split_words(tex) == [tex]


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


class SameSizeTypesetter(RulerTypesetter):
    """Measures what is seen, whatever the pieces it is made of."""

    def _measure(self, formula: Formula) -> TypesetFormula:
        seen = re.sub(r"[\s{}]", "", formula.tex)
        return super()._measure(Formula((seen,)))


def names_of(**names: str) -> list[SymbolName]:
    known = [(symbol_of(tex), name) for tex, name in names.items()]
    return [SymbolName(symbol, name) for symbol, name in known if symbol]


def test_named_symbols_are_pieces_of_their_own():
    tex = r"y = \frac{k x}{\sqrt{n}}"
    [plan] = plan_formulas([tex], SameSizeTypesetter(), [names_of(x="way", n="number", z="age")])
    [row] = plan.rows
    coloured = [piece.tex for piece in row.pieces if piece.symbol]
    assert [tex.strip("{} ") for tex in coloured] == ["x", "n"]
    assert [entry.text for entry in plan.legend] == ["way", "number"]
    assert row.anchor_piece is not None
    assert row.pieces[row.anchor_piece].tex.startswith("=")


def test_heavy_parts_come_in_steps():
    tex = r"a = \frac{b + c + d + e}{f g h} + \sum_{i=1}^n q_i r_i"
    [plan] = plan_formulas([tex], SameSizeTypesetter())
    steps = [part.replace(" ", "") for row in plan.rows for part in row.parts]
    assert 3 < len(steps) <= 7
    assert "".join(steps).count("\\frac") == 1
    assert any(step.startswith("}{") for step in steps)


def test_pieces_that_change_the_look_are_given_up():
    tex = r"y = \frac{ k x }{ \sqrt{ n } }"
    [plan] = plan_formulas([tex], RulerTypesetter(), [names_of(x="way")])
    assert [row.parts for row in plan.rows] == [("y", r"= \frac{ k x }{ \sqrt{ n } }")]
    assert plan.legend == ()


def test_real_latex_draws_pieces_as_it_draws_the_whole():
    tex = r"L(x) = \frac{x_1^2 + d_k^{-0.5}}{\sqrt{d_k}} \left( \sum_{i=1}^n x_i \right)'"
    named = names_of(d_k="width", x_1="start", i="index", n="count", x_i="place")
    [plan] = plan_formulas([tex], LatexTypesetter(), [named])
    [row] = plan.rows
    assert len([piece for piece in row.pieces if piece.symbol]) >= 6
    assert {entry.text for entry in plan.legend} == {"width", "start", "index", "count", "place"}


@pytest.mark.parametrize(
    ("tex", "left", "links"),
    [
        ("4 = 2 + 2 = 2^2", "4", ["= 2 + 2", "= 2^2"]),
        (
            r"\begin{aligned} a &= b + \\ & c \\ &\le d \quad \text{by rule one} \end{aligned}",
            "a",
            ["= b + c", r"\le d"],
        ),
        (r"\begin{aligned} x &= y \\ \Rightarrow z &= w \\ \Rightarrow v &= 1 \end{aligned}",
         "x = y", [r"\Rightarrow z = w", r"\Rightarrow v = 1"]),
        (r"\begin{aligned} & E := \\ & a \\ = & b \end{aligned}", "E", [":= a", "= b"]),
    ],
)  # fmt: skip
def test_chains_are_read_link_by_link(tex: str, left: str, links: list[str]):
    chain = read_chain(tex)
    assert chain
    assert chain.left == left
    assert [re.sub(r"\s+", " ", link.tex) for link in chain.links] == links


@pytest.mark.parametrize(
    "tex",
    ["a = b", r"f: X \to Y = Z", r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "", "= b"],
)
def test_what_does_not_go_on_is_no_chain(tex: str):
    assert read_chain(tex) is None


@pytest.mark.parametrize(
    "tex",
    [
        r"g(t) = t^2 - 1, \qquad g'(t) = 2t",
        r"a \le b \le c \quad \text{as soon as} \quad n \ge 3",
        r"m = t_1 \le t_2 \le \dots \le t_n = M",
        r"A = \{a_1, a_2\} \text{ and } B = \{b_1\}",
        r"f(x) = \sum_j c_j, \mbox{~hence~} f = K c",
        r"A = \begin{bmatrix} 1 \end{bmatrix} \text{and } c = \begin{bmatrix} 2 \end{bmatrix}",
        r"X \sim N(m, v) \text{ where } m = a + b",
        r"s_1 = t_1, ~s_2 = t_2 - t_1, ~s_3 = t_3",
        r"\lim f(h) = L \Leftrightarrow \lim f(k) = L",
        r"\begin{aligned} -2\log a &= b \\ -2\log c &= d \\ -2\log e &= f \end{aligned}",
    ],
)
def test_statements_beside_each_other_and_ordered_lists_are_no_chains(tex: str):
    assert read_chain(tex) is None


@pytest.mark.parametrize(
    "tex",
    [
        r"D(t_1, \dots, t_n) = \sum_{i, j} c_{ij} = \max\{a, b\} - 1",
        r"t_{\text{all}} = t_1 + t_2 = t_{\text{sent}} + t_{\text{done}}",
        r"P(X \text{ and } Y) = P(X) = 1",
        r"\begin{aligned} a &= b \\ &\quad + c = d \end{aligned}",
    ],
)
def test_commas_and_words_inside_expressions_leave_a_chain_a_chain(tex: str):
    chain = read_chain(tex)
    assert chain is not None
    assert len(chain.links) == 2


def test_a_condition_at_the_end_leaves_a_chain_a_chain():
    chain = read_chain(r"a = b = c \quad (n > 0)")
    assert chain is not None
    assert len(chain.links) == 2


def test_what_two_lines_share_is_carried_over():
    first, second = chain_lines([r"= \frac{p(x)}{q} + r", r"= \log \frac{p(x)}{q} - s"])
    [carried] = first.carried
    moved = "".join(first.pieces[carried.start : carried.end])
    assert moved == r"\frac{p(x)}{q}"
    assert "".join(second.pieces[carried.next_start : carried.next_end]) == moved


def test_each_page_of_a_chain_opens_with_the_last_row_before():
    chain = Chain("a", tuple(Link(f"= {'b ' * n}") for n in range(1, 9)))
    [plan] = plan_chains([chain], RulerTypesetter())
    assert plan
    pages = paginate_chain(plan, 2.6)
    assert [page.start for page in pages[1:]] == [page.end - 1 for page in pages[:-1]]
    assert (pages[0].start, pages[-1].end) == (0, len(plan.rows))


_odd_tex = st.lists(
    st.sampled_from(
        [
            "x", "=", "+", "\\\\", "&", "{", "}", "\\left(", "\\right)", "\\frac", "^", "_", "'",
            "\\begin{aligned}", "\\end{aligned}", "\\text{a b}", ",", "\\sum", "\\sqrt", "[", "]",
            "\\", "(", ")", "\\le", "\\ ", "1", "\\begin{cases}", "\\big", "\\Rightarrow", ":",
        ]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(_odd_tex, min_size=1, max_size=3))
def test_whatever_the_formula_nothing_of_it_is_lost(texs: list[str]):
    named = names_of(x="thing")
    plans = plan_formulas(texs, SameSizeTypesetter(), [named] * len(texs))
    plain = plan_formulas(texs, SameSizeTypesetter())
    for one, other in zip(plans, plain, strict=True):
        assert len(one.rows) == len(other.rows)
        for row in one.rows:
            assert " ".join(piece.tex for piece in row.pieces) == " ".join(row.parts)
    chains = [chain for tex in texs if (chain := read_chain(tex))]
    for plan in plan_chains(chains, SameSizeTypesetter()):
        for line in plan.lines if plan else ():
            assert all(0 <= each.start < each.end <= len(line.pieces) for each in line.carried)


@pytest.mark.parametrize(
    ("tex", "stands_out"),
    [
        ("E = m c^2", True),
        (r"p(x | y) = \frac{p(y | x) p(x)}{p(y)}", True),
        ("0 = f(x) + g(x)", False),
        (r"x^2 + \frac{b}{a} x = 0", False),
        ("a + b = c + d + e", False),
    ],
)
def test_a_left_side_stands_out_where_the_rest_tells_of_it(tex: str, stands_out: bool):
    [plan] = plan_formulas([tex], RulerTypesetter())
    assert plan.left_side_stands_out is stands_out
