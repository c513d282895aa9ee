r"""Rewrites commands that LaTeX alone does not have, as TeX expands macros: from the front.

What a command becomes is read again, so that a replacement may hold further commands. The work
is bounded: a formula whose definitions go round in circles comes out with the rest unchanged.
"""

from functools import cache
from typing import Final

from arxiviz_pipeline.ingest.formulas import box_commands, notations, plain_tex
from arxiviz_pipeline.ingest.formulas.macros import DEFINING, Macros, filled
from arxiviz_pipeline.ingest.formulas.math_codes import symbol_of_math_char
from arxiviz_pipeline.ingest.formulas.tokens import Action, TokenStream, tokenize
from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DROPPED,
    RENAMED,
    REWRITTEN,
    REWRITTEN_BY_COUNT,
)

_LEAST_BUDGET: Final = 3_000  # tokens that may be given back
_BUDGET_PER_TOKEN: Final = 5


class Expander:
    """Hands out a formula's tokens with all that needs rewriting rewritten."""

    def __init__(self, tokens: list[str]) -> None:
        """Read these tokens."""
        self.stream = TokenStream(tokens)
        self._budget = _LEAST_BUDGET + _BUDGET_PER_TOKEN * len(tokens)
        self._macros = Macros(self.stream)

    def next(self) -> str | None:
        """Take the next token; None at the end."""
        while (lexeme := self.stream.next()) is not None:
            if lexeme[0] != "\\" or self._budget <= 0:
                return lexeme
            written = self._rewritten(lexeme)
            if written is None:
                return lexeme
            self._budget -= len(written) + 1
            self.stream.give_back(written)
        return None

    def _rewritten(self, lexeme: str) -> list[str] | None:
        if lexeme in self._macros:
            return self._macros.expanded(lexeme)
        if lexeme in DEFINING:
            self._macros.define(lexeme)
            return []
        if (action := _ACTIONS.get(lexeme)) is not None:
            return action(self.stream, lexeme)
        if lexeme.startswith(r"\mathchar"):
            return [symbol_of_math_char(lexeme) or " "]
        return None


def _rename(_stream: TokenStream, lexeme: str) -> list[str]:
    """Write another name."""
    return _tokenized(RENAMED[lexeme[1:]])


def _drop(stream: TokenStream, lexeme: str) -> list[str]:
    """Leave a command out with its arguments."""
    _arguments(stream, DROPPED[lexeme[1:]])
    return []


def _fill_template(stream: TokenStream, lexeme: str) -> list[str]:
    """Fill a template with the command's arguments."""
    signature, template = REWRITTEN[lexeme[1:]]
    return list(filled(_tokenized(template), _arguments(stream, signature)))


def _fill_by_count(stream: TokenStream, lexeme: str) -> list[str]:
    """Fill the template that is for so many arguments."""
    signature, templates = REWRITTEN_BY_COUNT[lexeme[1:]]
    arguments = _arguments(stream, signature)
    template = templates.get(len(arguments)) or templates[max(templates)]
    return list(filled(_tokenized(template), arguments))


def _arguments(stream: TokenStream, signature: str) -> list[list[str]]:
    arguments: list[list[str]] = []
    for kind in signature:
        match kind:
            case "s":
                stream.take_star()
            case "n":
                stream.take_register()
            case "o":
                arguments.append(stream.option() or [])
            case "g":
                if not stream.is_next("{"):
                    break
                arguments.append(stream.argument() or [])
            case _:
                arguments.append(stream.argument() or [])
    return arguments


def _write_command_name(stream: TokenStream, _lexeme: str) -> list[str]:
    r"""Write `\csname a\endcsname` as a command."""
    name = "".join(stream.until(r"\endcsname")).strip()
    return [f"\\{name}"] if name.isascii() and name.isalpha() else []


@cache
def _tokenized(template: str) -> list[str]:
    return tokenize(template)


_ACTIONS: Final[dict[str, Action]] = {
    **{f"\\{name}": _rename for name in RENAMED},
    **{f"\\{name}": _drop for name in DROPPED},
    **{f"\\{name}": _fill_template for name in REWRITTEN},
    **{f"\\{name}": _fill_by_count for name in REWRITTEN_BY_COUNT},
    **box_commands.ACTIONS,
    **notations.ACTIONS,
    **plain_tex.ACTIONS,
    r"\csname": _write_command_name,
}
