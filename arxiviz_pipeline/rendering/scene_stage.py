"""Where a scene is played on this machine: its script becomes a movie that nobody has looked into.

`render_task` runs the script, in a confined process.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderProgress, RenderSettings, SceneScript
from arxiviz_pipeline.rendering.child_answers import believed_answer
from arxiviz_pipeline.rendering.endings import limit_reached, silent_end
from arxiviz_pipeline.rendering.jobs import Answer
from arxiviz_pipeline.rendering.manim_program import ManimProgram
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from arxiviz_pipeline.rendering.work_folders import writing_in

_TASK: Final = "arxiviz_pipeline.rendering.confined.render_task:render"


class SceneStage:
    """Plays each scene in a process of its own, shut off from all else, within limits."""

    def __init__(
        self, processes: SceneProcesses, work_folder: Path | None, limits: SceneLimits
    ) -> None:
        """Choose where scenes run, and the limits; see `LocalRenderer`."""
        self._processes = processes
        self._limits = limits
        self._manim = ManimProgram(processes.python, work_folder)

    def play(
        self,
        movie: Path,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> Answer:
        """Have the scene written to a file; return what it tells.

        Args:
            movie: The file, in a folder of ours.
            script: See `Renderer.render`.
            settings: As well.
            cancelled: As well.
            on_progress: As well.

        Raises:
            RenderError: With its kind, message and, where known, the script's line.
        """
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

    def check(self) -> None:
        """Make sure that Manim, its libraries, a font and LaTeX are there.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        self._manim.check()
