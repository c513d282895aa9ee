"""Sections, roles and front matter: small pages for each rule, then the real papers."""

import json
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.html.parser import parse_html
from tests.ingest.formulas.latex_document import refused_formulas
from tests.ingest.html.pages import PARAGRAPH, display, group, math, page, paragraph, parse, section

REAL_PAPERS = [
    "1706.03762",
    "1904.07818",
    "2312.12344",
    "2401.00001",
    "2508.08468",
    "astro-ph_0001197",
]


def parse_real(shared_papers: Path, name: str):
    return parse_html((shared_papers / name / "page.html").read_bytes(), name)


@pytest.mark.parametrize("name", REAL_PAPERS)
def test_real_papers_are_split_as_expected(shared_papers: Path, name: str):
    expected = json.loads((shared_papers / name / "expected.html.json").read_text())
    paper = parse_real(shared_papers, name)
    assert paper.title == expected["title"]
    assert list(paper.authors) == expected["authors"]
    if expected["abstract_starts"]:
        assert paper.abstract.startswith(expected["abstract_starts"])
    excluded = ("acknowledgements", "references")
    found = [
        {
            "title": part.title,
            "level": part.level,
            "html_id": part.id,
            "display_blocks": len(part.equations),
            "appendix": part.role == "appendix",
            "exclude": part.role if part.role in excluded else None,
        }
        for part in paper.sections
    ]
    wanted = [{key: part[key] for key in found[0]} for part in expected["sections"]]
    assert found == wanted
    assert [part.order_index for part in paper.sections] == list(range(len(found)))


@pytest.mark.parametrize("name", REAL_PAPERS)
def test_real_formulas_have_the_expected_cells(shared_papers: Path, name: str):
    expected = json.loads((shared_papers / name / "expected.html.json").read_text())
    equations = [tex for part in parse_real(shared_papers, name).sections for tex in part.equations]
    for found, wanted in zip(equations, expected["first_equations"], strict=False):
        cells = "".join("".join(row) for row in wanted["rows"])
        for noise in (r"\begin{aligned}", r"\end{aligned}", r"\\", "&", " ", "\n"):
            found = found.replace(noise, "")
        assert found == cells.replace(r"\ ", "").replace(" ", "")


@pytest.mark.parametrize("name", REAL_PAPERS)
def test_real_formulas_compile(shared_papers: Path, tmp_path: Path, name: str):
    equations = [tex for part in parse_real(shared_papers, name).sections for tex in part.equations]
    refused = refused_formulas(equations, tmp_path)
    assert len(refused) <= 0.01 * len(equations), {
        equations[at]: told for at, told in refused.items()
    }


@pytest.mark.parametrize("name", REAL_PAPERS)
def test_real_sections_hold_their_own_text_alone(shared_papers: Path, name: str):
    paper = parse_real(shared_papers, name)
    paragraphs = [
        block for part in paper.sections for block in part.content.split("\n\n") if len(block) > 200
    ]
    assert len(paragraphs) == len(set(paragraphs))
    for part in paper.sections:
        assert part.content.count("$$") == 2 * len(part.equations)
        for equation in part.equations:
            assert equation in part.content.replace(r"\(", "$").replace(r"\)", "$")


def test_a_page_an_author_wrote_is_read_by_its_headings(shared_papers: Path):
    paper = parse_real(shared_papers, "cs_9901011")
    assert paper.title == "A Brief History of the Internet"
    assert [part.title for part in paper.sections][:3] == [
        "Introduction",
        "Origins of the Internet",
        "The Initial Internetting Concepts",
    ]
    assert {part.level for part in paper.sections} == {1, 2}
    # The timeline is a picture.
    assert [part.title for part in paper.sections if not part.content] == ["Timeline"]


def test_a_trimmed_ar5iv_page_tells_its_authors(shared_papers: Path):
    content = (shared_papers / "responses/html/ar5iv_trimmed_1706.03762.html").read_bytes()
    paper = parse_html(content, "ar5iv")
    assert len(paper.authors) == 8
    assert [part.title for part in paper.sections] == ["Introduction", "Background", "References"]


def test_sections_nest_by_their_elements():
    inner = section("Inner", paragraph("b"), kind="subsection", id="S1.SS1", number="1.1")
    paper = parse(
        section("Outer", paragraph("a") + inner, id="S1", number="1"),
        section("Next", paragraph("c"), id="S2", number="2"),
    )
    told = [
        (part.id, part.title, part.level, part.parent_id, part.content) for part in paper.sections
    ]
    assert told == [
        ("S1", "Outer", 1, None, "a"),
        ("S1.SS1", "Inner", 2, "S1", "b"),
        ("S2", "Next", 1, None, "c"),
    ]


def test_levels_follow_the_kind_even_where_one_is_skipped():
    deep = section("Deep", paragraph("b"), kind="paragraph")
    assert [part.level for part in parse(section("Top", deep)).sections] == [1, 4]


def test_in_a_book_chapters_are_the_top():
    inner = section("Inner", paragraph("b"))
    paper = parse(
        section("Chapter", inner, kind="chapter"), section("After", paragraph("c"), kind="appendix")
    )
    assert [part.level for part in paper.sections] == [1, 2, 1]


def test_roles_come_from_markup_and_titles_and_are_inherited():
    inner = section("Proof", paragraph("b"), kind="subsection")
    paper = parse(
        section("Abstract", paragraph("a")),
        section("Method", paragraph("a")),
        section("Acknowledgements", paragraph("a")),
        section("Literature", paragraph("a"), kind="bibliography"),
        section("Details", inner, kind="appendix"),
    )
    assert [part.role for part in paper.sections] == [
        "abstract",
        "body",
        "acknowledgements",
        "references",
        "appendix",
        "appendix",
    ]
    assert paper.abstract == "a"


def test_keywords_are_no_part_of_the_abstract():
    keywords = paragraph('<span class="ltx_text ltx_font_bold">Keywords:</span> mean, median')
    assert parse(section("Abstract", paragraph("We count.") + keywords)).abstract == "We count."


def test_acknowledgements_under_a_heading_are_a_section_wherever_they_stand():
    thanks = (
        '<div class="ltx_acknowledgements"><h6 class="ltx_title ltx_title_acknowledgements">'
        "Acknowledgments.</h6>Thanks to all.</div>"
    )
    paper = parse(section("Conclusion", paragraph("Done.") + thanks + paragraph("Really.")))
    told = [(part.title, part.level, part.role, part.content) for part in paper.sections]
    assert told == [
        ("Conclusion", 1, "body", "Done.\n\nReally."),
        ("Acknowledgments", 1, "acknowledgements", "Thanks to all."),
    ]
    assert paper.sections[1].parent_id is None


def test_acknowledgements_without_a_heading_are_named_where_they_stand():
    thanks = '<div class="ltx_acknowledgements">Thanks to all.</div>'
    paper = parse(section("Conclusion", paragraph("Done.") + thanks))
    assert [(part.title, part.content) for part in paper.sections] == [
        ("Conclusion", "Done.\n\n**Acknowledgements.** Thanks to all.")
    ]


def test_an_article_that_stands_twice_in_a_page_is_read_once():
    content = page(section("One", paragraph("a")))
    start, end = content.index(b"<article"), content.index(b"</article>") + len(b"</article>")
    twice = content[:end] + content[start:end] + content[end:]
    assert [part.title for part in parse_html(twice, "page").sections] == ["One"]


def test_a_heading_without_words_divides_nothing():
    empty = section("", paragraph("b") + section("Deep", paragraph("c"), kind="subsection"))
    paper = parse(section("One", paragraph("a") + empty))
    told = [(part.title, part.content, part.parent_id) for part in paper.sections]
    assert told == [("One", "a\n\nb", None), ("Deep", "c", paper.sections[0].id)]


def test_a_heading_with_a_number_alone_is_called_by_it():
    assert parse(section("", paragraph("a"), number="IV")).sections[0].title == "IV"


def test_references_under_a_heading_of_their_own_are_one_section():
    bare = '<section class="ltx_bibliography"><ul><li>A. Author</li></ul></section>'
    inside = parse(section("References", bare))
    assert [(part.title, part.content) for part in inside.sections] == [
        ("References", "- A. Author")
    ]
    beside = parse(section("One", paragraph("a")), bare)
    assert [part.title for part in beside.sections] == ["One", "References"]


def test_parts_of_an_article_leave_sections_their_level():
    inner = section("Inner", paragraph("b"))
    paper = parse(section("Part", inner, kind="part"))
    told = [(part.level, part.parent_id) for part in paper.sections]
    assert told == [(1, None), (1, paper.sections[0].id)]


def test_concepts_for_the_publisher_are_no_text():
    concepts = paragraph("&lt;ccs2012&gt; " + "&lt;concept_id&gt;1000&lt;/concept_id&gt; " * 60)
    paper = parse(concepts, section("One", paragraph("a")))
    assert [part.title for part in paper.sections] == ["One"]


def test_the_box_about_missing_packages_is_not_the_paper():
    box = (
        b'<div class="package-alerts ltx_document" role="status"><p>HTML conversions sometimes '
        b"display errors.</p><ul><li>failed: forest</li></ul></div>"
    )
    content = page(section("One", paragraph("a"))).replace(b"<body>", b"<body>" + box)
    paper = parse_html(content, "page")
    assert paper.title == "On Averages"
    assert [(part.title, part.content) for part in paper.sections] == [("One", "a")]


def test_a_second_article_is_a_section_of_the_first():
    other = (
        '</article><article class="ltx_document"><h1 class="ltx_title ltx_title_document">'
        "Supplement</h1>" + section("More", paragraph("b"))
    )
    paper = parse(section("One", paragraph("a")), other)
    told = [(part.title, part.parent_id) for part in paper.sections]
    assert told == [("One", None), ("Supplement", None), ("More", paper.sections[1].id)]
    assert paper.title == "On Averages"


@pytest.mark.parametrize("identifier", ["S1", "", "1<script>", "x" * 200, "ünï"])
def test_ids_are_stable_and_unique_whatever_the_page_has(identifier: str):
    one = section("Same: Title", paragraph("a"), id=identifier)
    ids = [part.id for part in parse(one, one, one).sections]
    assert ids == [part.id for part in parse(one, one, one).sections]
    assert len(set(ids)) == 3
    assert all(text.isascii() and len(text) < 100 and "<" not in text for text in ids)
    assert ids[0] == ("S1" if identifier == "S1" else "section-1-same-title")


LIMIT = r"n\to\infty"


def test_titles_keep_formulas_and_lose_numbers_and_notes():
    note = '<span class="ltx_note ltx_role_footnote">A note.</span>'
    paper = parse(section(f"The <em>Limit</em> {math(LIMIT)}{note}", paragraph("a"), number="3"))
    assert paper.sections[0].title == r"The Limit $n\to\infty$"


def test_formulas_belong_to_the_section_they_stand_in():
    misleading = display("a=b").replace("<table", '<table id="S9.E1"', 1)
    inner = section("Inner", paragraph(misleading), kind="subsection")
    paper = parse(section("Outer", paragraph("Text.") + inner + paragraph(display("c=d"))))
    assert [part.equations for part in paper.sections] == [("c=d",), ("a=b",)]


def test_rows_of_a_group_become_one_aligned_block():
    rows = [["f(x)", "=x^2"], ["", "=y"], ["", ""]]
    content = parse(section("One", group(rows))).sections[0]
    assert content.equations == ("\\begin{aligned}\nf(x) & =x^2 \\\\\n & =y\n\\end{aligned}",)


def test_an_eqnarray_loses_its_third_column():
    rows = [["a", "=", "b"], ["", r"\leq", "c"]]
    found = parse(section("One", group(rows, "ltx_eqn_eqnarray"))).sections[0].equations
    assert found == ("\\begin{aligned}\na & = b \\\\\n & \\leq c\n\\end{aligned}",)


def test_words_between_formulas_are_kept():
    block = display("a").replace("</math>", "</math> if <span>it rains, 50%</span>", 1)
    assert parse(section("One", block)).sections[0].equations == (
        r"a \text{ if } \text{ it rains, 50\% }",
    )


def test_a_display_may_be_a_span():
    block = f'<p class="ltx_p">So <span class="ltx_equation">{math("a=b")}</span> holds.</p>'
    part = parse(section("One", block)).sections[0]
    assert part.equations == ("a=b",)
    assert part.content == "So\n\n$$\na=b\n$$\n\nholds."


def test_a_group_of_spans_keeps_its_rows():
    rows = "".join(f'<span class="ltx_equation">{math(tex)}</span>' for tex in ("a=b", "c=d"))
    block = f'<span class="ltx_equationgroup ltx_eqn_gather">{rows}</span>'
    found = parse(section("One", paragraph(f"See {block} above."))).sections[0].equations
    assert found == ("\\begin{aligned}\n&a=b \\\\\n&c=d\n\\end{aligned}",)


def test_a_table_of_spans_has_rows_and_cells():
    block = (
        group([["a", "=b"], ["", "=c"]])
        .replace("<table", "<span")
        .replace("</table", "</span")
        .replace("<tbody", "<span")
        .replace("</tbody", "</span")
        .replace("<tr", "<span")
        .replace("</tr", "</span")
        .replace("<td", "<span")
        .replace("</td", "</span")
    )
    found = parse(section("One", f'<span class="ltx_p">Text {block}</span>')).sections[0]
    assert found.equations == ("\\begin{aligned}\na & =b \\\\\n & =c\n\\end{aligned}",)
    assert found.content.startswith("Text\n\n$$")


def test_a_display_needs_no_table():
    part = parse(section("One", paragraph(math("a=b", "block")))).sections[0]
    assert (part.content, part.equations) == ("$$\na=b\n$$", ("a=b",))


def test_headings_may_be_wrapped():
    one = section("One", paragraph("a"), number="1")
    wrapped = one.replace("<h2", "<div><h2").replace("</h2>", "</h2><button>Report</button></div>")
    paper = parse(wrapped)
    assert [(part.title, part.content) for part in paper.sections] == [("One", "a")]


def test_a_glossary_belongs_to_the_text():
    assert parse(section("Symbols", paragraph("a"), kind="glossary")).sections[0].role == "body"


def test_headings_need_no_class():
    one = "<section class='ltx_section'><h2>One</h2><p>a</p></section>"
    assert [part.title for part in parse(one).sections] == ["One"]


def test_an_article_without_marked_sections_is_read_by_its_headings():
    paper = parse("<section><h2>One</h2><p>a</p></section><section><h2>Two</h2><p>b</p></section>")
    assert [(part.title, part.content) for part in paper.sections] == [("One", "a"), ("Two", "b")]
    assert paper.title == "On Averages"


def test_what_spans_all_columns_begins_at_the_left():
    block = group([["WIDE", ""], ["", "=b"], ["WORDS", ""]])
    wide = f'<td class="ltx_eqn_cell" colspan="2">{math("a+a")}</td>'
    words = '<td class="ltx_eqn_cell" colspan="2"><p class="ltx_p">and so</p></td>'
    for mark, cell in (("WIDE", wide), ("WORDS", words)):
        start = block.index("<td", block.rindex("padleft", 0, block.index(mark)))
        end = block.index("</td>", block.index("</td>", block.index(mark)) + 1) + len("</td>")
        block = block[:start] + cell + block[end:]
    assert parse(section("One", block)).sections[0].equations == (
        "\\begin{aligned}\n & a+a \\\\\n & =b \\\\\n & \\text{ and so }\n\\end{aligned}",
    )


def test_prose_between_the_rows_of_a_block_is_prose():
    block = group([["a", "=b"], ["WORDS", ""], ["c", "=d"]])
    start = block.index("<td", block.rindex("padleft", 0, block.index("WORDS")))
    end = block.index("</td>", block.index("</td>", block.index("WORDS")) + 1) + len("</td>")
    words = f'<td class="ltx_eqn_cell" colspan="2"><p class="ltx_p">{PARAGRAPH}{math("x")}</p></td>'
    part = parse(section("One", block[:start] + words + block[end:])).sections[0]
    assert part.equations == ("\\begin{aligned}\na & =b \\\\\nc & =d\n\\end{aligned}",)
    assert part.content.endswith(f"$$\n\n{PARAGRAPH}$x$")


def test_formulas_that_are_text_are_read_from_it():
    text = '<span class="ltx_Math">\\alpha&lt;1</span>'
    assert parse(section("One", paragraph(f"So {text}."))).sections[0].content == r"So $\alpha<1$."


def test_formulas_that_are_pictures_are_read_from_their_text():
    picture = '<img class="ltx_Math" alt="\\alpha" src="x.png">'
    assert parse(section("One", paragraph(f"So {picture}."))).sections[0].content == r"So $\alpha$."


def test_formulas_without_alttext_are_read_from_their_annotation_or_text():
    annotated = math(r"\alpha").replace('alttext="\\alpha"', "")
    plain = "<math><mi>x</mi><mo>&amp;</mo></math>"
    assert parse(section("One", paragraph(annotated + " and " + plain))).sections[0].content == (
        r"$\alpha$ and $x\&$"
    )


def test_the_abstract_is_joined_without_its_heading():
    front = (
        '<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>'
        f'<p class="ltx_p">We <em>count</em> {math("n")}.</p><p class="ltx_p">Twice.</p></div>'
    )
    paper = parse(section("One", paragraph("a")), front=front)
    assert paper.abstract == "We count $n$. Twice."


AUTHORS = {
    "one": ("Ada Lovelace", ["Ada Lovelace"]),
    "several": ("Ada Lovelace, Emmy Noether and Mary Cartwright", None),
    "with marks": ("Ada Lovelace<sup>1,*</sup>, Emmy Noether<sup>2</sup>; Mary Cartwright†", None),
    "with formulas": (f"Ada Lovelace{math('{}^{1}')} and Emmy Noether &amp; Mary Cartwright", None),
    "with titles": ("Ada Lovelace, Member, IEEE, Emmy Noether, Ph.D., and Mary Cartwright", None),
    "with addresses": (
        (
            "Ada Lovelace<br>University of London<br>London, England<br><br>"
            "Emmy Noether<br>Göttingen<br><br>Mary Cartwright<br>mary@example.org"
        ),
        None,
    ),
    "in the way of NeurIPS": (
        "Ada Lovelace<br>ada@example.org<br>&amp;Emmy Noether<br>Göttingen &amp;Mary Cartwright",
        None,
    ),
    "with notes": (
        (
            'Ada Lovelace<span class="ltx_note">Corresponding author, Mr X</span>, Emmy Noether '
            '<span class="ltx_ERROR">\\And</span>and Mary Cartwright'
        ),
        None,
    ),
    "with marks alone": (
        (
            "Ada Lovelace<sup>1</sup> Emmy Noether<sup>2</sup> Mary Cartwright<sup>1,2</sup><br>"
            "<sup>1</sup>Analytical Laboratory, <sup>2</sup>Göttingen"
        ),
        None,
    ),
    "over several lines": (
        "Ada Lovelace,<br>Emmy Noether and<br>Mary Cartwright<br>Göttingen",
        None,
    ),
    "over several lines alone": ("Ada Lovelace<br>Emmy Noether<br>Mary Cartwright", None),
    "over a date": ("Ada Lovelace, Emmy Noether, Mary Cartwright<br><br>12 May 2020", None),
    "with mail": (
        "Ada Lovelace ada@example.org and {emmy, mary}@x Emmy Noether; Mary Cartwright",
        None,
    ),
    "with a department": (
        "Ada Lovelace, Department of Physics and Astronomy, London, Emmy Noether, Mary Cartwright",
        None,
    ),
    "with a suffix": (
        "Martin Davis, Jr. and Ken Perlin, III",
        ["Martin Davis, Jr.", "Ken Perlin, III."],
    ),
    "with particles": (
        "Ludwig van der Waals, Anderson Sandoval",
        ["Ludwig van der Waals", "Anderson Sandoval"],
    ),
}


@pytest.mark.parametrize("name", AUTHORS)
def test_authors_are_told_apart(name: str):
    written, names = AUTHORS[name]
    paper = parse(section("One", paragraph("a")), authors=written)
    assert list(paper.authors) == (names or ["Ada Lovelace", "Emmy Noether", "Mary Cartwright"])


def test_a_letter_without_headings_is_one_section_under_its_title():
    paper = parse(paragraph(f"Short. {math('x')}"), display("a=b"), title="A Letter")
    assert [(part.title, part.level, part.role) for part in paper.sections] == [
        ("A Letter", 1, "body")
    ]
    assert paper.sections[0].equations == ("a=b",)


def test_a_notice_before_the_first_heading_is_dropped():
    paper = parse(paragraph("Permission is granted."), section("One", paragraph("a")))
    assert [part.title for part in paper.sections] == ["One"]


def test_a_text_before_the_first_heading_is_kept():
    paper = parse(paragraph(PARAGRAPH * 2), section("Methods", paragraph("a")), title="A Letter")
    assert [part.title for part in paper.sections] == ["A Letter", "Methods"]


def test_text_without_a_declared_encoding_is_utf8():
    content = page(section("Żytkow", paragraph("naïve"))).replace(b'<meta charset="utf-8">', b"")
    assert parse_html(content, "page").sections[0].title == "Żytkow"


def test_declared_encodings_are_respected():
    text = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=iso-8859-1'>"
    text += f"</head><body><h1>Title</h1><h2>Poincaré</h2><p>{PARAGRAPH}</p></body></html>"
    assert parse_html(text.encode("latin-1"), "page").sections[0].title == "Poincaré"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty or is no HTML"),
        (b"\0\0", "is empty or is no HTML"),
        (b"<html><body></body></html>", "holds no paper: 0 characters"),
        (b"<p>Service unavailable</p>", "is out of order"),
        (b"<p>Hello</p>", "5 characters of text and no LaTeXML article"),
        (
            b"<title>Untitled Document</title><article class='ltx_document'><p>a</p></article>",
            "a conversion that failed: 'Untitled Document'",
        ),
        (
            page(section("One", paragraph("a"))).replace(
                b'<div class="ltx_page_main">',
                b'<div class="ltx_page_main"><span class="ltx_ERROR">Conversion to HTML had a '
                b"Fatal error and exited abruptly.</span>",
            ),
            "a conversion that failed: it says",
        ),
        (b"<h1>No HTML for 2401.00001</h1>", "the site has no HTML"),
        (b"<div class='ltx_page_main'>No content available</div>", "the site has no content"),
        (b"<title>Just a moment...</title><p>Wait.</p>", "asks whether a person is there"),
        (b"<p>Rate exceeded.</p>", "was asked too often"),
        (b"<h1>404</h1><p>Paper not found</p>", "does not have the paper"),
        (page(), "no section in it has any"),
        (page(section("Empty", "")), "no section in it has any"),
        (
            b'<meta name="citation_arxiv_id" content="1"><h1>Abstract</h1>' + b"<p>long</p>" * 99,
            "page about a paper, not the paper",
        ),
    ],
)
def test_a_page_without_a_paper_is_refused(content: bytes, told: str):
    with pytest.raises(PaperFormatError, match=told):
        parse_html(content, "https://example.org/page.html")


def test_too_large_a_page_is_refused():
    with pytest.raises(PaperFormatError, match="at most 52428800 can be read"):
        parse_html(b" " * (50 * 1024 * 1024 + 1), "page")
