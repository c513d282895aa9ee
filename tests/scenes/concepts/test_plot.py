"""Functions are drawn where all about them is known, and nothing is guessed."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.plot import find
from arxiviz_pipeline.scenes.template.features import Feature
from arxiviz_pipeline.scenes.text.expressions import body_in_python, evaluate, names_in
from arxiviz_pipeline.scenes.text.functions import read_domain, read_function
from tests.scenes.concepts.told import (
    assert_drawn_well,
    assert_told_soundly,
    code_of,
    material_of,
    narration,
    pages_of,
)
from tests.scenes.sections import make_section

LOGISTIC = r"\sigma(x) = \frac{1}{1 + e^{-x}}"
SCHEDULE = r"rate = c^{-0.5} \cdot \min(n^{-0.5}, n \cdot w^{-1.5})"


def displayed(tex: str, after: str = "That is all."):
    return make_section(f"We have\n\n$$\n{tex}\n$$\n\n{after}", [tex])


def found(tex: str, after: str = "That is all.") -> list[Feature]:
    return list(find(material_of(displayed(tex, after))))


@pytest.mark.parametrize(
    ("tex", "x", "value"),
    [
        (LOGISTIC, 0.0, 0.5),
        (r"f(x) = -x^{2} + 3x - \frac{1}{2}", 2.0, 1.5),
        (r"f(x) = \sin^2 x + \cos^2 x", 0.3, 1.0),
        (r"f(x) = |x - 10| \, \sqrt[3]{x}", 8.0, 4.0),
        (r"f(x) = \max\{0, 1 - x\}", 3.0, 0.0),
        (r"f(x) = \left(1-x\right)^4 (4x+1)", 0.5, 0.1875),
        (r"H(x) = -x\log_2 x - (1-x)\log_2(1-x)", 0.5, 1.0),
        (r"f(x) = e^{-x^2/2} \cdot 2^{x}", 0.0, 1.0),
        (r"f(x) = \begin{cases} x^2, & x < 1, \\ 2x - 1, & x \geq 1. \end{cases}", 3.0, 5.0),
        (r"f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", -1, 0),
    ],
)
def test_a_function_is_read_as_it_is_meant(tex: str, x: float, value: float):
    definition = read_function(tex)
    assert definition is not None
    assert evaluate(definition.body, {"x": x}) == pytest.approx(value)
    python = body_in_python(definition.body, {"x": "x"})
    import numpy as np

    assert eval(python, {"np": np, "x": x}) == pytest.approx(value)  # noqa: S307 - our own tree


@pytest.mark.parametrize(
    "tex",
    [
        "f(x) = g(x) + x", "f(x) = a(x + 1)", r"f(x) = \sum x", r"f(x) = x^T x", "f(x) = x^10",
        r"f(x) = \sin^{-1} x", r"f(x) = \hat{x} + 1", "x + 1", "f(x, y) = x y", "f(x) = x!",
        r"f(x) = \int x dx", r"f'(x) = 2x", r"f(x) = \left\lfloor x \right\rfloor",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_function_of_numbers_is_refused(tex: str):
    definition = read_function(tex)
    assert definition is None or names_in(definition.body) != {"x"}


@pytest.mark.parametrize(
    ("tex", "after"),
    [
        (r"f(x) = x^{2} + 1", "for complex numbers."),
        ("E = m c^2", "for all of us."),
        ("f(x) = 2x + 1", "for all of us."),
        (r"f(x) = \frac{1}{x - 1}", "for all of us."),
        (r"f(x) = a x^2 + b x", "for all of us."),
        (r"f(x) = x^{2}, \quad x \ge x_0", "for all of us."),
    ],
    ids=["complex", "which varies", "straight", "pole", "two unknown", "unknown domain"],
)
def test_what_would_be_a_false_or_dull_picture_is_not_drawn(tex: str, after: str):
    assert found(tex, after) == []


def test_limits_are_shown_and_said():
    said = narration(pages_of(found(LOGISTIC)[0]))
    assert "It tends to 1 as x → ∞." in said
    assert "It tends to 0 as x → −∞." in said


def test_an_extremum_is_found_where_it_is():
    assert "highest at x = 3" in narration(pages_of(found(r"f(x) = 5 - (x - 3)^{2}")[0]))


def test_a_wave_tends_nowhere():
    assert "tends" not in narration(pages_of(found(r"f(x) = \sin 2\pi x")[0]))


def test_a_value_from_the_text_is_used_and_a_mere_factor_hides_the_scale():
    [feature] = found(SCHEDULE, "We use $w=4000$ for it.")
    pages = pages_of(feature)
    assert "highest at n = 4000" in narration(pages)
    assert "c only sets the scale" in narration(pages)
    assert "4000 ** (-1.5)" in code_of(pages)


def test_values_the_text_gives_become_curves():
    [feature] = found(r"R(c) = \frac{c^{n}}{1 + c^{n}}", "with $n = 1$ and $n = 4$, $c > 0$.")
    said = narration(pages_of(feature))
    assert "with n = 1 and 4" in said
    assert "example" not in said


def test_an_unknown_parameter_is_drawn_for_examples_called_so():
    [feature] = found(r"g(t) = e^{-\alpha t}")
    assert "as examples" in narration(pages_of(feature))
    assert feature.weight < found(LOGISTIC)[0].weight


def test_inline_definitions_are_drawn_too():
    section = make_section(r"The unit computes $f(x) = x \tanh(\ln(1 + e^x))$ for each input.")
    [feature] = find(material_of(section))
    assert feature.tells == frozenset()


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        (r"x \in [0, 1]", (0.0, 1.0)),
        (r"0 \le x \leq 2\pi", (0.0, 2 * math.pi)),
        ("x > 0", (0.0, math.inf)),
        (r"x \geq x_0", None),
        ("x = 1", None),
    ],
)
def test_domains_are_read(text: str, domain: tuple[float, float] | None):
    assert read_domain(text, "x") == (None if domain is None else pytest.approx(domain))


def test_plots_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    functions = [
        (LOGISTIC, "It saturates."),
        (SCHEDULE, "We use $w=4000$ for it."),
        (r"R(c) = \frac{c^{n}}{1 + c^{n}}", "with $n = 1$, $n = 2$ and $n = 4$, $c>0$."),
        (r"f(x) = \begin{cases} x & x \ge 0 \\ e^x-1 & x < 0 \end{cases}", "So it is."),
    ]
    features = [find(material_of(displayed(*function), latex))[0] for function in functions]
    assert_drawn_well(features, rehearser, seconds=26.0)


_piece = st.sampled_from(
    ["x", "1", "0", "2.5", "+", "-", "^", "{", "}", "(", ")", r"\frac", "e", r"\exp", r"\ln",
     r"\sin", "|", "/", "a", r"\sqrt", r"\max", ",", r"\left(", r"\right)", r"\pi", " ", "_", "=",
     r"\begin{cases}", r"\end{cases}", "&", r"\\", "<", "10", "'", r"\_", "9999999", "."]
)  # fmt: skip


def test_what_the_paper_says_of_a_function_is_said_beside_its_graph():
    after = "This means that the rate grows at first and falls later, as slowly as a root does."
    [feature] = found(SCHEDULE, f"{after} We use $w=4000$ for it.")
    pages = pages_of(feature)
    assert "the rate grows at first and falls later" in narration(pages)
    assert "meaning = " in code_of(pages)
    assert "rate" in code_of(pages).partition("numbers = ")[2]


@pytest.mark.parametrize(
    ("tex", "words", "said"),
    [
        (r"z = \frac{1}{2} \log\left(\frac{1+r}{1-r}\right)", "of a correlation", "−1 to 1"),
        (r"f(x) = e^{-x}", "the decay with distance", "0 to"),
    ],
)
def test_a_variable_keeps_to_the_range_it_has_by_what_it_is(tex: str, words: str, said: str):
    section = make_section(f"We look at a measure {words}:\n\n$$\n{tex}\n$$\n\nThat is all.", [tex])
    [feature] = find(material_of(section))
    assert said in narration(pages_of(feature))


def test_what_varies_with_a_mean_is_not_drawn_beyond_what_means_there_are():
    assert not found(r"V(\mu) = \mu^2 (1 - \mu)^2")


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(_piece, max_size=14).map("".join))
def test_whatever_a_formula_holds_what_is_drawn_is_sound(body: str):
    assert_told_soundly(find, displayed(f"f(x) = {body}", "with $a = 2$."))
