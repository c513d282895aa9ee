r"""Tells what boxes in a formula mean: bold symbols, and signs that are drawn from others.

Before amssymb was in every installation, papers wrote `\mbox{\boldmath$x$}` for `\boldsymbol{x}`,
and put `<` over `\sim` with `\lower`, `\rlap` and `\ialign`. What such boxes say is told from
what can be seen of them, whatever the macro was called that drew them.
"""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.known_commands import FONT_SWITCHES, STYLES, TEXT_SWITCHES
from arxiviz_pipeline.ingest.formulas.math_codes import symbol_of_math_char
from arxiviz_pipeline.ingest.formulas.tokens import TokenStream
from arxiviz_pipeline.ingest.formulas.word_lists import words_in

STACKS: Final = tuple(rf"\{name}" for name in words_in("ialign halign oalign ooalign shortstack"))
_VISIBLE_BOXES: Final = (r"\hbox", r"\vbox", r"\vtop", r"\vcenter", r"\mbox")
_OVERLAY: Final = r"\ooalign"
_DRAWN: Final = {
    frozenset(["<", r"\sim"]): r"\lesssim",
    frozenset([">", r"\sim"]): r"\gtrsim",
    frozenset(["<", r"\approx"]): r"\lessapprox",
    frozenset([">", r"\approx"]): r"\gtrapprox",
    frozenset(["<", r"\simeq"]): r"\lesssim",
    frozenset([">", r"\simeq"]): r"\gtrsim",
    frozenset(["<", "="]): r"\leqq",
    frozenset([">", "="]): r"\geqq",
}
SIGNS: Final = frozenset(sign for pair in _DRAWN for sign in pair)
"""What such signs are made of."""
_MOVING: Final = re.compile(
    r"\\(?:raise|lower|kern|mkern|hskip|mskip|vskip|vbox|vcenter|[rl]lap|hss|raisebox|stackrel"
    r"|mathchar|ialign|halign|oalign|ooalign|shortstack|hbox to)(?![a-z])"
)
_INVISIBLE: Final = re.compile(
    r"\s+|[{}$~#]|\\[^A-Za-z|{}%&#_]|\\\\.*|\\(?!xymatrix).*@.*"
    r"|\\(?:[hvm]box|text|vtop|vcenter|[rl]lap|smash|math(?:rel|bin|op|ord)|raise|lower|m?kern"
    r"|[hmv]skip|hss|hfill?|hidewidth|stackrel|overset|underset|crcr|cr|relax|null|strut|raisebox"
    r"|[hv]rule|ialign|halign|oalign|ooalign|shortstack|noalign|(?:off|no)interlineskip"
    r"|baselineskip|lineskip|lineskiplimit|mathsurround|tabskip|displaystyle|textstyle"
    r"|script(?:script)?style|scriptsize|footnotesize|small|normalsize|tiny)(?![a-z]).*",
    re.DOTALL,
)
_ALPHABETS: Final = {
    r"\bf": r"\mathbf",
    r"\rm": r"\mathrm",
    r"\it": r"\mathit",
    r"\sf": r"\mathsf",
    r"\tt": r"\mathtt",
    r"\cal": r"\mathcal",
}
_BOLD: Final = (r"\boldmath", r"\boldsymbol", r"\bm", r"\pmb")
_FILL: Final = frozenset([r"\hfil", r"\hfill", r"\hidewidth", r"\hss", r"\relax", r"\null"])


def meaning_of_box(content: list[str]) -> list[str] | None:
    """Say what a box shows, as math; None if its content speaks for itself."""
    if r"\boldmath" in content:
        return _bold_formula(content)
    if any(lexeme in STACKS for lexeme in content):
        return _sign_of(visible(content)) or _lone_stack(content)
    if _is_frame(content):
        return [r"\square"]
    return _sign_of(visible(content)) if any(map(_MOVING.match, content)) else None


def visible(content: list[str]) -> list[str]:
    """Leave out what only moves other things, and the pattern of an alignment's rows."""
    seen: list[str] = []
    stream = TokenStream(content)
    while (lexeme := stream.next()) is not None:
        if lexeme in (r"\ialign", r"\halign"):
            if stream.is_next("{"):
                stream.next()
            _take_pattern(stream)
        elif lexeme in (r"\raisebox", r"\noalign"):
            stream.argument()
        elif lexeme.startswith(r"\mathchar"):
            seen.append(symbol_of_math_char(lexeme))
        elif not _INVISIBLE.fullmatch(lexeme):
            seen.append(lexeme)
    return seen


def stacked(command: str, content: list[str]) -> list[str]:
    r"""Write the rows of an `\ialign` or a `\shortstack` over one another, as math."""
    rows = _rows(command, content)
    if sign := _sign_of([lexeme for row in rows for lexeme in visible(row)]):
        return sign
    if command == _OVERLAY and len(rows) == 2:
        return ["{", r"\rlap", "{", "$", *rows[0], "$", "}", *rows[1], "}"]
    return over_one_another(rows)


def over_one_another(rows: list[list[str]]) -> list[str]:
    """Write rows of math over one another."""
    match rows:
        case []:
            return ["{", "}"]
        case [row] if "&" not in row:
            return ["{", *row, "}"]
        case [above, below] if "&" not in above and "&" not in below:
            return [r"\overset", "{", *above, "}", "{", *below, "}"]
        case _:
            lines = [lexeme for row in rows for lexeme in (*row, "\\\\")]
            return [r"\begin{matrix}", *lines[:-1], r"\end{matrix}"]


def lone_boxes(content: list[str]) -> list[list[str]]:
    r"""Cut a `\vbox` into the boxes that it holds; nothing if it holds other things as well."""
    stream = TokenStream(content)
    found: list[list[str]] = []
    while (lexeme := stream.next()) is not None:
        if lexeme.startswith(_VISIBLE_BOXES):
            found.append([lexeme, "{", *(stream.argument() or []), "}"])
        elif visible([lexeme]):
            return []
    return [box for box in found if visible(box)]


def _bold_formula(content: list[str]) -> list[str] | None:
    r"""Take the formula out of `\boldmath $x$`, if it is alone."""
    tokens = content
    while (shorter := _without_frame(tokens)) != tokens:
        tokens = shorter
    if len(tokens) < 2 or (tokens[0], tokens[-1]) not in (("$", "$"), (r"\(", r"\)")):
        return None
    inner = _without_braces(tokens[1:-1])
    if "$" in inner or r"\(" in inner:
        return None
    alphabet = ""
    while inner and (inner[0].isspace() or inner[0][1:] in STYLES or inner[0] in _ALPHABETS):
        alphabet = _ALPHABETS.get(inner[0], alphabet)
        inner = _without_braces(inner[1:])
    if any(lexeme in _ALPHABETS for lexeme in inner):  # `\boldsymbol` refuses these switches
        return None
    letters = [alphabet, "{", *inner, "}"] if alphabet else inner
    is_bold = any(lexeme in _BOLD for lexeme in inner)
    return ["{", *letters, "}"] if is_bold else [r"\boldsymbol", "{", *letters, "}"]


def _without_frame(tokens: list[str]) -> list[str]:
    """Take away what stands around a formula and cannot be seen."""
    if tokens and (tokens[0].isspace() or tokens[0][1:] in TEXT_SWITCHES | FONT_SWITCHES):
        return tokens[1:]
    if tokens and (tokens[-1].isspace() or tokens[-1] == r"\unboldmath"):
        return tokens[:-1]
    return _without_braces(tokens)


def _without_braces(tokens: list[str]) -> list[str]:
    is_group = tokens[:1] == ["{"] and tokens[-1] == "}" and tokens.count("{") == 1
    return tokens[1:-1] if is_group else tokens


def _is_frame(content: list[str]) -> bool:
    """Tell whether there are rules around nothing."""
    names = {lexeme[:6] for lexeme in content if lexeme[:6] in (r"\hrule", r"\vrule")}
    return len(names) == 2 and not visible(content)


def _sign_of(seen: list[str]) -> list[str] | None:
    symbol = _DRAWN.get(frozenset(seen)) if len(seen) == 2 else None
    return [symbol] if symbol else None


def _lone_stack(content: list[str]) -> list[str] | None:
    """Find the alignment that a box holds, and nothing else."""
    stream = TokenStream(content)
    before: list[str] = []
    while (lexeme := stream.next()) is not None and lexeme not in STACKS:
        before.append(lexeme)
    if lexeme is None or visible(before):
        return None
    stream.option()
    inner = stream.argument() or []
    return None if visible(stream.rest()) else stacked(lexeme, inner)


def _rows(command: str, content: list[str]) -> list[list[str]]:
    stream = TokenStream(content)
    pattern = _take_pattern(stream) if command in (r"\ialign", r"\halign") else []
    rows: list[list[str]] = [[]]
    depth = 0
    while (lexeme := stream.next()) is not None:
        depth += (lexeme == "{") - (lexeme == "}")
        if depth == 0 and (lexeme in (r"\cr", r"\crcr") or lexeme.startswith("\\\\")):
            rows.append([])
        elif lexeme == r"\noalign":
            stream.argument()
        else:
            rows[-1].append(lexeme)
    written = [_as_math(row, is_math="$" in pattern) for row in rows]
    return [row for row in written if row]


def _take_pattern(stream: TokenStream) -> list[str]:
    r"""Read an alignment's first row, which says what is around its cells."""
    pattern: list[str] = []
    while (lexeme := stream.upcoming()) is not None and lexeme not in (r"\cr", r"\crcr"):
        if lexeme.startswith("\\\\"):
            break
        pattern.append(lexeme)
        stream.next()
    return pattern


def _trimmed(tokens: list[str]) -> list[str]:
    filled = [at for at, lexeme in enumerate(tokens) if not lexeme.isspace()]
    return tokens[filled[0] : filled[-1] + 1] if filled else []


def _as_math(row: list[str], *, is_math: bool) -> list[str]:
    kept = _trimmed([lexeme for lexeme in row if lexeme not in _FILL])
    if kept.count("$") == 2 and kept[0] == kept[-1] == "$":
        kept, is_math = kept[1:-1], True
    if not visible(kept):
        return []
    if is_math:
        return kept[1:] if kept[0][1:] in STYLES else kept
    return [r"\text", "{", *kept, "}"]
