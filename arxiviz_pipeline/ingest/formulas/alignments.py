"""Blocks of rows and cells: which environment they become, and with how many columns."""

import re
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.ingest.formulas.known_commands import MATH_SYMBOLS, SYMBOLS_ANYWHERE

_FENCES: Final = {
    "matrix": ("", ""),
    "pmatrix": (r"\left(", r"\right)"),
    "bmatrix": (r"\left[", r"\right]"),
    "Bmatrix": (r"\left\{", r"\right\}"),
    "vmatrix": (r"\left|", r"\right|"),
    "Vmatrix": (r"\left\|", r"\right\|"),
    "cases": (r"\left\{", r"\right."),
}
_MOST_COLUMNS: Final = {"cases": 2, **dict.fromkeys(_FENCES.keys() - {"cases"}, 10)}
_WITH_COLUMNS: Final = ("array", "tabular")
_KEPT_COLUMNS: Final = frozenset("lcr")
_GIVEN_COLUMNS: Final = frozenset("pmbX")
_GAP: Final = re.compile(r"[@!]\{((?:[^\\{}&$#%^_]|\\[A-Za-z]+|\\[,;:!> ])*)\}")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")


@dataclass(slots=True)
class Alignment:
    """A block of rows that is being written.

    Attributes:
        environment: What it is called in LaTeX.
        source: What it was called, to find its end by.
        begin: The place of its beginning in what is written.
        columns: The columns that were asked for, such as `l|c`.
        cells: How many cells the row has so far.
        width: The most cells in a row.
        has_text_cells: Whether all cells but the first hold text.
        joins_relation: Whether the second cell's end is no cell's end: an eqnarray's relation.
    """

    environment: str
    source: str
    begin: int
    columns: str = ""
    cells: int = 1
    width: int = 1
    has_text_cells: bool = False
    joins_relation: bool = False
    before: str = ""
    after: str = ""

    @property
    def keeps_lines(self) -> bool:
        """Whether rules and cells over several columns are at home here."""
        return self.environment in _WITH_COLUMNS or self.environment in _FENCES

    def add_cells(self, count: int = 1) -> None:
        """Count further cells of the row."""
        self.cells += count
        self.width = max(self.width, self.cells)

    def written(self) -> tuple[str, str]:
        """Return its beginning and its end."""
        name = self.environment
        if name == "gathered" and self.width > 1:
            name = "aligned"
        before, after = self.before, self.after
        columns = ""
        if self.width > _MOST_COLUMNS.get(name, self.width):
            left, right = _FENCES[name]
            columns = f"{{{('l' if name == 'cases' else 'c') * self.width}}}"
            before, after, name = before + left, right + after, "array"
        elif name in _WITH_COLUMNS:
            columns = f"{{{self._padded_columns()}}}"
        elif name == "alignedat":
            asked = int(self.columns[:3]) if self.columns.isdecimal() else 1
            columns = f"{{{max(min(asked, 99), (self.width + 1) // 2)}}}"
        elif name == "subarray":
            columns = f"{{{self.columns if self.columns in _KEPT_COLUMNS else 'c'}}}"
        return f"{before}\\begin{{{name}}}{columns}", f"\\end{{{name}}}{after}"

    def _padded_columns(self) -> str:
        kept = [column for column in _GAP.sub("", self.columns) if column in _KEPT_COLUMNS]
        count, last = len(kept), kept[-1] if kept else "c"
        return self.columns + last * (self.width - count)


def plain_columns(tokens: list[str]) -> str:
    """Write an array's columns as `l`, `c`, `r`, `|` and the gaps between them alone."""
    text = "".join(_repeated(tokens))
    columns: list[str] = []
    depth = gap_end = 0
    for at, character in enumerate(text):
        if depth == 0 and (gap := _GAP.match(text, at)) is not None:
            columns.append(_kept_gap(gap[1]))
            gap_end = gap.end()
        if at < gap_end:
            continue
        depth += (character == "{") - (character == "}")
        if depth or character in "{}@!<>":
            continue
        if character in _KEPT_COLUMNS or character == "|":
            columns.append(character)
        elif character in _GIVEN_COLUMNS or character.lower() in _KEPT_COLUMNS:
            columns.append("l" if character in _GIVEN_COLUMNS else character.lower())
    return "".join(columns[:200])


def _kept_gap(text: str) -> str:
    """Write what stands between two columns in every row, if it is signs and spaces."""
    names = _COMMAND.findall(text)
    is_known = all(name in MATH_SYMBOLS or name in SYMBOLS_ANYWHERE for name in names)
    return f"@{{{text.strip()}}}" if is_known and text.isascii() else ""


def _repeated(tokens: list[str]) -> list[str]:
    """Write out `*{3}{c}`."""
    text = "".join(tokens)
    for _ in range(4):
        start = text.find("*{")
        if start < 0:
            break
        count, opened, rest = text[start + 2 :].partition("}{")
        inner, closed, after = _group(rest)
        if not opened or not closed or not count.strip().isdecimal():
            break
        text = text[:start] + inner * min(int(count.strip()[:3]), 30) + after
    return [text]


def _group(text: str) -> tuple[str, bool, str]:
    depth = 1
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return text[:at], True, text[at + 1 :]
    return text, False, ""
