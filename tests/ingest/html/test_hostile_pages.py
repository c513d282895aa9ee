"""Whatever a page holds, reading it ends in a paper or in a PaperFormatError, and soon."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import ArxivizError, MalformedAnswerError, PaperFormatError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.atom import parse_atom
from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.html.parser import parse_html
from tests.ingest.arxiv.answers import atom_entry, atom_feed
from tests.ingest.html.pages import (
    PARAGRAPH,
    display,
    group,
    math,
    page,
    paragraph,
    section,
)

RICH = page(
    section(
        "One",
        paragraph(f"Text {math('x')} <a href='https://x'>y</a>{display('a=b')}")
        + group([["a", "=b"], ["", "=c"]])
        + "<ul><li>a<ol><li>b</li></ol></li></ul><figure><figcaption>c</figcaption></figure>"
        + '<table class="ltx_tabular"><tr><td rowspan="2">a</td></tr></table>'
        + section("Two", paragraph("more"), kind="subsection", id="S1"),
        number="1",
    )
)
RICH_PLAIN = (
    b'<head><title>On Averages</title></head><body><h1 align="center">On Averages</h1>'
    b'<p class="author">Ada Lovelace</p><div class="abstract"><b>Abstract.</b> We count.</div>'
    rb"<h2>1. One</h2><p>So \(x\) and $$a=b$$ and \begin{align} a&amp;=b \end{align}.</p>"
    b'<table class="display dcenter"><tr><td>a</td><td><table><tr><td>b</td></tr><tr><td '
    b'class="hrule"></td></tr><tr><td>c</td></tr></table></td></tr></table>'
    b'<h3 class="sectionHead"><span class="titlemark">1.1</span>Deep</h3>'
    b'<script type="math/tex; mode=display">c</script><img alt="$x$" src="i.png">'
    b'<math display="block"><mfrac><mi>a</mi><msub><mi>b</mi><mn>1</mn></msub></mfrac></math>'
    + f"<h2>2. Two</h2><p>{PARAGRAPH}</p></body>".encode()
)
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def parse_or_refuse(content: bytes) -> None:
    try:
        paper = parse_html(content, "page")
    except PaperFormatError:
        return
    assert paper.sections
    assert len({part.id for part in paper.sections}) == len(paper.sections)


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes):
    parse_or_refuse(content)


@QUICK
@given(
    st.lists(
        st.tuples(st.integers(0, len(RICH)), st.integers(0, 80), st.binary(max_size=12)), max_size=8
    ),
    st.sampled_from([RICH, RICH_PLAIN]),
)
def test_mutated_pages(edits: list[tuple[int, int, bytes]], content: bytes):
    for start, length, replacement in edits:
        content = content[:start] + replacement + content[start + length :]
    parse_or_refuse(content)


MARKUP = st.sampled_from([
    "section", "div", "span", "table", "tr", "td", "math", "ul", "li", "p", "h2", "cite", "a",
    "sup", "pre", "article", "svg", "figcaption", "dl", "dt", "img", "figure", "h1", "b", "hr",
    "mfrac", "msub", "munder", "mtable", "mtr", "mmultiscripts", "semantics", "mjx-container",
    'script type="math/tex"', 'br clear="all"', 'td nowrap', 'img src="x" alt="$x$"',
])  # fmt: skip
CLASSES = st.sampled_from([
    "ltx_section", "ltx_subsection", "ltx_chapter", "ltx_appendix", "ltx_bibliography",
    "ltx_document", "ltx_equation", "ltx_equationgroup", "ltx_title", "ltx_tag", "ltx_note",
    "ltx_personname", "ltx_abstract", "ltx_tabular", "ltx_listing", "ltx_listingline",
    "ltx_title_document", "ltx_eqn_row", "ltx_tag_item", "ltx_acknowledgements", "ltx_Math",
    "display dcenter", "math display", "displaymath", "abstract", "author", "titlemark", "align",
    "katex-display", "katex-html", "MathJax", "paragraphHead", "hrule", "titlerest",
])  # fmt: skip
TREES = st.recursive(
    st.sampled_from(
        ["text", r"\x", "$", "<br>", "&#0;", math(r"\frac{a}{b}&c\\"), "\u2028", "*_`", r"\[a=b\]"]
        + ["$$", r"\begin{align}", r"\end{align}", "√", "(1)", "1. One", "A.1 Long", "Abstract"]
    ),
    lambda inner: st.tuples(MARKUP, CLASSES, st.lists(inner, max_size=4)).map(
        lambda parts: (
            f'<{parts[0]} class="{parts[1]}">{"".join(parts[2])}</{parts[0].partition(" ")[0]}>'
        )
    ),
    max_leaves=25,
)


@QUICK
@given(TREES)
def test_markup_in_any_order(body: str):
    parse_or_refuse(page(body))
    parse_or_refuse(body.encode())


LATEX = st.lists(
    st.sampled_from(
        ["{", "}", "\\", "\\\\", "&", "%\n", "%", "$", " ", "a", "[", "]", "α", "\\text", "\\color"]
        + ["\\textcolor", "\\operatorname", "\\tag", "\\label", "\\begin{split}", "\\end{split}"]
        + ["\\displaystyle", "\\@x", "𝔸", "\\colorbox", "*"]
    ),
    max_size=25,
).map("".join)


@QUICK
@given(LATEX)
def test_any_formula(tex: str):
    cleaned = clean_latex(tex)
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()


@QUICK
@given(st.integers(0, 900), st.integers(0, 60), st.binary(max_size=12))
def test_mutated_atom_answers(start: int, length: int, replacement: bytes):
    feed = atom_feed(atom_entry("2601.00001v1"))
    content = feed[:start] + replacement + feed[start + length :]
    with contextlib.suppress(ArxivizError):
        parse_atom(content, ArxivId("2601.00001"), html_url="", source_format="html")


DEPTH = 20_000
LONG = section("One", paragraph(PARAGRAPH + math("x")) + group([["a", "=b"], ["", "=c"]]) * 3)
HOSTILE = {
    "a page of 4 MB": page(LONG * (4_000_000 // len(LONG))),
    "deep elements": page("<div>" * DEPTH + "text" + "</div>" * DEPTH),
    "deep emphasis": page("<p>" + "<em class='ltx_emph'>" * DEPTH + "text"),
    "deep lists": page("<ul><li>" * DEPTH + "text"),
    "deep tables": page("<table><tr><td>" * DEPTH + "text"),
    "deep sections": page('<section class="ltx_section"><h2 class="ltx_title">t</h2>a' * DEPTH),
    "many sections": page(section("Same", paragraph("a"), id="S1") * 3000),
    "many headings": b"<h1>Title</h1>" + b"<h2>Same</h2><p>Text of this section.</p>" * 3000,
    "a deep formula": page(section("One", display("{" * DEPTH + "}" * DEPTH) + paragraph("a"))),
    "a long formula": page(section("One", display(r"\textcolor{red}{x}" * 20_000) + "a")),
    "a formula of colours": page(section("One", display(r"\color{red}" * 1500) + "a")),
    "wide tables": page(
        section("One", '<table class="ltx_tabular"><tr><td colspan="99999999">a</td></tr></table>')
    ),
    "deep formulas": b"<h1>a</h1>" + b"<math>" + b"<mrow>" * DEPTH + b"<mi>x</mi>",
    "deep drawings": b"<h1>a</h1>" + b"<table class='display dcenter'><tr><td>x<sub>" * DEPTH,
    "deep titles": b"<p class='author'><h1>a</h1>" * DEPTH,
    "many delimiters": b"<h1>a</h1><p>" + rb"\[ \( $$ $x \begin{align} " * 10_000,
    "many formulas in a text": b"<h1>a</h1><p>" + rb"so \(x\) and \[y\] " * 4000,
    "many bold lines": b"<p><b>Same</b></p>text" * 10_000,
    "many tables": b"<h1>a</h1>" + b"<table><tr><td><img alt='$x$' src='x'><td>(1)</table>" * 5000,
    "tables in tables": b"<h1>a</h1>" + b"<table><tr><td>$x$<td>" * DEPTH,
    "pictures in figures": page("<figure>" * 200 + "<img src='x'>" * 20_000),
    "articles in articles": b"<article class='ltx_document'>text" * DEPTH,
    "many articles": b"<article class='ltx_document'><h1>a</h1>text</article>" * 3000,
    "boxes in boxes": page("<svg><foreignObject>text" * 2000),
    "many boxes": page("<svg>" + "<foreignObject>text</foreignObject>" * 20_000),
    "many centred lines": b"<h1>a</h1>" + b"<h3 align=center>b</h3>" * 20_000 + b"<h2>c</h2>text",
    "wide and tall tables": page(
        section(
            "One",
            '<table class="ltx_tabular"><tr>'
            + "<td>a" * 20_000
            + "<tr><td>a" * 20_000
            + "</table>",
        )
    ),
    "spanning cells": page(
        section(
            "One",
            '<table class="ltx_tabular">' + "<tr><td rowspan=50 colspan=50>a" * 20_000 + "</table>",
        )
    ),
    "pictures with the same words": page(
        "<figure>" + '<span>a</span><img src="a.png" alt="image">' * 10_000 + "</figure>"
    ),
    "many contents": b"<h1>a</h1>" + b"<h2>Contents</h2><p>text</p>" * 10_000,
    "names with marks": page(
        '<div class="ltx_authors"><span class="ltx_personname">'
        + "A<sup>1</sup>" * 30_000
        + "</span></div>text"
    ),
    "a long name": page(
        f'<div class="ltx_authors"><span class="ltx_personname">{"Ab{" * 50_000}</span></div>text'
    ),
    "many attributes": page(section("One", f"<p {' '.join(f'a{n}=1' for n in range(9999))}>a</p>")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_or_refused_in_a_few_seconds(name: str):
    start = time.process_time()
    parse_or_refuse(HOSTILE[name])
    assert time.process_time() - start < 5.0


def test_a_small_table_makes_no_large_section():
    paper = parse_html(HOSTILE["spanning cells"], "page")
    assert len(paper.sections[0].content) < 1_000_000


def test_a_bomb_of_entities_is_refused():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE feed [<!ENTITY e0 "boom">{levels}]>'.encode()
    content = atom_feed(atom_entry("2601.00001v1", title="&e9;")).replace(b"<feed", bomb + b"<feed")
    start = time.process_time()
    with pytest.raises(MalformedAnswerError):
        parse_atom(content, ArxivId("2601.00001"), html_url="", source_format="html")
    assert time.process_time() - start < 2.0
