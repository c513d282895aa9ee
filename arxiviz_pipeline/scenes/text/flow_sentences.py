"""Reads what a sentence says of components: what goes from one to another, what consists of what.

Patterns of whole clauses alone: a wrong arrow is worse than none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.scenes.text.component_names import (
    Component,
    read_component,
    read_components,
    read_subject,
)
from arxiviz_pipeline.scenes.text.word_lists import words_in

_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_ADVERB = r"(?:(?:then|also|first|next|finally|subsequently|directly|further|now|simply|jointly) )?"
_PASSED: Final = (
    r"(?:fed|passed|sent|forwarded|routed|transmitted|delivered|propagated|supplied|given|handed|"
    r"piped|streamed|provided|input|projected|mapped|injected)"
)
_INTO: Final = r"(?: directly| back| forward| on)? (?:in)?to (?:the input of )?"
_MAKES: Final = (
    r"(?:outputs|produces?|generates?|returns|yields?|predicts?|emits?|computes|extracts|decodes|"
    r"synthesi[sz]es?|reconstructs?)"
)
_TURNS: Final = (
    r"(?:maps|transforms|converts?|encodes?|decodes?|projects|embeds?|translates|compress(?:es)?|"
    r"turns)"
)
_A: Final = r"(?P<a>.+?)"
_B: Final = r"(?P<b>.+?)"
_C: Final = r"(?P<c>.+)"
_TREATED: Final = r"(?:processed|encoded|decoded|embedded)"
_RESULT: Final = rf" (?:in)?to {_C}| to (?:produce|obtain|get|yield|generate|form) (?P<c2>.+)"
_TAKES: Final = r"(?:takes?|receives?|accepts?)"
_AS_INPUT: Final = r"as (?:its |an )?inputs?"
# Each pattern is of a whole clause; the edges are pairs of its groups.
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), edges)
    for pattern, edges in (
        (rf"(?:the )?outputs? of {_A} (?:is|are) {_ADVERB}{_PASSED}{_INTO}(?P<b>.+)", ("ab",)),
        (rf"{_A} (?:is|are) {_ADVERB}{_PASSED}{_INTO}(?P<b>.+)", ("ab",)),
        (rf"{_A} (?:is|are) {_ADVERB}followed by (?P<b>.+)", ("ab",)),
        (rf"{_A} (?:is|are) {_ADVERB}{_TREATED} by {_B}(?:{_RESULT})?", ("ab", "bc")),
        (rf"{_A} {_ADVERB}{_TAKES} {_B} {_AS_INPUT}(?:,? and {_ADVERB}{_MAKES} {_C})?",
         ("ba", "ac")),
        (rf"{_A} {_ADVERB}{_TURNS} {_B} (?:in)?to {_C}", ("ba", "ac")),
        (rf"given {_B}, {_A} {_ADVERB}{_MAKES} {_C}", ("ba", "ac")),
        (rf"{_A} {_ADVERB}{_MAKES} {_C} from {_B}", ("ba", "ac")),
        (rf"(?P<a>¶) {_ADVERB}{_MAKES} {_C}", ("ac",)),
    )
)  # fmt: skip
# Of a thing that is known already, so that `the model predicts an increase` says nothing.
_KNOWN_MAKES: Final = re.compile(rf"{_A} {_ADVERB}{_MAKES} {_C}", re.IGNORECASE)
_FOLLOWED: Final = re.compile(
    r"(?:.+? (?:consists? of|comprises?|contains?|uses?|employs?|has|includes?|is composed of|"
    r"is made up of) )(?P<a>.+?),? followed by (?P<rest>.+)",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(
    r"(?P<whole>.+?) (?:consists? of|comprises?|is composed of|are composed of|is made up of|"
    r"is divided into|is split into|contains|has|is organi[sz]ed (?:in|into)|includes|"
    r"proceeds in|works in|operates in|runs in|involves) "
    r"(?:the )?(?:following )?(?:(?P<count>two|three|four|five|six|seven|\d) )?"
    r"(?:(?:\w+ ){0,2}?(?P<kind>stages?|steps?|phases?|modules?|components?|parts?|blocks?|"
    r"sub-?layers?|layers|networks|branches|streams|sub-?systems|units|elements|sub-?networks))"
    r"(?: ?[:,–—-] ?(?:namely,? |(?:i\.e\.|that is),? )?(?P<list>.+))?",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"(?P<count>two|three|four|five) [\w -]{3,40}: (?P<list>.+)", re.IGNORECASE
)
_ORDINAL: Final = re.compile(
    r"(?:the )?(?P<order>first|second|third|fourth|other|last)(?: one| (?:stage|step|phase|module|"
    r"component|part|block|sub-?layer|layer|network|branch|unit))? is (?P<thing>.+)",
    re.IGNORECASE,
)
_SEQUENTIAL: Final = re.compile(r"stages?|steps?|phases?", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\s*\(?(?:\d|[ivx]{1,3}|[a-e])\)\s*")
_RELATIVE: Final = re.compile(
    r",? (?:which|that) "
    r"(?=(?:is|are|then|takes?|maps?|outputs?|produces?|generates?|transforms?)\b)",
    re.IGNORECASE,
)
_AND_THEN: Final = re.compile(
    rf",? and (?:is |are )?(?:then|subsequently|finally) (?=(?:is |are )?{_PASSED}\b)"
    rf"|,? and (?=(?:is|are) {_PASSED}\b)",
    re.IGNORECASE,
)
_OPENER: Final = re.compile(
    r"\A(?:(?:here|then|first|next|finally|second|third|subsequently|afterwards|specifically|"
    r"in particular|in detail|thus|hence|lastly|overall|at inference|during training|at test time|"
    r"in (?:the|a) (?:first|second|third|final|last|next) (?:stage|step|phase)|"
    r"as (?:shown|illustrated|depicted) in [^,]{3,30}),? )",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(
    r"(?:, (?:while|whereas|where|so that|and hence|because|since|as shown|as illustrated|"
    r"as depicted|using|thereby)\b|, \w+ing (?!and\b)|;| – | — |, and (?=the \w+ )).*",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"`|\(\)|\\[a-z]|[<>{}|_]|\bfunction\b|\barguments?\b|\bcommand\b")
_NUMBER_WORDS: Final = dict(
    zip(words_in("two three four five six seven"), range(2, 8), strict=True)
)
_LONGEST_LIST: Final = 7
_LONGEST_SENTENCE: Final = 420  # characters
_HELD: Final = "¶"  # the subject of the clause before


@dataclass(frozen=True, slots=True)
class Connections:
    """What one sentence says: pairs of things, and which of the things are data.

    Attributes:
        goes_on: Whether it took the following sentence to say it.
    """

    pairs: tuple[tuple[Component, Component], ...]
    data: tuple[Component, ...] = ()
    goes_on: bool = False

    @property
    def things(self) -> list[Component]:
        """All that is connected."""
        return [thing for pair in self.pairs for thing in pair]


def flows_in(sentence: str) -> Connections | None:
    """Read what flows where in a sentence; None where nothing is said for sure."""
    hidden, formulas = hide_formulas(sentence)
    if hidden is None:
        return None
    pairs: list[tuple[Component, Component]] = []
    data: list[Component] = []
    subject: Component | None = None
    for clause in _clauses(hidden):
        text = clause if subject is None else f"{_HELD} {clause}"
        told = _chain(text, formulas) if subject is None else None
        told = told or _of_clause(text, formulas, subject)
        if told is None:
            break
        pairs += told.pairs
        data += told.data
        subject = told.pairs[-1][1]
    return Connections(tuple(pairs), tuple(data)) if pairs else None


def made_by_known(
    sentence: str, knows: Callable[[Sequence[Component]], bool]
) -> Connections | None:
    """Read what one of the components that are known makes."""
    hidden, formulas = hide_formulas(sentence)
    if hidden is None:
        return None
    found = _KNOWN_MAKES.fullmatch(_clauses(hidden)[0])
    maker = read_subject(found["a"], formulas) if found else None
    made = read_component(found["c"], formulas) if found else None
    if maker is None or made is None or not knows([maker]):
        return None
    return Connections(((maker, made),), (made,))


def hide_formulas(sentence: str) -> tuple[str | None, list[str]]:
    """Put signs in the places of formulas; None if the sentence is about program text."""
    formulas: list[str] = []

    def hide(math: re.Match[str]) -> str:
        formulas.append(math[0])
        return f"¤{len(formulas) - 1}¤"

    hidden = re.sub(r"[*“”\"]", "", _MATH.sub(hide, sentence)).strip().rstrip(".")
    hidden = re.sub(r"\s+", " ", _OPENER.sub("", hidden, count=1))
    return (None if len(hidden) > _LONGEST_SENTENCE or _CODE.search(hidden) else hidden), formulas


def _clauses(hidden: str) -> list[str]:
    clauses: list[str] = []
    for clause in _RELATIVE.split(hidden):
        first, *others = _AND_THEN.split(clause)
        clauses += [first, *(f"is {re.sub(r'^(?:is|are) ', '', other)}" for other in others)]
    return [_CLAUSE_END.sub("", clause).strip(" ,") for clause in clauses]


def _chain(clause: str, formulas: Sequence[str]) -> Connections | None:
    """Read `consists of a, followed by b and c`."""
    found = _FOLLOWED.fullmatch(clause)
    if found is None:
        return None
    things = read_components(f"{found['a']}; {found['rest']}", formulas)
    if things is None or not 2 <= len(things) <= _LONGEST_LIST:
        return None
    return Connections(tuple(pairwise(things)))


def _of_clause(
    clause: str, formulas: Sequence[str], subject: Component | None
) -> Connections | None:
    for pattern, edges in _PATTERNS:
        found = pattern.fullmatch(clause)
        if found is None:
            continue
        groups = {name[0]: text for name, text in found.groupdict().items() if text}
        things: dict[str, list[Component]] = {}
        for name, text in groups.items():
            read = _read(text, formulas, subject, is_subject=name == "a")
            if not read:
                break
            things[name] = read
        if len(things) < len(groups):
            continue
        pairs = tuple(
            (one, other)
            for edge in edges
            if edge[0] in things and edge[1] in things
            for one in things[edge[0]]
            for other in things[edge[1]]
        )
        is_transformer = edges[0] == "ba"
        data = [*(things["b"] if is_transformer else ()), *things.get("c", ())]
        if pattern is _PATTERNS[1][0] and groups["a"].strip() != _HELD:
            data += things["a"]
        return Connections(pairs, tuple(data))
    return None


def _read(
    text: str, formulas: Sequence[str], subject: Component | None, *, is_subject: bool
) -> list[Component] | None:
    if text.strip() == _HELD:
        return [subject] if subject is not None else None
    if is_subject and " and " not in text:
        thing = read_subject(text, formulas)
        return [thing] if thing is not None else None
    if found := _COUNTED.fullmatch(text):
        things = read_components(found["list"], formulas)
        return things if things and len(things) == _number(found["count"]) else None
    return read_components(text, formulas)


def parts_in(sentence: str, following: str) -> Connections | None:
    """Read what a thing consists of, in one sentence or with the one after it."""
    hidden, formulas = hide_formulas(sentence)
    found = _PARTS.fullmatch(hidden) if hidden is not None else None
    if found is None or _SEQUENTIAL.fullmatch(found["kind"]):
        return None
    whole = read_component(found["whole"], formulas)
    parts = _list_of(found["list"], formulas) if found["list"] else _ordinals(following)
    count = found["count"]
    if whole is None or parts is None:
        return None
    if count and _number(count) != len(parts):
        return None
    if len(parts) < 2:
        return None
    goes_on = not found["list"]
    return Connections(tuple((whole, part) for part in parts), goes_on=goes_on)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBER_WORDS.get(word.lower(), 0)


def _list_of(text: str, formulas: Sequence[str]) -> list[Component] | None:
    items = _NUMBERED.sub(" ", text)
    return read_components(items, formulas)


def _ordinals(sentence: str) -> list[Component] | None:
    """Read `the first is a …, and the second is a …`."""
    hidden, formulas = hide_formulas(sentence)
    if hidden is None:
        return None
    clauses = re.split(r"(?:,|;)? (?:and|while) (?=the (?:second|third|other|last))", hidden)
    things: list[Component] = []
    for clause in clauses:
        found = _ORDINAL.fullmatch(clause)
        thing = read_component(found["thing"], formulas) if found else None
        if thing is None:
            return None
        things.append(thing)
    return things if len(things) > 1 else None


def counted_stages(sentence: str) -> list[Component] | None:
    """Read the stages that a sentence counts up, in their order."""
    hidden, formulas = hide_formulas(sentence)
    found = _PARTS.fullmatch(hidden) if hidden is not None else None
    if found is None or not found["list"] or not _SEQUENTIAL.fullmatch(found["kind"]):
        return None
    stages = _list_of(found["list"], formulas)
    count = found["count"]
    if stages is None or (count and _number(count) != len(stages)):
        return None
    return stages
