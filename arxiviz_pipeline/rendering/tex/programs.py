"""Has LaTeX and dvisvgm run confined: what papers and scripts give them may be anything.

`task` is what runs there. One process does both, for the start of one costs as much as LaTeX.
"""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.confined_views import tex_view
from arxiviz_pipeline.rendering.work_folders import work_folder
from arxiviz_pipeline.sandbox.confined_processes import ConfinedProcesses
from arxiviz_pipeline.sandbox.file_tree import SCRATCH
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import NOT_CONFINED_EXIT_CODE, EndedProcess, ZygoteError

TEX_ENVIRONMENT: Final = {
    "openin_any": "p",
    "openout_any": "p",
    "MKTEXPK": "0",
    "MKTEXTFM": "0",
    "max_print_line": "1000",
    "error_line": "254",
    "half_error_line": "238",
    "LANG": "C.UTF-8",
}
"""For every LaTeX run: no files elsewhere, no fonts made on the fly, messages unbroken."""

HOW_TO_INSTALL_LATEX: Final = (
    "Install it: sudo apt-get install --no-install-recommends texlive-latex-base dvisvgm "
    "(Debian, Ubuntu) or brew install texlive (macOS)."
)

_MIB = 1024**2
_MOST_DRAWN_CHARACTERS = 64_000_000
_PROCESSES = 8
_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
_LOOK_SECONDS = 0.2


TexEnd = Literal["limit", "time", "memory"]


@dataclass(frozen=True, slots=True)
class TexLimits:
    """What a run may use.

    Attributes:
        cpu_seconds: Processor time of each program.
        deadline: When it is ended, by the monotonic clock.
        cancelled: Once it is set, the run ends.
    """

    cpu_seconds: int
    deadline: float
    cancelled: threading.Event | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be run."""
        return self._is_cancelled or time.monotonic() > self.deadline

    @property
    def _is_cancelled(self) -> bool:
        return self.cancelled is not None and self.cancelled.is_set()


@dataclass(frozen=True, slots=True)
class TexRun:
    """What came of a document.

    Attributes:
        printed: What LaTeX said.
        drawings: SVGs by their page; None of what is too large.
        ended_by: What ended LaTeX, if it did not end by itself.
    """

    printed: str
    drawings: Mapping[int, str | None]
    ended_by: TexEnd | None


def find_program(name: str) -> str:
    """Return a LaTeX program's path.

    Raises:
        RenderError: Of kind `unavailable`, if it isn't there.
    """
    path = shutil.which(name)
    if path is None:
        message = f"{name!r} is not on the PATH; formulas need it. {HOW_TO_INSTALL_LATEX}"
        raise RenderError(kind="unavailable", message=message)
    return path


def how_it_ended(ended_by: TexEnd) -> str:
    """Say what happened to a LaTeX that did not end by itself."""
    match ended_by:
        case "memory":
            return "LaTeX needs more memory than it may have"
        case "limit" | "time":
            return "LaTeX does not come to an end"


def draw_pages(
    files: Mapping[str, str],
    latex: Sequence[str],
    dvisvgm: Sequence[str],
    limits: TexLimits,
    readable: tuple[Path, ...] = (),
) -> TexRun:
    """Compile a document and draw its pages; see `task.draw_pages`.

    Args:
        files: What stands in the folder it is done in, by name.
        latex: The compiler's path, and its arguments.
        dvisvgm: As latex.
        limits: What both may use.
        readable: What they see besides TeX's own files.

    Raises:
        RenderError: Of kind `unavailable`, if nothing can be started.
    """
    told: dict[str, Any] = {}
    drawings: dict[int, str | None] = {}
    room = _MOST_DRAWN_CHARACTERS

    def hear(message: dict[str, Any]) -> None:
        nonlocal room
        match message:
            case {"ended": bool(), "printed": str()}:
                told.update(message)
            case {"page": int(page), "svg": str() | None as svg}:
                room -= len(svg or "")
                drawings[page] = svg if room > 0 else None
            case _:
                pass

    arguments = {"files": dict(files), "latex": list(latex), "dvisvgm": list(dvisvgm)}
    programs = (latex[0], dvisvgm[0])
    with _slot(limits):
        ended = _run("draw_pages", programs, arguments, limits, hear, readable=readable)
    ended_by = ended.limit or (None if told.get("ended") else "limit")
    return TexRun(str(told.get("printed", "")), drawings, ended_by)


def dump_format(
    files: Mapping[str, str], latex: Sequence[str], dumped: str, kept: int, limits: TexLimits
) -> bool:
    """Have LaTeX dump a format into a file, told by its handle; tell whether it did.

    Raises:
        RenderError: As `draw_pages`.
    """
    arguments = {"files": dict(files), "latex": list(latex), "dumped": dumped}
    with _slot(limits):
        ended = _run("dump_format", latex[:1], arguments, limits, lambda _: None, handles=(kept,))
    return ended.exit_code == 0 and os.fstat(kept).st_size > 0


@contextmanager
def _slot(limits: TexLimits) -> Iterator[None]:
    """Wait until a core is free of LaTeX, or there is nothing to wait for any more."""
    has_slot = False
    while not has_slot and not limits.is_over:
        has_slot = _SLOTS.acquire(timeout=_LOOK_SECONDS)
    try:
        yield
    finally:
        if has_slot:
            _SLOTS.release()


def _run(
    task: str,
    programs: Sequence[str],
    arguments: Mapping[str, object],
    limits: TexLimits,
    hear: Any,
    *,
    readable: tuple[Path, ...] = (),
    handles: Sequence[int] = (),
) -> EndedProcess:
    try:
        with _place() as (folder, writable):
            policy = Policy(
                readable=(
                    *tex_view(("latex", "dvisvgm", *programs)),
                    *map(Path, programs),
                    *readable,
                ),
                writable=writable,
                may_execute=True,
                scratch_bytes=256 * _MIB,
                address_bytes=2048 * _MIB,
                memory_bytes=1024 * _MIB,
                file_bytes=128 * _MIB,
                process_count=_PROCESSES,
                cpu_seconds=limits.cpu_seconds,
            )
            environment = _environment(folder, programs)
            ended = _programs().run(
                f"arxiviz_pipeline.rendering.tex.task:{task}",
                {"folder": str(folder), "environment": environment} | dict(arguments),
                policy,
                timeout_seconds=max(0.1, limits.deadline - time.monotonic()),
                on_message=hear,
                files=handles,
                cancelled=limits.cancelled,
            )
    except ZygoteError as error:
        raise RenderError(kind="unavailable", message=str(error)) from error
    if ended.exit_code == NOT_CONFINED_EXIT_CODE:
        said = (ended.output.strip().splitlines() or ["it says nothing"])[-1]
        message = f"{programs[0]} cannot be run confined: {said}"
        raise RenderError(kind="unavailable", message=message)
    return ended


def _environment(folder: Path, programs: Sequence[str]) -> dict[str, str]:
    folders = dict.fromkeys((*(str(Path(each).parent) for each in programs), "/usr/bin", "/bin"))
    return TEX_ENVIRONMENT | {
        "PATH": os.pathsep.join(folders),
        "HOME": str(folder),
        "TEXMFVAR": str(folder),
    }


@contextmanager
def _place() -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """Return where LaTeX works, and what of it is this machine's."""
    if any(state.layer == "namespaces" and state.works for state in _programs().layers()):
        yield SCRATCH, ()
        return
    with work_folder(None, "arxiviz-tex-") as folder:
        folder.chmod(0o777)
        yield folder, (folder,)


@cache
def _programs() -> ConfinedProcesses:
    preload = ("arxiviz_pipeline.rendering.tex.task",)
    return ConfinedProcesses(sys.executable, preload, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
