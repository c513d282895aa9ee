"""Makes of a script's movie what is served, and checks what is stored; decodes nothing itself.

`media_task` does, in a confined process: a movie that a script left may be any bytes.
"""

import math
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.rendering.child_answers import believed_answer, clean_message
from arxiviz_pipeline.rendering.child_program import EndedProgram
from arxiviz_pipeline.rendering.confined_views import python_view
from arxiviz_pipeline.rendering.jobs import MovieFacts
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in
from arxiviz_pipeline.sandbox.confined_processes import ConfinedProcesses
from arxiviz_pipeline.sandbox.file_tree import SCRATCH
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import ZygoteError

_MODULE = "arxiviz_pipeline.rendering.confined.media_task"
_ENVIRONMENT: Final = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
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


class MovieReader:
    """Has movies looked into, in confined processes."""

    def __init__(
        self,
        processes: ConfinedProcesses | None = None,
        *,
        python: str = sys.executable,
        work_folder: Path | None = None,
    ) -> None:
        """Choose where that happens.

        Args:
            processes: Where; by default in processes of its own.
            python: Their interpreter, which has this package and PyAV.
            work_folder: Where to make a folder to work in; by default the system's for
                temporary files.
        """
        self._processes = processes or ConfinedProcesses(python, (_MODULE,), _ENVIRONMENT)
        self._python = python
        self._work_folder = work_folder

    def finish(
        self,
        movie: Path,
        poster_frame: int | None = None,
        cancelled: Event | None = None,
    ) -> FinishedMovie:
        """Copy a movie with its index first, and make its poster.

        Args:
            movie: A file nobody has looked into.
            poster_frame: The number of the frame that is to be the poster; where there is none,
                it is looked for, which takes longer.
            cancelled: Once it is set, the work ends within a second.

        Raises:
            RenderError: Of kind `no_frames`, if it is no H.264 in yuv420p that plays; `cancelled`;
                or `unavailable`, if nothing can be written or started.
        """
        with work_folder(self._work_folder, "arxiviz-media-") as folder:
            mp4, poster = folder / "video.mp4", folder / "poster.jpg"
            with writing_in(folder), ExitStack() as opened:
                files = [
                    opened.enter_context(path.open(mode)).fileno()
                    for path, mode in ((movie, "rb"), (mp4, "w+b"), (poster, "w+b"))
                ]
                facts = self._facts(folder, files, poster_frame, cancelled)
            if (fault := _fault(facts)) is not None:
                message = f"The movie cannot be used: {fault}."
                raise RenderError(kind="no_frames", message=message)
            return FinishedMovie(facts, mp4.read_bytes(), poster.read_bytes())

    def close(self) -> None:
        """End the processes it had of its own; others must be used no more."""
        self._processes.close()

    def _facts(
        self,
        folder: Path,
        files: Sequence[int],
        poster_frame: int | None,
        cancelled: Event | None,
    ) -> MovieFacts:
        told: list[MovieFacts | None] = []
        try:
            namespaces = any(
                state.layer == "namespaces" and state.works for state in self._processes.layers()
            )
            policy = Policy(
                readable=python_view(self._python),
                writable=() if namespaces else (folder,),
                memory_bytes=_MEMORY_BYTES,
                file_bytes=_LARGEST_BYTES,
            )
            ended = self._processes.run(
                f"{_MODULE}:finish",
                {
                    "poster_frame": poster_frame,
                    "folder": str(SCRATCH if namespaces else folder),
                },
                policy,
                timeout_seconds=_TIMEOUT_SECONDS,
                on_message=lambda message: told.append(believed_answer(message, MovieFacts)),
                files=files,
                cancelled=cancelled,
            )
        except ZygoteError as error:
            raise RenderError(kind="unavailable", message=str(error)) from error
        if cancelled is not None and cancelled.is_set():
            raise RenderError(kind="cancelled", message="The render was cancelled.")
        facts = told[-1] if told else None
        if ended.exit_code != 0 or facts is None:
            how = EndedProgram(ended.exit_code, ended.output).description
            message = clean_message(f"The movie cannot be read: its reader {how}")
            raise RenderError(kind="no_frames", message=message)
        return facts


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
            with closing(MovieReader(work_folder=folder)) as reader:
                facts = reader.finish(movie).facts
    except RenderError as error:
        return error.message
    if script.origin != "template":  # whose storyboards alone are kept to the second
        return None
    planned = sum(beat.seconds for beat in script.storyboard)
    if planned and abs(facts.duration_seconds - planned) > planned * _DURATION_TOLERANCE:
        return f"It lasts {facts.duration_seconds:.1f} s; its storyboard lasts {planned:.1f} s."
    return None
