"""Every display is one formula, in its section and in its place."""

from pathlib import Path

import pytest

from tests.ingest.formulas.latex_document import refused_formulas
from tests.ingest.latex.sources import content, only_section, read

ALIGNED = "\\begin{aligned}\na & =b \\\\\nc & =d\n\\end{aligned}"
DISPLAYS = {
    "brackets": (r"\[a=b\]", "a=b"),
    "dollars": ("$$a=b$$", "a=b"),
    "equation": (r"\begin{equation}\label{x} a=b \end{equation}", "a=b"),
    "displaymath": (r"\begin{displaymath}a=b\end{displaymath}", "a=b"),
    "starred": (r"\begin{equation*}a=b\end{equation*}", "a=b"),
    "a tag": (r"\begin{equation}a=b\tag{*}\nonumber\end{equation}", "a=b"),
    "TeX's number": (r"$$a=b\eqno{(1)}$$", "a=b"),
    "align": (r"\begin{align}a&=b\label{y}\\c&=d\notag\end{align}", ALIGNED),
    "align with heights": (r"\begin{align*}a&=b\\[2pt]c&=d\end{align*}", ALIGNED),
    "alignat": (r"\begin{alignat}{2}a&=b\\c&=d\end{alignat}", ALIGNED),
    "eqnarray": (r"\begin{eqnarray}a&=&b\\c&=&d\end{eqnarray}", ALIGNED.replace("=", "= ")),
    "IEEE's": (r"\begin{IEEEeqnarray}{rCl}a&=&b\\c&=&d\end{IEEEeqnarray}",
               ALIGNED.replace("=", "= ")),
    "empheq": (r"\begin{empheq}[box=\fbox]{align}a&=b\\c&=d\end{empheq}", ALIGNED),
    "gather": (r"\begin{gather}a\\b\end{gather}",
               "\\begin{aligned}\n&a \\\\\n&b\n\\end{aligned}"),
    "one row": (r"\begin{align}a&=b\end{align}", "a =b"),
    "cases": (r"\[x=\begin{cases}a\\b\end{cases}\]", r"x=\begin{cases}a\\b\end{cases}"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "wanted"), DISPLAYS.values(), ids=DISPLAYS)
def test_a_display_is_one_formula(body: str, wanted: str):
    section = only_section(read(f"So {body} holds."))
    assert section.equations == (wanted,)
    assert section.content == f"So\n\n$$\n{wanted}\n$$\n\nholds."


def test_text_between_rows_is_a_row():
    body = r"\begin{align}a&=b\\ \intertext{so}c&=d\end{align}"
    assert r"\text{so}" in only_section(read(body)).equations[0]


def test_each_display_in_subequations_counts():
    body = r"\begin{subequations}\begin{align}a\\b\end{align} and \[c\]\end{subequations}"
    assert len(only_section(read(body)).equations) == 2


@pytest.mark.parametrize(
    "body",
    [
        r"\begin{itemize}\item $$x$$\end{itemize}",
        r"\begin{theorem}\[x\]\end{theorem}",
        r"a\footnote{b \[x\]}",
        r"\begin{figure}\caption{b \[x\]}\end{figure}",
        r"\begin{center}\[x\]\end{center}",
        r"\begin{tabular}{c}$$x$$\end{tabular}",
    ],
)
def test_displays_inside_of_something_are_found(body: str):
    preamble = r"\newtheorem{theorem}{Theorem}"
    assert only_section(read(f"\\section{{S}} {body}", preamble)).equations == ("x",)


@pytest.mark.parametrize(
    "body",
    [
        "\\begin{verbatim}\n$$x$$\n\\end{verbatim}",
        r"\begin{tikzpicture}\node{$$x$$};\end{tikzpicture}",
        r"a \begin{tabular}{c}$x$\end{tabular}",
        r"\verb|\[x\]|",
        r"$$\begin{tabular}{cc} a & less $<$ more \end{tabular}$$",
        r"$$\epsfbox{a.ps}$$ \[\includegraphics{x}\] $$\epsfxsize=3in\epsffile{b.eps}$$",
        r"\[\begin{picture}(1,2)\put(1,1){x}\end{picture}\]",
        "\\MakeShortVerb{\\|} Type |$$x$$| and |\\[|.",
        (
            "{\\catcode`\\|=0 \\catcode`\\\\=12 |gdef|@x#1\\end{own}{#1|end{own}}\n|endgroup\n"
            "\\makeatletter\\def\\own{\\@verbatim\\@x}\\begin{own}\n$$x$$ \\def\\a{\n\\end{own} b"
        ),
        "\\newenvironment{code}{\\verbatim}{\\endverbatim}\\begin{code}\n$$x$$\n\\end{code}",
    ],
)
def test_what_is_no_display_is_not_taken_for_one(body: str):
    assert only_section(read(f"\\section{{S}} text {body}")).equations == ()


def test_displays_of_the_abstract_are_no_section():
    paper = read(r"\begin{abstract}a \[x\]\end{abstract}\section{S} b")
    assert [section.title for section in paper.sections] == ["S"]


def test_formulas_inside_of_a_formulas_text_do_not_end_it():
    assert content(r"$a\mbox{ if $b$}$") == r"$a\mbox{ if \(b\)}$"


def test_references_in_formulas_are_numbers():
    body = r"\begin{equation}\label{a}x\end{equation} $y\text{ by \eqref{a}}$"
    assert content(body).endswith(r"$y\text{ by (1)}$")


def test_a_formula_that_never_ends_takes_its_paragraph_at_most():
    assert "next" in content("It costs 5$ here.\n\nThe next one.")


def test_formulas_compile(tmp_path: Path):
    displays = [body for body, _ in DISPLAYS.values()]
    section = only_section(read("\n\n".join(displays)))
    assert refused_formulas(section.equations, tmp_path) == {}
