"""Whatever a document says, its sections hold no HTML and no links to programs."""

import re

import pytest

from arxiviz_pipeline.ingest.readers import DocumentKind, read
from tests.ingest.html.pages import page, paragraph, section

# As CommonMark sees it: https://spec.commonmark.org/0.31.2/#raw-html
_CODE = re.compile(r"(?<!\\)(`+)[^`].*?(?<!`)\1(?!`)", re.DOTALL)
_HTML = re.compile(r"(?<!\\)<(?!/?su[bp]>)[A-Za-z/!?]")
_LINK = re.compile(r"(?<!\\)\]\(([^)]*)")
_LONGER = "Some words so that there is a text. " * 20

TEXTS: dict[str, tuple[DocumentKind, bytes]] = {
    **{
        f"page: {name}": ("html", page(section("One", paragraph(body) + paragraph(_LONGER))))
        for name, body in {
            "text": "&lt;b&gt; &lt;!-- [a](javascript:x)",
            "across elements": "&lt;<i></i>b&gt; [a]<i></i>(javascript:x)",
            "code": "<code>&lt;b&gt;</code> &lt;b&gt;",
            "a listing": "</p><pre>```\n````\n&lt;b&gt;</pre><p>",
            "links": '<a href="javascript:x">a</a> <a href="https://a.org/)[b](data:x)">](x:y)</a>',
            "pictures": '<img src="javascript:x"><img alt="](data:x)&lt;b&gt;" src="a.png">',
            "formulas": '<math alttext="a&lt;b&gt;c"></math>',
            "tables": "<table><tr><td>&lt;b&gt;<td>a<tr><td>b<td>c</table>",
            "notes": '<span class="ltx_note">&lt;b&gt;[a](data:x)</span>',
            "entities": "[a](java&amp;#115;cript:x) [a](javascript&amp;colon;x)",
            "definitions": "[a]: javascript:x",
        }.items()
    },
    **{
        f"source: {name}": (
            "latex",
            rf"\documentclass{{article}}\begin{{document}}\section{{One}} {body} {_LONGER}"
            r"\end{document}".encode(),
        )
        for name, body in {
            "text": r"<b> <!-- [a](javascript:x)",
            "across groups": r"<{}b> [a]{}(javascript:x)",
            "accents": r"\'{<b>}",
            "characters": r"\symbol{60}b> \char60{}b> \textless b>",
            "code": r"\texttt{<b>} <b> \verb|<b>| <b>",
            "a listing": "\\begin{verbatim}\n```\n````\n<b>\n\\end{verbatim} <b>",
            "links": r"\href{javascript:x}{a} \href{https://a.org/)[b](data:x)}{](x:y)} \url{x:}",
            "formulas": r"$a<b>c$ \[a<b>c\]",
            "labels": r"\cite{<b>} \begin{thebibliography}{9}\bibitem[<b>]{a}\end{thebibliography}",
            "units": r"\SI{3}{<b>}",
        }.items()
    },
    "abstract": ("abstract", b"<b> [a](javascript:x) $a$ <!-- `<b>`"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_sections_hold_no_html_and_no_links_to_programs(name: str):
    kind, content = TEXTS[name]
    paper = read(content, kind, "https://example.org/paper")
    for part in paper.sections:
        text = _CODE.sub("", part.content)
        assert not _HTML.search(text), part.content
        assert all(
            target.startswith(("https://", "http://")) or ":" not in target
            for target in _LINK.findall(text)
        ), part.content


def test_text_holds_no_control_characters():
    body = f"\\title{{A\x08b}}\\section{{On\x0ce}} {_LONGER}\x07\x7f $a\x1bb$".encode()
    source = rb"\documentclass{article}\begin{document}" + body + rb"\end{document}"
    paper = read(source, "latex", "url")
    texts = [paper.title, *(part.title + part.content for part in paper.sections)]
    assert texts
    assert all(sign.isprintable() or sign == "\n" for text in texts for sign in text)
