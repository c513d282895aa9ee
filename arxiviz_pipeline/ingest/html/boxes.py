"""Takes the text out of drawings: LaTeXML draws boxes around text as SVG with HTML inside."""

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math import is_display

_HOLDER = "foreignobject"  # an HTML parser writes every name in lower case
_MOST_PARTS = 4  # of a box: its title, its text; a diagram has more
_SHORTEST_TEXT = 80  # characters: less is a label in a diagram


def unpack_boxes(root: HtmlElement) -> None:
    """Make a plain element of each drawing with text in it; drawings with labels alone stay."""
    for drawing in list(root.iter("svg")):
        texts = _texts_in(drawing)
        if not texts:
            continue
        for child in list(drawing):
            drawing.remove(child)
        drawing.text = None
        drawing.tag = "div"
        for text in texts:
            text.tag = "div"
            text.tail = None
            drawing.append(text)


def _texts_in(drawing: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for holder in drawing.iter(_HOLDER):
        if not any(outer in found for outer in holder.iterancestors(_HOLDER)):
            found.append(holder)
    texts = [holder for holder in found if _is_text(holder)]
    return found if texts and len(found) <= _MOST_PARTS else texts


def _is_text(holder: HtmlElement) -> bool:
    if any(map(is_display, holder.iter())):
        return True
    return len(" ".join("".join(holder.itertext()).split())) >= _SHORTEST_TEXT
