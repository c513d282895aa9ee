"""Reads formulas that hevea, TtH and tex4ht draw with tables, characters and rules.

A rule between two lines is a fraction, lines above and below a large operator are its limits, and
what is several rows otherwise is a matrix, or the rows of the display.
"""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows
from arxiviz_pipeline.ingest.html.math import classes_of
from arxiviz_pipeline.ingest.html.math_text import escape_latex

_DEEPEST = 60  # levels: below, only text is kept
_ROWS_OF_TEX4HT = frozenset({
    "align", "align-star", "alignat", "alignat-star", "flalign", "flalign-star", "gather",
    "gather-star", "multline", "multline-star",
})  # fmt: skip
_LABELS = frozenset({"align-label", "gather-label", "equation-label", "eqno", "equationnumber"})
_RULE = "\x01"  # what is under a rule: a root's argument, or an overlined formula
_ROOT = re.compile(rf"√\s*{_RULE}")
_SHORT_ROOT = re.compile(r"√\s*(\w)")
_LARGE = frozenset("∑∏∐∫⋃⋂∪∩⊕⊗∮") | {"lim", "max", "min", "sup", "inf"}
_PARTS = {
    "⎛⎜⎝": "(", "⎞⎟⎠": ")", "⎡⎢⎣": "[", "⎤⎥⎦": "]", "⎧⎨⎩⎪": r"\{", "⎫⎬⎭": r"\}",
    "⌠⎮⌡": r"\int ", "⎢⎥│": "|",
}  # fmt: skip
_PART_OF = {part: whole for parts, whole in _PARTS.items() for part in parts}


def is_drawn(table: HtmlElement) -> bool:
    """Tell a table that is a display formula, in the markup of a converter known to draw them."""
    classes = classes_of(table)
    if {"display", "dcenter"} <= classes or not _ROWS_OF_TEX4HT.isdisjoint(classes):
        return True
    if not _is_after_break(table):
        return False
    return any(cell.get("nowrap") is not None for cell in table.iter("td"))


def _is_after_break(table: HtmlElement) -> bool:
    before = table.getprevious()
    if before is not None and before.tag == "p" and len(before):  # a table ends a paragraph
        before = before[-1]
    return before is not None and before.tag == "br" and before.get("clear") == "all"


def read_drawn(table: HtmlElement) -> str:
    """Write a drawn display as LaTeX; empty if nothing is in it."""
    rows = _rows(table)
    while len(rows) == 1 and (inner := _only_table(rows[0])) is not None:
        table, rows = inner, _rows(inner)
    if len(rows) > 1 and not _is_fraction(rows):
        return _finish(align_rows(without_blank_columns([_cells(row, 1) for row in rows])))
    return _finish(_table(table, 1))


def _only_table(row: list[HtmlElement]) -> HtmlElement | None:
    """Return the table that fills a row, next to its number and blanks."""
    filled = [cell for cell in row if "".join(cell.itertext()).strip()]
    if len(filled) != 1:
        return None
    cell = filled[0]
    tables = [child for child in cell if child.tag == "table"]
    beside = (cell.text or "") + "".join(child.tail or "" for child in cell)
    return tables[0] if len(tables) == 1 and not beside.strip() else None


def read_markup(element: HtmlElement) -> str:
    """Write a formula in running text: italics, and scripts above and below."""
    return _finish(_cell(element, 1))


def _finish(tex: str) -> str:
    tex = _ROOT.sub(r"\\sqrt", tex).replace(_RULE, r"\overline")
    tex = _SHORT_ROOT.sub(r"\\sqrt{\1}", tex)
    return tex if tex.strip() else ""


def _rows(table: HtmlElement) -> list[list[HtmlElement]]:
    rows: list[list[HtmlElement]] = []
    for child in table:
        found = [child] if child.tag == "tr" else [row for row in child if row.tag == "tr"]
        rows.extend([cell for cell in row if _is_cell(cell)] for row in found)
    return [row for row in rows if row]


def _is_cell(cell: HtmlElement) -> bool:
    return cell.tag in ("td", "th") and not _is_label(cell)


def _is_label(element: HtmlElement) -> bool:
    if not classes_of(element).isdisjoint(_LABELS):
        return True
    text = "".join(element.itertext()).strip() if element.tag == "td" else ""
    return 2 < len(text) < 12 and text[0] == "(" and text[-1] == ")" and text[1:-1].isdecimal()


def without_blank_columns(rows: list[list[str]]) -> list[list[str]]:
    """Drop the columns that are blank in every row: they only centre the others."""
    width = max(map(len, rows), default=0)
    filled = [row + [""] * (width - len(row)) for row in rows]
    kept = [column for column in range(width) if any(row[column].strip() for row in filled)]
    return [[row[column] for column in kept] for row in filled]


def _cells(row: list[HtmlElement], depth: int) -> list[str]:
    return [_cell(cell, depth).strip() for cell in row]


def _is_rule(row: list[HtmlElement]) -> bool:
    if not classes_of(row[0]).isdisjoint({"hrule", "hbar"}):
        return True
    text = "".join("".join(cell.itertext()) for cell in row)
    return not text.strip() and any(True for cell in row for _ in cell.iter("hr"))


def _is_fraction(rows: list[list[HtmlElement]]) -> bool:
    return any(map(_is_rule, rows))


def _table(table: HtmlElement, depth: int) -> str:
    rows = _rows(table)
    written = ["" if _is_rule(row) else "".join(_cell(cell, depth) for cell in row) for row in rows]
    if not rows:
        return ""
    if len(rows) == 1:
        return written[0]
    if len(rows) == 2 and _is_rule(rows[0]):
        return f"{_RULE}{{{written[1]}}}"
    if len(rows) == 3 and _is_rule(rows[1]):
        return rf"\frac{{{written[0]}}}{{{written[2]}}}"
    if all(len(row) == 1 for row in rows):
        return _stack(written)
    lines = (" & ".join(_cell(cell, depth) for cell in row) for row in rows)
    return r"\begin{matrix}" + r"\\ ".join(lines) + r"\end{matrix}"


def _stack(lines: list[str]) -> str:
    """Write lines one above the other: limits of an operator, or a column."""
    bare = [line.strip() for line in lines]
    while bare and not bare[-1]:
        bare.pop()
    brackets = {_PART_OF.get(line, "") for line in bare if line}
    if len(brackets) == 1 and (bracket := brackets.pop()):
        return bracket
    if len(bare) == 3 and (not bare[1] or bare[1] in _LARGE):
        scripts = (f"_{{{bare[2]}}}" if bare[2] else "") + (f"^{{{bare[0]}}}" if bare[0] else "")
        operator = rf"\{bare[1]}" if bare[1].isascii() else bare[1]
        return (operator if bare[1] else "") + scripts
    filled = [line for line in bare if line]
    if len(filled) == 2 and filled[0] in _LARGE:
        return f"{filled[0]}_{{{filled[1]}}}"
    if len(filled) < 2:
        return "".join(filled)
    return r"\begin{matrix}" + r"\\ ".join(filled) + r"\end{matrix}"


def _cell(cell: HtmlElement, depth: int) -> str:
    """Write a cell: lines in it stand one above the other, a rule among them is a fraction."""
    lines: list[list[str]] = [[]]
    rules: list[int] = []
    for piece in _pieces(cell, depth):
        if piece == "\n":
            lines.append([])
        elif piece == _RULE:
            rules.append(len(lines))
            lines.append([])
        else:
            lines[-1].append(piece)
    written = ["".join(line) for line in lines]
    if rules:
        above, below = "".join(written[: rules[0]]), "".join(written[rules[0] :])
        if not above.strip():
            return f"{_RULE}{{{below.strip()}}}"
        return rf"\frac{{{above.strip()}}}{{{below.strip()}}}"
    return _stack(written) if len(written) > 1 else written[0]


def _pieces(element: HtmlElement, depth: int) -> Iterator[str]:
    """Yield what is in an element as LaTeX, a line's end as a newline, a rule as its mark."""
    if element.text:
        yield _text(element.text)
    for child in element:
        if depth > _DEEPEST:
            yield _text("".join(child.itertext()))
        elif child.tag == "br":
            yield "\n"
        elif child.tag == "hr":
            yield _RULE
        elif child.tag == "table":
            yield _table(child, depth + 1)
        elif child.tag in ("sup", "sub"):
            sign = "^" if child.tag == "sup" else "_"
            yield f"{sign}{{{''.join(_pieces(child, depth + 1)).replace(_RULE, '')}}}"
        elif not _is_label(child):
            yield from _pieces(child, depth + 1)
        if child.tail:
            yield _text(child.tail)


def _text(text: str) -> str:
    return escape_latex(" ".join(text.split())).replace("√", " √") if text.strip() else ""
