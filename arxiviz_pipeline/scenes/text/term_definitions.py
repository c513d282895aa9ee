"""Finds sentences that say what a term means, in running text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from arxiviz_pipeline.scenes.text.section_text import Block, DisplayBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import terms_of, to_narration
from arxiviz_pipeline.scenes.text.standing_alone import standing_alone
from arxiviz_pipeline.scenes.text.terms_in_text import plain_term
from arxiviz_pipeline.scenes.text.word_lists import words_in

_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_MARKED = r"(?:\*{1,2}(?P<star>[^*$]{3,60}?)\*{1,2}|[“\"](?P<quote>[^”\"$]{3,60}?)[”\"])"
_OFTEN = r"(?:\w+ly |also |now |first |then |can |often )?"
# We define the *spread* of a set as …; we call a set *open* if …; but not: we define a map from a
# *round* sphere.
_WE_DEFINE: Final = re.compile(
    rf"^.{{0,90}}\bwe {_OFTEN}(?:(?:call|refer to)\b.{{0,90}}?|(?:define|introduce)\b"
    rf"(?:(?!\b(?:from|to|in|on|between|by|using|with)\b).){{0,90}}?){_MARKED}",
    re.IGNORECASE,
)
# … is called *open* if …; … is said to be *open* if …
_IS_CALLED: Final = re.compile(
    rf"^.{{3,160}}\b(?:is|are) {_OFTEN}(?:called|termed|named|known as|referred to as|said to be)"
    rf"(?: an?| the)? {_MARKED}",
    re.IGNORECASE,
)
# A *flow* is a map …
_MARKED_IS: Final = re.compile(
    rf"^(?:an?|the|by an?|by the) {_MARKED}(?: \([^()]{{1,30}}\))?(?: of [^,]{{2,60}}?)? "
    r"(?:is|are|means|denotes|refers to|is defined|we mean)\b",
    re.IGNORECASE,
)
_PLAIN_DEFINING: Final = re.compile(
    r"^(?:here,? |first,? |now,? )?we (?:now |first |also )?define (?:an?|the|our) "
    r"(?P<term>(?:[a-z][\w-]* ){0,3}[a-z][\w-]+)(?: ¤+)?(?: of| for| between| in| on)?\b"
    r".{0,160}?\b(?:as|to be|by)\b",
    re.IGNORECASE,
)
_IS_A: Final = re.compile(
    r"^(?:(?:an?|the) )?(?!reader)(?P<term>[\w-]+(?: [\w-]+){0,3})"
    r"(?: \([^()]{1,30}\))?,?(?: [^,.]{3,90},)?"
    r" (?:is|are|can be (?:described|defined|viewed|seen|thought of) as|refers to|means) "
    r"(?:an?|the|any|mapping|defined as)\b(?P<rest>.{20,})",
    re.IGNORECASE,
)
_NO_DEFINITION: Final = re.compile(
    r"^(?:an?|the|any)? ?(?:same|only|first|second|last|main|most|best|next|result|case|reason|aim|"
    r"goal|key|one|following|subject|standard|natural|good|popular|common|important|more|few|lot|"
    r"topic|question|answer|work|part|example|special|simple|well|basic|core|central|essential|"
    r"crucial|major|final|current|user)\b",
    re.IGNORECASE,
)
_DANGLING: Final = re.compile(
    r"[^\w]*(?:this|these|those|such|it|they|that|the (?:former|latter)|here|both|which|and|but)\b",
    re.IGNORECASE,
)
_NO_SUBJECT: Final = re.compile(
    r"(?:if|when|while|there|in|for|as|on|at|by|since|because|each|all|any|our|we|with|to|from)\b",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset(words_in("from to of in on by as with via that between at for"))
_FORMULA_NUMBER: Final = re.compile(r"[a-z] \(\d{1,2}\)(?=[\s.,;])")
_ARTICLE: Final = re.compile(r"\A(?:an?|the)\s+", re.IGNORECASE)
_EARLY_SENTENCES: Final = 3
_WORD_COUNTS: Final = range(10, 56)
_FEWEST_WITH_DISPLAY: Final = 5


@dataclass(frozen=True, slots=True)
class TermDefinition:
    """A sentence that says what a term means.

    Attributes:
        term: In plain text.
        sentence: Markdown; with a display, what leads to it.
        place: The index of its block.
        tells: The block's index, if it holds nothing else.
        is_marked: Whether the paper itself sets the term apart, or says that it defines it.
    """

    term: str
    sentence: str
    display: DisplayBlock | None
    place: int
    tells: frozenset[int]
    is_marked: bool


def find_term_definitions(blocks: Sequence[Block], title: str) -> list[TermDefinition]:
    """Find definitions in running text: with the term set apart, or of the section's subject."""
    found: dict[str, TermDefinition] = {}
    for definition in _definitions(blocks, set(terms_of(title))):
        found.setdefault(definition.term.lower(), definition)
    return list(found.values())


def _definitions(blocks: Sequence[Block], titled: set[str]) -> Iterator[TermDefinition]:
    sentence_count = 0
    for place, block in enumerate(blocks):
        match block:
            case TextBlock("paragraph", sentences):
                told, display = sentences, None
            case DisplayBlock():
                told, display = (block.introduction,), block
            case _:
                continue
        for sentence in told:
            is_early = sentence_count < _EARLY_SENTENCES
            sentence_count += 1
            word_count = len(sentence.split())
            is_short = word_count < (_FEWEST_WITH_DISPLAY if display else _WORD_COUNTS.start)
            if is_short or word_count >= _WORD_COUNTS.stop:
                continue
            if (term := _term_of(sentence, titled, is_early=is_early)) is None:
                continue
            name, is_marked = term
            is_all = display is not None or len(told) == 1
            tells = frozenset([place]) if is_all else frozenset[int]()
            yield TermDefinition(name, standing_alone(sentence), display, place, tells, is_marked)


def _term_of(sentence: str, titled: set[str], *, is_early: bool) -> tuple[str, bool] | None:
    """Return the term that a sentence defines, and whether it is marked as one."""
    if _DANGLING.match(sentence) or _FORMULA_NUMBER.search(sentence):
        return None
    hidden = _MATH.sub(lambda math: "¤" * len(math[0]), sentence)
    for pattern in (_WE_DEFINE, _IS_CALLED, _MARKED_IS):
        if found := pattern.search(hidden):
            group = "star" if found["star"] else "quote"
            start, end = found.span(group)
            is_aside = hidden[:start].count("(") > hidden[:start].count(")")
            term = _ARTICLE.sub("", plain_term(sentence[start:end]), count=1)
            return (term, True) if _is_term(term) and not is_aside else None
    found = _PLAIN_DEFINING.match(hidden)
    if found and _is_term(term := _up_to_preposition(found["term"])):
        return term, True
    found = _IS_A.match(hidden)
    if found and is_early and _is_subject(found["term"], titled):
        rest = hidden[found.start("rest") :].strip()
        return (found["term"], False) if not _NO_DEFINITION.match(rest) else None
    return None


def _is_term(term: str) -> bool:
    longest = 5
    words = to_narration(term).split()
    return 0 < len(words) <= longest and bool(terms_of(term))


def _up_to_preposition(term: str) -> str:
    """Take `mean distance` of `mean distance of a`."""
    words = term.split()
    return " ".join(takewhile(lambda word: word.lower() not in _PREPOSITIONS, words))


def _is_subject(term: str, titled: set[str]) -> bool:
    terms = set(terms_of(term))
    is_of_title = terms <= titled or (len(terms) == 2 and bool(terms & titled))
    return not _NO_SUBJECT.match(term) and bool(terms) and is_of_title
