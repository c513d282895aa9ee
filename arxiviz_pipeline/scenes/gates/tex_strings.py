"""Tells TeX that Python has misread: what `domain.script_formulas` finds may be garbled."""

import re

_EATEN_BACKSLASH = re.compile(
    r"[\x07\x08\x0b\x0c\r](?=[A-Za-z])"
    r"|\t(?=(?:heta|au|ext\w*|imes|o|op|ilde|riangle\w*|frac|binom|herefore|an|anh)(?![A-Za-z]))"
    r"|\n(?=(?:abla|eq|u|e|otin|ot|mid|leq|geq|normalsize)(?![A-Za-z]))"
)


def control_characters(text: str) -> bool:
    r"""Tell whether Python has read TeX's commands as control characters: `\t` of `\theta`."""
    return _EATEN_BACKSLASH.search(text) is not None
