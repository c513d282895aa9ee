"""Writes the quantities and units of siunitx."""

from collections.abc import Mapping

from arxiviz_pipeline.ingest.latex.writer import CAPTION, Handler, Writer


def _quantity(writer: Writer, token: str) -> None:
    cursor = writer.cursor
    cursor.option()
    parts: list[str] = []
    if token not in (r"\si", r"\unit"):
        parts.append(writer.inline(cursor.argument(), CAPTION).replace("e", " × 10^"))
        cursor.option()
    if token in (r"\SIrange", r"\qtyrange", r"\numrange"):
        parts.append("to")
        parts.append(writer.inline(cursor.argument(), CAPTION))
    if token not in (r"\num", r"\ang", r"\numrange"):
        parts.append(_unit(writer.document.tokens[slice(*cursor.argument())]))
    writer.running.append(" ".join(part for part in parts if part))


def _unit(tokens: list[str]) -> str:
    written = ""
    is_divided = False
    for token in tokens:
        name = token[1:] if token[0] == "\\" else ""
        if name == "per":
            is_divided = True
        elif name in ("squared", "cubed"):
            written += "²" if name == "squared" else "³"
        elif name in _UNIT_NAMES:
            written += ("/" if is_divided and written else "") + _UNIT_NAMES[name]
            is_divided = False
        elif name:
            written += " " + name
        elif token not in "{} ~":
            written += token
    return written.strip()


_UNIT_NAMES: Mapping[str, str] = {
    "meter": "m", "metre": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A",
    "kelvin": "K", "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "joule": "J",
    "watt": "W", "pascal": "Pa", "volt": "V", "ohm": "Ω", "tesla": "T", "electronvolt": "eV",
    "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "liter": "l",
    "minute": "min", "hour": "h", "day": "d", "bit": "bit", "byte": "B", "micro": "µ",
    "milli": "m", "centi": "c", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "nano": "n",
    "pico": "p", "femto": "f", "deci": "d", "nm": "nm", "um": "µm", "mm": "mm", "cm": "cm",
    "km": "km", "MHz": "MHz", "GHz": "GHz", "kHz": "kHz", "eV": "eV", "keV": "keV", "MeV": "MeV",
    "GeV": "GeV", "TeV": "TeV", "ms": "ms", "us": "µs", "ns": "ns", "K": "K", "s": "s", "m": "m",
}  # fmt: skip


HANDLERS: dict[str, Handler] = dict.fromkeys(
    (r"\SI", r"\si", r"\num", r"\ang", r"\qty", r"\unit", r"\SIrange", r"\qtyrange", r"\numrange"),
    _quantity,
)
