"""Reads Markdown tables: their headers, whole columns, and the quantities in their cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import to_narration

_RULE = re.compile(r"\s*\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?)?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_CITATION = re.compile(r"\s*\\?\[\s*\d+[a-z]?(?:\s*[,;–—-]\s*\d+[a-z]?)*\s*\\?\]")
_MOST_ROWS = 200
_MOST_COLUMNS = 24
_LONGEST_CELL = 300  # characters
_LARGEST_EXPONENT = 60
_RAISED_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_QUANTITY: Final = re.compile(
    r"(?P<about>[~∼≈≃<>≤≥]?)\s*(?P<currency>[$€£]?)(?P<number>[+−–-]?(?:\d{1,3}(?:,\d{3})+|\d+)?"
    r"(?:\.\d+)?)(?:\s*[·×⋅]?\s*(?:10(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|e(?P<exponent>[+−-]?\d{1,2})))?"
    r"(?:\s*(?:±|\(±)\s*[\d.]+\)?)?\s*(?P<unit>%|[KMBkx×]|[^\W\d_]{1,4}(?:/[^\W\d_]{1,4})?)?"
    r"\s*(?:\([^()]*\))?\s*[*†‡∗]*"
)  # fmt: skip
_THOUSANDS: Final = {"K": 1e3, "k": 1e3, "M": 1e6, "B": 1e9}


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table.

    Attributes:
        caption: Markdown without its label, or an empty string.
        header: A cell for each column; those of several rows are joined.
        rows: As many cells each as the header; a cell that spans others leaves blanks.
        number: As the text refers to it: `2` of `Table 2`.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a cell measures.

    Attributes:
        unit: As written, such as `%` or `ms`; thousands are in the value already.
    """

    value: float
    unit: str


def is_table(lines: Sequence[str]) -> bool:
    """Tell whether a paragraph is a Markdown table."""
    return len(lines) > 2 and lines[0].lstrip().startswith("|") and bool(_RULE.fullmatch(lines[1]))


def read_table(lines: Sequence[str]) -> TableBlock | None:
    """Read a table, or return None if it holds nothing to compare."""
    if not is_table(lines):
        return None
    cells = [_cells(line) for line in lines[: _MOST_ROWS + 2] if line.strip()]
    width = len(cells[0])
    header, *rows = [(row + [""] * width)[:width] for row in (cells[0], *cells[2:])]
    while len(rows) > 1 and _goes_on(rows[0]):
        header = _joined(header, rows.pop(0))
    rows = [row for row in rows if any(row)]
    kept = [column for column in range(width) if any(row[column] for row in rows)][:_MOST_COLUMNS]
    if len(kept) < 2 or len(rows) < 2:
        return None
    return TableBlock(
        caption="",
        header=tuple(header[column] for column in kept),
        rows=tuple(tuple(row[column] for column in kept) for row in rows),
    )


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [_cell(cell) for cell in _BAR.split(inner)]


def _cell(text: str) -> str:
    return _CITATION.sub("", text.replace("\\|", "|")).strip()[:_LONGEST_CELL]


def _goes_on(row: Sequence[str]) -> bool:
    """Tell whether the row below a header is a part of it: it names no row and measures nothing."""
    rest = [cell for cell in row[1:] if cell]
    return not row[0] and bool(rest) and all(read_quantity(cell) is None for cell in rest)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    header: list[str] = []
    spanning = ""
    for index, (above, below) in enumerate(zip(upper, lower, strict=True)):
        spanning = above or (spanning if index else "")
        header.append(f"{above or spanning} {below}".strip() if below else above)
    return header


def is_bold(cell: str) -> bool:
    """Tell whether a table prints this cell bold, as tables do with the best value."""
    return bool(re.search(r"\*\*[^*]+\*\*|\\(?:mathbf|textbf|boldsymbol|bm)\b", cell))


def read_quantity(cell: str) -> Quantity | None:
    """Read a cell that holds one number and little else; None for ranges, names and blanks."""
    plain = to_narration(cell)
    found = _QUANTITY.fullmatch(plain)
    if found is None or not any(character.isdigit() for character in found["number"]):
        return None
    number = float(found["number"].replace(",", "").replace("−", "-").replace("–", "-"))
    raised = (found["raised"] or found["exponent"] or "0").translate(_RAISED_DIGITS)
    exponent = int(raised.replace("−", "-"))
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    unit = found["unit"] or ""
    value = number * 10.0**exponent * _THOUSANDS.get(unit, 1.0)
    return Quantity(value, "" if unit in _THOUSANDS else found["currency"] or unit)
