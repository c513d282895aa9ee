"""Writes runs of TeX's characters as Markdown: its ligatures, accents and underscores."""

import re
import unicodedata

from arxiviz_pipeline.ingest import markdown_text as markdown

UNDERSCORE = "\x02"  # one in the text, which needs a backslash at a word's edge alone
_EDGE = re.compile(rf"(?<![^\W_]){UNDERSCORE}|{UNDERSCORE}(?![^\W_])")
_QUOTE_SIGNS = re.compile(r"[`'\-]|\?`|!`|\"")
_LIGATURES = (
    ("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("?`", "¿"), ("!`", "¡"), ("`", "‘"),
    ("'", "’"),
)  # fmt: skip


def write_run(run: str, *, escapes: bool) -> str:
    """Write a run of characters: TeX's ligatures as characters, Markdown's signs escaped."""
    if _QUOTE_SIGNS.search(run):
        for signs, character in _LIGATURES:
            run = run.replace(signs, character)
    return markdown.escape(run) if escapes else run


def settle(text: str, *, escapes: bool = True) -> str:
    """Write runs of white space as one space, and breaks as new lines."""
    if UNDERSCORE in text:
        text = (_EDGE.sub(r"\\_", text) if escapes else text).replace(UNDERSCORE, "_")
    return markdown.settle(text)


def one_line(text: str, *, escapes: bool = True) -> str:
    """Write text without any break in it."""
    return settle(text, escapes=escapes).replace("\n", " ")


def write_paragraph(text: str) -> str:
    """Write a paragraph none of whose lines is markup by accident."""
    return markdown.escape_lines(settle(text))


def emphasise(content: str, mark: str) -> str:
    """Put emphasis on text that can bear it."""
    return markdown.emphasise(content.replace(UNDERSCORE, "_") if mark == "`" else content, mark)


def accented(letter: str, accent: str) -> str:
    """Put a combining accent on a letter; one without a letter is left out."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    if not letter[:1].isalpha():
        return letter
    return unicodedata.normalize("NFC", letter[0] + accent) + letter[1:]
