"""Runs work in processes forked from this one, several at once, each dying alone.

For a program without threads that has imported what all of them need.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from arxiviz_pipeline.processes.process_tree import kill_tree
from arxiviz_pipeline.rendering.child_program import EndedProgram

_KEPT_OUTPUT_BYTES = 20_000
_CHUNK_BYTES = 65_536
_LOOK_SECONDS = 0.2
_LAST_WORDS_SECONDS = 1.0


def run_forked(
    works: Sequence[Callable[[], None]], at_once: int, timeout_seconds: float
) -> Iterator[tuple[int, EndedProgram]]:
    """Run each work in a process of its own, and yield its place and end as it ends.

    A process that takes longer gets SIGXCPU, as one that uses up its processor time does, and a
    second later it is killed with all it started.
    """
    waiting = list(enumerate(works))
    running: list[_Fork] = []
    while waiting or running:
        while waiting and len(running) < at_once:
            place, work = waiting.pop(0)
            running.append(_Fork(place, work, time.monotonic() + timeout_seconds))
        heard = [fork for fork in running if not fork.is_silent]
        select.select(heard, [], [], _LOOK_SECONDS if heard else _LOOK_SECONDS / 10)
        for fork in list(running):
            ended = fork.look()
            if ended is not None:
                running.remove(fork)
                yield fork.place, ended


class _Fork:
    """One process, and the last of what it printed."""

    def __init__(self, place: int, work: Callable[[], None], deadline: float) -> None:
        self.place = place
        self.is_silent = False
        self._deadline = deadline
        self._warned = False
        self._timed_out = False
        self._kept = b""
        self._output, printing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _run(work, printing)
        os.close(printing)
        os.set_blocking(self._output, False)

    def fileno(self) -> int:
        return self._output

    def look(self) -> EndedProgram | None:
        """Read what it has printed; return how it ended, once it has."""
        self._read()
        late = time.monotonic() - self._deadline
        if late > _LAST_WORDS_SECONDS:
            self._timed_out = True
            kill_tree(self._pid)
        elif late > 0 and not self._warned:
            self._warned = True
            os.kill(self._pid, signal.SIGXCPU)
        ended, status = os.waitpid(self._pid, 0 if self._timed_out else os.WNOHANG)
        if ended == 0:
            return None
        self._read()
        os.close(self._output)
        code = os.waitstatus_to_exitcode(status)
        timed_out = self._timed_out or code == -signal.SIGXCPU
        return EndedProgram(None if timed_out else code, self._kept.decode(errors="replace"))

    def _read(self) -> None:
        while not self.is_silent:
            try:
                chunk = os.read(self._output, _CHUNK_BYTES)
            except BlockingIOError:
                return
            self.is_silent = not chunk
            self._kept = (self._kept + chunk)[-_KEPT_OUTPUT_BYTES:]


def _run(work: Callable[[], None], printing: int) -> None:
    """Do the work, and end: with whatever it raises as an exit code, after its own words."""
    with suppress(BaseException):
        os.setsid()  # so that a script that signals its group spares the others
        os.dup2(printing, 1)
        os.dup2(printing, 2)
        os.closerange(3, printing + 1)
        work()
        os._exit(0)  # no exit handlers, no waiting for threads: the answer is written
    os._exit(1)
