"""The program that lists what Manim offers: `python -I -m …manim_api_worker FILE`.

Manim is heavy, so it is imported here and not by whoever asks. See `manim_api`.
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from arxiviz_pipeline.domain.ports import ManimName

_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (*_BY_PLACE, inspect.Parameter.KEYWORD_ONLY)


def main() -> None:
    """Write the names of `from manim import *` to the file named on the command line."""
    names: dict[str, Any] = {}
    exec("from manim import *", names)  # noqa: S102 - just what a script does
    told = {
        name: asdict(_described(value))
        for name, value in names.items()
        if name not in ("__builtins__", "__name__")
    }
    answer = {"version": version("manim"), "names": told}
    Path(sys.argv[1]).write_text(json.dumps(answer, default=sorted), encoding="utf-8")


class _Call(NamedTuple):
    """What a call takes.

    Attributes:
        parameters: Names, in order.
        by_place: How many of them, from the first, can be given without their name.
        takes_any_keyword: Whether it takes names that are not among them.
    """

    parameters: tuple[str, ...]
    by_place: int
    takes_any_keyword: bool


class _PassedOn(NamedTuple):
    r"""What an `__init__` does with its `**kwargs`.

    Attributes:
        taken: Keywords it looks up itself.
        calls: Calls of an ancestor's `__init__` that get the rest, with the ancestor's name
            where it is not the next one.
        is_known: Whether that is all it does with them.
    """

    taken: tuple[str, ...]
    calls: tuple[tuple[ast.Call, str | None], ...]
    is_known: bool


def _described(value: object) -> ManimName:
    if isinstance(value, type):
        call = _class_call(value)
        return ManimName(
            kind="class",
            parameters=call and call.parameters,
            takes_any_keyword=call is None or call.takes_any_keyword,
            attributes=frozenset(dir(value)) | _assigned_attributes(value),
            bases=tuple(base.__name__ for base in value.__mro__[1:-1]),
        )
    if isinstance(value, ModuleType):
        return ManimName("module", attributes=frozenset(dir(value)))
    if callable(value):
        call = _function_call(value)
        return ManimName(
            "function", call and call.parameters, call is None or call.takes_any_keyword
        )
    return ManimName("constant", attributes=frozenset(dir(value)))


def _function_call(function: object) -> _Call | None:
    try:
        parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    named = tuple(each.name for each in parameters if each.kind in _NAMED)
    by_place = sum(each.kind in _BY_PLACE for each in parameters)
    return _Call(named, by_place, any(each.kind is each.VAR_KEYWORD for each in parameters))


def _class_call(made: type) -> _Call | None:
    """Follow the keywords that a class passes on, up to the ancestor that takes no others."""
    lineage = [
        each for each in made.__mro__ if isinstance(vars(each).get("__init__"), FunctionType)
    ]
    if not lineage:
        return _function_call(made)
    return _init_call(lineage)


def _init_call(lineage: list[type]) -> _Call | None:
    own = _function_call(vars(lineage[0])["__init__"])
    if own is None:
        return None
    own = _Call(own.parameters[1:], own.by_place - 1, own.takes_any_keyword)  # without `self`
    if not own.takes_any_keyword:
        return own
    passed = _passed_on(lineage[0])
    if passed is None:
        return own
    names = dict.fromkeys((*own.parameters, *passed.taken))
    takes_any_keyword = not passed.is_known
    for call, ancestor in passed.calls:
        above = [each for each in lineage[1:] if ancestor in (None, each.__name__)]
        upper = _init_call(above) if above else None
        takes_any_keyword = takes_any_keyword or upper is None or upper.takes_any_keyword
        names |= dict.fromkeys(
            _left_by(call, upper, is_named=ancestor is not None) if upper else ()
        )
    return _Call(tuple(names), own.by_place, takes_any_keyword)


def _left_by(call: ast.Call, above: _Call, *, is_named: bool) -> list[str]:
    """Return the keywords that a call of an ancestor's `__init__` leaves to be given."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return list(above.parameters)
    filled_count = min(len(call.args) - is_named, above.by_place)
    filled = {each.arg for each in call.keywords}
    return [name for name in above.parameters[filled_count:] if name not in filled]


def _passed_on(owner: type) -> _PassedOn | None:
    """Read in the source what a class's `__init__` does with its keywords."""
    init = _init_definition(owner)
    if init is None or init.args.kwarg is None:
        return None
    name = init.args.kwarg.arg
    taken: list[str] = []
    calls: list[tuple[ast.Call, str | None]] = []
    explained: set[int] = set()
    for call in (node for node in ast.walk(init) if isinstance(node, ast.Call)):
        passed = [each.value for each in call.keywords if each.arg is None]
        match call.func:
            case ast.Attribute(ast.Call(ast.Name("super")), "__init__"):
                explained.update(map(id, passed))
                calls += [(call, None)] if any(_is_name(each, name) for each in passed) else []
            case ast.Attribute(ast.Name(ancestor), "__init__"):
                explained.update(map(id, passed))
                calls += [(call, ancestor)] if any(_is_name(each, name) for each in passed) else []
            case ast.Attribute(ast.Name(asked) as held, "pop" | "get" | "setdefault") if (
                asked == name and call.args and isinstance(call.args[0], ast.Constant)
            ):
                taken.append(str(call.args[0].value))
                explained.add(id(held))
            case _:
                pass
    uses = [node for node in ast.walk(init) if _is_name(node, name)]
    is_known = bool(calls) and all(id(node) in explained for node in uses)
    return _PassedOn(tuple(taken), tuple(calls), is_known)


def _init_definition(owner: type) -> ast.FunctionDef | None:
    definition = _definition(owner)
    methods = definition.body if definition else []
    return next(
        (each for each in methods if isinstance(each, ast.FunctionDef) and each.name == "__init__"),
        None,
    )


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _assigned_attributes(owner: type) -> frozenset[str]:
    """Return what the methods of a class and its ancestors set on `self`."""
    definitions = filter(None, (_definition(each) for each in owner.__mro__))
    return frozenset(name for each in definitions for name in _set_on_self(each))


@cache
def _set_on_self(definition: ast.ClassDef) -> frozenset[str]:
    return frozenset(
        node.attr
        for node in ast.walk(definition)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and _is_name(node.value, "self")
    )


def _definition(owner: type) -> ast.ClassDef | None:
    return _definitions(owner.__module__).get(owner.__qualname__)


@cache
def _definitions(module_name: str) -> dict[str, ast.ClassDef]:
    """Return the classes of one of Manim's modules."""
    path = getattr(sys.modules.get(module_name), "__file__", None)
    if not module_name.startswith("manim") or path is None:
        return {}
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {each.name: each for each in _classes(tree)}


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    yield from (each for each in tree.body if isinstance(each, ast.ClassDef))


if __name__ == "__main__":
    main()
