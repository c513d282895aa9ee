"""Makes Manim's cameras draw the same pixels for less: what they do one value at a time, at once.

The functions here stand in for Manim's of the same names, as those of `quick_mobjects` do.
Their frames are held against Manim's own, byte for byte, by
`tests/rendering/drawing/test_frame_renderer.py`.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Camera, Mobject, ThreeDCamera, VMobject

from arxiviz_pipeline.rendering.drawing.quick_mobjects import (
    handle_mobjects_quickly,
    nothing_moving,
)

if TYPE_CHECKING:
    import cairo

_split_subpaths = VMobject.get_subpath_split_indices_from_points
_type_of = Camera.type_or_raise
_capture = Camera.capture_mobjects
_reference_point = Mobject.get_z_index_reference_point

_drawn_as: dict[type, Any] = {}


def draw_quickly() -> None:
    """Have all of this process's scenes drawn so."""
    handle_mobjects_quickly()
    put_in_place = setattr  # Manim's types don't let methods be replaced
    put_in_place(Camera, "set_cairo_context_path", _set_cairo_context_path)
    put_in_place(Camera, "capture_mobjects", _capture_mobjects)
    put_in_place(Camera, "type_or_raise", _type_or_raise)
    put_in_place(ThreeDCamera, "get_mobjects_to_display", _mobjects_to_display)


def _capture_mobjects(camera: Camera, mobjects: Iterable[Mobject], **options: Any) -> None:
    """Stand in for `Camera.capture_mobjects`, in which much is looked for again and again."""
    with nothing_moving():
        _capture(camera, mobjects, **options)


def _type_or_raise(camera: Camera, mobject: Mobject) -> Any:
    """Stand in for `Camera.type_or_raise`, which makes a table for each mobject it is asked of."""
    kind = type(mobject)
    if "display_funcs" in camera.__dict__ and kind in _drawn_as:
        return _drawn_as[kind]
    _drawn_as[kind] = drawn_as = _type_of(camera, mobject)
    return drawn_as


def _set_cairo_context_path(
    camera: Camera, context: "cairo.Context[Any]", vmobject: VMobject
) -> Camera:
    """Stand in for `Camera.set_cairo_context_path`, which looks each number up in an array."""
    points = camera.transform_points_pre_display(vmobject, vmobject.points)
    if len(points) == 0:
        return camera
    curve_length = vmobject.n_points_per_cubic_curve
    context.new_path()
    places = points[:, :2].tolist()
    is_same: Any = vmobject.consider_points_equals_2d
    move_to, curve_to = context.move_to, context.curve_to
    for start, end in _subpaths(vmobject, places, curve_length):
        context.new_sub_path()
        move_to(*places[start])
        for index in range(start, end - curve_length + 1, curve_length):
            curve_to(*places[index + 1], *places[index + 2], *places[index + 3])
        if is_same(places[start], places[end - 1]):
            context.close_path()
    return camera


def _subpaths(
    vmobject: VMobject, places: Sequence[list[float]], step: int
) -> Iterator[tuple[int, int]]:
    """Yield where a path's parts start and end: where a curve's end is not the next one's start."""
    count = len(places)
    if type(vmobject).get_subpath_split_indices_from_points is not _split_subpaths:
        points = np.array(places)
        yield from vmobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist()
        return
    start = 0
    if places[step - 1 : count - 1 : step] != places[step::step]:
        is_same: Any = vmobject.consider_points_equals_2d
        for at in range(step, count, step):
            if places[at - 1] != places[at] and not is_same(places[at - 1], places[at]):
                if at - start >= step:
                    yield start, at
                start = at
    if count - start >= step:
        yield start, count


def _mobjects_to_display(camera: ThreeDCamera, *args: Any, **options: Any) -> list[Mobject]:
    """Stand in for the method of this name, which asks each part of a group where that is."""
    displayed = super(ThreeDCamera, camera).get_mobjects_to_display(*args, **options)
    rotation = camera.get_rotation_matrix().T
    distances: dict[int, float] = {}

    def distance(mobject: Mobject) -> float:
        if not getattr(mobject, "shade_in_3d", False):
            return math.inf
        if type(mobject).get_z_index_reference_point is not _reference_point:
            return np.dot(mobject.get_z_index_reference_point(), rotation)[2]
        group = getattr(mobject, "z_index_group", mobject)
        if id(group) not in distances:
            distances[id(group)] = np.dot(group.get_center(), rotation)[2]
        return distances[id(group)]

    return sorted(displayed, key=distance)
