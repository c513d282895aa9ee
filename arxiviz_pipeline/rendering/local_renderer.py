"""Renders with the Manim installed on this machine.

Two programs do the work, each in a process of its own with nothing of our environment: `worker`
runs the script (by `manim_program`), `media_worker` looks into the movie it leaves.
"""

import json
import os
import sys
import time
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.captions import storyboard_to_webvtt
from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import (
    QUALITIES,
    RenderedScene,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.child_answers import read_answer
from arxiviz_pipeline.rendering.jobs import Answer, Job
from arxiviz_pipeline.rendering.manim_program import ManimProgram, crash, line_at_end
from arxiviz_pipeline.rendering.media import finish_movie
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in

REVISION: Final = 1
"""Raised when the same script gives other pixels, or another still, than before."""

_GIB = 1024**3


class LocalRenderer:
    """Renders each scene in a process of its own, in a folder of its own, within limits."""

    def __init__(
        self,
        *,
        python: str = sys.executable,
        work_folder: Path | None = None,
        max_concurrency: int | None = None,
        memory_bytes: int = 8 * _GIB,
        file_bytes: int = _GIB,
    ) -> None:
        """Choose the interpreter and the limits.

        Args:
            python: An interpreter that has this package and Manim.
            work_folder: Where renders get their folders; by default the system's for
                temporary files. It is made if it is missing.
            max_concurrency: How many renders are of use at once; by default one a core.
            memory_bytes: Address space of each process of a render.
            file_bytes: How large any file of a render may become.
        """
        self._python = python
        self._work_folder = work_folder
        self._manim = ManimProgram(python, work_folder)
        self._max_concurrency = max_concurrency or os.cpu_count() or 1
        self._memory_bytes = memory_bytes
        self._file_bytes = file_bytes

    @property
    def version(self) -> str:
        """`local-manim-0.22.0-1`: Manim's version and our own revision."""
        try:
            return f"local-manim-{version('manim')}-{REVISION}"
        except PackageNotFoundError:
            return f"local-manim-none-{REVISION}"

    @property
    def max_concurrency(self) -> int:
        """How many renders are of use at once."""
        return self._max_concurrency

    def render(
        self, script: SceneScript, settings: RenderSettings, cancelled: Event | None = None
    ) -> RenderedScene:
        """Render one scene.

        Once `cancelled` is set, the render ends within a second, with all it started.

        Raises:
            RenderError: With its kind, message and, where known, the script's line.
        """
        started = time.monotonic()
        with work_folder(self._work_folder, "arxiviz-render-") as folder:
            movie = self._make_movie(folder, script, settings, cancelled)
            finished = finish_movie(
                movie, self._work_folder, python=self._python, cancelled=cancelled
            )
        facts = finished.facts
        expected = QUALITIES[settings.quality]
        if (facts.width, facts.height) != (expected.width, expected.height):
            message = (
                f"The movie is {facts.width} by {facts.height} pixels, "
                f"not {expected.width} by {expected.height}: the script changed Manim's config."
            )
            raise RenderError(kind="no_frames", message=message)
        return RenderedScene(
            mp4=finished.mp4,
            poster=finished.poster,
            captions=storyboard_to_webvtt(script.storyboard, facts.duration_seconds),
            scene_name=script.scene_name,
            duration_seconds=facts.duration_seconds,
            width=facts.width,
            height=facts.height,
            frame_rate=facts.frame_rate,
            render_seconds=time.monotonic() - started,
        )

    def check(self) -> None:
        """Make sure that Manim, its libraries, a font and LaTeX are there.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        self._manim.check()

    def _make_movie(
        self, folder: Path, script: SceneScript, settings: RenderSettings, cancelled: Event | None
    ) -> Path:
        """Run the worker, and return the movie it left in this folder."""
        frame_format = QUALITIES[settings.quality]
        job = Job(
            script=str(folder / "scene.py"),
            answer=str(folder / "answer.json"),
            media_dir=str(folder / "media"),
            scene_name=script.scene_name,
            width=frame_format.width,
            height=frame_format.height,
            frame_rate=frame_format.frame_rate,
            memory_bytes=self._memory_bytes,
            file_bytes=self._file_bytes,
        )
        path = folder / "job.json"
        with writing_in(folder):
            Path(job.script).write_text(script.manim_code, encoding="utf-8", errors="replace")
            path.write_text(json.dumps(asdict(job)), encoding="utf-8")
        arguments = ["-m", "arxiviz_pipeline.rendering.worker", str(path)]
        ended = self._manim.run(arguments, folder, settings.timeout_seconds, cancelled)
        if ended.exit_code is None:
            message = f"The scene was not done after {settings.timeout_seconds:g} s."
            raise RenderError(kind="timeout", message=message)
        answer = read_answer(Path(job.answer), Answer)
        if answer is None:
            raise crash(ended, line_at_end(ended))
        if answer.kind is not None:
            told = (answer.kind, answer.message, answer.line)
            raise self._manim.believed(told, script.manim_code, cancelled)
        movie = Path(answer.movie or "")
        if not _is_file_within(folder, movie):
            message = "The scene ended without leaving a movie."
            raise RenderError(kind="no_frames", message=message)
        return movie


def _is_file_within(folder: Path, path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):  # a name too long, a null in it, links in a circle
        return False
