"""Which headings there are, at which level and in which role."""

import pytest

from tests.ingest.latex.sources import only_section, outline, read, read_whole


def test_sections_have_their_levels_and_parents():
    paper = read(
        r"\section{A} a \subsection{B} b \subsubsection{C} c \paragraph{D} d \subparagraph{E} e"
        r" \section{F} f"
    )
    assert outline(paper) == [(1, "A"), (2, "B"), (3, "C"), (4, "D"), (5, "E"), (1, "F")]
    ids = [section.id for section in paper.sections]
    assert [section.parent_id for section in paper.sections] == [None, *ids[:4], None]


def test_ids_are_those_of_the_page():
    paper = read(
        r"\section{A} a \subsection{B} b \paragraph{C} c \section*{D} d \section{E} \paragraph{F} f"
        r" \appendix \section{G} g \subsection{H} h"
        r" \begin{thebibliography}{1}\bibitem{x} X\end{thebibliography}"
    )
    assert [section.id for section in paper.sections] == [
        "S1", "S1.SS1", "S1.SS1.SSS0.Px1", "Sx1", "S2", "S2.SS0.SSS0.Px1", "A1", "A1.SS1", "bib",
    ]  # fmt: skip


def test_chapters_are_on_top_where_there_are_any():
    assert outline(read(r"\chapter{A} a \section{B} b")) == [(1, "A"), (2, "B")]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (r"\section{On $x^2$}", "On $x^2$"),
        (r"\section*{Starred}", "Starred"),
        (r"\section[Short]{A long one}", "A long one"),
        (r"\section{With\thanks{no} notes\footnote{no}\label{s}}", "With notes"),
        (r"\section{\texorpdfstring{$H_0$}{H0} tension}", "$H_0$ tension"),
        (r"\section{Two\\lines}", "Two lines"),
        (r"\section{\textbf{Bold} and {\it slanted}}", "Bold and slanted"),
        (r"\section {Erd\H{o}s--R\'enyi \& Co.}", "Erdős–Rényi & Co."),
        (r"\section{As in \cite{k}}", "As in [k]"),
        (r"\section{\label{x}\uppercase{results}}", "RESULTS"),
    ],
)
def test_titles_are_plain_text_with_formulas(heading: str, title: str):
    assert only_section(read(f"{heading} text")).title == title


def test_a_heading_without_a_closing_brace_is_still_one():
    assert outline(read("\\section{Broken {here\n\ntext \\section{Next} b")) == [
        (1, "Broken here"),
        (1, "Next"),
    ]


def test_references_and_acknowledgements_are_told_wherever_they_stand():
    paper = read(
        r"\section{A} a \begin{acknowledgments} Thanks.\end{acknowledgments}"
        r"\begin{thebibliography}{9}\bibitem{x} X.\end{thebibliography}\section{B} b"
        r"\acknowledgements Again."
    )
    assert [section.role for section in paper.sections] == [
        "body", "acknowledgements", "references", "body", "acknowledgements",
    ]  # fmt: skip


def test_a_heading_over_the_references_is_theirs():
    paper = read(
        r"\section{A} a \section*{References}"
        r"\begin{thebibliography}{9}\bibitem{x} X.\end{thebibliography}"
    )
    assert outline(paper) == [(1, "A"), (1, "References")]
    assert paper.sections[1].content == "- [1] X."


@pytest.mark.parametrize(
    "start", [r"\appendix", r"\appendices", r"\begin{appendices}", r"\begin{appendix}"]
)
def test_what_follows_the_appendix_is_appendix(start: str):
    paper = read(rf"\section{{A}} a {start} \section{{B}} b \subsection{{C}} c")
    assert [section.role for section in paper.sections] == ["body", "appendix", "appendix"]


def test_a_paper_without_headings_is_one_section():
    section = only_section(read(r"\title{A letter}\maketitle Text \[x\]"))
    assert (section.title, section.level, section.equations) == ("A letter", 1, ("x",))


def test_text_before_the_first_heading_is_kept_if_it_is_more_than_a_notice():
    assert outline(read(r"Draft. \section{A} a")) == [(1, "A")]
    assert outline(read(r"\title{T} So \[x\] \section{A} a")) == [(1, "T"), (1, "A")]


def test_bold_words_are_no_heading():
    assert outline(read(r"\section{A} \noindent{\bf Heading.} text")) == [(1, "A")]


def test_a_heading_ends_what_was_left_open():
    paper = read(r"\section{A} \begin{itemize}\item {\bf a \section{B} b")
    assert [(part.title, part.content) for part in paper.sections] == [("A", "- a"), ("B", "b")]


def test_bold_lines_are_headings_where_a_paper_has_no_others():
    paper = read(
        "\\noindent{\\bf 1. Introduction}\n\n Let \\[x\\]\n\n{\\bf 2. Methods}\\\\ Text.\n\n"
        "{\\bf Remark}\n\n\\begin{center}{\\bf Conclusions}\\end{center}\n\n Done.\n\n"
        "\\centerline{\\bf References}\n\n[1] A book."
    )
    assert outline(paper) == [
        (1, "Introduction"), (1, "Methods"), (1, "Conclusions"), (1, "References"),
    ]  # fmt: skip
    assert [len(section.equations) for section in paper.sections] == [1, 0, 0, 0]
    assert paper.sections[1].content == "Text.\n\n**Remark**"


def test_references_alone_do_not_divide_a_letter():
    assert outline(read("Text.\n\n{\\bf References}\n\n[1] A book.")) == [(1, "Text")]


PLAIN = r"""\magnification=1200
\baselineskip=14pt plus 1pt
\def\sec#1{\bigskip\noindent{\bf #1}\medskip}
\centerline{\bf ON NUMBERS}
\bigskip
{\bf Abstract.} We count.
\sec{1. Introduction}
Let $x=1$. $$x\eqno(1)$$
\sec{2. Results}
None.
\sec{References}
\item{[1]} A book.
\bye"""


def test_plain_tex_is_divided_by_its_bold_lines():
    paper = read_whole(PLAIN)
    assert (paper.title, paper.abstract) == ("ON NUMBERS", "We count.")
    assert outline(paper) == [(1, "Introduction"), (1, "Results"), (1, "References")]
    assert paper.sections[0].equations == ("x",)
    assert paper.sections[2].role == "references"


def test_plain_tex_may_have_its_headings_in_capitals():
    paper = read_whole(
        "\\magnification=1000\n\\centerline{1. INTRODUCTION}\n\nText.\n\n"
        "\\centerline{2. DATA AND METHODS}\n\nText.\n\n\\centerline{REFERENCES}\n\nOne.\n\\bye"
    )
    assert outline(paper) == [
        (1, "INTRODUCTION"), (1, "DATA AND METHODS"), (1, "REFERENCES"),
    ]  # fmt: skip


def test_plain_tex_has_a_command_for_headings():
    paper = read_whole("\\magnification=1000\n\\beginsection Words\n\nText $$x$$\n\\bye")
    assert outline(paper) == [(1, "Words")]


AMSTEX = r"""\input amstex
\documentstyle{amsppt}
\topmatter
\title On trees \endtitle
\author A. Author \endauthor
\abstract We look at $T$. \endabstract
\endtopmatter
\document
\head 1. Introduction \endhead
Let. $$\align a &= b, \tag 1\\ c &= d.\endalign$$
\subhead Notation \endsubhead
\proclaim{Theorem 1} All is well. \endproclaim
\Refs \ref\no 1\by A. Author\endref \endRefs
\enddocument"""


def test_ams_tex_is_read_by_its_own_commands():
    paper = read_whole(AMSTEX)
    assert (paper.title, paper.authors) == ("On trees", ("A. Author",))
    assert paper.abstract == "We look at $T$."
    assert outline(paper) == [(1, "1. Introduction"), (2, "Notation"), (1, "References")]
    assert len(paper.sections[0].equations) == 1
    assert paper.sections[1].content == "**Theorem 1.** All is well."
