"""Formats of plain TeX whose macros are in no archive: AMS-TeX, harvmac, phyzzx."""

import pytest

from tests.ingest.latex.sources import outline, read_whole

HARVMAC = r"""\input harvmac
\lref\wit{E. Witten, Nucl. Phys. {\bf B1} (1995).}
\lref\vafa{C. Vafa, Phys. Rev. D2.}
\Title{\vbox{\hbox{hep-th/9901001}}}{\vbox{\centerline{A Duality}\centerline{of Small Things}}}
\centerline{Carl Smith and Bob Writer}
\centerline{Some University}
\vskip .3in
We study small things.
\Date{1/99}
\newsec{Introduction}
It is known \refs{\vafa,\wit} that $x=1$.\foot{Almost.}
\eqn\first{a = b}
By \first\ we have \eqn\second{\eqalign{a &= b \cr c &= d\cr}} and more \ref\new{D. New.}.
\eqna\multi $$\eqalignno{a &= b & \multi a\cr c &= d & \multi b\cr}$$ See \multi{b} and \new.
\newsec{Results}
\seclab\res In section \res: \eqn\third{x} gives \third.
\subsec{Small ones}
Under.
\centerline{\bf Acknowledgements}
Thanks.
\appendix{A}{Details}
\eqn\last{y} is \last.
\listrefs
\bye
begin 644 figure.ps
M)2%04RU!9&]B92TS+C
end
"""


def test_harvmac_is_read_by_its_own_commands():
    paper = read_whole(HARVMAC)
    assert (paper.title, paper.abstract) == ("A Duality of Small Things", "We study small things.")
    assert paper.authors == ("Carl Smith", "Bob Writer")
    assert outline(paper) == [
        (1, "Introduction"), (1, "Results"), (2, "Small ones"), (1, "Acknowledgements"),
        (1, "Details"), (1, "References"),
    ]  # fmt: skip
    assert [len(section.equations) for section in paper.sections] == [3, 1, 0, 0, 1, 0]
    assert [section.role for section in paper.sections[3:]] == [
        "acknowledgements", "appendix", "references",
    ]  # fmt: skip


def test_harvmac_numbers_what_has_names():
    introduction, results, *_, appendix, references = read_whole(HARVMAC).sections
    assert "It is known [1,2] that $x=1$. (note: Almost.)" in introduction.content
    assert "By (1.1) we have" in introduction.content
    assert "and more [3]." in introduction.content
    assert introduction.content.endswith("See (1.3b) and [3].")
    assert results.content.startswith("In section 2:")
    assert results.content.endswith("gives (2.1).")
    assert appendix.content.endswith("is (A.1).")
    assert references.content == (
        "- [1] C. Vafa, Phys. Rev. D2.\n- [2] E. Witten, Nucl. Phys. **B1** (1995).\n- [3] D. New."
    )


def test_harvmac_pasted_into_a_paper_is_still_harvmac():
    pasted = r"\def\newsec#1{\bigskip{\bf #1}}\def\eqn#1#2{\xdef #1{(1)}$$#2\eqno#1$$}"
    paper = read_whole(HARVMAC.replace(r"\input harvmac", pasted))
    assert [len(section.equations) for section in paper.sections] == [3, 1, 0, 0, 1, 0]


PHYZZX = r"""\input phyzzx
\titlepage
\title{A THEORY}
\author{A. B. Smith}
\andauthor{C. Writer}
\abstract
We make a theory.
\endpage
\REF\wit{E. Witten, Nucl. Phys.}
\chapter{Introduction}
As in ref. \wit\ and elsewhere \refmark{\wit}
$$ a = b \eqn\abc $$
by \abc\ and $$\eqalign{a&=b\cr c&=d\cr}\eqn\two$$
\section{Below}
Words.
\ack
Thanks.
\Appendix{A}
Words.
\refout
\bye
"""


def test_phyzzx_is_read_by_its_own_commands():
    paper = read_whole(PHYZZX)
    assert (paper.title, paper.abstract) == ("A THEORY", "We make a theory.")
    assert paper.authors == ("A. B. Smith", "C. Writer")
    assert outline(paper) == [
        (1, "Introduction"), (2, "Below"), (1, "Acknowledgements"), (1, "Appendix A"),
        (1, "References"),
    ]  # fmt: skip
    assert paper.sections[0].equations[0] == "a = b"
    assert "by (1.1) and" in paper.sections[0].content
    assert paper.sections[-1].content == "- [1] E. Witten, Nucl. Phys."


def _amstex(body: str) -> str:
    return f"\\input amstex\n\\documentstyle{{amsppt}}\n\\document\n{body}\n\\enddocument"


@pytest.mark.parametrize(
    ("display", "wanted"),
    [
        (r"f=\cases 1 & x\\ 0&y\endcases", r"f=\begin{cases}1 & x\\ 0&y\end{cases}"),
        (r"\pmatrix a&b\endpmatrix", r"\begin{pmatrix}a&b\end{pmatrix}"),
        (r"\align a &= b, \tag 1.1\\ c &= d.\endalign",
         r"\begin{aligned}a &= b, \\ c &= d.\end{aligned}"),
        (r"\Cal A\in\Bbb R\tag$*$", r"\mathcal{A}\in\mathbb{R}"),
    ],
)  # fmt: skip
def test_displays_of_ams_tex_become_those_of_amsmath(display: str, wanted: str):
    paper = read_whole(_amstex(rf"\head One\endhead $${display}$$"))
    assert "".join(paper.sections[0].equations[0].split()) == "".join(wanted.split())


def test_ams_tex_has_headings_lists_and_references_of_its_own():
    body = r"""\heading 1. One\endheading By \cite{A1, Theorem 2}.
\roster \item"(i)" first \item second \endroster
\subsubhead Deep\endsubsubhead Text.
\Refs\nofrills{Works} \widestnumber\key{A1}
\ref\key A1 \by A. Smith \paper On trees \jour J. Trees \vol 1 \yr 1990\endref
\ref\no 2\by B. Writer\book Big book\publ House\endref
\endRefs"""
    first, deep, references = read_whole(_amstex(body)).sections
    assert first.content == "By [A1, Theorem 2].\n\n- (i) first\n- second"
    assert (deep.level, deep.title) == (3, "Deep")
    assert references.content == (
        "- [A1] A. Smith, *On trees*, J. Trees 1, 1990\n- [2] B. Writer, *Big book*, House"
    )


def test_a_definition_of_ams_tex_is_a_definition():
    paper = read_whole(_amstex(r"\define\R{\Bbb R}\head One\endhead $\R$"))
    assert paper.sections[0].content == r"$\mathbb{R}$"
