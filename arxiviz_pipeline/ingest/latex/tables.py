r"""Writes tabular environments as Markdown tables."""

from arxiviz_pipeline.ingest.latex.document import NONE, Cursor
from arxiviz_pipeline.ingest.latex.vocabulary import TABULAR_ARGUMENTS
from arxiviz_pipeline.ingest.latex.writer import INLINE, Writer
from arxiviz_pipeline.ingest.markdown_text import write_table

_MOST_CELLS = 3_000
_WIDEST_SPAN = 50  # columns
_ROW_ENDS = frozenset({r"\\", r"\cr", r"\tabularnewline", r"\nl"})
# Longtable's marks: what stands before them is repeated on every page.
_REPEATED = frozenset({r"\endfirsthead", r"\endhead", r"\endfoot", r"\endlastfoot"})

Span = tuple[int, int]


def write_tabular(writer: Writer, name: str, start: int, end: int) -> str:
    """Write a table's rows; on one line if the text around it is, empty if no cell has any."""
    cursor = Cursor(writer.document, start, end)
    for kind in TABULAR_ARGUMENTS.get(name, "om"):
        if kind == "o":
            cursor.option()
        elif kind == "m":
            cursor.group()
        elif cursor.peek() in ("to", "spread"):
            cursor.position += 1
            while cursor.peek() not in ("{", ""):
                cursor.position += 1
    rows = [_cells(writer, row) for row in _rows(writer, cursor.position, end)]
    if writer.mode.is_inline:
        return " ".join(cell for row in rows for cell in row if cell)
    return write_table(rows)


def _rows(writer: Writer, start: int, end: int) -> list[list[Span]]:
    """Split a table at the row ends and `&` that stand in no group or environment."""
    tokens, partners = writer.document.tokens, writer.document.partners
    rows: list[list[Span]] = [[]]
    cell = index = start
    while index < end and sum(map(len, rows[-1:])) + len(rows) < _MOST_CELLS:
        token = tokens[index]
        if token == "&":
            rows[-1].append((cell, index))
            cell = index + 1
        elif token in _ROW_ENDS or token in _REPEATED or token == r"\tablehead":
            rows[-1].append((cell, index))
            if token in _REPEATED:
                rows = [[]] if token in (r"\endhead", r"\endlastfoot", r"\endfoot") else rows[:-1]
            rows.append([])
            cell = index = _after_row_end(writer, index, end)
            continue
        elif token == "{" or token.startswith(r"\begin{"):
            index = partners[index] if partners[index] != NONE else index
        index += 1
    rows[-1].append((cell, end))
    return rows


def _after_row_end(writer: Writer, index: int, end: int) -> int:
    cursor = Cursor(writer.document, index + 1, end)
    cursor.star()
    cursor.option()
    return cursor.position


def _cells(writer: Writer, spans: list[Span]) -> list[str]:
    cells: list[str] = []
    for span in spans:
        width, content = _spanned(writer, span)
        text = writer.inline(content, INLINE if not writer.mode.is_inline else writer.mode)
        cells.extend([text, *[""] * (width - 1)])
    return cells


def _spanned(writer: Writer, span: Span) -> tuple[int, Span]:
    r"""Open `\multicolumn` and `\multirow`: how many columns, and what is in them."""
    cursor = Cursor(writer.document, *span)
    width = 1
    while (token := cursor.peek()) in (r"\multicolumn", r"\multirow", r"\hline", r"\toprule",
                                       r"\colhead", r"\midrule", r"\bottomrule"):  # fmt: skip
        cursor.position += 1
        if token == r"\multicolumn":
            text = cursor.text(cursor.argument())
            width = min(int(text), _WIDEST_SPAN) if text.isdecimal() and len(text) < 4 else 1
            cursor.argument()
        elif token == r"\multirow":
            cursor.option()
            cursor.argument()
            cursor.option()
            cursor.argument()
            cursor.option()
        if token in (r"\multicolumn", r"\multirow", r"\colhead"):
            start, end = cursor.argument()
            cursor = Cursor(writer.document, start, end)
    return max(width, 1), (cursor.position, cursor.end)
