"""Runs work in a child process and leaves nothing of it behind.

The process that calls `run_kept` stays as keeper: on Linux it adopts whatever its descendants
orphan, so that a daemon which left its session is found and killed like any other.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_SWEEP_SECONDS = 5.0


def run_kept(work: Callable[[], None]) -> int:
    """Run `work` in a child; return its wait status once every process it left is dead.

    The child and all it started are killed at once when this process's standard input ends,
    which is how whoever started the keeper asks for it, or dies.
    """
    adopt_orphans()
    child = os.fork()
    if child == 0:
        os.setsid()  # so that a script that signals its group spares the keeper
        _close_input()
        work()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # no exit handlers, no waiting for threads: the answer is written
    threading.Thread(target=_kill_when_left, daemon=True).start()
    status = _wait_for(child)
    kill_descendants()
    return status


def end_like(status: int) -> NoReturn:
    """End this process with this wait status of another: its exit code, or its signal."""
    if os.WIFSIGNALED(status):
        with suppress(OSError):  # nobody may choose what SIGKILL does
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))


def kill_tree(pid: int) -> None:
    """Kill a process of ours and all its descendants."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                each.kill()


def has_more_memory(pid: int, most_bytes: int) -> bool:
    """Tell whether a process and its descendants have more memory than this to themselves.

    What several share counts in parts (PSS), and as a whole where the kernel does not tell. It is
    looked at closely, which takes longer, only where it is too much if nothing is shared.
    """
    try:
        process = psutil.Process(pid)
        tree = (process, *process.children(recursive=True))
    except psutil.Error:
        return False
    return all(_total(tree, memory) > most_bytes for memory in (_resident_memory, _memory_of))


def _total(tree: Iterable[psutil.Process], memory: Callable[[psutil.Process], int]) -> int:
    total = 0
    for process in tree:
        with suppress(psutil.Error):
            total += memory(process)
    return total


def _resident_memory(process: psutil.Process) -> int:
    return process.memory_info().rss


def kill_processes_of(folder: Path) -> None:
    """Kill every process of ours whose temporary folder lies in this one.

    For when the keeper itself was killed, and what it kept is anybody's child.
    """
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("TMPDIR", "").startswith(f"{folder}{os.sep}"):
                process.kill()


def adopt_orphans() -> None:
    """Become the parent of whatever this process's descendants orphan; Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _close_input() -> None:
    """Let a script that asks for input find its end, and not wait for ours."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)


def _wait_for(child: int) -> int:
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            return status


def _kill_when_left() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    kill_descendants()


def kill_descendants() -> None:
    """Kill until none is left: some start others while we look."""
    keeper = psutil.Process()
    until = time.monotonic() + _SWEEP_SECONDS
    while time.monotonic() < until:
        left = [each for each in keeper.children(recursive=True) if _is_alive(each)]
        if not left:
            return
        for each in left:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)
        time.sleep(0.01)


def _memory_of(process: psutil.Process) -> int:
    try:
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return _resident_memory(process)
    sizes = dict(line.split(":", 1) for line in rollup.splitlines()[1:])
    return int(sizes["Pss"].split()[0]) * 1024


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False
