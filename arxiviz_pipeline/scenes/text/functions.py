r"""Reads LaTeX definitions of functions of one real variable: `f(x) = \frac{1}{1 + e^{-x}}`.

A strict subset, read by a parser of its own: what is not surely a formula of numbers is refused.
General LaTeX parsers guess instead, as they must (SymPy's takes `f(x) g` for a product of three),
and a guess would be a false picture.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.text.expression_parser import (
    CLOSERS,
    ExpressionParser,
    RefusedError,
    read_expression,
    tokens_of,
)
from arxiviz_pipeline.scenes.text.expressions import Expression, Number, evaluate, names_in

_LONGEST = 600  # characters
_EQUALS: Final = ("=",)


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """What a formula defines.

    Attributes:
        name: LaTeX of what is defined, such as `f` or `y`.
        argument: The variable, as names are spelt; None where the left side doesn't tell.
        body: Its names are the argument and parameters.
    """

    name: str
    argument: str | None
    body: Expression


def read_function(tex: str) -> FunctionDefinition | None:
    """Read a formula that defines a function, or return None if that is not sure."""
    if len(tex) > _LONGEST or "=" not in tex:
        return None
    pieces = _split_at_equals(tokens_of(tex))
    if len(pieces) < 2:
        return None
    try:
        name, argument = _left_side(pieces[0])
    except RefusedError:
        return None
    for piece in pieces[1:]:
        try:
            body = read_expression(piece, argument)
        except RefusedError:
            continue
        if names_in(body):
            return FunctionDefinition(name, argument, body)
    return None


def read_assignments(math_tex: str) -> dict[str, float]:
    """Read the numbers that inline math gives to names: `a = 2, b = 3`."""
    found: dict[str, float] = {}
    for piece in re.split(r"(?<!\\),(?!\d)|;|\\quad", math_tex):
        left, equals, right = piece.partition("=")
        if not equals or len(piece) > 80:
            continue
        try:
            name = _whole_name(left)
            value = read_expression(tokens_of(right), None)
        except RefusedError:
            continue
        if isinstance(value, Number):
            found[name] = value.value
        elif not names_in(value):
            number = _number_of(value)
            if number is not None:
                found[name] = number
    return found


def _number_of(expression: Expression) -> float | None:
    return evaluate(expression, {})


def _whole_name(tex: str) -> str:
    parser = ExpressionParser(tokens_of(tex), None)
    name = parser.name()
    if not parser.is_done or not name:
        raise RefusedError
    return name


def _split_at_equals(tokens: Sequence[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("{", "\\begin", "\\left", "(")) - (
            token in ("}", "\\end", "\\right", ")")
        )
        if token in _EQUALS and depth <= 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _left_side(tokens: Sequence[str]) -> tuple[str, str | None]:
    if not tokens:
        raise RefusedError
    parser = ExpressionParser(tokens, None)
    parser.any_name()
    if parser.is_done:
        return "".join(tokens), None
    end = parser.position
    parser.skip_left()
    opener = parser.take()
    if opener not in ("(", "["):
        raise RefusedError
    argument = parser.name()
    parser.skip_right()
    if not argument or parser.take() != CLOSERS[opener] or not parser.is_done:
        raise RefusedError
    return "".join(tokens[:end]), argument


def read_domain(text: str, variable: str) -> tuple[float, float] | None:
    r"""Read where a variable lives, if a text says so in numbers: `x \in [0, 1]`, `x > 0`.

    Either end may be infinite; None if nothing is said.
    """
    name = re.escape(variable)
    number = r"(-?\s*(?:\\infty|\d*\s*\\pi|\d+(?:\.\d+)?))"
    low_or_equal, more = r"(?:\\leq?(?:slant)?|<)", r"(?:\\geq?(?:slant)?|>)"
    found = re.search(
        rf"(?<![\w\\]){name}\s*\\in\s*(?:\\left)?[\[(]\s*{number}\s*,\s*\+?{number}\s*(?:\\right)?[\])]"
        rf"|{number}\s*{low_or_equal}\s*{name}\s*{low_or_equal}\s*{number}",
        text,
    )
    if found:
        ends = [_end(each) for each in found.groups() if each]
        return (ends[0], ends[1]) if ends[0] < ends[1] else None
    above = re.search(rf"(?<![\w\\]){name}\s*{more}\s*{number}", text)
    if above:
        return (_end(above[1]), math.inf)
    return None


def _end(text: str) -> float:
    bare = text.replace(" ", "")
    sign = -1.0 if bare.startswith("-") else 1.0
    bare = bare.lstrip("-")
    if bare == "\\infty":
        return sign * math.inf
    if bare.endswith("\\pi"):
        return sign * math.pi * float(bare.removesuffix("\\pi") or 1)
    return sign * float(bare)
