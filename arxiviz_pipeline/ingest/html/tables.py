"""Writes tables as Markdown tables, which know no cells over several rows or columns."""

from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import classes_of

_WIDEST_SPAN = 50  # rows or columns
_MOST_CELLS = 50_000
_LONGEST_CELL = 400  # characters: more is a column of the page
_LAID_OUT = ("h1", "h2", "h3", "h4", "h5", "h6", "dl", "blockquote", "pre", "table")


def is_data_table(table: HtmlElement) -> bool:
    """Tell a table that says something by its rows from one that only lays out a page."""
    if "ltx_tabular" in classes_of(table):
        return True
    if table.tag != "table" or any(True for _ in table.iterdescendants(*_LAID_OUT)):
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in _own_rows(table)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    return all(_length(cell) <= _LONGEST_CELL for row in rows for cell in row)


def rows_of(table: HtmlElement, write_cell: Callable[[HtmlElement], str]) -> list[list[str]]:
    """Write a table's cells, row by row, as many as anybody reads."""
    rows: list[list[str]] = []
    cell_count = 0
    for row in _grid(table, write_cell):
        cell_count += len(row)
        if cell_count > _MOST_CELLS:
            break
        rows.append(row)
    return rows


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


def _length(cell: HtmlElement) -> int:
    return sum(map(len, cell.itertext()))
