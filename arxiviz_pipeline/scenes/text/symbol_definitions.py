r"""Reads what symbols stand for: `where $d_k$ is the dimension of the keys` names `d_k`.

Precise rather than many: a phrase counts where its grammar leaves no doubt, and ends where it
goes on to something else. `noun_phrases` finds where that is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.formulas.symbols import Symbol, symbol_of
from arxiviz_pipeline.scenes.text.noun_phrases import (
    BREAKS,
    DETERMINERS,
    LEADING_WORDS,
    MOST_WORDS,
    Words,
    is_too_long,
    name_of,
    read_words,
    singular,
    take_phrase,
)
from arxiviz_pipeline.scenes.text.word_lists import words_in

_VERBS: Final = frozenset(
    words_in("is are denotes denote represents represent be designates designate means")
)
_PHRASAL: Final = {("stands", "for"), ("stand", "for"), ("refers", "to"), ("refer", "to")}
_WEAK_HEADS: Final = frozenset(
    words_in("""
    function number variable element set point quantity object constant constants parameter
    interval range integer integers case values numbers functions points space map
    """)
)
_SCALES: Final = frozenset(words_in("dimension size length order degree radius width height rank"))
_NOT_NOUNS: Final = frozenset(
    words_in("""
    larger smaller higher lower simple common mean final desired arbitrary additive lone fixed
    initial general total single resulting current requires uses gives yields contains equals
    reduces minimizes maximizes satisfies produces takes obtains computes follows implies needs
    becomes returns holds sets lets replaces choosing taking setting flipping including having
    """)
)
_PLURAL_LOOKING: Final = frozenset(
    words_in("bias axis basis radius analysis series lens gas hypothesis status chaos")
)
_GATHERINGS: Final = frozenset(
    words_in("set sets family collection number sequence vector matrix class group list")
)
_OPENERS: Final = frozenset(
    words_in("where with here let and if suppose when that while then which")
)
_SINGULAR_VERBS: Final = frozenset(
    words_in("is denotes represents designates means stands refers indicates")
)
_NAMED_BY: Final = frozenset(words_in("denote write call"))
# Mere kinds (`matrix`), counts (`three parameters`), loose ends (`fraction of what`), and what is
# itself a symbol (`f function`).
_SAYS_NOTHING: Final = re.compile(
    r"(?:matri(?:x|ces)|(?:vector|function|scalar|variable|number|element|point|set|constant|"
    r"parameter|column|row|object|quantit(?:y|ie)|term|symbol|letter)s?)"
    r"|(?:one|two|three|four|five|six|several|some|other|these|those|both)\b.*"
    r"|.*\b(?:what|which|that|it|them|this|these|each|all|where|whether)"
    r"|[b-zB-Z] .*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A symbol's name as a sentence gives it.

    Attributes:
        start: The first of the sentence's words that say so; `end` is behind the last.
    """

    symbol: Symbol
    name: str
    start: int
    end: int


def read_definitions(sentence: str) -> list[Definition]:
    """Find the symbols a sentence names, in its order; each symbol once."""
    text = read_words(sentence)
    if not text.math:
        return []
    found: dict[tuple[object, ...], Definition] = {}
    for definition in sorted(_found_in(text), key=lambda each: each.start):
        if _SAYS_NOTHING.fullmatch(definition.name):
            continue
        found.setdefault(definition.symbol.keys, definition)
    return list(found.values())


def _found_in(text: Words) -> Iterator[Definition]:
    index = 0
    told_until = -1
    while index < len(text.words):
        end, symbols = _symbol_list(text, index)
        if not symbols:
            index += 1
            continue
        goes_on = told_until >= 0 and text.words[told_until:index] in (
            ("and",),
            (",",),
            (",", "and"),
        )
        told = [
            *_after_verb(text, index, end, symbols),
            *_after_with(text, index, end, symbols, goes_on=goes_on),
        ]
        told_until = told[-1].end if told else -1
        yield from told
        yield from _before_symbol(text, index, end, symbols)
        yield from _in_parentheses(text, index, symbols)
        index = end


def _symbol_list(text: Words, start: int) -> tuple[int, list[Symbol]]:
    """Read `$a$, $b$ and $c$`; where it ends, and its symbols, none if one is no symbol."""
    symbols: list[Symbol] = []
    is_sound = True
    index = start
    while tex := text.tex(index):
        pieces = _split_at_commas(tex)
        read = [symbol_of(piece) for piece in pieces]
        symbols += [symbol for symbol in read if symbol]
        is_sound = is_sound and None not in read
        index += 1
        joint = index
        while text.plain(joint) in (",", "and", "or"):
            joint += 1
        if joint == index or not text.tex(joint) or _starts_own_definition(text, joint):
            break
        index = joint
    return (max(index, start + 1) if symbols or index > start else start), (
        symbols if is_sound else []
    )


def _starts_own_definition(text: Words, index: int) -> bool:
    """Tell `with $a$, and $b$ is another` from a list of symbols."""
    return text.plain(index + 1) in _SINGULAR_VERBS


def _split_at_commas(tex: str) -> list[str]:
    pieces = re.split(r",(?![^{(\[]*[})\]])(?:\s|\\[,;:! ]|~)*", tex)
    said = [piece for piece in pieces if piece.strip()]
    if any(
        re.search(r"[=<>:]|\\(?:in|to|subset|mapsto|geq?|leq?)\b", piece) for piece in said[:-1]
    ):
        return [tex]
    return said or [tex]


def _after_verb(
    text: Words, start: int, end: int, symbols: Sequence[Symbol]
) -> Iterator[Definition]:
    """`$x$ is the density`, `$f$ and $g$ are the rates`, `let $x$ denote the density`."""
    index = end
    if text.word(index) == "," and text.plain(index + 1) in ("respectively",):
        return
    if text.plain(index) in ("will", "shall", "here", "simply", "then", "also", "now"):
        index += 1
    verb, after = text.plain(index), text.plain(index + 1)
    if (verb, after) in _PHRASAL:
        index += 2
    elif verb in _VERBS and _is_subject(text, start):
        index += 1
    else:
        return
    yield from _named(text, start, index, symbols, needs_article=verb in ("is", "are", "be"))


def _is_subject(text: Words, start: int) -> bool:
    """Tell `$x$ is …` from `the sum of $x$ is …`."""
    before = text.plain(start - 1)
    return start == 0 or before in _OPENERS or before in (",", ";", ":", "(", "—", "–")


def _after_with(
    text: Words, start: int, end: int, symbols: Sequence[Symbol], *, goes_on: bool
) -> Iterator[Definition]:
    """`with $x$ the density`, `denote by $x$ the density`, `write $x$ for the density`."""
    before = text.plain(start - 1)
    index = end
    if before == "by" and text.plain(start - 2) in (*_NAMED_BY, "denoted"):
        pass
    elif before in _NAMED_BY and text.plain(end) in ("for", "the"):
        index += text.plain(end) == "for"
    elif (before == "with" or goes_on) and text.plain(end) in ("the", "being", "denoting"):
        index += text.plain(end) in ("being", "denoting")
    else:
        return
    yield from _named(text, start, index, symbols, needs_article=True)


def _named(
    text: Words, start: int, index: int, symbols: Sequence[Symbol], *, needs_article: bool
) -> Iterator[Definition]:
    phrases, end = _phrases(text, index, needs_article=needs_article)
    if len(symbols) == 1 and len(phrases) > 1:
        phrases = [_joined(text, index, phrases, end)]
    if len(phrases) == len(symbols):
        pairs = list(zip(symbols, phrases, strict=True))
    elif len(phrases) == 1:
        pairs = [(symbol, singular(phrases[0])) for symbol in symbols]
    else:
        return
    for symbol, name in pairs:
        if name:
            yield Definition(symbol, name, start, end)


def _joined(text: Words, index: int, phrases: Sequence[str], end: int) -> str:
    """Join `additive noise and interference`, if nothing but these two is said."""
    first, second, *others = phrases
    _, stop, _ = take_phrase(text, index)
    is_plain = text.plain(stop) == "and" and text.plain(stop + 1) not in DETERMINERS
    is_verb_next = text.plain(end) in _VERBS
    both = f"{first} and {second}"
    return (
        both
        if is_plain and not others and not is_verb_next and not is_too_long(both.split())
        else first
    )


def _phrases(text: Words, index: int, *, needs_article: bool) -> tuple[list[str], int]:
    """Read one name, or several joined by commas and `and` that each could be one."""
    names: list[str] = []
    end = index
    while True:
        words, end, stopped = take_phrase(text, index)
        has_article = text.plain(index) in DETERMINERS
        if not words or (needs_article and not has_article and not names):
            return names, end
        name = name_of(words)
        if not name:
            return names, end
        names.append(name)
        joint = end
        while text.plain(joint) in (",", "and"):
            joint += 1
        if joint == end or not stopped or text.tex(joint):
            return names, end
        index = joint


def _before_symbol(
    text: Words, start: int, end: int, symbols: Sequence[Symbol]
) -> Iterator[Definition]:
    """`the learning rate $x$`, `matrices $A$ and $B$`, `keys of dimension $d$`."""
    index = start - 1
    if text.word(index) == ",":
        # `the Hubble time, $T$, is` names; `the time, $T$ is` may not.
        if text.word(end) != "," and not text.tex(start).rstrip().endswith(","):
            return
        index -= 1
    if _modifies(text, end):
        return
    words: list[str] = []
    while text.word(index)[:1].isalpha() and len(words) <= MOST_WORDS:
        plain = text.plain(index)
        if plain in DETERMINERS or plain in BREAKS or plain in _VERBS or plain == "of":
            break
        if text.word(index).endswith("."):
            return
        words.insert(0, text.word(index))
        index -= 1
    opener = text.plain(index)
    if not words or len(words) > 4 or words[0].lower() in _NAMED_BY | _OPENERS:
        return
    if not _is_noun(words, opener, is_list=len(symbols) > 1):
        return
    if opener == "of" and len(words) == 1 and words[0].lower() in _SCALES:
        words = [words[0], "of", text.word(index - 1)]
        if not words[-1].isalpha() or text.plain(index - 1) in BREAKS:
            return
    elif opener in ("the", "a", "an", "our", "each", "every"):
        if words[-1].lower() in _WEAK_HEADS and len(words) == 1:
            return
        words += _of_phrase(text, end) if len(symbols) == 1 else []
    elif opener == "of" and text.plain(index - 1) in _GATHERINGS:
        if not any(key[2] for symbol in symbols for key in symbol.keys):
            words = [text.word(index - 1), "of", *words]
    elif opener not in ("matrices", "vectors", "parameters"):
        if opener not in ("at", "are", "into", "with", "of") or len(words) < 1:
            return
        if words[-1].lower() in _WEAK_HEADS:
            return
    name = name_of([word for word in words if word.lower() not in LEADING_WORDS])
    if not name:
        return
    for symbol in symbols:
        shown = name if len(symbols) == 1 else singular(name)
        yield Definition(symbol, shown, index, end)


def _modifies(text: Words, end: int) -> bool:
    """Tell the $n$ of `the $n$ samples`, which names nothing, by the word behind it."""
    after = text.plain(end)
    if after in ("-", "–"):
        return True
    goes_on = after in BREAKS or after in _VERBS or after in DETERMINERS or after == "of"
    is_phrasal = (after, text.plain(end + 1)) in _PHRASAL
    is_adverb = after.endswith("ly")
    return after[:1].isalpha() and not goes_on and not is_phrasal and not is_adverb


def _is_noun(words: Sequence[str], opener: str, *, is_list: bool) -> bool:
    """Tell whether a phrase before a symbol ends with what the symbol may be."""
    last = words[-1].lower()
    if any(word.lower() in _NOT_NOUNS for word in words[-1:]) or any(
        word.endswith("ly") or word.lower() in ("could", "one") for word in words
    ):
        return False
    if last.endswith(("able", "ible", "ous", "ful")) or (last.endswith("ing") and opener == "of"):
        return False
    looks_plural = last.endswith("s") and not last.endswith("ss") and last not in _PLURAL_LOOKING
    # `a model uses $x$`: behind `a` or `each`, what looks like a plural is a verb.
    return is_list or not (looks_plural and opener in ("a", "an", "each", "every", "one"))


def _of_phrase(text: Words, end: int) -> list[str]:
    """Take `of the visible universe` behind `the mass $M$`, if it is short."""
    if text.plain(end) != "of":
        return []
    words, stop, _ = take_phrase(text, end + 1)
    if text.tex(stop) or not 0 < len(words) <= 3 or any(word.startswith("$") for word in words):
        return []
    article = [text.plain(end + 1)] if text.plain(end + 1) == "the" else []
    return ["of", *article, *words]


def _in_parentheses(text: Words, start: int, symbols: Sequence[Symbol]) -> Iterator[Definition]:
    """`communication latency ($t$)`."""
    if text.word(start - 1) != "(" or text.word(start + 1) != ")" or len(symbols) != 1:
        return
    index = start - 2
    words: list[str] = []
    while text.word(index)[:1].isalpha() and not text.word(index).endswith("."):
        plain = text.plain(index)
        if plain in DETERMINERS or plain in BREAKS or plain in _VERBS or plain == "of":
            break
        words.insert(0, text.word(index))
        index -= 1
    is_noun = 0 < len(words) <= 4 and _is_noun(words, text.plain(index), is_list=False)
    name = name_of(words) if is_noun and text.plain(index) != "of" else ""
    is_plain = "=" not in text.tex(start) or not _modifies(text, start + 2)
    if name and is_plain and words[-1].lower() not in _WEAK_HEADS:
        yield Definition(symbols[0], name, index + 1, start + 2)
