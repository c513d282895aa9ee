from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.ingest.formulas.characters import SYMBOLS
from arxiviz_pipeline.ingest.formulas.cleaning import (
    align_rows,
    clean_latex,
    tidy_latex,
)
from arxiviz_pipeline.ingest.formulas.known_commands import (
    ARGUMENTS,
    DELIMITERS,
    MATH_ACCENTS,
    MATH_SYMBOLS,
    SYMBOLS_ANYWHERE,
    TEXT_SYMBOLS,
)
from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DROPPED,
    ENVIRONMENTS,
    RENAMED,
    REWRITTEN,
    REWRITTEN_BY_COUNT,
)
from arxiviz_pipeline.ingest.formulas.word_lists import words_in
from tests.ingest.formulas.latex_document import refused_formulas

# What a page or a source has, and what a scene gets.
CASES = {
    "line wraps": ("a+b+%\nc", "a+b+c"),
    "a wrap after a command": ("\\alpha%\nx", r"\alpha x"),
    "a wrap between braces": ("\\frac{a}%\n{b}", r"\frac{a}{b}"),
    "a percent sign": (r"50\%", r"50\%"),
    "white space": ("a\n  +\t b", "a + b"),
    "a space at the end": ("a\\ ", "a"),
    "display style": (r"\displaystyle\displaystyle x", "x"),
    "display style within": (r"\frac{\displaystyle a}{b}", r"\frac{\displaystyle a}{b}"),
    "colour": (r"{\color[rgb]{1,0,0}x}+\textcolor{red}{y}", "{x}+{y}"),
    "declared colour": (r"\definecolor[named]{pgf}{rgb}{0,0,0}x", "x"),
    "centering": (r"\@add@centering x\@@LTX@y z", "x z"),
    "nested operators": (r"\operatorname{\operatorname{RLS}_{a}}x", r"{\operatorname{RLS}_{a}}x"),
    "an operator": (r"\operatorname*{arg\,min}_{x}f", r"\operatorname*{arg\,min}_{x}f"),
    "labels and tags": (r"x\label{eq:1}\tag{$*$}=y\nonumber", "x=y"),
    "a number of plain TeX": (r"x=y\eqno(1.2)", "x=y"),
    "wraps within a command": (
        "\\begin%\n{matrix}a\\end%\n{matrix}",
        r"\begin{matrix}a\end{matrix}",
    ),
    "bold and small words": (
        r"\mbox{\boldmath$x$ \small a}\small y",
        r"\mbox{\boldmath$x$ \small a} y",
    ),
    "bold": (r"\bm{x}+\bmod", r"\boldsymbol{x}+\bmod"),
    "brackets of semantics": (r"\llbracket x\rrbracket", r"[\![ x]\!]"),
    "a split": (r"\begin{split}a&=b\\c&=d\end{split}", r"\begin{aligned}a&=b\\c&=d\end{aligned}"),
    "a multline": (r"\begin{multline*}a\\b\end{multline*}", r"\begin{gathered}a\\b\end{gathered}"),
    "bare rows": (r"a\\b", r"\begin{gathered}a\\b\end{gathered}"),
    "bare cells": (r"a&=b\\&=c", r"\begin{aligned}a&=b\\&=c\end{aligned}"),
    "gaps between rows": (r"a&=b\\[2pt]&=c\\*&=d", r"\begin{aligned}a&=b\\&=c\\&=d\end{aligned}"),
    "rows of a matrix": (
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
    ),
    "an eqnarray": (
        r"\begin{eqnarray*}a&=&b\\&=&c\end{eqnarray*}",
        r"\begin{aligned}a&= b\\&= c\end{aligned}",
    ),
    "a break at the end": (r"a=b\\", "a=b"),
    "greek letters": ("α+Γ+Α", r"\alpha +\Gamma +A"),
    "greek in text": (r"\text{β-decay}", r"\text{\ensuremath{\beta}-decay}"),
    "signs": ("a−b≤ℝ", r"a-b\le \mathbb{R}"),
    "styled letters": ("𝐱²+𝑥₁₂", r"\mathbf{x}^{2}+x_{12}"),
    "combining accents": ("x\u0302+\u00e9", r"\hat{x}+\acute{e}"),
    "accents": (r"\text{Erdős}", r"\text{Erdős}"),
    "signs nobody knows": (r"\text{日本}x", r"\text{ }x"),
    "an open brace": (r"\textcolor{red}{x", "{x}"),
    "a brace too many": (r"a}+b", "a+b"),
    "an open left": (r"\left(a+b", r"\left(a+b\right."),
    "a right alone": (r"a+b\right)", r"\left.a+b\right)"),
    "brackets over two cells": (
        r"\begin{aligned}\left(a&+b\right)\end{aligned}",
        r"\begin{aligned}\left(a\right.&\left.+b\right)\end{aligned}",
    ),
    "a left without a backslash": (r"\left{a\right}", r"\left\{a\right\}"),
    "two superscripts": (r"x^a^b+y'^2+z^2'", r"x^a{}^b+y'^2+z^2{}'"),
    "arguments without braces": (r"\frac12+x_\mathrm{e}", r"\frac{1}{2}+x_{\mathrm{e}}"),
    "fractions of plain TeX": (r"{a\over b}+{n\choose k}", r"{\frac{a}{b}}+{\binom{n}{k}}"),
    "cases of plain TeX": (
        r"\cases{x&if $x>0$\cr 0&else\cr}",
        r"\begin{cases}x&\text{if $x>0$}\\ 0&\text{else}\end{cases}",
    ),
    "a root of plain TeX": (r"\root 3\of x", r"\sqrt[{3}]{x}"),
    "physics": (
        r"\pdv[2]{f}{x}+\qty(a)+\braket{a}{b}",
        r"\frac{\partial^{2}f}{\partial x^{2}}+\left(a\right)+\left\langle a\middle|b\right\rangle",
    ),
    "units": (r"\SI{3e5}{\kilo\metre\per\second}", r"3\times 10^{5}\,\mathrm{km/s}"),
    "chemistry": (r"\ce{SO4^2-}", r"\mathrm{SO_{4}^{2-}}"),
    "indices in order": (r"\tensor{T}{^a_b}", r"T^a{}_b"),
    "a macro within": (r"\newcommand{\f}[1]{#1^2}\f{x}\def\g#1{[#1]}\g y", "x^2[y]"),
    "an operator within": (r"\DeclareMathOperator{\Tor}{Tor}\Tor", r"\operatorname{Tor}"),
    "a macro of itself": (r"\def\f{\f}x", "x"),
    "signs within text": (r"\text{a_b & c}", r"\text{a\_b \& c}"),
    "math within text": (r"\text{for \alpha and $x$}", r"\text{for \ensuremath{\alpha} and $x$}"),
    "columns with packages": (
        r"\begin{array}{@{}l>{\bf}r*{2}{c}}a&b&c&d&e\end{array}",
        r"\begin{array}{@{}lrccc}a&b&c&d&e\end{array}",
    ),
    "a matrix too wide": (
        r"\begin{pmatrix}1&2&3&4&5&6&7&8&9&0&1\end{pmatrix}",
        r"\left(\begin{array}{ccccccccccc}1&2&3&4&5&6&7&8&9&0&1\end{array}\right)",
    ),
    "letters an alphabet lacks": (
        r"\mathbbm{1}+\mathbb{k}+\mathds R",
        r"\mathbf{1}+{\Bbbk}+\mathbb{R}",
    ),
    "bold symbols in boxes": (
        r"\mbox{\boldmath $x$}_{\hbox{\scriptsize\boldmath$\alpha$}}",
        r"\boldsymbol{x}_{\boldsymbol{\alpha}}",
    ),
    "bold letters of another alphabet": (
        r"\mbox{\boldmath${\cal L}$}",
        r"\boldsymbol{\mathcal{L}}",
    ),
    "bold for each size": (
        r"\mathchoice{\mbox{\boldmath$\displaystyle x$}}{\mbox{\boldmath$x$}}{x}{x}y",
        r"{\boldsymbol{x}}y",
    ),
    "a gap between columns": (
        r"\begin{array}{r@{\;\le\;}l}a&b\end{array}",
        r"\begin{array}{r@{\;\le\;}l}a&b\end{array}",
    ),
    "where a root's degree stands": (r"\sqrt[\leftroot{-2}\uproot{2}\beta]{k}", r"\sqrt[\beta]{k}"),
    "capitals": (r"\text{\MakeUppercase{so} \uppercase{it}}", r"\text{SO IT}"),
    "commands nobody defines": (r"\Foo{x}_{1}", r"\mathrm{Foo}{x}_{1}"),
    "lengths": (r"a\hskip 1em plus 1fil b\kern2pt\mkern-3mu", r"a\hskip 1em b\kern 2pt\mkern-3mu"),
    "a drawing": (r"\begin{tikzcd}A\ar[r]&B\end{tikzcd}", r"\begin{tikzcd}A\ar[r]&B\end{tikzcd}"),
}
REFUSED = ("a drawing",)


@pytest.mark.parametrize("name", CASES)
def test_formulas_are_cleaned(name: str):
    noisy, clean = CASES[name]
    assert clean_latex(noisy) == clean


def test_what_was_cleaned_compiles(tmp_path: Path):
    formulas = [clean for name, (_, clean) in CASES.items() if name not in REFUSED]
    assert refused_formulas(formulas, tmp_path) == {}


def test_a_drawing_is_left_for_latex_to_refuse(tmp_path: Path):
    formulas = [CASES[name][1] for name in REFUSED]
    assert list(refused_formulas(formulas, tmp_path)) == [0]


def test_the_compile_test_would_notice_a_bad_formula(tmp_path: Path):
    refused = refused_formulas(["x", r"\nosuchcommand y", "z"], tmp_path)
    assert refused == {1: "Undefined control sequence."}


@pytest.mark.parametrize("name", CASES)
def test_cleaning_twice_changes_nothing_more(name: str):
    once = clean_latex(CASES[name][0])
    assert clean_latex(once) == once


USES = [
    rf"x\{command}{{a}}{{b}}{{c}}y"
    for command in [*DROPPED, *REWRITTEN, *REWRITTEN_BY_COUNT, *RENAMED]
]
USES += [rf"\begin{{{name}}}a\\b\end{{{name}}}" for name in ENVIRONMENTS]
USES += [f"x{sign}y" for sign in SYMBOLS] + [rf"\text{{x{sign}y}}" for sign in SYMBOLS]
USES += [chr(code) for code in (*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)) if code != 0x3A2]


def test_the_whole_vocabulary_compiles(tmp_path: Path):
    refused = refused_formulas([clean_latex(tex) for tex in USES], tmp_path)
    assert {USES[at]: told for at, told in refused.items()} == {}


BOXES = {"fbox", "framebox", "makebox", "parbox"}  # they hold words, which a scene may break


def test_the_vocabulary_is_needed(tmp_path: Path):
    commands = [*REWRITTEN, *(name for name, tex in RENAMED.items() if tex.startswith("\\math"))]
    uses = [rf"\{command}{{a}}{{b}}{{c}}" for command in commands]
    known = {commands[at] for at in set(range(len(uses))) - set(refused_formulas(uses, tmp_path))}
    assert known - BOXES == {"intertext", "lefteqn", "mathpalette"}, "could be left as they are"


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
    r"\qty[\frac{a}{b}]^2+\dv{f}{x}\abs*{x}\norm{y}\comm{A}{B}\mel{a}{B}{c}\mqty(1&0\\0&1)\vb{x}",
    r"\xleftrightarrow[a]{b}\underbracket{x}_{y}\prescript{a}{b}{X}\mathclap{abc}\cancelto{0}{x}",
    r"f=\begin{cases*}x & if $x>0$\\ 0 & otherwise\end{cases*}\begin{rcases}a\\b\end{rcases}",
    r"\begin{empheq}[left=\empheqlbrace]{align}a&=b\\c&=d\end{empheq}",
    r"\begin{IEEEeqnarray}{rCl}a&=&b\\c&=&d\end{IEEEeqnarray}",
    r"a&=b\\\intertext{and so}c&=d\\\shortintertext{so}e&=f",
    r"\text{if $x>0$ and \(y<0\)}\mbox{50\% \& more}\hbox to 1cm{a\hss}\vcenter{\hbox{$a$}}",
    r"\mathop{\rm argmax}\limits_x\mathop{\sum\sum}\limits_{i,j}^n\int\nolimits x\limits_3",
    r"\eqalign{a&=b\cr c&=d\cr}\eqalignno{a&=b&(1)\cr}\displaylines{a\cr b}\pmatrix{a&b\cr c&d\cr}",
    r"\sum\Sb a\\b\endSb x+\genfrac{(}{)}{0pt}{}{n}{k}\cfrac[l]{1}{2}\sideset{_a^b}{_c}\sum",
    r"\hat\mathbf{x}+\dot\vec x+x^\sqrt2+x_\rm eff+x^\left(a\right)+\big{(}x\big<\Bigg/",
    (
        r"\mathchoice{a}{b}{c}{d}\mathpalette\foo x\vrule height 2pt x"
        r"\char`\a\special{foo}\mathsurround=0pt"
    ),
    r"\begin{array}a&b&c\\\hline\multicolumn{2}{c}{d}\end{array}\begin{cases}a&b&c\end{cases}",
    r"\begin{alignat}{2}a&=b&\quad c&=d\end{alignat}\begin{numcases}{f=}a&b\\c&d\end{numcases}",
    r"\renewcommand{\arraystretch}{1.2}\setlength{\arraycolsep}{2pt}\arraycolsep=1.4pt\def\x{y}x",
    r"\#x+5#+a~b+\"x\"+`a' $x$ $$y$$ \text{\"o \'e \c{c} \^{\i} \ss für “a” – b — c}",
    (
        r"\hspace*{1cm}\raisebox{2pt}{x}\rule[-1pt]{1em}{2ex}"
        r"\smash[b]{y}\parbox{2cm}{a}\makebox[1cm][l]{a}"
    ),
    "a\u0302 + ½ + x⁻¹ + 𝒪(n) + ∑ᵢ aᵢ ≥ ∞ → ℓ ∥ ⟨x⟩ \\left⟨x\\right⟩ \x00\u200b\ufeff ＡＢ",
    r"\mathbbm{E}\bm{X}^{\top}\mathscr{F}\slashed{D}\llbracket n\rrbracket\coloneqq 1\,\text{μm}",
]


def test_formulas_from_the_wild_compile(tmp_path: Path):
    refused = refused_formulas([clean_latex(tex) for tex in FROM_THE_WILD], tmp_path)
    assert {FROM_THE_WILD[at]: told for at, told in refused.items()} == {}


def test_a_matrix_of_arrows_is_left_for_latex_to_refuse():
    assert clean_latex(r"\xymatrix@C=2em{A\ar[r]&B}") == r"\xymatrix@C=2em{A\ar[r]&B}"


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


COMMANDS = [rf"x{{\{name}}}y" for name in MATH_SYMBOLS | SYMBOLS_ANYWHERE]
COMMANDS += [rf"\text{{x\{name} y}}" for name in TEXT_SYMBOLS | SYMBOLS_ANYWHERE]
COMMANDS += [rf"\{name}{{a}}{{b}}{{c}}{{d}}{{e}}{{f}}" for name in ARGUMENTS.keys() - {"sideset"}]
COMMANDS += [rf"\left{sign}x\right{sign}\Big{sign}" for sign in DELIMITERS]
COMMANDS += [rf"\text{{\{accent}{{a}}}}\{accent} a" for accent in MATH_ACCENTS]


def test_every_known_command_compiles(tmp_path: Path):
    refused = refused_formulas([clean_latex(tex) for tex in COMMANDS], tmp_path)
    assert {COMMANDS[at]: told for at, told in refused.items()} == {}


PIECES = st.sampled_from(
    [
        *words_in("""
        { } { } \\\\ & $ ^ _ ' a 12 [ ] ( ) | # ~ α 𝔸 ² \u0302 é — % \\ \\left( \\right) \\left
        \\right \\middle| \\{ \\frac \\sqrt \\hat \\text \\mbox \\mathbb \\over \\atop \\sum
        \\limits \\foo \\bf \\displaystyle \\begin{array} \\end{array} \\begin{cases*}
        \\end{cases*} \\begin{split} \\end{split} \\begin{tikzcd} \\end{tikzcd} \\ket \\cases
        \\cr \\eqno \\hline \\multicolumn \\label \\color \\operatorname \\def\\x{y} \\x
        \\newcommand{\\z}[1]{#1a} \\z \\substack \\kern2pt \\mkern3mu \\big \\not \\, \\% \\"
        \\buildrel \\root \\of \\Sb \\endSb \\qty \\pdv \\ce \\SI \\@x \\intertext
        \\raisebox{2pt} \\hspace \\xrightarrow \\\\[2pt] \\vcenter \\ensuremath
        \\begin{eqnarray} \\end{eqnarray} \\mathop \\let \\csname \\endcsname \\( \\) \\xymatrix
        \\tensor \\hdotsfor \\mathcal \\hbox \\vcenter{ \\rlap{ \\boldmath \\raise2pt < \\sim
        \\ialign{ \\shortstack{ \\crcr \\hrule \\vrule \\mathchoice \\fam \\msbfam \\uppercase \\cal
        \\mathchar"218 \\setbox0= \\xymatrix@C \\mathrel{
        """),
        *(" ", "\n", "%\n", "\\ ", "\\hbox to 0pt{"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=40))
@example("^\x08")
def test_any_formula_is_cleaned_once_and_for_all(tex: str):
    once = clean_latex(tex)
    assert clean_latex(once) == once
    assert "\n" not in once
    assert once == once.strip()


REPEATED = ["{", "}", r"\left(", r"\right)", "&", r"\\\\", "$", "^", r"\frac", r"\text{", r"\ket"]
REPEATED += [
    r"\begin{array}",
    r"\begin{tikzcd}",
    r"\def\x{\x\x}\x",
    r"\over",
    r"\Sb",
    r"\mathbb",
    "'",
]
REPEATED += [
    r"\textcolor{red}{",
    r"\sqrt[",
    r"\operatorname{",
    r"\multicolumn{2}{c}{x} ",
    r"\eqno",
    r"\hline",
]


HUGE = "9" * 5_000


@pytest.mark.parametrize(
    "tex",
    [
        rf"\begin{{alignedat}}{{{HUGE}}}a\end{{alignedat}}",
        rf"\begin{{array}}{{*{{{HUGE}}}{{c}}}}\multicolumn{{{HUGE}}}{{c}}{{x}}\end{{array}}",
        rf"\newcommand{{\x}}[{HUGE}]{{#1}}\x\kern{HUGE}pt\hdotsfor{{{HUGE}}}",
        r"\begin{alignedat}{²}a\end{alignedat}\newcommand{\y}[²]{#٣}\y",
    ],
)
def test_numbers_of_any_size_are_read(tex: str):
    once = clean_latex(tex)
    assert clean_latex(once) == once


@pytest.mark.parametrize("piece", REPEATED)
def test_endless_repetition_comes_to_an_end(piece: str):
    assert isinstance(clean_latex(piece * 5_000), str)
