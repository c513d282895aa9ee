"""Matrices appear row by row, and only what is true of them is said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.matrix_operation import find
from arxiviz_pipeline.scenes.template.features import Feature
from tests.scenes.concepts.told import (
    assert_drawn_well,
    assert_told_soundly,
    code_of,
    material_of,
    narration,
    pages_of,
)
from tests.scenes.sections import RulerTypesetter, make_section

TURN = r"R = \begin{pmatrix} \cos t & -\sin t \\ \sin t & \cos t \end{pmatrix}"
PRODUCT = (
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix} = "
    r"\begin{pmatrix} ax + by \\ cx + dy \end{pmatrix}."
)


def displayed(tex: str):
    return make_section(f"We write it as\n\n$$\n{tex}\n$$\n\nThat is all.", [tex])


def found(tex: str) -> list[Feature]:
    return list(find(material_of(displayed(tex))))


def test_a_matrix_appears_row_by_row():
    code = code_of(pages_of(found(TURN)[0]))
    assert r'(r"\cos t", r"-\sin t",)' in code
    assert code.index("pieces[1][0][0:2]") < code.index("pieces[1][0][2:4]")


def test_a_product_is_told_with_its_shapes():
    [feature] = found(PRODUCT)
    said = narration(pages_of(feature))
    assert "A two by two matrix times a column of two gives a column of two." in said
    assert "marks" in code_of(pages_of(feature))
    assert feature.weight > found(TURN)[0].weight


def test_entries_that_are_matrices_are_blocks():
    blocks = r"\begin{bmatrix} \mathbf{A} & \mathbf{B} \\ 0 & \mathbf{C} \end{bmatrix}"
    [feature] = found(f"M = {blocks}")
    assert "two rows and two columns of blocks" in narration(pages_of(feature))


def test_a_symbol_in_two_rows_is_no_matrix():
    tex = r"\begin{pmatrix} a & b & c \\ d & e & f \end{pmatrix} = 0"
    section = make_section(f"The Wigner symbol vanishes then:\n\n$$\n{tex}\n$$\n", [tex])
    assert not find(material_of(section))


def test_a_sum_is_no_product():
    tex = PRODUCT.replace(r"\end{pmatrix} \begin", r"\end{pmatrix} + \begin", 1)
    assert "times" not in narration(pages_of(found(tex)[0]))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (r"a & 0 \\ 0 & b", "Off its diagonal everything is zero."),
        (r"1 & 0 \\ 0 & 1", "It has ones on its diagonal and zeros elsewhere."),
        (r"a & b \\ 0 & d", "Below its diagonal everything is zero."),
        (r"a & b \\ b & d", "It is symmetric about its diagonal."),
    ],
)
def test_what_is_plain_to_see_is_said(entries: str, said: str):
    [feature] = found(rf"M = \begin{{bmatrix}} {entries} \end{{bmatrix}}")
    assert said in narration(pages_of(feature))


@pytest.mark.parametrize(
    "tex",
    [
        r"M = \begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}^{-1} = M",
        r"M = \begin{pmatrix} 1 & 2 & 3 & 4 & 5 & 6 \\ 1 & 2 & 3 & 4 & 5 & 6 \end{pmatrix}",
        r"\begin{aligned} a &= \begin{pmatrix} 1 & 2 \end{pmatrix} \\ b &= c \end{aligned}",
        "x = y",
    ],
    ids=["uneven", "raised", "too wide", "several rows", "no matrix"],
)
def test_what_cannot_be_drawn_whole_is_left_to_others(tex: str):
    assert found(tex) == []


def test_an_entry_latex_refuses_is_left_to_others():
    section = displayed(TURN)
    assert find(material_of(section, RulerTypesetter(refused=("cos",)))) == []


def test_matrices_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    texs = [
        TURN,
        PRODUCT,
        r"\left[\begin{array}{ccccc}" + r"\\".join(["1 & 0 & a & b & c"] * 5)
        + r"\end{array}\right] = M",
    ]  # fmt: skip
    features = [find(material_of(displayed(tex), latex))[0] for tex in texs]
    assert_drawn_well(features, rehearser, seconds=26.0)


_piece = st.sampled_from(
    [r"\begin{pmatrix}", r"\end{pmatrix}", "&", r"\\", "a", "0", "{", "}", "=", r"\left(",
     r"\right)", "^", r"\begin{array}{cc}", r"\end{array}", r"\frac", " ", "1 & 2 ", r"\\[2pt]"]
)  # fmt: skip


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(_piece, max_size=16).map("".join))
def test_whatever_a_display_holds_what_is_drawn_is_sound(inside: str):
    assert_told_soundly(find, displayed(inside))
    assert_told_soundly(find, displayed(rf"M = \begin{{pmatrix}} {inside} \end{{pmatrix}}"))
