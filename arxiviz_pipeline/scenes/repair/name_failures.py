"""What failures over names ask for: modules, attributes and names that are not there."""

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.name_mends import meant_names
from arxiviz_pipeline.scenes.repair.old_names import COLOURS, METHODS, THREE_D_METHODS
from arxiviz_pipeline.scenes.repair.source import Edit, Source, stands_in

_NO_ATTRIBUTE = re.compile(r"'?(\w+)'? object has no attribute '(\w+)'")
_NO_NAME = re.compile(r"name '(\w+)' is not defined|local variable '(\w+)'")
_NO_MODULE = re.compile(r"No module named '([\w.]+)'|cannot import name '(\w+)' from '([\w.]+)'")
_NO_COLOUR = re.compile(
    r"Color (\w+) not found|Failed to parse a color from (\S+)|Hex code (\S+)", re.IGNORECASE
)
_CLOSENESS: Final = 0.72
_PARTS: Final = {
    ("Code", "code"): "code_lines",
    ("Code", "background_mobject"): "background",
    ("Code", "line_numbers_mobject"): "line_numbers",
}


def refused_module(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Drop the import of what a scene may not use; what uses it is taken out next."""
    statement = source.at_line(failure.line)
    if failure.kind == "policy" and isinstance(statement, (ast.Import, ast.ImportFrom)):
        why = f"A scene may not use it: {ast.unparse(statement)[:60]}"
        yield [source.remove_statement(statement, why)]


def lost_import(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Drop the import of what is not there; Manim's own things come with `import *`."""
    found = _NO_MODULE.search(failure.message)
    statement = source.at_line(failure.line)
    if not found or not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return
    module = found[1] or found[3] or ""
    why = f"{ast.unparse(statement)[:60]} cannot be had."
    if module.partition(".")[0] == "manim":
        yield [source.replace(statement, "from manim import *", why)]
    yield [source.remove_statement(statement, why)]


def unknown_attribute(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Call an attribute by the name that comes closest among those there are."""
    found = _NO_ATTRIBUTE.search(failure.message)
    if not found:
        return
    owner, attribute = found[1], found[2]
    statement = source.at_line(failure.line)
    nodes = [
        node
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == attribute and stands_in(node, statement)
    ]
    if attribute in THREE_D_METHODS or attribute == "frame":
        new = "ThreeDScene" if attribute in THREE_D_METHODS else "MovingCameraScene"
        yield [
            source.replace(base, new, f"The scene needs what a {new} has.")
            for definition in source.classes
            for base in definition.bases
            if ast.unparse(base) in ("Scene", "ZoomedScene", "MovingCameraScene", "ThreeDScene")
        ][:1]
    if owner == "str" and attribute in (
        "interpolate",
        "to_rgb",
        "to_rgba",
        "to_hex",
        "lighter",
        "darker",
    ):
        yield list(_coloured(source))
    known = api.names.get(owner)
    if known is None and owner == "module":
        known = None
    attributes = known.attributes if known else frozenset()
    part, old = _PARTS.get((owner, attribute)), METHODS.get(attribute)
    wanted = [part] if part else []
    wanted += [old] if old and (not attributes or old in attributes) else []
    wanted += get_close_matches(attribute, sorted(attributes), 2, _CLOSENESS)
    own = [n.name for n in source.nodes if isinstance(n, ast.FunctionDef)]
    own += [
        n.attr
        for n in source.nodes
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    ]
    if known is None or owner in {each.name for each in source.classes}:
        wanted += get_close_matches(attribute, own, 1, _CLOSENESS)
    for new in wanted:
        if new == attribute:
            continue
        why = f"{owner} has no {attribute}, but {new}."
        yield [Edit(source.end(n) - len(attribute), source.end(n), new, why) for n in nodes]
    if owner in ("list", "tuple") and attribute in ("animate", *_mobject_attributes(api)):
        for node in nodes:
            text = f"VGroup(*{source.text(node.value)})"
            yield [source.replace(node.value, text, "A list of mobjects became a group.")]
    for node in nodes:  # x.get_tip().set_color(RED).foo: the call alone goes
        parent = source.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node and not _is_bare(source, parent):
            yield [
                Edit(source.end(node.value), source.end(parent), "", f"{owner} has no {attribute}.")
            ]


def _mobject_attributes(api: ManimApi) -> frozenset[str]:
    known = api.names.get("VMobject")
    return known.attributes if known else frozenset()


def _is_bare(source: Source, call: ast.Call) -> bool:
    return isinstance(source.parents.get(call), ast.Expr)


def _coloured(source: Source) -> Iterator[Edit]:
    for node in source.nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        parent = source.parents[node]
        is_wrapped = isinstance(parent, ast.Call) and called_name(parent) == "ManimColor"
        if not is_wrapped and re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", node.value):
            text = f"ManimColor({source.text(node)})"
            yield source.replace(node, text, "A colour's code became a colour.")


def unknown_name(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Use the name that comes closest to one that nothing defines."""
    found = _NO_NAME.search(failure.message)
    if not found:
        return
    name = found[1] or found[2]
    nodes = [
        node
        for node in source.nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    methods = [
        n.name
        for n in source.nodes
        if isinstance(n, ast.FunctionDef) and n.args.args and n.args.args[0].arg == "self"
    ]
    if name in methods:
        yield [source.replace(node, f"self.{name}", f"{name} is a method.") for node in nodes]
    stored = [
        n.attr
        for n in source.nodes
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    ]
    if name in stored:
        yield [source.replace(node, f"self.{name}", f"{name} is the scene's.") for node in nodes]
    if found[2] or not nodes:  # it is defined, but later: another name would be a guess
        return
    known = sorted({*meant_names(source, nodes[0], api), *bound_names(source.tree)} - {name})
    for new in get_close_matches(name, known, 2, _CLOSENESS):
        why = f"{name} is not defined; {new} is."
        yield [source.replace(node, new, why) for node in nodes]


def unknown_colour(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Take a colour that Manim knows for one that it does not."""
    found = _NO_COLOUR.search(failure.message)
    if not found:
        return
    name = (found[1] or found[2] or found[3] or "").strip("'\".,")
    key = re.sub(r"[\s-]+", "_", name).upper()
    colours = [
        each for each, known in api.names.items() if known.kind == "constant" and each.isupper()
    ]
    close = get_close_matches(key, [*COLOURS, *colours], 1, _CLOSENESS)
    value = COLOURS.get(close[0], close[0]) if close else "#FFFFFF"
    yield [
        source.replace(node, f'"{value}"', f"Manim has no colour {name!r}.")
        for node in source.nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lower() == name.lower()
    ]
