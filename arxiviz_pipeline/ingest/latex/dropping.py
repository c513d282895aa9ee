r"""Steps over what only lays out a page, with the arguments and lengths it takes."""

import re

from arxiviz_pipeline.ingest.latex.symbols import (
    DROPPED,
)
from arxiviz_pipeline.ingest.latex.writer import Writer

_LENGTH = re.compile(
    r"=?\s*[-+]*\s*(?:\d*[.,]?\d+|(?=\s*true)|[.,]\d*)?\s*"
    r"(?:true)?\s*(?:pt|in|cm|mm|em|ex|pc|bp|sp|dd|cc|mu|fill?l?|truecm|truein)?\s*"
)


def drop(writer: Writer, token: str) -> None:
    r"""Step over a command\'s arguments, as `DROPPED` tells them."""
    cursor, tokens = writer.cursor, writer.document.tokens
    for kind in DROPPED[token]:
        match kind:
            case "m":
                if cursor.peek() == "{":
                    cursor.group()
                elif tokens[cursor.position - 1] == token and cursor.peek()[:1].isalnum():
                    cursor.position += 1
            case "o":
                cursor.option()
            case "s":
                cursor.star()
            case "p":
                if cursor.peek()[:1] == "(":
                    cursor.position += 1
            case "w":
                if cursor.peek()[:1] == "\\":
                    cursor.position += 1
            case "f":
                drop_font(writer)
            case _:
                drop_length(writer)
    if token in (r"\hspace", r"\hskip"):
        writer.running.append(" ")
    elif token in (r"\vskip", r"\hrule"):
        writer.end_paragraph()


def drop_font(writer: Writer) -> None:
    r"""Step over what `\font\name` is set to: `=cmr10 scaled 1200`."""
    cursor, tokens = writer.cursor, writer.document.tokens
    if cursor.peek()[:1] == "=":
        cursor.position += 1
        if tokens[cursor.position - 1] == "=":
            cursor.skip_spaces()
            cursor.position += 1
    if cursor.peek() in ("scaled", "at"):
        cursor.position += 1
        drop_length(writer)


def drop_length(writer: Writer) -> None:
    r"""Step over a length with what it may stretch: `=1cm plus 2pt`; `.5\hsize`."""
    cursor, tokens = writer.cursor, writer.document.tokens
    for _ in range(8):
        token = cursor.peek()
        if not token:
            return
        if token[0] == "\\":
            is_length = token[1:] in _LENGTHS and tokens[cursor.position - 1] != " "
            cursor.position += is_length
            return
        if token in ("plus", "minus", "by", "to", "width", "height", "depth", "="):
            cursor.position += 1
            continue
        match = _LENGTH.match(token)
        if match is None or not match.end() or not (match[0][0].isdigit() or match[0][0] in "=-+."):
            is_unit = token in _UNITS and tokens[cursor.position - 1][-1:].isdigit()
            cursor.position += is_unit
            if not is_unit:
                return
        elif match.end() < len(token):
            tokens[cursor.position] = token[match.end() :]
            return
        else:
            cursor.position += 1


_UNITS = frozenset({"pt", "in", "cm", "mm", "em", "ex", "pc", "truecm", "truein", "truept", "true"})


_LENGTHS = frozenset({
    "hsize", "vsize", "textwidth", "linewidth", "columnwidth", "baselineskip", "parindent",
    "parskip", "textheight", "smallskipamount", "medskipamount", "bigskipamount", "p@", "z@",
    "maxdimen", "normalbaselineskip", "magstep", "magstephalf",
})  # fmt: skip
