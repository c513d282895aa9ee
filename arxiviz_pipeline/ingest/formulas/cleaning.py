r"""Turns the LaTeX that converters leave in pages into LaTeX that amsmath and amssymb compile.

LaTeXML's dialect: https://math.nist.gov/~BMiller/LaTeXML/manual/. What needs a package beyond
these two is written with their means (`\bm` as `\boldsymbol`), or loses its decoration (colour).
"""

import re
from typing import Final

from arxiviz_pipeline.ingest.formulas.composing import compose
from arxiviz_pipeline.ingest.formulas.draft import TooDeepError
from arxiviz_pipeline.ingest.formulas.tokens import join_wrapped_lines

_SPACES = re.compile(r"\s+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.()|+\-=/:;<>\n\t]*")


def tidy_latex(tex: str) -> str:
    """Take out line wraps and surplus white space, and nothing else."""
    return _strip(_SPACES.sub(" ", join_wrapped_lines(tex)))


def clean_latex(tex: str) -> str:
    """Make a formula compile in an amsmath display, on one line."""
    if _PLAIN.fullmatch(tex):
        return " ".join(tex.split())
    try:
        return compose(_CONTROLS.sub("", tex)).text()
    except TooDeepError:  # no LaTeX reads this
        return tidy_latex(tex)


def align_rows(rows: list[list[str]]) -> str:
    r"""Write rows of cells as one formula: `aligned` if there are several, its cells apart by `&`.

    A single column is aligned at its left, which reads better than `aligned`'s own right.
    """
    filled = [cells for row in rows if any(cells := _without_trailing_blanks(row))]
    if len(filled) < 2:
        return " ".join(cell for row in filled for cell in row if cell)
    is_column = all(len(cells) == 1 for cells in filled)
    lines = [("&" if is_column else "") + " & ".join(cells) for cells in filled]
    # A bracket or star after `\\` would be read as its argument.
    lines = ["{}" + line if line.lstrip().startswith(("[", "*")) else line for line in lines]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _strip(tex: str) -> str:
    stripped = tex.strip()
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    # `\ ` at the end has lost its space: the backslash goes with it.
    return stripped[:-1].rstrip() if backslashes % 2 else stripped


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]
