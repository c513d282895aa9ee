r"""Splits display formulas: an `aligned` into rows, a row into parts at its relations and sums.

A cut is made only where LaTeX allows one: outside braces, environments and `\left … \right`.
"""

import re
from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.text.word_lists import words_in

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\s+|.", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n\s*|$)")
_ROWS_ENVIRONMENT = re.compile(
    r"\s*(?:\\displaystyle\s*)?\\begin\{(aligned|align\*?|split|gathered|gather\*?|alignedat|eqnarray\*?"
    r"|multline\*?|multlined)\}(?:\[[a-z]\])?(?:(?<=alignedat\})\{\d+\})?(.*)\\end\{\1\}\s*[,.;]?\s*",
    re.DOTALL,
)
_RELATIONS: Final = frozenset(
    words_in(r"""
    = < > : := \le \leq \leqslant \ge \geq \geqslant \ne \neq \equiv \approx \sim \simeq \cong
    \propto \ll \gg \lesssim \gtrsim \in \notin \ni \subset \subseteq \supset \supseteq \to
    \rightarrow \longrightarrow \leftarrow \mapsto \longmapsto \Rightarrow \Longrightarrow
    \Leftrightarrow \Longleftrightarrow \implies \iff \doteq \triangleq \coloneqq \prec \succ
    \preceq \succeq \leadsto \asymp \vdash \models
    """)
)
_SIGNS: Final = frozenset(
    words_in(r"""
    + - \pm \mp \times \cdot \oplus \otimes \cup \cap \wedge \vee
    """)
)
_STRONG_SIGNS: Final = frozenset(["+", "-", "\\pm", "\\mp", "\\oplus", "\\cup", "\\vee"])
_GAPS: Final = frozenset((",", ";", "\\quad", "\\qquad"))
_OPENING: Final = frozenset(("(", "[", "\\{", "\\langle", "\\lfloor", "\\lceil", "\\lbrace"))
_CLOSING: Final = frozenset((")", "]", "\\}", "\\rangle", "\\rfloor", "\\rceil", "\\rbrace"))
_CELL_ENDS: Final = ("&",)
_BRACES: Final = ("{", "}")
_GROUPING: Final = ("{", "}", "&")
_SPACE_COMMANDS: Final = frozenset(
    (
        "\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad", "\\qquad", "~",
        "\\displaystyle", "\\textstyle", "\\nonumber", "\\notag", "{}",
    )
)  # fmt: skip


def tokens_of(tex: str) -> list[str]:
    """Split LaTeX into commands, characters and white space."""
    return _TOKEN.findall(tex)


def is_relation(token: str) -> bool:
    """Tell whether a token is a relation sign."""
    return token in _RELATIONS


def is_sign(token: str) -> bool:
    """Tell whether a token is a sign between terms."""
    return token in _SIGNS


def clean_formula(tex: str) -> str:
    r"""Drop what a video has no use for: comments, labels, tags, and Manim's `{{`."""
    text = _COMMENT.sub("", tex)
    text = re.sub(r"\\(?:nonumber|notag)(?![a-zA-Z])", "", text)
    text = re.sub(r"\\(?:label|tag\*?)\s*\{(?:[^{}]|\{[^{}]*\})*\}", "", text)
    text = _without_full_stop(re.sub(r"\s+", " ", text).strip())
    # Manim takes a double brace after white space for its own way of naming parts.
    return text.replace("{{", "{ {").replace("{{", "{ {")


def _without_full_stop(tex: str) -> str:
    """Drop the sentence's own comma or full stop at the end of a formula."""
    found = re.fullmatch(r"(.*?)(?:\\[ ,;:!]|~|\s)*(?<!\\)[,.;](?:\\[ ,;:!]|~|\s)*", tex, re.DOTALL)
    if found is None or not found[1] or re.search(r"\\(?:left|right|[bB]igg?[lrm]?)\s*$", found[1]):
        return tex
    return found[1]


def split_rows(tex: str) -> list[list[str]]:
    r"""Split a formula that is one `aligned` (or its like) into rows of cells.

    Any other formula is one row of one cell.
    """
    match = _ROWS_ENVIRONMENT.fullmatch(tex)
    if match is None or _has_two_environments(match[2], match[1]):
        return [[tex.strip()]]
    rows: list[list[str]] = [[""]]
    tokens = _TOKEN.findall(match[2])
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        depth += _depth_change(tokens, index)
        index += 1
        if depth == 0 and token in ("\\\\", "\\newline", "\\cr"):
            index = _skip_row_gap(tokens, index)
            rows.append([""])
        elif depth == 0 and token in _CELL_ENDS:
            rows[-1].append("")
        else:
            rows[-1][-1] += token
    rows[-1][-1] = _without_full_stop(rows[-1][-1].strip())
    cleaned = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cleaned if any(is_visible(cell) for cell in row)] or [[tex.strip()]]


def _has_two_environments(inside: str, name: str) -> bool:
    """Tell `begin a end … begin b end` from nesting."""
    depth = 0
    for found in re.finditer(rf"\\(begin|end)\{{{re.escape(name)}\}}", inside):
        depth += 1 if found[1] == "begin" else -1
        if depth < 0:
            return True
    return False


def _skip_row_gap(tokens: Sequence[str], index: int) -> int:
    r"""Step over the `*` and `[2ex]` that may follow `\\`."""
    rest = "".join(tokens[index : index + 30])
    gap = re.match(r"\*?\s*(?:\[\s*-?[\d.]+\s*[a-z]+\s*\])?", rest)
    end = gap.end() if gap else 0
    while end > 0:
        end -= len(tokens[index])
        index += 1
    return index


def _depth_change(tokens: Sequence[str], index: int) -> int:
    match tokens[index]:
        case "{" | "\\left" | "\\begin" | "\\begingroup" | "\\bgroup":
            return 1
        case "}" | "\\right" | "\\end" | "\\endgroup" | "\\egroup":
            return -1
        case _:
            return 0


def split_at_relations(tex: str) -> list[str]:
    r"""Split before each relation: `a = b \le c` is `a`, `= b`, `\le c`."""
    return _split(tex, _RELATIONS, inside_parentheses=False)


def split_for_lines(tex: str, *, inside_parentheses: bool) -> list[str]:
    """Split wherever a line may end: before relations and signs, after commas and wide spaces."""
    return _split(tex, _RELATIONS | _SIGNS | _GAPS, inside_parentheses=inside_parentheses)


def split_at_sums(tex: str) -> list[str]:
    """Split before the plus and minus signs that join terms."""
    return _split(tex, _STRONG_SIGNS, inside_parentheses=False)


def _split(tex: str, marks: frozenset[str], *, inside_parentheses: bool) -> list[str]:
    tokens = _TOKEN.findall(tex)
    pieces = [""]
    depth = brackets = 0
    for index, token in enumerate(tokens):
        depth = max(0, depth + _depth_change(tokens, index))
        if depth == 0 and not _is_delimiter(tokens, index):
            brackets = max(0, brackets + (token in _OPENING) - (token in _CLOSING))
        is_cut = (
            depth == 0
            and token in marks
            and (brackets == 0 or inside_parentheses)
            and not _is_bound(tokens, index)
        )
        if is_cut and token in _GAPS:
            pieces[-1] += token
            pieces.append("")
        elif is_cut and _says_something(pieces[-1]):
            pieces.append(token)
        else:
            pieces[-1] += token
    return _joined(pieces)


def _is_delimiter(tokens: Sequence[str], index: int) -> bool:
    return index > 0 and tokens[index - 1] in ("\\left", "\\right", "\\middle")


def _is_bound(tokens: Sequence[str], index: int) -> bool:
    r"""Tell whether a sign belongs to what comes before it: `x^+`, `\not=`, `\left<`, `e_-`."""
    before = next((token for token in reversed(tokens[:index]) if not token.isspace()), "")
    return before in (
        "_",
        "^",
        "\\not",
        "\\left",
        "\\right",
        "\\middle",
        "\\mathrel",
        "\\mathbin",
    ) or (
        before.startswith("\\")
        and before.lower().startswith(("\\big", "\\frac", "\\sqrt", "\\math", "\\over"))
    )


def _says_something(piece: str) -> bool:
    """Tell whether the piece is more than signs, which must keep what follows them."""
    left = [
        token
        for token in _TOKEN.findall(piece)
        if token not in _SPACE_COMMANDS and not token.isspace() and token not in _BRACES
    ]
    return bool(left) and not all(token in _RELATIONS | _SIGNS | _OPENING for token in left)


def _joined(pieces: Sequence[str]) -> list[str]:
    """Give pieces that show nothing to their neighbour."""
    result: list[str] = []
    for piece in pieces:
        if not is_visible(piece) or (result and re.fullmatch(r"[\s,.;]*", piece)):
            if result:
                result[-1] += piece
            else:
                result.append(piece)
        elif len(result) == 1 and not is_visible(result[0]):
            result[0] += piece
        else:
            result.append(piece)
    return [_stripped(piece) for piece in result]


def _stripped(piece: str) -> str:
    r"""Strip white space, and the backslash of a `\ ` that this takes its space from."""
    text = piece.strip()
    backslashes = len(text) - len(text.rstrip("\\"))
    return text[:-1].rstrip() if backslashes % 2 else text


def is_visible(tex: str) -> bool:
    """Tell whether any token leaves ink."""
    return any(
        not token.isspace() and token not in _SPACE_COMMANDS and token not in _GROUPING
        for token in _TOKEN.findall(tex)
    )


def is_only_signs(tex: str) -> bool:
    """Tell whether a cell holds a relation or a sign and nothing else."""
    return is_visible(tex) and not _says_something(tex)


def starts_with_relation(tex: str) -> bool:
    """Tell whether a part begins with a relation sign."""
    tokens = [
        token for token in _TOKEN.findall(tex) if not token.isspace() and token not in _BRACES
    ]
    return bool(tokens) and tokens[0] in _RELATIONS


def starts_with_sign(tex: str) -> bool:
    """Tell whether a part begins with a relation or a sign, whose spacing needs a left side."""
    tokens = [
        token for token in _TOKEN.findall(tex) if not token.isspace() and token not in _BRACES
    ]
    return bool(tokens) and tokens[0] in _RELATIONS | _SIGNS
