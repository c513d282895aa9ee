"""Checks a scene script before anything is rendered: cheap, and without running it."""

import ast

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Check, SceneScript
from arxiviz_pipeline.domain.scene_classes import SceneClasses, find_scene_classes, parse_script

_ALLOWED_MODULES = frozenset({"manim", "math", "numpy"})


def check_scene_script(script: SceneScript) -> tuple[Check, ...]:
    """Check that a script parses, has the scene it names, and imports nothing but Manim and math.

    The later checks are left out when the script does not parse.
    """
    try:
        module = parse_script(script.manim_code)
        found = find_scene_classes(module)
    except RenderError as error:
        return (Check("parses", False, f"The script is no Python: {error}."),)
    return (
        Check("parses", True, "The script is valid Python."),
        _names_its_scene(found, script.scene_name),
        _imports_allowed(module),
    )


def _names_its_scene(found: SceneClasses, scene_name: str) -> Check:
    name = "has the scene"
    if scene_name in found.scenes:
        return Check(name, True, f"{scene_name} is the scene to render.")
    if scene_name in found.possible:
        message = f"Class {scene_name!r} does not visibly build on one of Manim's scenes."
        return Check(name, False, message)
    scenes = ", ".join(found.scenes) or "none"
    return Check(name, False, f"No scene {scene_name!r} in the script; scenes: {scenes}.")


def _imports_allowed(module: ast.Module) -> Check:
    name = "imports only manim, numpy and math"
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else (node.module or "").partition(".")[0])
    foreign = sorted(found - _ALLOWED_MODULES)
    if foreign:
        return Check(name, False, f"The script imports {', '.join(foreign)}.")
    return Check(name, True, "The script imports nothing else.")
