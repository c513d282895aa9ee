"""Finds the scenes in a script by reading it; nothing of it is executed.

Where reading can be wrong it says so; `rendering.confined.defined_scenes` tells once the script has
run.
"""

import ast
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.module_reading import ModuleReading, OwnClass
from arxiviz_pipeline.domain.python_source import parse_python

_MOST_CHARACTERS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class SceneClasses:
    """The classes of a script.

    Attributes:
        scenes: Names of those that visibly build on one of Manim's scenes, in order.
        leaves: Those of them that no other scene of the script builds on.
        possible: Names of the other classes with bases, which may be scenes.
        is_sure: Whether running the script can show no other scenes than these.
        may_fail: Whether running it may fail where a class is defined.
        names: All names that the script binds, in the order of their last bindings.
    """

    scenes: tuple[str, ...]
    leaves: tuple[str, ...]
    possible: tuple[str, ...]
    is_sure: bool
    may_fail: bool
    names: tuple[str, ...]


def parse_script(code: str) -> ast.Module:
    """Parse a script.

    Raises:
        RenderError: Of kind `syntax`, with the line where it is known, if Python cannot read it,
            or if it is too long.
    """
    if len(code) > _MOST_CHARACTERS:
        message = f"The script has {len(code)} characters, and may have {_MOST_CHARACTERS}."
        raise RenderError(kind="syntax", message=message)
    try:
        return parse_python(code)
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
        reading = ModuleReading(module)
    except RecursionError as error:
        raise _unreadable(error) from error
    scenes = _scenes_by_name(reading)
    built_on = {ancestor for scene in scenes.values() for ancestor in scene.ancestors}
    possible = (each.name for each in reading.defined if each.has_bases and not each.is_scene)
    return SceneClasses(
        scenes=tuple(scenes),
        leaves=tuple(name for name, scene in scenes.items() if scene not in built_on),
        possible=tuple(dict.fromkeys(possible)),
        is_sure=reading.is_sure,
        may_fail=any(each.has_strange_base for each in reading.defined),
        names=tuple(reading.bound),
    )


def choose_scene(code: str, scene_name: str | None = None) -> str:
    """Return the scene to render: the one asked for, or the script's first.

    Returns:
        Its name; empty if none is asked for and nothing but running the script tells.

    Raises:
        RenderError: Of kind `syntax` if Python cannot parse the script, or `no_scene` if there
            surely is none, or not the one asked for.
    """
    return choose_from(find_scene_classes(parse_script(code)), scene_name)


def choose_from(found: SceneClasses, scene_name: str | None = None) -> str:
    """Choose among the classes of a script, as `choose_scene` does.

    Raises:
        RenderError: Of kind `no_scene`, if there surely is none, or not the one asked for.
    """
    if scene_name:
        if scene_name in (*found.scenes, *found.possible) or not found.is_sure:
            return scene_name
        message = f"The script has no scene {scene_name!r}; {_told(found)}."
        raise RenderError(kind="no_scene", message=message)
    if not found.is_sure:
        return ""
    if found.leaves:
        return found.leaves[0]
    if found.may_fail:  # which says more than that there is no scene
        return ""
    raise RenderError(kind="no_scene", message=f"The script has no scene: {_told(found)}.")


def _scenes_by_name(reading: ModuleReading) -> dict[str, OwnClass]:
    """Return the scenes, each by one name: its own, if it still has it."""
    scenes: dict[str, OwnClass] = {}
    for name, meaning in reading.bound.items():
        if (
            isinstance(meaning, OwnClass)
            and meaning.is_scene
            and (name == meaning.name or reading.bound.get(meaning.name) is not meaning)
            and meaning not in scenes.values()
        ):
            scenes[name] = meaning
    return scenes


def _told(found: SceneClasses) -> str:
    if found.scenes:
        return f"it has {', '.join(found.scenes)}"
    if found.possible:
        return f"its classes {', '.join(found.possible)} don't build on any of Manim's scenes"
    return "it defines no class that builds on Scene"


def _unreadable(error: Exception) -> RenderError:
    return RenderError(kind="syntax", message=f"Python cannot read the script: {error}")
