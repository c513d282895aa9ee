"""Tells which pictures belong to the paper, and what they are called."""

import re
from itertools import islice

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import classes_of

_FIGURES = re.compile(r"\b(?:ltx_figure|ltx_table|ltx_float|figure|float)\b")
_TAGS = ("ltx_tag", "id")  # LaTeXML's and tex4ht's
_NOTHING_SAID = re.compile(
    r"(?:refer to caption|\[?uncaptioned image\]?|image|pic|figure|\[image\]|\[pic\])?[.\s]*",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(
    r"(?:^|[/_-])(?:next|prev|previous|up|contents|index|icons?|bullet|[a-z]*ball|line|rule|logo|"
    r"arrow|spacer|blank|crossref|footnote|foot_motif|invis_[a-z]*|pixel)[^/]*$",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"\W*(?:next|prev|previous|up|contents|index|home|top|back)(?:_\w+)?(?: page)?\W*",
    re.IGNORECASE,
)
_DRAWN_FORMULA = "math-display"  # tex4ht's pictures have a drawing in characters as their text
_LONGEST_NAME = 100  # characters
_HIGHEST_HOLDER = 8  # levels
_MOST_LOOKED_AT = 200  # elements of a figure, for its number


def is_picture(element: HtmlElement) -> bool:
    """Tell a picture of the paper's from the ornaments of a page."""
    if element.tag == "img":
        address = element.get("src") or ""
        is_ornament = _ORNAMENT.search(address) or _BUTTON.fullmatch(element.get("alt") or "")
        return bool(address) and not is_ornament
    return element.tag in ("object", "embed") and bool(element.get("src"))


def name_of(picture: HtmlElement) -> str:
    """Return what a picture is called: its own words, or its figure's number; or nothing."""
    if _DRAWN_FORMULA in classes_of(picture):
        return "Formula"
    words = " ".join((picture.get("alt") or "").split())
    if not _NOTHING_SAID.fullmatch(words) and len(words) <= _LONGEST_NAME:
        return words
    figure = _figure_of(picture)
    if figure is not None:
        for tag in islice(figure.iter("span"), _MOST_LOOKED_AT):
            if not classes_of(tag).isdisjoint(_TAGS):
                return " ".join("".join(tag.itertext()).split()).strip(" :.")
    return ""


def stands_alone(picture: HtmlElement) -> bool:
    """Tell a picture of a figure from one that is part of a line."""
    return _figure_of(picture) is not None


def _figure_of(picture: HtmlElement) -> HtmlElement | None:
    holder = picture.getparent()
    for _ in range(_HIGHEST_HOLDER):
        if holder is None:
            break
        if holder.tag == "figure" or _FIGURES.search(holder.get("class") or ""):
            return holder
        holder = holder.getparent()
    return None
