"""Puts Manim's marks into drawings, so that dvisvgm need not read what is special in a DVI file.

To read any special, dvisvgm starts Ghostscript, which takes twice as long as all else it does.
Manim's formulas hold only marks of where a part of them starts and ends. Where there is anything
else, such as colours, or a drawing is not as expected, dvisvgm has to do it all.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_MARK = re.compile(rb"dvisvgm:raw (<g id='unique\d+(?:substring)?'>|</g>)")
_OF_NO_EFFECT = re.compile(
    rb"header=l3backend-dvips\.pro|papersize=[0-9.a-z, ]*|color push +Black|color pop|\s*color pop"
)
_CLOSING = "</g>"
_PAGE = re.compile(r"(.*\n<g id='page\d+'>\n)(.*)(</g>\n</svg>\n?)", re.DOTALL)

# Opcodes of DVI files, by the standard of TeX's own driver (Knuth, Fuchs: dvitype, section 15).
_SET_RULE, _PUT_RULE, _BOP, _EOP, _PRE, _POST = 132, 137, 139, 140, 247, 248
_FIRST_SPECIAL, _FIRST_FONT_DEFINITION = 239, 243
_CHARACTERS: Final = (range(128, 132), range(133, 137))
_MOVES: Final = (
    range(143, 147),
    range(148, 152),
    range(153, 157),
    range(157, 161),
    range(162, 166),
    range(167, 171),
    range(235, 239),
)
_BARE: Final = frozenset({138, 141, 142, 147, 152, 161, 166, *range(171, 235)})


class _NotPlainError(Exception):
    """The file holds more than glyphs, rules and marks."""


def read_marks(dvi: bytes) -> list[list[str | None]] | None:
    """Return what each page draws in order: a mark, or None for a glyph or a rule.

    Returns None if a drawing cannot be made of it without its specials.
    """
    try:
        pages: list[list[str | None]] = []
        for drawn in _read(dvi):
            if drawn == "page":
                pages.append([])
            else:
                pages[-1].append(drawn)
    except (_NotPlainError, IndexError):
        return None
    return pages


def put_marks(svg: str, drawn: Sequence[str | None]) -> str | None:
    """Return a drawing with its page's marks, or None if it is not of that page."""
    page = _PAGE.fullmatch(svg)
    if page is None:
        return None
    head, body, end = page.groups()
    elements = body.splitlines()
    are_alike = all(each.startswith(("<use ", "<rect ")) for each in elements)
    if not are_alike or len(elements) != drawn.count(None):
        return None
    next_element = iter(elements)
    lines: list[str] = []
    depth = 0
    for mark in drawn:
        depth += 0 if mark is None else -1 if mark == _CLOSING else 1
        if depth < 0:
            return None
        if mark == _CLOSING and lines[-1].startswith("<g ") and not lines[-1].endswith("/>"):
            lines[-1] = f"{lines[-1][:-1]}/>"  # as dvisvgm writes a group of nothing
        else:
            lines.append(next(next_element) if mark is None else mark)
    return head + "\n".join([*lines, ""]) + end if depth == 0 else None


def _read(dvi: bytes) -> Iterator[str | None]:
    at = 0
    while True:
        code = dvi[at]
        at += 1
        if code < _CHARACTERS[0].start:
            yield None
        elif (size := _size_of(code, _CHARACTERS)) is not None:
            at += size
            yield None
        elif code in _BARE or code == _EOP:
            pass
        elif (size := _size_of(code, _MOVES)) is not None:
            at += size
        elif code in (_SET_RULE, _PUT_RULE):
            height, width = _number(dvi, at, 4), _number(dvi, at + 4, 4)
            at += 8
            if height > 0 and width > 0:
                yield None
        elif code == _BOP:
            at += 44
            yield "page"
        elif _FIRST_SPECIAL <= code < _FIRST_FONT_DEFINITION:
            size = code - _FIRST_SPECIAL + 1
            start = at + size
            at = start + _number(dvi, at, size)
            yield from _marks_of(dvi[start:at])
        elif _FIRST_FONT_DEFINITION <= code < _PRE:
            at += code - _FIRST_FONT_DEFINITION + 13
            at += 2 + dvi[at] + dvi[at + 1]
        elif code == _PRE:
            at += 14 + dvi[at + 13]
        elif code == _POST:
            return
        else:
            raise _NotPlainError


def _marks_of(special: bytes) -> Iterator[str]:
    mark = _MARK.fullmatch(special)
    if mark is not None:
        yield mark[1].decode()
    elif _OF_NO_EFFECT.fullmatch(special) is None:
        raise _NotPlainError


def _size_of(code: int, groups: Sequence[range]) -> int | None:
    """Return how many bytes follow an opcode, if it is of one of these groups."""
    return next((code - group.start + 1 for group in groups if code in group), None)


def _number(dvi: bytes, at: int, size: int) -> int:
    if at + size > len(dvi):
        raise IndexError
    return int.from_bytes(dvi[at : at + size], "big", signed=size == 4)
