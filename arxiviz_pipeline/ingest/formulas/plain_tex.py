r"""Rewrites what plain TeX and AMS-TeX have for the formulas that LaTeX writes otherwise."""

from typing import Final

from arxiviz_pipeline.ingest.formulas.tokens import Action, TokenStream

_BLOCKS: Final = {
    r"\bordermatrix": "pmatrix",
    r"\cases": "cases*",
    r"\displaylines": "gathered",
    r"\eqalign": "aligned",
    r"\eqalignno": "aligned",
    r"\leqalignno": "aligned",
    r"\matrix": "matrix",
    r"\pmatrix": "pmatrix",
}
# What families of fonts are called by those who load them, in part.
_ALPHABETS: Final = {
    "msb": r"\mathbb",
    "bb": r"\mathbb",
    "Bb": r"\mathbb",
    "euf": r"\mathfrak",
    "frak": r"\mathfrak",
    "goth": r"\mathfrak",
    "eus": r"\mathcal",
    "rsfs": r"\mathcal",
    "scr": r"\mathcal",
    "cal": r"\mathcal",
    "bold": r"\mathbf",
    "bf": r"\mathbf",
}


def _write_block(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write `\matrix{a&b\cr}` as an environment."""
    if stream.peek() != "{":
        return []
    name = _BLOCKS[lexeme]
    content = stream.argument() or []
    if lexeme.endswith("alignno"):
        content = _without_numbers(content)
    return [f"\\begin{{{name}}}", *content, f"\\end{{{name}}}"]


def _without_numbers(content: list[str]) -> list[str]:
    """Leave out the equation numbers, which stand in the third cell."""
    kept: list[str] = []
    depth = cells = 0
    for lexeme in content:
        depth += (lexeme == "{") - (lexeme == "}")
        if depth == 0 and lexeme == "&":
            cells += 1
        elif depth == 0 and (lexeme == r"\cr" or lexeme.startswith("\\\\")):
            cells = 0
        if cells < 2:
            kept.append(lexeme)
    return kept


def _write_above(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write `\buildrel a\over=`."""
    return [r"\overset", "{", *stream.until(r"\over"), "}"]


def _write_root(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write `\root n\of x`."""
    return [r"\sqrt", "[", "{", *stream.until(r"\of"), "}", "]"]


def _write_script_lines(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write AMS-TeX's `\Sb … \endSb`."""
    content = stream.until(rf"\end{lexeme[1:]}")
    mark = "_" if lexeme == r"\Sb" else "^"
    return [mark, "{", r"\substack", "{", *content, "}", "}"]


def _drop_number(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Leave out what follows `\eqno`, up to the row's end."""
    depth = 0
    while (following := stream.next()) is not None:
        depth += (following == "{") - (following == "}")
        if depth < 0 or (depth == 0 and _ends_row(following)):
            return [following]
    return []


def _ends_row(lexeme: str) -> bool:
    return lexeme.startswith(("\\\\", r"\end{")) or lexeme in (r"\cr", "&", "$")


def _write_family(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write `\fam\msbfam`, up to the group's end, with the alphabet that it chooses."""
    name = stream.peek() or ""
    if name[:1] != "\\":
        return []
    stream.next()
    alphabet = next((command for part, command in _ALPHABETS.items() if part in name), None)
    return [alphabet, "{", *stream.until(), "}"] if alphabet else []


def _change_case(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write `\uppercase{a}` as `A`."""
    change = str.upper if "pper" in lexeme else str.lower
    return [part if part[0] == "\\" else change(part) for part in stream.argument() or []]


ACTIONS: Final[dict[str, Action]] = {
    **dict.fromkeys(_BLOCKS, _write_block),
    **dict.fromkeys([r"\Sb", r"\Sp"], _write_script_lines),
    **dict.fromkeys([r"\eqno", r"\leqno"], _drop_number),
    **dict.fromkeys(
        [r"\uppercase", r"\MakeUppercase", r"\lowercase", r"\MakeLowercase"], _change_case
    ),
    r"\buildrel": _write_above,
    r"\fam": _write_family,
    r"\root": _write_root,
}
