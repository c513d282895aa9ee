"""What failures over places ask for: points of a plane, parts that are not there."""

import ast
from collections.abc import Iterator

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair.source import Edit, Source, stands_in


def flat_points(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Give points of a plane their third coordinate."""
    del api
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
    own = [node for node in near if stands_in(node, statement)]
    for nodes in (own, near):
        yield [_third(source, node) for node in nodes]


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


def lost_index(source: Source, failure: Finding, api: ManimApi) -> Iterator[list[Edit]]:
    """Take the last part where there are fewer parts than counted, then the whole."""
    del api
    if "index out of range" not in failure.message and "IndexError" not in failure.message:
        return
    statement = source.at_line(failure.line)
    found = [
        node
        for node in source.nodes
        if isinstance(node, ast.Subscript)
        and stands_in(node, statement)
        and isinstance(node.ctx, ast.Load)
    ]
    counted = [
        node
        for node in found
        if isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, int)
        and node.slice.value > 0
    ]
    for node in sorted(counted, key=_index, reverse=True):
        yield [source.replace(node.slice, "-1", "There are fewer parts: the last was taken.")]
    yield [
        source.replace(node.slice, "-1", "There are fewer parts: the last was taken.")
        for node in counted
    ]
    for node in found:
        yield [
            source.replace(
                node, source.text(node.value), "There are no such parts: the whole was taken."
            )
        ]


def _index(node: ast.Subscript) -> int:
    return (
        node.slice.value
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
        else 0
    )
