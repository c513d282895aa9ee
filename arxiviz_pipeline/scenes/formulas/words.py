r"""Cuts words inside formulas, `\text{…}`, where a line may end."""

from typing import Final

from arxiviz_pipeline.scenes.formulas.splitting import tokens_of

_COMMANDS: Final = frozenset(("\\text", "\\textrm", "\\textit", "\\textbf", "\\mbox", "\\hbox"))
_ESCAPED: Final = frozenset(("\\%", "\\&", "\\$", "\\#", "\\_", "\\ ", "\\,"))
_SHORT: Final = 24  # characters: so few words stay together
_PIECE: Final = 12  # characters, at least, before the next cut


def is_words(tex: str) -> bool:
    """Tell whether a row is nothing but words, however long."""
    found = _words_at(tokens_of(tex), 0)
    return found is not None and found[1] == len(tokens_of(tex))


def split_words(tex: str) -> list[str]:
    """Cut long runs of words into pieces that keep their command, and the space behind them."""
    tokens = tokens_of(tex)
    pieces = [""]
    depth = index = 0
    while index < len(tokens):
        found = _words_at(tokens, index) if depth == 0 else None
        if found is None:
            depth += (tokens[index] in ("{", "\\left", "\\begin")) - (
                tokens[index] in ("}", "\\right", "\\end")
            )
            pieces[-1] += tokens[index]
            index += 1
            continue
        words, end = found
        first, *others = (f"{tokens[index]}{{{piece}}}" for piece in words)
        pieces[-1] += first
        pieces += others
        index = end
    return pieces


def _words_at(tokens: list[str], start: int) -> tuple[list[str], int] | None:
    """Read the words of a command: in pieces, and where they end; None if they stay whole."""
    opening = tokens[start : start + 2]
    if opening[1:] != ["{"] or opening[0] not in _COMMANDS:
        return None
    pieces = [""]
    depth, in_math = 1, False
    for index in range(start + 2, len(tokens)):
        sign = tokens[index]
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            is_long = sum(map(len, pieces)) > _SHORT and not in_math
            return ([piece for piece in pieces if piece], index + 1) if is_long else None
        in_math = in_math != (sign == "$")
        if sign.startswith("\\") and sign not in _ESCAPED and not in_math:
            return None  # a font, perhaps, which holds for all that follows
        pieces[-1] += sign
        if sign.isspace() and depth == 1 and not in_math and len(pieces[-1]) >= _PIECE:
            pieces.append("")
    return None
