"""Splits prose into sentences, and shortens them.

Which of them tell a section's point is `key_sentences`' business; `standing_alone` frees them of
what stands around them.
"""

import re
from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.standing_alone import without_connective
from arxiviz_pipeline.scenes.text.word_lists import words_in

_ABBREVIATIONS: Final = frozenset(
    words_in("""
    eq eqs eqn eqns fig figs sec secs sect ref refs tab tabs ch chap app thm lem prop def cor al
    e.g i.e cf vs resp approx dr prof mr mrs ms no nos vol pp p st viz ca w.r.t i.i.d a.k.a s.t
    inc ltd jr ed eds alg ex rem appx max min const i.e., e.g., u.s
    """)
)
_END = re.compile(r"[.!?][\"'”’)\]*_]*\s+(?=[\"'“‘(\[*_\\]{0,3}[A-Z0-9$À-ÞΑ-Ω])")
FORMULA: Final = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_WORD = re.compile(r"(?:(?<!\\)\$(?:\\.|[^$\\])+\$|[^\s$]|\$)+")
_ASIDE = re.compile(r"\s+\([^()$]*\)(?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # outside of formulas
_TERM = re.compile(r"[^\W\d_]{3,}")
_CLAUSE_OPENERS: Final = frozenset(
    words_in("""
    which where because while whereas although since but with using when if unless so thus
    therefore hence
    """)
)
_ADDING: Final = frozenset(
    words_in("""
    which where while whereas although though since because but so thus hence therefore leading
    resulting making allowing giving yielding using
    """)
)
_SUBJECTS: Final = frozenset(
    words_in("the a an we it this they these that our its each all both there one")
)
_CLAUSE_ENDS: Final = (",", ";", ":", "—", "–")
_VERBS: Final = frozenset(
    words_in("""
    is are was were be been has have had can could may might will would shall should must do does
    did use uses used show shows showed find finds found give gives gave make makes made take takes
    propose proposes introduce introduces define defines consider considers apply applies provide
    provides yield yields lead leads become becomes depend depends allow allows follow follows hold
    holds contain contains consist consists perform performs achieve achieves increase increases
    decrease decreases remain remains obtain obtains compute computes employ employs get gets work
    works come comes came need needs require requires converge converges grow grows fall falls
    mean means present
    return returns tell tells create creates generate generates
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
    cent indeed almost often usually always never even just rather quite yet already gives give
    gave makes make made takes take based due you your who whom how what why because however
    """)
)
# Words that promise what was cut.
_LOOSE_END = re.compile(
    r"(?:[\s,;:(]+(?:i\.?e\.?|e\.?g\.?|and|or|the|a|an|of|in|to|for|with|by|that|which|where|"
    r"such as|including|namely|as|at|on|from|is|are|its|their))+[\s,;:.]*$",
    re.IGNORECASE,
)
_SHORTEST_TERM = 2


def split_sentences(text: str) -> list[str]:
    """Split at the ends of sentences, not inside math and not after `Eq.`, `et al.` or `e.g.`."""
    # A formula's own full stops end no sentence, and a letter keeps lengths as they are.
    masked = FORMULA.sub(lambda found: "X" * len(found[0]), text)
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


def shorten(sentence: str, most_words: int = 18, *, slack: int = 0) -> str:
    """Bring a sentence to this many words, cutting at a clause where there is one.

    Asides and opening connectives go first. What is cut after that is marked by `…`.

    Args:
        sentence: Markdown.
        most_words: How many words it may have.
        slack: How many more it may have, rather than to be broken off.
    """
    short = sentence.strip()
    if len(words_of(short)) > most_words:
        short = without_connective(short)
    if len(words_of(short)) > most_words:
        short = _ASIDE.sub("", short)
    words = words_of(short)
    if len(words) <= most_words:
        return short
    whole = short if len(words) <= most_words + slack else ""
    if words[0].lower() in _SUBORDINATING:
        # Its first clause says nothing alone.
        return whole or _broken_off(words[:most_words])
    count = _clause_end(words, most_words)
    kept = " ".join(words[:count])
    is_balanced = all(kept.count(one) == kept.count(other) for one, other in ("()", "[]", "“”"))
    if is_balanced and _is_main_clause(words, count):
        return kept.rstrip(" ,;:–—.") + "."
    return whole or _broken_off(words[:count])


def _broken_off(words: Sequence[str]) -> str:
    kept = " ".join(words)
    if kept.count("(") > kept.count(")"):
        kept = kept[: kept.rindex("(")] or kept.lstrip("(")  # all of it may be an aside
    return _LOOSE_END.sub("", kept).rstrip(" ,;:–—.") + "…"


def _clause_end(words: Sequence[str], most_words: int) -> int:
    """Return how many words come before the last clause boundary that leaves enough."""
    for count in range(most_words, most_words // 2, -1):
        if _is_opener(words[count - 1]):
            continue  # `…, therefore,` ends nothing
        if words[count - 1].endswith(_CLAUSE_ENDS) or _is_opener(words[count]):
            return count
    return most_words


def _is_opener(word: str) -> bool:
    return word.lower().strip(",") in _CLAUSE_OPENERS


def _is_main_clause(words: Sequence[str], count: int) -> bool:
    """Tell whether these first words can stand as a sentence: what follows only adds to them."""
    least_words = 6
    if count < least_words or not words[count - 1].endswith(_CLAUSE_ENDS):
        return False
    if words[count - 1].endswith(";"):
        return True
    following = words[count].lower().strip(",")
    adds = following in _ADDING or (following in ("and", "but") and _begins_clause(words, count))
    return adds and says_something(" ".join(words[:count]))


def _begins_clause(words: Sequence[str], count: int) -> bool:
    """Tell `, and the keys come from …` from `, and keys`."""
    opens = words[count + 1 : count + 2] and words[count + 1].lower() in _SUBJECTS
    return bool(opens) and says_something(" ".join(words[count + 2 : count + 8]))


def says_something(text: str) -> bool:
    """Tell whether there is a verb in it, as far as a short list knows them."""
    return any(is_verb(word.lower().strip(",;:.")) for word in text.split())


def is_verb(word: str) -> bool:
    """Tell whether a word in lower case is a verb that a short list knows."""
    return word in _VERBS


def carries_meaning(word: str) -> bool:
    """Tell whether a word in lower case says what a text is about."""
    return len(word) > _SHORTEST_TERM and word not in _STOP_WORDS


def terms_of(text: str) -> list[str]:
    """Return the words that carry meaning, in lower case and without plural."""
    return [stem(word) for word in _TERM.findall(text.lower()) if word not in _STOP_WORDS]


def stem(word: str) -> str:
    """Take off a plural."""
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def to_narration(sentence: str) -> str:
    """Write a sentence as it is read out and captioned, in plain text."""
    return to_plain(read_inline(sentence))
