"""Sentences with inline math: what is shown, what is read out, how wide it is."""

import pytest

from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import measure, to_markup, to_plain, wrap


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        (r"where $d_k$ is **large** and *new*", "where dₖ is large and new"),
        (r"$W^Q_i \in \mathbb{R}^{d_{\text{model}} \times d_k}$", "W^Qᵢ ∈ ℝ^(d_model×dₖ)"),
        (r"$\frac{1}{\sqrt{d_k}}$, $\frac{a+b}{2}$", "1/√dₖ, (a + b)/2"),
        (r"$\sum_{i=1}^{n} x_i \log p(x_i)$", "∑ᵢ₌₁ⁿ xᵢ log p(xᵢ)"),
        (r"$-\infty < x' \le \hat{\theta}$", "−∞ < x′ ≤ θ̂"),
        (r"$f(a) \wedge^{*} f(b) \le_{1} c$", "f(a) ∧∗ f(b) ≤₁ c"),
        (r"$M_{\rm BH} = 10^{6} M_\odot$", "M_BH = 10⁶M_⊙"),
        (r"$\left\| x \right\|_2^2$ and $f^{\prime}$", "‖x‖₂² and f′"),
        (r"cost \$5 and snake\_case in `code`", "cost $5 and snake_case in code"),
        (r"a [link](https://example.org/x_(y)) here", "a link here"),
        (
            r"$S = \left[\begin{array}{cc} a & b \\ c & d \end{array}\right]$",
            "S = [a b; c d]",
        ),
        (r"$\begin{pmatrix*}[r] a & b \\[2pt] c & d \\ \end{pmatrix*}$", "(a b; c d)"),
        (r"$\unknown{x}$, $\mathcal{N}(0, 1)$", "unknownx, N(0, 1)"),
        (
            r"the \mbox{\boldmath $x$} axis of \texorpdfstring{$SU(2)$}{SU(2)}",
            "the x axis of SU(2)",
        ),
        (r"$\bar{\mbox{\boldmath $D$}} + 1$, {\bf bold} and \emph{new}", "D̄ + 1, bold and new"),
        (r"a set {1, 2} in text", "a set {1, 2} in text"),
        ("tab\there\x07, and\u202eback", "tab here, andback"),
    ],
)
def test_text_is_read_as_people_write_it(markdown: str, plain: str):
    assert to_plain(read_inline(markdown)) == plain


def test_markup_nests_scripts_and_escapes_signs():
    markup = to_markup(read_inline(r"$x_i^2 < y$ & <b>"), "#ffffff")
    assert markup == (
        "<i>x</i><sub><i>i</i></sub><sup>2</sup>\u00a0&lt;\u00a0<i>y</i> &amp; &lt;b&gt;"
    )


def test_lines_are_no_wider_than_asked():
    runs = read_inline("A sentence with $x_{i+1} = y$ and a word " + "extraordinary" * 20)
    lines = wrap(runs, 6.0, 28)
    assert len(lines) > 5
    assert all(measure(line, 28) <= 6.0 for line in lines)
    assert "".join(to_plain(line) for line in lines).replace(" ", "") == to_plain(runs).replace(
        " ", ""
    )


def test_deeply_nested_math_is_read_without_harm():
    assert isinstance(to_plain(read_inline("$" + "{" * 5000 + "x" + "}" * 5000 + "$")), str)
    assert isinstance(to_plain(read_inline("$" + r"\text{" * 3000 + "}" * 3000 + "$")), str)
