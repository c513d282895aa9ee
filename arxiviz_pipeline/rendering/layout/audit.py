"""Judges what a viewer sees of a scene: what leaves the frame, overlaps, is too small or too short.

`view` tells what is seen at one moment; findings are drawn from all moments together, since
much is fault only if it stays: what flies out, or is written over what fades at once, is none.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

import numpy as np
from manim import ThreeDVMobject

from arxiviz_pipeline.domain.models import LayoutFindingKind, Severity
from arxiviz_pipeline.rendering.jobs import LayoutNote
from arxiviz_pipeline.rendering.layout.crossing import crosses
from arxiviz_pipeline.rendering.layout.view import (
    NUMBER,
    Boxes,
    SeenShape,
    SeenText,
    View,
    is_within,
    meet,
)

LINES_OF_VIDEO: Final = 480
"""What sizes in pixels are told for."""

UNREADABLE_PIXELS: Final = 4.5
"""Height of a letter without ascender: Text of font size 10, or Tex of 16."""

SMALL_PIXELS: Final = 5.5
"""As before, of 12 and 20."""

WORDS_PER_SECOND: Final = 3.0
"""How fast a viewer reads."""

EMPTY_SECONDS: Final = 2.0
"""How long nothing may be seen."""

_LONG_EMPTY_SECONDS = 5.0
_BEYOND = 0.05  # Manim units: three pixels
_SHAPE_BEYOND = 0.15
_TOUCH = 0.03
_MOST_OVERLAPPED = 0.12  # of the smaller glyph's area
_SAME_PLACE = 0.03
_FULL = 0.9  # of the frame's width or height: drawn to be larger than the frame
_SHORT_WORDS = 3
_MOST_ALIKE = 8  # findings of one kind and severity
_LONGEST_WORDS = 40
_FRAME_MOVED = 1e-3
_SIGNS = re.compile(
    r"\\(?:[cldv]?dots[bcmio]?|ddots|cdotp?|ldotp|bullet|circ|ast|mid|sim|q?quad)\b"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a view was had.

    Attributes:
        line: The script's line that plays what ended now.
        is_rest: Whether nothing moved since the start: a wait.
    """

    start_seconds: float
    end_seconds: float
    line: int | None
    is_rest: bool


@dataclass(slots=True)
class _Sighting:
    """Something that was seen, at first and at last."""

    note: LayoutNote
    last_look: int
    look_count: int = 1
    at_rest: bool = False


@dataclass(slots=True)
class _Reading:
    """A text's time on the frame."""

    text: SeenText
    line: int | None
    since_seconds: float
    until_seconds: float
    letter_pixels: float
    was_within: bool
    is_lost: bool


@dataclass(slots=True)
class LayoutAudit:
    """Looks at a scene moment by moment; `notes` tells what is wrong with it."""

    _sightings: dict[tuple[object, ...], _Sighting] = field(default_factory=dict)
    _readings: list[_Reading] = field(default_factory=list)
    _current: dict[object, _Reading] = field(default_factory=dict)
    _empty: list[tuple[float, float, int | None]] = field(default_factory=list)
    _empty_since: float | None = 0.0
    _first_frame: Boxes | None = None
    _look_count: int = 0
    _last: Moment | None = None

    def look(self, view: View, moment: Moment) -> None:
        """Take in what is seen when an animation or a wait has ended."""
        self._look_count += 1
        if self._first_frame is None:
            self._first_frame = view.frame
        self._last = moment
        self._look_for_emptiness(view, moment)
        self._read(view, moment)
        for key, note in self._faults(view, moment):
            self._sight(key, note, moment)

    def notes(self) -> tuple[LayoutNote, ...]:
        """Return what is wrong, each thing once, in the order of time."""
        settled = (_settled(each, self._look_count) for each in self._sightings.values())
        found = [
            *self._empty_notes(),
            *filter(None, settled),
            *(note for reading in self._readings for note in self._reading_notes(reading)),
        ]
        unique = {(note.kind, note.message): note for note in reversed(found)}
        in_order = sorted(unique.values(), key=lambda note: (note.at_seconds or 0.0, note.kind))
        counts: Counter[tuple[str, str]] = Counter()
        kept: list[LayoutNote] = []
        for note in in_order:
            counts[note.kind, note.severity] += 1
            if counts[note.kind, note.severity] <= _MOST_ALIKE:
                kept.append(note)
        return tuple(kept)

    # What is told of each moment

    def _faults(
        self, view: View, moment: Moment
    ) -> Iterator[tuple[tuple[object, ...], LayoutNote]]:
        for text in view.texts:
            if self._is_cut(text, view):
                message = (
                    f"{_quoted(text)} leaves the frame: scale it to fit, break it into lines, "
                    "or move it in."
                )
                severity: Severity = "error" if view.is_flat else "warning"
                yield ("off_frame", text.key), _note("off_frame", message, moment, severity)
        for one, other in combinations(view.texts, 2):
            if _overlap(one, other, view.frame) and not _is_apart(one, other, view):
                first, second = sorted((_quoted(one), _quoted(other)))
                message = (
                    f"{first} and {second} overlap: move them apart, or fade one out before the "
                    "other is shown."
                )
                yield ("overlap", one.key, other.key), _note("overlap", message, moment)
        yield from self._shape_faults(view, moment)

    def _shape_faults(
        self, view: View, moment: Moment
    ) -> Iterator[tuple[tuple[object, ...], LayoutNote]]:
        for shape in view.shapes:
            if self._is_at_start(view) and view.is_flat and _sticks_out(shape, view.frame):
                name = type(shape.top).__name__
                message = f"A {name} reaches beyond the frame: move it in or scale it down."
                yield ("off_frame", shape.top), _note("off_frame", message, moment, "warning")
            if shape.is_filled or shape.is_of_axis:
                continue
            for text in view.texts:
                if crosses(shape, text) and not _is_apart(shape, text, view):
                    name = type(shape.mobject).__name__
                    message = f"A {name} crosses {_quoted(text)}: end it at the text, or move one."
                    key = ("crossing", name, text.key)
                    yield key, _note("overlap", message, moment, "warning")

    def _sight(self, key: tuple[object, ...], note: LayoutNote, moment: Moment) -> None:
        sighting = self._sightings.setdefault(key, _Sighting(note, self._look_count, 0))
        sighting.look_count += 1
        sighting.at_rest = sighting.at_rest or moment.is_rest
        sighting.last_look = self._look_count

    def _is_at_start(self, view: View) -> bool:
        """Tell whether the camera shows what it did at first."""
        first = view.frame if self._first_frame is None else self._first_frame
        return bool(np.abs(view.frame - first).max() < _FRAME_MOVED)

    def _is_cut(self, text: SeenText, view: View) -> bool:
        """Tell whether the frame's edge cuts a text that no camera move brought there."""
        reading = self._current[_reading_key(text)]
        moved = not self._is_at_start(view) or not view.is_flat
        return (
            not text.is_of_axis
            and not is_within(text.box, view.frame, _BEYOND)
            and meet(text.box, view.frame)
            and not (moved and reading.was_within)
        )

    # What is told of texts that come and go

    def _read(self, view: View, moment: Moment) -> None:
        seen = {_reading_key(text) for text in view.texts}
        for key in self._current.keys() - seen:
            left = moment.start_seconds if moment.is_rest else moment.end_seconds
            self._current.pop(key).until_seconds = left
        for text in view.texts:
            reading = self._current.get(_reading_key(text))
            inside = is_within(text.box, view.frame, _BEYOND)
            pixels = letter_pixels(text, view.frame)
            if reading is None:
                reading = _Reading(
                    text, moment.line, moment.start_seconds, 0.0, pixels, inside, is_lost=True
                )
                self._readings.append(reading)
                self._current[_reading_key(text)] = reading
            reading.letter_pixels = max(reading.letter_pixels, pixels)
            reading.was_within = reading.was_within or inside
            reading.is_lost = reading.is_lost and not meet(text.box, view.frame)
            reading.until_seconds = moment.end_seconds

    def _reading_notes(self, reading: _Reading) -> Iterator[LayoutNote]:
        quoted, line, since = _quoted(reading.text), reading.line, reading.since_seconds
        seconds = reading.until_seconds - since
        if reading.is_lost:
            if reading.text.is_of_axis:
                return
            message = f"{quoted} stands outside the frame all the time: move it in."
            severity: Severity = "error" if seconds >= 1 else "warning"
            yield LayoutNote("off_frame", message, severity, line, since)
            return
        pixels = reading.letter_pixels
        if pixels < SMALL_PIXELS and _has_letters(reading.text):
            message = (
                f"{quoted} is too small to read: its letters are {pixels:.1f} pixels high at "
                f"{LINES_OF_VIDEO} lines, and need {SMALL_PIXELS:g}. Make its font larger, or "
                "show less at once."
            )
            severity = "error" if pixels < UNREADABLE_PIXELS else "warning"
            yield LayoutNote("too_small", message, severity, line, since)
        count = 0 if reading.text.label.is_formula else len(reading.text.words.split())
        if count > _SHORT_WORDS and seconds > 0 and count / seconds > WORDS_PER_SECOND:
            message = (
                f"{quoted} has {count} words and stands for {seconds:.1f} s: a viewer needs "
                f"{count / WORDS_PER_SECOND:.1f} s. Wait longer, or say it in fewer words."
            )
            yield LayoutNote("pacing", message, "warning", line, since)

    # What is told of times when nothing is seen

    def _look_for_emptiness(self, view: View, moment: Moment) -> None:
        if not view.is_empty:
            if self._empty_since is not None:
                self._empty.append((self._empty_since, moment.start_seconds, moment.line))
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = moment.start_seconds if moment.is_rest else moment.end_seconds

    def _empty_notes(self) -> Iterator[LayoutNote]:
        times = list(self._empty)
        if self._empty_since is not None and self._last is not None:
            times.append((self._empty_since, self._last.end_seconds, self._last.line))
        for since, until, line in times:
            if until - since > EMPTY_SECONDS:
                message = (
                    f"Nothing is seen for {until - since:.1f} s: show something, or shorten the "
                    "wait."
                )
                severity: Severity = "error" if until - since > _LONG_EMPTY_SECONDS else "warning"
                yield LayoutNote("empty", message, severity, line, since)


def letter_pixels(text: SeenText, frame: Boxes) -> float:
    """Return how high a text's letters are, without scripts, dots and rules."""
    heights = text.boxes[:, 3] - text.boxes[:, 1]
    high = np.quantile(heights, 0.75)
    letters = heights[heights > high / 2]
    height = high if text.label.is_formula else np.median(letters)
    return float(height) * LINES_OF_VIDEO / float(frame[3] - frame[1])


def _has_letters(text: SeenText) -> bool:
    """Tell whether a text has anything as high as a letter: a dash or a row of dots has not."""
    words = _SIGNS.sub("", text.words) if text.label.is_formula else text.words
    return any(character.isalnum() for character in words)


def _settled(sighting: _Sighting, look_count: int) -> LayoutNote | None:
    """Return a fault, milder or none if it was seen once, between two animations."""
    stayed = sighting.at_rest or sighting.look_count > 1 or sighting.last_look == look_count
    note = sighting.note
    return note if stayed else _milder(note)


def _milder(note: LayoutNote) -> LayoutNote | None:
    return replace(note, severity="warning") if note.severity == "error" else None


def _note(
    kind: LayoutFindingKind, message: str, moment: Moment, severity: Severity = "error"
) -> LayoutNote:
    return LayoutNote(kind, message, severity, moment.line, moment.end_seconds)


def _quoted(text: SeenText) -> str:
    words = " ".join(text.words.split())
    short = words if len(words) <= _LONGEST_WORDS else f"{words[: _LONGEST_WORDS - 1]}…"
    return f"“{short}”"


def _reading_key(text: SeenText) -> object:
    """Return what stays while a viewer reads: the words, whatever draws them; or the number."""
    return text.key if text.label.serial == NUMBER else text.words


def _overlap(one: SeenText, other: SeenText, frame: Boxes) -> bool:
    """Tell whether glyphs of one lie on glyphs of the other where the camera looks."""
    if not (meet(one.box, other.box, _TOUCH) and meet(one.box, frame) and meet(other.box, frame)):
        return False
    first, second = one.boxes[:, None, :], other.boxes[None, :, :]
    shared = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(
        first[..., :2], second[..., :2]
    )
    area = np.clip(shared, 0, None).prod(axis=2)
    smaller = np.minimum(_areas(first), _areas(second))
    same_place = np.abs(first - second).max(axis=2) < _SAME_PLACE  # drawn twice, seen once
    lie_on = (shared > _TOUCH).all(axis=2) & (area > _MOST_OVERLAPPED * smaller) & ~same_place
    return bool(lie_on.any())


def _areas(boxes: Boxes) -> Boxes:
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def _is_apart(one: SeenShape | SeenText, other: SeenShape | SeenText, view: View) -> bool:
    """Tell whether a screen stands between two things, behind all of the upper one."""
    below, above = sorted((one, other), key=lambda each: each.order)
    return any(
        below.order < screen.order < above.order and is_within(above.box, screen.box, _BEYOND)
        for screen in view.screens
    )


def _sticks_out(shape: SeenShape, frame: Boxes) -> bool:
    size, room = shape.box[2:] - shape.box[:2], frame[2:] - frame[:2]
    return (
        not is_within(shape.box, frame, _SHAPE_BEYOND)
        and meet(shape.box, frame)
        and not (size > _FULL * room).any()
        and not shape.is_of_axis
        and not isinstance(shape.mobject, ThreeDVMobject)
    )
