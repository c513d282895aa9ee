"""What a section's content looks like as Markdown."""

import pytest

from tests.ingest.html.pages import PARAGRAPH, display, math, paragraph, parse, section

CASES = {
    "paragraphs": (paragraph("One\n  two.") + paragraph("Three."), "One two.\n\nThree."),
    "inline formulas": (paragraph(f"Let {math('x>0')}."), "Let $x>0$."),
    "formulas with formulas in their text": (
        paragraph(math(r"a\text{ if $b$ and $c$}")),
        r"$a\text{ if \(b\) and \(c\)}$",
    ),
    "displays": (paragraph(f"So {display('a=b')} holds."), "So\n\n$$\na=b\n$$\n\nholds."),
    "emphasis": (
        paragraph('<em class="ltx_emph">one </em><span class="ltx_text ltx_font_bold">two</span>'),
        "*one* **two**",
    ),
    "code": (paragraph('<span class="ltx_text ltx_font_typewriter">a_b</span>'), "`a_b`"),
    "signs of Markdown": (
        paragraph("5$ * 2 _x_ a_b &lt;b> `c` \\d"),
        r"5\$ \* 2 \_x\_ a_b \<b> \`c\` \\d",
    ),
    "signs at a line start": (paragraph("# 1. x") + paragraph("1. x"), "\\# 1. x\n\n1\\. x"),
    "links": (
        paragraph('<a class="ltx_ref ltx_href" href="https://example.org/a(b)">here</a>'),
        "[here](https://example.org/a%28b%29)",
    ),
    "dangerous links": (paragraph('<a href="javascript:alert(1)">here</a>'), "here"),
    "references": (
        paragraph('See <cite class="ltx_cite">[<a href="#bib.bib1" class="ltx_ref">1</a>]</cite>.'),
        "See [1].",
    ),
    "footnotes": (
        paragraph(
            'Word<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup>'
            '<span class="ltx_note_outer"><span class="ltx_note_content">'
            '<sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>'
            "An aside.</span></span></span>, next."
        ),
        "Word (note: An aside.), next.",
    ),
    "lists": (
        (
            '<ul class="ltx_itemize"><li class="ltx_item"><span class="ltx_tag_item">•</span>'
            f"{paragraph('One')}</li><li class='ltx_item'>{paragraph('Two')}{paragraph('more')}"
            "</li></ul>"
        ),
        "- One\n- Two\n\n  more",
    ),
    "numbered lists": (
        (
            '<ol class="ltx_enumerate"><li class="ltx_item"><span class="ltx_tag ltx_tag_item">(3)'
            f"</span>{paragraph('Three')}</li><li>{paragraph('Next')}</li></ol>"
        ),
        "3. Three\n2. Next",
    ),
    "lists in lists": (
        f"<ul><li>a<ul><li>b{display('c')}</li></ul></li></ul>",
        "- a\n\n  - b\n\n    $$\n    c\n    $$",
    ),
    "lists of spans": (
        (
            '<span class="ltx_p"><span class="ltx_itemize"><span class="ltx_item">'
            '<span class="ltx_tag_item">•</span><span class="ltx_p">One</span></span>'
            '<span class="ltx_item"><span class="ltx_p">Two</span></span></span></span>'
        ),
        "- One\n- Two",
    ),
    "descriptions": (
        (
            '<dl class="ltx_description"><dt class="ltx_item"><span class="ltx_tag ltx_tag_item">'
            f'<span class="ltx_font_bold">Term</span></span></dt><dd>{paragraph("Said.")}</dd>'
            "<dt>Next</dt><dd>More.</dd></dl>"
        ),
        "- **Term** Said.\n- Next More.",
    ),
    "footnotes with displays": (
        paragraph(f'One<span class="ltx_note">if {display("b")} holds</span> two.{display("a")}'),
        "One two.\n\n(note: if\n\n$$\nb\n$$\n\nholds)\n\n$$\na\n$$",
    ),
    "figures": (
        (
            '<figure class="ltx_figure"><img class="ltx_graphics" alt="Refer to caption" '
            'src="p/x1 (a).png"><figcaption><span class="ltx_tag">Figure 1: </span>Both.'
            "</figcaption></figure>"
        ),
        "![Figure 1](https://example.org/p/x1%20%28a%29.png)\n\n*Figure 1: Both.*",
    ),
    "several pictures of a figure": (
        '<figure><img src="/a.png"><object data="b.svg" type="image/svg+xml"></object></figure>',
        "![Picture](https://example.org/a.png)\n\n![Picture](https://example.org/b.svg)",
    ),
    "pictures in a line": (
        paragraph('a <img class="ltx_graphics" alt="sign" src="s.png"> b'),
        "a ![sign](https://example.org/s.png) b",
    ),
    "pictures without words in a line": (
        paragraph('a <img class="ltx_graphics" src="s.png"> b'),
        "a ![](https://example.org/s.png) b",
    ),
    "pictures that lead nowhere": (
        (
            '<figure><img src="data:image/png;base64,AA"><img src="javascript:x">'
            '<img src="http://[x"><img><p>a</p></figure>'
        ),
        "a",
    ),
    "captions": (
        (
            '<figure class="ltx_figure"><img alt="x"><figcaption class="ltx_caption">'
            f'<span class="ltx_tag">Figure 1: </span>A <em>nice</em> {math("x*y")}.</figcaption>'
            "</figure>"
        ),
        "*Figure 1: A nice $x*y$.*",
    ),
    "tables": (
        (
            '<table class="ltx_tabular"><tr><th>a|b</th><th>c</th></tr>'
            f"<tr><td>{math('x')}</td></tr></table>"
        ),
        "| a\\|b | c |\n| --- | --- |\n| $x$ |  |",
    ),
    "tables with spans": (
        (
            '<table class="ltx_tabular"><tr><td colspan="2">a</td><td rowspan="2">b</td></tr>'
            "<tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td><td>g</td></tr></table>"
        ),
        "| a |  | b |\n| --- | --- | --- |\n| c | d |  |\n| e | f | g |",
    ),
    "tables in tables": (
        (
            '<table class="ltx_tabular"><tbody><tr><td>a</td><td><span class="ltx_tabular"><span>'
            '<span class="ltx_tr"><span class="ltx_td">b</span></span></span></span></td></tr>'
            "</table>"
        ),
        "| a | b |\n| --- | --- |",
    ),
    "tables of spans": (
        (
            '<span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">a</span>'
            '<span class="ltx_td">b</span></span></span>'
        ),
        "| a | b |\n| --- | --- |",
    ),
    "theorems": (
        (
            '<div class="ltx_theorem"><h6 class="ltx_title ltx_runin ltx_title_theorem">'
            f'<span class="ltx_tag">Theorem 1</span>.</h6>{paragraph("It holds.")}</div>'
        ),
        "**Theorem 1.**\n\nIt holds.",
    ),
    "listings": (
        (
            '<div class="ltx_listing"><div class="ltx_listing_data"><a href="data:">⬇</a></div>'
            '<div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline">1</span>'
            f'if a_b*c:</div>\n<div class="ltx_listingline">&nbsp;&nbsp;{math("x")}</div></div>'
        ),
        "```\n1 if a_b*c:\n  $x$\n```",
    ),
    "verbatim": ("<pre class='ltx_verbatim'>a  b\n  c</pre>", "```\na  b\n  c\n```"),
    "quotes": (
        f"<blockquote>{paragraph('Said.')}{paragraph('Again.')}</blockquote>",
        "> Said.\n\n> Again.",
    ),
    "line breaks": (paragraph('one<br class="ltx_break">two'), "one\ntwo"),
    "errors and rules": (
        paragraph(
            'a<span class="ltx_ERROR undefined">\\foo</span><span class="ltx_rule">x</span>b'
        ),
        "ab",
    ),
    "scripts and pictures": (paragraph("a<script>alert(1)</script><svg><text>b</text></svg>"), "a"),
    "text in a drawn box": (
        (
            '<p class="ltx_p"><svg class="ltx_picture"><g><text>label</text><foreignObject><span '
            f'class="ltx_foreignobject_content"><span class="ltx_p">{PARAGRAPH}</span></span>'
            "</foreignObject><foreignObject>Title</foreignObject></g></svg></p>"
        ),
        f"{PARAGRAPH.strip()}\n\nTitle",
    ),
    "labels in a drawing": ("a<svg><foreignObject>label</foreignObject></svg>", "a"),
    "a formula in a drawn box": (
        (
            f"<svg><g><foreignObject><svg><foreignObject>{display('a')}</foreignObject></svg>"
            "</foreignObject></g></svg>"
        ),
        "$$\na\n$$",
    ),
    "bibliographies": (
        (
            '<ul class="ltx_biblist"><li class="ltx_bibitem"><span class="ltx_tag_bibitem">[1]'
            '</span> <span class="ltx_bibblock">A. Author.</span> <span class="ltx_bibblock">Title.'
            '</span><span class="ltx_bibblock ltx_bib_cited">Cited by: §1</span></li></ul>'
        ),
        "- [1] A. Author. Title.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_content_is_written_as_markdown(name: str):
    written, expected = CASES[name]
    assert parse(section("One", written)).sections[0].content == expected


def test_displays_in_captions_notes_and_cells_are_counted():
    cell = f'<table class="ltx_tabular"><tr><td>{display("a")}</td></tr></table>'
    note = f'<span class="ltx_note">see {display("b")}</span>'
    part = parse(section("One", cell + paragraph(f"Text{note}"))).sections[0]
    assert part.equations == ("a", "b")
