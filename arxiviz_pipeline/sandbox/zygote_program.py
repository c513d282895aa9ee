"""The program that forks confined processes; `zygote` starts it, and is its host.

It imports once what its children need, and never reads anything a child says, nor what a child
is given to work on: its children have copies of its memory. Its standard input is a socket to
its host.
"""

import faulthandler
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import psutil

from arxiviz_pipeline.processes.process_tree import has_more_memory, kill_tree
from arxiviz_pipeline.sandbox.confinement import enter_confinement
from arxiviz_pipeline.sandbox.layers import survey_layers
from arxiviz_pipeline.sandbox.messages import receive_message, send_message
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import NOT_CONFINED_EXIT_CODE

TALK_HANDLE: Final = 3
"""Where a child has its socket to the host; the files it was given follow."""

_CONTROL, _OUTPUT, _GIVEN = 0, 1, 2  # order of the handles that come with a request
_MOST_HANDLES = 8
_WATCH_SECONDS = 0.3
_LAST_WORDS_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Child:
    """A process that was forked, and the socket by which its host has hold of it."""

    pid: int
    control: socket.socket
    memory_bytes: int


def main() -> None:
    """Serve until the host closes its end; what was forked ends then too."""
    host = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the host's to pass on
    states = survey_layers()
    send_message(host, {"layers": {state.layer: state.refusal for state in states}})
    told = receive_message(host)
    if told is None:
        return
    for name in told[0]["preload"]:
        with suppress(ImportError):  # whoever needs it tells so
            import_module(name)
    gc.collect()
    gc.freeze()  # so that children share what is here
    send_message(host, {"ready": True})
    _Zygote(host).serve()


class _Zygote:
    """The host's socket, and the children that are alive."""

    def __init__(self, host: socket.socket) -> None:
        self._host = host
        self._children: list[_Child] = []
        self._next_watch = 0.0
        self._woken, waking = os.pipe()
        os.set_blocking(waking, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)

    def serve(self) -> None:
        while True:
            controls = {child.control: child for child in self._children}
            seconds = _WATCH_SECONDS if controls else None
            ready, _, _ = select.select([self._host, self._woken, *controls], [], [], seconds)
            if self._woken in ready:
                os.read(self._woken, 1024)
            for control, child in controls.items():
                if control in ready:  # the host lets go of it
                    kill_tree(child.pid)
            self._watch_memory()
            self._reap()
            if self._host in ready and not self._fork_next():
                for child in self._children:
                    kill_tree(child.pid)
                return

    def _fork_next(self) -> bool:
        """Do what the host asks; False if it is gone."""
        asked = receive_message(self._host, _MOST_HANDLES)
        if asked is None:
            return False
        request, handles = asked
        pid = os.fork()
        if pid == 0:
            _run(request, handles)
        control = socket.socket(fileno=handles[_CONTROL])
        for handle in handles[_OUTPUT:]:
            os.close(handle)
        self._children.append(_Child(pid, control, request["total_memory_bytes"]))
        return True

    def _watch_memory(self) -> None:
        """Kill whoever has more memory than it may, with all it started."""
        if time.monotonic() < self._next_watch:
            return
        for child in self._children:
            if has_more_memory(child.pid, child.memory_bytes):
                with suppress(OSError):
                    send_message(child.control, {"over_memory": True})
                _let_speak(child.pid)
                kill_tree(child.pid)
        self._next_watch = time.monotonic() + _WATCH_SECONDS

    def _reap(self) -> None:
        """Tell of those that have ended."""
        for child in list(self._children):
            ended, status = os.waitpid(child.pid, os.WNOHANG)
            if not ended:
                continue
            self._children.remove(child)
            with suppress(OSError):
                send_message(child.control, {"exit_code": os.waitstatus_to_exitcode(status)})
            child.control.close()


def _run(request: dict[str, Any], handles: list[int]) -> NoReturn:
    """Become the process that was asked for."""
    code = 1
    try:
        _take_handles(handles)
        _be_first_to_go()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        policy = Policy(**request["policy"] | _paths(request["policy"]))
        module, name = request["task"].rsplit(":", 1)
        task = getattr(import_module(module), name)  # while its files are there
        code = NOT_CONFINED_EXIT_CODE
        enter_confinement(policy, request["layers"])
        code = 1
        faulthandler.enable()
        task(**_arguments())
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it ends here
        with suppress(BaseException):
            traceback.print_exc()
    with suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # no exit handlers, no waiting for threads


def _let_speak(pid: int) -> None:
    """End what a process has started by the signal upon which a task may say where it is."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for speaker in process.children(recursive=True) or [process]:
            with suppress(psutil.Error):
                speaker.send_signal(signal.SIGXCPU)
        time.sleep(_LAST_WORDS_SECONDS)


def _take_handles(handles: list[int]) -> None:
    """Have the output at 1 and 2, what was given from 3 on, and nothing else open."""
    high = [os.dup(handle) for handle in (handles[_OUTPUT], *handles[_GIVEN:])]
    base = max([*high, *handles, _MOST_HANDLES + TALK_HANDLE]) + 1
    moved = [_dup_to(handle, base + place) for place, handle in enumerate(high)]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for place, handle in zip(
        (1, *range(TALK_HANDLE, TALK_HANDLE + len(moved))), moved, strict=False
    ):
        os.dup2(handle, place, inheritable=place == 1)
    os.dup2(moved[0], 2)
    # Others' handles may be anywhere above.
    os.closerange(TALK_HANDLE + len(moved) - 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _arguments() -> dict[str, Any]:
    """Return what the host says first."""
    talk = socket.socket(fileno=TALK_HANDLE)
    told = receive_message(talk)
    talk.detach()
    if told is None:
        os._exit(1)  # the host is gone
    return told[0]["arguments"]


def _be_first_to_go() -> None:
    """Have the kernel choose this process, and what it starts, when memory is short."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _dup_to(handle: int, place: int) -> int:
    return os.dup2(handle, place, inheritable=False)


def _paths(policy: dict[str, Any]) -> dict[str, tuple[Path, ...]]:
    return {name: tuple(map(Path, policy[name])) for name in ("readable", "writable")}
