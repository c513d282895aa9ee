"""Expressions of one or more real variables: a tree, its values, its Python.

Python is written from the tree alone, so that nothing of a paper's own text is ever run.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or a parameter, as LaTeX spells it without spaces."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operation of OPERATIONS."""

    operation: str
    arguments: tuple["Expression", ...]


Expression = Number | Name | Call


def _power(base: float, exponent: float) -> float:
    if base < 0 and exponent != int(exponent):
        message = "a root of a negative number is not real"
        raise ValueError(message)
    return math.pow(base, exponent)


def _cases(*arguments: float) -> float:
    """Take the value before the first condition that holds; arguments are value, condition, …."""
    for value, condition in zip(arguments[0::2], arguments[1::2], strict=True):
        if condition:
            return value
    message = "no case holds"
    raise ValueError(message)


@dataclass(frozen=True, slots=True)
class _Operation:
    """How an operation is computed here, and written in a script, where `np` is NumPy."""

    compute: Callable[..., float]
    written: str


OPERATIONS: Final[Mapping[str, _Operation]] = {
    "add": _Operation(lambda a, b: a + b, "({} + {})"),
    "sub": _Operation(lambda a, b: a - b, "({} - {})"),
    "mul": _Operation(lambda a, b: a * b, "({} * {})"),
    "div": _Operation(lambda a, b: a / b, "({} / {})"),
    "neg": _Operation(lambda a: -a, "(-{})"),
    "pow": _Operation(_power, "({} ** {})"),
    "abs": _Operation(math.fabs, "abs({})"),
    "sqrt": _Operation(math.sqrt, "np.sqrt({})"),
    "exp": _Operation(math.exp, "np.exp({})"),
    "ln": _Operation(math.log, "np.log({})"),
    "log2": _Operation(math.log2, "np.log2({})"),
    "lg": _Operation(math.log10, "np.log10({})"),
    "sin": _Operation(math.sin, "np.sin({})"),
    "cos": _Operation(math.cos, "np.cos({})"),
    "tan": _Operation(math.tan, "np.tan({})"),
    "arcsin": _Operation(math.asin, "np.arcsin({})"),
    "arccos": _Operation(math.acos, "np.arccos({})"),
    "arctan": _Operation(math.atan, "np.arctan({})"),
    "sinh": _Operation(math.sinh, "np.sinh({})"),
    "cosh": _Operation(math.cosh, "np.cosh({})"),
    "tanh": _Operation(math.tanh, "np.tanh({})"),
    "max": _Operation(max, "max({}, {})"),
    "min": _Operation(min, "min({}, {})"),
    "lt": _Operation(lambda a, b: a < b, "{} < {}"),
    "le": _Operation(lambda a, b: a <= b, "{} <= {}"),
    "and": _Operation(lambda a, b: bool(a and b), "({} and {})"),
    "true": _Operation(lambda: True, "True"),
    "cases": _Operation(_cases, ""),
}


def evaluate(expression: Expression, values: Mapping[str, float]) -> float | None:
    """Compute a value; None where there is none, or none that can be drawn."""
    try:
        value = float(_value(expression, values))
    except (ArithmeticError, ValueError, KeyError):
        return None
    return value if math.isfinite(value) and abs(value) < 1e12 else None


def _value(expression: Expression, values: Mapping[str, float]) -> float:
    match expression:
        case Number(value):
            return value
        case Name(name):
            return values[name]
        case Call("cases", arguments):
            for value, condition in zip(arguments[0::2], arguments[1::2], strict=True):
                if _value(condition, values):
                    return _value(value, values)
            return _cases()
        case Call(operation, arguments):
            return OPERATIONS[operation].compute(*(_value(each, values) for each in arguments))


def to_python(expression: Expression, names: Mapping[str, str]) -> str:
    """Write the expression in Python, each of its names as `names` tells."""
    match expression:
        case Number(value):
            return _written(value)
        case Name(name):
            return names[name]
        case Call("cases", arguments):
            told = [to_python(each, names) for each in arguments]
            pieces = [
                f"{value} if {condition} else "
                for value, condition in zip(told[0:-2:2], told[1:-2:2], strict=True)
            ]
            return f"({''.join(pieces)}{told[-2]})"
        case Call("max" | "min" as operation, arguments):
            return f"{operation}({', '.join(_bare(to_python(each, names)) for each in arguments)})"
        case Call(operation, arguments):
            written = [to_python(each, names) for each in arguments]
            template = OPERATIONS[operation].written
            if not template.startswith("("):
                written = [_bare(each) for each in written]
            return template.format(*written)


def _bare(python: str) -> str:
    """Drop parentheses around a whole expression."""
    if not (python.startswith("(") and python.endswith(")")):
        return python
    depth = 0
    for index, character in enumerate(python):
        depth += (character == "(") - (character == ")")
        if depth == 0 and index < len(python) - 1:
            return python
    return python[1:-1]


def body_in_python(expression: Expression, names: Mapping[str, str]) -> str:
    """Write a function's body, without needless parentheses around it."""
    return _bare(to_python(expression, names))


def _written(value: float) -> str:
    if value == math.pi:
        return "np.pi"
    if value == math.e:
        return "np.e"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def names_in(expression: Expression) -> frozenset[str]:
    """Return the variables and parameters of an expression."""
    return frozenset(each.name for each in _walk(expression) if isinstance(each, Name))


def operations_in(expression: Expression) -> frozenset[str]:
    """Return the operations of an expression."""
    return frozenset(each.operation for each in _walk(expression) if isinstance(each, Call))


def _walk(expression: Expression) -> Iterator[Expression]:
    yield expression
    arguments: Sequence[Expression] = expression.arguments if isinstance(expression, Call) else ()
    for each in arguments:
        yield from _walk(each)
