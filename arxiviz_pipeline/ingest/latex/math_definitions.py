r"""What old papers define signs and alphabets of formulas with: `\mathchardef`, `\newfont`.

mathtools' paired delimiters are here too, as they are macros in all but name.
"""

import re

from arxiviz_pipeline.ingest.formulas.math_codes import symbol_of_code
from arxiviz_pipeline.ingest.latex.definitions import MOST_PARAMETERS, define_macro
from arxiviz_pipeline.ingest.latex.gullet import Command, Gullet, Macro, Parameter

_CODE = re.compile(r"""=?(?:"([0-9A-F]{1,5})|'([0-7]{1,6})|([0-9]{1,6}))""")
# What the files of fonts begin with, and what `formulas` knows their families by.
_FAMILIES = (
    (("msbm", "msym", "bbm", "bbold", "dsrom", "dsss"), r"\msbm"),
    (("euf", "yfrak", "ygoth"), r"\eufm"),
    (("eus", "rsfs", "scr"), r"\rsfs"),
)

_WITH_BRACES = (r"\newfont",)
_WITH_SURROUNDINGS = (r"\DeclarePairedDelimiterXPP",)
_WITH_BODY = (r"\DeclarePairedDelimiterX", *_WITH_SURROUNDINGS)


def _name_symbol(gullet: Gullet, _token: str) -> None:
    r"""Read `\mathchardef\name="218`."""
    name = gullet.next_filled() or ""
    text = gullet.next_filled() or ""
    if text == "=":
        text += gullet.next_filled() or ""
    found = _CODE.match(text)
    if name[:1] != "\\" or found is None:
        gullet.push([text] if text else [])
        return
    gullet.push([text[found.end() :]] if text[found.end() :] else [])
    digits, base = next(
        (part, base) for part, base in zip(found.groups(), (16, 8, 10), strict=True) if part
    )
    symbol = symbol_of_code(int(digits, base))
    gullet.define(name, Macro((symbol,) if symbol else ()))


def _name_font(gullet: Gullet, token: str) -> None:
    r"""Read `\newfont{\bb}{msbm10}` and `\font\bb=msbm10 at 9pt`: alphabets, in formulas."""
    if token in _WITH_BRACES:
        name, file = gullet.name(), gullet.word()
    else:
        name = gullet.next_filled() or ""
        file = (gullet.next_filled() or "").removeprefix("=") or gullet.next_filled() or ""
        _skip_size(gullet)
    for beginnings, family in _FAMILIES:
        if file.strip().startswith(beginnings) and name[:1] == "\\":
            gullet.define(name, Macro((r"\fam", family)))
            return
    if name[:1] == "\\":
        gullet.define(name, Macro(()))


def _skip_size(gullet: Gullet) -> None:
    """Leave out `at 9pt` and `scaled 1200`."""
    word = gullet.next_filled() or ""
    if word in ("at", "scaled"):
        size = gullet.next_filled() or ""
        if size == r"\magstep":
            gullet.next_character()
    elif word:
        gullet.push([word])


def _choose_size(gullet: Gullet, _token: str) -> None:
    r"""Read `\mathpalette\name x` as a display does."""
    command, argument = gullet.argument(), gullet.argument()
    gullet.push([*command, r"\displaystyle", "{", *argument, "}"])


def _paired_delimiter(gullet: Gullet, token: str) -> None:
    r"""Read `\DeclarePairedDelimiterX\inner[2]{\langle}{\rangle}{#1,#2}` and its like."""
    name = gullet.name()
    count = 1
    if token in _WITH_BODY:
        text = "".join(gullet.option() or []).strip()
        count = min(int(text), MOST_PARAMETERS - 2) if text in "1234567" and text else 1
    before = gullet.argument() if token in _WITH_SURROUNDINGS else []
    left, right = gullet.argument(), gullet.argument()
    after = gullet.argument() if token in _WITH_SURROUNDINGS else []
    body = gullet.argument() if token in _WITH_BODY else ["#1"]
    body = [_later(part) if part != r"\delimsize" else r"\middle" for part in body]
    star = Parameter("s")
    size = Parameter("o", default=())
    written = (*map(_later, before), r"\left", *left, *body, r"\right", *right, *map(_later, after))
    define_macro(gullet, name, Macro(written, (star, size, *(Parameter(),) * count)))


def _later(token: str) -> str:
    """Count the star and the size, which come before the arguments."""
    return f"#{int(token[1:]) + 2}" if re.fullmatch("#[1-7]", token) else token


COMMANDS: dict[str, Command] = {
    r"\mathchardef": _name_symbol,
    r"\mathpalette": _choose_size,
    **dict.fromkeys((r"\newfont", r"\font"), _name_font),
    **dict.fromkeys(
        (
            r"\DeclarePairedDelimiter",
            r"\DeclarePairedDelimiterX",
            r"\DeclarePairedDelimiterXPP",
        ),
        _paired_delimiter,
    ),
}
