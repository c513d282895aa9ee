"""Draws one column of a table as bars with their values."""

from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import draw_text
from arxiviz_pipeline.scenes.template.concepts.table_choice import Measure, WeighedTable
from arxiviz_pipeline.scenes.template.concepts.table_pages import (
    CELL_SIZE,
    TableWords,
    count_word,
    heading_shot,
)
from arxiviz_pipeline.scenes.text.sentences import to_narration

_LABEL_WIDTH = 4.3
_GAP = 0.25
_VALUE_ROOM = 1.7
_TALLEST_BAR = 0.55
_ROW_ROOM = 0.95
_LEAST_ROW_ROOM = 0.5
_BAR_SECONDS = 0.8
_GROWING: Final = '''
def bar(left, right, middle, height, color):
    """A bar from one abscissa to another."""
    width = max(abs(right - left), 0.02)
    block = Rectangle(width=width, height=height, stroke_width=0, color=color, fill_opacity=0.9)
    return block.move_to([(left + right) / 2, middle, 0])
'''


def bars_page(
    name: str,
    weighed: WeighedTable,
    rows: Sequence[int],
    measure: Measure,
    words: TableWords,
    *,
    fraction: float,
    terms: Sequence[str] = (),
) -> Page | None:
    """Let bars grow one by one; None if they do not fit."""
    opening, top = heading_shot(words, fraction, terms)
    ordered = _ordered(weighed, rows, measure)
    values = [_value(weighed, row, measure) for row in ordered]
    title = _title(weighed, measure)
    opening.let(
        f"scale_name = place(text({literal(title.markup)}, {title.font_size}, ACCENT), "
        f"{LEFT_EDGE + _LABEL_WIDTH + _GAP:.3g}, {top:.3g}, "
        f"{TEXT_WIDTH - _LABEL_WIDTH - _GAP:.3g}, {title.height + 0.1:.3g})"
    )
    opening.play(["FadeIn(scale_name)"], 0.4)
    top -= title.height + 0.15
    room = min(_ROW_ROOM, (top - BOTTOM) / len(ordered))
    if room < _LEAST_ROW_ROOM or not title.is_whole:
        return None
    zero, unit = _scale(values)
    shots = [opening]
    reveal = Shot(_bars_said(weighed, measure, len(ordered)), "The values as bars, one by one")
    bottom = top - room * len(ordered)
    reveal.let(
        f"axis = Line([{zero:.4g}, {top:.3g}, 0], [{zero:.4g}, {bottom:.3g}, 0], "
        "color=MUTED, stroke_width=2)"
    )
    visible = [*(["heading"] if words.heading else []), "scale_name", "axis"]
    for place, (row, value) in enumerate(zip(ordered, values, strict=True)):
        middle = top - room * (place + 0.5)
        seconds = _let_bar(reveal, weighed, place, row, value, (zero, unit), middle, room, measure)
        beside = ["Create(axis)"] if place == 0 else []
        reveal.play(
            [*beside, f"FadeIn(label_{place})", f"GrowFromEdge(bar_{place}, {_side(value)})",
             f"FadeIn(value_{place})"],
            _BAR_SECONDS,
        )  # fmt: skip
        if place < len(ordered) - 1:
            reveal.wait(seconds - _BAR_SECONDS)
        visible += [f"label_{place}", f"bar_{place}", f"value_{place}"]
    shots.append(reveal)
    closing = _closing(weighed, ordered, values, measure, words)
    if closing is not None:
        shots.append(closing)
    shots[-1].hold_seconds = 1.2
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))", progress_to(fraction)], 0.6)
    return Page(name, tuple(shots), helpers=(_GROWING,))


def _ordered(weighed: WeighedTable, rows: Sequence[int], measure: Measure) -> list[int]:
    if measure.is_series:
        return list(rows)
    sign = 1 if measure.direction == "lower" else -1
    return sorted(rows, key=lambda row: (sign * _value(weighed, row, measure), row))


def _value(weighed: WeighedTable, row: int, measure: Measure) -> float:
    quantity = weighed.quantities[row][measure.column]
    return quantity.value if quantity else 0.0


def _title(weighed: WeighedTable, measure: Measure):
    head = weighed.table.header[measure.column].replace("**", "").strip()
    told = "" if measure.direction is None or "↑" in head or "↓" in head else (
        f" ({measure.direction} is better)"
    )  # fmt: skip
    return draw_text(
        f"{head}{told}",
        font_size=SMALL_SIZE,
        width=TEXT_WIDTH - _LABEL_WIDTH - _GAP,
        most_lines=1,
        bold=True,
    )


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """Return where zero stands, and how many Manim units a unit of the values takes."""
    left, right = LEFT_EDGE + _LABEL_WIDTH + _GAP, -LEFT_EDGE - _VALUE_ROOM
    low, high = min(0.0, *values), max(0.0, *values)
    if low < 0:
        left += _VALUE_ROOM
    unit = (right - left) / (high - low)
    return left - low * unit, unit


def _side(value: float) -> str:
    return "LEFT" if value >= 0 else "RIGHT"


def _let_bar(
    shot: Shot,
    weighed: WeighedTable,
    place: int,
    row: int,
    value: float,
    scale: tuple[float, float],
    middle: float,
    room: float,
    measure: Measure,
) -> float:
    """Add the statements of one bar, and return how long it takes to read."""
    zero, unit = scale
    end = zero + value * unit
    is_own = row == weighed.own_row
    label = draw_text(
        weighed.labels[row],
        font_size=CELL_SIZE if room > 0.6 else SMALL_SIZE,
        width=_LABEL_WIDTH,
        most_lines=2 if room > 0.85 else 1,
        bold=is_own,
    )
    written = to_narration(weighed.table.rows[row][measure.column]).strip(" *")
    drawn = draw_text(written, font_size=SMALL_SIZE, width=_VALUE_ROOM - 0.2, most_lines=1)
    shot.let(
        f"label_{place} = place_beside(text({literal(label.markup)}, {label.font_size}), "
        f"{LEFT_EDGE:.3g}, {middle:.3g}, {_LABEL_WIDTH:.3g}, {min(room, label.height + 0.1):.3g})"
    )
    colour = "HIGHLIGHT" if is_own else "ACCENT"
    height = min(_TALLEST_BAR, room * 0.62)
    shot.let(f"bar_{place} = bar({zero:.4g}, {end:.4g}, {middle:.3g}, {height:.3g}, {colour})")
    best = (row, measure.column) in weighed.best_cells
    made = f"text({literal(drawn.markup)}, {drawn.font_size}, {'RESULT' if best else 'INK'})"
    beside = f"{'RIGHT' if value >= 0 else 'LEFT'}, buff=0.15"
    shot.let(f"value_{place} = fit({made}, {_VALUE_ROOM - 0.2:.3g}, {height:.3g})")
    shot.let(f"value_{place}.next_to(bar_{place}, {beside})")
    return reading_seconds(f"{label.markup} {drawn.markup}")


def _bars_said(weighed: WeighedTable, measure: Measure, count: int) -> str:
    head = to_narration(weighed.table.header[measure.column]).strip(" *↑↓")
    first = weighed.rows_name
    total = len(weighed.table.rows)
    told = f"{head or 'The values'} by {first}" if first else head or "The values"
    return f"{told}." if count == total else f"{told}, for {count_word(count)} of {total}."


def _closing(
    weighed: WeighedTable,
    rows: Sequence[int],
    values: Sequence[float],
    measure: Measure,
    words: TableWords,
) -> Shot | None:
    said = to_narration(words.conclusion) or _range_said(weighed, rows, values, measure)
    shot = Shot(said, "What stands out")
    marked = next((place for place, row in enumerate(rows) if row == weighed.own_row), None)
    if marked is None:
        best = [place for place, row in enumerate(rows)
                if (row, measure.column) in weighed.best_cells]  # fmt: skip
        marked = best[0] if best else max(range(len(values)), key=lambda place: values[place])
    dimmed = [place for place in range(len(rows)) if place != marked]
    shot.play([f"bar_{place}.animate.set_opacity(0.4)" for place in dimmed], 0.8)
    shot.emphasize(f"Indicate(value_{marked}, scale_factor=1.15, color=RESULT)")
    return shot


def _range_said(
    weighed: WeighedTable, rows: Sequence[int], values: Sequence[float], measure: Measure
) -> str:
    """Say what can be seen: the extremes, without a judgement that the paper doesn't make."""

    def told(place: int) -> str:
        cell = to_narration(weighed.table.rows[rows[place]][measure.column]).strip(" *")
        return f"{cell} ({weighed.labels[rows[place]]})"

    low = min(range(len(values)), key=lambda place: values[place])
    high = max(range(len(values)), key=lambda place: values[place])
    if len(rows) < len(weighed.table.rows):
        return f"Shown are values from {told(low)} to {told(high)}."
    return f"The values go from {told(low)} to {told(high)}."
