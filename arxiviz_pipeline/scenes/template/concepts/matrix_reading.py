r"""Reads displays that write matrices out: `\begin{pmatrix} a & b \\ c & d \end{pmatrix}`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from arxiviz_pipeline.scenes.formulas.splitting import clean_formula, split_rows

Bracket = Literal["p", "b", "v"]

_MATRIX = re.compile(
    r"\\begin\{(?P<kind>[pbv])matrix\}(?P<inside>.*?)\\end\{(?P=kind)matrix\}"
    r"|\\left\s*(?P<open>[(\[|])\s*\\begin\{(?P<plain>matrix|array)\}(?:\{[lcr]+\})?(?P<body>.*?)"
    r"\\end\{(?P=plain)\}\s*\\right\s*[)\]|]",
    re.DOTALL,
)
_KINDS: Final[dict[str, Bracket]] = {"(": "p", "[": "b", "|": "v", "p": "p", "b": "b", "v": "v"}
_BLOCK: Final = re.compile(r"\\(?:mathbf|boldsymbol|bm|bf|pmb)\s*\{?\s*(?:[A-Z]|\\[A-Z][a-z]+)")
_LARGEST = 5
_LONGEST_ENTRY = 40  # characters
_MOST_MATRICES = 3
_BETWEEN_FACTORS: Final = frozenset(("", r"\cdot", r"\times", r"\,"))


@dataclass(frozen=True, slots=True)
class WrittenMatrix:
    """A matrix entry by entry.

    Attributes:
        bracket: `v` stands for the bars of a determinant.
        rows: LaTeX of the entries, all rows of one length.
    """

    bracket: Bracket
    rows: tuple[tuple[str, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return len(self.rows), len(self.rows[0])


Piece = str | WrittenMatrix


def read_matrices(tex: str) -> list[Piece]:
    """Read a display as matrices and the LaTeX between them; empty if it isn't plainly that."""
    cleaned = clean_formula(tex)
    rows = split_rows(cleaned)
    if len(rows) != 1:
        return []
    text = " ".join(rows[0]) if len(rows[0]) > 1 else cleaned
    pieces: list[Piece] = []
    end = 0
    for found in _MATRIX.finditer(text):
        matrix = _matrix(found)
        if matrix is None:
            return []
        pieces += [text[end : found.start()].strip(), matrix]
        end = found.end()
    pieces.append(text[end:].strip())
    count = sum(isinstance(piece, WrittenMatrix) for piece in pieces)
    between = [piece for piece in pieces if isinstance(piece, str)]
    if not 0 < count <= _MOST_MATRICES or not all(map(_is_plain, between)):
        return []
    return [piece for piece in pieces if piece]


def _matrix(found: re.Match[str]) -> WrittenMatrix | None:
    inside = found["inside"] if found["inside"] is not None else found["body"]
    if "\\begin" in inside or "\\hline" in inside or "{" in inside and not _is_balanced(inside):
        return None
    lines = [line for line in re.split(r"\\\\(?:\s*\[[^\]]*\])?", inside) if line.strip()]
    rows = tuple(tuple(cell.strip() for cell in line.split("&")) for line in lines)
    is_even = bool(rows) and len({len(row) for row in rows}) == 1
    entries = [entry for row in rows for entry in row]
    is_small = is_even and len(rows) <= _LARGEST and len(rows[0]) <= _LARGEST and len(entries) > 1
    if not is_small or any(not entry or len(entry) > _LONGEST_ENTRY for entry in entries):
        return None
    if not all(map(_is_balanced, entries)):
        return None
    return WrittenMatrix(_KINDS[found["kind"] or found["open"]], rows)


def _is_balanced(tex: str) -> bool:
    depth = 0
    for character in tex:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _is_plain(tex: str) -> bool:
    """Tell whether the LaTeX between matrices stands alone."""
    return (
        _is_balanced(tex)
        and "&" not in tex
        and "\\\\" not in tex
        and tex.count("\\left") == tex.count("\\right")
        and not tex.startswith(("^", "_"))
        and "\\begin" not in tex
    )


def has_blocks(matrix: WrittenMatrix) -> bool:
    """Tell whether its entries are written as matrices themselves."""
    entries = [entry for row in matrix.rows for entry in row if entry not in ("0", "1")]
    return len(entries) > 1 and all(map(_BLOCK.search, entries))


def product_in(pieces: Sequence[Piece]) -> tuple[int, int, int] | None:
    """Return the places of two factors and of their product, where all three are written out."""
    matrices = [place for place, piece in enumerate(pieces) if isinstance(piece, WrittenMatrix)]
    if len(matrices) != 3:
        return None
    one, other, result = matrices
    between = [piece for piece in pieces[one + 1 : other] if isinstance(piece, str)]
    equals = [piece for piece in pieces[other + 1 : result] if isinstance(piece, str)]
    first, second, third = pieces[one], pieces[other], pieces[result]
    if not (
        isinstance(first, WrittenMatrix)
        and isinstance(second, WrittenMatrix)
        and isinstance(third, WrittenMatrix)
    ):
        return None
    is_product = all(piece in _BETWEEN_FACTORS for piece in between) and equals == ["="]
    fits = (
        first.shape[1] == second.shape[0]
        and third.shape == (first.shape[0], second.shape[1])
        and "v" not in (first.bracket, second.bracket, third.bracket)
    )
    is_last = len(pieces) == result + 1
    return (one, other, result) if is_product and fits and is_last else None


def structure_of(matrix: WrittenMatrix) -> tuple[str, frozenset[tuple[int, int]]] | None:
    """Tell what is plain to see in a square matrix: a sentence, and the entries that show it."""
    count, width = matrix.shape
    if count != width or count < 2:
        return None
    places = [(row, column) for row in range(count) for column in range(count)]
    zero = {place for place in places if matrix.rows[place[0]][place[1]] in ("0", "0.0")}
    diagonal = {(index, index) for index in range(count)}
    above = {place for place in places if place[1] > place[0]}
    below = {place for place in places if place[1] < place[0]}
    if diagonal & zero == diagonal:
        return None
    if above | below <= zero:
        if all(matrix.rows[index][index] == "1" for index in range(count)):
            return "It has ones on its diagonal and zeros elsewhere.", frozenset(diagonal)
        return "Off its diagonal everything is zero.", frozenset(diagonal)
    if below <= zero:
        return "Below its diagonal everything is zero.", frozenset(diagonal | above)
    if above <= zero:
        return "Above its diagonal everything is zero.", frozenset(diagonal | below)
    if all(matrix.rows[row][column] == matrix.rows[column][row] for row, column in above):
        return "It is symmetric about its diagonal.", frozenset(diagonal)
    return None
