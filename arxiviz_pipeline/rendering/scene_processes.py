"""Runs scenes in confined processes, forked from one that has imported Manim."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from threading import Event
from typing import Any, Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import QUALITIES, RenderProgress, RenderSettings, SceneScript
from arxiviz_pipeline.rendering.assets import packed_assets
from arxiviz_pipeline.rendering.child_answers import believed_answer
from arxiviz_pipeline.rendering.confined.scene_host import FIRST_FILE_HANDLE
from arxiviz_pipeline.rendering.confined_views import scene_view
from arxiviz_pipeline.rendering.jobs import Played, SceneJob
from arxiviz_pipeline.rendering.tex.scene_formulas import SceneFormulas
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from arxiviz_pipeline.rendering.work_folders import work_folder
from arxiviz_pipeline.sandbox.confined_processes import ConfinedProcesses
from arxiviz_pipeline.sandbox.file_tree import SCRATCH
from arxiviz_pipeline.sandbox.layers import LayerState
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import EndedProcess, ZygoteError

_PRELOAD: Final = (
    "manim",
    "arxiviz_pipeline.rendering.drawing.frame_renderer",
    "arxiviz_pipeline.rendering.confined.media_task",
    "arxiviz_pipeline.rendering.confined.rehearsal_task",
    "arxiviz_pipeline.rendering.confined.render_task",
    "arxiviz_pipeline.rendering.layout.scene_watch",
    "arxiviz_pipeline.rendering.layout.text_labels",
)
_ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # a scene's arrays are small, threads only cost
}
_GIB = 1024**3
_LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SceneLimits:
    """What a scene's process may use; see `Policy`."""

    memory_bytes: int = 4 * _GIB
    address_bytes: int = 8 * _GIB
    file_bytes: int = _GIB
    cpu_seconds: int | None = None


class SceneProcesses:
    """Where scenes run; one for all of a program, whatever the number of its threads."""

    def __init__(
        self,
        typesetter: LatexTypesetter | None = None,
        *,
        python: str = sys.executable,
        work_folder: Path | None = None,
        requires_all_layers: bool = False,
    ) -> None:
        """Choose the interpreter.

        Args:
            typesetter: Draws the formulas that scenes ask for.
            python: An interpreter that has this package and Manim.
            work_folder: Where scenes get folders on machines without namespaces; by default
                the system's for temporary files.
            requires_all_layers: Whether to run nothing where a layer of the sandbox is missing.
        """
        self._typesetter = typesetter or LatexTypesetter()
        self._python = python
        self._work_folder = work_folder
        self._requires_all_layers = requires_all_layers
        self._processes = ConfinedProcesses(python, _PRELOAD, _ENVIRONMENT)

    @property
    def python(self) -> str:
        """The interpreter."""
        return self._python

    @property
    def confined(self) -> ConfinedProcesses:
        """What starts them; good for whatever belongs to a scene."""
        return self._processes

    @property
    def typesetter(self) -> LatexTypesetter:
        """Who draws the formulas."""
        return self._typesetter

    def layers(self) -> tuple[LayerState, ...]:
        """Return which layers of the sandbox work here.

        Raises:
            RenderError: Of kind `unavailable`, if nothing can be started.
        """
        try:
            return self._processes.layers()
        except ZygoteError as error:
            raise RenderError(kind="unavailable", message=str(error)) from error

    def run(
        self,
        task: str,
        script: SceneScript,
        settings: RenderSettings,
        limits: SceneLimits,
        *,
        files: Sequence[int] = (),
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> tuple[dict[str, Any] | None, EndedProcess]:
        """Run a task for a scene; return its last answer, if any, and how its process ended.

        Args:
            task: As `Zygote.run`; it gets a `SceneJob`, and the folder it may write to.
            script: The scene's.
            settings: Its size, and the wall time it may take.
            limits: What else it may use.
            files: Handles of files it gets.
            cancelled: Once it is set, the process ends.
            on_progress: Hears how far the scene is, where the task tells.

        Raises:
            RenderError: Of kind `unavailable` if nothing can be started, or `cancelled`.
        """
        self._require_layers()
        answers: list[dict[str, Any]] = []
        formulas = SceneFormulas(
            self._typesetter, script.manim_code, settings.timeout_seconds, cancelled
        )

        def hear(message: dict[str, Any]) -> Callable[[], dict[str, Any]] | None:
            if "draw" in message:
                return partial(formulas.answer, message)
            if (played := believed_answer(message, Played)) is not None:
                if on_progress is not None and isfinite(played.seconds):
                    on_progress(_progress(played, script))
                return None
            answers[:] = [message]
            return None

        with ExitStack() as kept:
            folder, written = self._folder(kept)
            job = _job(script, settings, formulas.known())
            assets = kept.enter_context(packed_assets(settings.assets, self._work_folder))
            if assets is not None:
                job = replace(job, asset_handle=FIRST_FILE_HANDLE + len(files))
                files = (*files, assets)
            policy = Policy(
                readable=scene_view(self._python),
                writable=written,
                memory_bytes=limits.memory_bytes,
                address_bytes=limits.address_bytes,
                file_bytes=limits.file_bytes,
                cpu_seconds=limits.cpu_seconds,
            )
            try:
                ended = self._processes.run(
                    task,
                    {"job": asdict(job), "folder": str(folder)},
                    policy,
                    timeout_seconds=settings.timeout_seconds + _LAST_WORDS_SECONDS,
                    on_message=hear,
                    files=files,
                    cancelled=cancelled,
                )
            except ZygoteError as error:
                raise RenderError(kind="unavailable", message=str(error)) from error
        if cancelled is not None and cancelled.is_set():
            raise RenderError(kind="cancelled", message="The render was cancelled.")
        return (answers[0] if answers else None), ended

    def _require_layers(self) -> None:
        missing = [state for state in self.layers() if not state.works]
        if missing and self._requires_all_layers:
            told = "; ".join(f"{state.layer}: {state.refusal}" for state in missing)
            message = (
                f"ARXIVIZ_SANDBOX asks for every layer of the sandbox, and this machine lacks "
                f"some: {told}. Let it have them (`arxiviz doctor` says how), or set "
                "ARXIVIZ_SANDBOX=available."
            )
            raise RenderError(kind="unavailable", message=message)

    def _folder(self, kept: ExitStack) -> tuple[Path, tuple[Path, ...]]:
        """Return where a scene works, and what of it is this machine's."""
        if any(state.layer == "namespaces" and state.works for state in self.layers()):
            return SCRATCH, ()
        folder = kept.enter_context(work_folder(self._work_folder, "arxiviz-scene-"))
        return folder, (folder,)


def _job(script: SceneScript, settings: RenderSettings, drawings: Mapping[str, str]) -> SceneJob:
    frame_format = QUALITIES[settings.quality]
    return SceneJob(
        code=script.manim_code,
        scene_name=script.scene_name,
        width=frame_format.width,
        height=frame_format.height,
        frame_rate=frame_format.frame_rate,
        drawings=drawings,
        timeout_seconds=settings.timeout_seconds,
        limit_seconds=settings.limit_seconds,
        asset_names=tuple(settings.assets),
    )


def _progress(played: Played, script: SceneScript) -> RenderProgress:
    """Tell how far a scene is; of what was counted before, it is never farther than all."""
    total = script.animation_count
    done = max(0, played.animations_played)
    seconds = max(0.0, played.seconds)
    return RenderProgress(done if total is None else min(done, total), total, seconds)
