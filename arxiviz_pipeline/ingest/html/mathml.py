"""Writes presentation MathML as LaTeX, for formulas that bring no LaTeX of their own.

The elements: https://www.w3.org/TR/MathML3/chapter3.html.
"""

import re
import unicodedata
from collections.abc import Callable

from lxml.html import HtmlElement

from arxiviz_pipeline.ingest.formulas.cleaning import align_rows
from arxiviz_pipeline.ingest.html.math_text import escape_latex

_LABEL = re.compile(r"\(\d{1,3}[\d.]{0,6}[a-z]?\)")
_SIMPLE = re.compile(r"[^\W\d_]|\d+|[^\w\s\\{}]|\\[A-Za-z]+ ?|[)\]]")
_DEEPEST = 80  # levels: below, only text is kept
_WITHOUT_TEXT = frozenset(
    {"mspace", "maligngroup", "malignmark", "mphantom", "none", "mprescripts"}
)
_INVISIBLE = frozenset("\u2061\u2062\u2063\u2064\u200b")
_OPERATORS = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", "\\": r"\backslash ",
    "{": r"\{", "}": r"\}", "‖": r"\|", "∥": r"\|", "⟨": r"\langle ", "⟩": r"\rangle ",
    "〈": r"\langle ", "〉": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ",
    "⌈": r"\lceil ", "⌉": r"\rceil ", "∣": r"\mid ",
}  # fmt: skip
_ACCENTS = {
    "¯": "overline", "‾": "overline", "ˉ": "overline", "_": "underline", "̲": "underline",
    "^": "hat", "ˆ": "hat", "̂": "hat", "~": "tilde", "˜": "tilde", "̃": "tilde", "→": "vec",
    "⃗": "vec", "˙": "dot", "̇": "dot", "¨": "ddot", "̈": "ddot", "⏞": "overbrace",
    "⏟": "underbrace", "ˇ": "check", "˘": "breve", "´": "acute", "`": "grave",
}  # fmt: skip
_BIG = frozenset("∑∏∐⋃⋂⨁⨂⨀⋁⋀∫∮∬∭") | {"lim", "max", "min", "sup", "inf", "lim sup", "lim inf"}
_FUNCTIONS = frozenset({
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "det", "dim", "exp", "gcd", "inf",
    "ker", "lim", "ln", "log", "max", "min", "sec", "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip
_VARIANTS = {
    "bold": "mathbf", "double-struck": "mathbb", "fraktur": "mathfrak", "monospace": "mathtt",
    "normal": "mathrm", "sans-serif": "mathsf", "script": "mathcal", "bold-italic": "boldsymbol",
}  # fmt: skip


def mathml_to_latex(math: HtmlElement) -> str:
    """Write a formula; what is no presentation MathML keeps its text."""
    table = _only_table(math)
    tex = _row(math, 0) if table is None else _display_rows(table)
    return " ".join(tex.split())


def _only_table(math: HtmlElement) -> HtmlElement | None:
    """Return the table that is all of a display, with or without wrappers."""
    inner = math
    for _ in range(_DEEPEST):
        children = [child for child in inner if child.tag not in _WITHOUT_TEXT]
        children = children[:1] if inner.tag == "semantics" else children
        if len(children) != 1:
            return None
        inner = children[0]
        if inner.tag == "mtable":
            return inner
    return None


def _display_rows(table: HtmlElement) -> str:
    rows: list[list[str]] = []
    for row in table.iter("mtr", "mlabeledtr"):
        if row.getparent() is table:
            cells = row[1:] if row.tag == "mlabeledtr" else list(row)
            rows.append([_write(cell, 1).strip() for cell in cells if not _is_label(cell)])
    return align_rows([row for row in rows if any(row)])


def _is_label(cell: HtmlElement) -> bool:
    return "label" in (cell.get("class") or "") or _LABEL.fullmatch(_text_of(cell)) is not None


def _row(element: HtmlElement, depth: int) -> str:
    pieces = [] if len(element) else [escape_latex(element.text or "")]
    pieces.extend(_write(child, depth) for child in element)
    return "".join(pieces)


def _write(element: HtmlElement, depth: int) -> str:
    if depth > _DEEPEST:
        return escape_latex("".join(element.itertext()))
    tag = element.tag
    if tag in _WITHOUT_TEXT or tag.startswith("annotation"):
        return ""
    if tag == "semantics":
        return _write(element[0], depth + 1) if len(element) else ""
    if tag in _TOKENS:
        return _TOKENS[tag](element)
    if tag in _LAYOUTS:
        return _LAYOUTS[tag](element, [_write(child, depth + 1) for child in element])
    return _row(element, depth + 1)


def _text_of(element: HtmlElement) -> str:
    text = "".join(element.itertext())
    return " ".join("".join(sign for sign in text if sign not in _INVISIBLE).split())


def _identifier(element: HtmlElement) -> str:
    text = _text_of(element)
    if text in _FUNCTIONS:
        return f"\\{text} "
    written = escape_latex(text)
    plain = unicodedata.normalize("NFKC", text)
    variant = _VARIANTS.get(element.get("mathvariant") or "")
    if variant and len(plain) > 0 and (len(plain) > 1 or variant != "mathrm"):
        return f"\\{variant}{{{written}}}"
    return rf"\mathrm{{{written}}}" if len(plain) > 1 and plain.isalpha() else written


def _operator(element: HtmlElement) -> str:
    text = _text_of(element)
    if text in _OPERATORS:
        return _OPERATORS[text]
    if text in _FUNCTIONS:
        return f"\\{text} "
    is_word = len(text) > 1 and text.isalpha()
    return rf"\operatorname{{{text}}}" if is_word else escape_latex(text)


def _words(element: HtmlElement) -> str:
    text = " ".join("".join(element.itertext()).replace("\u00a0", " ").split(" "))
    return rf"\text{{{escape_latex(text)}}}" if text.strip() else r"\ " if text else ""


def _number(element: HtmlElement) -> str:
    return escape_latex(_text_of(element))


def _nth(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""


def _fraction(element: HtmlElement, parts: list[str]) -> str:
    if (element.get("linethickness") or "1").strip().startswith("0"):
        return rf"\genfrac{{}}{{}}{{0pt}}{{}}{{{_nth(parts, 0)}}}{{{_nth(parts, 1)}}}"
    return rf"\frac{{{_nth(parts, 0)}}}{{{_nth(parts, 1)}}}"


def _root(_: HtmlElement, parts: list[str]) -> str:
    return rf"\sqrt[{{{_nth(parts, 1)}}}]{{{_nth(parts, 0)}}}"


def _square_root(_: HtmlElement, parts: list[str]) -> str:
    return rf"\sqrt{{{''.join(parts)}}}"


def _base(tex: str) -> str:
    return tex if _SIMPLE.fullmatch(tex) else f"{{{tex}}}"


def _scripts(signs: str) -> Callable[[HtmlElement, list[str]], str]:
    def written(_: HtmlElement, parts: list[str]) -> str:
        scripts = (f"{sign}{{{part}}}" for sign, part in zip(signs, parts[1:], strict=False))
        return _base(_nth(parts, 0)) + "".join(scripts)

    return written


def _stacked(signs: str) -> Callable[[HtmlElement, list[str]], str]:
    def written(element: HtmlElement, parts: list[str]) -> str:
        base = _nth(parts, 0)
        if len(element) and _text_of(element[0]) in _BIG:
            scripts = (f"{sign}{{{part}}}" for sign, part in zip(signs, parts[1:], strict=False))
            return base.rstrip() + "".join(scripts) + " "
        marks = [_text_of(child) for child in element[1:]]
        for sign, mark, part in zip(signs, marks, parts[1:], strict=False):
            if accent := _ACCENTS.get(mark):
                base = rf"\{accent}{{{base}}}"
            elif part:
                base = rf"\{'overset' if sign == '^' else 'underset'}{{{part}}}{{{base}}}"
        return base

    return written


def _fenced(element: HtmlElement, parts: list[str]) -> str:
    opening = element.get("open", "(")
    closing = element.get("close", ")")
    marks = (element.get("separators", ",") or "").split()
    inner = parts[:1]
    for index, part in enumerate(parts[1:]):
        inner.append((marks[min(index, len(marks) - 1)] if marks else "") + part)
    left, right = _OPERATORS.get(opening, "."), _OPERATORS.get(closing, ".")
    return rf"\left{left}{''.join(inner)}\right{right}"


def _table(_: HtmlElement, parts: list[str]) -> str:
    return r"\begin{matrix}" + r"\\ ".join(part for part in parts if part) + r"\end{matrix}"


def _table_row(_: HtmlElement, parts: list[str]) -> str:
    return " & ".join(parts)


def _multiscripts(element: HtmlElement, parts: list[str]) -> str:
    before: list[str] = []
    after: list[str] = []
    target = after
    for child, part in list(zip(element, parts, strict=True))[1:]:
        if child.tag == "mprescripts":
            target = before
        else:
            target.append(part)
    return "{}" * bool(before) + _pairs(before) + _base(_nth(parts, 0)) + _pairs(after)


def _pairs(scripts: list[str]) -> str:
    pieces: list[str] = []
    for index in range(0, len(scripts), 2):
        lower, upper = scripts[index], _nth(scripts, index + 1)
        pieces.append((f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else ""))
    return "{}".join(pieces)


_TOKENS: dict[str, Callable[[HtmlElement], str]] = {
    "mi": _identifier,
    "mo": _operator,
    "mn": _number,
    "ms": _words,
    "mtext": _words,
}
_LAYOUTS: dict[str, Callable[[HtmlElement, list[str]], str]] = {
    "mfenced": _fenced,
    "mfrac": _fraction,
    "mmultiscripts": _multiscripts,
    "mover": _stacked("^"),
    "mroot": _root,
    "msqrt": _square_root,
    "msub": _scripts("_"),
    "msubsup": _scripts("_^"),
    "msup": _scripts("^"),
    "mtable": _table,
    "mtr": _table_row,
    "mlabeledtr": lambda element, parts: _table_row(element, parts[1:]),
    "munder": _stacked("_"),
    "munderover": _stacked("_^"),
}
