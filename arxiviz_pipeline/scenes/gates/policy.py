"""The first gate: what can be told of a script by reading it, without running any of it.

It refuses what surely fails or what no scene may do. What only may fail is a warning, and left
to the rehearsal to decide.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Check, Finding, GateName, SceneScript, Severity
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.domain.scene_classes import find_scene_classes, parse_script
from arxiviz_pipeline.scenes.gates.certainty import main_guards, surely_run
from arxiviz_pipeline.scenes.gates.keywords import refused_keywords
from arxiviz_pipeline.scenes.gates.modules import (
    HARMLESS_USES,
    READING_ARRAYS,
    is_allowed,
    is_standard,
)
from arxiviz_pipeline.scenes.gates.names import unknown_names

_REFUSED_CALLS: Final = frozenset(
    {"open", "exec", "eval", "compile", "__import__", "breakpoint", "input"}
)
_REFUSED_ATTRIBUTES: Final = frozenset(
    {
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__code__",
        "__mro__",
        "__bases__",
        "__base__",
        "__loader__",
        "__spec__",
        "__closure__",
        "__getattribute__",
        "__reduce__",
        "__reduce_ex__",
        "__import__",
        "f_globals",
        "f_back",
        "gi_frame",
        "tb_frame",
        "write_text",
        "write_bytes",
        "read_text",
        "read_bytes",
        "unlink",
    }
)
_REFUSED_DUNDERS: Final = tuple(
    sorted(name for name in _REFUSED_ATTRIBUTES if name.startswith("__"))
)
_FILES: Final = frozenset({"ImageMobject", "SVGMobject", "add_sound"})


def check_policy(script: SceneScript, api: ManimApi) -> Check:
    """Check that a script parses, has its scene, and uses nothing but what a scene may use."""
    try:
        tree = parse_script(script.manim_code)
        findings = [
            *_scene_findings(tree, script.scene_name),
            *_import_findings(tree),
            *_refused_uses(tree),
            *_unknown_names(tree, script.scene_name, api),
            *_refused_keywords(tree, script.scene_name, api),
        ]
    except RenderError as error:
        findings = [Finding("syntax", error.message, line=error.line)]
    except RecursionError:
        findings = [Finding("syntax", "The script is nested too deeply to be read.")]
    findings.sort(key=lambda finding: finding.line or 0)
    return report_check("policy", findings, "The script obeys every rule.")


def report_check(name: GateName, findings: Sequence[Finding], good: str) -> Check:
    """Sum up a gate's findings in a check."""
    errors = [finding for finding in findings if finding.severity == "error"]
    message = "; ".join(dict.fromkeys(_told(finding) for finding in errors)) or good
    return Check(name, not errors, message, tuple(findings))


def _told(finding: Finding) -> str:
    return finding.message if finding.line is None else f"line {finding.line}: {finding.message}"


def _scene_findings(tree: ast.Module, scene_name: str) -> Iterator[Finding]:
    found = find_scene_classes(tree)
    if scene_name in found.scenes:
        return
    if scene_name in found.possible:
        message = f"Class {scene_name!r} does not visibly build on one of Manim's scenes"
        yield Finding("no_scene", f"{message}.", severity="warning")
    elif not found.is_sure:
        message = "Which scenes the script has is known only once it has run."
        yield Finding("no_scene", message, severity="warning")
    elif found.scenes:
        scenes = ", ".join(found.scenes)
        yield Finding("no_scene", f"The script has no scene {scene_name!r}; its scenes: {scenes}.")
    else:
        built = "; ".join(_bases_told(tree, found.possible))
        reason = f"{built}, which is none of Manim's" if built else "it defines no class of any"
        yield Finding("no_scene", f"The script has no scene: {reason}.")


def _bases_told(tree: ast.Module, class_names: Sequence[str]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in class_names:
            yield f"{node.name} builds on {', '.join(map(ast.unparse, node.bases))}"


def _import_findings(tree: ast.Module) -> Iterator[Finding]:
    unreached = main_guards(tree)
    uses = _uses(tree, unreached)
    for node in ast.walk(tree):
        if node in unreached:
            continue
        match node:
            case ast.Import(names=names):
                for alias in names:
                    local = alias.asname or alias.name.partition(".")[0]
                    yield from _import_finding(alias.name, node.lineno, uses.get(local))
            case ast.ImportFrom(names=names, level=0, module=str(module)):
                used = {alias.name for alias in names if (alias.asname or alias.name) in uses}
                if any(alias.name == "*" for alias in names):
                    used.add("*")
                yield from _import_finding(module, node.lineno, used or None)
            case ast.ImportFrom():
                yield Finding("policy", "The script imports from its own folder.", line=node.lineno)
            case _:
                pass


def _import_finding(module: str, line: int, used: set[str] | None) -> Iterator[Finding]:
    if is_allowed(module):
        return
    root = module.partition(".")[0]
    harmless = used is None or used <= HARMLESS_USES.get(root, frozenset())
    severity: Severity = "warning" if harmless else "error"
    if harmless and not is_standard(module):
        yield Finding("import", f"Module {module!r} may be missing.", severity="warning", line=line)
        return
    message = f"A scene may not use module {module!r}"
    yield Finding(
        "policy",
        f"{message}; here nothing of it does harm." if harmless else f"{message}.",
        severity=severity,
        line=line,
    )


def _uses(tree: ast.Module, unreached: set[ast.AST]) -> dict[str, set[str]]:
    """Return which names are used, each with the attributes asked of it; "" is the name alone."""
    uses: dict[str, set[str]] = {}
    under_attributes: set[ast.AST] = set()
    for node in ast.walk(tree):
        if node in unreached:
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            under_attributes.add(node.value)
            uses.setdefault(node.value.id, set()).add(node.attr)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node not in unreached and node not in under_attributes:
            uses.setdefault(node.id, set()).add("")
    return uses


def _refused_uses(tree: ast.Module) -> Iterator[Finding]:
    unreached = main_guards(tree)
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if node in unreached:
            continue
        refused = _refused_use(node, own)
        if refused:
            yield Finding("policy", f"A scene may not use {refused}.", line=_line(node))


def _refused_use(node: ast.AST, own: set[str]) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in _REFUSED_CALLS - own:
            return f"{name}()"
        case ast.Attribute(attr=name) if name in _REFUSED_ATTRIBUTES:
            return name
        case ast.Name(id=name) if name in _REFUSED_ATTRIBUTES:
            return name
        case ast.Constant(value=str(text)):
            return next((name for name in _REFUSED_DUNDERS if name in text), None)
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in READING_ARRAYS:
            return f"numpy.{name}"
        case ast.Call(func=func, args=[ast.Constant(value=str(path)), *_]) if _last_name(
            func
        ) in _FILES and (path.startswith(("/", "~")) or ".." in path):
            return f"the file {path!r}"
        case _:
            return None


def _last_name(func: ast.expr) -> str:
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _unknown_names(tree: ast.Module, scene_name: str, api: ManimApi) -> Iterator[Finding]:
    sure = surely_run(tree, scene_name)
    told: set[str] = set()
    for node in unknown_names(tree, api):
        if node.id in told:
            continue
        severity: Severity = "error" if node in sure else "warning"
        if severity == "error":
            told.add(node.id)
        message = f"NameError: name {node.id!r} is not defined"
        yield Finding("name", message, severity=severity, line=node.lineno)


def _refused_keywords(tree: ast.Module, scene_name: str, api: ManimApi) -> Iterator[Finding]:
    sure = surely_run(tree, scene_name)
    for call, keyword in refused_keywords(tree, api):
        name = ast.unparse(call.func)
        message = f"TypeError: {name}.__init__() got an unexpected keyword argument {keyword.arg!r}"
        severity: Severity = "error" if call in sure else "warning"
        yield Finding("argument", message, severity=severity, line=keyword.lineno)


def _line(node: ast.AST) -> int | None:
    return getattr(node, "lineno", None)
