r"""Reads sentences with inline LaTeX as styled Unicode: `$d_k$` is an italic d with a subscript.

Simple math only, as sentences hold it: what has no such form (a matrix, an unknown command) is
spelled out as well as can be. Display formulas are LaTeX's business; `math_reader` reads tokens.
"""

import re
from dataclasses import replace
from functools import lru_cache

from arxiviz_pipeline.scenes.text.inline_text import InlineText, Run, merged, printable, to_plain
from arxiviz_pipeline.scenes.text.math_reader import SPACE, read_runs
from arxiviz_pipeline.scenes.text.math_symbols import SYMBOLS

_INLINE = re.compile(r"(?<!\\)(?<!\$)\$(?!\$)((?:\\.|[^$\\])+)\$(?!\$)", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_COMMAND = re.compile(r"(?<!\\)\\[a-zA-Z]+")
_NOTHING = "\u200b"  # has no width, and is not printable
_BRACE = re.compile(r"(?<!\\)[{}]")
_BOXED_MATH = re.compile(r"\\(mbox|hbox|text[a-z]{0,2}|emph)\s*\{([^{}$]*)\$([^$]*)\$([^{}$]*)\}")
_SWITCH = re.compile(r"\\(?:boldmath|bf|it|rm|em|sl)\b\s*")
_TWO_FORMS = re.compile(
    r"\\texorpdfstring\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{(?:[^{}]|\{[^{}]*\})*\}"
)


@lru_cache(maxsize=4096)  # a scene is planned in several degrees of detail
def read_inline(text: str) -> InlineText:
    """Read a sentence whose inline math stands between dollar signs."""
    pieces = _INLINE.split(_without_boxes(text) if "\\" in text else text)
    if any(_COMMAND.search(prose) for prose in pieces[0::2]):
        # What stands outside math is LaTeX too: its braces only part commands from words.
        pieces[0::2] = [_BRACE.sub(_NOTHING, prose) for prose in pieces[0::2]]
    runs: list[Run] = []
    for index, piece in enumerate(pieces):
        runs += read_math(piece) if index % 2 else [Run(_prose(piece))]
    return merged(runs)


def _without_boxes(text: str) -> str:
    r"""Write `\mbox{\boldmath $x$}` as math alone, within math or without."""

    def unboxed(box: re.Match[str]) -> str:
        is_inside_math = len(_DOLLAR.findall(text, 0, box.start())) % 2
        math = rf"\boldsymbol{{{box[3]}}}" if "bold" in box[2] or "bf" in box[1] else box[3]
        before, after = (_SWITCH.sub("", part) for part in (box[2], box[4]))
        if is_inside_math:
            return rf"{{\text{{{before}}}{math}\text{{{after}}}}}"
        return f"{before}${math}${after}"

    return _BOXED_MATH.sub(unboxed, _TWO_FORMS.sub(r"\1", text))


def read_math(tex: str) -> InlineText:
    """Read LaTeX of math mode."""
    runs = merged(run.with_text(printable(run.text)) for run in read_runs(tex))
    # Short math stays in one piece, long math may be broken as prose is.
    if len(to_plain(runs)) > 24:
        runs = merged(run.with_text(run.text.replace(SPACE, " ")) for run in runs)
    return _stripped(runs)


def _stripped(runs: InlineText) -> InlineText:
    if not runs:
        return ()
    first = replace(runs[0], text=runs[0].text.lstrip(" \u00a0\u2009"))
    runs = (first, *runs[1:])
    last = replace(runs[-1], text=runs[-1].text.rstrip(" \u00a0\u2009"))
    return merged((*runs[:-1], last))


def _prose(text: str) -> str:
    """Drop Markdown's and LaTeX's signs from text outside math."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"(?<!\\)\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*\)", r"\1", text)
    text = re.sub(r"(?<!\\)\*+", "", text)  # a star of its own is escaped
    text = re.sub(r"(?<![\\\w])(_{1,2})(?=[^\s_])([^_]+?)(?<=[^\s])\1(?!\w)", r"\2", text)
    text = re.sub(r"(?<!\\)`+", "", text)
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    text = re.sub(r"\\([a-zA-Z]+)\*?\s*", _symbol_of_prose, text)
    return printable(text.replace("~", " "))


def _symbol_of_prose(command: re.Match[str]) -> str:
    symbol = SYMBOLS.get(command[1])
    # A switch such as `\\bf` takes the space after it along.
    return "" if symbol is None else command[0].replace("\\" + command[1], symbol)
