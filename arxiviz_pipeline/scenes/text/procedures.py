"""Finds procedures told in words: lists of things to do, and sentences that follow each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from arxiviz_pipeline.scenes.text.section_text import Block, ListBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import to_narration
from arxiviz_pipeline.scenes.text.standing_alone import capitalized
from arxiviz_pipeline.scenes.text.word_lists import words_in

_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_VERBS: Final = frozenset(
    words_in("""
    accept add adjust aggregate align allocate analyze append apply approximate assign average
    backpropagate begin break broadcast build calculate cast check choose classify clip cluster
    collect combine compare compute concatenate construct convert convolve copy correct count
    create crop decode decompose decrease define delete derive detect determine discard discretize
    divide draw drop encode estimate evaluate evolve exchange execute expand extend extract factor
    feed filter find fit fix flip form forward freeze generate get give go group identify
    impute increase increment infer initialise initialize insert integrate interpolate invert
    iterate join keep label let list load locate loop map mark mask match maximise maximize measure
    merge minimise minimize modify move multiply mutate normalise normalize obtain optimise
    optimize order parse partition perform perturb pick place plot predict prepare preprocess
    process project propagate prune query randomly rank read rearrange receive record reduce refine
    reject remove repeat replace report resample reset rescale restart return rotate run sample
    save scale scan search select send separate set shift shuffle simulate solve sort split stack
    start stop store subsample substitute subtract sum swap take test tokenize train transform
    translate transmit traverse truncate tune update use verify visit wait warm write
    """)
)
_CUE: Final = re.compile(
    r"\b(?:steps?|procedures?|algorithms?|proceeds?|scheme|protocol|stages?|phases?|iterat\w+|"
    r"recipe|as follows|workflow|pipeline|routine|in order)\b",
    re.IGNORECASE,
)
_NO_PROCEDURE: Final = re.compile(
    r"\b(?:reasons?|contributions?|advantages?|limitations?|questions?|observations?|remarks?|"
    r"differences?|examples?|things|results|properties|assumptions?|conditions?|cases|sections?|"
    r"paper|article|chapter|hypothes[ei]s|lemma|theorem|proof|proposition|arguments?|aspects?|"
    r"findings|challenges|authors?|submission|manuscript)\b",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(
    r"(?:first(?:ly)?(?: of all)?,|to begin(?: with)?,|initially,|we (?:first|start by|begin by)\b|"
    r"(?:in|as) (?:a|the) first (?:step|stage|phase),?|step (?:1|one)[:.,]|we then first\b|"
    r"first (?:we|the|a|an)\b)\s*",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    r"(?:then|next|afterwards?|subsequently|after that|second(?:ly)?|third(?:ly)?|fourth(?:ly)?|"
    r"following this|in (?:a|the) (?:next|second|third|following) (?:step|stage|phase)|"
    r"step (?:\d|two|three|four)[:.])[,:]?\s+|we (?:then|next|subsequently)\s+",
    re.IGNORECASE,
)
_LAST: Final = re.compile(
    r"(?:finally|lastly|at last|eventually|in (?:a|the) (?:last|final) (?:step|stage|phase)),?\s+|"
    r"we finally\s+",
    re.IGNORECASE,
)
_SEQUEL: Final = re.compile(
    r"(?:then|next|afterwards?|subsequently|after that|finally|lastly|step|"
    r"we (?:then|next|finally)|in (?:a|the) (?:next|last|final|second) (?:step|stage|phase))\b",
    re.IGNORECASE,
)
_ONE_SENTENCE: Final = re.compile(
    r"(?:.{0,80}?\b)?(?P<opening>(?:we|it|one|the [\w -]{2,30}?) )first (?P<first>[a-z].{8,140}?)"
    r"(?:,|;)? (?:and )?then (?P<middle>.{8,160}?)(?:,|;)? and (?:finally|lastly),? "
    r"(?P<last>.{8,160})",
    re.IGNORECASE,
)
_POINTER: Final = re.compile(
    r"\s*\((?:see |cf\. )?"
    r"(?:section|sec\.|eqs?\.|equation|fig\.|figure|table|appendix|note:)[^()]*\)"
    r"|[;,]? see (?:section|figure|fig\.|table|eq\.|equation)[^,;]*?(?=\.?$)",
    re.IGNORECASE,
)
_FEWEST: Final = 3
_MOST: Final = 9
_FEWEST_WORDS: Final = 4
_MOST_WORDS: Final = 40
_SHARE_WITH_CUE: Final = 0.6
_SHARE_WITHOUT_CUE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps in order.

    Attributes:
        heading: The words that announce them, as Markdown; may be empty.
        place: The index of the block it begins at.
        tells: The block, if it holds nothing else.
        source: Where it was found; `announced` is a list that says of itself what it is.
    """

    heading: str
    steps: tuple[str, ...]
    place: int
    tells: frozenset[int]
    source: Literal["announced", "list", "sentences"]


def find_procedures(blocks: Sequence[Block], title: str) -> list[Procedure]:
    """Find procedures in a section's lists and paragraphs."""
    found: list[Procedure] = []
    before = ""
    for place, block in enumerate(blocks):
        match block:
            case ListBlock():
                found += _in_list(block, place, f"{before} {title}")
            case TextBlock("paragraph", sentences):
                found += _in_sentences(sentences, place, before)
                before = sentences[-1]
                continue
            case _:
                pass
        before = ""
    return found


def _in_list(block: ListBlock, place: int, around: str) -> Iterator[Procedure]:
    if not _FEWEST <= len(block.items) <= _MOST:
        return
    context = f"{block.heading} {around}"
    cue_is_in = context if block.is_numbered else block.heading
    has_cue = bool(_CUE.search(cue_is_in)) and not _NO_PROCEDURE.search(block.heading)
    share = sum(_is_imperative(item) for item in block.items) / len(block.items)
    is_told = share >= _SHARE_WITH_CUE and has_cue
    is_told |= block.is_numbered and share >= _SHARE_WITHOUT_CUE and not _is_advice(block.items)
    if is_told and all(_is_sayable(item) for item in block.items):
        steps = tuple(_unnamed(item) for item in block.items)
        source = "announced" if has_cue else "list"
        yield Procedure(_POINTER.sub("", block.heading), steps, place, frozenset([place]), source)


def _unnamed(item: str) -> str:
    told = re.sub(r"\A[|\s]+|[|\s]+\Z", "", _POINTER.sub("", item))
    return re.sub(r"\A\(?(?:[ivx]+|[a-z])\)\s+|\AStep \d+[:.]\s*", "", told, flags=re.IGNORECASE)


def _is_imperative(item: str) -> bool:
    words = re.sub(r"[*_`\"“]", "", _unnamed(item)).split(maxsplit=3)
    if not words:
        return False
    first = words[0].strip(",:;.").lower()
    if first.endswith("ly") and len(words) > 1:
        first = words[1].lower()
    # `Set of points` and `Sample size` are things.
    is_thing = len(words) > 1 and words[1].lower() in ("of", "size", "sizes", "and", "is", "are")
    return first in _VERBS and not is_thing


def _is_advice(items: Sequence[str]) -> bool:
    return any(re.search(r"\byou(?:r|rs)?\b|\bplease\b|\\\\", item) for item in items)


def _is_sayable(item: str) -> bool:
    words = to_narration(item).split()
    return 0 < len(words) <= _MOST_WORDS


def _in_sentences(sentences: Sequence[str], place: int, before: str) -> Iterator[Procedure]:
    for index, sentence in enumerate(sentences):
        announcing = sentences[index - 1] if index else before
        if _NO_PROCEDURE.search(announcing) or _NO_PROCEDURE.search(_plain(sentence)):
            continue
        run = _run_from(sentences[index:]) if _FIRST.match(sentence) else ()
        if run:
            steps = tuple(_POINTER.sub("", _without_marker(step)) for step in run)
            heading = announcing if index and _CUE.search(announcing) else ""
            heading = _POINTER.sub("", heading)
            is_all = len(run) + bool(heading) >= len(sentences)
            tells = frozenset([place]) if is_all else frozenset[int]()
            yield Procedure(heading, steps, place, tells, "sentences")
            return
        if steps := _in_one(sentence):
            tells = frozenset([place]) if len(sentences) == 1 else frozenset[int]()
            yield Procedure("", steps, place, tells, "sentences")
            return


def _plain(sentence: str) -> str:
    return _MATH.sub(" ", sentence)


def _run_from(sentences: Sequence[str]) -> tuple[str, ...]:
    """Take the sentences from `first` to `finally`, each of which must go on."""
    steps = [sentences[0]]
    has_sequel = False
    for sentence in sentences[1:]:
        if _LAST.match(sentence):
            steps.append(sentence)
            break
        if not _NEXT.match(sentence):
            break
        has_sequel |= bool(_SEQUEL.match(sentence))
        steps.append(sentence)
    has_sequel |= bool(_LAST.match(steps[-1]))
    is_sound = all(
        _FEWEST_WORDS <= len(step.split()) <= _MOST_WORDS and not _NO_PROCEDURE.search(_plain(step))
        for step in steps
    )
    is_sequence = has_sequel and _FEWEST <= len(steps) <= _MOST
    return tuple(steps) if is_sequence and is_sound else ()


def _without_marker(sentence: str) -> str:
    """Drop the word that gives a step its place: its number says that."""
    for marker in (_FIRST, _LAST, _NEXT):
        found = marker.match(sentence)
        if found is None:
            continue
        words = found[0].split()
        kept = "We " if words[0].lower() == "we" and words[-1].lower() != "by" else ""
        if words[0].lower() == "first" and len(words) > 1:
            kept = f"{words[-1]} "
        rest = f"{kept}{sentence[found.end() :]}"
        again = None if kept else _NEXT.match(rest)
        rest = rest[again.end() :] if again else rest
        return capitalized(rest)
    return sentence


def _in_one(sentence: str) -> tuple[str, ...]:
    found = _ONE_SENTENCE.fullmatch(sentence)
    if found is None or "¤" in sentence:
        return ()
    opening = found["opening"]
    steps = [found["first"], found["middle"], found["last"].rstrip(".")]
    if any(len(step.split()) < _FEWEST_WORDS - 1 for step in steps):
        return ()
    opening = capitalized(opening)
    return tuple(f"{opening}{step.strip(' ,;')}." for step in steps)
