"""Makes Manim's mobjects do the same for less: copies, families, colours and outlines.

The functions here stand in for Manim's of the same names, and give the same values to the last
bit; `quick_drawing` puts them in place.
"""

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from math import isfinite
from types import BuiltinFunctionType, FunctionType, NoneType
from typing import Any, Final, TypeVar

import numpy as np
from manim import ManimColor, Mobject, VMobject
from manim.mobject import mobject as mobject_module
from manim.mobject.three_d import three_d_utils
from manim.utils import family as family_module
from svgelements import Path as Outline

_Kind = TypeVar("_Kind", bound=Mobject)
_Item = TypeVar("_Item", bound=Hashable)
_all_anchors = VMobject.get_points_defining_boundary
_anchors = VMobject.get_anchors
_normal = three_d_utils.get_3d_vmob_unit_normal
_extremum = Mobject.get_extremum_along_dim
_slow_point = Mobject.get_critical_point
_slow_copy: Any = Mobject.__deepcopy__
_slow_ends = VMobject.get_gradient_start_and_end_points
_slow_colors = VMobject.interpolate_color
_POINTS: Final = ("get_center", "get_edge_center", "get_critical_point", "get_extremum_along_dim")

_UNCHANGING: Final[set[type]] = {
    *(NoneType, bool, int, float, complex, str, bytes),
    *(FunctionType, BuiltinFunctionType, type),
    np.float64,
    ManimColor,  # which Manim shares between mobjects itself
    Outline,  # as read from an SVG: nothing changes it any more
}
"""Types whose objects need no copy; those of enumerations are added as they are met."""

_remembered: dict[tuple[str, int, int], np.ndarray] | None = None


def handle_mobjects_quickly() -> None:
    """Have all of this process's mobjects do so."""
    put_in_place = setattr  # Manim's types don't let methods be replaced
    put_in_place(VMobject, "get_points_defining_boundary", _boundary_points)
    put_in_place(VMobject, "get_gradient_start_and_end_points", _gradient_ends)
    put_in_place(VMobject, "interpolate_color", _interpolate_color)
    put_in_place(Mobject, "get_critical_point", _critical_point)
    put_in_place(Mobject, "__deepcopy__", _deepcopy)
    put_in_place(Mobject, "get_family", _family)
    put_in_place(three_d_utils, "get_3d_vmob_unit_normal", _unit_normal)
    for module in (mobject_module, family_module):
        put_in_place(module, "remove_list_redundancies", _without_repeats)


def _deepcopy(mobject: _Kind, copies: dict[int, Any]) -> _Kind:
    """Stand in for `Mobject.__deepcopy__`, which calls `copy.deepcopy` for each attribute."""
    kind = mobject.__class__
    if kind.__setattr__ is not object.__setattr__:
        return _slow_copy(mobject, copies)
    result = kind.__new__(kind)
    copies[id(mobject)] = result
    attributes = result.__dict__
    attributes.update(mobject.__dict__)
    for name, value in mobject.__dict__.items():
        if type(value) not in _UNCHANGING:
            attributes[name] = _copied(value, copies)
    attributes["original_id"] = str(id(mobject))
    return result


def _copied(value: Any, copies: dict[int, Any]) -> Any:
    """Copy what may change, as `copy.deepcopy` does."""
    known = copies.get(id(value))
    if known is not None:
        return known
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        copied = value.copy(order="K")
    elif kind is list:
        copied = []
        copies[id(value)] = copied
        copied.extend(
            [each if type(each) in _UNCHANGING else _copied(each, copies) for each in value]
        )
    elif issubclass(kind, Mobject) and kind.__deepcopy__ is _deepcopy:
        copied = _deepcopy(value, copies)
    elif issubclass(kind, Enum):
        _UNCHANGING.add(kind)
        return value
    else:
        return copy.deepcopy(value, copies)
    copies[id(value)] = copied
    copies.setdefault(id(copies), []).append(value)  # as `copy` does: ids stay taken
    return copied


def _interpolate_color(
    mobject: Any,  # its colours are arrays, which its types don't always say
    start: Any,
    end: Any,
    alpha: float,
) -> VMobject:
    """Stand in for `VMobject.interpolate_color`, which mixes by name, and at the end copies too."""
    if alpha == 1.0:
        return _slow_colors(mobject, start, end, alpha)
    rest = 1 - alpha
    mobject.fill_rgbas = rest * start.fill_rgbas + alpha * end.fill_rgbas
    mobject.stroke_rgbas = rest * start.stroke_rgbas + alpha * end.stroke_rgbas
    mobject.background_stroke_rgbas = (
        rest * start.background_stroke_rgbas + alpha * end.background_stroke_rgbas
    )
    mobject.stroke_width = rest * start.stroke_width + alpha * end.stroke_width
    mobject.background_stroke_width = (
        rest * start.background_stroke_width + alpha * end.background_stroke_width
    )
    mobject.sheen_direction = rest * start.sheen_direction + alpha * end.sheen_direction
    mobject.sheen_factor = rest * start.sheen_factor + alpha * end.sheen_factor
    return mobject


def _critical_point(mobject: Mobject, direction: Any) -> np.ndarray:
    """Stand in for `Mobject.get_critical_point`, which looks through all points three times."""
    points: np.ndarray = np.asarray(mobject.get_points_defining_boundary())
    is_usual = type(mobject).get_extremum_along_dim is _extremum
    if not is_usual or not len(points) or points.shape[1:] != (mobject.dim,):
        return _slow_point(mobject, direction)
    least, most = points.min(axis=0), points.max(axis=0)
    result = np.zeros(mobject.dim)
    for dim in range(mobject.dim):
        if direction[dim] == 0:
            result[dim] = (least[dim] + most[dim]) / 2
        else:
            result[dim] = least[dim] if direction[dim] < 0 else most[dim]
    return result


def _gradient_ends(mobject: VMobject) -> tuple[np.ndarray, np.ndarray]:
    """Stand in for the method of this name, which looks through all points twelve times."""
    kind = type(mobject)
    if mobject.shade_in_3d or not all(
        getattr(kind, name) is getattr(Mobject, name) for name in _POINTS
    ):
        return _slow_ends(mobject)
    points: np.ndarray = np.asarray(mobject.get_points_defining_boundary())
    if not len(points) or mobject.dim != points.shape[1]:
        return _slow_ends(mobject)
    most = points.max(axis=0)
    center = (points.min(axis=0) + most) / 2
    if not isfinite(center.sum()):
        return _slow_ends(mobject)
    offset = np.dot(np.diag(most - center), mobject.get_sheen_direction())
    return center - offset, center + offset


@contextmanager
def nothing_moving() -> Iterator[None]:
    """Remember where mobjects are, until this ends: while they are drawn they stay there."""
    global _remembered
    if _remembered is not None:
        yield
        return
    _remembered = {}
    try:
        yield
    finally:
        _remembered = None


def remembered(
    what: str, mobject: Mobject, place: int, find: Callable[[], np.ndarray]
) -> np.ndarray:
    """Return what is remembered of a mobject, or found now; not to be changed."""
    if _remembered is None:
        return find()
    key = what, id(mobject), place
    found = _remembered.get(key)
    if found is None:
        found = _remembered[key] = find()
    return found


def _boundary_points(vmobject: VMobject) -> np.ndarray:
    """Stand in for the method of this name, which makes a list of each curve's two anchors."""
    if not vmobject.submobjects:
        return _found_boundary_points(vmobject)
    return remembered("boundary", vmobject, 0, lambda: _found_boundary_points(vmobject))


def _unit_normal(vmobject: VMobject, place: int) -> np.ndarray:
    """Stand in for the function that is asked for it twice, for fill and stroke."""
    return remembered("normal", vmobject, place, lambda: _normal(vmobject, place))


def _found_boundary_points(vmobject: VMobject) -> np.ndarray:
    parts: list[np.ndarray] = []
    for member in vmobject.get_family():
        points: np.ndarray = np.asarray(member.points)
        length: int = getattr(member, "n_points_per_cubic_curve", 0)
        is_usual = getattr(type(member), "get_anchors", None) is _anchors and length > 1
        if not is_usual or len(points) % length or points.dtype != np.float64:
            return _all_anchors(vmobject)
        if len(points):
            parts.append(
                points.reshape(-1, length, points.shape[1])[:, :: length - 1].reshape(-1, 3)
            )
    return np.concatenate(parts) if parts else _all_anchors(vmobject)


def _family(mobject: Mobject, recurse: bool = True) -> list[Mobject]:
    """Stand in for `Mobject.get_family`, which makes a generator for each member."""
    if not recurse or not mobject.submobjects:
        return [mobject]
    members: list[Mobject] = []
    _add_family(mobject, members, set())
    return _without_repeats(members)


def _add_family(mobject: Mobject, members: list[Mobject], above: set[Mobject]) -> None:
    members.append(mobject)
    above.add(mobject)
    for submobject in mobject.submobjects:
        if not submobject.submobjects:
            members.append(submobject)
        elif submobject not in above:
            _add_family(submobject, members, above)
    above.remove(mobject)


def _without_repeats(items: Sequence[_Item]) -> list[_Item]:
    """Stand in for `remove_list_redundancies`: of items that are equal, the last stays."""
    kept = list(dict.fromkeys(reversed(items)))
    kept.reverse()
    return kept
