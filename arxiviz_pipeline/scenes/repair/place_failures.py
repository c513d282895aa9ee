"""What failures over places ask for: points of a plane, parts that are not there."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.repair.call_meanings import as_place
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.source import Edit, Source, stands_in
from arxiviz_pipeline.scenes.repair.stand_ins import IN_SPACE, IN_SPACE_NAME

_PLACES: Final = {
    **dict.fromkeys(("Dot", "LabeledDot", "move_to", "shift", "next_to", "move_arc_center_to"), 1),
    **dict.fromkeys(("Arrow", "Line", "DashedLine", "DoubleArrow", "CurvedArrow"), 2),
    **dict.fromkeys(("put_start_and_end_on", "ArcBetweenPoints"), 2),
}
"""How many of a call's first arguments are places."""
_PLACE_KEYWORDS: Final = frozenset({"point", "start", "end"})
_PARTING_KEYWORDS: Final = frozenset({"substrings_to_isolate", "tex_to_color_map"})


def flat_points(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Give points of a plane their third coordinate."""
    told = failure.message
    shapes = (
        "(2,)" in told
        or ",2)" in told
        or "inhomogeneous" in told
        or "index 2 is out of bounds" in told
    )
    if not (shapes or "broadcast" in told):
        return
    statement = source.at_line(failure.line)
    near = [
        node
        for node in source.nodes
        if isinstance(node, (ast.List, ast.Tuple)) and _is_pair(source, node)
    ]
    yield [_third(source, node) for node in near if stands_in(node, statement)]
    yield list(_in_space(source, statement))
    yield [_third(source, node) for node in near]


def _in_space(source: Source, statement: ast.stmt | None) -> Iterator[Edit]:
    """Give the third coordinate, while the scene runs, to what a statement has for places."""
    why = "Points of a plane get their third coordinate."
    places = [
        place
        for call in source.calls
        if stands_in(call, statement)
        for place in _places_of(call)
        if not (isinstance(place, ast.Call) and called_name(place) == IN_SPACE_NAME)
    ]
    if not places:
        return
    for place in places:
        yield source.replace(place, f"{IN_SPACE_NAME}({source.text(place)})", why)
    if IN_SPACE_NAME not in bound_names(source.tree):
        start = source.before_classes
        numpy = "" if "np" in bound_names(source.tree) else "import numpy as np\n\n\n"
        yield Edit(start, start, f"{numpy}{IN_SPACE.strip()}\n\n\n", why)


def _places_of(call: ast.Call) -> list[ast.expr]:
    count = _PLACES.get(called_name(call), 0)
    given = [each for each in call.args[:count] if not isinstance(each, ast.Starred)]
    return given + [each.value for each in call.keywords if count and each.arg in _PLACE_KEYWORDS]


def numbers_for_places(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Make a place of what something is moved by, where it turns out to be numbers."""
    if not re.search(r"'(?:\w*float\w*|\w*int\w*)' object is not subscriptable", failure.message):
        return
    statement = source.at_line(failure.line)
    yield [
        edit
        for call in source.calls
        if called_name(call) == "move_to" and stands_in(call, statement)
        if len(call.args) in (2, 3) and not any(isinstance(a, ast.Starred) for a in call.args)
        for edit in as_place(source, call)
    ]


def _third(source: Source, node: ast.List | ast.Tuple) -> Edit:
    place = source.end(node.elts[-1])
    return Edit(place, place, ", 0", "A point of a plane got its third coordinate.")


def _is_pair(source: Source, node: ast.List | ast.Tuple) -> bool:
    if len(node.elts) != 2:
        return False
    if not isinstance(node.ctx, ast.Load) or not all(_is_number(each) for each in node.elts):
        return False
    parent = source.parents[node]
    if isinstance(parent, (ast.Subscript, ast.Return)):
        return False
    return not (
        isinstance(parent, ast.keyword) and (parent.arg or "").endswith(("range", "size", "buff"))
    )


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
        case ast.BinOp() | ast.Call() | ast.Name():
            return True
        case _:
            return False


def lost_index(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Take the last of several parts where there are fewer than counted."""
    counted = [
        node
        for node in _indexed(source, failure)
        if isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        and node.slice.value > 0
        and not _has_one_part(source, node)
    ]
    why = "There are fewer parts: the last was taken."
    for node in sorted(counted, key=_index, reverse=True):
        yield [source.replace(node.slice, "-1", why)]
    yield [source.replace(node.slice, "-1", why) for node in counted]


def lost_parts(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Take the whole for a part that is not there; the first of none is nothing to take."""
    for node in _indexed(source, failure):
        if _index(node) != 0:
            why = "There are no such parts: the whole was taken."
            yield [source.replace(node, source.text(node.value), why)]


def _indexed(source: Source, failure: Finding) -> list[ast.Subscript]:
    if "index out of range" not in failure.message and "IndexError" not in failure.message:
        return []
    statement = source.at_line(failure.line)
    return [
        node
        for node in source.nodes
        if isinstance(node, ast.Subscript)
        and stands_in(node, statement)
        and isinstance(node.ctx, ast.Load)
    ]


def _has_one_part(source: Source, node: ast.Subscript) -> bool:
    """Tell whether a formula of one piece is indexed, whose last part is all of it."""
    if not isinstance(node.value, ast.Name):
        return False
    made = [
        each.value
        for each in source.nodes
        if isinstance(each, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == node.value.id for t in each.targets)
    ]
    return bool(made) and all(_is_one_piece(source, each) for each in made)


def _is_one_piece(source: Source, node: ast.expr) -> bool:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value  # MathTex(…).scale(2)
    return (
        isinstance(node, ast.Call)
        and called_name(node) in ("MathTex", "Tex")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and "{{" not in source.text(node)
        and not any(k.arg in _PARTING_KEYWORDS for k in node.keywords)
    )


def _index(node: ast.Subscript) -> int:
    return (
        node.slice.value
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
        else 0
    )
