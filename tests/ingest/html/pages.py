"""Small pages and answers written for the tests, in the markup of the real ones."""

from html import escape

from arxiviz_pipeline.ingest.html.parser import parse_html
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

PARAGRAPH = "Averaging many readings narrows the spread of what is left to chance. " * 8


def math(tex: str, display: str = "inline") -> str:
    """A formula as LaTeXML writes it: MathML, with the LaTeX as attribute and annotation."""
    annotation = f'<annotation encoding="application/x-tex">{escape(tex)}</annotation>'
    return (
        f'<math alttext="{escape(tex)}" class="ltx_Math" display="{display}">'
        f"<semantics><mrow><mi>x</mi></mrow>{annotation}</semantics></math>"
    )


def display(tex: str, number: str = "(1)") -> str:
    return (
        '<table class="ltx_equation ltx_eqn_table"><tbody>'
        '<tr class="ltx_equation ltx_eqn_row ltx_align_baseline">'
        '<td class="ltx_eqn_cell ltx_eqn_center_padleft"></td>'
        f'<td class="ltx_eqn_cell ltx_align_center">{math(tex, "block")}</td>'
        '<td class="ltx_eqn_cell ltx_eqn_center_padright"></td>'
        '<td class="ltx_eqn_cell ltx_eqn_eqno">'
        f'<span class="ltx_tag ltx_tag_equation">{number}</span></td></tr></tbody></table>'
    )


def group(rows: list[list[str]], kind: str = "ltx_eqn_align") -> str:
    """A block of several rows, each cell a formula or empty."""
    written = "".join(
        '<tbody><tr class="ltx_equation ltx_eqn_row">'
        '<td class="ltx_eqn_cell ltx_eqn_center_padleft"></td>'
        f"{''.join(map(_cell, row))}"
        '<td class="ltx_eqn_cell ltx_eqn_center_padright"></td></tr></tbody>'
        for row in rows
    )
    return f'<table class="ltx_equationgroup {kind} ltx_eqn_table">{written}</table>'


def _cell(tex: str) -> str:
    content = math(rf"\displaystyle {tex}") if tex else ""
    return f'<td class="ltx_td ltx_eqn_cell">{content}</td>'


def section(
    title: str, content: str, *, kind: str = "section", number: str = "", **names: str
) -> str:
    tag = f'<span class="ltx_tag ltx_tag_{kind}">{number} </span>' if number else ""
    attributes = "".join(f' {name}="{value}"' for name, value in names.items())
    return (
        f'<section class="ltx_{kind}"{attributes}>'
        f'<h2 class="ltx_title ltx_title_{kind}">{tag}{title}</h2>{content}</section>'
    )


def paragraph(content: str) -> str:
    return f'<div class="ltx_para"><p class="ltx_p">{content}</p></div>'


def page(
    *sections: str, title: str = "On Averages", authors: str = "Ada Lovelace", front: str = ""
) -> bytes:
    """A whole page, with navigation around the article as arxiv.org has it."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Site</title></head><body>'
        '<nav class="ltx_TOC"><h2>Table of contents</h2><a href="#S1">1 Introduction</a></nav>'
        '<div class="ltx_page_main"><article class="ltx_document">'
        f'<h1 class="ltx_title ltx_title_document">{title}</h1>'
        '<div class="ltx_authors"><span class="ltx_creator ltx_role_author">'
        f'<span class="ltx_personname">{authors}</span></span></div>{front}'
        f"{''.join(sections)}</article></div></body></html>"
    ).encode()


def parse(*sections: str, **parts: str) -> ParsedPaper:
    return parse_html(page(*sections, **parts), "https://example.org/page.html")
