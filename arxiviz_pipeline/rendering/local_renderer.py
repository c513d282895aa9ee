"""Renders with the Manim installed on this machine, in confined processes."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event

from arxiviz_pipeline.domain.models import (
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.finished_scenes import finish_scene
from arxiviz_pipeline.rendering.media import MovieReader
from arxiviz_pipeline.rendering.revision import REVISION, manim_version
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from arxiviz_pipeline.rendering.scene_stage import SceneStage
from arxiviz_pipeline.rendering.work_folders import work_folder


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
        processes = processes or SceneProcesses(work_folder=work_folder)
        self._stage = SceneStage(processes, work_folder, limits or SceneLimits())
        self._movies = MovieReader(
            processes.confined, python=processes.python, work_folder=work_folder
        )
        self._work_folder = work_folder
        self._max_concurrency = max_concurrency or os.cpu_count() or 1
        self._on_spent = on_spent

    @property
    def version(self) -> str:
        """`local-manim-0.22.0-1`: Manim's version and our own revision."""
        return f"local-manim-{manim_version()}-{REVISION}"

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
            told = self._stage.play(movie, script, settings, cancelled, on_progress)
            rendered, spent = finish_scene(self._movies, movie, told, script, settings, cancelled)
        self._on_spent(spent)
        return replace(rendered, render_seconds=time.monotonic() - started)

    def check(self) -> None:
        """Make sure that Manim, its libraries, a font and LaTeX are there.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        self._stage.check()
