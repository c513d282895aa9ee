"""Tells how much of a scene a script still has, once something was taken out of it."""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.python_source import parse_python
from arxiviz_pipeline.scenes.repair.source import parses
from arxiviz_pipeline.scenes.repair.text_mends import mend_text

LEAST_LEFT: Final = 0.5
"""How much of a scene's statements, and of what it plays and adds, has to be left."""

_SHOWING: Final = frozenset({"play", "add"})


def keeps_enough(whole: str, code: str) -> bool:
    """Tell whether a script has enough left of what it was.

    What comes after a `return` counts as taken out, and what mends have written beside the
    scene's own classes and functions counts for nothing.
    """
    whole = whole if parses(whole) else mend_text(whole).code
    if not parses(whole):
        return True
    before, after = parse_python(whole), parse_python(code)
    own = _definitions(before)
    statements, left = list(_reached(before, own)), list(_reached(after, own))
    shown = sum(map(_shown_count, left))
    return shown >= max(1, LEAST_LEFT * sum(map(_shown_count, statements))) and len(
        left
    ) >= LEAST_LEFT * len(statements)


def shows(statement: ast.stmt) -> bool:
    """Tell whether a statement, or one inside it, plays or adds something."""
    return any(_is_showing(node) for node in ast.walk(statement))


def _definitions(tree: ast.Module) -> set[str]:
    return {each.name for each in tree.body if isinstance(each, (ast.ClassDef, ast.FunctionDef))}


def _reached(tree: ast.Module, own: set[str]) -> Iterator[ast.stmt]:
    """Yield the statements of these classes and functions, none that a `return` cuts off."""
    for each in tree.body:
        if isinstance(each, (ast.ClassDef, ast.FunctionDef)) and each.name in own:
            yield from _of_block(each.body)


def _of_block(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in block:
        if not isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.Pass)):
            yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _of_block(getattr(statement, name, []))
        if isinstance(statement, (ast.Return, ast.Raise)):
            return


def _shown_count(statement: ast.stmt) -> int:
    """Count what a statement plays and adds by itself."""
    match statement:
        case ast.Expr(value=ast.Call(func=func, args=arguments)) if _is_showing(func):
            return max(1, sum(not _is_value(argument) for argument in arguments))
        case _:
            return 0


def _is_showing(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name in _SHOWING
        case _:
            return False


def _is_value(argument: ast.expr) -> bool:
    """Tell whether an argument is none by itself: old scripts play `square.shift, 2 * UP`."""
    match argument:
        case ast.Name(id=name):
            return name.isupper()
        case ast.BinOp() | ast.Dict() | ast.Constant() | ast.UnaryOp():
            return True
        case _:
            return False
