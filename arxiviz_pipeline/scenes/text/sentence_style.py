"""Judges how a sentence is made: whether it stands alone, and can be read at a glance."""

import re
from typing import Final

from arxiviz_pipeline.scenes.text.sentences import FORMULA, shorten, words_of

_BEST_WORDS = range(9, 25)
_TOO_FEW_WORDS = 5
_SLACK_WORDS = 4  # more than the best, rather than to be broken off
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
    r"in turn|only|simply|\w+s\b)|(?:it|they|he|she|its|their|his|her|theirs|both|another|one|the "
    r"other|some|others|either|neither|each|as such|same|and|or|but|so|then|first|second|third|"
    r"otherwise|likewise|if so|similarly|conversely|again|equivalently|recall|remark|let|given|"
    r"suppose|assume|consider|note|see|check|here|also|after (?:that|this)|due to (?:this|these)|"
    r"(?:by|from|with|for|because of|in) (?:this|these|those|that|such an?|(?:both|all|such) cases|"
    r"the (?:former|latter|first|second|above|same))|try|make sure|now|please)\b(?!-))",
    re.IGNORECASE,
)
_OWN_PAPER: Final = re.compile(
    r"(?:in |by )?this (?:paper|work|article|report|study|document|thesis|manual|vignette|package|"
    r"tutorial|survey|review|chapter|method|approach|algorithm|model)\b",
    re.IGNORECASE,
)
_REFERS_BACK: Final = re.compile(r"\b(?:these|those|such an?|said|aforementioned)\b", re.IGNORECASE)
_ENDS_NOWHERE: Final = re.compile(
    r"\b(?:this|that|these|it|them|so|reasons?|the (?:other|former|latter))[.!]$", re.IGNORECASE
)
_HALF_DANGLING: Final = re.compile(
    r"(?:this|these|those|such|it|they|he|she|the (?:first|second|third|last|above|following|result"
    r"|results|others?|two|three|four))\b",
    re.IGNORECASE,
)
_LEADS_ON: Final = re.compile(
    r"\b(?:we|I|let us|let me)\s+(?:\w+\s+){0,3}?(?:describ(?:e|ed|ing)|explain(?:ed|ing)?|"
    r"discuss(?:ed|ing)?|review(?:ed)?|summari[sz]e|mention(?:ed)?|turn to|outline|"
    r"give (?:an?|some|two|three|such|examples?))\b|"
    r"\b(?:we|I)\s+(?:(?:will|shall|now|next|are|have|already|of course|going to|would like to|"
    r"want to)\s+)+(?:present|introduce|see|seen|explore|work with|come back|return|go|look at|"
    r"start|begin|focus on|turn)\b|"
    r"\bnext,? (?:step\b|we\b)|\bconsider (?:two|three|four|several)\b|"
    r"\bnow (?:an?|start|turn|let)\b|\bas follows\b|\bplease\b|"
    r"\bthe (?:second|third|fourth|fifth|final|last|next) section\b|\bend of (?:the|this) report\b",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:fig(?:ure|s|\.)|tab(?:le|\.|s\.)|sec(?:tion|s?\.|t\.)|appendix|eqs?\.|equations? \(?\d|"
    r"footnote|algorithm \d|ref\.|refs\.|theorem \d|lemma \d|proposition \d|corollary \d|"
    r"chapter \d|"
    r"(?:shown|listed|given|described|mentioned|defined|as|the|discussed|derived|introduced|cited) "
    r"(?:above|below|following|earlier|previously|before|here|next)|last line|left panel|"
    r"right panel|(?:figures?|pictures?|plots?|charts?|images?|tables?|examples?|graphs?|formulas?|"
    r"expressions?|definitions?|commands?|results?) (?:above|below|shows? (?:the|that|how))|"
    r"(?:above|below|following) (?:figure|picture|plot|chart|image|table|example|graph|formula|"
    r"equation|expression|definition|command|result|code)s?|(?:shown|seen) in the \w+|"
    r"(?:introduced|examples|one|two|ones) above|(?:above|below)(?=[.,;:)])|"
    r"we (?:have )?(?:saw|seen|already|observed|said|mentioned) (?:before|earlier|above|in|that)?|"
    r"(?:line chart|bar chart|in row|row \(|\w+ \(\d{1,2}\)(?=[\s.,;]))|"
    r"(?:previous|next|following|last|preceding|later) (?:sub)?sections?)",
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
    r"\b(?:such as|based on|relies on|rely on|due to|according to|"
    r"similar to|as in|as|in|of|by|from|like|with|and|see|to|e\.g\.|i\.e\.)(?: and)?"
    r"\s*[.,;)](?!\w)|\b(?:such as|see|rows|both|from|by|in|of) and\b|\(\s*[,;)]|,\s*[,;.]",
    re.IGNORECASE,
)
_BIBLIOGRAPHIC: Final = re.compile(
    r"\b(?:Proc\.|pages? \d|pp\. ?\d|vol\. ?\d|arXiv:|doi:|https?:)|\d+\(\d+\):\d+|www\."
    r"|^\[[A-Za-z+]{2,}\d\d|\bet al\b|^(?:[A-Z]\. ?)+[A-Z][\w-]+,"
    r"|\b(?:Journal|Transactions|Proceedings|Conference) (?:of|on)\b"
)
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)?")


def style_score(sentence: str, index: int) -> float:
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
    if shorten(sentence, _BEST_WORDS.stop - 1, slack=_SLACK_WORDS).endswith("…"):
        score -= 0.7
    if _CUES.search(sentence):
        score += 0.15
    if _OWN_PAPER.match(sentence):
        pass
    elif _POINTS_NOWHERE.match(sentence):
        score -= 1.5
    elif _HALF_DANGLING.match(sentence):
        score -= 0.7
    elif _REFERS_BACK.search(sentence):
        score -= 0.15
    if _ENDS_NOWHERE.search(sentence):
        score -= 0.6
    if _ELSEWHERE.search(sentence):
        score -= 1.1
    if _LEADS_ON.search(sentence):
        score -= 1.1
    if len(_NUMBERS.findall(FORMULA.sub("", sentence))) > 3:
        score -= 0.2
    math_length = sum(len(formula) for formula in FORMULA.findall(sentence))
    return score - min(0.6, max(0, math_length - _LONGEST_MATH) / 150)
