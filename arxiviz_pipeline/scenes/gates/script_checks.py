"""Checks a scene script before anything is rendered: cheap, and without running it."""

import ast
from collections.abc import Iterator

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Check, Finding, SceneScript
from arxiviz_pipeline.domain.scene_classes import SceneClasses, find_scene_classes, parse_script

_ALLOWED_MODULES = frozenset({"manim", "math", "numpy"})


def check_policy(script: SceneScript) -> Check:
    """Check that a script parses, has the scene it names, and imports only Manim and math."""
    try:
        module = parse_script(script.manim_code)
        found = find_scene_classes(module)
    except RenderError as error:
        findings = [Finding("syntax", f"The script is no Python: {error}.", line=error.line)]
    else:
        findings = [*_unnamed(found, script.scene_name), *_foreign_imports(module)]
    message = "; ".join(each.message for each in findings) or "The script obeys every rule."
    return Check("policy", not findings, message, tuple(findings))


def _unnamed(found: SceneClasses, scene_name: str) -> Iterator[Finding]:
    if scene_name in found.scenes:
        return
    if scene_name in found.possible:
        message = f"Class {scene_name!r} does not visibly build on one of Manim's scenes."
    else:
        scenes = ", ".join(found.scenes) or "none"
        message = f"No scene {scene_name!r} in the script; scenes: {scenes}."
    yield Finding("no_scene", message)


def _foreign_imports(module: ast.Module) -> Iterator[Finding]:
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else (node.module or "").partition(".")[0])
    for foreign in sorted(found - _ALLOWED_MODULES):
        yield Finding("policy", f"The script imports {foreign}.")
