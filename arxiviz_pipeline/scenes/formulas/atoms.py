"""Atoms: the letters, numbers, fractions and so on of a formula, each with its scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

AtomKind = Literal[
    "letter", "number", "function", "operator", "relation", "sign", "open", "close", "mark",
    "fraction", "fence", "group", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """A letter, a number, a fraction and so on, with its scripts.

    Attributes:
        start: Its first token in the formula's one spelling.
        end: Behind its last.
        base_end: Behind the last token before its scripts.
        base: What it is without scripts, in one spelling; fonts of upright text are one.
        sup: The same for what is raised, `sub` for what is lowered.
        sup_at: The tokens of what is raised, without braces; None if there is nothing.
        inner: The lists inside it, between whose atoms it may be cut.
    """

    kind: AtomKind
    start: int
    end: int
    base_end: int
    base: str
    sup: str = ""
    sub: str = ""
    sup_at: tuple[int, int] | None = None
    sub_at: tuple[int, int] | None = None
    inner: tuple[tuple["Atom", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A formula's tokens in one spelling, and its atoms."""

    tokens: tuple[str, ...]
    atoms: tuple[Atom, ...]

    def tex(self, start: int, end: int) -> str:
        """Write some of the tokens."""
        return join_tokens(self.tokens[start:end])


def join_tokens(tokens: Sequence[str]) -> str:
    """Write tokens one after the other, with a space where two would become one."""
    text = ""
    for token in tokens:
        is_word = text[-1:].isalpha() and _ends_with_command(text)
        # Two braces at a part's start would be Manim's own way of naming parts.
        is_double = text.endswith("{") and token.startswith("{")
        text += f" {token}" if is_double or (is_word and token[:1].isalpha()) else token
    return text


def _ends_with_command(text: str) -> bool:
    return text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").endswith("\\")


def walk(atoms: Sequence[Atom]) -> Iterator[tuple[Atom, ...]]:
    """Yield a list of atoms, and all lists inside."""
    yield tuple(atoms)
    for atom in atoms:
        for inner in atom.inner:
            yield from walk(inner)


def ink_count(atoms: Sequence[Atom]) -> int:
    """Count what is seen: a measure of how much there is to take in."""
    total = 0
    for atom in atoms:
        inside = sum(ink_count(inner) for inner in atom.inner)
        total += inside if atom.kind in ("fraction", "fence", "group") else inside + 1
    return total
