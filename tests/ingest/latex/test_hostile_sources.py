"""Whatever a source holds, it is read in time, or refused with an error of ours."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.parser import parse_source
from tests.ingest.latex.sources import article, content, outline, read

SNIPPETS = [
    "{", "}", "[", "]", "$", "$$", "&", "#1", "#", "^", "_", "~", "%", "\n\n", " ", "a", "word",
    "1", "=", "*", "\\", "\\\\", r"\begin{document}", r"\end{document}", r"\begin{itemize}",
    r"\item",
    r"\end{itemize}", r"\begin{align}", r"\end{align}", r"\[", r"\]", r"\(", r"\)", r"\section",
    r"\section{A}", r"\def\a#1{", r"\def\a", r"\a", r"\newcommand{\b}[2][x]{#1#2}", r"\b",
    r"\let\a\b", r"\iffalse", r"\ifx", r"\ifnum", r"\ifcase", r"\else", r"\fi", r"\newif\iff",
    r"\csname", r"\endcsname", r"\expandafter", r"\edef\a{\a}", r"\begin{tabular}{c}", r"\hline",
    r"\end{tabular}", r"\begin{verbatim}", r"\verb|", r"\footnote{", r"\cite[", r"\cite{k}",
    r"\bibitem{k}", r"\begin{thebibliography}{1}", r"\caption{", r"\emph{", r"\bf", r"\'",
    r"\catcode`\@=11", r"\input{main}", r"\title{", r"\author{", r"\and", r"\abstract{",
    r"\newtheorem{t}{T}", r"\begin{t}", r"\NewDocumentCommand\c{s o m}{", r"\vskip 1", r"\url{",
    r"\newenvironment{e}{", r"\begin{e}", r"\end{e}", r"\multicolumn{2}{c}{", r"\ref{x}",
    r"\label{x}", r"\SI{1}{\m}", r"\eqno", r"\cr", r"\makeatletter", r"\@x", r"\begin{figure}",
]  # fmt: skip
WHOLE = article(
    r"\title{T}\author{A}\section{One} a $x$ \begin{align}a&=b\\c&=d\end{align}"
    r"\begin{itemize}\item a\footnote{b}\end{itemize}\begin{tabular}{c}a&b\\\end{tabular}"
    r"\section{Two} \cite{k} \begin{thebibliography}{1}\bibitem[A(1)]{k} K\end{thebibliography}",
    r"\newcommand{\x}[2][y]{#1#2}\def\z#1.{#1}\newif\ifa\newtheorem{t}{T}",
)


def read_or_refuse(source: bytes) -> None:
    try:
        paper = parse_source(source, "source")
    except PaperFormatError:
        return
    assert len({section.id for section in paper.sections}) == len(paper.sections)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS), max_size=80))
def test_any_soup_of_tokens_is_read_or_refused(snippets: list[str]):
    read_or_refuse(("\\documentclass{article}\\begin{document}" + "".join(snippets)).encode())


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(WHOLE)), st.integers(0, 80), st.lists(st.sampled_from(SNIPPETS), max_size=5)
)
def test_a_damaged_paper_is_read_or_refused(start: int, length: int, snippets: list[str]):
    read_or_refuse((WHOLE[:start] + "".join(snippets) + WHOLE[start + length :]).encode())


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(noise: bytes):
    read_or_refuse(noise)
    read_or_refuse(b"\\documentclass{a}\\begin{document}" + noise + b"\\end{document}")


REPEATED = [
    "{", r"\emph{", r"\footnote{", r"\begin{itemize}\item x", r"\begin{quote}", "$", "$$ x ", r"\[",
    r"\cite[", r"\item[ {x}", r"\unknown[ x", r"\iffalse ", r"\ifx a", r"\begin{equation}",
    r"\begin{align}x\\", r"\begin{nothing}", r"\end{nothing}", r"\section{", r"\verb|",
    r"\begin{verbatim}", r"\csname ", r"\expandafter", "%", "\n\n", r"\input{main}", r"\def\a",
    r"\def\a#1#2{", r"\caption{", "^", "_", r"\bibitem{", r"\begin{abstract}", r"\frac{",
    r"\title{", r"\begin{tabular}", r"\left(", r"$\text{", r"\newcommand{", r"\if", r"\or",
]  # fmt: skip
SECONDS = 4.0  # for what takes a tenth of one, unless time grows faster than the text


@pytest.mark.parametrize("snippet", REPEATED)
def test_what_is_repeated_without_end_takes_no_time(snippet: str):
    start = time.monotonic()
    read_or_refuse(("\\documentclass{a}\\begin{document}x " + snippet * 8_000).encode())
    assert time.monotonic() - start < SECONDS


def test_what_is_nested_deeply_is_read():
    body = r"\begin{itemize}\item x " * 200 + r"\end{itemize}" * 200 + r"\section{S} y"
    assert outline(read(body))[-1] == (1, "S")


def test_no_file_of_this_machine_is_read():
    assert content(r"a \input{/etc/hostname}\input{../../../../etc/hostname} b") == "a b"


def test_a_source_without_text_is_refused():
    with pytest.raises(PaperFormatError, match="no text"):
        parse_source(article(r"\title{T}").encode(), "source")
