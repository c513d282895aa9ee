"""Reads the items of a list, and how each is marked."""

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import classes_of

_ITEM_TAGS = ("li", "dd", "dt", "div", "ul", "ol")
_TAGS_OF_ITEMS = frozenset({"ltx_tag_item", "ltx_tag_bibitem", "ltx_bibtag"})
_BULLETS = frozenset("•-–—∗*◦‣▪■□◆⋄⋆·")


def items_of(element: HtmlElement) -> list[HtmlElement]:
    """Return a list's items, and the lists that stand right in it."""
    return [item for item in element if item.tag in _ITEM_TAGS or "ltx_item" in classes_of(item)]


def tag_of(item: HtmlElement) -> HtmlElement | None:
    """Return what LaTeXML wrote as an item's mark."""
    for element in item:
        if not _TAGS_OF_ITEMS.isdisjoint(classes_of(element)):
            return element
    return None


def marker_of(element: HtmlElement, item: HtmlElement, number: int, label: str) -> str:
    """Write an item's mark: a number where it has one, else a dash and its label."""
    digits = label.strip("().[]")
    if "ltx_bibitem" in classes_of(item):
        return f"- {label} " if label else "- "
    is_numbered = element.tag == "ol" or "ltx_enumerate" in classes_of(element)
    if is_numbered and (not label or digits.isdecimal()):
        return f"{digits or number}. "
    return "- " if not label or label.strip("\\") in _BULLETS else f"- {label} "
