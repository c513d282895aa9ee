"""Keeps sandboxes: which there are, what was started in each, and how it ended.

How one is started is in `sandbox_start.py`, what is asked of it in `sandbox_requests.py`, and what
is asked of the programs in it in `router.py`.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modal_proto import api_pb2

from tests.modal_peer.apps import Apps
from tests.modal_peer.files import Files
from tests.modal_peer.jail import Jail
from tests.modal_peer.memory import watch_memory
from tests.modal_peer.programs import Program
from tests.modal_peer.rpc import Changes, not_found
from tests.modal_peer.sandbox_start import sandbox_environment, start_sandbox, working_folder

_DEFAULT_TIMEOUT_SECONDS = 300
KILLED = 137
_Result = api_pb2.GenericResult


@dataclass(eq=False)
class Sandbox:
    """A sandbox, and what was started in it.

    Args:
        variables: What it was given besides what its image and secrets say.
        token: What its command router asks for.
        program: What runs in it from its beginning to its end.
        programs: What was started with `exec`, by id, the tool for files included.
        commands: The arguments of what was started with `exec`, in turn.
        is_ending: Whether it was told to end, and nothing can be asked of it any more.
        result: How it ended; None while it runs.
    """

    sandbox_id: str
    task_id: str
    app_id: str
    definition: api_pb2.Sandbox
    token: str
    variables: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    jail: Jail | None = None
    program: Program | None = None
    programs: dict[str, Program] = field(default_factory=dict)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_ending: bool = False
    result: api_pb2.GenericResult | None = None

    @property
    def is_alive(self) -> bool:
        return self.result is None

    @property
    def timeout_seconds(self) -> int:
        return self.definition.timeout_secs or _DEFAULT_TIMEOUT_SECONDS


@dataclass
class Sandboxes:
    """All sandboxes that were ever made, by id.

    Args:
        router_url: Where their command router answers.
    """

    apps: Apps
    files: Files
    changes: Changes
    folder: Path
    router_url: str = ""
    sandboxes: dict[str, Sandbox] = field(default_factory=dict)
    _lives: set[asyncio.Task[object]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.apps.on_stop.append(self._end_app)

    async def start(self, sandbox: Sandbox) -> None:
        """Start a new sandbox.

        Raises:
            GRPCError: If it doesn't start.
        """
        self.apps.find(sandbox.app_id)
        self.sandboxes[sandbox.sandbox_id] = sandbox
        folder = self.folder / sandbox.sandbox_id[-10:]
        definition = sandbox.definition
        try:
            jail = await start_sandbox(definition, self.files, self.environment(sandbox), folder)
        except BaseException:
            self.end(sandbox, _Result(status=_Result.GENERIC_STATUS_INIT_FAILURE))
            raise
        sandbox.jail = jail
        sandbox.program = Program(jail.process)
        self._keep(self._live(sandbox, jail, sandbox.program))
        self.changes.tell()

    async def run(
        self,
        sandbox: Sandbox,
        command: Sequence[str],
        variables: Mapping[str, str],
        folder: str | None,
        timeout_seconds: float | None,
    ) -> Program:
        """Start a program in a sandbox, which is killed if it takes too long.

        Raises:
            GRPCError: If the sandbox doesn't run; NOT_FOUND.
        """
        if sandbox.jail is None:
            raise not_found(f"Task {sandbox.task_id} does not run.")
        process = await sandbox.jail.run(
            command,
            {**self.environment(sandbox), **variables},
            folder or working_folder(sandbox.definition, self.files),
        )
        program = Program(process)
        self._keep(self._follow(program, timeout_seconds))
        return program

    def environment(self, sandbox: Sandbox) -> dict[str, str]:
        """Return the variables that programs in a sandbox see."""
        return {
            **sandbox_environment(sandbox.definition, self.files),
            **sandbox.variables,
            "MODAL_SANDBOX_ID": sandbox.sandbox_id,
            "MODAL_TASK_ID": sandbox.task_id,
        }

    def find(self, sandbox_id: str) -> Sandbox:
        """Return a sandbox by its id.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        if sandbox_id not in self.sandboxes:
            raise not_found(f"Sandbox {sandbox_id} not found.")
        return self.sandboxes[sandbox_id]

    def by_task(self, task_id: str) -> Sandbox:
        """Return a sandbox that runs by the id of its task.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        for one in self.sandboxes.values():
            if one.task_id == task_id and not one.is_ending:
                return one
        raise not_found(f"Task {task_id} does not run.")

    def alive(self) -> list[Sandbox]:
        """Return the sandboxes that run."""
        return [one for one in self.sandboxes.values() if one.is_alive]

    def end(self, sandbox: Sandbox, result: api_pb2.GenericResult) -> None:
        """Kill all that runs in a sandbox; it ends with this result, unless it ended before."""
        if sandbox.is_alive and not sandbox.is_ending:
            sandbox.is_ending = True
            sandbox.result = result
            if sandbox.jail is not None:
                sandbox.jail.kill()
            self.changes.tell()

    def kill(self) -> list[str]:
        """Kill all that run as the kernel does when memory is out; return their ids."""
        killed = self.alive()
        for sandbox in killed:
            self.end(sandbox, _killed())
        return [one.sandbox_id for one in killed]

    async def close(self) -> None:
        """End everything that runs."""
        for sandbox in self.alive():
            self.end(sandbox, _Result(status=_Result.GENERIC_STATUS_TERMINATED))
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _keep(self, life: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(life)
        self._lives.add(task)
        task.add_done_callback(self._lives.discard)

    async def _follow(self, program: Program, timeout_seconds: float | None) -> None:
        timer = None
        if timeout_seconds is not None:
            timer = asyncio.get_running_loop().call_later(timeout_seconds, program.kill)
        await program.follow()
        if timer is not None:
            timer.cancel()
        self.changes.tell()

    async def _live(self, sandbox: Sandbox, jail: Jail, program: Program) -> None:
        """Wait until a sandbox ends, and see to it that it does so in time."""
        timeout = _Result(status=_Result.GENERIC_STATUS_TIMEOUT, exception="Sandbox timed out.")
        timer = asyncio.get_running_loop().call_later(
            sandbox.timeout_seconds, self.end, sandbox, timeout
        )
        watch = asyncio.create_task(
            watch_memory(
                jail,
                sandbox.definition.resources.memory_mb_max,
                lambda: self.end(sandbox, _killed()),
            )
        )
        try:
            await program.follow()
        finally:
            timer.cancel()
            watch.cancel()
            await jail.end()
        sandbox.is_ending = True
        sandbox.result = sandbox.result or _exited(await jail.wait())
        self.changes.tell()

    def _end_app(self, app_id: str) -> None:
        for sandbox in self.alive():
            if sandbox.app_id == app_id:
                self.end(sandbox, _Result(status=_Result.GENERIC_STATUS_TERMINATED))


def _killed() -> api_pb2.GenericResult:
    return _Result(status=_Result.GENERIC_STATUS_FAILURE, exitcode=KILLED, exception="Killed.")


def _exited(code: int) -> api_pb2.GenericResult:
    exit_code = 128 - code if code < 0 else code
    if exit_code == 0:
        return _Result(status=_Result.GENERIC_STATUS_SUCCESS)
    return _Result(
        status=_Result.GENERIC_STATUS_FAILURE,
        exitcode=exit_code,
        exception=f"The program exited with code {exit_code}.",
    )
