"""Looks at a function's values for where to draw it; `curve_study` says what the graph shows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.scenes.text.expressions import Expression, evaluate

Window = tuple[float, float]
Sample = tuple[float, float]

POINT_COUNT = 240
_SCALES: Final = (1.0, 10.0, 0.1, 100.0, 1e3, 1e4, 0.01, 1e5, 1e-3)
HALF_WIDTH = 5.0
_LEAST_BEND = 0.08  # of the range: less is a straight line to the eye
_MOST_EXTREMA = 6
_LARGEST_JUMP = 0.34  # of the range
_LEAST_ZOOM = 0.4
_STEEPEST_END = 6.0  # how many times the rest of the range a rising end may take
_TRIED: Final = (0.3, 0.8, 1.7, 2.9, 6.1, 120.0, 9.1e3, 1.3e6)
_FROM_ZERO: Final = "trn"  # times, distances and counts


@dataclass(frozen=True)
class Curve:
    """A function of one variable with the values of its parameters."""

    body: Expression
    variable: str
    parameters: Mapping[str, float]

    def at(self, x: float) -> float | None:
        """Compute a value."""
        return evaluate(self.body, {**self.parameters, self.variable: x})

    def samples(self, window: Window) -> list[Sample] | None:
        """Compute evenly spaced values, or None if one is missing other than at an end."""
        start, end = window
        step = (end - start) / POINT_COUNT
        found: list[Sample] = []
        for index in range(POINT_COUNT + 1):
            x = start + index * step
            y = self.at(x)
            if y is None and index in (0, POINT_COUNT):
                x += step / 20 * (1 if index == 0 else -1)
                y = self.at(x)
            if y is None:
                return None
            found.append((x, y))
        return found


def choose_window(curves: Sequence[Curve], domain: Window | None) -> Window | None:
    """Choose where to draw, so that what is telling can be seen; None if nothing is.

    Args:
        curves: What is drawn together.
        domain: Where the text says the function lives; either end may be infinite.
    """
    if domain is not None and all(map(math.isfinite, domain)):
        return domain if all(_is_telling(curve, domain) for curve in curves) else None
    if any(_has_pole(curve, domain) for curve in curves):
        return None
    for scale in _SCALES:
        for window in _windows(scale, domain, curves[0].variable):
            drawable = [_drawable(curve, window) for curve in curves]
            if any(each is None for each in drawable):
                continue
            whole = (
                max(each[0] for each in drawable if each),
                min(each[1] for each in drawable if each),
            )
            if whole[0] < whole[1] and all(_is_telling(curve, whole) for curve in curves):
                nearer = _zoomed(curves[0], whole)
                rounded = _rounded(nearer, window)
                is_sound = all(_is_telling(curve, rounded) for curve in curves)
                return rounded if is_sound else nearer
    return None


def _windows(scale: float, domain: Window | None, variable: str) -> list[Window]:
    half = HALF_WIDTH * scale
    low, high = domain or (-math.inf, math.inf)
    if math.isfinite(low):
        return [(low, min(high, low + 2 * half))]
    if math.isfinite(high):
        return [(high - 2 * half, high)]
    both = [(-half, half), (0.0, 2 * half)]
    return both[::-1] if variable[:1] in _FROM_ZERO else both


def _rounded(window: Window, limits: Window) -> Window:
    """Widen a window to round numbers."""
    grid = nice_ticks(0.0, window[1] - window[0], 20)[1]
    start = math.floor(window[0] / grid + 1e-9) * grid
    end = math.ceil(window[1] / grid - 1e-9) * grid
    return max(limits[0], round(start, 12)), min(limits[1], round(end, 12))


def _drawable(curve: Curve, window: Window) -> Window | None:
    """Leave out an end where the values grow beyond all others."""
    samples = curve.samples(window)
    if samples is None:
        return None
    if _has_break_inside(samples):
        return None
    start, end = 0, len(samples) - 1
    while end - start > POINT_COUNT // 3:
        values = sorted(y for _, y in samples[start : end + 1])
        inner = values[len(values) // 20 : -max(1, len(values) // 20)]
        spread = (inner[-1] - inner[0]) or 1e-9
        if values[-1] - values[0] <= _STEEPEST_END * spread:
            return (
                samples[start][0] if start else window[0],
                samples[end][0] if end < len(samples) - 1 else window[1],
            )
        middle = inner[len(inner) // 2]
        if abs(samples[start][1] - middle) > abs(samples[end][1] - middle):
            start += 4
        else:
            end -= 4
    return None


def _has_pole(curve: Curve, domain: Window | None) -> bool:
    """Look for breaks between numbers that are not round, as poles are at round ones."""
    low, high = domain or (-math.inf, math.inf)
    wanted = ((-4.987, 5.013), (-0.0071, 9.973), (0.0013, 9.981))
    cut = [(max(low, start), min(high, end)) for start, end in wanted]
    sampled = [curve.samples(window) for window in cut if window[0] < window[1]]
    return any(_has_break_inside(samples) for samples in sampled if samples)


def _has_break_inside(samples: Sequence[Sample]) -> bool:
    """Tell a pole or a step from values that grow towards an end."""
    jumps = [abs(after - y) for (_, y), (_, after) in pairwise(samples)]
    largest = max(jumps)
    height = max(y for _, y in samples) - min(y for _, y in samples)
    return largest > _LARGEST_JUMP * height and 0 < jumps.index(largest) < len(jumps) - 1


def _is_telling(curve: Curve, window: Window) -> bool:
    samples = curve.samples(window)
    if samples is None:
        return False
    values = [y for _, y in samples]
    height = max(values) - min(values)
    if height <= 1e-9 * max(1.0, *map(abs, values)):
        return False
    (first_x, first), (last_x, last) = samples[0], samples[-1]
    slope = (last - first) / (last_x - first_x)
    bend = max(abs(y - first - slope * (x - first_x)) for x, y in samples)
    jump = max(abs(one - other) for one, other in pairwise(values))
    return (
        bend >= _LEAST_BEND * height
        and jump <= _LARGEST_JUMP * height  # a pole inside, or a step
        and len(turns_of(samples)) <= _MOST_EXTREMA
    )


def turns_of(samples: Sequence[Sample]) -> list[tuple[float, bool]]:
    """Return where values stop rising (True) or falling (False)."""
    turns: list[tuple[float, bool]] = []
    height = max(y for _, y in samples) - min(y for _, y in samples)
    rising: bool | None = None
    for (x, y), (_, after) in pairwise(samples):
        if abs(after - y) <= 1e-9 * height:
            continue
        now = after > y
        if rising is not None and now != rising:
            turns.append((x, rising))
        rising = now
    return turns


def zeros_of(samples: Sequence[Sample]) -> list[float]:
    """Return where values change their sign."""
    zeros: list[float] = []
    for (x, y), (after_x, after) in pairwise(samples):
        if (y < 0) != (after < 0):
            zeros.append(x - y * (after_x - x) / (after - y))
    return zeros


def _zoomed(curve: Curve, window: Window) -> Window:
    """Look nearer where all that happens does so in the middle."""
    samples = curve.samples(window) or []
    points = [x for x, _ in turns_of(samples)] + zeros_of(samples)
    if len(points) < 2:
        return window
    inside = [y for x, y in samples if min(points) <= x <= max(points)]
    values = [y for _, y in samples]
    if len(inside) < 2 or max(inside) - min(inside) > 0.2 * (max(values) - min(values)):
        return window
    half = (window[1] - window[0]) / 2
    wanted = max(1.5 * (max(points) - min(points)) / 2, _LEAST_ZOOM * half)
    centre = (min(points) + max(points)) / 2
    nearer = (max(window[0], centre - wanted), min(window[1], centre + wanted))
    return nearer if _is_telling(curve, nearer) else window


def scales_only(body: Expression, variable: str, name: str, others: Mapping[str, float]) -> bool:
    """Tell whether a parameter does nothing but multiply the function."""
    one = Curve(body, variable, {**others, name: 1.0})
    other = Curve(body, variable, {**others, name: 2.0})
    ratios: list[float] = []
    for x in _TRIED:
        here, there = one.at(x), other.at(x)
        if here is None or there is None or abs(here) < 1e-12:
            continue
        ratios.append(there / here)
    return len(ratios) >= 3 and max(ratios) - min(ratios) <= 1e-9 * max(map(abs, ratios))


def is_power_law(body: Expression, variable: str, others: Mapping[str, float]) -> bool:
    """Tell whether the function is a power of a variable, but for a factor."""
    curve = Curve(body, variable, others)
    logs = [(math.log(x), math.log(abs(y))) for x in _TRIED if (y := curve.at(x)) is not None and y]
    slopes = [(after - y) / (later - x) for (x, y), (later, after) in pairwise(logs)]
    return len(slopes) >= 3 and max(slopes) - min(slopes) < 1e-6


def nice_ticks(start: float, end: float, count: int) -> list[float]:
    """Choose about this many round numbers in a range."""
    rough = (end - start) / max(1, count)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(each for each in (1, 2, 2.5, 5, 10) if each * magnitude >= rough) * magnitude
    first = math.ceil(start / step - 1e-9)
    last = math.floor(end / step + 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, last + 1)]
