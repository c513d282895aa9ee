"""Makes of a script's movie what is served, and checks what is stored; decodes nothing itself.

`media_worker` does, as a program of its own: a movie that a script left may be any bytes.
"""

import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.rendering.child_program import bare_environment, run_program
from arxiviz_pipeline.rendering.jobs import MediaJob, MovieFacts

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


def finish_movie(movie: Path, folder: Path, *, python: str = sys.executable) -> FinishedMovie:
    """Copy a movie with its index first, and make its poster.

    Args:
        movie: A file nobody has looked into.
        folder: Where to make a folder to work in, with nothing of the script in it.
        python: An interpreter that has this package and PyAV.

    Raises:
        RenderError: Of kind `no_frames`, if it is no H.264 in yuv420p that plays.
    """
    with tempfile.TemporaryDirectory(prefix="media-", dir=folder) as name:
        ours = Path(name)
        job = MediaJob(
            movie=str(movie),
            mp4=str(ours / "video.mp4"),
            poster=str(ours / "poster.jpg"),
            answer=str(ours / "facts.json"),
            memory_bytes=_MEMORY_BYTES,
            file_bytes=_LARGEST_BYTES,
        )
        path = ours / "job.json"
        path.write_text(json.dumps(asdict(job)), encoding="utf-8")
        command = [python, "-I", "-m", "arxiviz_pipeline.rendering.media_worker", str(path)]
        ended = run_program(command, ours, bare_environment(ours), _TIMEOUT_SECONDS)
        if ended.exit_code != 0:
            message = f"The movie cannot be read: its reader {ended.description}"
            raise RenderError(kind="no_frames", message=message)
        facts = MovieFacts(**json.loads(Path(job.answer).read_text(encoding="utf-8")))
        if facts.error is not None:
            message = f"The movie cannot be used: {facts.error}."
            raise RenderError(kind="no_frames", message=message)
        return FinishedMovie(facts, Path(job.mp4).read_bytes(), Path(job.poster).read_bytes())


def play_check(mp4: bytes, script: SceneScript) -> str | None:
    """Say what is wrong with a stored video of this script, or None if it plays as it should."""
    with tempfile.TemporaryDirectory(prefix="arxiviz-check-") as name:
        folder = Path(name).resolve()
        movie = folder / "stored.mp4"
        movie.write_bytes(mp4)
        try:
            facts = finish_movie(movie, folder).facts
        except RenderError as error:
            return error.message
    planned = sum(beat.seconds for beat in script.storyboard)
    if planned and abs(facts.duration_seconds - planned) > planned * _DURATION_TOLERANCE:
        return f"It lasts {facts.duration_seconds:.1f} s; its storyboard lasts {planned:.1f} s."
    return None
