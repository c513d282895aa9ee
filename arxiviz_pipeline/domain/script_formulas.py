"""Finds the formulas that a script spells out, as far as it can be read without running it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.domain.python_source import parse_python

_ENVIRONMENTS: Final[dict[str, str | None]] = {
    "MathTex": "align*",
    "Tex": "center",
    "TexMobject": "align*",
    "TextMobject": "center",
}
_MORE_ENVIRONMENTS: Final[dict[str, str | None]] = {
    **_ENVIRONMENTS,
    "Title": "center",
    "BulletedList": None,
    "SingleStringMathTex": "align*",
}
_DRAWING_STRINGS: Final[dict[str, str]] = {
    "Matrix": "align*",
    "MathTable": "align*",
    "BraceLabel": "align*",
    "BraceText": "center",
    "get_tex": "align*",
    "get_text": "center",
    "get_axis_labels": "align*",
    "get_x_axis_label": "align*",
    "get_y_axis_label": "align*",
    "get_z_axis_label": "align*",
    "get_graph_label": "align*",
}
"""Calls that draw a formula of each constant in their arguments."""

_DRAWING_NUMBERS: Final = re.compile(
    r"\b(?:DecimalNumber|Integer\w*|DecimalMatrix|DecimalTable|Variable|include_numbers"
    r"|add_coordinates|add_numbers|get_number_mobject\w*|numbers_to_include|BarChart)\b"
)
_NUMBERS: Final = (
    *(Formula((character,)) for character in "0123456789.,-+"),
    Formula((r"\dots",), is_marked=False),
)
"""What Manim draws numbers from, one character at a time."""

_SURE_OF_NOTHING: Final = frozenset({"tex_template", "tex_template_file"})
_TEX = re.compile(r"[\\^_=]|^[A-Za-z0-9]{1,3}$")
_MOST_LIKELY = 300


@dataclass(frozen=True, slots=True)
class TexString:
    """A formula in a script.

    Attributes:
        call: The call that draws it.
    """

    formula: Formula
    call: ast.Call

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.call.lineno


def find_tex_strings(tree: ast.Module) -> list[TexString]:
    """Find every formula whose TeX is constant, in the order of the source."""
    constants = _constants(tree)
    found = [
        TexString(formula, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in _ENVIRONMENTS
        for formula in _of_call(node, constants)
    ]
    return sorted(found, key=lambda each: (each.line, each.call.col_offset))


def chooses_template(tree: ast.Module) -> bool:
    """Tell whether a script changes what TeX its formulas are compiled with."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _SURE_OF_NOTHING)
        or (isinstance(node, ast.Name) and node.id in ("TexTemplate", "TexTemplateLibrary"))
        for node in ast.walk(tree)
    )


def likely_formulas(code: str) -> list[Formula]:
    """Return what a script will probably draw by the template it is given, without repeats.

    More than it spells out in so many words: entries of matrices, labels, what a loop or a
    function of its own may be given, and what numbers are made of.
    """
    try:
        tree = parse_python(code)
        if chooses_template(tree):
            return []
        found = dict.fromkeys(_likely(tree, code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(found)[:_MOST_LIKELY]


def constant_text(node: ast.expr, constants: Mapping[str, str]) -> str | None:
    """Return what string an expression is, or None if that shows at run time only."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return constants.get(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = constant_text(left, constants), constant_text(right, constants)
            return None if first is None or second is None else first + second
        case ast.JoinedStr(values=values):
            parts = [
                constant_text(value.value, constants)
                if isinstance(value, ast.FormattedValue)
                else constant_text(value, constants)
                for value in values
            ]
            return None if None in parts else "".join(filter(None, parts))
        case _:
            return None


def _likely(tree: ast.Module, code: str) -> Iterator[Formula]:
    constants = _constants(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given: set[str] = set()  # environments of formulas that are told by variables
    for call in calls:
        name = _name(call.func)
        if name in _MORE_ENVIRONMENTS:
            yield from _of_call(call, constants)
            if name in _ENVIRONMENTS and [_part(each, constants) for each in call.args] == [None]:
                given.add(name)
        elif name in _DRAWING_STRINGS:
            texts = _constants_in(call.args)
            yield from (Formula((text,), _DRAWING_STRINGS[name]) for text in texts)
    if _DRAWING_NUMBERS.search(code):
        yield from _NUMBERS
    for name in sorted(given):
        texts = (each for each in _constants_in([tree]) if _TEX.search(each))
        yield from (Formula((text,), _ENVIRONMENTS[name]) for text in texts)


def _of_call(call: ast.Call, constants: Mapping[str, str]) -> Iterator[Formula]:
    """Yield the formula of a call, if its TeX is constant."""
    name = _name(call.func)
    environment = _MORE_ENVIRONMENTS[name]
    separator, isolated = None, ()
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="tex_template" | None):
                return
            case ast.keyword(arg="tex_environment", value=ast.Constant(value=str() | None as told)):
                environment = told
            case ast.keyword(arg="arg_separator", value=ast.Constant(value=str(told))):
                separator = told
            case ast.keyword(arg="substrings_to_isolate" | "tex_to_color_map", value=value):
                wanted = _texts(value, constants)
                isolated = (
                    (*isolated, *wanted)
                    if keyword.arg == "tex_to_color_map"
                    else (*wanted, *isolated)
                )
            case ast.keyword(arg="tex_environment" | "arg_separator"):
                return
            case _:
                pass
    parts = [_part(argument, constants) for argument in call.args]
    if not parts or None in parts:
        return
    told_parts = tuple(part for part in parts if part is not None)
    if name == "BulletedList":
        told_parts = tuple(rf"{part}\\" for part in told_parts)
        separator = separator or ""
    yield Formula(told_parts, environment, separator, isolated, name != "SingleStringMathTex")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _part(argument: ast.expr, constants: Mapping[str, str]) -> str | None:
    match argument:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return str(number)
        case _:
            return constant_text(argument, constants)


def _texts(value: ast.expr, constants: Mapping[str, str]) -> tuple[str, ...]:
    """Return the constant strings of a list, or the constant keys of a dictionary."""
    match value:
        case ast.List(elts=given) | ast.Tuple(elts=given) | ast.Dict(keys=given):
            texts = [constant_text(each, constants) if each else None for each in given]
            return tuple(text for text in texts if text)
        case _:
            return ()


def _constants_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the strings and numbers that stand in these, numbers with their sign."""
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                yield str(number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                yield str(-number)
            case _:
                yield from _constants_in(list(ast.iter_child_nodes(node)))


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the names that a script gives one constant string and nothing else."""
    values: dict[str, list[str | None]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                values.setdefault(name, []).append(text)
                values[name].append(text)
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                values.setdefault(name, []).append(None)
            case _:
                pass
    # An assignment's own target is a stored name too: one constant is two texts and one None.
    return {
        name: texts[0]
        for name, texts in values.items()
        if len(texts) == 3 and texts[0] is not None and texts.count(None) == 1
    }
