r"""Reads displays that go on from expression to expression: `a = b \le c`, one row or many.

`chain_lines` decides which of a line's parts are carried over into the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.formulas.splitting import (
    clean_formula,
    is_only_signs,
    is_sign,
    is_visible,
    split_at_relations,
    split_rows,
    starts_with_relation,
    starts_with_sign,
    tokens_of,
)
from arxiviz_pipeline.scenes.text.word_lists import words_in

_LINKS: Final = frozenset(
    words_in(r"""
    = := < > \le \leq \leqslant \ge \geq \geqslant \equiv \approx \sim \simeq \cong \propto \ll \gg
    \lesssim \gtrsim \coloneqq \triangleq \doteq \prec \succ \preceq \succeq \asymp \ne \neq
    """)
)
_IMPLIES: Final = frozenset(
    words_in(r"""
    \Rightarrow \Longrightarrow \implies \iff \Leftrightarrow \Longleftrightarrow \leadsto
    """)
)
_SKIPPED: Final = frozenset(("{", "}", "{}", "\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "~"))
_NOTE = re.compile(
    r"(?:\\q?quad|\\[,;: ]|~|\\hfill|\s)*\\(?:text|mbox|textrm|textnormal|intertext)\s*"
    r"\{((?:[^{}]|\{[^{}]*\}|\$[^$]*\$)*)\}\s*[,.;]?\s*$"
)
_SPACE_AFTER_RELATION = re.compile(
    r"^(\s*(?::?=|[<>]|\\[a-zA-Z]+))(?:\s*(?:\\[ ,;:!]|~|\\q?quad(?![a-zA-Z])))+\s*"
)
_NOTE_WORDS: Final = 2
_APART: Final = frozenset((",", ";", ":", "\\quad", "\\qquad"))
_OPENING: Final = frozenset(words_in(r"{ ( [ \{ \langle \lbrace \lfloor \lceil"))
_CLOSING: Final = frozenset(words_in(r"} ) ] \} \rangle \rbrace \rfloor \rceil"))
_WORDS = re.compile(  # between two statements, not a name such as that of a function
    r"\\(?:text|mbox|textrm|textnormal)\s*\{[\s~,.;]*"
    r"(?:and|or|where|with|hence|so|thus|then|for|if|when|while|but|vs\.?|versus|respectively)\b[^{}]*\}"
)
_INDENTING = re.compile(r"(?:\\q?quad\s*)+")
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\*?\}.*?\\end\{\1\*?\}", re.DOTALL)
_DOTS: Final = frozenset(("\\dots", "\\ldots", "\\cdots", "\\dotsb", "\\dotsc"))
_MOST_LINKS: Final = 12


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain.

    Attributes:
        tex: The relation with what follows it.
        note: What the display says beside it: `by symmetry`.
    """

    tex: str
    note: str = ""

    @property
    def relation(self) -> str:
        """The relation's own token."""
        return _first_token(self.tex)


@dataclass(frozen=True, slots=True)
class Chain:
    """An expression, and what it equals, implies or is bounded by, step after step."""

    left: str
    links: tuple[Link, ...]


def read_chain(tex: str) -> Chain | None:
    """Read a display as a chain of three expressions or more; None if it is something else."""
    rows = _joined(split_rows(clean_formula(tex)))
    implied = any(_first_token(text) in _IMPLIES for text, _ in rows[1:])
    chain = _implications(rows) if implied else _equalities(rows)
    if chain is None or not 2 <= len(chain.links) <= _MOST_LINKS:
        return None
    return chain


def _row(cells: Sequence[str]) -> tuple[str, str]:
    """Take a row's text out of its cells, and the note beside it."""
    text = ""
    for cell in cells:
        before = text.rstrip()
        wide = before and not is_only_signs(cell) and not starts_with_sign(cell)
        apart = r" \quad " if wide and text.count("\0") else " "
        text = f"{text}\0{apart}{cell}" if text else cell
    text = text.replace("\0", "").strip()
    text = text[found.end() :] if (found := _INDENTING.match(text)) else text
    found = _NOTE.search(text)
    if found and len(found[1].split()) >= _NOTE_WORDS and is_visible(text[: found.start()]):
        return text[: found.start()].strip(), found[1].strip(" ()[],.")
    return text, ""


def _joined(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Join a row to the one before where that ends in a sign, or goes on with one."""
    joined: list[tuple[str, str]] = []
    for cells in rows:
        text, note = _row(cells)
        goes_on = bool(joined) and (
            _is_unfinished(joined[-1][0])
            or (
                starts_with_sign(text)
                and not starts_with_relation(text)
                and not _has_left_side(cells)
            )
        )
        if goes_on:
            before, before_note = joined[-1]
            joined[-1] = (f"{before} {text}", note or before_note)
        else:
            joined.append((text, note))
    return joined


def _has_left_side(cells: Sequence[str]) -> bool:
    """Tell whether a row is aligned at its own relation: `-a & = b` adds nothing to another row."""
    left, *others = cells
    return is_visible(left) and bool(others) and starts_with_relation(others[0])


def _equalities(rows: Sequence[tuple[str, str]]) -> Chain | None:
    left = ""
    links: list[Link] = []
    for index, (text, note) in enumerate(rows):
        parts = _parts(text)
        if not parts:
            return None
        if _first_token(parts[0]) not in _LINKS:
            first, *parts = parts
            if index == 0:
                left = first
            elif _squeezed(first) != _squeezed(left) or not parts:
                return None
        told_before = [left, *parts[:-1]] if index == 0 else parts[:-1]
        if any(map(_holds_next_statement, told_before)) or any(map(_is_only_dots, parts)):
            return None
        links += [Link(part) for part in parts[:-1]]
        links += [Link(part, note) for part in parts[-1:]]
    return Chain(left, tuple(links)) if left else None


def _implications(rows: Sequence[tuple[str, str]]) -> Chain | None:
    (first, _), *others = rows
    if not all(_first_token(text) in _IMPLIES for text, _ in others):
        return None
    return Chain(first, tuple(Link(text, note) for text, note in others))


def _parts(text: str) -> list[str]:
    """Split at the relations that lead from expression to expression."""
    parts: list[str] = []
    for part in split_at_relations(text):
        if parts and _first_token(part) not in _LINKS:
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return [_SPACE_AFTER_RELATION.sub(r"\1 ", part) for part in parts if is_visible(part)]


def _holds_next_statement(part: str) -> bool:
    r"""Tell whether, before the next relation, another statement begins: `= 1, \text{ and } b`."""
    depth = 0
    for token in tokens_of(_WORDS.sub(";", _ENVIRONMENT.sub(" ", part))):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and (token in _APART or token in _IMPLIES):
            return True
    return False


def _is_only_dots(part: str) -> bool:
    r"""Tell whether it stands for what is left out: `\le \dots` lists, and derives nothing."""
    _, *others = _telling_tokens(part)
    return bool(others) and _DOTS.issuperset(others)


def _telling_tokens(text: str) -> Iterator[str]:
    return (token for token in tokens_of(text) if not token.isspace() and token not in _SKIPPED)


def _first_token(text: str) -> str:
    told = _telling_tokens(text)
    first = next(told, "")
    return first + next(told, "") if first == ":" else first


def _is_unfinished(text: str) -> bool:
    told = list(_telling_tokens(text))
    return len(told) > 1 and (told[-1] in _LINKS or told[-1] in _IMPLIES or is_sign(told[-1]))


def _squeezed(tex: str) -> str:
    return re.sub(r"\s|[{}]|\\[,;:!]", "", tex)


def joined_chain(chains: Sequence[tuple[str, str]]) -> Chain | None:
    """Make one chain of displays `(left, right)` that share their left side."""
    lefts = {_squeezed(left) for left, _ in chains}
    if len(lefts) != 1 or not 2 <= len(chains) <= _MOST_LINKS or not chains[0][0]:
        return None
    return Chain(chains[0][0], tuple(Link(right) for _, right in chains))


def equation_sides(tex: str) -> tuple[str, str] | None:
    """Split a display that is one plain equation into its left side and `= …`."""
    rows = split_rows(clean_formula(tex))
    parts = _parts(_row(rows[0])[0]) if len(rows) == 1 else []
    if len(parts) != 2 or _first_token(parts[1]) not in ("=", ":="):
        return None
    return parts[0], parts[1]
