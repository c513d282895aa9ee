"""Runs scripts without drawing them, to tell what a render would come to.

One program, `rehearsal_worker`, runs all scripts of a call; whoever brings it down is found by
running alone those it left without an answer.
"""

import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import (
    QUALITIES,
    Finding,
    Rehearsal,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.child_answers import clean_message, read_answer
from arxiviz_pipeline.rendering.child_program import EndedProgram
from arxiviz_pipeline.rendering.jobs import Ending, Job, RehearsalAnswer, RehearsalJob
from arxiviz_pipeline.rendering.manim_program import ManimProgram, crash
from arxiviz_pipeline.rendering.tex import LatexTypesetter
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in

_GIB = 1024**3
_START_SECONDS = 60.0
_LONGEST_SECONDS = 1e6
_MOST_FINDINGS = 100
_PACE_SECONDS = 1.0
_BLANK = "Nothing is ever seen: the video would be one colour from its start to its end."
_PACE_SHARE = 0.1


class LocalRehearser:
    """Rehearses scripts with the Manim installed on this machine, within a render's limits."""

    def __init__(
        self,
        settings: RenderSettings | None = None,
        *,
        typesetter: LatexTypesetter | None = None,
        python: str = sys.executable,
        work_folder: Path | None = None,
        max_concurrency: int | None = None,
        cpu_seconds: int = 60,
        memory_bytes: int = 8 * _GIB,
        file_bytes: int = _GIB,
    ) -> None:
        """Choose the interpreter and the limits.

        Args:
            settings: How the scripts are to be rendered; the size of a rehearsal's few frames.
            typesetter: Has formulas of the scripts drawn already, which then need no LaTeX.
            python: An interpreter that has this package and Manim.
            work_folder: Where rehearsals get their folders; by default the system's for
                temporary files. It is made if it is missing.
            max_concurrency: How many scripts run at once; by default one a core.
            cpu_seconds: Processor time a script may use; of wall time it has the render's.
            memory_bytes: Address space of each process.
            file_bytes: How large any file may become.
        """
        self._settings = settings or RenderSettings(quality="low")
        self._manim = ManimProgram(python, work_folder)
        self._typesetter = typesetter
        self._work_folder = work_folder
        self._max_concurrency = max_concurrency or os.cpu_count() or 1
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._file_bytes = file_bytes

    def rehearse(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> list[Rehearsal]:
        """Run each script's `construct` to its end, and look at what stands on the frame.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        if not scripts:
            return []
        outcomes, _ = self._run(scripts, cancelled)
        return [
            self._rehearsal(script, outcome or self._run_alone(script, cancelled), cancelled)
            for script, outcome in zip(scripts, outcomes, strict=True)
        ]

    def _run_alone(self, script: SceneScript, cancelled: Event | None) -> "_Outcome":
        """Run a script of which nothing was heard among others: it may be to blame, or not."""
        (outcome,), ended = self._run([script], cancelled)
        return outcome or _Outcome(None, ended)

    def _run(
        self, scripts: Sequence[SceneScript], cancelled: Event | None
    ) -> "tuple[list[_Outcome | None], EndedProgram]":
        """Run scripts in one program; None for one that it did not get to tell of."""
        waves = -(-len(scripts) // self._max_concurrency)
        with work_folder(self._work_folder, "arxiviz-rehearsal-") as folder:
            job = self._write_job(folder, scripts)
            ended = self._manim.run(
                ["-m", "arxiviz_pipeline.rendering.rehearsal_worker", str(folder / "job.json")],
                folder,
                _START_SECONDS + waves * (self._settings.timeout_seconds + 2),
                cancelled,
            )
            outcomes = [
                _read_outcome(scene, Path(ending))
                for scene, ending in zip(job.scenes, job.endings, strict=True)
            ]
        return outcomes, ended

    def _write_job(self, folder: Path, scripts: Sequence[SceneScript]) -> RehearsalJob:
        frame_format = QUALITIES[self._settings.quality]
        job = RehearsalJob(
            scenes=tuple(
                Job(
                    script=str(folder / str(place) / "scene.py"),
                    answer=str(folder / str(place) / "answer.json"),
                    media_dir=str(folder / str(place) / "media"),
                    scene_name=script.scene_name,
                    width=frame_format.width,
                    height=frame_format.height,
                    frame_rate=frame_format.frame_rate,
                    memory_bytes=self._memory_bytes,
                    file_bytes=self._file_bytes,
                )
                for place, script in enumerate(scripts)
            ),
            endings=tuple(str(folder / f"ending-{place}.json") for place in range(len(scripts))),
            at_once=self._max_concurrency,
            cpu_seconds=self._cpu_seconds,
            timeout_seconds=self._settings.timeout_seconds,
            render_seconds=self._settings.timeout_seconds,
        )
        with writing_in(folder):
            for scene, script in zip(job.scenes, scripts, strict=True):
                path = Path(scene.script)
                path.parent.mkdir()
                path.write_text(script.manim_code, encoding="utf-8", errors="replace")
                self._bring_drawings(script, Path(scene.media_dir))
            (folder / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
        return job

    def _bring_drawings(self, script: SceneScript, media_dir: Path) -> None:
        """Put formulas that are drawn already where Manim looks for them."""
        drawings = self._typesetter.drawings_for(script.manim_code) if self._typesetter else {}
        if drawings:
            tex_dir = media_dir / "Tex"
            tex_dir.mkdir(parents=True)
            for name, drawn in drawings.items():
                (tex_dir / name).write_bytes(drawn)

    def _rehearsal(
        self, script: SceneScript, outcome: "_Outcome", cancelled: Event | None
    ) -> Rehearsal:
        answer = outcome.answer or RehearsalAnswer()
        error = self._error(script, outcome, cancelled)
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
        )

    def _error(
        self, script: SceneScript, outcome: "_Outcome", cancelled: Event | None
    ) -> RenderError | None:
        answer, ended = outcome.answer, outcome.ended
        if ended.exit_code is None:
            message = (
                f"The scene comes to no end: it was not done after {self._cpu_seconds} s of work "
                f"without drawing, or {self._settings.timeout_seconds:g} s of waiting."
            )
            return RenderError(kind="timeout", message=message, line=outcome.line)
        if answer is None:
            return crash(ended, outcome.line)
        if answer.kind is None:
            return None
        told = (answer.kind, answer.message, answer.line)
        return self._manim.believed(told, script.manim_code, cancelled)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a scene's process answered, and how it ended."""

    answer: RehearsalAnswer | None
    ended: EndedProgram
    line: int | None = None


def _read_outcome(scene: Job, ending: Path) -> _Outcome | None:
    told = read_answer(ending, Ending)
    if told is None:
        return None
    answer = read_answer(Path(scene.answer), RehearsalAnswer)
    return _Outcome(answer, EndedProgram(told.exit_code, told.output), told.line)


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
