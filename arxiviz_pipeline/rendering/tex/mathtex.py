r"""What Manim's MathTex and Tex hand to LaTeX, so that it can be compiled without Manim.

Follows manim/mobject/text/tex_mobject.py and manim/utils/tex.py of Manim 0.22: double braces
split a string, each piece is marked for dvisvgm, and what looks unbalanced is mended before LaTeX
sees it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import count

from arxiviz_pipeline.domain.ports import Formula

_DELIMITERS = "(){}[]|.\\"
_ESCAPES = ("\\\\", "\\{", "\\}")
_WORDS = "center"  # the environment of Tex, which joins its pieces without a space
_HASH_LENGTH = 16


def formula_source(formula: Formula) -> str:
    r"""Return the LaTeX of a formula, from its `\begin{align*}` to its end."""
    if formula.environment is None:
        return _mended(_marked(formula))
    begin, end = _environment(formula.environment)
    return f"{begin}\n{_mended(_marked(formula))}\n{end}"


def _marked(formula: Formula) -> str:
    """Return a formula's pieces, each between marks that its drawing keeps."""
    if not formula.is_marked:
        return formula.tex
    separator = formula.separator
    if separator is None:
        separator = "" if formula.environment == _WORDS else " "
    pieces = [piece for part in formula.parts for piece in _split_double_braces(part) if piece]
    numbers = count()
    return "".join(
        rf"\special{{dvisvgm:raw <g id='unique{index:03d}'>}}"
        + _isolated(piece, formula.isolated, numbers)
        + (separator if index < len(pieces) - 1 else "")
        + r"\special{dvisvgm:raw </g>}"
        for index, piece in enumerate(pieces)
    )


def _isolated(piece: str, wanted: Sequence[str], numbers: Iterator[int]) -> str:
    """Mark what is wanted in a piece: from the left, and of what starts alike the longest."""
    told = ""
    while piece:
        found = [(piece.index(each), -len(each), each) for each in wanted if each in piece]
        if not found:
            break
        place, _, text = min(found)
        told += piece[:place]
        told += rf"\special{{dvisvgm:raw <g id='unique{next(numbers):03d}substring'>}}{text}"
        told += r"\special{dvisvgm:raw </g>}"
        piece = piece[place + len(text) :]
    return told + piece


def tex_document(source: str, document_class: str, preamble: str) -> str:
    """Return a document as Manim's template makes it."""
    lines = (document_class, preamble, r"\begin{document}", source, r"\end{document}")
    return "\n".join(lines)


def drawing_name(document: str) -> str:
    """Return the name under which Manim looks for a document's drawing."""
    return f"{hashlib.sha256(document.encode()).hexdigest()[:_HASH_LENGTH]}.svg"


def _environment(name: str) -> tuple[str, str]:
    r"""Return both ends of an environment, which may be given as `tabular}{cc`."""
    opened = name.removeprefix(r"\begin").removeprefix("{")
    closing = "" if opened.endswith(("}", "]")) else "}"
    return rf"\begin{{{opened}{closing}", rf"\end{{{opened.split('}', maxsplit=1)[0]}}}"


def _split_double_braces(text: str) -> list[str]:
    """Split at `{{ … }}`, which opens only at the start or after white space."""
    pieces = [""]
    depth: int | None = None  # of TeX's braces inside an open group of Manim's
    index = 0
    while index < len(text):
        pair = text[index : index + 2]
        opens = depth is None and pair == "{{" and (index == 0 or text[index - 1].isspace())
        if opens or (depth == 0 and pair == "}}"):
            depth = 0 if opens else None
            pieces.append("")
            index += 2
            continue
        taken = pair if pair in _ESCAPES else pair[:1]
        if depth is not None:
            depth += (taken == "{") - (taken == "}")
        pieces[-1] += taken
        index += len(taken)
    return pieces


def _mended(tex: str) -> str:
    """Balance delimiters and braces, and blank half an array, as MathTex does."""
    mended = tex.strip() or r"\quad"
    if _delimiter_count(mended, r"\left") != _delimiter_count(mended, r"\right"):
        mended = mended.replace(r"\left", r"\big").replace(r"\right", r"\big")
    missing = _brace_count(mended, "{") - _brace_count(mended, "}")
    mended = "{" * -missing + mended + "}" * missing
    halved = (r"\begin{array}" in mended) != (r"\end{array}" in mended)
    return "" if halved else mended


def _delimiter_count(tex: str, command: str) -> int:
    return sum(rest[:1] in _DELIMITERS for rest in tex.split(command)[1:] if rest)


def _brace_count(tex: str, brace: str) -> int:
    return tex.count(brace) - tex.count(f"\\{brace}") + len(re.findall(rf"\\\\\{brace}", tex))
