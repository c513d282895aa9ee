"""Finds the terms a section is about, and the phrases it uses for them again and again."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import FORMULA, carries_meaning, is_verb, stem, terms_of

_MOST_READ = 160  # sentences
_PHRASE_WORDS = range(2, 5)  # a single word says little
_MOST_INSIDE = 0.6  # of what is part of a longer phrase
_WORD_OR_STOP: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[^\s\w]|\d+")
_LIGHT_NOUNS: Final = frozenset(["number", "numbers", "set", "sets", "value", "values"])
_ADVERB: Final = re.compile(r"(?:ly|ing)$")
_NO_NOUN: Final = re.compile(r"(?:(?<!e)ed|ous|able|ible|ful|less|ional|ized|ised)$")


def key_terms(sentences: Sequence[str], titles: str, count: int) -> list[str]:
    """Return the terms this section is about: its most frequent ones, and those of its titles."""
    frequency = Counter(
        term for sentence in sentences for term in terms_of(FORMULA.sub(" ", sentence))
    )
    titled = set(terms_of(titles))
    ranked = sorted(frequency.items(), key=lambda item: (item[0] not in titled, -item[1], item[0]))
    return [term for term, frequent in ranked if frequent > 2 or term in titled][:count]


def key_phrases(sentences: Sequence[str], terms: Sequence[str], count: int) -> list[str]:
    """Return what the section says of its terms again and again, in phrases of two words or more.

    A phrase is words in a row that carry meaning (Rose et al., 2010, who called this RAKE); what
    is mostly said as a part of a longer phrase is none.
    """
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for sentence in sentences[:_MOST_READ]:
        for words in _meaningful_runs(FORMULA.sub(".", sentence)):
            for length in range(_PHRASE_WORDS.start, _PHRASE_WORDS.stop + 1):
                for start in range(len(words) - length + 1):
                    phrase = words[start : start + length]
                    forms[tuple(stem(word.lower()) for word in phrase)][" ".join(phrase)] += 1
    about = set(terms)
    counts = {key: form.total() for key, form in forms.items() if form.total() > 1}
    parts = {
        part
        for key, n in counts.items()
        for part in (key[1:], key[:-1])
        if n >= _MOST_INSIDE * counts.get(part, n)
    }
    ranked = sorted(
        (
            key
            for key in counts
            if len(key) in _PHRASE_WORDS and key not in parts and _is_name(key, forms[key], about)
        ),
        key=lambda key: (-counts[key] * math.log2(1 + len(key)), key),
    )
    chosen: list[tuple[str, ...]] = []
    for key in ranked:
        if len(chosen) < count and not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    # What opens a sentence once is no name.
    return [
        max(sorted(forms[key]), key=lambda form: (form.islower(), forms[key][form]))
        for key in chosen
    ]


def _is_name(key: Sequence[str], forms: Iterable[str], about: set[str]) -> bool:
    is_repeated = len(set(key)) < len(key)
    ends_well = not any(_NO_NOUN.search(form) for form in forms)
    return bool(about & set(terms_of(" ".join(key)))) and ends_well and not is_repeated


def _meaningful_runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for token in _WORD_OR_STOP.findall(text):
        word = token.lower()
        is_head = bool(runs[-1]) and word in _LIGHT_NOUNS
        if is_head or (token[0].isalpha() and _is_of_name(word)):
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return runs


def _is_of_name(word: str) -> bool:
    return carries_meaning(word) and not is_verb(word) and not _ADVERB.search(word)
