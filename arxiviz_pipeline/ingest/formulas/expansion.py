r"""Rewrites commands that LaTeX alone does not have, as TeX expands macros: from the front.

What a command becomes is read again, so that a replacement may hold further commands. The work
is bounded: a formula whose definitions go round in circles comes out with the rest unchanged.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from arxiviz_pipeline.ingest.formulas.macros import DEFINING, Macros, filled
from arxiviz_pipeline.ingest.formulas.notations import chemistry, number, unit
from arxiviz_pipeline.ingest.formulas.tokens import TokenStream, tokenize
from arxiviz_pipeline.ingest.formulas.vocabulary import (
    DROPPED,
    RENAMED,
    REWRITTEN,
    REWRITTEN_BY_COUNT,
)

_LEAST_BUDGET: Final = 3_000  # tokens that may be given back
_BUDGET_PER_TOKEN: Final = 5
_FENCES: Final = {"(": ")", "[": "]", "|": "|", r"\{": r"\}"}
_MATRICES: Final = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", r"\{": "Bmatrix"}
_PLAIN_BLOCKS: Final = {
    r"\bordermatrix": "pmatrix",
    r"\cases": "cases*",
    r"\displaylines": "gathered",
    r"\eqalign": "aligned",
    r"\eqalignno": "aligned",
    r"\leqalignno": "aligned",
    r"\matrix": "matrix",
    r"\matrixquantity": "matrix",
    r"\pmatrix": "pmatrix",
    r"\pmqty": "pmatrix",
    r"\bmqty": "bmatrix",
    r"\vmqty": "vmatrix",
    r"\smqty": "smallmatrix",
    r"\smallmatrixquantity": "smallmatrix",
}


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
            if lexeme[0] != "\\":
                return lexeme
            if lexeme in self._macros and self._budget > 0:
                self._give_back(self._macros.expanded(lexeme))
            elif (action := _ACTIONS.get(lexeme)) is not None and self._budget > 0:
                self._give_back(action(self, lexeme))
            else:
                return lexeme
        return None

    def _give_back(self, tokens: list[str]) -> None:
        self._budget -= len(tokens) + 1
        self.stream.give_back(tokens)

    def rewrite_renamed(self, lexeme: str) -> list[str]:
        """Write another name."""
        return _tokenized(RENAMED[lexeme[1:]])

    def rewrite_dropped(self, lexeme: str) -> list[str]:
        """Leave a command out with its arguments."""
        self._arguments(DROPPED[lexeme[1:]])
        return []

    def rewrite_template(self, lexeme: str) -> list[str]:
        """Fill a template with the command's arguments."""
        signature, template = REWRITTEN[lexeme[1:]]
        return list(filled(_tokenized(template), self._arguments(signature)))

    def rewrite_by_count(self, lexeme: str) -> list[str]:
        """Fill the template that is for so many arguments."""
        signature, templates = REWRITTEN_BY_COUNT[lexeme[1:]]
        arguments = self._arguments(signature)
        template = templates.get(len(arguments)) or templates[max(templates)]
        return list(filled(_tokenized(template), arguments))

    def _arguments(self, signature: str) -> list[list[str]]:
        arguments: list[list[str]] = []
        for kind in signature:
            match kind:
                case "s":
                    self.stream.take_star()
                case "o":
                    arguments.append(self.stream.option() or [])
                case "g":
                    if not self.stream.is_next("{"):
                        break
                    arguments.append(self.stream.argument() or [])
                case _:
                    arguments.append(self.stream.argument() or [])
        return arguments

    def rewrite_plain_block(self, lexeme: str) -> list[str]:
        r"""Write plain TeX's `\matrix{a&b\cr}` as an environment."""
        self.stream.take_star()
        if self.stream.peek() != "{":
            return []
        name = _PLAIN_BLOCKS[lexeme]
        content = self.stream.argument() or []
        if lexeme.endswith("alignno"):
            content = _without_numbers(content)
        return [f"\\begin{{{name}}}", *content, f"\\end{{{name}}}"]

    def rewrite_quantity(self, _lexeme: str) -> list[str]:
        r"""Write physics' `\qty(…)`, or siunitx' `\qty{…}{…}`."""
        self.stream.take_star()
        opening = self.stream.peek()
        if opening == "{":
            content = self.stream.argument() or []
            if self.stream.is_next("{"):
                return [*number(content), r"\,", *unit(self.stream.argument() or [])]
            return [r"\left", r"\{", *content, r"\right", r"\}"]
        if opening not in _FENCES:
            return []
        self.stream.next()
        content = self.stream.until(_FENCES[opening])
        return [r"\left", opening, *content, r"\right", _FENCES[opening]]

    def rewrite_matrix_quantity(self, _lexeme: str) -> list[str]:
        r"""Write physics' `\mqty(a & b \\ c & d)`."""
        self.stream.take_star()
        opening = self.stream.peek()
        if opening == "{":
            name, content = "matrix", self.stream.argument() or []
        elif opening in _FENCES:
            self.stream.next()
            name, content = _MATRICES[opening], self.stream.until(_FENCES[opening])
        else:
            return []
        return [f"\\begin{{{name}}}", *content, f"\\end{{{name}}}"]

    def rewrite_measure(self, lexeme: str) -> list[str]:
        """Write siunitx' numbers and units."""
        self.stream.option()
        first = self.stream.argument() or []
        match lexeme:
            case r"\num":
                return number(first)
            case r"\ang":
                return [*number(first), "^", "{", r"\circ", "}"]
            case r"\si" | r"\unit":
                return unit(first)
            case r"\numrange":
                return [*number(first), "--", *number(self.stream.argument() or [])]
            case r"\SIrange" | r"\qtyrange":
                last = number(self.stream.argument() or [])
                return [*number(first), "--", *last, r"\,", *unit(self.stream.argument() or [])]
            case _:
                self.stream.option()
                return [*number(first), r"\,", *unit(self.stream.argument() or [])]

    def rewrite_chemistry(self, _lexeme: str) -> list[str]:
        r"""Write mhchem's `\ce{H2O}`."""
        return chemistry(self.stream.argument() or [])

    def rewrite_indices(self, lexeme: str) -> list[str]:
        r"""Write tensor's `\indices{^a_b}`: each index after the one before."""
        self.stream.take_star()
        base = (self.stream.argument() or []) if lexeme == r"\tensor" else []
        indices = self.stream.argument() or []
        spaced: list[str] = []
        depth = 0
        for index in indices:
            depth += (index == "{") - (index == "}")
            if depth == 0 and index in ("^", "_"):
                spaced += ["{", "}"]
            spaced.append(index)
        return [*base, *(spaced[2:] if base and spaced[:2] == ["{", "}"] else spaced)]

    def rewrite_buildrel(self, _lexeme: str) -> list[str]:
        r"""Write `\buildrel a\over=`."""
        above = self.stream.until(r"\over")
        return [r"\overset", "{", *above, "}"]

    def rewrite_root(self, _lexeme: str) -> list[str]:
        r"""Write `\root n\of x`."""
        degree = self.stream.until(r"\of")
        return [r"\sqrt", "[", "{", *degree, "}", "]"]

    def rewrite_script_lines(self, lexeme: str) -> list[str]:
        r"""Write AMS-TeX's `\Sb … \endSb`."""
        content = self.stream.until(rf"\end{lexeme[1:]}")
        mark = "_" if lexeme == r"\Sb" else "^"
        return [mark, "{", r"\substack", "{", *content, "}", "}"]

    def rewrite_number_of_equation(self, _lexeme: str) -> list[str]:
        r"""Leave out what follows `\eqno`, up to the row's end."""
        kept: list[str] = []
        depth = 0
        while (following := self.stream.next()) is not None:
            depth += (following == "{") - (following == "}")
            if depth < 0 or (depth == 0 and _ends_row(following)):
                kept.append(following)
                break
        return kept

    def define(self, lexeme: str) -> list[str]:
        """Learn a macro, and leave its definition out."""
        match lexeme:
            case r"\let":
                self._macros.let()
            case r"\def" | r"\gdef" | r"\edef" | r"\xdef":
                self._macros.define_plainly()
            case _:
                self._macros.define(lexeme)
        return []

    def name_of(self, _lexeme: str) -> list[str]:
        r"""Write `\csname a\endcsname` as a command."""
        name = "".join(self.stream.until(r"\endcsname")).strip()
        return [f"\\{name}"] if name.isascii() and name.isalpha() else []


def _without_numbers(content: list[str]) -> list[str]:
    """Leave out the equation numbers, which stand in the third cell."""
    kept: list[str] = []
    depth = cells = 0
    for lexeme in content:
        depth += (lexeme == "{") - (lexeme == "}")
        if depth == 0 and lexeme == "&":
            cells += 1
        elif depth == 0 and (lexeme == r"\cr" or lexeme.startswith("\\\\")):
            cells = 0
        if cells < 2:
            kept.append(lexeme)
    return kept


def _ends_row(lexeme: str) -> bool:
    return lexeme.startswith(("\\\\", r"\end{")) or lexeme in (r"\cr", "&", "$")


@cache
def _tokenized(template: str) -> list[str]:
    return tokenize(template)


_Action = Callable[[Expander, str], list[str]]
_ACTIONS: Final[dict[str, _Action]] = {
    **{f"\\{name}": Expander.rewrite_renamed for name in RENAMED},
    **{f"\\{name}": Expander.rewrite_dropped for name in DROPPED},
    **{f"\\{name}": Expander.rewrite_template for name in REWRITTEN},
    **{f"\\{name}": Expander.rewrite_by_count for name in REWRITTEN_BY_COUNT},
    **dict.fromkeys(_PLAIN_BLOCKS, Expander.rewrite_plain_block),
    **dict.fromkeys([r"\qty", r"\quantity"], Expander.rewrite_quantity),
    **dict.fromkeys(
        [r"\SI", r"\si", r"\num", r"\unit", r"\ang", r"\numrange", r"\SIrange", r"\qtyrange"],
        Expander.rewrite_measure,
    ),
    **dict.fromkeys([r"\Sb", r"\Sp"], Expander.rewrite_script_lines),
    **dict.fromkeys([r"\eqno", r"\leqno"], Expander.rewrite_number_of_equation),
    **dict.fromkeys([r"\indices", r"\tensor"], Expander.rewrite_indices),
    **dict.fromkeys(DEFINING, Expander.define),
    **dict.fromkeys([r"\def", r"\gdef", r"\edef", r"\xdef", r"\let"], Expander.define),
    r"\buildrel": Expander.rewrite_buildrel,
    r"\ce": Expander.rewrite_chemistry,
    r"\cf": Expander.rewrite_chemistry,
    r"\csname": Expander.name_of,
    r"\mqty": Expander.rewrite_matrix_quantity,
    r"\root": Expander.rewrite_root,
}
