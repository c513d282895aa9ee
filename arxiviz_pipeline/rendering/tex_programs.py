"""Runs LaTeX and dvisvgm confined: what papers and scripts give them may be anything."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.confined_views import tex_view
from arxiviz_pipeline.rendering.work_folders import work_folder, writing_in
from arxiviz_pipeline.sandbox.confined_processes import EXECUTE, ConfinedProcesses
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import NOT_CONFINED_EXIT_CODE, ZygoteError

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
_LARGEST_READ = 4_000_000  # characters of TeX's output
_PROCESSES = 8


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


@contextmanager
def tex_folder() -> Iterator[Path]:
    """Make a folder for LaTeX to write in, whoever it runs as, and nobody else.

    Raises:
        RenderError: Of kind `unavailable`, if it cannot be made.
    """
    with work_folder(None, "arxiviz-tex-") as outer:
        folder = outer / "work"
        with writing_in(outer):
            folder.mkdir()
            folder.chmod(0o777)
        yield folder


def run_tex_program(
    command: list[str], folder: Path, cpu_seconds: int, deadline: float
) -> tuple[bool, str]:
    """Run a program in a folder; tell whether it ended by itself, and what it printed.

    Args:
        command: Its path, and its arguments.
        folder: All it may write to; see `tex_folder`.
        cpu_seconds: Processor time it may use.
        deadline: When it is ended, by the monotonic clock.

    Raises:
        RenderError: Of kind `unavailable`, if nothing can be started.
    """
    programs = ("latex", "dvisvgm", command[0])
    policy = Policy(
        readable=(*tex_view(programs), Path(command[0])),
        writable=(folder,),
        may_execute=True,
        scratch_bytes=64 * _MIB,
        address_bytes=2048 * _MIB,
        memory_bytes=1024 * _MIB,
        file_bytes=64 * _MIB,
        process_count=_PROCESSES,
        cpu_seconds=cpu_seconds,
    )
    printed = folder / f"{Path(command[0]).name}-printed.txt"  # each run is another user's
    folders = dict.fromkeys((str(Path(command[0]).parent), "/usr/bin", "/bin"))
    environment = TEX_ENVIRONMENT | {
        "PATH": os.pathsep.join(folders),
        "HOME": str(folder),
        "TEXMFVAR": str(folder),
    }
    arguments = {
        "command": command,
        "folder": str(folder),
        "environment": environment,
        "output": printed.name,
    }
    try:
        ended = _programs().run(
            EXECUTE, arguments, policy, timeout_seconds=max(0.1, deadline - time.monotonic())
        )
    except ZygoteError as error:
        raise RenderError(kind="unavailable", message=str(error)) from error
    if ended.exit_code == NOT_CONFINED_EXIT_CODE:
        message = f"{command[0]} cannot be run confined: {ended.output.strip().splitlines()[-1]}"
        raise RenderError(kind="unavailable", message=message)
    return ended.exit_code is not None and ended.exit_code >= 0, _read(printed)


@cache
def _programs() -> ConfinedProcesses:
    preload = ("arxiviz_pipeline.sandbox.execution",)
    return ConfinedProcesses(sys.executable, preload, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})


def _read(output: Path) -> str:
    if output.is_symlink() or not output.is_file():
        return ""
    with output.open(encoding="utf-8", errors="replace") as printed:
        return printed.read(_LARGEST_READ)
