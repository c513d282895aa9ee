"""Which formulas may share a run of LaTeX with others."""

import pytest

from arxiviz_pipeline.rendering.tex.plain_formulas import is_plain


@pytest.mark.parametrize(
    "tex",
    [
        "a^2 + b_1 = c",
        r"\frac{\partial f}{\partial x}\,\mathbb{E}\left[X\right]",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\text{for all } x \geq 0",
        "Größe",
    ],
)
def test_known_commands_are_plain(tex: str):
    assert is_plain(tex, "align*")


@pytest.mark.parametrize(
    "tex",
    [
        r"\gdef\alpha{x}",
        r"\setcounter{page}{2}",
        r"\csname gdef\endcsname\x{y}",
        "^^5cgdef^^5cx{y}",
        r"\special{dvisvgm:raw <g>}",
        r"\begin{document}",
        r"\begin\foo",
        r"\mymacro",
        r"\def\x#1{#1}",
    ],
)
def test_whatever_could_outlive_its_formula_is_not(tex: str):
    assert not is_plain(tex, "align*")


def test_an_environment_that_counts_is_not_plain():
    assert not is_plain("x", "align")
    assert is_plain("a & b", "tabular}{cc")
    assert is_plain("$x$", None)
