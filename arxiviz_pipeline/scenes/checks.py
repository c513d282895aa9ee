"""Checks a scene script before anything is rendered: cheap, and without running it."""

import ast

from arxiviz_pipeline.domain.models import Check, SceneScript

_ALLOWED_MODULES = frozenset({"manim", "math", "numpy"})


def check_scene_script(script: SceneScript) -> tuple[Check, ...]:
    """Check that a script parses, has the scene it names, and imports nothing but Manim and math.

    The later checks are left out when the script does not parse.
    """
    try:
        module = ast.parse(script.manim_code)
    except (SyntaxError, ValueError) as error:
        # ValueError: null bytes, which no source may hold.
        return (Check("parses", False, f"The script is no Python: {error}."),)
    except (RecursionError, MemoryError):
        return (Check("parses", False, "The script is nested too deeply to be read."),)
    return (
        Check("parses", True, "The script is valid Python."),
        _names_its_scene(module, script.scene_name),
        _imports_allowed(module),
    )


def _names_its_scene(module: ast.Module, scene_name: str) -> Check:
    name = "has the scene"
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    named = next((node for node in classes if node.name == scene_name), None)
    if named is None:
        found = ", ".join(node.name for node in classes) or "none"
        return Check(name, False, f"No class {scene_name!r} in the script; classes: {found}.")
    if not any(_is_scene(base, classes) for base in named.bases):
        return Check(name, False, f"Class {scene_name!r} is no Manim Scene.")
    return Check(name, True, f"{scene_name} is the scene to render.")


def _is_scene(base: ast.expr, classes: list[ast.ClassDef], depth: int = 0) -> bool:
    base_name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
    if base_name.endswith("Scene"):
        return True
    parent = next((node for node in classes if node.name == base_name), None)
    if parent is None or depth > len(classes):
        return False
    return any(_is_scene(other, classes, depth + 1) for other in parent.bases)


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
