"""Starts the programs that run scripts in Manim, and judges what they say of their end.

They get nothing of our environment; to shut them off from files and network, put a sandbox in
front of the command here. `local_renderer` and `rehearsal` have one each.
"""

import os
import shutil
from pathlib import Path
from threading import Event
from typing import Final, get_args

from arxiviz_pipeline.domain.errors import RenderError, RenderErrorKind
from arxiviz_pipeline.rendering.child_program import EndedProgram, bare_environment, run_program
from arxiviz_pipeline.rendering.tex.programs import TEX_ENVIRONMENT, find_program
from arxiviz_pipeline.rendering.work_folders import work_folder

_CHECK_SECONDS = 60.0
_CHECK_PROGRAM = "import av, manim, manimpango; print(len(manimpango.list_fonts()))"
# Who ends a process knows it; what a script says of that is no answer.
_KINDS_NOT_TOLD: Final = frozenset({"cancelled", "crash", "cpu", "unavailable"})
_KINDS_TOLD: Final[tuple[RenderErrorKind, ...]] = tuple(
    kind for kind in get_args(RenderErrorKind) if kind not in _KINDS_NOT_TOLD
)


class ManimProgram:
    """An interpreter with Manim, and a folder for it to work in."""

    def __init__(self, python: str, folder: Path | None) -> None:
        self._python = python
        self._folder = folder

    def run(
        self,
        arguments: list[str],
        folder: Path,
        timeout_seconds: float,
        cancelled: Event | None = None,
    ) -> EndedProgram:
        """Run the interpreter in a folder, which is all it may write to.

        Raises:
            RenderError: As `run_program` tells.
        """
        command = [self._python, "-I", *arguments]
        return run_program(command, folder, _environment(folder), timeout_seconds, cancelled)

    def check(self, cancelled: Event | None = None) -> None:
        """Make sure that Manim, its libraries, a font and LaTeX are there.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        find_program("latex")
        find_program("dvisvgm")
        with work_folder(self._folder, "arxiviz-check-") as folder:
            ended = self.run(["-c", _CHECK_PROGRAM], folder, _CHECK_SECONDS, cancelled)
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

    def believed(
        self, told: tuple[str, str, int | None], code: str, cancelled: Event | None
    ) -> RenderError:
        """Return the failure a program tells of, as far as it can be believed.

        Args:
            told: Kind, message and line.
            code: The script it speaks of.
            cancelled: Ends the look for what is said to be missing.

        Raises:
            RenderError: Of kind `unavailable`, if it is so: only our own look counts.
        """
        told_kind, message, told_line = told
        line_count = len(code.splitlines()) + 1
        line = told_line if told_line in range(1, line_count + 1) else None
        if told_kind == "unavailable":
            self.check(cancelled)
            message += " The renderer has it: does the script change where programs are looked for?"
        known = told_kind in _KINDS_TOLD
        kind = _KINDS_TOLD[_KINDS_TOLD.index(told_kind)] if known else "exception"
        return RenderError(kind=kind, message=message, line=line)


def _environment(folder: Path) -> dict[str, str]:
    """Return all the environment a script sees."""
    bare = bare_environment(folder)
    programs = filter(None, map(shutil.which, ("latex", "dvisvgm")))
    folders = dict.fromkeys([*(str(Path(path).parent) for path in programs), bare["PATH"]])
    # TEXMFOUTPUT: the one folder TeX may read and write in by its full path.
    tex = TEX_ENVIRONMENT | {"PATH": os.pathsep.join(folders), "TEXMFOUTPUT": str(folder)}
    return bare | tex
