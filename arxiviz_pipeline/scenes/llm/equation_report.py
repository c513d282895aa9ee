"""Tells which of a section's display equations an LLM's code spells out."""

import ast
import re
from collections.abc import Sequence

from arxiviz_pipeline.domain.models import Check, Finding
from arxiviz_pipeline.domain.scene_classes import parse_script
from arxiviz_pipeline.scenes.text.inline_text import printable

_LONGEST_QUOTE = 120
_ROW = re.compile(r"\\\\(?:\s*\[[^\]]*\])?")
# What may differ between two ways of writing one formula, and between a formula and its parts.
_WRITING = re.compile(
    r"\\(?:left|right|big[lrm]?|Big[lrm]?|bigg[lrm]?|Bigg[lrm]?|displaystyle|quad|qquad|nonumber"
    r"|notag|limits)(?![A-Za-z])"
    r"|\\(?:begin|end)\s*\{[^{}]*\}(?:\{[lcr|]*\})?|\\(?:label|tag)\s*\{[^{}]*\}"
    r"|\\[,;:!> ]|[\s{}&~]"
)
_CLOSING = ".,;"


def report_equations(equations: Sequence[str], code: str) -> tuple[Check, ...]:
    """Report on display equations, if there are any; code is read and not run.

    An equation counts as shown if each of its rows is spelled out, in one piece or in parts that
    follow each other.
    """
    if not equations:
        return ()
    written = _texts_of(code)
    missing = [
        Finding(
            "missing_equation",
            f"Formula {number} is not in the LLM's scene as the section writes it: {_quoted(tex)}.",
            "warning",
        )
        for number, tex in enumerate(equations, 1)
        if not all(row in written for row in _rows(tex))
    ]
    shown = len(equations) - len(missing)
    told = f"{shown} of the section's {len(equations)} display equations are shown."
    return (Check("equations", passed=True, message=told, findings=tuple(missing)),)


def _texts_of(code: str) -> str:
    """Return all texts of a module in the order they stand, as formulas are compared."""
    texts = [
        (node.lineno, node.col_offset, node.value)
        for node in ast.walk(parse_script(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "".join(_plain(_ROW.sub("", text)) for *_, text in sorted(texts))


def _rows(tex: str) -> list[str]:
    rows = [_plain(row).rstrip(_CLOSING) for row in _ROW.split(tex)]
    return [row for row in rows if row]


def _plain(tex: str) -> str:
    return _WRITING.sub("", tex)


def _quoted(tex: str) -> str:
    shown = printable(tex).strip()
    return repr(shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…")
