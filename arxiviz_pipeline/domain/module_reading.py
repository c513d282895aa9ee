"""Reads which classes a module will have once it has run, and whether that is sure.

It goes through the module's statements as Python would, with only classes and imports in mind.
Whatever may end otherwise than it reads is a doubt: only running the module tells then.
"""

import ast
import builtins
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_MANIM_SCENES: Final = frozenset(
    {
        "Scene",
        "MovingCameraScene",
        "ThreeDScene",
        "SpecialThreeDScene",
        "ZoomedScene",
        "VectorScene",
        "LinearTransformationScene",
    }
)
_KNOWN_MODULES: Final = sys.stdlib_module_names | {"manim", "numpy"}
_HARMLESS_DECORATORS: Final = frozenset(
    {"dataclasses.dataclass", "functools.total_ordering", "typing.final"}
)
_OWN_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# What makes or binds classes without a statement that says so.
_CLASS_MAKERS: Final = frozenset(
    {
        *("globals", "locals", "vars", "setattr", "delattr", "modules", "import_module"),
        *("exec", "eval", "compile", "__import__", "__build_class__", "__dict__"),
        *("new_class", "make_dataclass"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class OwnClass:
    """A class that the module defines.

    Attributes:
        ancestors: Those of the module's classes that it builds on, be it through others.
        is_scene: Whether it visibly builds on one of Manim's scenes.
        has_bases: Whether it builds on anything.
        has_strange_base: Whether it builds on a name that the module itself doesn't bind; Manim
            may have given it, or else running the module fails there.
    """

    name: str
    ancestors: "frozenset[OwnClass]"
    is_scene: bool
    has_bases: bool
    has_strange_base: bool


class ModuleReading:
    """What reading a module has told.

    Attributes:
        bound: What stands behind each name in the end, in the order of their last bindings: a
            class of the module, the full name of what is imported, or None for anything else.
        defined: All classes the module defines, in order, also those that lose their name.
        is_sure: Whether running the module can come to no other classes.
    """

    def __init__(self, module: ast.Module) -> None:
        """Read a parsed module.

        Raises:
            RecursionError: If it is nested too deeply.
        """
        self.bound: dict[str, OwnClass | str | None] = {}
        self.defined: list[OwnClass] = []
        self.is_sure = not any(map(_makes_classes, _outside_methods(module)))
        self._has_manim_names = False
        self._read(module.body)

    def _read(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._read_one(statement)

    def _read_one(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ClassDef():
                self._define(statement)
            case ast.Import() | ast.ImportFrom():
                self._import(statement)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], value)
            case ast.Delete(targets=targets):
                for target in targets:
                    self.bound.pop(ast.unparse(target), None)
            case ast.If(test=test, body=body, orelse=orelse):
                match _truth(test):
                    case True:
                        self._read(body)
                    case False:
                        self._read(orelse)
                    case None:
                        self._read_perhaps([*body, *orelse])
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                self._read(body)
                if any(isinstance(each, ast.ClassDef) for each in body):
                    self.is_sure = self.is_sure and not handlers
                self._read_perhaps([each for handler in handlers for each in handler.body])
                self._read([*orelse, *finalbody])
            case ast.With(items=items, body=body):
                self._bind_unknown(name for item in items for name in _stored(item))
                self._read(body)
            case _:
                self._read_perhaps([statement])

    def _read_perhaps(self, statements: Sequence[ast.stmt]) -> None:
        """Read what may not run, or many times."""
        for statement in statements:
            for node in (statement, *_outside_functions(statement)):
                match node:
                    case ast.ClassDef():
                        self._define(node)
                        self.is_sure = False
                    case ast.ImportFrom(names=[ast.alias(name="*")]):
                        self._import(node)
                        self.is_sure = False
                    case _:
                        self._bind_unknown(_stored_by(node))

    def _define(self, definition: ast.ClassDef) -> None:
        bases = [self._meaning(base) for base in definition.bases]
        own = [base for base in bases if isinstance(base, OwnClass)]
        imported = [base for base in bases if isinstance(base, str)]
        is_scene = any(base.is_scene for base in own) or any(map(_is_manim_scene, imported))
        decorators = {self._meaning(_called(each)) for each in definition.decorator_list}
        if (
            None in bases
            or definition.keywords
            or any(isinstance(each, ast.ClassDef) and each.bases for each in definition.body)
            or not decorators <= _HARMLESS_DECORATORS
            or not (is_scene or all(map(_is_known, imported)))
        ):
            self.is_sure = False
        ancestors = frozenset(own).union(*(base.ancestors for base in own))
        defined = OwnClass(
            definition.name,
            ancestors,
            is_scene,
            has_bases=bool(bases),
            has_strange_base=any(map(_is_strange, imported)),
        )
        self.defined.append(defined)
        self._bind(definition.name, defined)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                root = alias.name.partition(".")[0]
                self._bind(alias.asname or root, alias.name if alias.asname else root)
            return
        module = statement.module or "" if not statement.level else "."
        for alias in statement.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name, f"{module}.{alias.name}")
            elif module.partition(".")[0] == "manim":
                self._has_manim_names = True
                for name in _MANIM_SCENES & self.bound.keys():
                    del self.bound[name]
            elif not _is_known(module):
                self.is_sure = False

    def _assign(self, targets: Iterable[ast.expr], value: ast.expr) -> None:
        meaning = self._meaning(value)
        for target in targets:
            if isinstance(target, ast.Name) and meaning is not None:
                self._bind(target.id, meaning)
            else:
                self._bind_unknown(_stored(target))
        self._bind_unknown(_stored(value))

    def _bind(self, name: str, meaning: OwnClass | str | None) -> None:
        self.bound.pop(name, None)
        self.bound[name] = meaning

    def _bind_unknown(self, names: Iterable[str]) -> None:
        for name in names:
            if isinstance(self.bound.get(name), OwnClass):
                self.is_sure = False
            self._bind(name, None)

    def _meaning(self, expression: ast.expr) -> OwnClass | str | None:
        """Return what an expression stands for: a class, a full name, or None if not known."""
        match expression:
            case ast.Name(id=name) if name in self.bound:
                return self.bound[name]
            case ast.Name(id=name) if name in _MANIM_SCENES and self._has_manim_names:
                return f"manim.{name}"
            case ast.Name(id=name):
                return f"builtins.{name}"
            case ast.Attribute(value=value, attr=name):
                meaning = self._meaning(value)
                return f"{meaning}.{name}" if isinstance(meaning, str) else None
            case ast.Subscript(value=value):  # Generic[T]
                return self._meaning(value)
            case _:
                return None


def _is_known(full_name: str) -> bool:
    return full_name.partition(".")[0] in _KNOWN_MODULES


def _is_strange(full_name: str) -> bool:
    module, _, name = full_name.partition(".")
    return module == "builtins" and not hasattr(builtins, name)


def _is_manim_scene(full_name: str) -> bool:
    parts = full_name.split(".")
    return parts[0] == "manim" and parts[-1] in _MANIM_SCENES


def _truth(test: ast.expr) -> bool | None:
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return False
        case _:
            return None


def _makes_classes(node: ast.AST) -> bool:
    """Tell whether a node may give the module classes that no statement of its own names."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name in _CLASS_MAKERS
        case ast.Call(func=ast.Name(id="type"), args=arguments):
            return len(arguments) != 1
        case ast.Call(args=arguments):  # type handed on
            return any(isinstance(each, ast.Name) and each.id == "type" for each in arguments)
        case ast.Assign(value=ast.Name(id="type")) | ast.Global():
            return True
        case ast.FunctionDef(decorator_list=decorators) if _is_method(node):
            return any("abstract" in ast.unparse(each) for each in decorators)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return any(isinstance(inner, ast.ClassDef) for inner in ast.walk(node))
        case _:
            return False


def _outside_methods(node: ast.AST) -> Iterator[ast.AST]:
    """Return what is in a node, without functions that have a `self`: they run with the scene."""
    return _walk(node, _is_method)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Return what is in a node and of the module's own scope."""
    return _walk(node, lambda each: isinstance(each, _OWN_SCOPES))


def _walk(node: ast.AST, is_closed: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    """Yield what is in a node, in order, but not what is in those that are closed."""
    ahead = [node]
    while ahead:
        each = ahead.pop()
        if each is not node:
            yield each
        if not is_closed(each):
            ahead += reversed(list(ast.iter_child_nodes(each)))


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        argument.arg == "self" for argument in node.args.args[:1]
    )


def _stored(node: ast.AST) -> Iterator[str]:
    for each in (node, *_outside_functions(node)):
        yield from _stored_by(each)


def _stored_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name
        case _:
            pass


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator
