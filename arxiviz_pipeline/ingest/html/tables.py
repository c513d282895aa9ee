"""Writes LaTeXML's tables as Markdown tables, which know no cells over several rows or columns."""

from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import classes_of

_WIDEST_SPAN = 50  # rows or columns


def write_table(table: HtmlElement, write_cell: Callable[[HtmlElement], str]) -> str:
    """Write a table, its first row as the heading; empty if no cell says anything."""
    rows = [row for row in _grid(table, write_cell) if any(row)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _grid(table: HtmlElement, write_cell: Callable[[HtmlElement], str]) -> Iterator[list[str]]:
    """Yield the rows with a blank wherever a cell spans from the left or from above."""
    spans: dict[int, int] = {}  # column: how many more rows its cell covers
    for row in _own_rows(table):
        cells: list[str] = []
        below: dict[int, int] = {}
        for cell in row:
            if cell.tag not in ("td", "th") and "ltx_td" not in classes_of(cell):
                continue
            while spans.get(len(cells), 0):
                cells.append("")
            columns = range(len(cells), len(cells) + _span(cell, "colspan"))
            below.update(dict.fromkeys(columns, _span(cell, "rowspan")))
            cells.extend([write_cell(cell), *[""] * (len(columns) - 1)])
        yield cells
        below.update({column: left for column, left in spans.items() if column not in below})
        spans = {column: left - 1 for column, left in below.items() if left > 1}


def _own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield a table's rows, and none of the tables in its cells."""
    for child in table:
        if _is_row(child):
            yield child
        else:
            yield from filter(_is_row, child)


def _is_row(element: HtmlElement) -> bool:
    return element.tag == "tr" or "ltx_tr" in classes_of(element)


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name) or "1"
    return min(max(int(text), 1), _WIDEST_SPAN) if text.isdecimal() and len(text) < 4 else 1
