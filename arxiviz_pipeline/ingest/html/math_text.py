"""Writes text as LaTeX inside a formula."""

import re

_SPECIAL = re.compile(r"([#$%&_{}])")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal_text(text: str) -> str:
    """Drop the control characters that HTML may hold and lxml refuses to write."""
    return _ILLEGAL.sub("", text)


def escape_latex(text: str) -> str:
    """Escape the signs that LaTeX would take for its own."""
    return _SPECIAL.sub(r"\\\1", text.replace("\\", r"\backslash ").replace("^", r"\hat{}"))


def words_in_formula(text: str | None) -> str:
    r"""Write words as `\text{…}`; empty if there are none."""
    words = _SPECIAL.sub(r"\\\1", " ".join((text or "").split()))
    return rf"\text{{ {words} }}" if words else ""
