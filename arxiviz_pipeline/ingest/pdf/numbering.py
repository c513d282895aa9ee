"""Reads the numbers of headings: `2.1`, `IV.`, `B.`, `A.2`, `Appendix C:`."""

import re
from dataclasses import dataclass
from typing import Literal

NumberKind = Literal["arabic", "roman", "letter", "appendix"]

_NUMBER = re.compile(
    r"(?P<appendix>appendix\s+)?(?:section\s+|chapter\s+|§\s*)?"
    r"(?:(?P<arabic>\d{1,2}(?:\.\d{1,2}){0,4})|(?P<roman>[IVX]{1,5})|(?P<letter>[A-Z])"
    r"(?P<inner>(?:\.\d{1,2}){0,4}))(?P<end>[.:)]|(?=\s))\s*(?P<title>\S.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Numbering:
    """A heading's number: `path` counts from 1 at each level.

    Attributes:
        kind: `appendix` where the word stands before it.
        is_marked: Whether a stop or colon ends it, so that it is no word of the title.
    """

    kind: NumberKind
    path: tuple[int, ...]
    is_marked: bool


def split_number(heading: str) -> list[tuple[Numbering, str]]:
    """Read a heading as number and title, in all ways that it can be: `I.` is also a letter."""
    match = _NUMBER.fullmatch(heading.strip())
    if match is None or not match["title"]:
        return []
    title = match["title"].strip()
    is_marked = bool(match["end"])
    if match["arabic"]:
        path = tuple(int(part) for part in match["arabic"].split("."))
        return [(Numbering("arabic", path, is_marked), title)]
    found: list[tuple[Numbering, str]] = []
    roman = match["roman"] or (match["letter"] if match["letter"] in _ROMAN_VALUES else None)
    if roman and roman.isupper() and not match["appendix"] and (value := _roman_value(roman)):
        found.append((Numbering("roman", (value,), is_marked), title))
    letter = match["letter"] or (match["roman"] if len(match["roman"] or "") == 1 else None)
    if letter and letter.isupper():
        inner = tuple(int(part) for part in (match["inner"] or "").split(".") if part)
        path = (ord(letter) - ord("A") + 1, *inner)
        kind = "appendix" if match["appendix"] else "letter"
        found.append((Numbering(kind, path, is_marked or bool(inner)), title))
    return found


def _roman_value(digits: str) -> int:
    values = [_ROMAN_VALUES[digit] for digit in digits]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def is_next(path: tuple[int, ...], before: tuple[int, ...] | None) -> bool:
    """Tell whether a number may come after another one, with at most one heading missed."""
    if before is None:
        return path[0] <= 2 and all(part <= 1 for part in path[1:])
    same = 0
    while same < min(len(path), len(before)) and path[same] == before[same]:
        same += 1
    if same == len(path):
        return False
    last = before[same] if same < len(before) else 0
    return last < path[same] <= last + 2 and all(part <= 1 for part in path[same + 1 :])
