"""A section's first sentences as plain text, from its Markdown."""

import re

_LONGEST = 300  # characters: about three lines in a list
_ENOUGH = 120
_DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
_MATH = re.compile(r"(\$[^$\n]+\$)")
_NOT_PROSE = re.compile(r"#{1,6} |\||>|!\[|[-*_]{3,}\s*$|\[\^")
_LIST_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|`+|~~)(?=\S)(.+?)(?<=\S)\1(?!(?<=_)\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")
# A full stop ends a sentence before a capital, a digit or a formula, unless it ends one of these.
_SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bal\.)(?<!\bFig\.)(?<!\bFigs\.)(?<!\bEq\.)"
    r"(?<!\bEqs\.)(?<!\bSec\.)(?<!\bRef\.)(?<!\bRefs\.)(?<!\bTab\.)(?<!\bvs\.)(?<!\bresp\.)"
    r"(?<!\b[A-Z]\.)(?<=[.!?])\s+(?=[A-Z0-9$\"“(])"
)


def summarize(markdown: str) -> str:
    """Return the first sentences of a section, one line of at most about 300 characters.

    Formulas stay as `$…$`; displays, tables, images and headings are left out. A section without
    prose has an empty summary.
    """
    prose = _FENCED.sub("", _DISPLAY.sub("", markdown))
    paragraphs = (_plain(block) for block in re.split(r"\n\s*\n", prose) if _is_prose(block))
    text = next((paragraph for paragraph in paragraphs if paragraph), "")
    summary = ""
    for sentence in _SENTENCE_END.split(text):
        longer = f"{summary} {sentence}".strip()
        if summary and (len(summary) >= _ENOUGH or len(longer) > _LONGEST):
            break
        summary = longer
    return _cut(summary)


def _is_prose(block: str) -> bool:
    return bool(block.strip()) and _NOT_PROSE.match(block.strip()) is None


def _plain(block: str) -> str:
    # Markdown's marks are removed between formulas only: in `$a_i b_j$` they are LaTeX.
    pieces = _MATH.split(_LIST_MARK.sub("", block))
    pieces[::2] = [_without_marks(piece) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def _without_marks(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", text))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    words = text[: _LONGEST - 1].rsplit(" ", 1)[0]
    if words.count("$") % 2:  # not in the middle of a formula
        words = words[: words.rindex("$")].rstrip()
    return f"{words}…"
