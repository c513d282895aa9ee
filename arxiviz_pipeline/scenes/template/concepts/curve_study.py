"""Tells what the graph of a function shows clearly: extrema, limits, symmetry, a single zero."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from arxiviz_pipeline.scenes.template.concepts.curves import (
    HALF_WIDTH,
    POINT_COUNT,
    Curve,
    Window,
    turns_of,
    zeros_of,
)

_FAR: Final = (31.7, 103.3, 287.9, 1013.1, 9871.3)  # exponentials overflow beyond the third
_LIKE = 1e-6
_NEAR = 2e-3

FeatureKind = Literal["maximum", "minimum", "zero", "limit", "even", "odd"]


@dataclass(frozen=True, slots=True)
class CurveFeature:
    """Something a graph shows.

    Attributes:
        x: Where; infinite of a limit.
        y: The value there.
        is_global: Whether an extremum is one of all values, as far as they were looked at.
    """

    kind: FeatureKind
    x: float
    y: float
    is_global: bool = True


class CurveStudy:
    """What can be said of one curve in a window."""

    def __init__(self, curve: Curve, window: Window, *, is_unbounded: bool) -> None:
        """Study it.

        Args:
            curve: The function.
            window: Where it is drawn.
            is_unbounded: Whether it lives beyond the window, so that limits say something.
        """
        self._curve = curve
        self._window = window
        self._is_unbounded = is_unbounded
        self._samples = curve.samples(window) or []

    @cached_property
    def features(self) -> list[CurveFeature]:
        """What is clear, the most telling first."""
        if not self._samples:
            return []
        return [*self._extrema(), *self._limits(), *self._symmetry(), *self._single_zero()]

    @property
    def _height(self) -> float:
        values = [y for _, y in self._samples]
        return max(values) - min(values)

    def _extrema(self) -> list[CurveFeature]:
        turns = turns_of(self._samples)
        if not 0 < len(turns) <= 2:
            return []
        found: list[CurveFeature] = []
        for x, is_maximum in turns:
            best = self._refined(x, is_maximum=is_maximum)
            y = self._curve.at(best)
            if y is None:
                continue
            sign = 1 if is_maximum else -1
            is_global = all(
                sign * other <= sign * y + 1e-6 * self._height for other in self._elsewhere()
            )
            found.append(CurveFeature("maximum" if is_maximum else "minimum", best, y, is_global))
        return found

    def _elsewhere(self) -> list[float]:
        sides = (-1, 1) if self._window[0] < 0 else (1,)
        far = [side * x for x in (7.0, 31.0, *_FAR, 1e5) for side in sides]
        outside = [self._curve.at(x) for x in far] if self._is_unbounded else []
        return [y for _, y in self._samples] + [y for y in outside if y is not None]

    def _refined(self, x: float, *, is_maximum: bool) -> float:
        """Search between the neighbours by thirds."""
        step = (self._window[1] - self._window[0]) / POINT_COUNT
        low, high = max(self._window[0], x - step), min(self._window[1], x + step)
        sign = 1 if is_maximum else -1
        for _ in range(60):
            left, right = low + (high - low) / 3, high - (high - low) / 3
            one, other = self._curve.at(left), self._curve.at(right)
            if one is None or other is None:
                break
            low, high = (left, high) if sign * one < sign * other else (low, right)
        return _tidy((low + high) / 2, step)

    def _limits(self) -> list[CurveFeature]:
        if not self._is_unbounded or len(turns_of(self._samples)) > 2:
            return []
        found: list[CurveFeature] = []
        for side in (1, -1):
            scale = max(abs(self._window[0]), abs(self._window[1])) / HALF_WIDTH
            far = [self._curve.at(side * x * scale) for x in _FAR]
            values = [value for value in far if value is not None]
            if len(values) < 3 or None in far[:3]:
                continue
            last = values[-1]
            seen = self._samples[-1 if side > 0 else 0][1]
            is_near = abs(seen - last) <= 0.12 * self._height
            settled = abs(values[-1] - values[-2]) <= 2e-3 * self._height
            if settled and is_near and self._window[1 if side > 0 else 0] * side > 0:
                found.append(CurveFeature("limit", side * math.inf, _tidy(last, self._height)))
        return found

    def _symmetry(self) -> list[CurveFeature]:
        if self._window[0] >= 0 or not self._is_unbounded:
            return []
        ends = [self._window[1] * share for share in (0.13, 0.29, 0.41, 0.57, 0.73, 0.92)]
        pairs = [(self._curve.at(x), self._curve.at(-x)) for x in ends]
        known = [(one, other) for one, other in pairs if one is not None and other is not None]
        tolerance = _LIKE * self._height
        if len(known) < len(pairs):
            return []
        if all(abs(one - other) <= tolerance for one, other in known):
            return [CurveFeature("even", 0.0, self._curve.at(0.0) or 0.0)]
        if all(abs(one + other) <= tolerance for one, other in known):
            return [CurveFeature("odd", 0.0, 0.0)]
        return []

    def _single_zero(self) -> list[CurveFeature]:
        zeros = zeros_of(self._samples)
        step = (self._window[1] - self._window[0]) / POINT_COUNT
        if len(zeros) != 1:
            return []
        low, high = zeros[0] - step, zeros[0] + step
        for _ in range(60):
            middle = (low + high) / 2
            at_low, at_middle = self._curve.at(low), self._curve.at(middle)
            if at_low is None or at_middle is None:
                return []
            low, high = (middle, high) if (at_low < 0) == (at_middle < 0) else (low, middle)
        zero = _tidy((low + high) / 2, step)
        value = self._curve.at(zero)
        is_zero = value is not None and abs(value) < _NEAR * self._height
        return [CurveFeature("zero", zero, 0.0)] if is_zero else []


def _tidy(value: float, scale: float) -> float:
    """Write 0.9999998 as 1, where nobody sees the difference."""
    rounded = round(value, 6)
    for digits in (0, 1, 2):
        if abs(value - round(value, digits)) < 1e-5 * max(scale, 1e-6):
            return round(value, digits) + 0.0
    return rounded + 0.0
