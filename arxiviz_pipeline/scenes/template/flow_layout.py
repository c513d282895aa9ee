"""Lays out components and their connections: in rows from left to right, or as a tree."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP
from arxiviz_pipeline.scenes.drawing.palette import SMALL_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text
from arxiviz_pipeline.scenes.text.flows import Edge, Flow
from arxiviz_pipeline.scenes.text.inline_text import Run, measure

CAPTION_HEIGHT: Final = 1.25
_MIDDLE: Final = (TOP + BOTTOM + CAPTION_HEIGHT) / 2 + 0.1
_ROOM: Final = TOP - BOTTOM - CAPTION_HEIGHT - 0.4
_COLUMN_GAP: Final = 0.9
_ROW_GAP: Final = 0.75
_BRANCH_GAP: Final = 0.35
_WIDEST_BOX: Final = 3.4
_PADDING: Final = 0.22
_LOWEST_BOX: Final = 0.95
_SIZES: Final = (25, SMALL_SIZE, 20)
_MOST_LINES: Final = 3
_MOST_COLUMNS: Final = 4
_MOST_LEAVES: Final = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A component's place: its middle, its size, and its label."""

    x: float
    y: float
    width: float
    height: float
    label: DrawnText
    is_data: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes in the order of the nodes, and for each edge the corners of its way."""

    boxes: tuple[Box, ...]
    ways: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class _Size:
    """What all boxes have in common."""

    width: float
    height: float
    labels: tuple[DrawnText, ...]


def lay_out(flow: Flow) -> Layout | None:
    """Find a place for everything, or None if there is none that can be read."""
    layers = _layers(flow)
    if flow.relation == "part":
        return _as_tree(flow, layers)
    if all(len(layer) == 1 for layer in layers):
        return _as_rows(flow, [layer[0] for layer in layers])
    return _as_columns(flow, layers)


def _layers(flow: Flow) -> list[list[int]]:
    """Put each node as far from the start as its longest way; flows have no cycle."""
    depths = [0] * len(flow.labels)
    for _ in flow.labels:
        for edge in flow.edges:
            depths[edge.target] = max(depths[edge.target], depths[edge.source] + 1)
    layers: dict[int, list[int]] = defaultdict(list)
    for node, depth in enumerate(depths):
        layers[depth].append(node)
    return [layers[depth] for depth in sorted(layers)]


def _size(flow: Flow, column_count: int, highest: float) -> _Size | None:
    width = min(_WIDEST_BOX, (TEXT_WIDTH - _COLUMN_GAP * (column_count - 1)) / column_count)
    inner = width - 2 * _PADDING
    for size in _SIZES:
        longest = max(
            measure([Run(word)], size) * 1.03 for label in flow.labels for word in label.split()
        )
        labels = tuple(
            draw_text([Run(label)], font_size=size, width=inner, most_lines=_MOST_LINES)
            for label in flow.labels
        )
        height = max(_LOWEST_BOX, max(label.height for label in labels) + 2 * _PADDING)
        if longest <= inner and height <= highest and all(label.is_whole for label in labels):
            return _Size(width, height, labels)
    return None


def _as_rows(flow: Flow, order: Sequence[int]) -> Layout | None:
    """Put a chain on one row, or on two if its labels want room."""
    count = len(order)
    for row_count in (1, 2):
        columns = -(-count // row_count)
        if columns > _MOST_COLUMNS:
            continue
        size = _size(flow, columns, (_ROOM - _ROW_GAP * (row_count - 1)) / row_count)
        if size is None:
            continue
        places: dict[int, Point] = {}
        for position, node in enumerate(order):
            row, column = divmod(position, columns)
            in_row = min(columns, count - row * columns) if row_count == 1 else columns
            places[node] = (
                _spread(column, in_row, size.width + _COLUMN_GAP),
                _MIDDLE - _spread(row, row_count, size.height + _ROW_GAP),
            )
        return _laid(flow, places, size)
    return None


def _as_columns(flow: Flow, layers: Sequence[Sequence[int]]) -> Layout | None:
    if len(layers) > _MOST_COLUMNS:
        return None
    most = max(len(layer) for layer in layers)
    size = _size(flow, len(layers), (_ROOM - _BRANCH_GAP * (most - 1)) / most)
    if size is None:
        return None
    places = {
        node: (
            _spread(column, len(layers), size.width + _COLUMN_GAP),
            _MIDDLE - _spread(row, len(layer), size.height + _BRANCH_GAP),
        )
        for column, layer in enumerate(layers)
        for row, node in enumerate(layer)
    }
    return _laid(flow, places, size)


def _as_tree(flow: Flow, layers: Sequence[Sequence[int]]) -> Layout | None:
    """Put a whole above its parts; the parts of a part stand below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for edge in flow.edges:
        children[edge.source].append(edge.target)
    if len(layers[0]) > 1 or sum(map(len, children.values())) != len(flow.edges):
        return None
    leaf_count = sum(node not in children for node in range(len(flow.labels)))
    if leaf_count > _MOST_LEAVES or any(
        sum(edge.target == node for edge in flow.edges) > 1 for node in range(len(flow.labels))
    ):
        return None
    size = _size(flow, leaf_count, (_ROOM - _ROW_GAP * (len(layers) - 1)) / len(layers))
    if size is None:
        return None
    across: dict[int, float] = {}
    leaves = iter(range(leaf_count))

    def settle(node: int) -> float:
        below = [settle(child) for child in children[node]]
        middle = sum(below) / len(below) if below else float(next(leaves))
        across[node] = middle
        return middle

    settle(layers[0][0])
    step = size.width + _COLUMN_GAP
    places = {
        node: (
            (across[node] - (leaf_count - 1) / 2) * step,
            _MIDDLE - _spread(depth, len(layers), size.height + _ROW_GAP),
        )
        for depth, layer in enumerate(layers)
        for node in layer
    }
    return _laid(flow, places, size)


def _spread(index: int, count: int, step: float) -> float:
    """Return how far from the middle one of several stands."""
    return (index - (count - 1) / 2) * step


def _laid(flow: Flow, places: dict[int, Point], size: _Size) -> Layout:
    boxes = tuple(
        Box(*places[node], size.width, size.height, size.labels[node], flow.is_data[node])
        for node in range(len(flow.labels))
    )
    return Layout(boxes, tuple(_way(edge, boxes) for edge in flow.edges))


def _way(edge: Edge, boxes: Sequence[Box]) -> tuple[Point, ...]:
    """Find the way from one box to another, around a corner where the row ends."""
    start, end = boxes[edge.source], boxes[edge.target]
    touch = 0.04
    if edge.relation == "part":
        return (
            (start.x, start.y - start.height / 2 - touch),
            (end.x, end.y + end.height / 2 + touch),
        )
    if end.x > start.x:
        return (
            (start.x + start.width / 2 + touch, start.y),
            (end.x - end.width / 2 - touch, end.y),
        )
    middle = (start.y - start.height / 2 + end.y + end.height / 2) / 2
    return (
        (start.x, start.y - start.height / 2 - touch),
        (start.x, middle),
        (end.x, middle),
        (end.x, end.y + end.height / 2 + touch),
    )
