"""Chooses a scene among the classes that a script has defined once it has run.

`domain.scene_classes` tells beforehand what reading can tell; both go by the same rules.
"""

import inspect
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from arxiviz_pipeline.domain.errors import RenderError

if TYPE_CHECKING:
    from manim import Scene


@dataclass(frozen=True, slots=True)
class DefinedScene:
    """The scene chosen.

    Attributes:
        others: Names of those that might have been rendered instead, in source order.
    """

    name: str
    scene_class: "type[Scene]"
    others: tuple[str, ...]


def choose_defined_scene(
    module: ModuleType, names: Sequence[str], asked_name: str = ""
) -> DefinedScene:
    """Choose the scene asked for, or else the first that no other of the script builds on.

    Args:
        module: The script, after it has run.
        names: As far as reading tells, those it binds, in source order.
        asked_name: Empty leaves it to the script.

    Raises:
        RenderError: Of kind `no_scene`, with the scenes there are.
    """
    from manim import Scene

    scenes = _own_scenes(module, names)
    built_on = {base for scene in scenes.values() for base in scene.__mro__[1:]}
    leaves = {name: scene for name, scene in scenes.items() if scene not in built_on}
    leaves = {
        name: scene for name, scene in leaves.items() if not inspect.isabstract(scene)
    } or leaves
    told = f"it has {', '.join(scenes)}" if scenes else "no class of it builds on Scene"
    if asked_name:
        found = getattr(module, asked_name, None)
        if not (isinstance(found, type) and issubclass(found, Scene)):
            message = f"The script has no scene {asked_name!r} once it has run; {told}."
            raise RenderError(kind="no_scene", message=message)
        others = (name for name, scene in leaves.items() if scene is not found)
        return DefinedScene(asked_name, found, tuple(others))
    if not leaves:
        message = f"The script has no scene once it has run: {told}."
        raise RenderError(kind="no_scene", message=message)
    first, *others = leaves
    return DefinedScene(first, leaves[first], tuple(others))


def _own_scenes(module: ModuleType, names: Sequence[str]) -> "dict[str, type[Scene]]":
    """Return the scenes that the script defines, each by one name: its own, if it has it."""
    from manim import Scene

    scenes: dict[str, type[Scene]] = {}
    for name in _bound_names(module, names):
        found = getattr(module, name, None)
        if (
            isinstance(found, type)
            and issubclass(found, Scene)
            and not _is_imported(found, module)
            and (name == found.__name__ or getattr(module, found.__name__, None) is not found)
            and found not in scenes.values()
        ):
            scenes[name] = found
    return scenes


def _bound_names(module: ModuleType, names: Sequence[str]) -> Iterator[str]:
    """Yield the script's names in source order; those that reading missed are last."""
    for name in dict.fromkeys((*names, *vars(module))):
        if isinstance(name, str) and name.isidentifier():
            yield name


def _is_imported(found: type, module: ModuleType) -> bool:
    """Tell whether a class is of another module, and not just made by a function from there."""
    if found.__module__ == module.__name__:
        return False
    place: object = sys.modules.get(found.__module__)
    for name in found.__qualname__.split("."):
        place = getattr(place, name, None)
    return place is found
