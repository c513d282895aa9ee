"""Finds the TeX that a script spells out, as far as it can be read without running it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.ports import Formula

_ENVIRONMENTS: Final[dict[str, str | None]] = {
    "MathTex": "align*",
    "Tex": "center",
    "TexMobject": "align*",
    "TextMobject": "center",
}
_EATEN_BACKSLASH = re.compile(
    r"[\x07\x08\x0b\x0c\r](?=[A-Za-z])"
    r"|\t(?=(?:heta|au|ext\w*|imes|o|op|ilde|riangle\w*|frac|binom|herefore|an|anh)(?![A-Za-z]))"
    r"|\n(?=(?:abla|eq|u|e|otin|ot|mid|leq|geq|normalsize)(?![A-Za-z]))"
)
_SURE_OF_NOTHING: Final = frozenset({"tex_template", "tex_template_file"})


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
    found = [each for node in ast.walk(tree) for each in _of_node(node, constants)]
    return sorted(found, key=lambda each: (each.line, each.call.col_offset))


def control_characters(text: str) -> bool:
    r"""Tell whether Python has read TeX's commands as control characters: `\t` of `\theta`."""
    return _EATEN_BACKSLASH.search(text) is not None


def chooses_template(tree: ast.Module) -> bool:
    """Tell whether a script changes what TeX its formulas are compiled with."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _SURE_OF_NOTHING)
        or (isinstance(node, ast.Name) and node.id in ("TexTemplate", "TexTemplateLibrary"))
        for node in ast.walk(tree)
    )


def _of_node(node: ast.AST, constants: dict[str, str]) -> Iterator[TexString]:
    if not isinstance(node, ast.Call):
        return
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _ENVIRONMENTS:
            pass
        case _:
            return
    environment = _ENVIRONMENTS[name]
    for keyword in node.keywords:
        if keyword.arg in ("tex_template", None):
            return
        if keyword.arg == "tex_environment":
            match keyword.value:
                case ast.Constant(value=str() | None as chosen):
                    environment = chosen
                case _:
                    return
    parts = [constant_text(argument, constants) for argument in node.args]
    if parts and None not in parts:
        told = tuple(part for part in parts if part is not None)
        yield TexString(Formula(told, environment), node)


def constant_text(node: ast.expr, constants: dict[str, str]) -> str | None:
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
