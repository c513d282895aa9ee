"""Finds the scenes in a script by reading it; nothing of it is executed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from arxiviz_pipeline.domain.errors import RenderError

_MANIM_SCENES = frozenset(
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


@dataclass(frozen=True, slots=True)
class SceneClasses:
    """The classes of a script.

    Attributes:
        scenes: Names of those that visibly build on one of Manim's scenes, in order.
        leaves: Those of them that no other scene of the script builds on.
        possible: Names of classes with a base from elsewhere, which may be scenes.
    """

    scenes: tuple[str, ...]
    leaves: tuple[str, ...]
    possible: tuple[str, ...]


def parse_script(code: str) -> ast.Module:
    """Parse a script.

    Raises:
        RenderError: Of kind `syntax`, with the line where it is known, if Python cannot read it.
    """
    try:
        return ast.parse(code)
    except SyntaxError as error:
        message = f"{error.msg}: {(error.text or '').strip()}".rstrip(": ")
        raise RenderError(kind="syntax", message=message, line=error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, nested too deeply
        raise _unreadable(error) from error


def find_scene_classes(module: ast.Module) -> SceneClasses:
    """Read which classes of a script are scenes.

    Raises:
        RenderError: Of kind `syntax`, if a name in it is nested too deeply to be read.
    """
    try:
        return _find_scene_classes(module)
    except RecursionError as error:
        raise _unreadable(error) from error


def _find_scene_classes(module: ast.Module) -> SceneClasses:
    aliases = dict(_imported_scenes(module))
    scenes: list[str] = []
    possible: list[str] = []
    bases_of_scenes: set[str] = set()
    for definition in _class_definitions(module.body):
        bases = [ast.unparse(base) for base in definition.bases]
        known = [base for base in bases if base in scenes or _is_manim_scene(base, aliases)]
        if known:
            bases_of_scenes.update(known)
            scenes.append(definition.name)
        elif bases:
            possible.append(definition.name)
    leaves = [name for name in scenes if name not in bases_of_scenes]
    return SceneClasses(*(tuple(dict.fromkeys(names)) for names in (scenes, leaves, possible)))


def choose_scene(code: str, scene_name: str | None = None) -> str:
    """Return the scene to render: the one asked for, or the script's first.

    Raises:
        RenderError: Of kind `syntax` if Python cannot parse the script, or `no_scene` if there
            is none, or not the one asked for.
    """
    found = find_scene_classes(parse_script(code))
    if scene_name is not None:
        if scene_name in (*found.scenes, *found.possible):
            return scene_name
        message = f"The script has no scene {scene_name!r}; {_told(found)}."
        raise RenderError(kind="no_scene", message=message)
    if found.leaves:
        return found.leaves[0]
    raise RenderError(kind="no_scene", message=f"The script has no scene: {_told(found)}.")


def other_scenes(code: str, scene_name: str) -> tuple[str, ...]:
    """Return the scenes of a script that might have been rendered instead of this one.

    Raises:
        RenderError: Of kind `syntax`, if Python cannot parse the script.
    """
    leaves = find_scene_classes(parse_script(code)).leaves
    return tuple(name for name in leaves if name != scene_name)


def _told(found: SceneClasses) -> str:
    if found.leaves:
        return f"it has {', '.join(found.leaves)}"
    if found.possible:
        names = ", ".join(found.possible)
        return (
            f"its classes {names} don't visibly build on one of Manim's scenes; name one to try it"
        )
    return "it defines no class that builds on Scene"


def _unreadable(error: Exception) -> RenderError:
    return RenderError(kind="syntax", message=f"Python cannot read the script: {error}")


def _class_definitions(body: list[ast.stmt]) -> Iterator[ast.ClassDef]:
    """Yield classes of the module, also inside `if` and `try`, in source order."""
    for statement in body:
        match statement:
            case ast.ClassDef():
                yield statement
            case ast.If() | ast.Try() | ast.With():
                for field in ("body", "handlers", "orelse", "finalbody"):
                    for child in getattr(statement, field, ()):
                        inner = child.body if isinstance(child, ast.ExceptHandler) else [child]
                        yield from _class_definitions(inner)
            case _:
                pass


def _imported_scenes(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield local name and full name of what is imported from Manim."""
    for node in ast.walk(module):
        match node:
            case ast.ImportFrom(module=source, names=names) if source and _is_manim(source):
                yield from ((name.asname or name.name, f"manim.{name.name}") for name in names)
            case ast.Import(names=names):
                for name in names:
                    if _is_manim(name.name) and name.asname:
                        yield name.asname, "manim"
            case ast.Assign(targets=[ast.Name(id=alias)], value=ast.Name() | ast.Attribute()):
                yield alias, ast.unparse(node.value)
            case _:
                pass


def _is_manim(module: str) -> bool:
    return module == "manim" or module.startswith("manim.")


def _is_manim_scene(base: str, aliases: dict[str, str]) -> bool:
    """Tell whether a base class, as written, is one of Manim's scenes."""
    full = base.split(".")
    for _ in aliases:  # an alias may stand for an alias
        full = [*aliases.get(full[0], full[0]).split("."), *full[1:]]
    if full[0] == "manim":
        return full[-1] in _MANIM_SCENES
    starred = aliases.get("*") == "manim.*"
    return starred and len(full) == 1 and full[0] in _MANIM_SCENES
