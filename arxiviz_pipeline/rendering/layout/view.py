"""What can be seen of a scene at one moment: its texts, glyph by glyph, and everything else.

Boxes are rows of left, bottom, right and top, in Manim units as the camera projects them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from manim import (
    Circle,
    DecimalNumber,
    Mobject,
    NumberLine,
    Rectangle,
    Scene,
    VectorField,
    VMobject,
)
from manim.camera.three_d_camera import ThreeDCamera
from manim.mobject.graphing.coordinate_systems import CoordinateSystem
from manim.utils.color import ManimColor
from manim.utils.iterables import list_update
from numpy.typing import NDArray

from arxiviz_pipeline.rendering.layout.text_labels import TEXTS, TextLabel, label_of

Boxes = NDArray[np.float64]

NUMBER: Final = -1
"""The serial of what a DecimalNumber shows, whatever its value."""

_LEAST_OPACITY: Final = 0.06
_MOSTLY_OPAQUE: Final = 0.5
_OPAQUE: Final = 0.9
_SAME_COLOUR: Final = 0.05
_POINTS_PER_CURVE = 4


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text or formula of which something is seen.

    Attributes:
        key: The same for the same text, as long as the scene holds it.
        boxes: Of its visible glyphs.
        order: When it is drawn: what is drawn later has a higher one.
        is_of_axis: Whether it belongs to axes or a plane, which may be larger than the frame.
    """

    key: object
    label: TextLabel
    boxes: Boxes
    order: int
    is_of_axis: bool

    @property
    def words(self) -> str:
        """The text, or the formula's LaTeX."""
        return self.label.words

    @property
    def box(self) -> Boxes:
        """All of it."""
        return surrounding(self.boxes)


@dataclass(frozen=True, slots=True)
class SeenShape:
    """A drawn thing that is no glyph.

    Attributes:
        top: What was added to the scene and holds it.
        path: The mobjects from there to the shape.
    """

    mobject: Mobject
    top: Mobject
    path: tuple[Mobject, ...]
    box: Boxes
    fill_opacity: float
    order: int

    @property
    def is_filled(self) -> bool:
        """Whether it is more than an outline."""
        return self.fill_opacity > _LEAST_OPACITY

    @property
    def is_of_axis(self) -> bool:
        """Whether it belongs to axes, a plane or a field, which may be larger than the frame."""
        return _is_of_axis(self.path)


@dataclass(frozen=True, slots=True)
class Screen:
    """A fill that hides what is drawn before it, be it seen itself or of its ground's colour."""

    box: Boxes
    order: int


@dataclass(frozen=True, slots=True)
class View:
    """A scene at one moment.

    Attributes:
        frame: What the camera shows, a box.
        is_flat: Whether the camera looks straight at it.
        is_empty: Whether nothing at all is seen.
    """

    frame: Boxes
    is_flat: bool
    is_empty: bool
    texts: tuple[SeenText, ...]
    shapes: tuple[SeenShape, ...]
    screens: tuple[Screen, ...]


@dataclass(slots=True)
class _Drawn:
    """One mobject with points.

    Attributes:
        order: Its place among all that is drawn.
    """

    order: int
    mobject: Mobject
    path: tuple[Mobject, ...]
    label: TextLabel | None
    box: Boxes
    colour: NDArray[np.float64]
    stroke_colour: NDArray[np.float64]
    fill_opacity: float
    stroke_opacity: float


def view_scene(scene: Scene) -> View:
    """Look at a scene as it stands."""
    camera: Any = scene.renderer.camera
    x, y, _ = camera.frame_center
    width, height = camera.frame_width, camera.frame_height
    frame = np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    mobjects = list_update(scene.mobjects, scene.foreground_mobjects)
    drawn = _drawn(camera, mobjects)
    seen = _uncovered([each for each in drawn if not _is_transparent(each)], camera)
    within = [each for each in seen if meet(each.box, frame)]
    displayed = camera.get_mobjects_to_display(mobjects)
    others = any(not isinstance(each, VMobject) for each in displayed)
    return View(
        frame=frame,
        is_flat=not isinstance(camera, ThreeDCamera),
        is_empty=not within and not others,
        texts=_texts(seen),
        shapes=tuple(
            SeenShape(
                each.mobject, each.path[0], each.path, each.box, each.fill_opacity, each.order
            )
            for each in seen
            if each.label is None
        ),
        screens=tuple(
            Screen(each.box, each.order)
            for each in drawn
            if each.label is None and each.fill_opacity > _MOSTLY_OPAQUE
        ),
    )


def surrounding(boxes: Boxes) -> Boxes:
    """Return the box around boxes."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def meet(one: Boxes, other: Boxes, tolerance: float = 0.0) -> bool:
    """Tell whether two boxes share more than this in both directions."""
    shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    return bool((shared > tolerance).all())


def is_within(inner: Boxes, outer: Boxes, tolerance: float = 0.0) -> bool:
    """Tell whether a box reaches no further than this out of another."""
    low, high = outer[:2] - inner[:2], inner[2:] - outer[2:]
    return bool((low <= tolerance).all() and (high <= tolerance).all())


def _drawn(camera: Any, mobjects: Sequence[Mobject]) -> list[_Drawn]:
    """Return what the camera draws with lines and fills, first that which is drawn first."""
    paths = _paths(mobjects)
    found = [
        each
        for each in camera.get_mobjects_to_display(mobjects)
        if isinstance(each, VMobject)
        and id(each) in paths
        and len(each.points) >= _POINTS_PER_CURVE
    ]
    if not found:
        return []
    project = isinstance(camera, ThreeDCamera)
    points = [_points(camera, each, project=project) for each in found]
    boxes = _boxes(points)
    return [
        _described(order, each, paths[id(each)], box)
        for order, (each, box) in enumerate(zip(found, boxes, strict=True))
        if np.isfinite(box).all()
    ]


def _paths(mobjects: Sequence[Mobject]) -> dict[int, tuple[Mobject, ...]]:
    """Return for each member of these families the mobjects that lead to it."""
    paths: dict[int, tuple[Mobject, ...]] = {}
    waiting = [(each, (each,)) for each in reversed(mobjects)]
    while waiting:
        mobject, path = waiting.pop()
        if id(mobject) not in paths:
            paths[id(mobject)] = path
            waiting += [(each, (*path, each)) for each in reversed(mobject.submobjects)]
    return paths


def _points(camera: Any, mobject: Mobject, *, project: bool) -> Boxes:
    points = mobject.points[: len(mobject.points) // _POINTS_PER_CURVE * _POINTS_PER_CURVE]
    return np.asarray(camera.transform_points_pre_display(mobject, points) if project else points)


def _boxes(points: list[Boxes]) -> Boxes:
    """Return the box of each outline: of its curves' ends and middles, which lie on it."""
    curves = np.concatenate(points)[:, :2].reshape(-1, _POINTS_PER_CURVE, 2)
    starts, ends = curves[:, 0], curves[:, 3]
    middles = (starts + 3 * curves[:, 1] + 3 * curves[:, 2] + ends) / 8
    low = np.minimum(np.minimum(starts, ends), middles)
    high = np.maximum(np.maximum(starts, ends), middles)
    counts = [len(each) // _POINTS_PER_CURVE for each in points]
    places = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.concatenate(
        [np.minimum.reduceat(low, places), np.maximum.reduceat(high, places)], axis=1
    )


def _described(order: int, mobject: VMobject, path: tuple[Mobject, ...], box: Boxes) -> _Drawn:
    fill, stroke = mobject.get_fill_rgbas()[0], mobject.get_stroke_rgbas()[0]
    stroke_opacity = stroke[3] if float(mobject.get_stroke_width()) > 0 else 0.0
    colour = fill if fill[3] > _LEAST_OPACITY else stroke
    return _Drawn(
        order=order,
        mobject=mobject,
        path=path,
        label=label_of(mobject),
        box=box,
        colour=colour[:3],
        stroke_colour=stroke[:3],
        fill_opacity=float(fill[3]),
        stroke_opacity=float(stroke_opacity),
    )


def _is_transparent(drawn: _Drawn) -> bool:
    return max(drawn.fill_opacity, drawn.stroke_opacity) < _LEAST_OPACITY


def _uncovered(drawn: list[_Drawn], camera: Any) -> list[_Drawn]:
    """Leave out what is hidden by something opaque, or by having its ground's colour."""
    background = np.array(ManimColor(camera.background_color).to_rgb())
    covers = [(order, *_cover(each)) for order, each in enumerate(drawn) if _covers(each)]
    seen: list[_Drawn] = []
    for order, each in enumerate(drawn):
        ground = background
        hidden = False
        for place, box, colour in covers:
            if not is_within(each.box, box):
                continue
            hidden = hidden or place > order
            ground = colour if place < order else ground
        if not hidden and _stands_out(each, ground):
            seen.append(each)
    return seen


def _stands_out(drawn: _Drawn, ground: NDArray[np.float64]) -> bool:
    """Tell whether its colour, or that of its outline, is another than what it is drawn on."""
    colours = [drawn.colour]
    if drawn.stroke_opacity > _LEAST_OPACITY:
        colours.append(drawn.stroke_colour)
    return any(np.abs(colour - ground).max() > _SAME_COLOUR for colour in colours)


def _covers(drawn: _Drawn) -> bool:
    return drawn.fill_opacity > _OPAQUE and isinstance(drawn.mobject, Rectangle | Circle)


def _cover(drawn: _Drawn) -> tuple[Boxes, NDArray[np.float64]]:
    """Return the box that an opaque shape certainly covers, and its colour."""
    if isinstance(drawn.mobject, Rectangle):
        return drawn.box, drawn.colour
    centre, reach = (drawn.box[:2] + drawn.box[2:]) / 2, (drawn.box[2:] - drawn.box[:2]) / 2
    inner = reach / np.sqrt(2)
    return np.concatenate([centre - inner, centre + inner]), drawn.colour


def _texts(seen: list[_Drawn]) -> tuple[SeenText, ...]:
    groups: dict[object, list[_Drawn]] = {}
    orders: dict[object, int] = {}
    for each in seen:
        if each.label is not None:
            owner = next((part for part in each.path if isinstance(part, TEXTS)), None)
            key = each.label.serial if owner is None else owner
            groups.setdefault(key, []).append(each)
            orders.setdefault(key, each.order)
    return tuple(
        SeenText(
            key=key,
            label=_group_label(key, members),
            boxes=np.array([each.box for each in members]),
            order=orders[key],
            is_of_axis=_is_of_axis(members[0].path),
        )
        for key, members in groups.items()
    )


def _is_of_axis(path: tuple[Mobject, ...]) -> bool:
    return any(isinstance(part, CoordinateSystem | NumberLine | VectorField) for part in path)


def _group_label(key: object, members: list[_Drawn]) -> TextLabel:
    label = next(each.label for each in members if each.label is not None)
    if isinstance(key, DecimalNumber):
        return TextLabel(NUMBER, f"{key.get_value():g}", is_formula=True)
    return label
