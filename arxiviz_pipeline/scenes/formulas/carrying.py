"""Decides what one line of a derivation has in common with the next, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.atoms import Atom, Reading, ink_count, walk

_MOST_BLOCKS: Final = 5  # that move at once
_LONGEST: Final = 400  # tokens: comparing more takes too long
_NO_INK: Final = frozenset(("{", "}", "^", "_", "\\frac", "\\dfrac", "\\tfrac", "~", "\\,", "\\;"))


@dataclass(frozen=True, slots=True)
class Carried:
    """Pieces of a line, from `start` to `end`, that stand again in the next one."""

    start: int
    end: int
    next_start: int
    next_end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One expression of a derivation, with its relation.

    Attributes:
        pieces: As MathTex gets them.
        carried: What of it stands again in the next line, from left to right.
    """

    pieces: tuple[str, ...]
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    next_start: int
    size: int


def chain_lines(texs: Sequence[str]) -> list[Line]:
    """Cut lines so that what two neighbours share is made of whole pieces."""
    readings = [read_atoms(tex) for tex in texs]
    blocks = [_shared(one, other) if one and other else [] for one, other in pairwise(readings)]
    pieces = [
        _pieces(reading, _bounds(index, blocks)) if reading else None
        for index, reading in enumerate(readings)
    ]
    lines: list[Line] = []
    for index, (tex, cut) in enumerate(zip(texs, pieces, strict=True)):
        reading = readings[index]
        if cut is None or reading is None:
            lines.append(Line((tex,)))
            continue
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        carried: list[Carried] = []
        for block in blocks[index] if following else ():
            here = _covered(cut, block.start, block.size)
            there = _covered(following or (), block.next_start, block.size)
            if here[0] < here[1] and there[0] < there[1]:
                carried.append(Carried(*here, *there))
        lines.append(Line(tuple(reading.tex(*each) for each in cut), tuple(carried)))
    return lines


def whole_lines(texs: Sequence[str]) -> list[Line]:
    """Leave every line in one piece, carrying nothing."""
    return [Line((tex,)) for tex in texs]


def _shared(one: Reading, other: Reading) -> list[_Block]:
    """Find what two lines share, the largest pieces of it, in order."""
    if max(len(one.tokens), len(other.tokens)) > _LONGEST:
        return []
    cuts, other_cuts = _cuts(one.atoms), _cuts(other.atoms)
    matcher = SequenceMatcher(None, one.tokens, other.tokens, autojunk=False)
    found: list[tuple[int, _Block]] = []
    for match in matcher.get_matching_blocks():
        block = _safe(match.a, match.b, match.size, cuts, other_cuts)
        weight = _weight(one, block) if block else 0
        if block and weight:
            found.append((weight, block))
    largest = sorted(found, key=lambda each: -each[0])[:_MOST_BLOCKS]
    return sorted((block for _, block in largest), key=lambda block: block.start)


def _cuts(atoms: Sequence[Atom]) -> set[int]:
    """Return where a line may be cut; its relation stays apart from what is carried."""
    places = {place for each in walk(atoms) for atom in each for place in (atom.start, atom.end)}
    return places - {0} if atoms and atoms[0].kind == "relation" else places


def _safe(
    start: int, next_start: int, size: int, cuts: set[int], other_cuts: set[int]
) -> _Block | None:
    """Shrink a match until both its ends may be cut in both lines."""
    good = [
        offset
        for offset in range(size + 1)
        if start + offset in cuts and next_start + offset in other_cuts
    ]
    if len(good) < 2 or good[0] == good[-1]:
        return None
    return _Block(start + good[0], next_start + good[0], good[-1] - good[0])


def _weight(reading: Reading, block: _Block) -> int:
    """Count what is worth carrying: letters, numbers and the like, not signs alone."""
    inside = [
        atom
        for each in walk(reading.atoms)
        for atom in each
        if block.start <= atom.start and atom.end <= block.start + block.size
    ]
    telling = [atom for atom in inside if atom.kind in ("letter", "number", "operator", "other")]
    is_distinct = any(atom.sup or atom.sub for atom in telling)
    return ink_count(telling) if is_distinct or len(telling) > 1 else 0


def _bounds(index: int, blocks: Sequence[Sequence[_Block]]) -> set[int]:
    bounds: set[int] = set()
    if index < len(blocks):
        for block in blocks[index]:
            bounds |= {block.start, block.start + block.size}
    if index > 0:
        for block in blocks[index - 1]:
            bounds |= {block.next_start, block.next_start + block.size}
    return bounds


def _pieces(reading: Reading, bounds: set[int]) -> list[tuple[int, int]]:
    """Cut at these places; what leaves no ink goes with what follows it."""
    first = reading.atoms[0] if reading.atoms else None
    relation = {first.end} if first and first.kind == "relation" else set[int]()
    places = sorted({0, *bounds, *relation, len(reading.tokens)})
    pieces: list[tuple[int, int]] = []
    start = 0
    for end in places[1:]:
        if _has_ink(reading.tokens[start:end]):
            pieces.append((start, end))
            start = end
    if start < len(reading.tokens) and pieces:
        pieces[-1] = (pieces[-1][0], len(reading.tokens))
    return pieces or [(0, len(reading.tokens))]


def _has_ink(tokens: Sequence[str]) -> bool:
    has_bar = any(pair == ("}", "{") for pair in pairwise(tokens))
    return has_bar or any(token not in _NO_INK for token in tokens)


def _covered(pieces: Sequence[tuple[int, int]], start: int, size: int) -> tuple[int, int]:
    """Return the pieces that end within a stretch of tokens."""
    inside = [index for index, (_, end) in enumerate(pieces) if start < end <= start + size]
    if inside and inside[-1] == len(pieces) - 2 and start + size > pieces[-1][0]:
        inside.append(len(pieces) - 1)
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
