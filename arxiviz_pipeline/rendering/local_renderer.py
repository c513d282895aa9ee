"""Renders with the Manim installed on this machine, in confined processes.

`render_task` runs the script, `media_task` looks into the movie it leaves.
"""

import os
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.captions import cues_to_webvtt, storyboard_to_webvtt
from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import (
    QUALITIES,
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.child_answers import believed_answer, believed_names, clean_message
from arxiviz_pipeline.rendering.endings import limit_reached, silent_end
from arxiviz_pipeline.rendering.jobs import Answer
from arxiviz_pipeline.rendering.manim_program import ManimProgram
from arxiviz_pipeline.rendering.media import MovieReader
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in

REVISION: Final = 3
"""Raised when the same script gives other pixels, or another still, than before."""

_MOST_CAPTIONS = 1000
_MOST_NOTICES = 20
_TASK = "arxiviz_pipeline.rendering.confined.render_task:render"


class LocalRenderer:
    """Renders each scene in a process of its own, shut off from all else, within limits."""

    def __init__(
        self,
        *,
        processes: SceneProcesses | None = None,
        work_folder: Path | None = None,
        max_concurrency: int | None = None,
        limits: SceneLimits | None = None,
        on_spent: Callable[[Mapping[str, float]], None] = lambda _: None,
    ) -> None:
        """Choose where scenes run, and the limits.

        Args:
            processes: Where they run.
            work_folder: Where movies are put until they are finished; by default the system's
                for temporary files. It is made if it is missing.
            max_concurrency: How many renders are of use at once; by default one a core.
            limits: What each may use; of wall time it may use what its settings say.
            on_spent: Hears of each render what its parts took, in seconds of processor time:
                `draw`, `convert`, `encode`, `script` (all else in its process) and `media`.
        """
        self._processes = processes or SceneProcesses(work_folder=work_folder)
        self._movies = MovieReader(
            self._processes.confined, python=self._processes.python, work_folder=work_folder
        )
        self._work_folder = work_folder
        self._manim = ManimProgram(self._processes.python, work_folder)
        self._max_concurrency = max_concurrency or os.cpu_count() or 1
        self._limits = limits or SceneLimits()
        self._on_spent = on_spent

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
        self,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> RenderedScene:
        """Render one scene.

        Once `cancelled` is set, the render ends within a second, with all it started.
        `on_progress` hears of animations that are done, a few times a second at most.

        Raises:
            RenderError: With its kind, message and, where known, the script's line.
        """
        started = time.monotonic()
        with work_folder(self._work_folder, "arxiviz-render-") as folder:
            movie = folder / "scene.mp4"
            told = self._make_movie(movie, script, settings, cancelled, on_progress)
            scene_name = _scene_name(told, script)
            finished = self._movies.finish(movie, told.fullest_frame, cancelled)
        facts = finished.facts
        self._on_spent({**told.cpu_seconds, "media": facts.cpu_seconds})
        expected = QUALITIES[settings.quality]
        if (facts.width, facts.height) != (expected.width, expected.height):
            message = (
                f"The movie is {facts.width} by {facts.height} pixels, "
                f"not {expected.width} by {expected.height}: the script changed Manim's config."
            )
            raise RenderError(kind="no_frames", message=message)
        others = believed_names(told.other_scenes)
        return RenderedScene(
            mp4=finished.mp4,
            poster=finished.poster,
            captions=_captions(told, script, facts.duration_seconds),
            scene_name=scene_name,
            duration_seconds=facts.duration_seconds,
            width=facts.width,
            height=facts.height,
            frame_rate=facts.frame_rate,
            render_seconds=time.monotonic() - started,
            notices=tuple(map(clean_message, told.notices[:_MOST_NOTICES])),
            other_scenes=tuple(name for name in others if name != scene_name),
        )

    def check(self) -> None:
        """Make sure that Manim, its libraries, a font and LaTeX are there.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        self._manim.check()

    def _make_movie(
        self,
        movie: Path,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None,
        on_progress: Callable[[RenderProgress], None] | None,
    ) -> Answer:
        """Have the scene written to this file; return what it tells."""
        with writing_in(movie.parent):
            file = movie.open("w+b")
        with file:
            told, end = self._processes.run(
                _TASK,
                script,
                settings,
                self._limits,
                files=(file.fileno(),),
                cancelled=cancelled,
                on_progress=on_progress,
            )
        reached = limit_reached(end, self._limits, settings.timeout_seconds)
        if reached is not None:
            raise reached
        answer = believed_answer(told, Answer)
        if answer is None:
            raise silent_end(end)
        if answer.kind is not None:
            failure = (answer.kind, answer.message, answer.line)
            raise self._manim.believed(failure, script.manim_code, cancelled)
        if not movie.stat().st_size:
            message = "The scene ended without leaving a movie."
            raise RenderError(kind="no_frames", message=message)
        return answer


def _scene_name(told: Answer, script: SceneScript) -> str:
    """Return which scene was rendered.

    Raises:
        RenderError: Of kind `no_scene`, if that was left to the script, and is not believable.
    """
    for name in (script.scene_name, *believed_names([told.scene_name])):
        if name:
            return name
    message = "The script tells no name that its scene can have."
    raise RenderError(kind="no_scene", message=message)


def _captions(told: Answer, script: SceneScript, duration_seconds: float) -> str:
    """Return the captions that the script has added itself, or else its storyboard's."""
    own = [
        (each.start_seconds, each.end_seconds, clean_message(each.text))
        for each in told.captions[:_MOST_CAPTIONS]
        if isfinite(each.start_seconds) and isfinite(each.end_seconds)
    ]
    if own:
        return cues_to_webvtt(own, duration_seconds)
    return storyboard_to_webvtt(script.storyboard, duration_seconds)
