"""Runs a program to its end, or to a time limit, and ends all it started with it."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.processes.process_tree import kill_processes_of, kill_tree
from arxiviz_pipeline.rendering.work_folders import writing_in

_SYSTEM_PROGRAMS = ("/usr/bin", "/bin")
_KEPT_OUTPUT_BYTES = 20_000
_LOOK_SECONDS = 0.5
_CHUNK_BYTES = 65_536
_GRACE_SECONDS = 8.0
_TOLD_LINES = 5
_CRASH_DETAILS = ('  File "', "Current thread", "Thread 0x", "Extension modules")


@dataclass(frozen=True, slots=True)
class EndedProgram:
    """How a program ended.

    Attributes:
        exit_code: Negative: the signal that killed it; None: the time limit ended it.
        output: The last of what it printed.
    """

    exit_code: int | None
    output: str

    @property
    def last_line(self) -> str:
        """The last line printed, or nothing."""
        return next((line.strip() for line in reversed(self._lines)), "")

    @property
    def last_lines(self) -> str:
        """The last few lines printed."""
        return "\n".join(self._lines[-_TOLD_LINES:])

    @property
    def description(self) -> str:
        """The end of a sentence: how it ended, and the last lines it printed."""
        told = self.last_lines
        match self.exit_code:
            case None:
                how = "was ended by the time limit"
            case code if code < 0:
                how = f"was killed by {_signal_name(-code)}"
            case code:
                how = f"ended early with exit code {code}"
        return f"{how}; it printed last:\n{told}" if told else f"{how}, without a word."

    @property
    def _lines(self) -> list[str]:
        """What it printed, without the calls and modules that Python lists when it crashes."""
        lines = self.output.splitlines()
        return [line for line in lines if line.strip() and not line.startswith(_CRASH_DETAILS)]


def bare_environment(folder: Path) -> dict[str, str]:
    """Return an environment with nothing of ours: a home in this folder, and a PATH.

    Raises:
        RenderError: Of kind `unavailable`, if the folder cannot be written.
    """
    folders = {"HOME": folder / "home", "TMPDIR": folder / "tmp"}
    with writing_in(folder):
        for each in folders.values():
            each.mkdir(exist_ok=True)
    return {name: str(each) for name, each in folders.items()} | {
        "PATH": os.pathsep.join(_SYSTEM_PROGRAMS),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # a scene's arrays are small, threads only cost
    }


def run_program(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    timeout_seconds: float,
    cancelled: threading.Event | None = None,
) -> EndedProgram:
    """Run a program in a folder, with this environment and no other.

    Whatever ends the wait, the time limit, `cancelled` or an interrupt of ours, ends the
    program and all it started. Its standard input stays open until then: a program that keeps
    its own processes together (`process_tree.run_kept`) ends them when the input ends.

    Raises:
        RenderError: Of kind `cancelled`, or `unavailable` if the program cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the caller's own programs
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        message = f"The program {command[0]!r} cannot be started: {error.strerror}."
        raise RenderError(kind="unavailable", message=message) from error
    tail = _Tail(process.stdout)
    try:
        exit_code = _wait(process, timeout_seconds, cancelled)
    finally:
        _end(process)
        if process.returncode < 0:
            kill_processes_of(folder)
        output = tail.close()
    if cancelled is not None and cancelled.is_set():
        raise RenderError(kind="cancelled", message="The render was cancelled.")
    return EndedProgram(exit_code, output)


def _wait(
    process: subprocess.Popen[bytes], timeout_seconds: float, cancelled: threading.Event | None
) -> int | None:
    until = time.monotonic() + timeout_seconds
    while (left := until - time.monotonic()) > 0 and not (cancelled and cancelled.is_set()):
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, _LOOK_SECONDS))
    return process.poll()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the keeper to end its processes; end it ourselves if it doesn't."""
    if process.stdin:
        process.stdin.close()
    try:
        with suppress(subprocess.TimeoutExpired):  # a script may have stopped its keeper
            process.wait(_GRACE_SECONDS)
    finally:
        if process.poll() is None:
            kill_tree(process.pid)
            process.wait()


class _Tail:
    """Reads all a program prints, and keeps the last of it."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._kept = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self) -> str:
        self._thread.join(1.0)  # only a process that escaped could hold the pipe longer
        return self._kept.decode(errors="replace")

    def _read(self) -> None:
        if self._stream is None:
            return
        with self._stream as stream:
            while chunk := stream.read1(_CHUNK_BYTES):  # type: ignore[attr-defined]
                self._kept = (self._kept + chunk)[-_KEPT_OUTPUT_BYTES:]


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
