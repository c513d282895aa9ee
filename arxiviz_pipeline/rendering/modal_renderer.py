"""Renders on Modal: scenes are played there, and their movies looked into here.

`modal_app` is what is deployed there. What comes back is any bytes to this module, as it is to
`LocalRenderer`: movies are read in confined processes, answers as far as they can be believed.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, Final, Protocol, get_args

from arxiviz_pipeline.domain.errors import RenderError, RenderErrorKind
from arxiviz_pipeline.domain.models import (
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
    SubmittedScene,
)
from arxiviz_pipeline.domain.submissions import submitted_script
from arxiviz_pipeline.rendering.child_answers import believed_answer, clean_message
from arxiviz_pipeline.rendering.finished_scenes import finish_scene
from arxiviz_pipeline.rendering.jobs import Answer
from arxiviz_pipeline.rendering.media import MovieReader
from arxiviz_pipeline.rendering.on_modal.outcome import (
    CORES,
    MEMORY_MIB,
    SandboxOutcome,
    believed_outcome,
)
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings
from arxiviz_pipeline.rendering.on_modal.stage_program import job_of
from arxiviz_pipeline.rendering.revision import REVISION, manim_version
from arxiviz_pipeline.rendering.work_folders import work_folder

_QUEUE_SECONDS: Final = 1800.0  # for a container, beside the scene's own time
_RENDERS_AT_ONCE: Final = 1000
_KINDS: Final = frozenset(get_args(RenderErrorKind)) - {"cancelled", "unavailable"}
_TRIAL: Final = """\
from manim import *


class Trial(Scene):
    def construct(self):
        formula = MathTex("e^{i\\\\pi}", "+ 1 = 0", font_size=96)
        self.play(Write(formula))
        self.wait()
"""


class Calls(Protocol):
    """Has scenes played: `on_modal.calls.ModalCalls`."""

    def check(self) -> None:
        """Make sure that it can; see `ModalCalls.check`."""
        ...

    def played(
        self,
        job: str,
        assets: Mapping[str, bytes],
        wait_seconds: float,
        cancelled: Event | None = None,
    ) -> AbstractContextManager[SandboxOutcome]:
        """Have a scene played; see `ModalCalls.played`."""
        ...


class ModalRenderer:
    """Renders each scene in a sandbox of its own on Modal."""

    def __init__(
        self,
        calls: Calls,
        settings: ModalSettings | None = None,
        *,
        movies: MovieReader | None = None,
        work_folder: Path | None = None,
    ) -> None:
        """Choose who asks Modal.

        Args:
            calls: Who.
            settings: The prices; by default, the environment's.
            movies: Who looks into movies; by default somebody of its own.
            work_folder: Where movies are put until they are finished; by default the system's
                for temporary files.
        """
        self._calls = calls
        self._settings = settings or ModalSettings()
        self._movies = movies or MovieReader(work_folder=work_folder)
        self._work_folder = work_folder

    @property
    def version(self) -> str:
        """`modal-manim-0.22.0-1`: as `LocalRenderer.version`, of what is deployed."""
        return f"modal-manim-{manim_version()}-{REVISION}"

    @property
    def max_concurrency(self) -> int:
        """How many renders are of use at once; Modal makes the rest wait."""
        return _RENDERS_AT_ONCE

    def render(
        self,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,  # noqa: ARG002
    ) -> RenderedScene:
        """Render one scene.

        Once `cancelled` is set, the call on Modal is cancelled, and its sandbox ends. Nothing
        is heard of the scene on the way: `on_progress` is never called.

        Raises:
            RenderError: With its kind, message and, where known, the script's line.
        """
        started = time.monotonic()
        wait_seconds = settings.timeout_seconds + _QUEUE_SECONDS
        job = job_of(script, settings)
        with self._calls.played(job, settings.assets, wait_seconds, cancelled) as outcome:
            cost_usd = self.cost_usd(outcome.seconds)
            try:
                rendered = self._finished(outcome, script, settings, cancelled)
            except RenderError as error:
                error.cost_usd = cost_usd
                raise
        return replace(rendered, render_seconds=time.monotonic() - started, cost_usd=cost_usd)

    def _finished(
        self,
        outcome: SandboxOutcome,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None,
    ) -> RenderedScene:
        answer = _answer(outcome, script, settings)
        with work_folder(self._work_folder, "arxiviz-render-") as folder:
            movie = folder / "scene.mp4"
            movie.write_bytes(outcome.movie)
            rendered, _ = finish_scene(self._movies, movie, answer, script, settings, cancelled)
        return rendered

    def check(self) -> None:
        """Make sure that Modal takes the token and has the app.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        self._calls.check()

    def cost_usd(self, seconds: float) -> float:
        """Return what a sandbox costs by the second, if it uses no more than it asks for."""
        cores, gib = CORES[0], MEMORY_MIB[0] / 1024
        prices = self._settings
        return seconds * (cores * prices.modal_core_second_usd + gib * prices.modal_gib_second_usd)


def render_trial(play: Callable[[str, Mapping[str, bytes]], Any]) -> RenderedScene:
    """Render a small scene by calling the function directly.

    Raises:
        RenderError: If that fails.
    """

    class Direct:
        def check(self) -> None:
            return

        @contextmanager
        def played(
            self,
            job: str,
            assets: Mapping[str, bytes],
            wait_seconds: float,  # noqa: ARG002
            cancelled: Event | None = None,  # noqa: ARG002
        ) -> Iterator[SandboxOutcome]:
            yield believed_outcome(play(job, assets))

    script = submitted_script(SubmittedScene("", "Trial", _TRIAL), "Trial")
    return ModalRenderer(Direct()).render(script, RenderSettings("low"))


def _answer(outcome: SandboxOutcome, script: SceneScript, settings: RenderSettings) -> Answer:
    """Return what the scene has told.

    Raises:
        RenderError: If it has failed, or is not to be believed.
    """
    match outcome.ended:
        case "done":
            return _believed(outcome.answer, script)
        case "timeout":
            message = f"The scene was not done after {settings.timeout_seconds:g} s."
            raise RenderError(kind="timeout", message=message)
        case "memory":
            message = f"The sandbox on Modal needed more than {MEMORY_MIB[1]} MiB of memory."
            raise RenderError(kind="memory", message=message)
        case "too_large":
            message = "The scene has left more than can be fetched, or nothing that is a file."
            raise RenderError(kind="disk", message=message)
        case "crash":
            message = f"What plays the scene has ended early: {clean_message(outcome.message)}."
            raise RenderError(kind="crash", message=message)
        case "fault" | "lost":
            message = f"Modal failed while the scene was played: {clean_message(outcome.message)}"
            raise RenderError(kind="unavailable", message=message)


def _believed(told: bytes, script: SceneScript) -> Answer:
    try:
        document = json.loads(told)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        if isinstance(failure := document.get("error"), dict):
            raise _failure(failure, script)
        if (answer := believed_answer(document.get("answer"), Answer)) and answer.kind is None:
            return answer
    message = "The scene has left no answer that can be read."
    raise RenderError(kind="crash", message=message)


def _failure(told: Mapping[str, object], script: SceneScript) -> RenderError:
    """Return the failure that a sandbox tells of; that all fails is not its to tell."""
    line_count = len(script.manim_code.splitlines()) + 1
    line = told.get("line")
    kind: RenderErrorKind = "crash"
    for known in get_args(RenderErrorKind):
        if known == told.get("kind") and known in _KINDS:
            kind = known
    return RenderError(
        kind=kind,
        message=clean_message(str(told.get("message", ""))),
        line=line if isinstance(line, int) and line in range(1, line_count + 1) else None,
    )
