"""Splits prose into sentences, makes them stand alone, and shortens them.

Which of them tell a section's point is `key_sentences`' business.
"""

import re
from collections.abc import Sequence
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
FORMULA: Final = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_WORD = re.compile(r"(?:(?<!\\)\$(?:\\.|[^$\\])+\$|[^\s$]|\$)+")
_TERM = re.compile(r"[^\W\d_]{3,}")
_CONNECTIVES: Final = re.compile(
    r"(?:however|moreover|furthermore|in addition|additionally|for example|for instance|in fact|"
    r"indeed|thus|hence|note that|we note that|as a result|consequently|on the other hand|"
    r"in this (?:section|work|paper|appendix|case|context|regard|sense|way)|in particular|"
    r"specifically|that is|nevertheless|nonetheless|of course|to this end|more precisely|finally|"
    r"first(?:ly)?|second(?:ly)?|third(?:ly)?|again|similarly|therefore|accordingly|then|also|"
    r"put differently|likewise|meanwhile|overall|by contrast|in contrast|here|now|next|besides|"
    r"still|yet|so|"
    r"more specifically|in other words|interestingly|notably|as usual|in short|in summary|"
    r"to summari[sz]e|in conclusion|conversely|at the same time|by the way|namely),\s+(?=\S)",
    re.IGNORECASE,
)
_PLACE: Final = (
    r"(?:the\s+)?(?:(?:left|right|top|bottom|upper|lower)\s+(?:panel\s+)?of\s+)?"
    r"(?:figs?(?:ure|ures|\.)?|tab(?:le|les|s?\.)|secs?(?:tion|tions|t?\.)?|§+|appendix|eqs?\.?|"
    r"eqns?\.?|equations?|algorithm|listing|theorem|lemma|proposition|corollary|definition)"
    r"\s*~?(?:\(?[\dIVXA-Z][\w.-]*\)?(?:\s*(?:,|and|–|-|to)\s*\(?[\dIVXA-Z][\w.-]*\)?)*)"
)
_SEEN = (
    r"(?:shown|seen|depicted|illustrated|listed|given|summari[sz]ed|reported|described|discussed|"
    r"presented|displayed|plotted|sketched|indicated|explained|noted|stated|mentioned|defined|"
    r"introduced|derived)"
)
_POINTER_ASIDE: Final = re.compile(
    rf"\s*\((?:(?:see|cf\.?|e\.g\.,?|also|in|refer to|{_SEEN} in)\s+)*{_PLACE}[^()]*\)"
    r"|\s*\(see[^()]*\)",
    re.IGNORECASE,
)
_FOOTNOTE_MARK: Final = re.compile(r"(?:(?<=[,.;:])|\s+)\s*\$\^\{\d{1,2}\}\$(?=\s|$)")
_OPENING_POINTER: Final = re.compile(
    rf"(?:as\s+(?:can\s+be\s+|is\s+|was\s+)?{_SEEN}\s+(?:in|by|from)\s+{_PLACE}"
    rf"|(?:in|from|by|as\s+in|according\s+to|following)\s+{_PLACE}(?:\s+\w+)?(?:\s+\(\w+\))?"
    rf"|as\s+(?:we\s+have\s+)?(?:already\s+)?{_SEEN}(?:\s+(?:above|before|earlier|below|"
    rf"previously|in\s+{_PLACE}))?|as\s+above)"
    r"\s*,\s+(?=\S)",
    re.IGNORECASE,
)
_CLOSING_POINTER: Final = re.compile(
    rf",?\s+(?:\(?(?:as|and\s+is|see|cf\.)\s+)(?:also\s+|can\s+be\s+|is\s+)?(?:{_SEEN}\s+(?:in|by)\s+)?{_PLACE}\)?"
    r"\s*(?=[.!]$)",
    re.IGNORECASE,
)
_OPENING_WE_SAY: Final = re.compile(
    r"(?:(?:we|one|I)\s+(?:can\s+|may\s+|also\s+|now\s+|should\s+)?"
    r"(?:note|see|recall|remark|emphasi[sz]e|stress|point\s+out|observe)\s+that"
    r"|it\s+is\s+(?:\w+\s+)?(?:worth\s+\w+|worth|important\s+to\s+note|clear|easy\s+to\s+see|"
    r"obvious|evident|well[-\s]known|known|noteworthy|interesting\s+to\s+note)\s+that"
    r"|it\s+(?:should|can|must|may)\s+be\s+(?:noted|seen|observed|stressed|emphasi[sz]ed)\s+that"
    r"|note\s+that|observe\s+that|recall\s+that)\s*,?\s+(?=\S)",
    re.IGNORECASE,
)
_CLAUSE_OPENERS: Final = frozenset(
    words_in("""
    which where because while whereas although since but with using when if unless so thus
    """)
)
_ADDING: Final = frozenset(
    words_in("""
    which where while whereas although though since because but so thus hence therefore leading
    resulting making allowing giving yielding using
    """)
)
_VERBS: Final = frozenset(
    words_in("""
    is are was were be been has have had can could may might will would shall should must do does
    did use uses used show shows showed find finds found give gives gave make makes made take takes
    propose proposes introduce introduces define defines consider considers apply applies provide
    provides yield yields lead leads become becomes depend depends allow allows follow follows hold
    holds contain contains consist consists perform performs achieve achieves increase increases
    decrease decreases remain remains obtain obtains compute computes employ employs get gets work
    works need needs require requires converge converges grow grows fall falls mean means present
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
_SLACK_WORDS = 3  # rather than to cut so few


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


def standing_alone(sentence: str) -> str:
    """Take out of a sentence what ties it to its neighbours and to figures elsewhere."""
    alone = _FOOTNOTE_MARK.sub("", sentence.strip())
    alone = _POINTER_ASIDE.sub("", alone)
    for opening in (_CONNECTIVES, _OPENING_POINTER, _OPENING_WE_SAY, _CONNECTIVES):
        alone = _capitalized(opening.sub("", alone, count=1)) if opening.match(alone) else alone
    return _CLOSING_POINTER.sub("", alone)


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
    count = _clause_end(words, most_words)
    kept = " ".join(words[:count])
    is_balanced = all(kept.count(one) == kept.count(other) for one, other in ("()", "[]", "“”"))
    if is_balanced and _is_main_clause(words, count):
        return kept.rstrip(" ,;:–—.") + "."
    return _broken_off(words[:count])


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
    return _LOOSE_END.sub("", kept).rstrip(" ,;:–—.") + "…"


def _clause_end(words: Sequence[str], most_words: int) -> int:
    """Return how many words come before the last clause boundary that leaves enough."""
    for count in range(most_words, most_words // 2, -1):
        ends_clause = words[count - 1].endswith((",", ";", ":", "—", "–"))
        if ends_clause or words[count].lower().strip(",") in _CLAUSE_OPENERS:
            return count
    return most_words


def _is_main_clause(words: Sequence[str], count: int) -> bool:
    """Tell whether these first words can stand as a sentence: what follows only adds to them."""
    least_words = 6
    if count < least_words or not words[count - 1].endswith((",", ";", ":", "—", "–")):
        return False
    if words[count - 1].endswith(";"):
        return True
    adds = words[count].lower().strip(",") in _ADDING
    return adds and says_something(" ".join(words[:count]))


def says_something(text: str) -> bool:
    """Tell whether there is a verb in it, as far as a short list knows them."""
    return any(word.lower().strip(",;:.") in _VERBS for word in text.split())


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


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
