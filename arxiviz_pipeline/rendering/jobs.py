"""What the renderer and its two programs tell each other, as JSON in files."""

from dataclasses import dataclass


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
