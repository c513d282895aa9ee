"""Reads formulas out of LaTeXML pages: which elements are displays, and their LaTeX."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows, clean_latex
from arxiviz_pipeline.ingest.html.math_text import legal_text, words_in_formula
from arxiviz_pipeline.ingest.html.mathml import mathml_to_latex

_DISPLAY_CLASSES = frozenset({"ltx_equation", "ltx_equationgroup"})
_PADDING = re.compile(r"\bltx_eqn_(?:\w*pad\w*|\w*eqno)\b")
_ROW_CLASSES = frozenset({"ltx_eqn_cell", "ltx_eqn_row"})
_LONGEST_WORDS = 100  # characters of words between rows: more is prose
_EQNARRAY_COLUMNS = 3
_TEX = "application/x-tex"


def classes_of(element: HtmlElement) -> frozenset[str]:
    """Return the element's classes."""
    return frozenset((element.get("class") or "").split())


def is_display(element: HtmlElement) -> bool:
    """Tell whether this is a display block, of one row or of several."""
    if element.tag == "math":
        return element.get("display") == "block" or element.get("mode") == "display"
    return not _DISPLAY_CLASSES.isdisjoint(classes_of(element))


def fold_math(root: HtmlElement) -> None:
    """Reduce each formula to its LaTeX, kept as `alttext`: the MathML is most of a page."""
    for image in list(root.iter("img")):  # how LaTeXML wrote formulas before MathML
        if "ltx_Math" in classes_of(image):
            image.tag = "math"
            image.set("alttext", legal_text(image.get("alt") or ""))
    for span in list(root.iter("span")):  # where it wrote them as LaTeX
        if "ltx_Math" in classes_of(span) and span.find(".//math") is None:
            span.tag = "math"
            span.set("alttext", legal_text("".join(span.itertext())))
    for math in list(root.iter("math")):
        math.set("alttext", legal_text(_latex_of(math)))
        math.text = None
        for child in list(math):
            math.remove(child)


def raw_latex(math: HtmlElement) -> str:
    """Return a folded formula's LaTeX as the page has it."""
    return math.get("alttext") or ""


def display_latex(block: HtmlElement) -> str:
    """Return a display block's LaTeX, ready to compile; empty if it holds no formula."""
    if block.tag == "math":
        return clean_latex(raw_latex(block))
    rows = [_cells(row) or [_cell_latex(row)] for row in _rows(block) or [block]]
    width = max(len(cells) for cells in rows)
    if width == _EQNARRAY_COLUMNS and _is_eqnarray(block, rows):
        rows = [[cells[0], " ".join(filter(None, cells[1:]))] for cells in rows if cells]
    return align_rows(rows)


def _latex_of(math: HtmlElement) -> str:
    tex = math.get("alttext")
    if tex:
        return tex
    for annotation in math.iter("annotation"):
        if annotation.get("encoding") == _TEX and annotation.text:
            return annotation.text
    return mathml_to_latex(math)


def prose_in(block: HtmlElement) -> list[HtmlElement]:
    """Find the paragraphs that stand between a block's rows, and are too long to be one of them."""
    return [
        inner
        for inner in block.iter("p", "span")
        if "ltx_p" in classes_of(inner) and len("".join(inner.itertext())) > _LONGEST_WORDS
    ]


def _rows(block: HtmlElement) -> list[HtmlElement]:
    """Find the rows: `tr` in a table, `span` where the block stands inside a paragraph."""
    prose = {holder for inner in prose_in(block) for holder in _up_to_row(inner)}
    inner = [row for row in block.iterdescendants() if row.tag != "math" and row not in prose]
    marked = [row for row in inner if "ltx_eqn_row" in classes_of(row)]
    equations = [row for row in inner if is_display(row)]
    return marked or equations or [row for row in inner if row.tag == "tr"]


def _up_to_row(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    for holder in element.iterancestors():
        if holder.tag not in ("td", "tr") and classes_of(holder).isdisjoint(_ROW_CLASSES):
            break
        yield holder


def _cells(row: HtmlElement) -> list[str]:
    cells = [
        cell
        for cell in row
        if (cell.tag in ("td", "th") or "ltx_eqn_cell" in classes_of(cell))
        and not _PADDING.search(cell.get("class") or "")
        and not _is_number(cell)
    ]
    # `\\lefteqn` and `\\intertext` span all columns, and begin at the left.
    is_spanning = len(cells) == 1 and (cells[0].get("colspan") or "1") != "1"
    return [""] * is_spanning + [_cell_latex(cell) for cell in cells]


def _is_number(cell: HtmlElement) -> bool:
    first = next(iter(cell), None)
    return first is not None and "ltx_tag" in classes_of(first)


def _cell_latex(cell: HtmlElement) -> str:
    pieces: list[str] = []
    _collect(cell, pieces)
    return " ".join(piece for piece in pieces if piece)


def _collect(cell: HtmlElement, pieces: list[str]) -> None:
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not cell:
                pieces.append(_text_latex(element.tail))
        elif "ltx_tag" in classes_of(element):
            walk.skip_subtree()
        elif element.tag == "math":
            pieces.append(clean_latex(raw_latex(element)))
        else:
            pieces.append(_text_latex(element.text))


def _text_latex(text: str | None) -> str:
    return clean_latex(words_in_formula(text))


def _is_eqnarray(block: HtmlElement, rows: list[list[str]]) -> bool:
    if "ltx_eqn_eqnarray" in classes_of(block):
        return True
    return all(len(cells) > 1 and len(cells[1]) <= len(r"\Leftrightarrow") for cells in rows)
