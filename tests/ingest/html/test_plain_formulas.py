"""Formulas of pages that LaTeXML did not make, in the forms converters and authors give them."""

from pathlib import Path

import pytest

from arxiviz_pipeline.ingest.html.parser import parse_html
from tests.ingest.formulas.latex_document import refused_formulas
from tests.ingest.html.pages import PARAGRAPH

INLINE = {
    "delimiters": r"\(x^2\)",
    "dollars": "$x^2$",
    "scripts": '<script type="math/tex">x^2</script>',
    "drawn scripts": (
        '<span class="MathJax_Preview">x2</span><span class="MathJax"><span>x2</span></span>'
        '<script type="math/tex">x^2</script>'
    ),
    "KaTeX": (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation '
        'encoding="application/x-tex">x^2</annotation></semantics></math></span>'
        '<span class="katex-html" aria-hidden="true">x2</span></span>'
    ),
    "MathJax 3": (
        "<mjx-container><mjx-math>x2</mjx-math><mjx-assistive-mml><math><semantics><mi>x</mi>"
        '<annotation encoding="application/x-tex">x^2</annotation></semantics></math>'
        "</mjx-assistive-mml></mjx-container>"
    ),
    "pictures": '<img alt="$x^2$" src="i.png">',
    "pictures in broken markup": '<img alt="$x^2$" "x<y"=1 a&b src="i.png">',
    "pictures that say LaTeX": r'<img alt="x^2" class="tex" src="i.png">',
}
DISPLAYS = {
    "brackets": (r"\[ a=b \]", "a=b"),
    "double dollars": ("$$a=b$$", "a=b"),
    "environments": (r"\begin {equation} \label {x} a=b \end {equation}", "a=b"),
    "rows": (
        r"\begin{align} a &amp;= b \\ &amp;= c \end{align}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    ),
    "scripts": ('<script type="math/tex; mode=display">a=b</script>', "a=b"),
    "pandoc": (r'<span class="math display">\[a=b\]</span>', "a=b"),
    "written out": (
        '<span class="math display"><em>a</em> = <em>b</em><sub>1</sub></span>',
        "a=b_{1}",
    ),
    "KaTeX": (
        (
            '<span class="katex-display"><span class="katex"><span class="katex-mathml"><math>'
            '<semantics><mi>a</mi><annotation encoding="application/x-tex">a=b</annotation>'
            '</semantics></math></span><span class="katex-html">a=b</span></span></span>'
        ),
        "a=b",
    ),
    "MathML": ('<math display="block"><mi>a</mi><mo>=</mo><mi>b</mi></math>', "a=b"),
    "old MathML": ('<math mode="display"><mi>a</mi></math>', "a"),
    "pictures of environments": (
        r'<img alt="\begin{displaymath}a=b\end{displaymath}" src="i.png">',
        "a=b",
    ),
    "numbered pictures": (
        (
            r'<div class="displaymath"><table><tr><td><img alt="$\displaystyle a=b$" src="i.png">'
            "</td><td>(<span>1</span>)</td></tr></table></div>"
        ),
        "a=b",
    ),
    "tables of pictures": (
        (
            r'<table><tr><td></td><td><img alt="$\displaystyle a$" src="1"></td>'
            r'<td><img alt="$=$" src="2"></td><td><img alt="$\displaystyle b$" src="3"></td>'
            "<td>(2)</td></tr><tr><td></td><td>&nbsp;</td><td>&nbsp;</td>"
            r'<td><img alt="$\displaystyle +c$" src="4"></td></tr></table>'
        ),
        r"\begin{aligned} a & = & b \\ & & +c \end{aligned}",
    ),
    "tables of characters": (
        (
            '<table class="display dcenter"><tr><td class="dcell"><i>a</i>=</td><td class="dcell">'
            '<table class="display"><tr><td><i>b</i></td></tr><tr><td class="hrule"></td></tr>'
            "<tr><td>2</td></tr></table></td><td>+ √<table class='display'><tr><td class='hrule'>"
            "</td></tr><tr><td>xy</td></tr></table></td><td class='eqno'>(1)</td></tr></table>"
        ),
        r"a=\frac{b}{2}+ \sqrt{xy}",
    ),
    "limits of characters": (
        (
            '<table class="display dcenter"><tr><td><table class="display"><tr><td>n</td></tr>'
            "<tr><td>max</td></tr><tr><td>i=1</td></tr></table></td><td>x<sub>i</sub></td></tr>"
            "</table>"
        ),
        r"\max_{i=1}^{n}x_{i}",
    ),
    "rules between lines": (
        (
            '<br clear="all"><table width="100%"><tr><td><table align="center"><tr>'
            "<td nowrap>a = </td><td nowrap>b<div><hr></div>c<br></td></tr></table></td>"
            "<td>(1)</td></tr></table>"
        ),
        r"a =\frac{b}{c}",
    ),
    "rows of cells": (
        (
            '<table class="align"><tr><td class="align-odd">a</td><td class="align-even">= b</td>'
            '<td class="align-label">(1)</td></tr><tr><td></td><td>= c</td></tr></table>'
        ),
        r"\begin{aligned} a & = b \\ & = c \end{aligned}",
    ),
}
NO_FORMULAS = {
    "money": "It costs $5 or $10.",
    "escaped signs": r"Write \\(x\\) or \$x\$.",
    "code": r"<pre>\[a=b\] $x^2$</pre>",
    "unclosed signs": r"So \[ and $$ and \( and \begin{align}.",
    "a table of data": (
        "<table><tr><td>$x^2$</td><td>one</td></tr><tr><td>2</td><td>3</td></tr></table>"
    ),
}


def read(content: str):
    page = f"<body><h1>Title</h1><h2>One</h2><p>{PARAGRAPH}</p><p>So {content} holds.</p></body>"
    return parse_html(page.encode(), "https://example.org/page.html").sections[0]


@pytest.mark.parametrize("name", INLINE)
def test_formulas_in_a_line_are_read_once(name: str):
    section = read(INLINE[name])
    assert section.content.endswith("So $x^2$ holds.")
    assert section.equations == ()


@pytest.mark.parametrize("name", DISPLAYS)
def test_displays_are_read_once(name: str):
    written, expected = DISPLAYS[name]
    section = read(written)
    assert ["".join(tex.split()) for tex in section.equations] == ["".join(expected.split())]
    assert section.content.count("$$") == 2
    assert section.content.endswith("holds.")


@pytest.mark.parametrize("name", NO_FORMULAS)
def test_what_only_looks_like_a_formula_is_left_alone(name: str):
    assert read(NO_FORMULAS[name]).equations == ()


def test_dollars_need_an_engine_or_a_look_of_latex():
    assert "from \\$a to b\\$." in read("from $a to b$.").content
    assert "from $a to b$." in read('<script src="MathJax.js"></script>from $a to b$.').content


def test_a_drawing_in_characters_is_a_picture_and_no_formula():
    section = read(
        '<div class="math-display"><img class="math-display" alt="1\n-\n2" src="x.png"></div>'
    )
    assert section.equations == ()
    assert "![Formula](https://example.org/x.png)" in section.content


def test_displays_of_every_form_compile(tmp_path: Path):
    formulas = [tex for written, _ in DISPLAYS.values() for tex in read(written).equations]
    assert len(formulas) == len(DISPLAYS)
    assert refused_formulas(formulas, tmp_path) == {}
