"""What Markdown pieces of text become, whatever format they come from."""

import time

import pytest

from arxiviz_pipeline.ingest.markdown_text import (
    escape,
    escape_lines,
    make_safe,
    write_code,
    write_formula,
    write_link,
    write_list,
    write_picture,
    write_table,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "a < b, a <= 5": "a < b, a <= 5",
        "<b onclick=x>": r"\<b onclick=x>",
        "_a_ b_c": r"\_a\_ b_c",
        "AT&T &lt;b&gt; &#60;": r"AT&T \&lt;b\&gt; \&#60;",
        r"`a` \d 5$": r"\`a\` \\d 5\$",
    }.items(),
)
def test_text_is_no_markup(text: str, expected: str):
    assert escape(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        "# x": r"\# x",
        "#x": "#x",
        "1. x": r"1\. x",
        "2) x": r"2\) x",
        "1.5 x": "1.5 x",
        "- x": r"\- x",
        "-x": "-x",
        "---": r"\---",
        "~~~ x": r"\~~~ x",
        "> x": r"\> x",
        "a\n===\nb": "a\n\\===\nb",
        "[a b]: x": r"[a b\]: x",
        "[1] x: y": "[1] x: y",
    }.items(),
)
def test_a_line_of_text_is_no_block(line: str, expected: str):
    assert escape_lines(line) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        " JavaScript:x",
        "data:text/html,x",
        "<vbscript:x>",
        "java&#115;cript:x",
        "javascript&colon;x",
        r"javascript\:x",
    ],
)
def test_a_link_to_a_program_is_text(address: str):
    assert make_safe(f"a [b]({address}) c").startswith("a [b\\](")


@pytest.mark.parametrize(
    "markdown",
    [
        "[b](https://a.org/x:y&z=1)",
        "![](x1.png)",
        "![a](figures/a%20b.svg)",
        r"$f[x](y)$ and $\mathbb{E}[X](\theta)$",
        r"[b\](javascript:x)",
    ],
)
def test_other_links_and_formulas_stay(markdown: str):
    assert make_safe(markdown) == markdown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    {
        "a<b>": r"a\<b>",
        "<!-- a": r"\<!-- a",
        "</div>": r"\</div>",
        "<super>": r"\<super>",
        r"\<b>": r"\<b>",
        "x<sup>2</sup>, a < b, 1<2": "x<sup>2</sup>, a < b, 1<2",
        "`<b>` <b>": r"`<b>` \<b>",
        r"\`<b>\`": r"\`\<b>\`",
        "````\n```\n<b>\n````\n<b>": "````\n```\n<b>\n````\n\\<b>",
        "- ```\n  <b>\n  ```\n\n<b>": "- ```\n  <b>\n  ```\n\n\\<b>",
    }.items(),
)
def test_html_is_text_but_for_scripts_and_code(markdown: str, expected: str):
    assert make_safe(markdown) == expected


def test_looking_for_what_is_unsafe_takes_time_in_proportion():
    start = time.process_time()
    for text in ("](" * 200_000, "`" * 400_000, "```\n" * 100_000, "](a" * 100_000 + "<" * 10**5):
        make_safe(text)
    assert time.process_time() - start < 2.0


def test_addresses_cannot_end_their_link():
    assert write_link("a", "https://a.org/x) y<z>") == "[a](https://a.org/x%29%20y%3Cz%3E)"
    assert write_picture("a]b", "x (1)é.png") == "![ab](x%20%281%29é.png)"


def test_a_formula_holds_no_tag():
    assert write_formula(r"a<b \text{if $c$}") == r"a< b \text{if \(c\)}"


def test_code_cannot_end_its_fence():
    assert write_code("a\n````\n<b>") == "`````\na\n````\n<b>\n`````"


def test_lists_indent_what_belongs_to_an_item():
    assert write_list([("- ", "a\n\nb"), ("- ", ""), ("10. ", "c\nd")]) == (
        "- a\n\n  b\n10. c\n    d"
    )


def test_tables_have_rows_of_one_width():
    assert write_table([["a|b"], ["", ""], ["c", "d"]]) == (
        "| a\\|b |  |\n| --- | --- |\n| c | d |"
    )


def test_tables_have_no_more_columns_than_anybody_reads():
    lines = write_table([["a"], ["b"] * 100_000]).splitlines()
    assert max(map(len, lines)) < 1000
