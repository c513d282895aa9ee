r"""Symbols: what `d_k`, `\hat{\mathbf{x}}_t` and `U(z)` have in common, and where they occur.

A symbol is known by its spelling in one form, so that `d_k` and `d_{\mathrm{k}}` differ and `d_k`
and `d_{k}` don't. An occurrence never stands inside another symbol: in `x_i` there is no `x`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arxiviz_pipeline.scenes.formulas.atom_reader import read_atoms
from arxiviz_pipeline.scenes.formulas.atoms import Atom, Reading, walk

_POWER = re.compile(
    r"[-+]?[\d.]+(?:/\d+)?|-|\\top|\\intercal|T|\\mathrm\{T\}|\\mathsf\{T\}|.*[-+/].*"
)
_SHORTEST_WORD = 3
_LONGEST_WORD = 12
# Constants that need no name, and what is no quantity.
_NEVER_NAMED = frozenset((r"\nabla", r"\mathrm{d}", r"\mathrm{e}", r"\partial"))

Key = tuple[str, str, str]
SymbolKeys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter with its scripts, or a word of letters.

    Attributes:
        keys: Base, superscript and subscript of each of its atoms.
        tex: LaTeX that shows it.
    """

    keys: tuple[Key, ...]
    tex: str


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens from `start` to `end` that belong to a symbol."""

    start: int
    end: int
    symbol: Symbol


def symbol_of(tex: str) -> Symbol | None:
    r"""Read a symbol that is being named: `d_k`, `U(z)`, `\lambda > 0`, `A \in \mathbb{R}`."""
    reading = read_atoms(tex.strip().rstrip(",.;: "))
    if reading is None:
        return None
    atoms = _before_relation(reading.atoms)
    if not atoms or any(atom.kind != "letter" for atom in atoms[:1]):
        return None
    first, *rest = atoms
    named = (first,) if _is_applied(rest) else atoms
    if len(named) > 1 and not _is_word(named):
        return None
    if any(atom.base in _NEVER_NAMED or _is_power(atom) for atom in named):
        return None
    return Symbol(
        tuple(map(_key, named)), reading.tex(first.start, max(atom.end for atom in named))
    )


def _is_power(atom: Atom) -> bool:
    return bool(_POWER.fullmatch(atom.sup)) and atom.base != "\\sigma"


def _before_relation(atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    kept: list[Atom] = []
    for atom in atoms:
        if atom.kind == "relation" or atom.base in (":", "\\colon"):
            break
        kept.append(atom)
    return tuple(kept)


def _is_applied(rest: Sequence[Atom]) -> bool:
    """Tell whether what follows is arguments in parentheses, up to the end."""
    if len(rest) == 1 and rest[0].kind == "fence":
        return True
    closes = [index for index, atom in enumerate(rest) if atom.kind == "close"]
    return bool(rest) and rest[0].kind == "open" and bool(closes) and closes[0] == len(rest) - 1


def _is_word(atoms: Sequence[Atom]) -> bool:
    """Tell whether letters side by side are one name, such as `pos`."""
    *before, _ = atoms
    plain = all(len(atom.base) == 1 and atom.base.isalpha() for atom in atoms)
    return (
        plain
        and not any(atom.sup or atom.sub for atom in before)
        and _SHORTEST_WORD <= len(atoms) <= _LONGEST_WORD
    )


def _key(atom: Atom) -> Key:
    return (atom.base, atom.sup, atom.sub)


def find_symbols(reading: Reading, symbols: Sequence[Symbol]) -> list[Span]:
    """Find where symbols occur, in the order of the tokens; no two spans overlap."""
    by_keys = {symbol.keys: symbol for symbol in symbols}
    longest = max((len(keys) for keys in by_keys), default=0)
    if not longest:
        return []
    spans: list[Span] = []
    taken: set[int] = set()
    for atoms in walk(reading.atoms):
        is_script = atoms is not reading.atoms and _opens_script(reading, atoms)
        for span in _spans_in(atoms, by_keys, longest, is_script=is_script):
            cells = set(range(span.start, span.end))
            if not cells & taken:
                spans.append(span)
                taken |= cells
    return sorted(spans, key=lambda span: span.start)


def _opens_script(reading: Reading, atoms: Sequence[Atom]) -> bool:
    before = reading.tokens[max(0, atoms[0].start - 2) : atoms[0].start] if atoms else ()
    return list(before) in (["^", "{"], ["_", "{"])


def _spans_in(
    atoms: Sequence[Atom],
    by_keys: Mapping[tuple[Key, ...], Symbol],
    longest: int,
    *,
    is_script: bool,
) -> Iterator[Span]:
    words = _words(atoms)
    index = 0
    while index < len(atoms):
        if index in words:
            end = words[index]
            keys = tuple(_key(atom) for atom in atoms[index:end])
            if 1 < len(keys) <= longest and keys in by_keys:
                yield Span(atoms[index].start, atoms[end - 1].end, by_keys[keys])
                index = end
                continue
            if not all((_key(atom),) in by_keys for atom in atoms[index:end]):
                index = end
                continue
        if not (is_script and len(atoms) == 1 and atoms[0].base.isupper()):
            yield from _spans_of(atoms[index], by_keys)  # the Q of `W^Q` says which W it is
        index += 1


def _words(atoms: Sequence[Atom]) -> dict[int, int]:
    """Find small letters side by side that make a word: where each starts and ends."""
    words: dict[int, int] = {}
    index = 0
    while index < len(atoms):
        end = index
        while end < len(atoms) and _goes_on(atoms, index, end):
            end += 1
        if end - index >= _SHORTEST_WORD:
            words[index] = end
        index = max(end, index + 1)
    return words


def _goes_on(atoms: Sequence[Atom], start: int, index: int) -> bool:
    atom = atoms[index]
    is_small = len(atom.base) == 1 and "a" <= atom.base <= "z"
    if index == start:
        return is_small
    before = atoms[index - 1]
    return is_small and not before.sup and not before.sub and before.end == atom.start


def _spans_of(atom: Atom, by_keys: Mapping[tuple[Key, ...], Symbol]) -> Iterator[Span]:
    whole = by_keys.get((_key(atom),))
    if whole is not None:
        yield Span(atom.start, atom.end, whole)
        return
    if atom.sup_at is None or not _POWER.fullmatch(atom.sup):
        return
    without = by_keys.get(((atom.base, "", atom.sub),))
    if without is None:
        return
    # The base, up to where its exponent starts; then what is lowered.
    yield Span(atom.start, atom.sup_at[0], without)
    if atom.sub_at is not None:
        yield Span(*atom.sub_at, without)
