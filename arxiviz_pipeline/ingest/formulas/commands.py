"""Writes control sequences: symbols, commands with arguments, and what only old LaTeX has."""

import re
from collections.abc import Callable
from typing import Final

from arxiviz_pipeline.ingest.formulas.draft import Draft, is_blank
from arxiviz_pipeline.ingest.formulas.fences import take_big, take_left, take_middle, take_right
from arxiviz_pipeline.ingest.formulas.known_commands import (
    ACCENTS,
    ARGUMENTS,
    BIG,
    DELIMITERS,
    FONT_SWITCHES,
    MATH_ACCENTS,
    MATH_SYMBOLS,
    OPERATORS,
    PUNCTUATION,
    STYLES,
    SYMBOLS_ANYWHERE,
    TEXT_SWITCHES,
    TEXT_SYMBOLS,
)
from arxiviz_pipeline.ingest.formulas.rows import (
    begin_rows,
    copy_drawing_command,
    end_row,
    end_rows,
    take_line,
    take_wide_cell,
    take_wide_dots,
)
from arxiviz_pipeline.ingest.formulas.tokens import DIMENSION
from arxiviz_pipeline.ingest.formulas.vocabulary import DRAWING_COMMANDS

_SPACE_COMMAND: Final = re.compile(rf"\\(kern|mkern|hskip|mskip)\s*=?\s*({DIMENSION})")
_A_DIMENSION: Final = re.compile(rf"\s*{DIMENSION}\s*")
_ENVIRONMENT: Final = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z]+)(\*?)\s*\}")
_BOX: Final = re.compile(r"\\[hv](?:box|top|center)")
_NO_WIDTH: Final = re.compile(r"\\hbox\s*to\s*(?:0*\.?0+[a-z]*|\\z)$")
_HALVES: Final = {
    r"\over": r"\frac{",
    r"\atop": r"\genfrac{}{}{0pt}{}{",
    r"\choose": r"\binom{",
    r"\brack": r"\genfrac[]{0pt}{}{",
    r"\brace": r"\genfrac\{\}{0pt}{}{",
}
_TEXT_IN_TEXT: Final = frozenset(["phantom", "hphantom", "vphantom", "underline", "smash"])


def take_command(draft: Draft, lexeme: str) -> None:
    """Write a control sequence."""
    name = lexeme[1:]
    frame = draft.top
    if frame.mode == "math" and (name in MATH_SYMBOLS or name in SYMBOLS_ANYWHERE):
        draft.symbol(lexeme, is_operator=name in OPERATORS)
    elif (handler := _HANDLERS.get(lexeme)) is not None:
        handler(draft, lexeme)
    elif len(lexeme) < 2 or not name.isalpha() or not name.isascii():
        _take_odd_command(draft, lexeme, name)
    elif frame.mode == "math":
        _take_math_command(draft, lexeme, name)
    else:
        _take_text_command(draft, lexeme, name)


def _take_math_command(draft: Draft, lexeme: str, name: str) -> None:
    if (signature := ARGUMENTS.get(name)) is not None:
        _begin_command(draft, lexeme, name, signature)
    elif name in FONT_SWITCHES:
        _switch_font(draft, lexeme)
    elif name in STYLES:
        _take_style(draft, lexeme)
    elif name in TEXT_SWITCHES:
        draft.put_space()
    elif name in BIG:
        take_big(draft, lexeme)
    elif name in TEXT_SYMBOLS:
        draft.symbol(rf"\text{{{lexeme}}}")
    else:
        draft.source.stream.give_back(["\\mathrm", "{", name, "}"])


def _take_text_command(draft: Draft, lexeme: str, name: str) -> None:
    signature = ARGUMENTS.get(name)
    if name in SYMBOLS_ANYWHERE or name in TEXT_SYMBOLS:
        draft.symbol(lexeme)
    elif name in FONT_SWITCHES or name in TEXT_SWITCHES:
        _switch_font(draft, lexeme)
    elif name in STYLES or name in BIG:
        pass
    elif name in ACCENTS:
        _begin_command(draft, lexeme, name, "t")
    elif signature is not None and name in _TEXT_IN_TEXT:
        _begin_command(draft, lexeme, name, signature.replace("m", "t"))
    elif signature is not None and ("t" in signature or "d" in signature):
        _begin_command(draft, lexeme, name, signature)
    elif signature is not None or name in MATH_SYMBOLS:
        draft.begin_math([lexeme])
    else:
        draft.symbol(name)


def _take_odd_command(draft: Draft, lexeme: str, name: str) -> None:
    if lexeme.startswith("\\\\"):
        end_row(draft)
    elif (found := _ENVIRONMENT.fullmatch(lexeme)) is not None:
        if found[1] == "begin":
            begin_rows(draft, found[2], found[3])
        else:
            end_rows(draft, found[2])
    elif (found := _SPACE_COMMAND.match(lexeme)) is not None:
        _take_space(draft, found[1], found[2])
    elif name in PUNCTUATION:
        if name == "|" and draft.is_text:
            draft.begin_math([lexeme])
        else:
            draft.symbol(lexeme)
    elif name.isspace():
        draft.symbol("\\ ")
    elif name in "()[]" and name:
        draft.source.stream.give_back(["$"])
    elif name in ACCENTS and name:
        if draft.is_text:
            _begin_command(draft, lexeme, name, "t")
        else:
            draft.source.stream.give_back(["\\" + MATH_ACCENTS[name]])
    elif (box := _BOX.match(lexeme)) is not None:
        draft.source.stream.give_back([r"\rlap" if _NO_WIDTH.match(lexeme) else box[0]])
    elif lexeme.startswith(r"\xymatrix@"):
        copy_drawing_command(draft, lexeme)
    elif "@" in name or len(name) != 1:
        draft.put_space()
    else:
        draft.source.stream.give_back([name])


def _begin_command(draft: Draft, lexeme: str, name: str, signature: str) -> None:
    """Write a command and remember what it waits for."""
    stream = draft.source.stream
    frame = draft.enter(is_operator=name in OPERATORS)
    if name == "boldsymbol":  # two of them at once make amsbsy go round in circles
        _drop_outer(draft, lexeme)
    text = lexeme
    for at, kind in enumerate(signature):
        match kind:
            case "s":
                text += "*" * stream.take_star()
            case "p":
                option = stream.option()
                text += f"[{''.join(option)}]" if option and len(option) == 1 else ""
            case "d":
                length = "".join(stream.argument() or [])
                is_math_unit = name == "mspace"
                if not _A_DIMENSION.fullmatch(length) or length.endswith("mu") != is_math_unit:
                    length = "0mu" if is_math_unit else "0pt"
                text += f"{{{length.strip()}}}"
            case "r":
                raw = "".join(stream.argument() or [])
                is_plain = raw in DELIMITERS or raw.isdecimal() or _A_DIMENSION.fullmatch(raw)
                text += f"{{{raw}}}" if is_plain else "{}"
            case _:
                frame.pending = list(signature[at:].replace("o", ""))
                draft.written.append(text)
                if kind == "o" and stream.peek() == "[":
                    stream.next()
                    draft.written.append("[")
                    draft.open("option", "math")
                return
    draft.written.append(text)
    draft.settle()


def _take_operator(draft: Draft, lexeme: str) -> None:
    r"""Write `\operatorname`, and not one within another, as LaTeXML nests them."""
    if draft.is_text:
        draft.begin_math([lexeme])
        return
    frame = draft.enter(is_operator=True)
    _drop_outer(draft, lexeme)
    draft.written.append(lexeme + "*" * draft.source.stream.take_star())
    frame.pending = ["m"]


def _drop_outer(draft: Draft, command: str) -> None:
    """Take away the same command around this one: it says nothing more."""
    written = draft.written
    place = len(written) - 1
    while place > 0 and written[place] in ("", " "):
        place -= 1
    if place > 0 and written[place] == "{" and written[place - 1].startswith(command):
        written[place - 1] = ""


def _take_ensured_math(draft: Draft, lexeme: str) -> None:
    """Leave the command out where all is math."""
    if draft.is_text:
        _begin_command(draft, lexeme, "ensuremath", "m")


def _switch_font(draft: Draft, lexeme: str) -> None:
    frame = draft.top
    if frame.pending:
        frame = draft.enter()
    frame.font = lexeme
    draft.written.append(lexeme)


def _take_style(draft: Draft, lexeme: str) -> None:
    frame = draft.top
    is_first = frame.kind == "root" and not frame.pending and is_blank(draft.written)
    if is_first and lexeme == r"\displaystyle":  # a display is in this style anyway
        return
    if not frame.pending:
        frame.begin_atom()
        draft.written.append(lexeme)


def _take_space(draft: Draft, name: str, length: str) -> None:
    is_math_unit = length.replace(" ", "").endswith("mu")
    if is_math_unit and draft.is_text:
        return
    if name.startswith("m") != is_math_unit:
        name = name.replace("m", "") if name.startswith("m") else "m" + name.removeprefix("h")
    draft.symbol(f"\\{name} {length}" if length[0] != "-" else f"\\{name}{length}")


def _take_limits(draft: Draft, lexeme: str) -> None:
    frame = draft.top
    if frame.is_operator and not frame.pending:
        draft.written.append(lexeme)


def _take_half(draft: Draft, lexeme: str) -> None:
    r"""Write `a \over b` as a fraction: all before it in the group goes above."""
    frame = draft.finish()
    if frame.mode == "text" or frame.kind == "single":
        return
    if frame.half:
        draft.symbol("/")
        return
    while draft.written[-1] == " ":
        draft.written.pop()
    draft.insert_before(frame, _HALVES[lexeme])
    draft.written.append("}{" + frame.font)
    frame.half = "}"
    frame.begin_atom()
    frame.start = len(draft.written)
    draft.written.append("")


_HANDLERS: Final[dict[str, Callable[[Draft, str], None]]] = {
    **dict.fromkeys(DRAWING_COMMANDS, copy_drawing_command),
    **dict.fromkeys(_HALVES, _take_half),
    **dict.fromkeys([r"\limits", r"\nolimits", r"\displaylimits"], _take_limits),
    r"\left": take_left,
    r"\right": take_right,
    r"\middle": take_middle,
    r"\ensuremath": _take_ensured_math,
    r"\operatorname": _take_operator,
    r"\hdotsfor": take_wide_dots,
    r"\hline": take_line,
    r"\cline": take_line,
    r"\multicolumn": take_wide_cell,
}
