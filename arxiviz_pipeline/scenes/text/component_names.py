"""Reads phrases that name components and data, as a few words: what is in doubt is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.word_lists import words_in

_HIDDEN = re.compile(r"¤(\d+)¤")
_DETERMINER = re.compile(
    r"(?:(?:an?|the|our|its|their|each|every|all|both|these|those|this|two|three|four|five|six|"
    r"some|several|multiple|another|one|proposed|following|resulting|corresponding|same|final|"
    r"simple|so-called|own|identical|learned|pre-?trained|input to|output of|parallel|stacked|"
    r"given),? )+",
    re.IGNORECASE,
)
_INDEFINITE = re.compile(r"(?:an?|another)\s", re.IGNORECASE)
_LIGHT = re.compile(
    r"(?:sequence|set|series|stack|number|list|collection|pair|batch|group|combination|variety|"
    r"concatenation|vector) of ",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?: (?:of|for|from|with|in|on|at|by|via|through|using|over|based|called|named|denoted|that|"
    r"which|where|who|during|after|before|between|under|within|per|as|to|into|given|when|while|"
    r"and then|such|followed|separately|respectively|again|together|independently|simultaneously|"
    r"one element|around|along|across|without|whose|containing|consisting)\b|, | \().*"
)
_SUBJECT_TAIL = re.compile(r" (?:of|for|from|with|in|on|at|under) .*")
_REFUSED: Final = frozenset(
    words_in("""
    it they them we you i he she this that these those which who what there here its their our us
    itself themselves is are was were be been being has have had do does did can could may might
    will would shall should must not no nor if when because since although how why where whether
    order addition contrast fact case example figure table section equation eq theorem lemma paper
    work authors author study reader readers user users people method approach following results
    result form value values way ways part parts other others same one ones former latter first
    second third time terms latex file files package argument arguments command option options
    parameter document page figures tables class object objects r
    """)
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|can|will|has|have|takes|uses|allows?|makes?|gives?|shows|provides?|"
    r"consists?|contains?|predicts|generates|produces|applies|performs|computes|then|fed|passed)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-zÀ-ÿ0-9][\w’'+/-]*")
_SPLIT = re.compile(r",\s*(?:and |followed by |then )?|\s+and\s+(?:then )?(?:by )?|\s+followed by ")
_SHARED_HEAD = re.compile(
    r"(?:(?:the|a|an|both|parallel|two) )*(?P<one>[\w-]+) and (?P<other>[\w-]+)"
    r"(?: [\w-]+)? (?P<head>[\w-]+s)"
)
_MOST_WORDS: Final = 4
_LONGEST_PHRASE: Final = 9  # words
_LONGEST_LABEL: Final = 40  # characters
_LONGEST_SYMBOL: Final = 12


@dataclass(frozen=True, slots=True)
class Component:
    """What a phrase names: a part of a system, or what goes through it.

    Attributes:
        label: At most four words, the first in capitals.
        head: The last word, in lower case and without plural.
        words: All words in lower case, without plural.
        symbol: A formula that stands beside it, in Unicode; may be empty.
        is_symbol: Whether nothing but the formula names it.
        is_new: Whether it is spoken of as if for the first time: `a signal`, not `the signal`.
    """

    label: str
    head: str
    words: frozenset[str]
    symbol: str = ""
    is_symbol: bool = False
    is_new: bool = False

    def is_same(self, other: "Component") -> bool:
        """Tell whether a later phrase is sure to name the same."""
        if self.symbol and self.symbol == other.symbol:
            return True
        if self.is_symbol or other.is_symbol or other.is_new:
            return False
        is_within = self.words <= other.words or other.words <= self.words
        return self.head == other.head and is_within

    def joined(self, other: "Component") -> "Component":
        """Keep the fuller name."""
        if self.is_symbol or (not other.is_symbol and len(other.words) > len(self.words)):
            return replace(other, symbol=other.symbol or self.symbol)
        return replace(self, symbol=self.symbol or other.symbol)


def read_components(text: str, formulas: Sequence[str]) -> list[Component] | None:
    """Read a phrase that may name several; None if one of them is in doubt.

    Args:
        text: The phrase, with `¤0¤` for the first formula, and so on.
        formulas: What stands there, with its dollars.
    """
    components: list[Component] = []
    for piece in _pieces(text):
        component = read_component(piece, formulas)
        if component is None:
            return None
        components.append(component)
    return components or None


def read_subject(text: str, formulas: Sequence[str]) -> Component | None:
    """Read a phrase that stands before a verb, of which nothing may be left over."""
    hidden = _HIDDEN.sub("", _SUBJECT_TAIL.sub("", text)).strip()
    # A tail that only an object may have has a verb or a clause in it.
    return None if hidden and _TAIL.search(f" {hidden} ") else read_component(text, formulas)


def read_component(text: str, formulas: Sequence[str]) -> Component | None:
    """Read a phrase that names one."""
    phrase = text.strip(" ,.;:")
    is_new = bool(_INDEFINITE.match(phrase))
    symbol = ""
    if found := _HIDDEN.search(phrase):
        symbol = _symbol_of(formulas, int(found[1]))
        phrase = re.sub(r"\s+", " ", _HIDDEN.sub("", phrase)).strip(" ,(=)")
    if not phrase:
        return (
            Component(symbol, symbol, frozenset([symbol]), symbol, is_symbol=True)
            if symbol
            else None
        )
    words = _core(phrase).split()
    if not 0 < len(words) <= _LONGEST_PHRASE or not all(_WORD.fullmatch(word) for word in words):
        return None
    plain = [_stem(word.lower()) for word in words]
    if _REFUSED.intersection(plain) or _REFUSED.intersection(word.lower() for word in words):
        return None
    if _VERB.search(" ".join(words)) or plain[-1].endswith("ly") or plain[-1].isdigit():
        return None
    label = " ".join(words[-_MOST_WORDS:])
    if len(label) > _LONGEST_LABEL or label.startswith("and "):
        return None
    return Component(
        label[:1].upper() + label[1:], plain[-1], frozenset(plain), symbol, is_new=is_new
    )


def _core(phrase: str) -> str:
    """Drop what stands before and after the words that name something."""
    for opening in (_DETERMINER, _LIGHT, _DETERMINER):
        found = opening.match(phrase)
        phrase = phrase[found.end() :] if found else phrase
    phrase = re.sub(r"\s*\([^()]*\)", "", phrase)
    return _TAIL.sub("", f"{phrase} ").strip(" ,.;:")


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for part in text.split(";"):
        shared = _shared_head(part)
        pieces += [shared] if shared else [piece for piece in _SPLIT.split(part) if piece.strip()]
    return pieces


def _shared_head(text: str) -> str:
    """Return `audio and visual streams` of `parallel audio and visual processing streams`."""
    found = _SHARED_HEAD.fullmatch(text.strip())
    if found is None or found["one"].endswith("s") or found["other"].endswith("s"):
        return ""
    return f"{found['one']} and {found['other']} {found['head']}"


def _symbol_of(formulas: Sequence[str], index: int) -> str:
    """Return what a formula names: `z` of `z=(z_1,…)`."""
    if index >= len(formulas):
        return ""
    name = re.split(r"=|\\in\b|:", formulas[index].strip("$"), maxsplit=1)[0]
    symbol = to_plain(read_math(name))
    return symbol if 0 < len(symbol) <= _LONGEST_SYMBOL else ""


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
