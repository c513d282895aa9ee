"""Writes pieces of text as Markdown, the same for all formats.

What a document says stays text: of its own signs none becomes markup, HTML or a link.
"""

import re
from collections.abc import Iterable, Sequence

NEWLINE = "\x01"  # a break inside running text, until white space is settled
_MARKUP = re.compile(
    r"([\\`*$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|\](?=\()|&(?=#?[A-Za-z0-9]{1,31};))"
)
_LINK_ACROSS = re.compile(r"\]\(")
_LINE_MARKUP = re.compile(
    r"^(?:(\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|~~~|=+$|-+$))", re.MULTILINE
)
_DEFINITION = re.compile(r"^(\[[^\[\]\n]{1,999})(?=\]:)", re.MULTILINE)
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_EDGES = f" \t\r\n\u00a0{NEWLINE}"
_INNER_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_TAG_IN_FORMULA = re.compile(r"<(?=[A-Za-z/!?])")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>()\\\[\]]")
_FENCES = re.compile(r"`{3,}")


def escape(text: str) -> str:
    """Escape the signs that Markdown would take for its own inside a line."""
    return _MARKUP.sub(r"\\\1", text)


def escape_lines(paragraph: str) -> str:
    """Escape what would make a heading, a quote, a list or something unseen of a line."""
    escaped = _LINE_MARKUP.sub(r"\1\\", paragraph)
    return _DEFINITION.sub(r"\1\\", escaped)


def join(pieces: Iterable[str]) -> str:
    """Join pieces of running text; no link comes about where two of them meet."""
    joined: list[str] = []
    ends_bracket = False
    for piece in pieces:
        if not piece:
            continue
        if ends_bracket and piece[0] == "(":
            joined.append(" ")
        joined.append(piece)
        ends_bracket = piece[-1] == "]"
    return "".join(joined)
