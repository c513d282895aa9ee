r"""Rewrites what packages read in ways of their own: physics, siunitx, mhchem and tensor.

Commands that only take arguments are in `vocabulary`.
"""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.tokens import Action, TokenStream, tokenize
from arxiviz_pipeline.ingest.formulas.word_lists import words_in

_UNITS: Final = dict(
    pair.split("=", 1)
    for pair in words_in(r"""
        metre=m meter=m gram=g second=s ampere=A kelvin=K mole=mol candela=cd hertz=Hz newton=N
        pascal=Pa joule=J watt=W coulomb=C volt=V farad=F ohm=\Omega siemens=S weber=Wb tesla=T
        henry=H lumen=lm lux=lx becquerel=Bq gray=Gy sievert=Sv minute=min hour=h day=d litre=L
        liter=L tonne=t electronvolt=eV eV=eV bar=bar barn=b parsec=pc angstrom=\text{Å} percent=\%
        celsius=^{\circ}C degreeCelsius=^{\circ}C degree=^{\circ} arcmin=' arcsec='' radian=rad
        steradian=sr bit=bit byte=B decibel=dB dB=dB neper=Np hectare=ha dalton=Da year=yr
        kilo=k mega=M giga=G tera=T peta=P exa=E deci=d centi=c milli=m micro=\mu nano=n pico=p
        femto=f atto=a hecto=h deca=da kg=kg km=km cm=cm mm=mm nm=nm um=\mu{}m GHz=GHz MHz=MHz
        kHz=kHz Hz=Hz ms=ms ns=ns us=\mu{}s keV=keV MeV=MeV GeV=GeV TeV=TeV
        per=/ squared=^{2} cubed=^{3} square= cubic= of=\, highlight=
        """)
)
_NUMBER: Final = re.compile(r"([-+]?[\d.,]*)[eEdD]([-+]?\d+)")
_COUNT: Final = re.compile(r"(?<=[A-Za-z)\]}])\d+(?:\.\d+)?")
_CHARGE: Final = re.compile(r"(?<=[A-Za-z)\]}])[-+](?=$|\s)|\^(\{[^{}]*\}|[\d+-]+)")
_ARROWS: Final = {
    "<=>": r" \rightleftharpoons ",
    "<->": r" \leftrightarrow ",
    "->": r" \rightarrow ",
    "<-": r" \leftarrow ",
}
_ARROW: Final = re.compile("|".join(map(re.escape, _ARROWS)))
_FENCES: Final = {"(": ")", "[": "]", "|": "|", r"\{": r"\}"}
_MATRICES: Final = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", r"\{": "Bmatrix"}
_MATRIX_COMMANDS: Final = {
    r"\mqty": "matrix",
    r"\matrixquantity": "matrix",
    r"\pmqty": "pmatrix",
    r"\bmqty": "bmatrix",
    r"\vmqty": "vmatrix",
    r"\smqty": "smallmatrix",
    r"\smallmatrixquantity": "smallmatrix",
}


def _write_quantity(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write physics' `\qty(…)`, or siunitx' `\qty{…}{…}`."""
    stream.take_star()
    opening = stream.peek()
    if opening == "{":
        content = stream.argument() or []
        if stream.is_next("{"):
            return [*_number(content), r"\,", *_unit(stream.argument() or [])]
        return [r"\left", r"\{", *content, r"\right", r"\}"]
    if opening not in _FENCES:
        return []
    stream.next()
    content = stream.until(_FENCES[opening])
    return [r"\left", opening, *content, r"\right", _FENCES[opening]]


def _write_matrix(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write physics' `\mqty(a & b \\ c & d)` and `\pmqty{…}`."""
    stream.take_star()
    name, opening = _MATRIX_COMMANDS[lexeme], stream.peek()
    if opening == "{":
        content = stream.argument() or []
    elif opening in _FENCES:
        stream.next()
        name, content = _MATRICES[opening], stream.until(_FENCES[opening])
    else:
        return []
    return [f"\\begin{{{name}}}", *content, f"\\end{{{name}}}"]


def _write_measure(stream: TokenStream, lexeme: str) -> list[str]:
    """Write siunitx' numbers and units."""
    stream.option()
    first = stream.argument() or []
    match lexeme:
        case r"\num":
            return _number(first)
        case r"\ang":
            return [*_number(first), "^", "{", r"\circ", "}"]
        case r"\si" | r"\unit":
            return _unit(first)
        case r"\numrange":
            return [*_number(first), "--", *_number(stream.argument() or [])]
        case r"\SIrange" | r"\qtyrange":
            last = _number(stream.argument() or [])
            return [*_number(first), "--", *last, r"\,", *_unit(stream.argument() or [])]
        case _:
            stream.option()
            return [*_number(first), r"\,", *_unit(stream.argument() or [])]


def _write_indices(stream: TokenStream, lexeme: str) -> list[str]:
    r"""Write tensor's `\indices{^a_b}`: each index after the one before."""
    stream.take_star()
    base = (stream.argument() or []) if lexeme == r"\tensor" else []
    spaced: list[str] = []
    depth = 0
    for index in stream.argument() or []:
        depth += (index == "{") - (index == "}")
        if depth == 0 and index in ("^", "_"):
            spaced += ["{", "}"]
        spaced.append(index)
    return [*base, *(spaced[2:] if base and spaced[:2] == ["{", "}"] else spaced)]


def _number(tokens: list[str]) -> list[str]:
    """Write siunitx' number: `1e5` is ten to the fifth."""
    text = "".join(tokens).replace("+-", r"\pm ")
    found = _NUMBER.fullmatch(text)
    if found is None:
        return tokenize(text)
    mantissa = rf"{found[1]}\times " if found[1] not in ("", "+", "-") else found[1]
    return tokenize(rf"{mantissa}10^{{{found[2]}}}")


def _unit(tokens: list[str]) -> list[str]:
    """Write siunitx' unit in upright letters."""
    parts = [
        _spaced(_UNITS.get(token[1:], token[1:])) if token[1:].isalpha() else token
        for token in tokens
    ]
    return ["\\mathrm", "{", *tokenize("".join(parts).replace("~", r"\,")), "}"]


def _spaced(text: str) -> str:
    return f"{text} " if text.startswith("\\") and text.isascii() and text[1:].isalpha() else text


def _write_chemistry(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write mhchem's `\ce{SO4^2-}`: counts below, charges above."""
    tokens = stream.argument() or []
    text = "".join(tokens)
    if "\\" in text or len(text) > 500:
        return ["\\mathrm", "{", *tokens, "}"]
    pieces = []
    for piece in re.split(rf"({_ARROW.pattern})", text):
        if piece in _ARROWS:
            pieces.append(_ARROWS[piece])
            continue
        charged = _CHARGE.sub(lambda found: "^{" + found[0].strip("^{}") + "}", piece)
        pieces.append(re.sub(r"(\^\{[^{}]*\})|" + _COUNT.pattern, _lowered, charged))
    return ["\\mathrm", "{", *tokenize("".join(pieces)), "}"]


def _lowered(found: re.Match[str]) -> str:
    return found[0] if found[1] else f"_{{{found[0]}}}"


ACTIONS: Final[dict[str, Action]] = {
    **dict.fromkeys(_MATRIX_COMMANDS, _write_matrix),
    **dict.fromkeys([r"\qty", r"\quantity"], _write_quantity),
    **dict.fromkeys(
        [r"\SI", r"\si", r"\num", r"\unit", r"\ang", r"\numrange", r"\SIrange", r"\qtyrange"],
        _write_measure,
    ),
    **dict.fromkeys([r"\indices", r"\tensor"], _write_indices),
    **dict.fromkeys([r"\ce", r"\cf"], _write_chemistry),
}
