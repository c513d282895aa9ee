"""Decides a formula's rows and parts: what appears step by step, what is broken into lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.domain.ports import Formula, TypesetFormula, Typesetter
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH, FormulaPlan, Row
from arxiviz_pipeline.scenes.formulas.splitting import (
    clean_formula,
    is_only_signs,
    is_visible,
    split_at_relations,
    split_at_sums,
    split_for_lines,
    split_rows,
    starts_with_relation,
    starts_with_sign,
)
from arxiviz_pipeline.scenes.formulas.words import is_words, split_words

_LEGIBLE_WIDTH: Final = FORMULA_WIDTH / 0.62
_LINE_WIDTH: Final = FORMULA_WIDTH / 0.72  # what lines are broken to
_MOST_PARTS = 5
_LONG_PART = 4.5  # Manim units at scale 1: worth building up term by term
_SHORTEST_TERM = 8  # characters of LaTeX: less is no step of its own
_INDENT = 0.8
_WIDEST_LEAD = 0.35  # of a line: beyond, what follows starts at the left instead

Parts = tuple[str, ...]
Sizes = dict[Parts, TypesetFormula]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row that is not measured yet."""

    parts: Parts
    anchor: int | None

    @property
    def lead(self) -> Parts:
        return self.parts[: self.anchor or 0]


def plan_rows(texs: Sequence[str], typesetter: Typesetter) -> list[FormulaPlan]:
    """Plan each formula; the typesetter is asked three times at most."""
    wholes = [clean_formula(tex) for tex in texs]
    drafts = [[_draft(cells) for cells in split_rows(whole)] for whole in wholes]
    sizes = try_and_measure(_first_wishes(wholes, drafts), typesetter)
    drafts = [[_refined(draft, sizes) for draft in rows] for rows in drafts]
    sizes |= try_and_measure(_line_wishes(drafts, sizes), typesetter)
    broken = [[_lines(draft, sizes) for draft in rows] for rows in drafts]
    sizes |= try_and_measure(
        (wish for rows in broken for lines in rows for line in lines for wish in _wishes(line)),
        typesetter,
    )
    return [
        _plan(tex, whole, list(zip(rows, lines, strict=True)), sizes)
        for tex, whole, rows, lines in zip(texs, wholes, drafts, broken, strict=True)
    ]


def try_and_measure(wishes: Iterable[Parts], typesetter: Typesetter) -> Sizes:
    """Typeset each tuple of parts once."""
    unique = list(dict.fromkeys(wish for wish in wishes if wish))
    answers = typesetter.typeset([Formula(parts) for parts in unique]) if unique else []
    return dict(zip(unique, answers, strict=True))


def _wishes(draft: _Draft) -> list[Parts]:
    return [draft.parts, draft.lead]


def _first_wishes(wholes: Sequence[str], drafts: Sequence[Sequence[_Draft]]) -> list[Parts]:
    wishes: list[Parts] = [(whole,) for whole in wholes]
    for rows in drafts:
        for draft in rows:
            wishes += _wishes(draft)
            wishes += [(part,) for part in draft.parts]
            wishes += _wishes(_with_terms(draft))
            wishes.append((" ".join(draft.parts),))
    return wishes


def _draft(cells: Sequence[str]) -> _Draft:
    """Split a row at its relations; the anchor is the first part that starts with one."""
    if len(cells) == 1:
        parts = _spaced(split_at_relations(cells[0]))
        return _Draft(parts, 1 if len(parts) > 1 else None)
    first, *others = cells
    right = others[0]
    for before, cell in pairwise(others):
        # An eqnarray keeps its relation in a cell of its own.
        right += (" " if is_only_signs(before) or not before else r" \quad ") + cell
    if is_only_signs(first):
        return _Draft(_spaced(split_at_relations(f"{first} {right}")), 0)
    parts = [*([first] if is_visible(first) else []), *split_at_relations(right)]
    parts = [part for part in parts if is_visible(part)]
    return _Draft(_spaced(parts), 1 if is_visible(first) and len(parts) > 1 else 0)


def _spaced(parts: Sequence[str]) -> Parts:
    """Keep the space before a sign that opens a row, and not too many parts."""
    kept = list(parts)
    while len(kept) > _MOST_PARTS:
        kept[-2:] = [" ".join(kept[-2:])]
    if kept and starts_with_sign(kept[0]) and not kept[0].startswith("{}"):
        kept[0] = "{} " + kept[0]
    return tuple(kept)


def _with_terms(draft: _Draft) -> _Draft:
    """Split the last part once more, at its sums."""
    *first, last = draft.parts
    terms: list[str] = []
    for term in split_at_sums(last):
        if terms and len(terms[-1]) < _SHORTEST_TERM:
            terms[-1] += f" {term}"
        else:
            terms.append(term)
    return _Draft(_spaced([*first, *terms]), draft.anchor)


def _refined(draft: _Draft, sizes: Sizes) -> _Draft:
    """Choose the finest split that LaTeX accepts and that is worth seeing."""
    last = sizes[draft.parts[-1:]]
    finer = _with_terms(draft)
    is_long = last.width is not None and last.width > _LONG_PART
    if is_long and _compiles(finer, sizes):
        return finer
    if _compiles(draft, sizes):
        return draft
    return _Draft((" ".join(draft.parts),), None if draft.anchor is None else 0)


def _compiles(draft: _Draft, sizes: Sizes) -> bool:
    return all(sizes[wish].error is None for wish in _wishes(draft) if wish)


def _width(parts: Parts, sizes: Sizes) -> float:
    size = sizes.get(parts)
    return (size.width or 0.0) if size else 0.0


def _line_wishes(drafts: Sequence[Sequence[_Draft]], sizes: Sizes) -> list[Parts]:
    return [
        (piece,)
        for rows in drafts
        for draft in rows
        if _width(draft.parts, sizes) > _LEGIBLE_WIDTH
        for part in draft.parts
        for piece in (part, *_pieces(part))
    ]


def _pieces(part: str) -> list[str]:
    """Cut a part wherever a line may end, inside parentheses only where nothing else helps."""
    outer = split_for_lines(part, inside_parentheses=False)
    inner = split_for_lines(part, inside_parentheses=True)
    words = [word for piece in inner for word in split_words(piece)]
    return list(dict.fromkeys([*outer, *inner, *words]))


def _lines(draft: _Draft, sizes: Sizes) -> list[_Draft]:
    """Break a row that is too wide into lines, or leave it as it is."""
    if _width(draft.parts, sizes) <= _LEGIBLE_WIDTH:
        return [draft]
    if is_words(draft.parts[0]) and len(draft.parts) == 1:
        words = _packed(split_words(draft.parts[0]), _LINE_WIDTH, 0.0, sizes)
        return [_Draft((" ".join(line),), None) for line in words]
    pieces: list[str] = []
    lead = _width(draft.lead, sizes)
    hangs = draft.anchor is not None and lead <= _WIDEST_LEAD * _LINE_WIDTH
    room = _LINE_WIDTH - (lead if hangs else 0.0) - _INDENT
    for part in draft.parts:
        # A relation is the best place for a break: parts are cut only where they must be.
        fits = _width((part,), sizes) <= room
        for piece in [part] if fits else split_for_lines(part, inside_parentheses=False):
            pieces += _narrow_pieces(piece, sizes)
    lines = _packed(pieces, room, lead if hangs else -_INDENT, sizes)
    first_anchor = 1 if hangs and draft.anchor == 1 and len(lines[0]) > 1 else 0
    if first_anchor == 1:
        lead_count = 1 if lead <= room else len(_lead_pieces(draft))
        lines[0] = [" ".join(draft.lead), *lines[0][lead_count:]]
    return [
        _Draft(_spaced(_few(line, 3)), first_anchor if index == 0 else 0)
        for index, line in enumerate(lines)
    ]


def _narrow_pieces(piece: str, sizes: Sizes) -> list[str]:
    """Cut a piece inside parentheses, and then between words, only where it is too wide."""
    if _width((piece,), sizes) <= _LINE_WIDTH:
        return [piece]
    inner = split_for_lines(piece, inside_parentheses=True)
    return [
        narrow
        for each in inner
        for narrow in (split_words(each) if _width((each,), sizes) > _LINE_WIDTH else [each])
    ]


def _lead_pieces(draft: _Draft) -> list[str]:
    return [
        piece for part in draft.lead for piece in split_for_lines(part, inside_parentheses=False)
    ]


def _packed(pieces: Sequence[str], room: float, extra: float, sizes: Sizes) -> list[list[str]]:
    """Fill lines evenly: as few as needed, each about as long as the others."""
    widths = [_width((piece,), sizes) for piece in pieces]
    count = max(1, -(-int(sum(widths) * 100) // int(max(room, 1.0) * 100)))
    target = min(room, max(sum(widths) / count * 1.12, max(widths, default=0.0)))
    lines: list[list[str]] = [[]]
    filled = 0.0
    for piece, width in zip(pieces, widths, strict=True):
        limit = target + (extra if len(lines) == 1 else 0.0)
        if lines[-1] and filled + width > limit:
            lines.append([])
            filled = 0.0
        lines[-1].append(piece)
        filled += width + 0.15
    return lines


def _few(pieces: Sequence[str], most: int) -> list[str]:
    """Join neighbours, so that a line appears in this many steps at most."""
    if len(pieces) <= most:
        return list(pieces)
    size = -(-(len(pieces) - 1) // (most - 1))
    rest = [" ".join(pieces[start : start + size]) for start in range(1, len(pieces), size)]
    return [pieces[0], *rest]


def _plan(
    tex: str, whole: str, rows: Sequence[tuple[_Draft, Sequence[_Draft]]], sizes: Sizes
) -> FormulaPlan:
    if all(_compiles(draft, sizes) for draft, _ in rows):
        chosen: list[Row] = []
        for draft, lines in rows:
            is_broken = len(lines) > 1 and all(_compiles(line, sizes) for line in lines)
            chosen += _broken_rows(lines, sizes) if is_broken else [_row(draft, 0.0, sizes)]
        return FormulaPlan(tex, tuple(chosen))
    size = sizes[(whole,)]
    if size.error is None:
        return FormulaPlan(tex, (_row(_Draft((whole,), None), 0.0, sizes),))
    return FormulaPlan(tex, (), size.error)


def _broken_rows(lines: Sequence[_Draft], sizes: Sizes) -> list[Row]:
    rows: list[Row] = []
    for index, line in enumerate(lines):
        is_hanging = index > 0 and line.anchor is not None
        is_continuation = is_hanging and not starts_with_relation(line.parts[0])
        indent = _INDENT if is_continuation else 0.0
        rows.append(_row(line, indent, sizes))
    return rows


def _row(draft: _Draft, indent: float, sizes: Sizes) -> Row:
    size = sizes[draft.parts]
    return Row(
        parts=draft.parts,
        anchor=draft.anchor,
        indent=indent,
        width=size.width or 0.0,
        height=size.height or 0.0,
        lead=_width(draft.lead, sizes),
    )
