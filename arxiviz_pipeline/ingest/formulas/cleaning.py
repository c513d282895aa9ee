r"""Turns the LaTeX that converters leave in pages into LaTeX that amsmath and amssymb compile.

LaTeXML's dialect: https://math.nist.gov/~BMiller/LaTeXML/manual/. What needs a package beyond
these two is written with their means (`\bm` as `\boldsymbol`), or loses its decoration (colour).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DROPPED,
    ENVIRONMENTS,
    LATEX_CAPITALS,
    LATIN_CAPITALS,
    RENAMED,
    REWRITTEN,
    SYMBOLS,
)

# `%` ends a line unless escaped; LaTeXML wraps long formulas with it.
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*|$)")
_CONTROL_WORD_AT_END = re.compile(r"\\[A-Za-z]+$")
_SPACES = re.compile(r"\s+")
_INTERNAL = re.compile(r"\\(?:[A-Za-z]+@|@)[A-Za-z@]*")  # `\@add@centering` and its like
_TRAILING_BREAKS = re.compile(r"(?:\s*\\\\)+\s*$")
_LEADING_STYLE = re.compile(r"(?:\\displaystyle(?![A-Za-z])\s*)+")
_TOKEN = re.compile(r"\\begin\{([^{}]*)\}|\\end\{([^{}]*)\}|\\.|[{}&]", re.DOTALL)

_LONGEST_FORMULA = 20_000  # characters: nobody reads more, and cleaning is not linear
_LAST_LATIN = "\u017f"  # LaTeX knows the accented letters up to Latin Extended-A


def tidy_latex(tex: str) -> str:
    """Take out line wraps and surplus white space, and nothing else."""
    return _strip(_SPACES.sub(" ", _join_wrapped_lines(tex)))


def clean_latex(tex: str) -> str:
    """Make a formula compile in an amsmath display, on one line."""
    cleaned = tidy_latex(tex)
    if len(cleaned) > _LONGEST_FORMULA:
        return cleaned
    cleaned = _INTERNAL.sub(" ", cleaned)
    for command, group_count in DROPPED.items():
        cleaned = _rewrite(cleaned, command, group_count, lambda _: " ")
    for command, (group_count, template) in REWRITTEN.items():
        cleaned = _rewrite(cleaned, command, group_count, partial(_fill, template))
    cleaned = _rewrite(cleaned, "operatorname", 1, _unnest_operator)
    for command, replacement in RENAMED.items():
        cleaned = _rename(cleaned, command, replacement)
    cleaned = _rename_environments(cleaned)
    if not cleaned.isascii():
        cleaned = "".join(_to_latex(character) for character in cleaned)
    cleaned = _TRAILING_BREAKS.sub("", _strip(_SPACES.sub(" ", cleaned)))
    if match := _LEADING_STYLE.match(cleaned):
        cleaned = cleaned[match.end() :]
    return _wrap_rows(cleaned)


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


def _join_wrapped_lines(tex: str) -> str:
    pieces: list[str] = []
    position = 0
    for comment in _COMMENT.finditer(tex):
        piece = tex[position : comment.start()] + comment[1]
        # The line's end also ended the control word before it: `\mathrm%` and `x` below.
        if _CONTROL_WORD_AT_END.search(piece) and tex[comment.end() : comment.end() + 1].isalpha():
            piece += " "
        pieces.append(piece)
        position = comment.end()
    return "".join([*pieces, tex[position:]])


def _strip(tex: str) -> str:
    stripped = tex.strip()
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    # `\ ` at the end has lost its space: the backslash goes with it.
    return stripped[:-1].rstrip() if backslashes % 2 else stripped


def _rewrite(
    tex: str, command: str, group_count: int, replacement: Callable[[list[str]], str]
) -> str:
    if f"\\{command}" not in tex:
        return tex
    options = r"\s*(?:\[[^\]]*\]\s*)*" if group_count else ""
    opening = re.compile(rf"\\{command}(?![A-Za-z])(\*?){options}")
    position = 0
    while match := opening.search(tex, position):
        groups, end = _read_groups(tex, match.end(), group_count)
        if len(groups) < group_count:  # an argument without braces: leave it
            position = match.end()
            continue
        written = replacement([match[1], *groups])
        tex = tex[: match.start()] + written + tex[end:]
        # What was inside may hold the command again; a replacement that keeps it is behind us.
        position = match.start() + written.startswith("\\")
    return tex


def _read_groups(tex: str, start: int, count: int) -> tuple[list[str], int]:
    groups: list[str] = []
    position = start
    for _ in range(count):
        while tex[position : position + 1].isspace():
            position += 1
        end = _group_end(tex, position)
        if end is None:
            break
        groups.append(tex[position + 1 : end - 1])
        position = end
    return groups, position


def _group_end(tex: str, start: int) -> int | None:
    if tex[start : start + 1] != "{":
        return None
    depth = 0
    for token in _TOKEN.finditer(tex, start):
        depth += (token[0] == "{") - (token[0] == "}")
        if depth == 0:
            return token.end()
    return None


def _fill(template: str, groups: list[str]) -> str:
    return re.sub(r"%(\d)", lambda place: groups[int(place[1])], template)


def _unnest_operator(groups: list[str]) -> str:
    star, name = groups[0], groups[1]
    if name.lstrip().startswith(r"\operatorname"):
        return f"{{{name}}}"
    return rf"\operatorname{star}{{{name}}}"


def _rename(tex: str, command: str, replacement: str) -> str:
    if f"\\{command}" not in tex:
        return tex
    return re.sub(rf"\\{command}(?![A-Za-z])", lambda _: replacement, tex)


def _rename_environments(tex: str) -> str:
    if r"\begin{" not in tex:
        return tex

    def renamed(match: re.Match[str]) -> str:
        return f"\\{match[1]}{{{ENVIRONMENTS.get(match[2], match[2])}}}"

    return re.sub(r"\\(begin|end)\{([A-Za-z]+\*?)\}", renamed, tex)


def _wrap_rows(tex: str) -> str:
    depth = 0
    environment = ""
    for token in _TOKEN.finditer(tex):
        if token[1] is not None or token[0] == "{":
            depth += 1
        elif token[2] is not None or token[0] == "}":
            depth -= 1
        elif depth == 0 and token[0] == "&":
            environment = "aligned"
        elif depth == 0 and token[0] == r"\\" and not environment:
            environment = "gathered"
    return f"\\begin{{{environment}}}{tex}\\end{{{environment}}}" if environment else tex


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _to_latex(character: str) -> str:
    if character.isascii():
        return character
    if symbol := SYMBOLS.get(character):
        # `\text` may be around it, where a math command alone would not do.
        return rf"\ensuremath{{{symbol.strip()}}}" if "\\" in symbol else symbol
    simple = unicodedata.normalize("NFKC", character)
    if simple != character:
        return "".join(_to_latex(part) for part in simple)
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) > 3:
        return _greek(words[3].capitalize() if words[1] == "CAPITAL" else words[3].lower())
    is_latin = character.isalpha() and character <= _LAST_LATIN
    return character if is_latin else " "


def _greek(name: str) -> str:
    name = {"lamda": "lambda", "Lamda": "Lambda", "final": "varsigma"}.get(name, name)
    if name in LATIN_CAPITALS:
        return LATIN_CAPITALS[name]
    if name == "omicron":
        return "o"
    known = name in LATEX_CAPITALS or name.islower()
    return rf"\ensuremath{{\{name}}}" if known else " "
