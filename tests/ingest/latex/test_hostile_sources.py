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


OLD_SNIPPETS = [
    "{", "}", "$", "$$", "&", " ", "word", "\n\n", r"\\", r"\cr", r"\newsec{A}", r"\lref\a{", r"\a",
    r"\ref\a{x}", r"\ref", r"\refs{", r"\nref", r"\xref\a", r"\listrefs", r"\eqn\b{", r"\eqn",
    r"\b",
    r"\eqna\c", r"\c a", r"\eqnn", r"\seclab\d", r"\fig\e{", r"\ifig", r"\foot{", r"\Title{",
    r"\Date{", r"\centerline{", r"\appendix", r"\appendix{A}{B}", r"\chapter{A}", r"\REF\a{",
    r"\refmark{", r"\refout", r"\abstract", r"\head", r"\endhead", r"\title", r"\endtitle",
    r"\roster", r"\endroster", r'\item"', r"\item", r"\tag", r"\align", r"\endalign", r"\cases",
    r"\endcases", r"\Refs", r"\ref", r"\key", r"\by", r"\paper", r"\endref", r"\endRefs", r"\toc",
    r"\define\a{", r"\cite{", r"\bye", r"\eqalign{", r"\eqno", r"{\bf 1. A}", r"\catcode`\%=12",
    r"\MakeShortVerb{\|}", "|", r"\repeat", r"\loop",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([r"\input harvmac ", r"\input phyzzx ", r"\input amstex ", ""]),
    st.lists(st.sampled_from(OLD_SNIPPETS), max_size=60),
)
def test_any_soup_of_plain_tex_is_read_or_refused(start: str, snippets: list[str]):
    read_or_refuse((start + "".join(snippets)).encode())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            r"\entry{k}{book}{}", r"\endentry", r"\field{title}", r"\name{author}{1}{}", "{", "}",
            "{{hash=a}{family={A},", "given={B}}}", r"\{", "x", "\n", r"\verb{doi}", r"\verb 10.1",
            r"\list{publisher}{1}", "%", r"\endverb",
        ]),
        max_size=60,
    )
)  # fmt: skip
def test_any_list_of_fields_is_read(snippets: list[str]):
    written = r"\entry{k}{book}{}" + "".join(snippets) + r"\endentry"
    paper = read(r"\section{A} a \cite{k} \printbibliography", main__bbl=written)
    assert paper.sections[0].content == "a [1]"


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


@pytest.mark.parametrize(
    ("start", "snippet"),
    [
        *[(r"\input amstex ", name) for name in (r"\head a ", r"\ref\by a ", r"\cite{", r"\tag ",
                                                  r'\item"', r"\roster")],
        *[(r"\input harvmac ", name) for name in (r"\lref\a{", r"\ref\a{x}\listrefs", r"\refs{",
                                                   r"\eqn\a{", r"\fig\a{x}", r"\eqna\a \a")],
        *[(r"\input phyzzx ", name) for name in (r"\abstract ", r"\REF\a{b}", r"\ref{a}")],
        ("", r"\MakeShortVerb{\|} |a| "),
        ("", r"\catcode`\\=12 "),
        ("", r"\bib{k}{book}{title={"),
        ("", r"{\bf 1. A} "),
    ],
)  # fmt: skip
def test_what_old_formats_repeat_takes_no_time(start: str, snippet: str):
    before = time.monotonic()
    read_or_refuse((start + snippet * 8_000).encode())
    assert time.monotonic() - before < SECONDS


@pytest.mark.parametrize("snippet", [r"\field{a}{", r"\name{author}{1}{}{{", r"\{", "{{}", "%"])
def test_a_list_of_fields_takes_no_time(snippet: str):
    before = time.monotonic()
    written = r"\entry{k}{book}{}\name{author}{1}{}{" + snippet * 20_000 + r"}\endentry"
    read("a \\printbibliography", main__bbl=written)
    assert time.monotonic() - before < SECONDS


def test_what_is_nested_deeply_is_read():
    body = r"\begin{itemize}\item x " * 200 + r"\end{itemize}" * 200 + r"\section{S} y"
    assert outline(read(body))[-1] == (1, "S")


def test_no_file_of_this_machine_is_read():
    assert content(r"a \input{/etc/hostname}\input{../../../../etc/hostname} b") == "a b"


def test_code_without_a_sign_in_a_formula_is_nothing():
    assert content(r"a $x\verb||$ b") == "a $x$ b"


def test_a_source_without_text_is_refused():
    with pytest.raises(PaperFormatError, match="no text"):
        parse_source(article(r"\title{T}").encode(), "source")
