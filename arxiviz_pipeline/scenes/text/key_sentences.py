"""Finds the sentences that tell a section's point.

Biased LexRank (Otterbacher, Erkan and Radev, 2005): a sentence counts if those like it count, and
if it is near to what the paper and the section are called. How it is made is added, and maximal
marginal relevance (Carbonell and Goldstein, 1998) keeps the chosen unlike each other. Merely
taking those nearest to the section's centre gave lists and asides.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from arxiviz_pipeline.scenes.text.sentence_style import style_score
from arxiviz_pipeline.scenes.text.sentences import FORMULA, terms_of

_MOST_RANKED = 160  # sentences of a section: the first ones, as further ones add little
_DAMPING = 0.7  # how much a sentence owes to those like it, not to the focus
_ITERATION_COUNT = 15
_LEAST_ALIKE = 0.08
_NOVELTY = 0.6  # how much being like a chosen sentence harms
_MOST_ALIKE = 0.6  # of the shorter sentence's terms
_MOST_KNOWN = 0.79  # of a sentence's terms
_LEAST_BAD = -0.55

Vector = Mapping[str, float]


def choose_sentences(
    sentences: Sequence[str],
    focus: str,
    count: int,
    *,
    told: Sequence[str] = (),
    at_least: int = 0,
) -> list[int]:
    """Choose sentences, each unlike the others, as indices in reading order.

    Args:
        sentences: All of a section, in order.
        focus: What the paper is about: its title, its abstract, the section's title.
        count: How many at most.
        told: What is said anyway: a sentence with nothing new beside it is not chosen.
        at_least: If fewer have nothing against them, the least bad ones are taken too.
    """
    if count <= 0:
        return []
    ranked = sentences[:_MOST_RANKED]
    vectors = _vectors(ranked)
    scores = _scores(ranked, vectors, focus)
    bags = [set(terms_of(sentence)) for sentence in ranked]
    known = _terms_in(told)
    left = {
        index: score for index, score in enumerate(scores) if not _is_within(bags[index], known)
    }
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda index: (left[index], -index))
        if left[best] <= (_LEAST_BAD if len(chosen) < at_least else 0.0):
            break
        chosen.append(best)
        del left[best]
        for index in list(left):
            likeness = _dot(vectors[index], vectors[best])
            if _overlap(bags[index], bags[best]) > _MOST_ALIKE:
                del left[index]
            else:
                left[index] = min(left[index], scores[index] - _NOVELTY * likeness)
    return sorted(chosen)


def is_told(sentence: str, told: Iterable[str]) -> bool:
    """Tell whether a sentence has nothing new beside what is said."""
    return _is_within(set(terms_of(sentence)), _terms_in(told))


def _terms_in(told: Iterable[str]) -> set[str]:
    return {term for narration in told for term in terms_of(narration)}


def _is_within(bag: set[str], known: set[str]) -> bool:
    return len(bag & known) > _MOST_KNOWN * len(bag)


def _scores(sentences: Sequence[str], vectors: Sequence[Vector], focus: str) -> list[float]:
    aim = Counter(terms_of(focus))
    weights = {term for vector in vectors for term in vector}
    goal = _normalized({term: math.log1p(n) for term, n in aim.items() if term in weights})
    relevance = [_dot(vector, goal) for vector in vectors]
    centrality = _lexrank(vectors, relevance)
    highest = max(centrality, default=0.0) or 1.0
    return [
        0.7 * central / highest + 0.5 * relevant + style_score(sentence, index)
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


def _normalized(vector: Vector) -> Vector:
    norm = math.sqrt(sum(value * value for value in vector.values()))
    return {term: value / norm for term, value in vector.items()} if norm else {}


def _dot(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
