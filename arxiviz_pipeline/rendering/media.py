"""Makes of a script's movie what is served, and checks what is stored; decodes nothing itself.

`media_worker` does, as a program of its own: a movie that a script left may be any bytes.
"""

import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.rendering.child_answers import clean_message, read_answer
from arxiviz_pipeline.rendering.child_program import bare_environment, run_program
from arxiviz_pipeline.rendering.jobs import MediaJob, MovieFacts
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in

_TIMEOUT_SECONDS = 120.0
_MEMORY_BYTES = 4 * 1024**3
_LARGEST_BYTES = 512 * 1024**2
# Manim rounds each animation to whole frames: 1/15 s each, at low quality.
_DURATION_TOLERANCE: Final = 0.1


@dataclass(frozen=True, slots=True)
class FinishedMovie:
    """A movie as served: index first, with its still, and what its stream says of it."""

    facts: MovieFacts
    mp4: bytes
    poster: bytes


def finish_movie(
    movie: Path,
    work_in: Path | None = None,
    *,
    poster_frame: int | None = None,
    python: str = sys.executable,
    cancelled: Event | None = None,
) -> FinishedMovie:
    """Copy a movie with its index first, and make its poster.

    Args:
        movie: A file nobody has looked into.
        work_in: Where to make a folder to work in; by default the system's for temporary files.
        poster_frame: The number of the frame that is to be the poster; where there is none, it
            is looked for, which takes longer.
        python: An interpreter that has this package and PyAV.
        cancelled: Once it is set, the work ends within a second.

    Raises:
        RenderError: Of kind `no_frames`, if it is no H.264 in yuv420p that plays; `cancelled`;
            or `unavailable`, if nothing can be written or started.
    """
    with work_folder(work_in, "arxiviz-media-") as folder:
        job = MediaJob(
            movie=str(movie),
            mp4=str(folder / "video.mp4"),
            poster=str(folder / "poster.jpg"),
            answer=str(folder / "facts.json"),
            poster_frame=poster_frame,
            memory_bytes=_MEMORY_BYTES,
            file_bytes=_LARGEST_BYTES,
        )
        path = folder / "job.json"
        with writing_in(folder):
            path.write_text(json.dumps(asdict(job)), encoding="utf-8")
        command = [python, "-I", "-m", "arxiviz_pipeline.rendering.media_worker", str(path)]
        ended = run_program(command, folder, bare_environment(folder), _TIMEOUT_SECONDS, cancelled)
        facts = read_answer(Path(job.answer), MovieFacts)
        if ended.exit_code != 0 or facts is None:
            message = clean_message(f"The movie cannot be read: its reader {ended.description}")
            raise RenderError(kind="no_frames", message=message)
        if (fault := _fault(facts)) is not None:
            message = f"The movie cannot be used: {fault}."
            raise RenderError(kind="no_frames", message=message)
        try:
            return FinishedMovie(facts, Path(job.mp4).read_bytes(), Path(job.poster).read_bytes())
        except OSError as error:
            message = f"The movie cannot be used: its reader left no copy of it: {error.strerror}."
            raise RenderError(kind="no_frames", message=message) from error


def _fault(facts: MovieFacts) -> str | None:
    if facts.error is not None:
        return facts.error
    if not math.isfinite(facts.duration_seconds) or facts.duration_seconds <= 0:
        return f"it lasts {facts.duration_seconds} s"
    return None


def play_check(mp4: bytes, script: SceneScript) -> str | None:
    """Say what is wrong with a stored video of this script, or None if it plays as it should."""
    try:
        with work_folder(None, "arxiviz-check-") as folder:
            movie = folder / "stored.mp4"
            with writing_in(folder):
                movie.write_bytes(mp4)
            facts = finish_movie(movie, folder).facts
    except RenderError as error:
        return error.message
    if script.origin != "template":  # whose storyboards alone are kept to the second
        return None
    planned = sum(beat.seconds for beat in script.storyboard)
    if planned and abs(facts.duration_seconds - planned) > planned * _DURATION_TOLERANCE:
        return f"It lasts {facts.duration_seconds:.1f} s; its storyboard lasts {planned:.1f} s."
    return None
