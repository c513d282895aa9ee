"""Tells authors' names from the addresses, marks and titles that stand between them."""

import re
from collections.abc import Sequence

AFTER_MARK = "\N{INVISIBLE SEPARATOR}"  # where a footnote mark was: it ends a name
_SEPARATOR = re.compile(r"\s*(?:[,;\u2063]|\s&\s|\band\b)\s*")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]{2,3}", re.ASCII)
_TITLES = re.compile(
    r"(?:(?:Senior |Student |Graduate Student |Life )?(?:Member|Fellow)|IEEE|(?:Ph|M)\.?\s?D\.?)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:universi|institut|depart|school|college|laborator|cent(?:er|re)\b|academy|facult|"
    r"division|street|road|avenue|hospital|research|group|inc\b|ltd\b|corporation|usa\b|"
    r"email|e-mail|https?:|dipartimento|d[ée]partement)|@|\d",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[^\W\d_][\w.'’-]*(?:\s(?:(?:van|von|der|den|de|la|le|du|di|da|dos|el|al|bin|ibn)\b|"
    r"[^\W\d_a-z][\w.'’-]*)){1,4}"
)
_TOWN = re.compile(
    r"(?:New|San|Los|Las|North|South|East|West|Saint|St\.?|United|Hong|Tel|Abu|Cape|Buenos|Rio)\s.*"
    r"|.*\b(?:AI|Brain|DeepMind|China|Labs?)"
)
_MARKS = re.compile(r"[*†‡§¶∗⋆#^{}|\d]+")
_DATE = re.compile(
    r"(?:\b(?:(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October|"
    r"date|today|version)\b|[\d\s.,:/()-])+",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\{[^{}]{0,200}\}\s*@\S+|\S{1,100}@\S+")
_CONTINUED = re.compile(r"(?:[,;&]|\band)\s*$")
_MOST_NAME_WORDS = 6


def names_in(lines: Sequence[str]) -> list[str]:
    """Find the names in lines of text; an empty line parts one author's lines from the next's.

    The first line of each group names people, the rest is their address. Where no line is anything
    but a person's name, each is an author.
    """
    lines = ["" if _DATE.fullmatch(line) else line for line in lines]
    filled = [line for line in lines if line]
    if len(filled) > 1 and all(map(_is_person, filled)):
        return filled
    names: list[str] = []
    is_expected = True
    for line in lines:
        if line and is_expected:
            names.extend(_split_names(_EMAIL.sub(" ", line)))
        is_expected = not line or (is_expected and _CONTINUED.search(line) is not None)
    return names


def _is_person(line: str) -> bool:
    if _PLACE.search(line) or _TOWN.fullmatch(line):
        return False
    return _PERSON.fullmatch(line) is not None


def _split_names(line: str) -> list[str]:
    names: list[str] = []
    is_address = False
    for part in _SEPARATOR.split(line):
        name = " ".join(_MARKS.sub(" ", part).split()).strip(" .") if part else ""
        if _SUFFIX.fullmatch(name) and names:
            names[-1] = f"{names[-1]}, {name}."
        elif name and not _TITLES.fullmatch(name):
            is_address = not _is_name(part, name) or (is_address and " " not in name)
            names.extend([] if is_address else [name])
    return names


def _is_name(part: str, name: str) -> bool:
    if _PLACE.search(_MARKS.sub("", part)) or len(name.split()) > _MOST_NAME_WORDS:
        return False
    return any(character.isalpha() for character in name)
