"""Divides the parts of a formula: into steps that appear one by one, and symbols that stand out.

Cuts go inside braces too, so only a whole row compiles; `planning` tries each row before it is
drawn, and falls back to fewer cuts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.atoms import Atom, Reading, ink_count, walk
from arxiviz_pipeline.scenes.formulas.symbols import Span, Symbol, find_symbols

_WORTH_DIVIDING: Final = 7  # atoms: less is taken in at once
_SMALLEST_STEP: Final = 2
_SMALLEST_ARGUMENT: Final = 4
_SMALLEST_GROUP: Final = 12  # in parentheses that no function stands before
_CALLING: Final = ("letter", "function", "operator")
_NO_INK: Final = frozenset(("{", "}", "^", "_", "\\frac", "\\dfrac", "\\tfrac", "~"))


@dataclass(frozen=True, slots=True)
class Piece:
    """What MathTex gets as one part.

    Attributes:
        symbol: What it shows, if that is to stand out.
    """

    tex: str
    symbol: Symbol | None = None


Step = tuple[Piece, ...]


def divide(part: str, symbols: Sequence[Symbol], most_steps: int) -> list[Step]:
    """Divide a part of a row into steps of pieces; what can't be read is one piece."""
    reading = read_atoms(part)
    if reading is None or not reading.atoms:
        return [(Piece(part),)]
    spans = find_symbols(reading, symbols)
    cuts = [cut for cut in _step_cuts(reading, most_steps) if not _is_within(cut, spans)]
    if not cuts and not spans:
        return [(Piece(part),)]
    bounds = [0, *cuts, len(reading.tokens)]
    return [tuple(_pieces(reading, start, end, spans)) for start, end in pairwise(bounds)]


def _is_within(cut: int, spans: Sequence[Span]) -> bool:
    return any(span.start < cut < span.end for span in spans)


def _pieces(reading: Reading, start: int, end: int, spans: Sequence[Span]) -> list[Piece]:
    pieces: list[Piece] = []
    position = start
    for span in spans:
        if start <= span.start and span.end <= end:
            if span.start > position:
                pieces.append(_plain(reading, position, span.start))
            pieces.append(Piece(reading.tex(span.start, span.end), span.symbol))
            position = span.end
    if position < end:
        pieces.append(_plain(reading, position, end))
    return _joined(pieces)


def _plain(reading: Reading, start: int, end: int) -> Piece:
    return Piece(reading.tex(start, end))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Give pieces without ink, such as braces, to a neighbour."""
    result: list[Piece] = []
    pending = ""
    for piece in pieces:
        if piece.symbol is None and not _has_ink(piece.tex):
            pending += piece.tex
        else:
            result.append(Piece(_glued(pending, piece.tex), piece.symbol))
            pending = ""
    if pending and result:
        result[-1] = Piece(_glued(result[-1].tex, pending), result[-1].symbol)
    elif pending:
        result.append(Piece(pending))
    return result


def _glued(before: str, after: str) -> str:
    """Join TeX so that Manim never reads its double brace."""
    return f"{before} {after}" if before else after


def _has_ink(tex: str) -> bool:
    if "}{" in tex:
        return True  # between numerator and denominator there is a bar
    text = tex
    for token in sorted(_NO_INK, key=len, reverse=True):
        text = text.replace(token, "")
    return bool(text.strip())


def _step_cuts(reading: Reading, most_steps: int) -> list[int]:
    """Choose where to cut: always the heaviest step, at the least depth, as evenly as can be."""
    ink = sorted(_ink_places(reading.atoms))
    wanted: dict[int, int] = {}
    for depth, cut in _candidates(reading.atoms, 0):
        wanted[cut] = min(depth, wanted.get(cut, depth))
    cuts: list[int] = []
    settled: set[tuple[int, int]] = set()
    while len(cuts) + 1 < most_steps:
        bounds = [0, *cuts, len(reading.tokens)]
        chunks = [
            (_weight(ink, start, end), start, end)
            for start, end in pairwise(bounds)
            if (start, end) not in settled
        ]
        weight, start, end = max(chunks, default=(0, 0, 0))
        if weight < _WORTH_DIVIDING:
            break
        balanced = [
            (depth, abs(2 * _weight(ink, start, cut) - weight), cut)
            for cut, depth in wanted.items()
            if start < cut < end
            and _weight(ink, start, cut) >= _SMALLEST_STEP
            and _weight(ink, cut, end) >= _SMALLEST_STEP
        ]
        if balanced:
            cuts = sorted([*cuts, min(balanced)[2]])
        else:
            settled.add((start, end))
    return cuts


def _ink_places(atoms: Sequence[Atom]) -> Iterator[int]:
    for each in walk(atoms):
        for atom in each:
            if atom.kind not in ("fraction", "fence", "group"):
                yield atom.start


def _weight(ink: Sequence[int], start: int, end: int) -> int:
    return sum(start <= place < end for place in ink)


def _candidates(atoms: Sequence[Atom], depth: int) -> Iterator[tuple[int, int]]:
    """Yield where a step may end, and how deep that is; short parentheses stay whole."""
    small = _within_short_parentheses(atoms)
    for index, atom in enumerate(atoms):
        after = atoms[index + 1] if index + 1 < len(atoms) else None
        if index in small:
            continue
        match atom.kind:
            case "fraction":
                numerator, denominator, *_ = atom.inner
                if numerator and denominator and ink_count(numerator) + ink_count(denominator) > 4:
                    places = (atom.start, numerator[-1].end, denominator[-1].end)
                    yield from ((depth, place) for place in places)
                    yield from _candidates(numerator, depth + 1)
                    yield from _candidates(denominator, depth + 1)
            case "operator" if after and after.kind not in ("open", "fence", "relation"):
                yield from ((depth, atom.start), (depth, atom.end))
            case "sign" if index > 0:
                yield depth, atom.start
            case "mark" if after and atom.base in (",", ";"):
                yield depth, atom.end
            case "open" if index > 0 and atoms[index - 1].kind in _CALLING:
                yield from ((depth, place) for place in _call(atoms, index))
            case "fence" if ink_count(atom.inner[0]) >= _SMALLEST_ARGUMENT:
                yield from ((depth, atom.inner[0][0].start), (depth, atom.inner[0][-1].end))
                yield from _candidates(atom.inner[0], depth + 1)
            case "group" if ink_count(atom.inner[0]) >= _SMALLEST_ARGUMENT:
                yield from _candidates(atom.inner[0], depth + 1)
            case _:
                pass


def _within_short_parentheses(atoms: Sequence[Atom]) -> set[int]:
    within: set[int] = set()
    opened: list[int] = []
    for index, atom in enumerate(atoms):
        if atom.kind == "open":
            opened.append(index)
        elif atom.kind == "close" and opened:
            start = opened.pop()
            is_call = start > 0 and atoms[start - 1].kind in _CALLING
            least = _SMALLEST_ARGUMENT if is_call else _SMALLEST_GROUP
            if ink_count(atoms[start + 1 : index]) < least:
                within |= set(range(start, index + 1))
    return within


def _call(atoms: Sequence[Atom], opened: int) -> Iterator[int]:
    """Yield where what stands in parentheses starts and ends, if there is enough of it."""
    depth = 0
    for index in range(opened, len(atoms)):
        depth += (atoms[index].kind == "open") - (atoms[index].kind == "close")
        if depth == 0:
            if ink_count(atoms[opened + 1 : index]) >= _SMALLEST_ARGUMENT:
                yield from (atoms[opened].end, atoms[index].start)
            return
