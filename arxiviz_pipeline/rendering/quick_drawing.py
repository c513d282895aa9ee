"""Makes Manim draw the same pixels for less: what it does one value at a time, done at once.

The functions here stand in for Manim's of the same names; `tests/rendering/test_quick_drawing.py`
holds their frames against Manim's own, byte for byte.
"""

import copy
from collections.abc import Hashable, Sequence
from types import BuiltinFunctionType, FunctionType, NoneType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from manim import Camera, ManimColor, Mobject, VMobject
from manim.mobject import mobject as mobject_module
from manim.utils import family as family_module

if TYPE_CHECKING:
    import cairo

_Kind = TypeVar("_Kind", bound=Mobject)
_Item = TypeVar("_Item", bound=Hashable)
_split_subpaths = VMobject.get_subpath_split_indices_from_points
_all_anchors = VMobject.get_points_defining_boundary
_anchors = VMobject.get_anchors

_UNCHANGING: Final = frozenset(
    {NoneType, bool, int, float, complex, str, bytes, FunctionType, BuiltinFunctionType, type}
    | {ManimColor}  # which Manim shares between mobjects itself
)
"""Types whose objects need no copy."""


def draw_quickly() -> None:
    """Have all of this process's scenes drawn so."""
    put_in_place = setattr  # Manim's types don't let methods be replaced
    put_in_place(Camera, "set_cairo_context_path", _set_cairo_context_path)
    put_in_place(VMobject, "get_subpath_split_indices_from_points", _subpath_split_indices)
    put_in_place(VMobject, "get_points_defining_boundary", _boundary_points)
    put_in_place(Mobject, "__deepcopy__", _deepcopy)
    put_in_place(Mobject, "get_family", _family)
    for module in (mobject_module, family_module):
        put_in_place(module, "remove_list_redundancies", _without_repeats)


def _deepcopy(mobject: _Kind, copies: dict[int, Any]) -> _Kind:
    """Stand in for `Mobject.__deepcopy__`, which calls `copy.deepcopy` for each attribute."""
    result = mobject.__class__.__new__(mobject.__class__)
    copies[id(mobject)] = result
    for name, value in mobject.__dict__.items():
        setattr(result, name, _copied(value, copies))
    result.original_id = str(id(mobject))
    return result


def _copied(value: Any, copies: dict[int, Any]) -> Any:
    kind = type(value)
    if kind in _UNCHANGING:
        return value
    known = copies.get(id(value))
    if known is not None:
        return known
    if kind is np.ndarray and not value.dtype.hasobject:
        copied = value.copy(order="K")
    elif kind is list:
        copied = []
        copies[id(value)] = copied
        copied.extend(_copied(each, copies) for each in value)
    else:
        return copy.deepcopy(value, copies)
    copies[id(value)] = copied
    copies.setdefault(id(copies), []).append(value)  # as `copy` does: ids stay taken
    return copied


def _set_cairo_context_path(
    camera: Camera, context: "cairo.Context[Any]", vmobject: VMobject
) -> Camera:
    """Stand in for `Camera.set_cairo_context_path`, which looks each number up in an array."""
    points = camera.transform_points_pre_display(vmobject, vmobject.points)
    if len(points) == 0:
        return camera
    curve_length = vmobject.n_points_per_cubic_curve
    context.new_path()
    subpaths = vmobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist()
    places = points[:, :2].tolist()
    move_to, curve_to = context.move_to, context.curve_to
    for start, end in subpaths:
        if end - start < curve_length:
            continue
        context.new_sub_path()
        move_to(*places[start])
        for index in range(start, end - curve_length + 1, curve_length):
            curve_to(*places[index + 1], *places[index + 2], *places[index + 3])
        if vmobject.consider_points_equals_2d(places[start], places[end - 1]):
            context.close_path()
    return camera


def _subpath_split_indices(vmobject: VMobject, points: np.ndarray, n_dims: int = 3) -> np.ndarray:
    """Stand in for the method of this name, where all curves join: most often they do."""
    step = vmobject.n_points_per_cubic_curve
    points, count = np.asarray(points), len(points)
    if count >= step:
        ends, starts = points[step - 1 : count - 1 : step], points[step:count:step]
        if (ends[:, :n_dims] == starts[:, :n_dims]).all():
            return np.array([[0, count]])
    return _split_subpaths(vmobject, points, n_dims)


def _boundary_points(vmobject: VMobject) -> np.ndarray:
    """Stand in for the method of this name, which makes a list of each curve's two anchors."""
    parts: list[np.ndarray] = []
    for member in vmobject.get_family():
        points: np.ndarray = np.asarray(member.points)
        length: int = getattr(member, "n_points_per_cubic_curve", 0)
        is_usual = getattr(type(member), "get_anchors", None) is _anchors and length > 1
        if not is_usual or len(points) % length or points.dtype != np.float64:
            return _all_anchors(vmobject)
        parts.append(points.reshape(-1, length, points.shape[1])[:, :: length - 1].reshape(-1, 3))
    anchors = np.concatenate(parts)
    return anchors if len(anchors) else _all_anchors(vmobject)


def _family(mobject: Mobject) -> list[Mobject]:
    """Stand in for `Mobject.get_family`, which makes a generator for each member."""
    members: list[Mobject] = []
    _add_family(mobject, members, set())
    return _without_repeats(members)


def _add_family(mobject: Mobject, members: list[Mobject], above: set[Mobject]) -> None:
    members.append(mobject)
    if not mobject.submobjects:
        return
    above.add(mobject)
    for submobject in mobject.submobjects:
        if submobject not in above:
            _add_family(submobject, members, above)
    above.remove(mobject)


def _without_repeats(items: Sequence[_Item]) -> list[_Item]:
    """Stand in for `remove_list_redundancies`: of items that are equal, the last stays."""
    kept = list(dict.fromkeys(reversed(items)))
    kept.reverse()
    return kept
