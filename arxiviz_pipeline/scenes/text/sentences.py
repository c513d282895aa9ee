"""Splits prose into sentences, shortens them, and finds those that tell a section's point.

The ranking is centroid-based summarization (Radev et al., 2004): sentences near the section's own
vocabulary, weighted by how rare a word is in it, and near the title's and the abstract's.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.word_lists import words_in

_ABBREVIATIONS: Final = frozenset(
    words_in("""
    eq eqs eqn eqns fig figs sec secs sect ref refs tab tabs ch chap app thm lem prop def cor al
    e.g i.e cf vs resp approx dr prof mr mrs ms no nos vol pp p st viz ca w.r.t i.i.d a.k.a s.t
    inc ltd jr ed eds alg ex rem appx max min const i.e., e.g., u.s
    """)
)
_END = re.compile(r"[.!?][\"'”’)\]*_]*\s+(?=[\"'“‘(\[*_\\]{0,3}[A-Z0-9$À-ÞΑ-Ω])")
_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_WORD = re.compile(r"(?:(?<!\\)\$(?:\\.|[^$\\])+\$|[^\s$]|\$)+")
_TERM = re.compile(r"[^\W\d_]{3,}")
_CUES: Final = re.compile(
    r"\b(?:we (?:propose|show|find|prove|introduce|present|define|use|derive|compute|demonstrate|"
    r"obtain|argue|conclude)|this (?:means|implies|shows|allows|suggests)|therefore|in contrast|"
    r"results? (?:show|in|indicate)|because|consists? of|is defined|allows? us|significantly|"
    r"outperforms?|achieves?|the main|key|important|in particular)\b",
    re.IGNORECASE,
)
_DANGLING: Final = re.compile(
    r"(?:this|these|those|it|they|he|she|its|their|such|here|similarly|likewise|also|both|then|"
    r"otherwise|another|and|but|or|second|secondly|third|finally|"
    r"the (?:first|second|third|last|latter|former|other))\b",
    re.IGNORECASE,
)
_POINTING: Final = re.compile(
    r"\b(?:fig(?:ure|s|\.)|tab(?:le|\.)|section|sec\.|appendix|see |footnote|shown in|listed in"
    r"|last line|(?:given|described|mentioned|defined|shown|as|the) (?:above|below|following))",
    re.IGNORECASE,
)
# What is left of `models such as [3] and [4]`, whose citations were its words.
_GAPPED: Final = re.compile(
    r"\b(?:such as|similar to|as in|as|in|of|by|from|like|with|and|see|to)(?: and)?\s*[.,;)]|"
    r"\b(?:such as|see|rows|both|from) and\b",
    re.IGNORECASE,
)
_BIBLIOGRAPHIC: Final = re.compile(
    r"\b(?:Proc\.|pages? \d|pp\. ?\d|vol\. ?\d|arXiv:|doi:|https?:)|\d+\(\d+\):\d+"
    r"|^\[[A-Za-z+]{2,}\d\d"
    r"|\b(?:Journal|Transactions|Proceedings|Conference) (?:of|on)\b"
)
_CONNECTIVES: Final = re.compile(
    r"(?:however|moreover|furthermore|in addition|additionally|for example|for instance|in fact|"
    r"indeed|thus|hence|note that|we note that|as a result|consequently|on the other hand|"
    r"in this (?:section|work|paper)|in particular|specifically|that is|nevertheless|of course|"
    r"to this end|more precisely|finally|first|second|third|again|similarly|therefore|then|also)"
    r",\s+(?=\S)",
    re.IGNORECASE,
)
_CLAUSE_OPENERS: Final = frozenset(
    words_in("""
    which where because while whereas although since but with using when if unless so thus
    """)
)
_SUBORDINATING: Final = frozenset(
    words_in("""
    while although though when if since because as unless whereas given after before
    """)
)
_STOP_WORDS: Final = frozenset(
    words_in("""
    the and for that with are this from which have has been were was can will not but also our
    their its these those such more than when where while each other all any both into between
    over under only very most some they them then there here thus hence would could should may
    might must does did done being about after before during through using used use one two three
    case given let see different similar same new many several various first second example such
    large small number set value result section figure table paper work well good better best per
    cent you your who whom how what why because however
    """)
)
_SLACK_WORDS = 3  # rather than to cut so few
_MOST_ALIKE = 0.65  # of the shorter sentence's terms
_BEST_WORDS = range(8, 23)


def split_sentences(text: str) -> list[str]:
    """Split at the ends of sentences, not inside math and not after `Eq.`, `et al.` or `e.g.`."""
    # A formula's own full stops end no sentence, and a letter keeps lengths as they are.
    masked = _MATH.sub(lambda found: "X" * len(found[0]), text)
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(masked):
        if _is_abbreviation(masked[start : end.start()]):
            continue
        sentences.append(text[start : end.end()].strip())
        start = end.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_abbreviation(before: str) -> bool:
    last = before.rsplit(maxsplit=1)[-1:] if before.strip() else []
    if not last:
        return True
    word = last[0].strip("([{\"'*_,").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and last[0][-1].isupper())


def words_of(text: str) -> list[str]:
    """Split at white space outside math."""
    return _WORD.findall(text)


def shorten(sentence: str, most_words: int = 18) -> str:
    """Bring a sentence to this many words, cutting at a clause where there is one.

    Asides and opening connectives go first. What is cut after that is marked by `…`.
    """
    short = sentence.strip()
    if len(words_of(short)) > most_words:
        short = (
            _capitalized(_CONNECTIVES.sub("", short, count=1))
            if _CONNECTIVES.match(short)
            else short
        )
    if len(words_of(short)) > most_words:
        short = re.sub(r"\s+\([^()$]*\)", "", short)
    words = words_of(short)
    if len(words) <= most_words:
        return short
    if words[0].lower() in _SUBORDINATING:
        # Its first clause says nothing alone.
        return _broken_off(words[:most_words])
    return _broken_off(words[: _clause_end(words, most_words)])


def shorten_from_front(sentence: str, most_words: int) -> str:
    """Keep a sentence's end, which is what leads to what follows; `…` stands for what is cut."""
    words = words_of(re.sub(r"\s+\([^()$]*\)", "", sentence))
    if len(words) <= most_words + _SLACK_WORDS:
        return " ".join(words)
    first = len(words) - most_words
    starts = [
        index
        for index in range(first, len(words) - most_words // 3)
        if words[index - 1].endswith((",", ";", ":"))
    ]
    return "…" + " ".join(words[starts[0] if starts else first :])


def _broken_off(words: Sequence[str]) -> str:
    kept = " ".join(words)
    if kept.count("(") > kept.count(")"):
        kept = kept[: kept.rindex("(")] or kept.lstrip("(")  # all of it may be an aside
    return kept.rstrip(" ,;:–—.") + "…"


def _clause_end(words: Sequence[str], most_words: int) -> int:
    """Return how many words come before the last clause boundary that leaves enough."""
    for count in range(most_words, most_words // 2, -1):
        ends_clause = words[count - 1].endswith((",", ";", ":", "—", "–"))
        if ends_clause or words[count].lower().strip(",") in _CLAUSE_OPENERS:
            return count
    return most_words


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def terms_of(text: str) -> list[str]:
    """Return the words that carry meaning, in lower case and without plural."""
    return [_stem(word) for word in _TERM.findall(text.lower()) if word not in _STOP_WORDS]


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def rank_sentences(sentences: Sequence[str], focus: str) -> list[float]:
    """Score sentences by how much of the section they tell; below zero, better left out.

    Args:
        sentences: All of a section, in order.
        focus: What the paper is about: its title, its abstract, the section's title.
    """
    bags = [Counter(terms_of(_MATH.sub(" ", sentence))) for sentence in sentences]
    frequency = Counter(term for bag in bags for term in bag)
    weights = {
        term: math.log(1 + len(bags) / count) for term, count in frequency.items() if len(term) > 2
    }
    centroid = Counter[str]()
    for bag in bags:
        centroid.update(bag)
    centre = _weighted(centroid, weights)
    aim = _weighted(Counter(terms_of(focus)), weights)
    return [
        _cosine(vector, centre) + 0.6 * _cosine(vector, aim) + _style_score(sentence, index)
        for index, (sentence, vector) in enumerate(
            zip(sentences, (_weighted(bag, weights) for bag in bags), strict=True)
        )
    ]


def _style_score(sentence: str, index: int) -> float:
    score = 0.15 if index == 0 else 0.0
    length = len(words_of(shorten(sentence, _BEST_WORDS.stop + 20)))
    if length not in _BEST_WORDS:
        score -= 0.02 * min(abs(length - _BEST_WORDS.start), abs(length - _BEST_WORDS.stop))
    if length < _BEST_WORDS.start - 3 or not sentence.rstrip("\"'”’)*_ ").endswith((".", "!")):
        score -= 1.0
    if shorten(sentence, _BEST_WORDS.stop - 1).endswith("…"):
        score -= 0.3
    if _CUES.search(sentence):
        score += 0.15
    if _DANGLING.match(sentence):
        score -= 0.2
    if _BIBLIOGRAPHIC.search(sentence) or _GAPPED.search(sentence):
        score -= 2.0
    if _POINTING.search(sentence):
        score -= 0.3
    math_length = sum(len(formula) for formula in _MATH.findall(sentence))
    return score - min(0.6, math_length / 200)


def choose_sentences(sentences: Sequence[str], focus: str, count: int) -> list[int]:
    """Choose this many sentences at most, each unlike the others, as indices in reading order."""
    scores = rank_sentences(sentences, focus)
    bags = [set(terms_of(sentence)) for sentence in sentences]
    best_first = sorted(range(len(sentences)), key=lambda index: (-scores[index], index))
    chosen: list[int] = []
    for index in best_first:
        if len(chosen) == count or scores[index] < 0:
            break
        if all(_overlap(bags[index], bags[other]) < _MOST_ALIKE for other in chosen):
            chosen.append(index)
    return sorted(chosen)


def key_terms(sentences: Sequence[str], titles: str, count: int) -> list[str]:
    """Return the terms this section is about: its most frequent ones, and those of its titles."""
    frequency = Counter(
        term for sentence in sentences for term in terms_of(_MATH.sub(" ", sentence))
    )
    titled = set(terms_of(titles))
    ranked = sorted(frequency.items(), key=lambda item: (item[0] not in titled, -item[1], item[0]))
    return [term for term, frequent in ranked if frequent > 2 or term in titled][:count]


def to_narration(sentence: str) -> str:
    """Write a sentence as it is read out and captioned, in plain text."""
    return to_plain(read_inline(sentence))


def _weighted(bag: Counter[str], weights: dict[str, float]) -> dict[str, float]:
    return {term: count * weights[term] for term, count in bag.items() if term in weights}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    norm = _norm(one.values()) * _norm(other.values())
    if norm == 0:
        return 0.0
    return sum(weight * other.get(term, 0.0) for term, weight in one.items()) / norm


def _norm(values: Iterable[float]) -> float:
    return math.sqrt(sum(value * value for value in values))


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
