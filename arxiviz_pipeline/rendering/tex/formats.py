r"""Keeps what LaTeX has read of a preamble, as formats, so that it is read once.

Most of the time LaTeX takes for a formula goes into its preamble. A format holds the state after
it, and a document that starts with it needs only the rest, from `\begin{document}` on.
"""

import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from arxiviz_pipeline.rendering.tex.programs import TexLimits, dump_format, find_program

log = logging.getLogger(__name__)

_MOST_FORMATS = 8  # of some 18 MB
_DUMPED = "preamble"
_CPU_SECONDS = 20  # one needs 0.4
# What nearly every formula needs, read here once: fonts, and what writes for dvisvgm.
_WARMING: Final = r"""\ExplSyntaxOn
\cs_if_exist:NT \sys_ensure_backend: { \sys_ensure_backend: }
\ExplSyntaxOff
\begingroup\setbox0\hbox{\normalfont x\textbf{x}\textit{x}$x\mathbf{x}\mathrm{x}$}\endgroup
\dump
"""


class TexFormats:
    """Formats by their preamble; for any number of threads and programs."""

    def __init__(self, folder: Path) -> None:
        """Choose the folder they are kept in."""
        self._folder = folder
        self._locks: dict[str, threading.Lock] = {}
        self._impossible: set[str] = set()

    def find(
        self,
        preamble: str,
        compiler: str,
        files: Mapping[str, str],
        limits: TexLimits,
        *,
        may_make: bool = True,
    ) -> Path | None:
        r"""Return a preamble's format, made now if there is none; None if LaTeX can make none.

        Args:
            preamble: A document's text before its `\begin{document}`.
            compiler: `latex` or `pdflatex`, or its path.
            files: What stands beside the document, by name.
            limits: What making it may use; its processor time is this module's affair.
            may_make: Whether it is worth to make one.

        Raises:
            RenderError: Of kind `unavailable`, if nothing can be started.
        """
        digest = hashlib.sha256(f"{compiler}\n{preamble}".encode("utf-8", "replace")).hexdigest()
        path = self._folder / f"{digest[:32]}.fmt"
        with self._locks.setdefault(digest, threading.Lock()):
            if digest in self._impossible:
                return None
            if path.is_file():
                with suppress(OSError):
                    os.utime(path)  # the last used is the last to go
                return path
            if not may_make:
                return None
            mine = TexLimits(_CPU_SECONDS, limits.deadline, limits.cancelled)
            if self._make(path, preamble, compiler, files, mine):
                return path
            if not limits.is_over:
                self._impossible.add(digest)
        return None

    def drop(self, path: Path) -> None:
        """Forget a format that LaTeX cannot read."""
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def _make(
        self,
        path: Path,
        preamble: str,
        compiler: str,
        files: Mapping[str, str],
        limits: TexLimits,
    ) -> bool:
        program = find_program(compiler)
        base = f"&{Path(compiler).name}"
        command = [program, "-ini", "-interaction=nonstopmode", "-halt-on-error"]
        command += ["-no-shell-escape", f"-jobname={_DUMPED}", base, f"{_DUMPED}.tex"]
        source = {**files, f"{_DUMPED}.tex": f"{preamble}\n{_WARMING}"}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as kept:
                unfinished = Path(kept.name)
                is_made = dump_format(source, command, f"{_DUMPED}.fmt", kept.fileno(), limits)
            if is_made:
                unfinished.chmod(0o644)  # LaTeX runs as somebody else
                unfinished.replace(path)
                self._make_room()
            unfinished.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a format cannot be kept in %s: %s", self._folder, error.strerror)
            return False
        return is_made

    def _make_room(self) -> None:
        with suppress(OSError):  # another program may have removed one
            formats = sorted(self._folder.glob("*.fmt"), key=lambda each: each.stat().st_mtime_ns)
            for oldest in formats[:-_MOST_FORMATS]:
                oldest.unlink(missing_ok=True)


@cache
def temporary_formats() -> TexFormats:
    """Return formats for this program alone, which end with it."""
    return TexFormats(Path(_temporary_folder().name))


@cache
def _temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="arxiviz-formats-", ignore_cleanup_errors=True)
    Path(folder.name).chmod(0o755)
    return folder
