"""Title, authors and abstract, as the publishers' classes have them."""

import pytest

from tests.ingest.latex.sources import read, read_whole

TITLES = {
    "lines": (r"\title{One\\ two}", "One two"),
    "notes": (r"\title[Short]{One\thanks{no}\footnote{no} $x_1$}", "One $x_1$"),
    "layout": (r"\title{\Large\bf One {\it two}}", "One two"),
    "icml": (r"\icmltitle{One}", "One"),
    "elsevier": (r"\begin{frontmatter}\title{One\tnoteref{t}}\tnotetext[t]{x}\end{frontmatter}",
                 "One"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "title"), TITLES.values(), ids=TITLES)
def test_titles_are_read_without_their_layout(body: str, title: str):
    assert read(rf"{body} \section{{S}} a").title == title


AUTHORS = {
    "and": r"\author{Ann Abel\thanks{U} \and Bo C. Bohr}",
    "lines of addresses": r"\author{Ann Abel\\ University\\ a@b.c \And Bo C. Bohr \\ Town}",
    "one each": r"\author[0000-1]{Ann Abel}\affiliation{U}\author{Bo C. Bohr}\email{x@y.z}",
    "marks": r"\author{Ann Abel$^{1,2}$, and Bo C. Bohr$^2$\\ $^1$Institute of Things}",
    "llncs": r"\author{Ann Abel\inst{1}\orcidID{0} \and Bo C. Bohr\inst{2}}\institute{A \and B}",
    "IEEE": r"\author{\IEEEauthorblockN{Ann Abel}\IEEEauthorblockA{U\\ T}\and"
            r"\IEEEauthorblockN{Bo C. Bohr}\IEEEauthorblockA{V}}",
    "icml": r"\begin{icmlauthorlist}\icmlauthor{Ann Abel}{x}\icmlauthor{Bo C. Bohr}{y}"
            r"\end{icmlauthorlist}",
    "elsevier": r"\author[a]{Ann Abel\corref{c}}\ead{a@b}\author[b]{Bo C. Bohr\fnref{f}}",
    "tables": r"\author{\begin{tabular}{cc}Ann Abel & Bo C. Bohr\\ U & V\end{tabular}}",
}  # fmt: skip


@pytest.mark.parametrize("body", AUTHORS.values(), ids=AUTHORS)
def test_authors_are_named_without_marks_and_addresses(body: str):
    assert read(rf"{body} \section{{S}} a").authors == ("Ann Abel", "Bo C. Bohr")


ABSTRACTS = [
    r"\begin{abstract} We \emph{see} $x$. \end{abstract}",
    r"\abstract{We see $x$.}",
    r"\abstract{We}{see}{$x$.}{}{}",
]


@pytest.mark.parametrize("body", ABSTRACTS)
def test_the_abstract_is_plain_text_with_formulas(body: str):
    paper = read(rf"{body} \section{{S}} a")
    assert paper.abstract == "We see $x$."
    assert [section.title for section in paper.sections] == ["S"]


def test_front_matter_may_stand_in_the_preamble():
    paper = read(r"\maketitle \section{S} a", r"\title{T}\author{Ann Abel}\abstract{A.}")
    assert (paper.title, paper.authors, paper.abstract) == ("T", ("Ann Abel",), "A.")


def test_old_latex_is_read_as_well():
    source = (
        "\\documentstyle[12pt]{article}\r\n\\begin{document}\r\n\\title{Old \\'Etude}\r\n"
        "\\section{One}\r\n{\\bf x}\r\n\r\ny\r\n\\end{document}\r\n"
    )
    paper = read_whole(source)
    assert paper.title == "Old Étude"
    assert paper.sections[0].content == "**x**\n\ny"
