r"""Writes the small languages of siunitx (`\SI{3}{\metre}`) and mhchem (`\ce{H2O}`)."""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.tokens import tokenize
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


def number(tokens: list[str]) -> list[str]:
    """Write siunitx' number: `1e5` is ten to the fifth."""
    text = "".join(tokens).replace("+-", r"\pm ")
    found = _NUMBER.fullmatch(text)
    if found is None:
        return tokenize(text)
    mantissa = rf"{found[1]}\times " if found[1] not in ("", "+", "-") else found[1]
    return tokenize(rf"{mantissa}10^{{{found[2]}}}")


def unit(tokens: list[str]) -> list[str]:
    """Write siunitx' unit in upright letters."""
    parts = [
        _spaced(_UNITS.get(token[1:], token[1:])) if token[1:].isalpha() else token
        for token in tokens
    ]
    return ["\\mathrm", "{", *tokenize("".join(parts).replace("~", r"\,")), "}"]


def _spaced(text: str) -> str:
    return f"{text} " if text.startswith("\\") and text.isascii() and text[1:].isalpha() else text


def chemistry(tokens: list[str]) -> list[str]:
    """Write mhchem's formula: counts below, charges above."""
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
