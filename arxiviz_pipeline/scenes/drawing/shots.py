"""Shots: what is said with the lines of Manim code that show it, timed to the frame."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from arxiviz_pipeline.domain.models import Beat

WORDS_PER_SECOND: Final = 2.7
GRID_SECONDS: Final = 0.2
"""Every run time is a multiple: whole frames at 15, 30 and 60 a second, so that no time drifts."""
_LEAD_SECONDS = 0.4  # until eyes and ears have found what is new
_STILL_SECONDS = 1.2  # at least between two emphases
_TEXT_CALL = re.compile(r"""\btext\(r?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_ALIKE_CHARACTERS = 24
_TAG = re.compile(r"<[^<>]*>|…")


def on_grid(seconds: float) -> float:
    """Round up to a multiple of the grid."""
    return round(math.ceil(seconds / GRID_SECONDS - 1e-6) * GRID_SECONDS, 1)


def reading_seconds(narration: str) -> float:
    """Tell how long a narration takes at a calm pace."""
    return _seconds_for(len(narration.split()))


def _seconds_for(word_count: int) -> float:
    return on_grid(word_count / WORDS_PER_SECOND + _LEAD_SECONDS) if word_count else 0.0


@dataclass(slots=True)
class Shot:
    """One beat in the making.

    Attributes:
        lines: Statements of the scene's method, in order.
        played_seconds: The sum of the run times in them.
        hold_seconds: At least this long nothing moves after them.
        closing: Statements that follow the hold, and clear the picture.
        emphases: Animations that may fill the hold, each with its seconds: as many as leave
            stillness between them.
    """

    narration: str
    shows: str
    lines: list[str] = field(default_factory=list)
    played_seconds: float = 0.0
    hold_seconds: float = 0.6
    closing: list[str] = field(default_factory=list)
    closing_seconds: float = 0.0
    emphases: list[tuple[str, float]] = field(default_factory=list)

    def let(self, line: str) -> None:
        """Add a statement that takes no time."""
        self.lines.append(line)

    def play(self, animations: Sequence[str], seconds: float) -> None:
        """Add animations that run together."""
        run_time = on_grid(seconds)
        arguments = ", ".join([*animations, f"run_time={run_time}"])
        self.lines.append(f"self.play({arguments})")
        self.played_seconds += run_time

    def wait(self, seconds: float) -> None:
        """Hold the picture."""
        pause = on_grid(seconds)
        if pause > 0:
            self.lines.append(f"self.wait({pause})")
            self.played_seconds += pause

    def close(self, animations: Sequence[str], seconds: float) -> None:
        """Add animations that run after the hold."""
        run_time = on_grid(seconds)
        arguments = ", ".join([*animations, f"run_time={run_time}"])
        self.closing.append(f"self.play({arguments})")
        self.closing_seconds += run_time

    def stay(self, seconds: float) -> None:
        """Leave the picture as it is at the end, for at least so long."""
        self.closing.clear()
        self.closing_seconds = 0.0
        self.hold_seconds = max(self.hold_seconds, seconds)

    def emphasize(self, animation: str, seconds: float = 0.8) -> None:
        """Add an animation that draws the eye to what is said, if there is time for it."""
        self.emphases.append((animation, on_grid(seconds)))

    @property
    def word_count(self) -> int:
        """How many words there are to hear or to read, whichever is more."""
        written: dict[str, int] = {}
        for markup in _TEXT_CALL.findall("\n".join(self.lines)):
            words = _TAG.sub("", markup[1:-1]).replace("\\n", " ").split()
            # A title that shrinks into a header is read once, even if the header cuts its end.
            key = "".join(words)[:_ALIKE_CHARACTERS]
            written[key] = max(len(words), written.get(key, 0))
        return max(len(self.narration.split()), sum(written.values()))

    @property
    def seconds(self) -> float:
        """How long the shot lasts: long enough to be read, and for all that moves."""
        return on_grid(max(self._moving_seconds, _seconds_for(self.word_count)))

    @property
    def _moving_seconds(self) -> float:
        return self.played_seconds + self.hold_seconds + self.closing_seconds

    def linger(self, seconds: float) -> None:
        """Make the shot last so much longer."""
        self.hold_seconds += self.seconds - self._moving_seconds + seconds

    def statements(self) -> list[str]:
        """Return the lines with what fills the shot up: emphases, and waits between them."""
        rest = on_grid(self.seconds - self.played_seconds - self.closing_seconds)
        return [*self.lines, *self._hold(rest), *self.closing]

    def _hold(self, rest: float) -> list[str]:
        emphases = list(self.emphases)
        while emphases and _spare(emphases, rest) < _STILL_SECONDS * len(emphases):
            emphases.pop()
        statements: list[str] = []
        pause = on_grid(_spare(emphases, rest) / (len(emphases) + 1) - GRID_SECONDS / 2)
        for animation, seconds in emphases:
            statements += [f"self.wait({pause})", f"self.play({animation}, run_time={seconds})"]
            rest = on_grid(rest - pause - seconds)
        return [*statements, f"self.wait({rest})"] if rest > 0 else statements

    def to_beat(self) -> Beat:
        """Return the shot as the storyboard tells it."""
        return Beat(self.narration, self.seconds, self.shows)


def _spare(emphases: Sequence[tuple[str, float]], rest: float) -> float:
    return rest - sum(seconds for _, seconds in emphases)


@dataclass(frozen=True, slots=True)
class Page:
    """Shots that share one picture, and become one method of the scene.

    Attributes:
        name: The method's name.
        helpers: Functions that its code calls, as Python source; each stands in a script once.
    """

    name: str
    shots: tuple[Shot, ...]
    helpers: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the page lasts."""
        return sum(shot.seconds for shot in self.shots)
