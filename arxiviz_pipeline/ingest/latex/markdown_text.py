"""Writes pieces of text as Markdown: the same as for HTML pages, from TeX's own signs."""

import re
import unicodedata

NEWLINE = "\x01"  # a break inside running text, until white space is settled
UNDERSCORE = "\x02"  # one in the text, which needs a backslash at a word's edge alone
_MARKUP = re.compile(r"[\\`*$]|<(?=[A-Za-z/!?])")
_BLOCK_MARKUP = re.compile(r"^(#{1,6}\s|>|[-+]\s|\d{1,9}[.)]\s)")
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_EDGE = re.compile(rf"(?<![^\W_]){UNDERSCORE}|{UNDERSCORE}(?![^\W_])")
_INNER_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
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
    return _MARKUP.sub(r"\\\g<0>", run) if escapes else run


def settle(text: str, *, escapes: bool = True) -> str:
    """Write runs of white space as one space, and breaks as new lines."""
    if UNDERSCORE in text:
        text = (_EDGE.sub(r"\\_", text) if escapes else text).replace(UNDERSCORE, "_")
    lines = [_SPACES.sub(" ", line).strip() for line in text.split(NEWLINE)]
    return "\n".join(line for line in lines if line)


def one_line(text: str, *, escapes: bool = True) -> str:
    """Write text without any break in it."""
    return settle(text, escapes=escapes).replace("\n", " ")


def write_paragraph(text: str) -> str:
    """Write a paragraph whose first sign is no markup by accident."""
    return _BLOCK_MARKUP.sub(r"\\\1", settle(text))


def surround(before: str, content: str, after: str) -> str:
    """Put marks right at the words: Markdown knows no emphasis that begins with a space."""
    stripped = content.strip(f" \t\r\n\u00a0{NEWLINE}")
    if not stripped or NEWLINE in stripped:
        return content
    start = content.index(stripped)
    return f"{content[:start]}{before}{stripped}{after}{content[start + len(stripped) :]}"


def emphasise(content: str, mark: str) -> str:
    """Put emphasis on text that can bear it."""
    if mark == "`":
        return content if set("`$*") & set(content) else surround("`", content, "`")
    if mark == "**":
        return surround("**", content.replace("**", ""), "**")
    return content if "*" in content else surround(mark, content, mark)


def without_dollars(tex: str) -> str:
    """Write formulas inside of a formula's text so that they do not end it."""
    return _INNER_DOLLARS.sub(r"\\(\1\\)", tex)


def accented(letter: str, accent: str) -> str:
    """Put a combining accent on a letter; one without a letter is left out."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    if not letter[:1].isalpha():
        return letter
    return unicodedata.normalize("NFC", letter[0] + accent) + letter[1:]


def write_list(items: list[tuple[str, list[str]]]) -> str:
    """Write a list's items, each with its marker, its blocks indented under it."""
    lines: list[str] = []
    for marker, blocks in items:
        content = "\n\n".join(blocks)
        if content:
            indent = " " * len(marker.partition(" ")[0]) + " "
            lines.append(marker + content.replace("\n", "\n" + indent))
    return "\n".join("\n".join(line.rstrip() for line in text.split("\n")) for text in lines)


def write_table(rows: list[list[str]]) -> str:
    """Write a table, its first row as the heading; empty if no cell says anything."""
    filled = [row for row in rows if any(row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in filled]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def write_code(code: str) -> str:
    """Write program text as a fence; empty if there is none."""
    code = code.strip("\n")
    if not code.strip():
        return ""
    fence = "````" if "```" in code else "```"
    return f"{fence}\n{code}\n{fence}"
