"""Renders with the Manim installed on this machine.

Two programs do the work, each in a process of its own with nothing of our environment: `worker`
runs the script, `media_worker` looks into the movie it leaves. What they may do is limited
here; to shut them off from files and network, put a sandbox in front of the worker's command.
"""

import json
import os
import re
import shutil
import sys
import time
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.captions import storyboard_to_webvtt
from arxiviz_pipeline.domain.errors import RenderError, RenderErrorKind
from arxiviz_pipeline.domain.models import (
    QUALITIES,
    RenderedScene,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.rendering.child_answers import clean_message, read_answer
from arxiviz_pipeline.rendering.child_program import EndedProgram, bare_environment, run_program
from arxiviz_pipeline.rendering.jobs import Answer, Job
from arxiviz_pipeline.rendering.media import finish_movie
from arxiviz_pipeline.rendering.tex import TEX_ENVIRONMENT, find_program
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in

REVISION: Final = 1
"""Raised when the same script gives other pixels, or another still, than before."""

_GIB = 1024**3
_CHECK_SECONDS = 60.0
_CHECK_PROGRAM = "import av, manim, manimpango; print(len(manimpango.list_fonts()))"
# What the worker has to say. Time is measured here, and who cancels knows it.
_KINDS_TOLD: tuple[RenderErrorKind, ...] = (
    "syntax",
    "no_scene",
    "import",
    "latex",
    "exception",
    "no_frames",
)


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
        self._check(None)

    def _check(self, cancelled: Event | None) -> None:
        find_program("latex")
        find_program("dvisvgm")
        with work_folder(self._work_folder, "arxiviz-check-") as folder:
            ended = self._run(["-c", _CHECK_PROGRAM], folder, _CHECK_SECONDS, cancelled)
        if ended.exit_code != 0:
            told = ended.last_line or "it takes too long"
            message = (
                f"Manim cannot be imported: {told}. Install what it needs: "
                "sudo apt-get install gcc pkg-config libcairo2-dev libpango1.0-dev (Debian, "
                "Ubuntu) or brew install pkg-config cairo pango (macOS), then uv pip install manim."
            )
            raise RenderError(kind="unavailable", message=message)
        if ended.last_line == "0":
            message = "No font is installed: sudo apt-get install fontconfig fonts-dejavu-core"
            raise RenderError(kind="unavailable", message=message)

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
        ended = self._run(arguments, folder, settings.timeout_seconds, cancelled)
        if ended.exit_code is None:
            message = f"The scene was not done after {settings.timeout_seconds:g} s."
            raise RenderError(kind="timeout", message=message)
        answer = read_answer(Path(job.answer), Answer)
        if answer is None:
            raise _crash(ended)
        if answer.kind is not None:
            raise self._reported(answer, script, cancelled)
        movie = Path(answer.movie or "")
        if not _is_file_within(folder, movie):
            message = "The scene ended without leaving a movie."
            raise RenderError(kind="no_frames", message=message)
        return movie

    def _reported(
        self, answer: Answer, script: SceneScript, cancelled: Event | None
    ) -> RenderError:
        """Return what the worker reports, as far as it can be believed.

        Raises:
            RenderError: Of kind `unavailable`, if it is so: only our own look counts.
        """
        line_count = len(script.manim_code.splitlines()) + 1
        line = answer.line if answer.line in range(1, line_count + 1) else None
        message = answer.message
        if answer.kind == "unavailable":
            self._check(cancelled)
            message += " The renderer has it: does the script change where programs are looked for?"
        told = answer.kind in _KINDS_TOLD
        kind = _KINDS_TOLD[_KINDS_TOLD.index(answer.kind)] if told else "exception"
        return RenderError(kind=kind, message=message, line=line)

    def _run(
        self,
        arguments: list[str],
        folder: Path,
        timeout_seconds: float,
        cancelled: Event | None = None,
    ) -> EndedProgram:
        command = [self._python, "-I", *arguments]
        return run_program(command, folder, _environment(folder), timeout_seconds, cancelled)


def _environment(folder: Path) -> dict[str, str]:
    """Return all the environment a script sees."""
    bare = bare_environment(folder)
    programs = filter(None, map(shutil.which, ("latex", "dvisvgm")))
    folders = dict.fromkeys([*(str(Path(path).parent) for path in programs), bare["PATH"]])
    # TEXMFOUTPUT: the one folder TeX may read and write in by its full path.
    tex = TEX_ENVIRONMENT | {"PATH": os.pathsep.join(folders), "TEXMFOUTPUT": str(folder)}
    return bare | tex


def _crash(ended: EndedProgram) -> RenderError:
    # Python's faulthandler prints the innermost call first.
    call = re.search(r'File "[^"\n]*scene\.py", line (\d{1,9})\b', ended.output)
    line = int(call[1]) if call else None
    message = clean_message(f"The script's process {ended.description}")
    return RenderError(kind="crash", message=message, line=line)


def _is_file_within(folder: Path, path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):  # a name too long, a null in it, links in a circle
        return False
