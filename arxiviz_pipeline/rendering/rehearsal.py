"""Runs scripts without drawing them, to tell what a render would come to.

Each runs in a confined process of its own, by `rehearsal_task`.
"""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import (
    Finding,
    Rehearsal,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.child_answers import believed_answer, believed_names, clean_message
from arxiviz_pipeline.rendering.endings import limit_reached, silent_end
from arxiviz_pipeline.rendering.jobs import RehearsalAnswer
from arxiviz_pipeline.rendering.manim_program import ManimProgram
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from arxiviz_pipeline.sandbox.zygote import EndedProcess

_LONGEST_SECONDS = 1e6
_MOST_FINDINGS = 100
_PACE_SECONDS = 1.0
_BLANK = "Nothing is ever seen: the video would be one colour from its start to its end."
_PACE_SHARE = 0.1
_TASK = "arxiviz_pipeline.rendering.confined.rehearsal_task:rehearse"


class LocalRehearser:
    """Rehearses scripts with the Manim installed on this machine, within a render's limits."""

    def __init__(
        self,
        settings: RenderSettings | None = None,
        *,
        processes: SceneProcesses | None = None,
        max_concurrency: int | None = None,
        cpu_seconds: int = 60,
    ) -> None:
        """Choose where scripts run, and the limits.

        Args:
            settings: How the scripts are to be rendered; the size of a rehearsal's few frames.
            processes: Where they run; formulas that its typesetter has drawn need no LaTeX.
            max_concurrency: How many scripts run at once; by default one a core.
            cpu_seconds: Processor time a script may use; of wall time it has the render's.
        """
        self._settings = settings or RenderSettings(quality="low")
        self._processes = processes or SceneProcesses()
        self._manim = ManimProgram(self._processes.python, None)
        self._max_concurrency = max_concurrency or os.cpu_count() or 1
        self._cpu_seconds = cpu_seconds

    def rehearse(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> Iterator[Rehearsal]:
        """Run each script's `construct` to its end, and look at what stands on the frame.

        Yields:
            One answer per script, in their order, as they come.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        with ThreadPoolExecutor(self._max_concurrency) as pool:
            yield from pool.map(lambda script: self._rehearse(script, cancelled), scripts)

    def _rehearse(self, script: SceneScript, cancelled: Event | None) -> Rehearsal:
        limits = SceneLimits(cpu_seconds=self._cpu_seconds)
        told, end = self._processes.run(_TASK, script, self._settings, limits, cancelled=cancelled)
        answer = believed_answer(told, RehearsalAnswer)
        error = self._error(script, answer, end, limits, cancelled)
        return _rehearsal(script, answer or RehearsalAnswer(), error)

    def _error(
        self,
        script: SceneScript,
        answer: RehearsalAnswer | None,
        end: EndedProcess,
        limits: SceneLimits,
        cancelled: Event | None,
    ) -> RenderError | None:
        reached = limit_reached(end, limits, self._settings.timeout_seconds)
        if reached is not None and reached.kind == "memory":
            return reached
        if reached is not None:  # so much work without drawing is a render without end
            message = (
                f"The scene comes to no end: it was not done after {self._cpu_seconds} s of work "
                f"without drawing, or {self._settings.timeout_seconds:g} s of waiting."
            )
            return RenderError(kind="timeout", message=message, line=reached.line)
        if answer is None:
            return silent_end(end)
        if answer.kind is None:
            return None
        told = (answer.kind, answer.message, answer.line)
        return self._manim.believed(told, script.manim_code, cancelled)


def _rehearsal(
    script: SceneScript, answer: RehearsalAnswer, error: RenderError | None
) -> Rehearsal:
    seconds = _believed_seconds(answer.duration_seconds) or 0.0
    layout = _believed_layout(answer, script)
    is_blank = error is None and answer.is_blank
    if is_blank:
        rest = (finding for finding in layout if finding.kind != "empty")
        layout = (Finding("empty", _BLANK, at_seconds=0.0), *rest)
    elif error is None and (pace := _pace_finding(script, seconds)) is not None:
        layout = (*layout, pace)
    return Rehearsal(
        error=error and Finding(error.kind, error.message, "error", error.line),
        layout=layout,
        duration_seconds=seconds,
        animation_count=max(0, answer.animation_count),
        is_blank=is_blank,
        scene_name=next(iter(believed_names([answer.scene_name])), None),
    )


def _believed_layout(answer: RehearsalAnswer, script: SceneScript) -> tuple[Finding, ...]:
    """Return what the audit told, as far as it can be true of this script."""
    line_count = len(script.manim_code.splitlines()) + 1
    return tuple(
        Finding(
            kind=note.kind,
            message=clean_message(note.message),
            severity=note.severity,
            line=note.line if note.line in range(1, line_count + 1) else None,
            at_seconds=None if note.at_seconds is None else _believed_seconds(note.at_seconds),
        )
        for note in answer.layout[:_MOST_FINDINGS]
    )


def _pace_finding(script: SceneScript, seconds: float) -> Finding | None:
    """Compare a scene's length with its storyboard's, if it has one."""
    planned = sum(beat.seconds for beat in script.storyboard)
    if not planned or abs(seconds - planned) <= max(_PACE_SECONDS, _PACE_SHARE * planned):
        return None
    message = (
        f"The scene lasts {seconds:.1f} s and its storyboard {planned:.1f} s: change its waits, "
        "or the seconds of its beats."
    )
    return Finding("pacing", message, "warning")


def _believed_seconds(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) and 0 <= seconds <= _LONGEST_SECONDS else None
