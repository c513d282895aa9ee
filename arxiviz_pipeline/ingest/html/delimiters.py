r"""Finds formulas that stand in text, between `\(…\)`, `\[…\]`, dollars, or as environments."""

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.html.math_text import legal_text

_ENVIRONMENTS = (
    "equation|displaymath|math|align|alignat|flalign|gather|multline|eqnarray|subequations"
)
_OPENER = re.compile(rf"(?<!\\)(?:\\\\)*(\\\[|\\\(|\$\$|\\begin\s*\{{((?:{_ENVIRONMENTS})\*?)\}})")
_SINGLE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]{1,500}?)(?<=[^\s\\$])\$(?![\d$])")
_LOOKS_LIKE_LATEX = re.compile(r"\\[A-Za-z]|[_^]")
_WRAPPED = re.compile(rf"\\begin\s*\{{({_ENVIRONMENTS})(\*?)\}}(.*?)\\end\s*\{{\1\2\}}", re.DOTALL)
_BARE = ("equation", "displaymath", "math", "subequations")  # what is inside says it all
_SPACED = re.compile(r"\\(begin|end)\s+\{")
_ENGINES = re.compile(r"mathjax|katex|tex2jax|asciimath", re.IGNORECASE)
_LEFT_ALONE = frozenset({
    "code", "kbd", "math", "noscript", "pre", "script", "style", "textarea", "title", "tt",
})  # fmt: skip
_LONGEST = 20_000  # characters

_Piece = tuple[str, bool] | str  # a formula and whether it is a display, or text


def unwrap_environment(tex: str) -> str:
    r"""Take a formula out of `\[…\]`, `\(…\)` or an environment that says only where it stands."""
    tex = _SPACED.sub(r"\\\1{", tex.strip())
    if tex[:2] in (r"\[", r"\(") and tex[-2:] in (r"\]", r"\)"):
        return tex[2:-2].strip()
    wrapped = _WRAPPED.fullmatch(tex)
    return wrapped[3].strip() if wrapped and wrapped[1] in _BARE else tex


def mark_delimited(root: HtmlElement) -> None:
    """Make a `math` element of each formula that stands in text between delimiters."""
    has_dollars = _has_engine(root)
    for element in list(root.iter()):
        if element.tag not in _LEFT_ALONE:
            _mark_text(element, has_dollars=has_dollars)
        _mark_tail(element, has_dollars=has_dollars)


def _has_engine(root: HtmlElement) -> bool:
    for script in root.iter("script"):
        if _ENGINES.search((script.get("src") or "") + (script.text or "")[:5000]):
            return True
    return False


def _mark_text(element: HtmlElement, *, has_dollars: bool) -> None:
    pieces = _split(element.text or "", has_dollars=has_dollars)
    if any(not isinstance(piece, str) for piece in pieces):
        element.text, formulas = _as_elements(pieces)
        element.insert(0, formulas[0])
        _add_after(formulas[0], formulas[1:])


def _mark_tail(element: HtmlElement, *, has_dollars: bool) -> None:
    holder = element.getparent()
    if holder is None or holder.tag in _LEFT_ALONE:
        return
    pieces = _split(element.tail or "", has_dollars=has_dollars)
    if any(not isinstance(piece, str) for piece in pieces):
        before, formulas = _as_elements(pieces)
        element.tail = None
        _add_after(element, formulas)
        element.tail = before


def _add_after(element: HtmlElement, formulas: list[HtmlElement]) -> None:
    for formula in reversed(formulas):
        element.addnext(formula)


def _as_elements(pieces: list[_Piece]) -> tuple[str, list[HtmlElement]]:
    """Return the text before the first formula, and the formulas with the text after each."""
    before = ""
    formulas: list[HtmlElement] = []
    for piece in pieces:
        if not isinstance(piece, str):
            formula = lxml_html.Element("math", {"alttext": legal_text(piece[0])})
            if piece[1]:
                formula.set("display", "block")
            formulas.append(formula)
        elif formulas:
            formulas[-1].tail = (formulas[-1].tail or "") + piece
        else:
            before += piece
    return before, formulas


def _split(text: str, *, has_dollars: bool) -> list[_Piece]:
    if "\\" not in text and "$" not in text:
        return [text]
    pieces: list[_Piece] = []
    for piece in _displays(text):
        if isinstance(piece, str) and "$" in piece:
            pieces.extend(_dollars(piece, has_dollars=has_dollars))
        elif piece:
            pieces.append(piece)
    return pieces or [text]


def _displays(text: str) -> Iterator[_Piece]:
    position = 0
    unclosed: set[str] = set()
    for opener in _OPENER.finditer(text):
        if opener.start(1) < position or opener[1] in unclosed:
            continue
        closer = re.compile(_closer(opener))
        closing = closer.search(text, opener.end(), opener.end() + _LONGEST)
        if closing is None:
            unclosed.add(opener[1])
            continue
        yield text[position : opener.start(1)]
        position = closing.end()
        whole = text[opener.start(1) : position]
        tex = unwrap_environment(whole.strip("$") if opener[1] == "$$" else whole)
        yield tex, opener[1] != r"\(" and opener[2] != "math"
    yield text[position:]


def _closer(opener: re.Match[str]) -> str:
    if opener[2]:
        return rf"\\end\s*\{{{re.escape(opener[2])}\}}"
    return {r"\[": r"\\\]", r"\(": r"\\\)", "$$": r"\$\$"}[opener[1]]


def _dollars(text: str, *, has_dollars: bool) -> Iterator[_Piece]:
    position = 0
    for formula in _SINGLE.finditer(text):
        if has_dollars or _LOOKS_LIKE_LATEX.search(formula[1]):
            yield text[position : formula.start()]
            yield formula[1], False
            position = formula.end()
    yield text[position:]
