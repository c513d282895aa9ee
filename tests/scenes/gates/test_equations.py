"""Which equations a script shows is read from its code, however it writes them."""

import pytest

from arxiviz_pipeline.scenes.gates.equations import report_equations


def missing(equation: str, code: str) -> list[str]:
    check = report_equations([equation], code)
    return [finding.message for finding in check.findings]


@pytest.mark.parametrize(
    ("equation", "code"),
    [
        (r"s = \frac{1}{2} g t^2", r'MathTex(r"s = \frac{1}{2} g t^2")'),
        (r"s = \frac{1}{2} g t^2,", r'MathTex("s", "=", r"\frac{1}{2}", "g", "t^2")'),
        (r"s=\left( a+b \right)\,c", r'MathTex(r"{{s}} = (a + b) c")'),
        (
            r"\begin{aligned}a&=b\\[2pt] &=c.\end{aligned}",
            'first = MathTex("a = b")\nsecond = MathTex("= c")',
        ),
        (
            r"A=\begin{pmatrix}1&0\\0&1\end{pmatrix}",
            r'MathTex(r"A = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}")',
        ),
    ],
)
def test_an_equation_is_found_whole_in_parts_and_in_rows(equation: str, code: str):
    assert missing(equation, code) == []


@pytest.mark.parametrize(
    "code",
    ['MathTex("s = g t")', 'MathTex("t^2", "s = g")', "# s = g t^2", 'MathTex("s = h t^2")'],
)
def test_an_equation_that_is_changed_or_left_out_is_named(code: str):
    (told,) = missing("s = g t^2", code)
    assert told == "Formula 1 is not in the scene as the section writes it: 's = g t^2'."


def test_an_equation_of_which_a_row_is_missing_is_named():
    assert missing(r"a = b \\ c = d", 'MathTex("a = b")')


def test_a_script_tells_how_many_equations_it_shows():
    code = r'MathTex(r"s = \frac{1}{2} g t^2")'
    check = report_equations([r"s = \frac{1}{2} g t^2", "E = m c^2"], code)
    assert (check.name, check.passed) == ("equations", True)
    assert check.message == "1 of the section's 2 display equations are shown."
    assert [finding.severity for finding in check.findings] == ["warning"]
    assert "'E = m c^2'" in check.findings[0].message


def test_what_python_cannot_read_shows_nothing():
    assert missing("s = g t^2", "MathTex('s = g t^2'")
