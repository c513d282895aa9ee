"""Papers of several files are read as one."""

import pytest

from tests.ingest.latex.sources import content, outline, read


@pytest.mark.parametrize(
    "command",
    [r"\input{part}", r"\input part ", r"\include{part}", r"\subfile{part.tex}",
     r"\InputIfFileExists{part}{}{}", r"\import{./}{part}", r"\def\x{part}\input{\x}"],
)  # fmt: skip
def test_files_are_read_where_they_are_named(command: str):
    paper = read(rf"\section{{A}} {command} \section{{C}} c", part__tex=r"\section{B} b $$x$$")
    assert outline(paper) == [(1, "A"), (1, "B"), (1, "C")]
    assert paper.sections[1].equations == ("x",)


def test_only_included_files_are_read():
    body = r"\include{one}\include{two}"
    paper = read(body, r"\includeonly{two}", one__tex=r"\section{A}", two__tex=r"\section{B} b")
    assert outline(paper) == [(1, "B")]


def test_a_subfile_ends_alone():
    part = r"\documentclass[main]{subfiles}\begin{document}\section{B} b\end{document} no"
    paper = read(r"\subfile{part}\section{C} c", part__tex=part)
    assert outline(paper) == [(1, "B"), (1, "C")]
    assert paper.sections[0].content == "b"


def test_a_file_ends_at_endinput():
    assert content(r"a \input{part} c", part__tex="b\\endinput\nno") == "a b c"


def test_a_file_that_reads_itself_is_read_once():
    assert content(r"\input{part}", part__tex=r"a \input{part}") == "a"


def test_macros_of_a_style_in_the_archive_are_known():
    style = r"\newcommand{\R@x}{\mathbb{R}}\newcommand{\R}{\R@x}\def\section#1{no}"
    paper = read(r"\section{S} $\R$", r"\usepackage{mine}", mine__sty=style)
    assert outline(paper) == [(1, "S")]
    assert paper.sections[0].content == r"$\mathbb{R}$"


def test_text_of_a_style_is_no_text_of_the_paper():
    assert content("a", r"\usepackage{mine}", mine__sty=r"\typeout{x} text \section{No}") == "a"


def test_the_references_come_from_the_bbl():
    bbl = r"\begin{thebibliography}{1}\bibitem{k} A. Author. {\em Title}.\end{thebibliography}"
    paper = read(
        r"\section{S} See \cite{k}. \bibliography{x} \appendix\section{P} p", main__bbl=bbl
    )
    assert [section.role for section in paper.sections] == ["body", "references", "appendix"]
    assert paper.sections[0].content == "See [1]."
    assert paper.sections[1].content == "- [1] A. Author. *Title*."


def test_files_that_are_missing_are_left_out():
    assert content(r"a \input{none} \includegraphics{none.eps} b") == "a b"
