"""Frees sentences of what ties them to their neighbours, to figures and to other sections."""

import re
from typing import Final

_CONNECTIVES: Final = re.compile(
    r"(?:however|moreover|furthermore|in addition|additionally|for example|for instance|in fact|"
    r"indeed|thus|hence|note that|we note that|as a result|consequently|on the other hand|"
    r"in this (?:section|work|paper|appendix|case|context|regard|sense|way|article|report|study|"
    r"document|chapter)|in particular|"
    r"specifically|that is|nevertheless|nonetheless|of course|to this end|more precisely|finally|"
    r"first(?:ly)?|second(?:ly)?|third(?:ly)?|again|similarly|therefore|accordingly|then|also|"
    r"put differently|likewise|meanwhile|overall|by contrast|in contrast|here|now|next|besides|"
    r"still|yet|so|instead|actually|clearly|obviously|alternatively|on the contrary|what[’']s more|"
    r"(?:more |most )?importantly|unfortunately|fortunately|as a consequence|"
    r"for (?:this|these|that) reasons?|apart from (?:that|this)|"
    r"more specifically|in other words|interestingly|notably|as usual|in short|in summary|"
    r"to summari[sz]e|in conclusion|conversely|at the same time|by the way|namely),\s+(?=\S)",
    re.IGNORECASE,
)
_BARE_CONNECTIVE: Final = re.compile(
    r"(?:thus|hence|therefore|of course|obviously|clearly|moreover|consequently|accordingly|indeed|"
    r"however|furthermore|nevertheless)"
    r"\s+(?=(?:the|an?|we|its?|each|every|any|all|no|our|one|if|for|in|there|both|th(?:is|ese))\b|\$)",
    re.IGNORECASE,
)
_CONNECTIVE_INSIDE: Final = re.compile(
    r",\s*(?:however|therefore|thus|hence|moreover|furthermore|of course|for (?:example|instance)|"
    r"indeed|in turn|nevertheless|nonetheless|in fact|in contrast|though|by contrast|on the other "
    r"hand),\s*",
    re.IGNORECASE,
)
_WE_THEREFORE: Final = re.compile(
    r"^(we|I|they|this|it)\s+(?:also|therefore|thus|hence|then|further)\s+(?=\w)", re.IGNORECASE
)
_EQUATION_NUMBER: Final = re.compile(
    r",?\s+(?:in|of|from|by)\s+\(\d{1,3}[a-z]?\)(?=[\s.,;]|$)", re.IGNORECASE
)
_NUMBER_IN_PARENTHESES: Final = re.compile(r"\(\d{1,3}[a-z]?\)")
_NEW_CLAUSE: Final = re.compile(
    r"(?:they|we|it|the|this|these|there|an?|our|one|its|I|he|she)\b", re.IGNORECASE
)
_PLAIN_WORD: Final = re.compile(
    r"(?:[^\W\d_]{2,}(?:[-’'][^\W\d_]+)*(?=[\s,.;:!?)]|$)|[ai](?=\s+[^\W\d_]{2,}))"
)
_OPENING_PHRASE: Final = re.compile(
    r"(?:in|on|to|for|at|with|by|from|under|after|before|when|if|while|although|as|since|despite|"
    r"unlike|besides|apart|given|during|within|without)\b[^,]*$|(?!note\b)\w+$",
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
_NOTE_ASIDE: Final = re.compile(
    r"\s*\((?:note:|https?:|www\.)[^()]*(?:\([^()]*\)[^()]*)*\)", re.IGNORECASE
)
_PICTURE = r"(?:figure|picture|plot|table|graph|chart|diagram|image|example)s?"
_OPENING_POINTER: Final = re.compile(
    rf"(?:as\s+(?:the|this)\s+(?:\w+\s+)?{_PICTURE}(?:\s+(?:above|below))?\s+shows?"
    r"|as\s+(?:we|you|one)\s+(?:can\s+|may\s+|have\s+|will\s+)?(?:already\s+)?(?:see|saw|seen|"
    r"observed?|noted|mentioned|discussed|showed|shown|explained|said)"
    r"(?:\s+(?:above|before|earlier|below|already|later|here|(?:in|from)\s+[^,]{1,30}))?"
    rf"|as\s+(?:can\s+be\s+|is\s+|was\s+)?(?:{_SEEN}|obvious|evident|clear|apparent)\s+"
    rf"(?:in|by|from|on)\s+(?:the|this)\s+(?:\w+\s+)?{_PICTURE}(?:\s+(?:above|below))?"
    rf"|as\s+(?:can\s+be\s+|is\s+|was\s+)?{_SEEN}\s+(?:in|by|from)\s+{_PLACE}"
    rf"|(?:in|from|by|as\s+in|according\s+to|following)\s+{_PLACE}(?:\s+\w+)?(?:\s+\(\w+\))?"
    rf"|as\s+(?:we\s+have\s+)?(?:already\s+)?{_SEEN}(?:\s+(?:above|before|earlier|below|"
    rf"previously|in\s+{_PLACE}|in\s+the\s+\w+))?|as\s+above)"
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
    r"|(?:please\s+)?(?:also\s+)?note\s+(?:also\s+)?that|observe\s+that|recall\s+that)\s*,?\s+(?=\S)",
    re.IGNORECASE,
)


def standing_alone(sentence: str) -> str:
    """Take out of a sentence what ties it to its neighbours and to figures elsewhere."""
    alone = _FOOTNOTE_MARK.sub("", sentence.strip())
    alone = _POINTER_ASIDE.sub("", alone)
    alone = _NOTE_ASIDE.sub("", alone)
    alone = _CONNECTIVE_INSIDE.sub(_rejoined, alone)
    openings = (_CONNECTIVES, _BARE_CONNECTIVE, _OPENING_POINTER, _OPENING_WE_SAY, _CONNECTIVES)
    for opening in openings:
        alone = capitalized(opening.sub("", alone, count=1)) if opening.match(alone) else alone
    alone = _WE_THEREFORE.sub(r"\1 ", alone)
    alone = _without_equation_numbers(alone)
    return _CLOSING_POINTER.sub("", alone)


def _without_equation_numbers(sentence: str) -> str:
    """Drop the `(3)` of `the scalar in (3)`, unless it counts `(1) …, (2) …`."""
    if len(_NUMBER_IN_PARENTHESES.findall(sentence)) > 1:
        return sentence
    return _EQUATION_NUMBER.sub("", sentence)


def without_connective(sentence: str) -> str:
    """Take `However,` and its like off a sentence's beginning."""
    found = _CONNECTIVES.match(sentence)
    return capitalized(sentence[found.end() :]) if found else sentence


def _rejoined(found: re.Match[str]) -> str:
    """Keep one comma where the clause before it opened the sentence: `On CPUs, however, it …`."""
    if _OPENING_PHRASE.match(found.string[: found.start()]):
        return ", "
    return found[0] if _NEW_CLAUSE.match(found.string, found.end()) else " "


def capitalized(text: str) -> str:
    """Begin with a capital, unless the first word is no word: `mfTheta`, `r=2`, `x_i`."""
    return text[:1].upper() + text[1:] if _PLAIN_WORD.match(text) else text
