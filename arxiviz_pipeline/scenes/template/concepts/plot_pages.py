"""Draws graphs of functions: the formula above, the curve in its box, what it shows beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, GAP, TOP, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage
from arxiviz_pipeline.scenes.template.concepts.curve_study import CurveFeature
from arxiviz_pipeline.scenes.template.concepts.curves import (
    Curve,
    Window,
    nice_ticks,
)
from arxiviz_pipeline.scenes.template.formula_pages import let_formula, writing_steps
from arxiviz_pipeline.scenes.text.expressions import body_in_python
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration
from arxiviz_pipeline.scenes.text.standing_alone import capitalized

FORMULA_ROOM: Final = 1.9
_LEFT = LEFT_EDGE + 1.15
_RIGHT = 2.35
_NOTES_LEFT = 3.0
_NOTES_WIDTH = -LEFT_EDGE - _NOTES_LEFT
_NOTE_SIZE = 25
_MEANING_WORDS: Final = (28, 20, 15, 11)
_TICK_WIDTH = 1.0
_NAME_ROOM = 0.45  # above the box, for what its upward axis shows
_HEADROOM = 0.06  # of the values' range, above and below the curve
_COLOURS: Final = ("ACCENT", "HIGHLIGHT", "RESULT")
_CURVE: Final = '''
def curve(function, window, box, color):
    """The graph of a function in a window (x from, x to, y from, y to), drawn into a box."""
    start, end, low, high = window
    left, bottom, width, height = box
    points = [
        [
            left + (x - start) / (end - start) * width,
            bottom + (function(x) - low) / (high - low) * height,
            0,
        ]
        for x in np.linspace(start, end, 241)
    ]
    return VMobject(color=color, stroke_width=5).set_points_as_corners(points)
'''


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A curve and what it is called beside others; an only one needs no label."""

    curve: Curve
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """All that is drawn.

    Attributes:
        variable: Markdown, as the next.
        value: What the function's values are called.
        formula: What defines the function.
        has_scale: Whether the values are known, or known but for a factor.
        given: Markdown of what the parameters are; may be empty.
    """

    formula: FormulaPage
    curves: tuple[DrawnCurve, ...]
    window: Window
    variable: str
    value: str
    features: tuple[CurveFeature, ...]
    has_scale: bool
    given: str


@dataclass(frozen=True, slots=True)
class PlotWords:
    """What is said: of the formula, and of the curve.

    Attributes:
        explanation: Markdown: what the paper says of the formula's symbols; may be empty.
    """

    introduction: str
    curve: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class _Box:
    """Where the plot stands, and what of the plane it shows."""

    top: float
    bottom: float
    window: tuple[float, float, float, float]

    def x(self, value: float) -> float:
        start, end, _, _ = self.window
        return _LEFT + (value - start) / (end - start) * (_RIGHT - _LEFT)

    def y(self, value: float) -> float:
        _, _, low, high = self.window
        return self.bottom + (value - low) / (high - low) * (self.top - self.bottom)


def plot_page(name: str, plot: Plot, words: PlotWords, *, fraction: float) -> Page | None:
    """Write the formula, draw the axes and the curves, then say what they show."""
    formula_height = min(
        FORMULA_ROOM, sum(row.height for row in plot.formula.rows) * plot.formula.scale + 0.5
    )
    box = _box(plot, TOP - formula_height - GAP - _NAME_ROOM)
    if box is None:
        return None
    opening = Shot(words.introduction, "The formula of the function")
    centre = TOP - formula_height / 2
    let_formula(opening, "equation", plot.formula, centre_y=centre, height=formula_height)
    for index, (animation, seconds) in enumerate(writing_steps("equation", plot.formula)):
        opening.play([animation, *([progress_to(fraction)] if index == 0 else [])], seconds)
    drawing = Shot(words.curve, "The curve is drawn")
    visible = ["equation", *_let_axes(drawing, plot, box)]
    drawing.play([f"Create({visible[1]})", f"FadeIn({visible[2]})"], 1.0)
    notes_top = box.top
    for index, drawn in enumerate(plot.curves):
        notes_top = _let_curve(drawing, drawn, index, box, notes_top)
        visible += [f"curve_{index}", *([f"legend_{index}"] if drawn.label else [])]
        legend = [f"FadeIn(legend_{index})"] if drawn.label else []
        drawing.play([f"Create(curve_{index})", *legend], 1.6 if index == 0 else 1.0)
    if plot.given:
        note = _note_text(plot.given)
        drawing.let(_placed_note("given", note, notes_top, "MUTED"))
        drawing.play(["FadeIn(given)"], 0.4)
        visible.append("given")
        notes_top -= note.height + GAP
    shots = [opening, drawing]
    meaning = _meaning(words.explanation, notes_top - box.bottom)
    if meaning is not None:
        shot = Shot(_sentence(words.explanation), "What the paper says of the formula")
        shot.let(_placed_note("meaning", meaning, notes_top, "INK"))
        shot.play(["FadeIn(meaning)"], 0.6)
        shots.append(shot)
    leaving = ["FadeOut(meaning)"] if meaning is not None else []
    for index, feature in enumerate(plot.features):
        note = _note_text(_told(feature, plot.variable))
        if notes_top - note.height < box.bottom + 0.35:
            break
        shot = Shot(_said(feature, plot.variable), "What the curve shows")
        parts = _let_feature(shot, feature, index, box)
        shot.let(_placed_note(f"note_{index}", note, notes_top, "HIGHLIGHT"))
        shot.play([*leaving, *(f"FadeIn({part})" for part in parts), f"FadeIn(note_{index})"], 0.8)
        leaving = []
        visible += [*parts, f"note_{index}"]
        notes_top -= note.height + GAP
        shots.append(shot)
    if leaving:
        visible.append("meaning")
    shots[-1].hold_seconds = 1.2
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, tuple(shots), helpers=(_CURVE,))


def _box(plot: Plot, top: float) -> _Box | None:
    values = [y for drawn in plot.curves for _, y in drawn.curve.samples(plot.window) or []]
    if not values:
        return None
    low, high = min(values), max(values)
    if 0 < low < 0.35 * high:
        low = 0.0
    if 0 > high > 0.35 * low:
        high = 0.0
    room = _HEADROOM * (high - low)
    low, high = low - (room if low else 0.0), high + (room if high else 0.0)
    return _Box(top, BOTTOM + 0.55, (*plot.window, low, high))


def _let_axes(shot: Shot, plot: Plot, box: _Box) -> list[str]:
    start, end, low, high = box.window
    shot.let("axes = VGroup(")
    for tick in nice_ticks(low, high, 4):
        is_zero = tick == 0
        shot.let(f"    {_line(_LEFT, box.y(tick), _RIGHT, box.y(tick), is_strong=is_zero)},")
    if start < 0 < end:
        shot.let(f"    {_line(box.x(0), box.bottom, box.x(0), box.top, is_strong=True)},")
    shot.let(f"    {_line(_LEFT, box.bottom, _RIGHT, box.bottom, is_strong=True)},")
    shot.let(f"    {_line(_LEFT, box.bottom, _LEFT, box.top, is_strong=True)},")
    shot.let(")")
    shot.let("numbers = VGroup(")
    for tick in nice_ticks(start, end, 5):
        at = f"[{box.x(tick):.4g}, {box.bottom - 0.3:.3g}, 0]"
        shot.let(f"    {_label(_short(tick))}.move_to({at}),")
    if plot.has_scale:
        for tick in nice_ticks(low, high, 4):
            if box.bottom - 0.01 <= box.y(tick) <= box.top + 0.01:
                at = f"[{_LEFT - 0.15:.4g}, {box.y(tick):.4g}, 0]"
                shot.let(f"    {_label(_short(tick))}.move_to({at}, aligned_edge=RIGHT),")
    variable = draw_text(plot.variable, font_size=SMALL_SIZE, width=_NOTES_WIDTH, most_lines=1)
    made = f"text({literal(variable.markup)}, {variable.font_size})"
    shot.let(
        f"    place_beside({made}, {_RIGHT + 0.2:.3g}, {box.bottom:.3g}, {_NOTES_WIDTH:.3g}, 0.5),"
    )
    value = draw_text(plot.value, font_size=SMALL_SIZE, width=_RIGHT - _LEFT, most_lines=1)
    made = f"text({literal(value.markup)}, {value.font_size})"
    shot.let(
        f"    place_beside({made}, {_LEFT:.4g}, {box.top + _NAME_ROOM / 2:.3g}, "
        f"{_RIGHT - _LEFT:.3g}, {_NAME_ROOM}),"
    )
    shot.let(")")
    return ["axes", "numbers"]


def _label(markdown: str) -> str:
    drawn = draw_text(markdown, font_size=SMALL_SIZE, width=3.0, most_lines=1)
    return f"fit(text({literal(drawn.markup)}, {SMALL_SIZE}, MUTED), {_TICK_WIDTH}, 0.4)"


def _line(x: float, y: float, to_x: float, to_y: float, *, is_strong: bool) -> str:
    colour, width = ("MUTED", 2) if is_strong else ("PANEL", 2)
    return (
        f"Line([{x:.4g}, {y:.4g}, 0], [{to_x:.4g}, {to_y:.4g}, 0], "
        f"color={colour}, stroke_width={width})"
    )


def _let_curve(shot: Shot, drawn: DrawnCurve, index: int, box: _Box, notes_top: float) -> float:
    """Add a curve and its legend; return where there is room below."""
    names = {name: _number(value) for name, value in drawn.curve.parameters.items()}
    names[drawn.curve.variable] = "x"
    shot.let(f"def function_{index}(x):")
    shot.let(f"    return {body_in_python(drawn.curve.body, names)}")
    shot.let("")
    colour = _COLOURS[index % len(_COLOURS)]
    start, end, low, high = box.window
    shot.let(
        f"curve_{index} = curve(function_{index}, ({start!r}, {end!r}, {low:.6g}, {high:.6g}), "
        f"({_LEFT:.4g}, {box.bottom:.4g}, {_RIGHT - _LEFT:.4g}, {box.top - box.bottom:.4g}), "
        f"{colour})"
    )
    if not drawn.label:
        return notes_top
    label = _note_text(drawn.label, indent=0.6)
    middle = notes_top - label.height / 2
    made = f"text({literal(label.markup)}, {label.font_size}, {colour})"
    shot.let(
        f"legend_{index} = VGroup(Line([{_NOTES_LEFT:.3g}, {middle:.3g}, 0], "
        f"[{_NOTES_LEFT + 0.4:.3g}, {middle:.3g}, 0], color={colour}, stroke_width=5), "
        f"place_beside({made}, {_NOTES_LEFT + 0.6:.3g}, {middle:.3g}, "
        f"{_NOTES_WIDTH - 0.6:.3g}, {label.height + 0.1:.3g}))"
    )
    return notes_top - label.height - 0.2


def _number(value: float) -> str:
    """Write a parameter's value, a negative one so that a power keeps its sign."""
    written = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return f"({written})" if value < 0 else written


def _note_text(
    markdown: str, indent: float = 0.0, *, size: int = _NOTE_SIZE, most_lines: int = 4
) -> DrawnText:
    return draw_text(markdown, font_size=size, width=_NOTES_WIDTH - indent, most_lines=most_lines)


def _meaning(explanation: str, room: float) -> DrawnText | None:
    """Write as much of an explanation as there is room for; it is said as a whole."""
    for most_words in _MEANING_WORDS if explanation else ():
        note = _note_text(shorten(explanation, most_words), size=SMALL_SIZE, most_lines=8)
        if note.is_whole and note.height <= room:
            return note
    return None


def _placed_note(name: str, note: DrawnText, top: float, colour: str) -> str:
    made = f"text({literal(note.markup)}, {note.font_size}, {colour})"
    return (
        f"{name} = place({made}, {_NOTES_LEFT:.3g}, {top:.3g}, {_NOTES_WIDTH:.3g}, "
        f"{note.height + 0.2:.3g})"
    )


def _let_feature(shot: Shot, feature: CurveFeature, index: int, box: _Box) -> list[str]:
    mark = f"mark_{index}"
    match feature.kind:
        case "maximum" | "minimum" | "zero":
            at = f"[{box.x(feature.x):.4g}, {box.y(feature.y):.4g}, 0]"
            shot.let(f"{mark} = Dot({at}, radius=0.1, color=HIGHLIGHT)")
            shot.emphasize(f"Flash({mark}, color=HIGHLIGHT)")
        case "limit":
            y = box.y(feature.y)
            shot.let(
                f"{mark} = DashedLine([{_LEFT:.4g}, {y:.4g}, 0], [{_RIGHT:.4g}, {y:.4g}, 0], "
                "color=HIGHLIGHT, stroke_width=3)"
            )
        case "even" | "odd":
            x = box.x(0)
            shot.let(
                f"{mark} = DashedLine([{x:.4g}, {box.bottom:.4g}, 0], [{x:.4g}, {box.top:.4g}, "
                "0], color=HIGHLIGHT, stroke_width=3)"
                if feature.kind == "even"
                else f"{mark} = Dot([{x:.4g}, {box.y(0):.4g}, 0], radius=0.1, color=HIGHLIGHT)"
            )
    return [mark]


def _told(feature: CurveFeature, variable: str) -> str:
    """Write what a feature is, in Markdown."""
    bare = variable.strip("$")
    at = f"${bare} {_equals(feature.x)}$" if math.isfinite(feature.x) else ""
    match feature.kind:
        case "maximum":
            return f"{'highest' if feature.is_global else 'a local maximum'} at {at}"
        case "minimum":
            return f"{'lowest' if feature.is_global else 'a local minimum'} at {at}"
        case "zero":
            return f"zero at {at}"
        case "limit":
            sign = "" if feature.x > 0 else "-"
            return rf"tends to {_short(feature.y)} as ${bare} \to {sign}\infty$"
        case "even":
            return f"symmetric about ${bare} = 0$"
        case "odd":
            return "symmetric about the origin"


def _said(feature: CurveFeature, variable: str) -> str:
    told = to_narration(_told(feature, variable))
    match feature.kind:
        case "maximum" | "minimum":
            return f"It is {told}." if feature.is_global else f"It has {told}."
        case "zero" | "even" | "odd":
            return f"It is {told}."
        case "limit":
            return f"It {told}."


def _sentence(markdown: str) -> str:
    plain = capitalized(to_narration(markdown))
    return plain if plain.endswith((".", "…")) else f"{plain}."


def _equals(value: float) -> str:
    shown = _short(value).strip("$")
    is_exact = abs(float(f"{value:.3g}") - value) <= 1e-9 * max(1.0, abs(value))
    return f"= {shown}" if is_exact else rf"\approx {shown}"


def _short(value: float) -> str:
    """Write a number with three digits, as Markdown."""
    if value == 0:
        return "0"
    size = abs(value)
    if 1e-3 <= size < 1e5:
        return f"{float(f'{value:.3g}'):g}".replace("-", "−")
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    if not exponent:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
    mantissa = f"{float(mantissa):g}"
    factor = "" if mantissa == "1" else rf"{mantissa} \cdot "
    return f"${factor}10^{{{int(exponent)}}}$"


def numbers(values: Sequence[float]) -> str:
    """List values: `0.5, 1 and 2`."""
    shown = [_short(value) for value in values]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def range_of(window: Window) -> str:
    """Write a window's ends: `−5 to 5`."""
    return f"{_short(window[0])} to {_short(window[1])}"
