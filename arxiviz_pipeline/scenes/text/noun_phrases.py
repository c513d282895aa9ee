"""Finds noun phrases without a tagger of words: lists of small words tell where they end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import to_narration
from arxiviz_pipeline.scenes.text.word_lists import words_in

MOST_WORDS = 6
_LONGEST_NAME = 44  # characters
_MATH = re.compile(r"(?<!\\)\$((?:\\.|[^$\\])+)\$")
_TOKEN = re.compile(
    r"\x01\d+\x02|[^\W\d_][\w'’]*(?:[-–][\w'’]+)*\.?(?=[\s,;:.)(\]\x01]|$)|\d[\d.,]*|\S"
)
_MARK = re.compile(r"\x01(\d+)\x02")
DETERMINERS: Final = frozenset(words_in("the a an our its their this that each every any some one"))
BREAKS: Final = frozenset(
    words_in("""
    which that where when whose such so and or but as if while since because with in at by from
    on via through per given being was were is are has have had can may must will would be to
    into than then i.e e.g respectively denoted defined used using obtained appearing corresponding
    associated satisfying between under over after before during without within for we it they
    only also here not depending computed called known including containing giving could should
    might cannot do does did above below
    """)
)
_JOINTS: Final = frozenset(("of",))  # what a name may go on after
_EMPTY_HEADS: Final = frozenset(
    words_in("""
    event fact value case one same following first second third last former latter result form
    notation symbol letter term expression equation condition inequality formula limit choice way
    thing maximum minimum smallest largest least most other identity statement claim proof lemma
    theorem figure table section order only unique solution answer question reason example
    sum product difference ratio line step
    """)
)
LEADING_WORDS: Final = frozenset(
    words_in("""
    so-called corresponding usual given above following respective same well-known new specific
    certain particular sufficient exactly
    """)
)
_NO_NAMES: Final = re.compile(
    r"[^A-Za-zÀ-ÿ\s'’\-–.ΑΩα-ω0-9()]|\b(?:equal|equivalent|true|false|small|large|positive|increasing|"
    r"decreasing|convex|bounded|finite|unknown|known|fixed|zero|independent|proportional)$"
)


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence's words and signs, formulas among them."""

    words: tuple[str, ...]
    math: tuple[str, ...]

    def tex(self, index: int) -> str:
        """Return the formula at this place, or an empty string if it is none."""
        found = _MARK.fullmatch(self.word(index))
        return self.math[int(found[1])] if found else ""

    def word(self, index: int) -> str:
        """Return what stands at this place, or an empty string beyond the ends."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def plain(self, index: int) -> str:
        """Return the word in small letters, without the full stop of an abbreviation."""
        return self.word(index).lower().rstrip(".")


def read_words(sentence: str) -> Words:
    """Read Markdown with inline math."""
    math: list[str] = []

    def masked(found: re.Match[str]) -> str:
        math.append(found[1])
        return f" \x01{len(math) - 1}\x02 "

    plain = re.sub(r"[\x00-\x08*]", "", sentence)
    words = _TOKEN.findall(_MATH.sub(masked, plain))
    return Words(tuple(words), tuple(math))


def take_phrase(text: Words, start: int) -> tuple[list[str], int, bool]:
    """Take words up to where a phrase ends; whether it ended at a comma or an `and`."""
    index = start
    while text.plain(index) in DETERMINERS or text.plain(index) in LEADING_WORDS:
        index += 1
    taken: list[str] = []
    while index < len(text.words):
        word, plain = text.word(index), text.plain(index)
        if word in (",", "and") or plain == "and":
            return taken, index, True
        if tex := text.tex(index):
            # `the value of $k$`: a symbol belongs to the name after `of` alone.
            if taken and taken[-1] == "of":
                taken.append(f"${tex}$")
                index += 1
            return taken, index, False
        is_article = plain in DETERMINERS
        after = text.plain(index + 1)
        if taken and plain.endswith("ed") and (after in BREAKS or not after[:1].isalpha()):
            return taken, index, False
        if (is_article and not (taken and taken[-1] == "of")) or plain in BREAKS:
            return taken, index, False
        if not word[:1].isalpha():
            return taken, index, False
        taken.append(word)
        index += 1
        if word.endswith("."):
            return taken, index, False
    return taken, index, False


def name_of(words: Sequence[str]) -> str:
    """Make a name of a phrase: six words at most, cut where its head still says what it is."""
    kept = [
        word.rstrip(".") if index == len(words) - 1 else word for index, word in enumerate(words)
    ]
    while kept and (kept[-1] in _JOINTS or kept[-1].lower() in DETERMINERS):
        kept.pop()
    while is_too_long(kept):
        last = max((index for index, word in enumerate(kept) if word in _JOINTS), default=0)
        if not last:
            return ""
        kept = kept[:last]
    head_end = kept.index("of") if "of" in kept else len(kept)
    head = kept[head_end - 1].lower() if head_end else ""
    if (
        not head
        or head in _EMPTY_HEADS
        or head.endswith(("ly",))
        or kept[0].lower() in _EMPTY_HEADS
    ):
        return ""
    shown = to_narration(" ".join(kept))
    return "" if _NO_NAMES.search(shown) else shown


def is_too_long(words: Sequence[str]) -> bool:
    """Tell whether a name is more than a label holds."""
    return len(words) > MOST_WORDS or len(to_narration(" ".join(words))) > _LONGEST_NAME


def singular(name: str) -> str:
    """Write a name that several share for one of them."""
    words = name.split()
    head = words.index("of") - 1 if "of" in words else len(words) - 1
    word = words[head]
    irregular = {"matrices": "matrix", "indices": "index", "vertices": "vertex", "axes": "axis"}
    if word.lower() in irregular:
        words[head] = irregular[word.lower()]
    elif word.endswith("ies"):
        words[head] = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        words[head] = word[:-1]
    return " ".join(words)
