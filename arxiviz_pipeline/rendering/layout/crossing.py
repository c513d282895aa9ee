"""Tells whether a line is drawn through the letters of a text."""

from typing import Final

import numpy as np
from manim import Brace, Cross, SurroundingRectangle, Underline

from arxiviz_pipeline.rendering.layout.view import Boxes, SeenShape, SeenText, meet

_STEP: Final = 0.05  # Manim units: three pixels
_MOST_STEPS = 400
_CORE = 0.2  # of a glyph's box, left out on each side
_LONGEST_OUTLINE = 400  # curves
# Drawn to mark the text they touch.
_MARKS = (Brace, Cross, SurroundingRectangle, Underline)


def crosses(shape: SeenShape, text: SeenText) -> bool:
    """Tell whether the outline of a shape passes through the midst of a glyph."""
    if any(isinstance(part, _MARKS) for part in shape.path) or not meet(_grown(shape), text.box):
        return False
    points = np.asarray(shape.mobject.points)[:, :2]
    if len(points) // 4 > _LONGEST_OUTLINE:
        return False
    margins = (text.boxes[:, 2:] - text.boxes[:, :2]) * _CORE
    low, high = text.boxes[:, :2] + margins, text.boxes[:, 2:] - margins
    for curve in points[: len(points) // 4 * 4].reshape(-1, 4, 2):
        places = _along(curve)[:, None, :]
        if ((places > low) & (places < high)).all(axis=2).any():
            return True
    return False


def _grown(shape: SeenShape) -> Boxes:
    """Return the box of a shape; that of a straight line has no breadth by itself."""
    return shape.box + np.array([-_STEP, -_STEP, _STEP, _STEP])


def _along(curve: Boxes) -> Boxes:
    """Return points along a cubic curve, closer than letters are wide."""
    length = float(np.linalg.norm(np.diff(curve, axis=0), axis=1).sum())
    steps = np.linspace(0, 1, min(_MOST_STEPS, 2 + int(length / _STEP)))[:, None]
    rest = 1 - steps
    return (
        rest**3 * curve[0]
        + 3 * rest**2 * steps * curve[1]
        + 3 * rest * steps**2 * curve[2]
        + steps**3 * curve[3]
    )
