"""Shots: what is said with the lines of Manim code that show it, timed to the frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from arxiviz_pipeline.domain.models import Beat

WORDS_PER_SECOND: Final = 2.6
GRID_SECONDS: Final = 0.2
"""Every run time is a multiple: whole frames at 15, 30 and 60 a second, so that no time drifts."""


def on_grid(seconds: float) -> float:
    """Round up to a multiple of the grid."""
    return round(math.ceil(seconds / GRID_SECONDS - 1e-6) * GRID_SECONDS, 1)


def reading_seconds(narration: str) -> float:
    """Tell how long a narration takes at a calm pace."""
    words = len(narration.split())
    return on_grid(words / WORDS_PER_SECOND + 0.5) if words else 0.0


@dataclass(slots=True)
class Shot:
    """One beat in the making.

    Attributes:
        lines: Statements of the scene's method, in order.
        played_seconds: The sum of the run times in them.
        hold_seconds: At least this long nothing moves after them.
        closing: Statements that follow the hold, and clear the picture.
    """

    narration: str
    shows: str
    lines: list[str] = field(default_factory=list)
    played_seconds: float = 0.0
    hold_seconds: float = 0.6
    closing: list[str] = field(default_factory=list)
    closing_seconds: float = 0.0

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

    @property
    def seconds(self) -> float:
        """How long the shot lasts: long enough to be read, and for all that moves."""
        moving = self.played_seconds + self.hold_seconds + self.closing_seconds
        return on_grid(max(moving, reading_seconds(self.narration)))

    def statements(self) -> list[str]:
        """Return the lines with the wait that fills the shot up."""
        rest = on_grid(self.seconds - self.played_seconds - self.closing_seconds)
        hold = [f"self.wait({rest})"] if rest > 0 else []
        return [*self.lines, *hold, *self.closing]

    def to_beat(self) -> Beat:
        """Return the shot as the storyboard tells it."""
        return Beat(self.narration, self.seconds, self.shows)


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
