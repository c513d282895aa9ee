"""What the renderer and its two programs tell each other, as JSON in files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from arxiviz_pipeline.domain.models import LayoutFindingKind, Severity


@dataclass(frozen=True, slots=True)
class Job:
    """What to render, and within which limits.

    Attributes:
        script: The file to run.
        answer: The file to write: `Answer`, as JSON.
        media_dir: Where Manim may write.
        memory_bytes: Address space each process may have.
        file_bytes: How large a file may become.
    """

    script: str
    answer: str
    media_dir: str
    scene_name: str
    width: int
    height: int
    frame_rate: int
    memory_bytes: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The movie's path, or why there is none."""

    movie: str | None = None
    kind: str | None = None
    message: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class MediaJob:
    """Where the movie is, where things go, and within which limits."""

    movie: str
    mp4: str
    poster: str
    answer: str
    memory_bytes: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class MovieFacts:
    """What a movie turned out to be, or why it is none to be served."""

    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    frame_count: int = 0
    duration_seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RehearsalJob:
    """Scenes to rehearse, and within which limits.

    Attributes:
        scenes: Their `answer` is written as `RehearsalAnswer`.
        endings: The file for each scene to tell in how its process ended: `Ending`.
        at_once: How many processes to have at once.
        cpu_seconds: Processor time each scene's process may use.
        timeout_seconds: Wall time each may take.
        render_seconds: How long a render may take.
    """

    scenes: tuple[Job, ...]
    endings: tuple[str, ...]
    at_once: int
    cpu_seconds: int
    timeout_seconds: float
    render_seconds: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a scene's process ended; see `EndedProgram`.

    Attributes:
        output: The last lines it printed.
        line: The script's line that Python named when it died.
    """

    exit_code: int | None
    output: str
    line: int | None


@dataclass(frozen=True, slots=True)
class LayoutNote:
    """A finding of the layout audit; see `domain.models.Finding`."""

    kind: LayoutFindingKind
    message: str
    severity: Severity = "error"
    line: int | None = None
    at_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RehearsalAnswer:
    """What a rehearsal has shown; see `domain.models.Rehearsal`. No kind: nothing failed."""

    kind: str | None = None
    message: str = ""
    line: int | None = None
    layout: tuple[LayoutNote, ...] = ()
    duration_seconds: float = 0.0
    animation_count: int = 0
    is_blank: bool = False


def write_answer(answer: Mapping[str, object], path: str) -> None:
    """Write an answer as JSON, so that whoever looks finds all of it or nothing."""
    unfinished = Path(path).with_suffix(".unfinished")
    unfinished.write_text(json.dumps(answer), encoding="utf-8")
    unfinished.replace(path)
