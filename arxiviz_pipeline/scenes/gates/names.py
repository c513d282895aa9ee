"""Finds names in a script that nothing defines; scopes are not told apart."""

import ast
import builtins
import cmath
import importlib
import math
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi

_BUILTIN: Final = frozenset(dir(builtins)) | {"__file__", "__name__", "__class__"}
_STARRED: Final = {"math": frozenset(dir(math)), "cmath": frozenset(dir(cmath))}
_STARRED_ON_DEMAND: Final = frozenset({"numpy", "random", "itertools", "functools", "typing"})


def bound_names(tree: ast.AST) -> frozenset[str]:
    """Return every name that some statement of a script binds, in whatever scope."""
    return frozenset(_bound_names(tree))


def _bound_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0]
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case _:
                pass


def starred_modules(tree: ast.AST) -> set[str]:
    """Return the modules of which a script imports everything."""
    return {
        node.module or "."
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    }


def known_names(tree: ast.AST, api: ManimApi) -> frozenset[str] | None:
    """Return every name a script may use; None if it imports all of a module not known here."""
    known = _BUILTIN | bound_names(tree)
    for module in starred_modules(tree):
        if module == "manim":
            known |= frozenset(api.names)
        elif (submodule := api.names.get(module.rpartition(".")[2])) and submodule.attributes:
            known |= submodule.attributes
        elif module in _STARRED:
            known |= _STARRED[module]
        elif module in _STARRED_ON_DEMAND:
            known |= frozenset(dir(importlib.import_module(module)))
        else:
            return None
    return known


def unknown_names(tree: ast.AST, api: ManimApi) -> list[ast.Name]:
    """Return the uses of names that neither Python, the script nor Manim knows, in order."""
    known = known_names(tree, api)
    if known is None:
        return []
    used = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in known
    )
    return sorted(used, key=lambda node: (node.lineno, node.col_offset))


def manim_aliases(tree: ast.AST) -> set[str]:
    """Return the names a script calls Manim itself by, as of `import manim as mn`."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "manim"
    }
