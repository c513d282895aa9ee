r"""Marks the formulas of pages that LaTeXML did not make, each as one `math` element.

Its `alttext` is LaTeX, its `display` says where it stands: what `markdown` reads. The formulas come
as MathJax's scripts and delimiters, KaTeX, pictures with LaTeX as their text (latex2html), tables
of such pictures, and tables of characters (hevea, TtH, tex4ht: see `drawn_formulas`).
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows
from arxiviz_pipeline.ingest.html.delimiters import mark_delimited, unwrap_environment
from arxiviz_pipeline.ingest.html.drawn_formulas import (
    is_drawn,
    read_drawn,
    read_markup,
    without_blank_columns,
)
from arxiviz_pipeline.ingest.html.math import classes_of, raw_latex
from arxiviz_pipeline.ingest.html.math_text import legal_text

_RENDERED = frozenset({
    "katex-html", "MathJax", "MathJax_CHTML", "MathJax_Display", "MathJax_Preview", "MathJax_SVG",
    "MJX_Assistive_MathML", "mjx-chtml", "MJXc-display",
})  # fmt: skip
_DISPLAY_CLASSES = frozenset({
    "displaymath", "katex-display", "math-display", "mwe-math-fallback-image-display",
})  # fmt: skip
_LATEX_PICTURES = frozenset({
    "latex", "tex", "math", "mwe-math-fallback-image-display", "mwe-math-fallback-image-inline",
})  # fmt: skip
_DRAWING = "math-display"  # tex4ht's pictures have a drawing in characters as their text
_SCRIPT = re.compile(r"\s*math/tex\s*(?:;\s*mode\s*=\s*(\w+))?\s*", re.IGNORECASE)
_DOLLARS = re.compile(r"(\$\$?)(.+?)\1", re.DOTALL)
_COMMAND = re.compile(r"\\[A-Za-z]+|[_^]\{")
_NUMBER = re.compile(
    r"[(\[]?\s*[A-Za-z]{0,3}\.?\s*\d[\w.,'′*-]{0,9}\s*[)\]]?|[(\[]\s*[*†‡]+\s*[)\]]"
)
_LONGEST_ALT = 20_000  # characters


def mark_formulas(root: HtmlElement) -> None:
    """Mark every formula of a page in place."""
    _unpack_rendered(root)
    _read_scripts(root)
    _read_pictures(root)
    mark_delimited(root)
    for element in list(root.iter("table", "div", "p", "center", "span")):
        if element.getparent() is None or not _is_in(root, element):
            continue
        if element.tag == "table":
            _read_table(element)
        elif "math" in classes_of(element) and not any(True for _ in element.iter("math")):
            _read_written(element)
        elif not _DISPLAY_CLASSES.isdisjoint(classes_of(element)):
            _make_display(element)


def _is_in(root: HtmlElement, element: HtmlElement) -> bool:
    """Tell whether an element still stands in the page: its table may have become a formula."""
    holder = element
    for holder in element.iterancestors():
        pass
    return holder is root


def _unpack_rendered(root: HtmlElement) -> None:
    """Drop what a browser drew, next to the LaTeX or MathML it drew it from."""
    for container in list(root.iter("mjx-container")):
        formula = container.find(".//math")
        if formula is None:
            container.drop_tree()
            continue
        is_display = (container.get("display") or "") in ("true", "block")
        _become_formula(container, raw_latex(formula), is_display=is_display)
    for element in list(root.iter("span", "div")):
        classes = classes_of(element)
        if not classes.isdisjoint(_RENDERED) and _is_in(root, element) and element is not root:
            element.drop_tree()


def _read_scripts(root: HtmlElement) -> None:
    for script in list(root.iter("script")):
        if kind := _SCRIPT.fullmatch(script.get("type") or ""):
            tex = unwrap_environment(script.text or "")
            _become_formula(script, tex, is_display=kind[1] == "display")


def _read_pictures(root: HtmlElement) -> None:
    for picture in list(root.iter("img")):
        alt = (picture.get("alt") or "").strip()
        if not alt or len(alt) > _LONGEST_ALT:
            continue
        classes = classes_of(picture)
        if dollars := _DOLLARS.fullmatch(alt):
            _become_formula(picture, dollars[2], is_display=dollars[1] == "$$")
        elif alt.startswith((r"\begin", r"\[")):
            _become_formula(picture, unwrap_environment(alt), is_display=True)
        elif alt.startswith(r"\(") or not classes.isdisjoint(_LATEX_PICTURES):
            is_display = not classes.isdisjoint(_DISPLAY_CLASSES)
            _become_formula(picture, unwrap_environment(alt), is_display=is_display)
        elif _DRAWING in classes:
            # A drawing of several lines says where things stand, and not what they are.
            if "\n" not in alt:
                _become_formula(picture, alt, is_display=True)
        elif _COMMAND.search(alt) and " " not in alt.partition("\\")[0].strip():
            _become_formula(picture, alt, is_display=False)


def _become_formula(element: HtmlElement, tex: str, *, is_display: bool) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None
    element.tag = "math"
    for name in ("class", "display", "mode"):
        element.attrib.pop(name, None)
    element.set("alttext", legal_text(tex))
    if is_display:
        element.set("display", "block")


def _make_display(element: HtmlElement) -> None:
    """Make one display of an element that holds a formula, and perhaps its number."""
    formulas = list(element.iter("math"))
    if len(formulas) == 1 and not _words_beside(element):
        _become_formula(element, raw_latex(formulas[0]), is_display=True)


def _read_written(element: HtmlElement) -> None:
    """Read what pandoc writes as `math`: italics and scripts, where they are enough."""
    classes = classes_of(element)
    if not classes.isdisjoint({"display", "inline"}):
        tex = read_markup(element)
        _become_formula(element, tex, is_display="display" in classes)


def _words_beside(element: HtmlElement) -> str:
    """Return the words beside formulas that are no equation number."""
    words = " ".join(text for text in _texts(element) if not _NUMBER.fullmatch(text))
    return words.strip(".,;: ()\u00a0")


def _texts(element: HtmlElement) -> Iterator[str]:
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        text = inner.text if event == "start" else inner.tail if inner is not element else None
        if text and text.strip():
            yield " ".join(text.split())


def _read_table(table: HtmlElement) -> None:
    if any(True for _ in table.iter("h1", "h2", "h3", "h4", "h5", "h6", "li", "img")):
        return
    if is_drawn(table):
        if tex := read_drawn(table):
            _become_formula(table, tex, is_display=True)
        return
    formulas = list(table.iter("math"))
    if formulas and not _words_beside(table) and _is_displayed(table, formulas):
        rows = [
            [_cell(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")
        ]
        tex = align_rows(without_blank_columns(rows))
        _become_formula(table, tex, is_display=True)


def _is_displayed(table: HtmlElement, formulas: list[HtmlElement]) -> bool:
    if not classes_of(table).isdisjoint({"equation", "eqnarray", "align", "gather", "displaymath"}):
        return True
    if any(formula.get("display") == "block" for formula in formulas):
        return True
    if any(raw_latex(formula).lstrip().startswith(r"\displaystyle") for formula in formulas):
        return True
    return any(_NUMBER.fullmatch(text) for text in _texts(table))


def _cell(cell: HtmlElement) -> str:
    formulas = (raw_latex(formula).strip() for formula in cell.iter("math"))
    return " ".join(formula.removeprefix(r"\displaystyle").strip() for formula in formulas)
