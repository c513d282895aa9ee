"""Tells captions of figures and tables from prose, and gives tables theirs."""

import re
from dataclasses import dataclass
from typing import Final, Literal

CaptionKind = Literal["figure", "table", "algorithm", "part"]

_CAPTION = re.compile(
    r"\s*\W{0,3}(?P<kind>figure|fig\.|table|tab\.|algorithm|listing)\s*"
    r"(?P<number>[\dIVXA-Z]+(?:\.\d+)*)\s*\W{0,3}[:.|–—]",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*(?P<mark>\*{1,3})\\?\((?P<number>[a-z]|[ivx]{1,4})\\?\)\s*(?P<text>.*?)"
                   r"(?P=mark)\s*", re.DOTALL)  # fmt: skip
_KINDS: Final[dict[str, CaptionKind]] = {
    "fig": "figure",
    "tab": "table",
    "alg": "algorithm",
    "lis": "algorithm",
}


@dataclass(frozen=True, slots=True)
class CaptionBlock:
    """What is written below or above a picture or a table.

    Attributes:
        kind: `part` is one picture of several in a figure.
        number: `2` of `Figure 2`, `a` of a part `(a)`.
        text: Markdown without the label.
    """

    kind: CaptionKind
    number: str
    text: str


def read_caption(text: str) -> CaptionBlock | None:
    """Read a paragraph that is a caption, or return None."""
    part = _PART.fullmatch(text)
    if part and "*" not in part["text"].replace("\\*", ""):
        return CaptionBlock("part", part["number"], part["text"].strip())
    found = _CAPTION.match(text)
    if found is None:
        return None
    told = text[found.end() :].strip().strip("*").strip()
    return CaptionBlock(_KINDS[found["kind"][:3].lower()], found["number"], told)
