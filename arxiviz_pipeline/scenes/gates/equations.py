"""Tells which of a section's display equations a script spells out; it keeps none from a render."""

import ast
import re
from collections.abc import Sequence

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Check, Finding
from arxiviz_pipeline.domain.scene_classes import parse_script
from arxiviz_pipeline.scenes.text.inline_text import printable

_LONGEST_QUOTE = 120  # characters
_ROW = re.compile(r"\\\\(?:\s*\[[^\]]*\])?")
# What may differ between two ways of writing one formula, and between a formula and its parts.
_WRITING = re.compile(
    r"\\(?:left|right|big[lrm]?|Big[lrm]?|bigg[lrm]?|Bigg[lrm]?|displaystyle|quad|qquad|nonumber"
    r"|notag|limits)(?![A-Za-z])"
    r"|\\(?:begin|end)\s*\{[^{}]*\}(?:\{[lcr|]*\})?|\\(?:label|tag)\s*\{[^{}]*\}"
    r"|\\[,;:!> ]|[\s{}&~]"
)
_CLOSING = ".,;"


def report_equations(equations: Sequence[str], code: str) -> Check:
    """Report on a section's display equations; code is read and not run.

    An equation counts as shown if each of its rows is spelled out, in one piece or in parts that
    follow each other.
    """
    texts = _texts_of(code)
    missing = [
        f"Formula {number} is not in the scene as the section writes it: {quoted(tex)}."
        for number, tex in enumerate(equations, 1)
        if not all(row in texts for row in _rows(tex))
    ]
    return equations_check(len(equations), len(equations) - len(missing), missing)


def equations_check(equation_count: int, shown_count: int, faults: Sequence[str]) -> Check:
    """Sum up what is known of a section's display equations; each fault is a sentence."""
    findings = tuple(Finding("missing_equation", fault, "warning") for fault in faults)
    told = f"{shown_count} of the section's {equation_count} display equations are shown."
    return Check("equations", passed=True, message=told, findings=findings)


def quoted(tex: str) -> str:
    """Quote the beginning of a formula."""
    shown = printable(tex).strip()
    return repr(shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…")


def _texts_of(code: str) -> str:
    """Return all texts of a module in the order they stand, as formulas are compared."""
    try:
        tree = parse_script(code)
    except RenderError:  # what Python cannot read shows nothing
        return ""
    texts = [
        (node.lineno, node.col_offset, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "".join(_plain(_ROW.sub("", text)) for *_, text in sorted(texts))


def _rows(tex: str) -> list[str]:
    rows = [_plain(row).rstrip(_CLOSING) for row in _ROW.split(tex)]
    return [row for row in rows if row]


def _plain(tex: str) -> str:
    return _WRITING.sub("", tex)
