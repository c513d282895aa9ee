"""Has confined processes forked by a program that has imported what they need.

The host asks its zygote, over a socket, for a process that runs a named function; it hands it
the process's files, and holds on to it by a control socket: who closes that, by will or by
dying, ends the process and all it started.
"""

import os
import selectors
import socket
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from arxiviz_pipeline.sandbox.layers import Layer, LayerState
from arxiviz_pipeline.sandbox.messages import MessageError, receive_message, send_message
from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.talk import Talk

# Where this package lies may be known to this process alone.
_PACKAGES: Final = str(Path(__file__).parents[2])
_START: Final = (
    "import sys; from importlib import import_module; "
    "sys.path.append(sys.argv[1]); import_module(sys.argv[2]).main()"
)
_PROGRAM: Final = "arxiviz_pipeline.sandbox.zygote_program"
_LOOK_SECONDS = 0.1
_START_SECONDS = 60.0
_END_SECONDS = 5.0
_KEPT_OUTPUT_BYTES = 20_000
_CHUNK_BYTES = 65_536
_ENDED_EARLY = "The program that starts confined processes ended while it was starting."
_GONE = "The program that starts confined processes is gone."
_MOST_LEFT_CHUNKS = 100

NOT_CONFINED_EXIT_CODE: Final = 125
"""How a process ends that could not be confined; its output says why."""


OnMessage: TypeAlias = Callable[[dict[str, Any]], Callable[[], dict[str, Any]] | None]
"""Gets what a process says; of what it asks, it returns what makes the answer.

Who has ended meanwhile gets none, so that nothing is made for nobody.
"""


class ZygoteError(Exception):
    """The zygote cannot be started, or is gone: not the fault of what it was to run."""


@dataclass(frozen=True, slots=True)
class EndedProcess:
    """How a confined process ended.

    Attributes:
        exit_code: Negative: the signal that killed it; None: we ended it.
        output: The last of what it printed.
        limit: The limit it was ended by, of time or memory.
    """

    exit_code: int | None
    output: str
    limit: Literal["time", "memory"] | None


class Zygote:
    """The program, while it is wanted."""

    def __init__(self, python: str, preload: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it.

        Args:
            python: An interpreter that has this package and all that is preloaded.
            preload: Modules to import once; one that is missing is left to whoever needs it.
            environment: All that it and its children find in their environment.

        Raises:
            ZygoteError: If it doesn't start.
        """
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(_START_SECONDS)
        command = [python, "-I", "-c", _START, _PACKAGES, _PROGRAM]
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    command,
                    env=dict(environment),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError as error:
            self._socket.close()
            message = f"The program {python!r} cannot be started: {error.strerror}."
            raise ZygoteError(message) from error
        self._finalizer = weakref.finalize(self, _end, self._socket, self._process)
        try:
            self.layers = self._hear_layers()
            send_message(self._socket, {"preload": list(preload)})
            if receive_message(self._socket) is None:
                raise ZygoteError(_ENDED_EARLY)
        except (OSError, MessageError) as error:
            self.close()
            message = f"The program that starts confined processes does not start: {error}"
            raise ZygoteError(message) from error
        self._socket.settimeout(None)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked for anything."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it, and all it has forked."""
        self._finalizer()

    def run(
        self,
        task: str,
        arguments: Mapping[str, object],
        policy: Policy,
        *,
        timeout_seconds: float,
        on_message: OnMessage,
        files: Sequence[int] = (),
        cancelled: threading.Event | None = None,
    ) -> EndedProcess:
        """Run a function in a confined process, to its end or to a limit.

        Args:
            task: The function, as `module:name`.
            arguments: Its keyword arguments, which JSON can hold.
            policy: What the process gets.
            timeout_seconds: Wall time it may take.
            on_message: Gets what it says.
            files: Handles of open files it gets, in this order, from `TALK_HANDLE` + 1 on.
            cancelled: Once it is set, the process ends.

        Raises:
            ZygoteError: If the zygote is gone.
        """
        request = {
            "task": task,
            "policy": _policy_as_json(policy),
            "total_memory_bytes": policy.memory_bytes,
            "layers": [state.layer for state in self.layers if state.works],
        }
        with ExitStack() as opened:
            control, their_control = _pair(opened)
            talk, their_talk = _pair(opened)
            output, printing = os.pipe()
            opened.callback(os.close, output)
            theirs = [their_control.fileno(), printing, their_talk.fileno(), *files]
            try:
                with self._lock:
                    send_message(self._socket, request, theirs)
            except OSError as error:
                raise ZygoteError(_GONE) from error
            finally:
                os.close(printing)
                their_control.close()
                their_talk.close()
            # Not by the zygote, whose memory all that it forks can read.
            said = Talk(talk)
            said.say({"arguments": dict(arguments)})
            listening = _Listening(control, said, talk, output, on_message)
            return listening.until_end(time.monotonic() + timeout_seconds, cancelled)

    def _hear_layers(self) -> tuple[LayerState, ...]:
        told = receive_message(self._socket)
        if told is None:
            raise ZygoteError(_ENDED_EARLY)
        layers: dict[Layer, str | None] = told[0]["layers"]
        return tuple(LayerState(layer, refusal) for layer, refusal in layers.items())


class _Listening:
    """One process's sockets, until it has ended."""

    def __init__(
        self,
        control: socket.socket,
        talk: Talk,
        channel: socket.socket,
        output: int,
        on_message: OnMessage,
    ) -> None:
        self._control = control
        self._talk = talk
        self._channel = channel
        self._output = output
        self._on_message = on_message
        self._kept = b""
        self._exit_code: int | None = None
        self._has_ended = False
        self._limit: Literal["time", "memory"] | None = None

    def until_end(self, deadline: float, cancelled: threading.Event | None) -> EndedProcess:
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ, self._hear_end)
            selector.register(self._output, selectors.EVENT_READ, self._hear_output)
            while not self._has_ended:
                if time.monotonic() > deadline:
                    self._limit = "time"
                if self._limit == "time" or (cancelled is not None and cancelled.is_set()):
                    break
                self._select_talk(selector)
                for key, _ in selector.select(0 if self._talk.has_message else _LOOK_SECONDS):
                    if not key.data():
                        selector.unregister(key.fileobj)
                if not self._has_ended:
                    self._hear_message(is_answered=True)
        if self._has_ended:
            self._hear_rest()
        else:
            self._end()
        exit_code = None if self._limit else self._exit_code
        return EndedProcess(exit_code, self._kept.decode(errors="replace"), self._limit)

    def _select_talk(self, selector: selectors.BaseSelector) -> None:
        """Look for what lets the talk go on, and while there is a message, for nothing."""
        wanted = 0 if self._talk.has_message else self._talk.waits_for
        key = selector.get_map().get(self._channel)
        if key is not None and key.events != wanted:
            selector.unregister(self._channel)
            key = None
        if key is None and wanted:
            selector.register(self._channel, wanted, self._go_on)

    def _go_on(self) -> bool:
        self._talk.go_on()
        return True

    def _hear_end(self) -> bool:
        told = receive_message(self._control)
        if told is None:
            raise ZygoteError(_GONE)
        if "over_memory" in told[0]:
            self._limit = "memory"
            return True
        self._exit_code = told[0]["exit_code"]
        self._has_ended = True
        return False

    def _hear_message(self, *, is_answered: bool) -> bool:
        """Hear the next message that has come; False if there is none."""
        message = self._talk.next_message()
        if message is None:
            return False
        answer = self._on_message(message)
        if answer is not None and is_answered:
            self._talk.say(answer())
        return True

    def _hear_output(self) -> bool:
        chunk = os.read(self._output, _CHUNK_BYTES)
        self._kept = (self._kept + chunk)[-_KEPT_OUTPUT_BYTES:]
        return bool(chunk)

    def _hear_rest(self) -> None:
        """Hear what was said before the end."""
        while self._hear_message(is_answered=False) or self._talk.hear():
            pass
        os.set_blocking(self._output, False)
        with suppress(BlockingIOError):
            for _ in range(_MOST_LEFT_CHUNKS):  # who got away could write on
                if not self._hear_output():
                    break

    def _end(self) -> None:
        """Have the process killed, and wait until it is gone."""
        with suppress(OSError, MessageError):
            self._control.shutdown(socket.SHUT_WR)
            self._control.settimeout(_START_SECONDS)
            receive_message(self._control)


def _end(channel: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """End the program, which ends when nobody is left to ask it, and wait for it."""
    channel.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pair(opened: ExitStack) -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    opened.callback(ours.close)
    return ours, theirs


def _policy_as_json(policy: Policy) -> dict[str, object]:
    told: dict[str, object] = asdict(policy)
    for name, paths in (("readable", policy.readable), ("writable", policy.writable)):
        told[name] = [str(path) for path in paths]
    return told
