"""Pages that LaTeXML did not make: which headings divide them, and what stands before."""

import pytest

from arxiviz_pipeline.ingest.html.parser import parse_html
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from tests.ingest.html.pages import PARAGRAPH

TEXT = f"<p>{PARAGRAPH}</p>"


def parse_plain(body: str, head: str = "") -> ParsedPaper:
    content = f"<html><head>{head}</head><body>{body}{TEXT}</body></html>"
    return parse_html(content.encode(), "https://example.org/page.html")


def outline(paper: ParsedPaper) -> list[tuple[str, int]]:
    return [(part.title, part.level) for part in paper.sections]


def test_the_highest_heading_is_the_title_and_the_next_are_sections():
    paper = parse_plain("<h1>On Averages</h1><h2>One</h2><p>a</p><h3>Deep</h3><p>b</p><h2>Two</h2>")
    assert paper.title == "On Averages"
    assert outline(paper) == [("One", 1), ("Deep", 2), ("Two", 1)]
    assert [part.parent_id for part in paper.sections] == [None, paper.sections[0].id, None]


def test_levels_an_author_leaves_out_do_not_count():
    paper = parse_plain("<h1>On Averages</h1><h2>One</h2><h5>Deep</h5>")
    assert outline(paper) == [("One", 1), ("Deep", 2)]


def test_levels_a_converter_leaves_out_count():
    generator = '<meta name="Generator" content="pandoc">'
    body = '<h1 class="title">On Averages</h1><h1>One</h1><h4>Run-in</h4>'
    assert outline(parse_plain(body, generator)) == [("One", 1), ("Run-in", 4)]


def test_the_title_may_be_as_high_as_the_sections():
    body = "<h2>On Averages</h2><h2>One</h2><h2>Two</h2>"
    named = parse_plain(body, "<title>On  averages.</title>")
    assert (named.title, outline(named)) == ("On Averages", [("One", 1), ("Two", 1)])
    centred = parse_plain('<h1 align="center">On Averages</h1><h1>One</h1><h1>Two</h1>')
    assert (centred.title, outline(centred)) == ("On Averages", [("One", 1), ("Two", 1)])


def test_headings_under_the_title_name_the_authors():
    body = (
        '<h1 align="center">On Averages</h1><h3 align="center">Ada Lovelace, Emmy Noether</h3>'
        '<h3 align="center">May 2020</h3><h2>One</h2><h3>Deep</h3>'
    )
    paper = parse_plain(body)
    assert paper.authors == ("Ada Lovelace", "Emmy Noether")
    assert outline(paper) == [("One", 1), ("Deep", 2)]


def test_marked_authors_and_abstracts_are_read():
    body = (
        '<h1 class="title">On Averages</h1><p class="author">Ada Lovelace</p>'
        '<p class="author">Emmy Noether</p><div class="abstract"><p class="abstract-title">'
        "Abstract</p><p>We count.</p></div><h2>One</h2>"
    )
    paper = parse_plain(body)
    assert (paper.authors, paper.abstract) == (("Ada Lovelace", "Emmy Noether"), "We count.")
    assert outline(paper) == [("One", 1)]


@pytest.mark.parametrize(
    "front",
    [
        "<blockquote class='abstract'><b>Abstract:</b> We count.</blockquote>",
        "<p><b>Abstract</b></p><p>We count.</p>",
        "<p><b>Abstract.</b> We count.</p>",
        "<h2>Abstract</h2><p>We count.</p>",
    ],
)
def test_abstracts_are_found_in_many_forms(front: str):
    paper = parse_plain(f"<h1>On Averages</h1>{front}<h2>One</h2><p>a</p>")
    assert paper.abstract == "We count."


def test_numbers_are_no_part_of_titles():
    body = "<h1>On Averages</h1><h2>1. One</h2><h3>1.1 Deep</h3><h2>2&#8195;Two</h2><h2>End</h2>"
    assert [title for title, _ in outline(parse_plain(body))] == ["One", "Deep", "Two", "End"]


def test_a_single_number_is_part_of_its_title():
    body = "<h1>On Averages</h1><h2>3 Ways to Count</h2><h2>End</h2>"
    assert [title for title, _ in outline(parse_plain(body))] == ["3 Ways to Count", "End"]


def test_letters_after_numbers_are_appendices():
    body = "<h1>On Averages</h1><h2>1 One</h2><h2>2 Two</h2><h2>A. Proofs</h2><h3>A.1 Long</h3>"
    paper = parse_plain(body + "<h2>References</h2>")
    assert [(part.title, part.role) for part in paper.sections] == [
        ("One", "body"),
        ("Two", "body"),
        ("Proofs", "appendix"),
        ("Long", "appendix"),
        ("References", "references"),
    ]


def test_contents_and_navigation_are_no_sections():
    body = (
        '<nav><h2>Site</h2></nav><h1>On Averages</h1><h2>Contents</h2><ul><li><a href="#a">One</a>'
        '</ul><div class="toc"><h2>List</h2></div><h2 id="a">One</h2>'
    )
    assert outline(parse_plain(body)) == [("One", 1)]


def test_headings_inside_quotes_and_tables_that_lay_out_the_page_divide_it():
    body = (
        "<blockquote><h1>On Averages</h1><h2>One</h2><p>a</p></blockquote>"
        "<table border=1><tr><td><h2>Two</h2>b</td></tr></table><ul><h2>Three</h2>c</ul>"
    )
    paper = parse_plain(body)
    assert [(part.title, part.content[:1]) for part in paper.sections] == [
        ("One", "a"),
        ("Two", "b"),
        ("Three", "c"),
    ]


def test_bold_lines_divide_a_page_without_headings():
    body = (
        "<p><b>Introduction</b></p><p>a <b>word</b></p><center><font><b>Results</b></font></center>"
        "<p><b>Note</b> well.</p>"
    )
    paper = parse_plain(body, "<title>On Averages</title>")
    assert outline(paper) == [("Introduction", 1), ("Results", 1)]


def test_tex4ht_marks_run_in_headings_and_numbers():
    body = (
        '<h2 class="titleHead">On Averages</h2><div class="author">Ada Lovelace<br>Emmy Noether'
        '</div><h3 class="sectionHead"><span class="titlemark">1 </span> <a id="x1"></a>One</h3>'
        '<p>a</p><p><span class="paragraphHead"><a id="x2"></a><b>Run-in.</b></span> text</p>'
        '<h3 class="likesectionHead">End</h3>'
    )
    paper = parse_plain(body)
    assert outline(paper) == [("One", 1), ("Run-in.", 4), ("End", 1)]
    assert [part.id for part in paper.sections][:2] == ["x1", "x2"]
    assert paper.authors == ("Ada Lovelace", "Emmy Noether")


def test_latex2html_writes_references_too_deep():
    body = "<h1>On Averages</h1><h2>One</h2><h2>End</h2><h3>References</h3><p>A. Author</p>"
    assert outline(parse_plain(body))[-1] == ("References", 1)


def test_a_long_text_before_the_first_heading_is_kept():
    paper = parse_plain(f"<h1>On Averages</h1>{TEXT * 5}<h2>One</h2>")
    assert outline(paper) == [("On Averages", 1), ("One", 1)]


def test_tables_of_data_are_tables_and_others_are_not():
    body = (
        "<h1>On Averages</h1><h2>One</h2><table><tr><th>a</th><th>b</th></tr><tr><td>1</td>"
        f"<td>2</td></tr></table><h2>Two</h2><table><tr><td>{TEXT}</td><td>side</td></tr></table>"
    )
    first, second = parse_plain(body).sections
    assert first.content == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert "|" not in second.content


def test_xhtml_prefixes_make_no_difference():
    body = "<h1>On Averages</h1><h2>One</h2><p>So <m:math><m:mi>x</m:mi></m:math></p>"
    assert parse_plain(body).sections[0].content.startswith("So $x$")


def test_the_contents_of_a_volume_are_a_section():
    body = (
        "<h1>Proceedings</h1><h2>Preface</h2><p>a</p><h2>Table of Contents</h2>"
        "<ul><li>On Averages</li><li>On Sums</li></ul><h2>Committee</h2><p>b</p>"
    )
    assert [title for title, _ in outline(parse_plain(body))] == [
        "Preface",
        "Table of Contents",
        "Committee",
    ]


def test_a_title_may_be_a_paragraph_of_a_word_processor():
    body = '<p class="MsoTitle">On Averages</p><h1>1. One<o:p></o:p></h1><h1>2. Two</h1>'
    paper = parse_plain(body, "<title>Document3</title>")
    assert (paper.title, outline(paper)) == ("On Averages", [("One", 1), ("Two", 1)])
