"""Keeps containers: how many a function has, what each works on, and how it ended.

How one is started is in `container_start.py`, what it asks for in `container_requests.py`.
"""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grpclib import GRPCError
from grpclib.server import Server
from modal_proto import api_pb2

from tests.modal_peer.apps import Apps
from tests.modal_peer.calls import CallInput, Calls
from tests.modal_peer.container_start import start_container
from tests.modal_peer.files import Files
from tests.modal_peer.functions import Function, Functions
from tests.modal_peer.identifiers import new_id
from tests.modal_peer.jail import COMPLAINT, Jail
from tests.modal_peer.memory import watch_memory
from tests.modal_peer.rpc import Caller, Changes, Service

_CANCEL_SECONDS = 5.0  # how long an input may take to end once it is cancelled
_KILLED = 137
_UNSTARTED = 255
_START_FAILURES = 2  # after so many in a row, the inputs fail with what the container said
_Result = api_pb2.GenericResult


@dataclass(eq=False)
class Container:
    """A container of a function.

    Args:
        version: The function's version that it runs.
        inputs: What it works on, by the input's id.
        cancelled: Ids of inputs that it is still to be told are cancelled.
        asking_count: How many of its requests wait for an input.
        has_asked: Whether it came as far as to ask for an input.
        is_retired: Whether it gets no more inputs.
        result: What it said of itself when it failed.
        exit_code: None while it runs, 137 if it was killed.
    """

    task_id: str
    function: Function
    version: int
    inputs: dict[str, CallInput] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    asking_count: int = 0
    has_asked: bool = False
    is_retired: bool = False
    result: api_pb2.GenericResult | None = None
    printed: str = ""
    jail: Jail | None = None
    exit_code: int | None = None


@dataclass
class Containers:
    """All containers that were ever started, by task id.

    Args:
        serve: Makes the service that one container calls.
    """

    apps: Apps
    functions: Functions
    calls: Calls
    files: Files
    changes: Changes
    folder: Path
    serve: Callable[[Caller], Service]
    containers: dict[str, Container] = field(default_factory=dict)
    _is_closing: bool = False
    _lives: set[asyncio.Task[None]] = field(default_factory=set)
    _start_failures: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.calls.on_waiting.append(self._scale_up)
        self.calls.on_cancel.append(self._cancel)
        self.functions.on_redeploy.append(self._retire)
        self.apps.on_stop.append(self._end_app)

    def alive(self, function: Function | None = None) -> list[Container]:
        """Return the containers that run, all or those of one function."""
        return [
            one
            for one in self.containers.values()
            if one.exit_code is None and function in {None, one.function}
        ]

    def kill(self, function: Function) -> list[str]:
        """Kill a function's containers as the kernel does when memory is out; return their ids."""
        killed = self.alive(function)
        for container in killed:
            self.end(container)
        return [one.task_id for one in killed]

    async def close(self) -> None:
        """End everything that runs."""
        self._is_closing = True
        for container in self.alive():
            container.is_retired = True
            self.end(container)
        lives = list(self._lives)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    def give(self, one: CallInput, container: Container) -> api_pb2.FunctionGetInputsItem:
        """Give an input to a container, which is killed if it takes too long."""
        one.task_id = container.task_id
        one.attempts.append(container.task_id)
        container.inputs[one.input_id] = one
        asyncio.get_running_loop().call_later(
            container.function.timeout_seconds, self._expire, one, len(one.attempts), container
        )
        return api_pb2.FunctionGetInputsItem(
            input_id=one.input_id,
            input=one.content,
            function_call_id=one.call.call_id,
            function_call_invocation_type=one.call.invocation_type,
            retry_count=one.retry_count,
            function_map_idx=one.idx,
            attempt_token=new_id("at"),
        )

    def note_start(self, function: Function) -> None:
        """Forget that containers of a function failed to start: one didn't."""
        self._start_failures.pop(function.function_id, None)

    def end(self, container: Container) -> None:
        """Kill a container."""
        if container.jail is not None:
            container.jail.kill()

    def _expire(self, one: CallInput, attempt: int, container: Container) -> None:
        if one.output is None and one.task_id and len(one.attempts) == attempt:
            seconds = container.function.timeout_seconds
            message = f"Task's current input {one.input_id} hit its timeout of {seconds}s"
            container.inputs.pop(one.input_id, None)
            self.calls.end(one, _Result(status=_Result.GENERIC_STATUS_TIMEOUT, exception=message))
            self.end(container)

    def _cancel(self, one: CallInput, terminate: bool) -> None:
        container = self.containers.get(one.task_id or "")
        if container is None or container.exit_code is not None:
            return
        if terminate:
            self.end(container)
            return
        container.cancelled.append(one.input_id)
        self.changes.tell()

        def insist() -> None:
            if one.input_id in container.inputs:
                self.end(container)

        asyncio.get_running_loop().call_later(_CANCEL_SECONDS, insist)

    def _scale_up(self, function: Function) -> None:
        if self._is_closing:
            return
        alive = [
            one
            for one in self.alive(function)
            if not one.is_retired and one.version == function.version
        ]
        soon_free = sum(max(one.asking_count, not one.has_asked) for one in alive)
        if len(self.calls.of(function)) > soon_free and len(alive) < function.most_containers:
            container = Container(new_id("ta"), function, function.version)
            self.containers[container.task_id] = container
            life = asyncio.create_task(self._live(container))
            self._lives.add(life)
            life.add_done_callback(self._lives.discard)

    def _retire(self, function_id: str) -> None:
        for container in self.alive(self.functions.functions[function_id]):
            container.is_retired = True
        self.changes.tell()

    def _end_app(self, app_id: str) -> None:
        for container in self.alive():
            if container.function.app_id == app_id:
                container.is_retired = True
                self.end(container)
        for one in self.calls.inputs.values():
            if one.output is None and one.call.function.app_id == app_id:
                stopped = _Result(
                    status=_Result.GENERIC_STATUS_TERMINATED, exception="The app was stopped."
                )
                self.calls.end(one, stopped)

    async def _live(self, container: Container) -> None:
        """Start a container, wait until it ends, and clear up after it."""
        folder = self.folder / container.task_id[-8:]
        function = container.function
        app = self.apps.find(function.app_id)
        caller = Caller(container.task_id, restricted=function.definition.untrusted)
        server = Server([self.serve(caller)])
        try:
            container.jail = await start_container(
                container.task_id, function, self.functions.layout(app), self.files, folder, server
            )
            container.exit_code = await self._follow(container, container.jail)
        except (RuntimeError, GRPCError) as error:
            container.printed += str(error)
            container.exit_code = _UNSTARTED
        finally:
            if container.jail is not None:
                await container.jail.end()
            if container.exit_code is None:
                container.exit_code = _KILLED
            server.close()
        self._clear_up(container)

    async def _follow(self, container: Container, jail: Jail) -> int:
        limit = container.function.definition.resources.memory_mb_max
        watch = asyncio.create_task(watch_memory(jail, limit, lambda: self.end(container)))
        try:
            await self._listen(container, jail.process)
            code = await jail.wait()
        finally:
            watch.cancel()
        return 128 - code if code < 0 else code

    def _clear_up(self, container: Container) -> None:
        unfinished = list(container.inputs.values())
        container.inputs.clear()
        for one in reversed(unfinished):
            if one.task_id == container.task_id:
                self.calls.wait_again(one)
        if not container.has_asked and not container.is_retired:
            self._count_start_failure(container)
        self._scale_up(container.function)
        self.changes.tell()

    def _count_start_failure(self, container: Container) -> None:
        """Give up what waits for a function whose containers don't start."""
        function = container.function
        failures = self._start_failures.get(function.function_id, 0) + 1
        self._start_failures[function.function_id] = failures
        if failures >= _START_FAILURES:
            self.note_start(function)
            for one in self.calls.of(function):
                self.calls.end(one, container.result or _start_failure(container))

    async def _listen(self, container: Container, process: Process) -> None:
        async def pass_on(
            stream: asyncio.StreamReader | None, file_descriptor: api_pb2.FileDescriptor.ValueType
        ) -> None:
            while stream is not None and (line := await stream.readline()):
                if line.startswith(COMPLAINT):
                    continue
                text = line.decode(errors="replace")
                container.printed += text
                self.apps.write_log(
                    container.function.app_id, container.task_id, text, file_descriptor
                )

        await asyncio.gather(
            pass_on(process.stdout, api_pb2.FILE_DESCRIPTOR_STDOUT),
            pass_on(process.stderr, api_pb2.FILE_DESCRIPTOR_STDERR),
        )


def _start_failure(container: Container) -> api_pb2.GenericResult:
    return _Result(
        status=_Result.GENERIC_STATUS_INIT_FAILURE,
        exception=f"Container exited with {container.exit_code}: {container.printed[-2000:]}",
        exitcode=container.exit_code or 0,
    )
