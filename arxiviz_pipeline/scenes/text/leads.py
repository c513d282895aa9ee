"""Brings the words that lead to a formula to a length: a whole clause, or nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import says_something, words_of
from arxiviz_pipeline.scenes.text.word_lists import words_in

# `(14)` is what is spoken of, and `= (a)^{-1}` between dollar signs is no aside.
_ASIDE = re.compile(r"\s+\((?!\d{1,3}[a-z]?\))[^()$]*\)(?=(?:[^$]*\$[^$]*\$)*[^$]*$)")
_PAUSES: Final = (",", ";", ":", "—", "–")
_BEFORE_CLAUSES: Final = frozenset(words_in("that so then hence thus therefore i.e.,"))
_SUBORDINATING: Final = frozenset(
    words_in("because since if when while although as given assuming suppose")
)
_ENDING: Final = frozenset(words_in("which who whose where that and so then hence thus but"))
_PRONOUNS: Final = frozenset(words_in("we one i there"))
_DETERMINERS: Final = frozenset(words_in("the a an this these our its each every all both"))
_SOON: Final = 10  # words within which a clause has its verb
_HANGING = re.compile(
    r"(?:[\s,;]+that)?[\s,;]+(?:since|because|if|while|although|whenever|provided|where)[\s,]*$",
    re.IGNORECASE,
)
_SLACK_WORDS: Final = 3


def whole_lead(sentence: str, most_words: int) -> str:
    """Keep a sentence's last clauses, as many as fit; nothing where a clause would be cut.

    A clause may be longer by half, lest a formula stand there unexplained.
    """
    words = words_of(_HANGING.sub("", _ASIDE.sub("", sentence)))
    room = most_words + max(_SLACK_WORDS, most_words // 2)
    if len(words) <= most_words + _SLACK_WORDS:
        return " ".join(words)
    clauses = [words[start:] for start in _clause_starts(words)]
    fitting = [clause for clause in clauses if len(clause) <= most_words + _SLACK_WORDS]
    if fitting:
        return _capitalized(" ".join(max(fitting, key=len)))
    roomier = [clause for clause in [*clauses, words] if len(clause) <= room]
    return _capitalized(" ".join(min(roomier, key=len))) if roomier else ""


def _clause_starts(words: Sequence[str]) -> Iterator[int]:
    starts = [index for index in range(1, len(words)) if _starts_clause(words, index)]
    for index in starts:
        depends = not _SUBORDINATING.isdisjoint(word.lower() for word in words[:index])
        is_condition = depends and any(_is_behind_comma(words, later, index) for later in starts)
        if not is_condition:
            yield index


def _is_behind_comma(words: Sequence[str], later: int, index: int) -> bool:
    """Tell whether what a clause at `index` is a condition of may start only later."""
    return later > index and words[later - 1].endswith(",")


def _starts_clause(words: Sequence[str], index: int) -> bool:
    before = words[index - 1]
    pauses = before.endswith(_PAUSES) or before.lower() in _BEFORE_CLAUSES
    joins = before.lower() == "and" and words[max(0, index - 2)].endswith(",")
    is_clause = (pauses or joins) and _is_clause(words[index:])
    return is_clause or _is_sentence(before, words[index])


def _is_clause(words: Sequence[str]) -> bool:
    first, *others = words
    if first.lower() in _PRONOUNS:
        return True
    opens = first.lower() in _DETERMINERS or first.startswith("$")
    return opens and says_something(_first_clause(others[:_SOON]))


def _first_clause(words: Sequence[str]) -> str:
    """Leave out what only tells more of the subject, `which is sparse,` and what comes next."""
    kept: list[str] = []
    for word in words:
        if word.lower() in _ENDING or (kept and _is_sentence(kept[-1], word)):
            break
        kept.append(word)
        if word.endswith((";", ":")):
            break
    return " ".join(kept)


def _is_sentence(before: str, word: str) -> bool:
    """Tell whether a sentence starts here: with a capital, behind a formula that ended one."""
    return before.endswith("$") and word.isalpha() and word.istitle() and len(word) > 1


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
