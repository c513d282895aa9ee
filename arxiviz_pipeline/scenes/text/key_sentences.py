"""Finds the sentences that tell a section's point, and the terms it is about.

Biased LexRank (Otterbacher, Erkan and Radev, 2005): a sentence counts if those like it count, and
if it is near to what the paper and the section are called. Position, cue words and whether it can
stand alone are added; maximal marginal relevance (Carbonell and Goldstein, 1998) keeps the chosen
unlike each other. Merely taking those nearest to the section's centre gave lists and asides.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import (
    FORMULA,
    carries_meaning,
    shorten,
    stem,
    terms_of,
    words_of,
)

_MOST_RANKED = 160  # sentences of a section: the first ones, as further ones add little
_DAMPING = 0.7  # how much a sentence owes to those like it, not to the focus
_ITERATION_COUNT = 15
_LEAST_ALIKE = 0.08
_NOVELTY = 0.6  # how much being like a chosen sentence harms
_MOST_ALIKE = 0.6  # of the shorter sentence's terms
_BEST_WORDS = range(9, 25)
_TOO_FEW_WORDS = 5
_LONGEST_MATH = 25  # characters of inline LaTeX that do no harm
_CUES: Final = re.compile(
    r"\b(?:we (?:propose|show|find|found|prove|introduce|present|define|derive|compute|conclude|"
    r"demonstrate|obtain|argue|develop|observe)|(?:this|which) (?:means|implies|shows|allows|"
    r"suggests|yields|leads)|therefore|in contrast|results? (?:show|indicate|suggest)|because|"
    r"consists? of|is (?:defined|called|known)|allows? us|enables?|significantly|outperforms?|"
    r"achieves?|the (?:main|key|goal|aim|idea|reason)|crucial|important(?:ly)?|depends? on|"
    r"instead of|rather than|the (?:first|only|largest|smallest|best)|increases?|reduces?)\b",
    re.IGNORECASE,
)
_POINTS_NOWHERE: Final = re.compile(
    r"(?:(?:this|these|those|that|it|they|he|she|there|here|such|"
    r"the (?:latter|former|first|second|third|last|other))\s+"
    r"(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|do|did|also|then|thus|"
    r"in turn|only|simply|\w+s\b)|(?:its|their|his|her|theirs|both|another|one|the other|some|"
    r"others|either|neither|each|as such|same|and|or|but|so|then|second|third|otherwise|likewise|"
    r"similarly|conversely|again|equivalently|recall|remark|let|given|suppose|assume|consider)\b)",
    re.IGNORECASE,
)
_REFERS_BACK: Final = re.compile(r"\b(?:these|those|such an?|said|aforementioned)\b", re.IGNORECASE)
_HALF_DANGLING: Final = re.compile(
    r"(?:this|these|those|such|it|they|he|she|the (?:first|second|third|last|above|following))\b",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:fig(?:ure|s|\.)|tab(?:le|\.|s\.)|sec(?:tion|s?\.|t\.)|appendix|eqs?\.|equations? \(?\d|"
    r"footnote|ref\.|refs\.|theorem \d|lemma \d|proposition \d|corollary \d|chapter \d|"
    r"(?:shown|listed|given|described|mentioned|defined|as|the|discussed|derived|introduced|cited) "
    r"(?:above|below|following|earlier|previously|before|here|next)|last line|left panel|"
    r"right panel|(?:previous|next|following|last|preceding|later) (?:sub)?sections?)",
    re.IGNORECASE,
)
_ABOUT_THE_TEXT: Final = re.compile(
    r"\b(?:(?:rest|remainder) of (?:this|the) paper|paper is organi[sz]ed|(?:we|I) (?:thank|refer)|"
    r"for (?:more )?details|(?:can|could) be found (?:in|at)|available (?:at|from|on)|left to the "
    r"reader|the(?:se|ir)? authors|personal communication|in preparation|proof is|"
    r"without loss of generality)\b|\?$",
    re.IGNORECASE,
)
# What is left of `models such as [3] and [4]`, whose citations were its words.
_GAPPED: Final = re.compile(
    r"\b(?:such as|similar to|as in|as|in|of|by|from|like|with|and|see|to|e\.g\.|i\.e\.)(?: and)?"
    r"\s*[.,;)](?!\w)|\b(?:such as|see|rows|both|from|by|in|of) and\b|\(\s*[,;)]|,\s*[,;.]",
    re.IGNORECASE,
)
_BIBLIOGRAPHIC: Final = re.compile(
    r"\b(?:Proc\.|pages? \d|pp\. ?\d|vol\. ?\d|arXiv:|doi:|https?:)|\d+\(\d+\):\d+|www\."
    r"|^\[[A-Za-z+]{2,}\d\d|\bet al\b"
    r"|\b(?:Journal|Transactions|Proceedings|Conference) (?:of|on)\b"
)
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)?")
_LONGEST_PHRASE = 3
_FREQUENT = 3  # or twice for a phrase of two words
_WORD_OR_STOP: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[^\s\w]|\d+")
_LIGHT_NOUNS: Final = frozenset(["number", "numbers", "set", "sets", "value", "values"])
_ADVERB: Final = re.compile(r"(?:ly|ing)$")

Vector = Mapping[str, float]


def rank_sentences(sentences: Sequence[str], focus: str) -> list[float]:
    """Score sentences by how much of the section they tell; below zero, better left out.

    Args:
        sentences: All of a section, in order.
        focus: What the paper is about: its title, its abstract, the section's title.
    """
    return _scores(sentences, _vectors(sentences), focus)


def choose_sentences(sentences: Sequence[str], focus: str, count: int) -> list[int]:
    """Choose this many sentences at most, each unlike the others, as indices in reading order."""
    if count <= 0:
        return []
    ranked = sentences[:_MOST_RANKED]
    vectors = _vectors(ranked)
    scores = _scores(ranked, vectors, focus)
    left = {index: score for index, score in enumerate(scores) if score > 0}
    bags = {index: set(terms_of(ranked[index])) for index in left}
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda index: (left[index], -index))
        chosen.append(best)
        del left[best]
        for index in list(left):
            likeness = _dot(vectors[index], vectors[best])
            if _overlap(bags[index], bags[best]) > _MOST_ALIKE:
                del left[index]
            else:
                left[index] = min(left[index], scores[index] - _NOVELTY * likeness)
    return sorted(chosen)


def _scores(sentences: Sequence[str], vectors: Sequence[Vector], focus: str) -> list[float]:
    aim = Counter(terms_of(focus))
    weights = {term for vector in vectors for term in vector}
    goal = _normalized({term: math.log1p(n) for term, n in aim.items() if term in weights})
    relevance = [_dot(vector, goal) for vector in vectors]
    centrality = _lexrank(vectors, relevance)
    highest = max(centrality, default=0.0) or 1.0
    return [
        0.7 * central / highest + 0.5 * relevant + _style_score(sentence, index)
        for index, (sentence, central, relevant) in enumerate(
            zip(sentences, centrality, relevance, strict=False)
        )
    ] + [0.0] * (len(sentences) - len(vectors))


def _vectors(sentences: Sequence[str]) -> list[Vector]:
    """Weigh each sentence's terms by how few sentences have them; all vectors have length 1."""
    bags = [Counter(terms_of(FORMULA.sub(" ", each))) for each in sentences[:_MOST_RANKED]]
    frequency = Counter(term for bag in bags for term in bag)
    count = len(bags)
    return [
        _normalized({term: n * math.log(1 + count / frequency[term]) for term, n in bag.items()})
        for bag in bags
    ]


def _lexrank(vectors: Sequence[Vector], relevance: Sequence[float]) -> list[float]:
    neighbours = _neighbours(vectors)
    total = sum(relevance)
    count = max(1, len(vectors))
    start = [each / total if total else 1 / count for each in relevance]
    ranks = start
    for _ in range(_ITERATION_COUNT):
        given = [(1 - _DAMPING) * each for each in start]
        for index, near in enumerate(neighbours):
            for other, share in near:
                given[other] += _DAMPING * share * ranks[index]
        ranks = given
    return ranks


def _neighbours(vectors: Sequence[Vector]) -> list[list[tuple[int, float]]]:
    """Return for each sentence those like it, with shares that add up to 1."""
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, vector in enumerate(vectors):
        for term, weight in vector.items():
            holders[term].append((index, weight))
    neighbours: list[list[tuple[int, float]]] = []
    for index, vector in enumerate(vectors):
        likeness: dict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            for other, others_weight in holders[term]:
                likeness[other] += weight * others_weight
        near = {
            other: value
            for other, value in likeness.items()
            if other != index and value >= _LEAST_ALIKE
        }
        total = sum(near.values())
        neighbours.append([(other, value / total) for other, value in near.items()])
    return neighbours


def _style_score(sentence: str, index: int) -> float:
    """Judge how a sentence is made: whether it stands alone, and can be read at a glance."""
    score = 0.15 / (1 + index)
    count = len(words_of(sentence))
    if count < _TOO_FEW_WORDS or not sentence.rstrip("\"'”’)*_ ").endswith((".", "!")):
        return -2.0
    if _ABOUT_THE_TEXT.search(sentence) or _BIBLIOGRAPHIC.search(sentence):
        return -2.0
    if _GAPPED.search(sentence) or not sentence[:1].isupper():
        score -= 1.5
    if count not in _BEST_WORDS:
        score -= 0.03 * min(abs(count - _BEST_WORDS.start), abs(count - _BEST_WORDS.stop))
    if shorten(sentence, _BEST_WORDS.stop - 1).endswith("…"):
        score -= 0.7
    if _CUES.search(sentence):
        score += 0.15
    if _POINTS_NOWHERE.match(sentence):
        score -= 0.9
    elif _HALF_DANGLING.match(sentence):
        score -= 0.4
    elif _REFERS_BACK.search(sentence):
        score -= 0.15
    if _ELSEWHERE.search(sentence):
        score -= 0.7
    if len(_NUMBERS.findall(FORMULA.sub("", sentence))) > 3:
        score -= 0.2
    math_length = sum(len(formula) for formula in FORMULA.findall(sentence))
    return score - min(0.6, max(0, math_length - _LONGEST_MATH) / 150)


def key_terms(sentences: Sequence[str], titles: str, count: int) -> list[str]:
    """Return the terms this section is about: its most frequent ones, and those of its titles."""
    frequency = Counter(
        term for sentence in sentences for term in terms_of(FORMULA.sub(" ", sentence))
    )
    titled = set(terms_of(titles))
    ranked = sorted(frequency.items(), key=lambda item: (item[0] not in titled, -item[1], item[0]))
    return [term for term, frequent in ranked if frequent > 2 or term in titled][:count]


def key_phrases(sentences: Sequence[str], terms: Sequence[str], count: int) -> list[str]:
    """Return what the section says of its terms again and again, longer phrases first.

    A phrase is up to three words in a row that carry meaning (Rose et al., 2010, who called this
    RAKE); one inside a longer one that is about as frequent is not told again.
    """
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for sentence in sentences[:_MOST_RANKED]:
        for words in _meaningful_runs(FORMULA.sub(".", sentence)):
            for length in range(1, _LONGEST_PHRASE + 1):
                for start in range(len(words) - length + 1):
                    phrase = words[start : start + length]
                    forms[tuple(stem(word.lower()) for word in phrase)][" ".join(phrase)] += 1
    about = set(terms)
    counts = {key: forms[key].total() for key in forms if about & set(terms_of(" ".join(key)))}
    ranked = sorted(
        (key for key, n in counts.items() if n > 1 and n + len(key) > _FREQUENT),
        key=lambda key: (-counts[key] * math.log2(1 + 2 * len(key)), key),
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


def _meaningful_runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for token in _WORD_OR_STOP.findall(text):
        word = token.lower()
        is_head = bool(runs[-1]) and word in _LIGHT_NOUNS
        if is_head or (token[0].isalpha() and carries_meaning(word) and not _ADVERB.search(token)):
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return runs


def _normalized(vector: Vector) -> Vector:
    norm = math.sqrt(sum(value * value for value in vector.values()))
    return {term: value / norm for term, value in vector.items()} if norm else {}


def _dot(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
