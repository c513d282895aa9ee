"""Formulas that bring MathML and no LaTeX."""

from pathlib import Path

import pytest
from lxml import html as lxml_html

from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.html.mathml import mathml_to_latex
from tests.ingest.formulas.latex_document import refused_formulas

CASES = {
    "letters": ("<mi>x</mi><mo>=</mo><mn>1.5</mn>", "x=1.5"),
    "functions": ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", r"\sin x"),
    "words": ("<mi>if</mi><mtext> so, 5%</mtext>", r"\mathrm{if}\text{ so, 5\%}"),
    "fractions": ("<mfrac><mi>a</mi><mrow><mi>b</mi><mn>2</mn></mrow></mfrac>", r"\frac{a}{b2}"),
    "binomials": (
        '<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>',
        r"\genfrac{}{}{0pt}{}{n}{k}",
    ),
    "scripts": (
        "<msub><mi>x</mi><mi>i</mi></msub><msubsup><mi>y</mi><mn>1</mn><mo>'</mo></msubsup>",
        "x_{i}y_{1}^{'}",
    ),
    "scripts of something": (
        "<msup><mrow><mi>x</mi><mi>y</mi></mrow><mn>2</mn></msup>",
        "{xy}^{2}",
    ),
    "roots": (
        "<msqrt><mi>x</mi></msqrt><mroot><mi>y</mi><mn>3</mn></mroot>",
        r"\sqrt{x}\sqrt[{3}]{y}",
    ),
    "limits": (
        "<munder><mi>lim</mi><mrow><mi>n</mi></mrow></munder><mi>a</mi>",
        r"\lim_{n} a",
    ),
    "accents": (
        "<mover><mi>x</mi><mo>^</mo></mover><munder><mi>y</mi><mo>_</mo></munder>",
        r"\hat{x}\underline{y}",
    ),
    "what stands above": ("<mover><mo>=</mo><mi>d</mi></mover>", r"\overset{d}{=}"),
    "fences": (
        '<mfenced open="[" close=")"><mi>a</mi><mi>b</mi></mfenced><mo>{</mo>',
        r"\left[a,b\right)\{",
    ),
    "tables": (
        "<mi>A</mi><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>",
        r"A\begin{matrix}a & b\end{matrix}",
    ),
    "letters of other kinds": (
        '<mi mathvariant="double-struck">R</mi><mi mathvariant="bold">v</mi>',
        r"\mathbb{R}\mathbf{v}",
    ),
    "scripts before": (
        "<mmultiscripts><mi>U</mi><none/><none/><mprescripts/><mn>92</mn><none/></mmultiscripts>",
        "{}_{92}U",
    ),
    "annotations": (
        "<semantics><mrow><mi>x</mi></mrow><annotation-xml><ci>x</ci></annotation-xml></semantics>",
        "x",
    ),
    "rows of a display": (
        (
            "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo><mi>b</mi></mtd><mtd><mtext>(1)</mtext>"
            "</mtd></mtr><mtr><mtd/><mtd><mo>=</mo><mi>c</mi></mtd><mtd/></mtr></mtable>"
        ),
        r"\begin{aligned} a & =b \\ & =c \end{aligned}",
    ),
    "text alone": ("x_1", r"x\_1"),
}


def _written(mathml: str) -> str:
    return mathml_to_latex(lxml_html.fromstring(f"<math>{mathml}</math>"))


@pytest.mark.parametrize("name", CASES)
def test_mathml_is_written_as_latex(name: str):
    mathml, expected = CASES[name]
    assert _written(mathml) == expected


def test_latex_made_of_mathml_compiles(tmp_path: Path):
    formulas = [clean_latex(_written(mathml)) for mathml, _ in CASES.values()]
    assert refused_formulas(formulas, tmp_path) == {}


def test_deep_mathml_ends():
    deep = "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200
    assert _written(deep) == "x"
