from pathlib import Path

import pytest

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows, clean_latex, tidy_latex
from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DROPPED,
    ENVIRONMENTS,
    RENAMED,
    REWRITTEN,
    SYMBOLS,
)
from tests.ingest.formulas.latex_document import refused_formulas

# What a page has, and what a scene gets.
CASES = {
    "line wraps": ("a+b+%\nc", "a+b+c"),
    "a wrap after a command": ("\\alpha%\nx", r"\alpha x"),
    "a wrap between braces": ("\\frac{a}%\n{b}", r"\frac{a}{b}"),
    "a percent sign": (r"50\%", r"50\%"),
    "white space": ("a\n  +\t b", "a + b"),
    "a space at the end": ("a\\ ", "a"),
    "display style": (r"\displaystyle\displaystyle x", "x"),
    "display style within": (r"\frac{\displaystyle a}{b}", r"\frac{\displaystyle a}{b}"),
    "colour": (r"{\color[rgb]{1,0,0}x}+\textcolor{red}{y}", "{ x}+{y}"),
    "declared colour": (r"\definecolor[named]{pgf}{rgb}{0,0,0}x", "x"),
    "centering": (r"\@add@centering x\@@LTX@y z", "x z"),
    "nested operators": (r"\operatorname{\operatorname{RLS}_{a}}x", r"{\operatorname{RLS}_{a}}x"),
    "an operator": (r"\operatorname*{arg\,min}_{x}f", r"\operatorname*{arg\,min}_{x}f"),
    "labels and tags": (r"x\label{eq:1}\tag{$*$}=y\nonumber", "x =y"),
    "bold": (r"\bm{x}+\bmod", r"\boldsymbol{x}+\bmod"),
    "brackets of semantics": (r"\llbracket x\rrbracket", r"[\![ x]\!]"),
    "a split": (r"\begin{split}a&=b\\c&=d\end{split}", r"\begin{aligned}a&=b\\c&=d\end{aligned}"),
    "a multline": (r"\begin{multline*}a\\b\end{multline*}", r"\begin{gathered}a\\b\end{gathered}"),
    "bare rows": (r"a\\b", r"\begin{gathered}a\\b\end{gathered}"),
    "bare cells": (r"a&=b\\&=c", r"\begin{aligned}a&=b\\&=c\end{aligned}"),
    "rows of a matrix": (
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
    ),
    "a break at the end": (r"a=b\\", "a=b"),
    "greek letters": ("α+Γ+Α", r"\ensuremath{\alpha}+\ensuremath{\Gamma}+A"),
    "greek in text": (r"\text{β-decay}", r"\text{\ensuremath{\beta}-decay}"),
    "signs": ("a−b≤ℝ", r"a-b\ensuremath{\le}\ensuremath{\mathbb{R}}"),
    "styled letters": ("𝐱²", "x2"),
    "accents": (r"\text{Erdős}", r"\text{Erdős}"),
    "signs nobody knows": (r"\text{日本}x", r"\text{ }x"),
    "an open brace": (r"\textcolor{red}{x", r"\textcolor{red}{x"),
}


@pytest.mark.parametrize("name", CASES)
def test_formulas_are_cleaned(name: str):
    noisy, clean = CASES[name]
    assert clean_latex(noisy) == clean


def test_what_was_cleaned_compiles(tmp_path: Path):
    formulas = [clean for name, (_, clean) in CASES.items() if name != "an open brace"]
    assert refused_formulas(formulas, tmp_path) == {}


def test_the_compile_test_would_notice_a_bad_formula(tmp_path: Path):
    refused = refused_formulas(["x", r"\nosuchcommand y", "z"], tmp_path)
    assert refused == {1: "Undefined control sequence."}


@pytest.mark.parametrize("name", CASES)
def test_cleaning_twice_changes_nothing_more(name: str):
    once = clean_latex(CASES[name][0])
    assert clean_latex(once) == once


USES = [rf"x\{command}{{a}}{{b}}{{c}}y" for command in [*DROPPED, *REWRITTEN, *RENAMED]]
USES += [rf"\begin{{{name}}}a\\b\end{{{name}}}" for name in ENVIRONMENTS]
USES += [f"x{sign}y" for sign in SYMBOLS] + [rf"\text{{x{sign}y}}" for sign in SYMBOLS]
USES += [chr(code) for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)) if code != 0x3A2]


def test_the_whole_vocabulary_compiles(tmp_path: Path):
    refused = refused_formulas([clean_latex(tex) for tex in USES], tmp_path)
    assert {USES[at]: told for at, told in refused.items()} == {}


def test_the_vocabulary_is_needed(tmp_path: Path):
    commands = [*REWRITTEN, *(name for name, tex in RENAMED.items() if tex.startswith("\\math"))]
    uses = [rf"\{command}{{a}}{{b}}{{c}}" for command in commands]
    known = {commands[at] for at in set(range(len(uses))) - set(refused_formulas(uses, tmp_path))}
    assert known == set(), "these could be left as they are"


# As authors' macros and LaTeXML's reversions leave them in pages.
FROM_THE_WILD = [
    r"\ket{\psi}=\frac{1}{\sqrt{2}}(\ket{0}+e^{i\phi}\ket{1})",
    r"\underset{\theta}{\operatorname{arg\,min}}\;\norm{y-X\theta}_{2}^{2}",
    r"f(x)=\left\{\begin{array}[]{ll}x&\mbox{if }x>0\\ 0&\text{else}\end{array}\right.",
    r"\mathop{\mathrm{argmax}}\limits_{x\in\mathcal{X}}\mathds{1}[x>0]",
    r"\begin{split}a&=b\\ &\quad+[c]\\ &=d\end{split}",
    r"A\stackrel{{\scriptstyle\rm def}}{{=}}B\buildrel\rm def\over=C",
    "x\\leavevmode\\nobreak\\ y~z\\hskip 10.0pt plus 1fil w",
    r"\hbox{\pagecolor{white}$\displaystyle x$}\definecolor[named]{a}{rgb}{1,0,0}y",
    r"\vbox{\hbox{$\hskip 2.0pt\scriptstyle a$}}\mathrel{\mathop{:}}=\cal L{\bf x}\tt y",
    r"\begin{pmatrix}1&0\\ 0&1\end{pmatrix}\bigg/\begin{smallmatrix}a\\b\end{smallmatrix}",
    r"\sum_{\begin{subarray}{c}i=1\\ i\neq j\end{subarray}}^{n}\sum_{\substack{a\\b}}x_{i}",
    r"\overbrace{a+b}^{\text{two $c$}}\underbrace{d}_{n\text{ times}}\xrightarrow[]{p}\tfrac12",
    r"\ext@arrow 0359\rightarrowfill@{}{\text{d}}X\xrightarrow{d}Y",
    r"P(A\,|\,B)\;{\mathrel{\perp\!\!\!\perp}}\ C\mathbin{\dot{\cup}}D\not\in E",
    r"\mathbbm{E}\bm{X}^{\top}\mathscr{F}\slashed{D}\llbracket n\rrbracket\coloneqq 1\,\text{μm}",
]


def test_formulas_from_the_wild_compile(tmp_path: Path):
    refused = refused_formulas([clean_latex(tex) for tex in FROM_THE_WILD], tmp_path)
    assert {FROM_THE_WILD[at]: told for at, told in refused.items()} == {}


def test_tidying_leaves_commands_alone():
    assert tidy_latex("\\displaystyle%\nx\\bm{y} ") == r"\displaystyle x\bm{y}"


def test_one_row_needs_no_alignment():
    assert align_rows([["a", "", "=b", ""], ["", ""]]) == "a =b"


def test_rows_are_aligned():
    expected = "\\begin{aligned}\na & =b \\\\\n & =c\n\\end{aligned}"
    assert align_rows([["a", "=b"], ["", "=c"]]) == expected


def test_a_column_is_aligned_at_its_left():
    assert align_rows([["a"], ["b"]]) == "\\begin{aligned}\n&a \\\\\n&b\n\\end{aligned}"


def test_a_bracket_at_a_line_start_is_no_argument(tmp_path: Path):
    aligned = align_rows([["a", "=b"], ["[c", "=d]"], ["*", "e"]])
    assert "{}[c" in aligned
    assert refused_formulas([aligned], tmp_path) == {}
