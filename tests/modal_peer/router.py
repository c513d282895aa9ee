"""Answers for what goes on inside of sandboxes: starts programs there, and carries what they say.

On Modal each worker has a router of its own; here one serves all sandboxes, each with its token.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from grpclib import GRPCError, Status
from grpclib.server import Stream
from modal_proto import task_command_router_pb2 as router_pb2

from tests.modal_peer.programs import Program
from tests.modal_peer.rpc import Caller, Desk, answers, not_found
from tests.modal_peer.sandboxes import Sandboxes


@dataclass
class RouterDesk(Desk):
    """Asks for the token of a sandbox instead of a user's."""

    sandboxes: Sandboxes | None = None

    def check(self, rpc: str, metadata: Mapping[str, Any], caller: Caller) -> None:
        """Refuse a call that no sandbox's token comes with."""
        token = str(metadata.get("authorization")).removeprefix("Bearer ")
        known = self.sandboxes.sandboxes.values() if self.sandboxes else ()
        if token not in {one.token for one in known}:
            raise GRPCError(Status.UNAUTHENTICATED, "The sandbox's token is not valid.")


@dataclass
class Router:
    """The programs started in sandboxes that run."""

    sandboxes: Sandboxes

    @answers("TaskExecStart")
    async def start(
        self, request: router_pb2.TaskExecStartRequest, caller: Caller
    ) -> router_pb2.TaskExecStartResponse:
        sandbox = self.sandboxes.by_task(request.task_id)
        async with sandbox.starting:
            if request.exec_id not in sandbox.programs:
                sandbox.commands.append(tuple(request.command_args))
                sandbox.programs[request.exec_id] = await self.sandboxes.run(
                    sandbox,
                    list(request.command_args),
                    self.sandboxes.files.secrets.from_sources(request.secret_sources),
                    request.workdir or None,
                    request.timeout_secs or None,
                )
        return router_pb2.TaskExecStartResponse()

    @answers("TaskExecStdioRead")
    async def read(
        self, request: router_pb2.TaskExecStdioReadRequest, caller: Caller
    ) -> AsyncIterator[router_pb2.TaskExecStdioReadResponse]:
        program = self._find(request.task_id, request.exec_id)
        async for chunk in program.read(request.file_descriptor, request.offset):
            yield router_pb2.TaskExecStdioReadResponse(data=chunk)

    @answers("TaskExecStdinWrite")
    async def write(
        self, request: router_pb2.TaskExecStdinWriteRequest, caller: Caller
    ) -> router_pb2.TaskExecStdinWriteResponse:
        program = self._find(request.task_id, request.exec_id)
        if request.data:
            await _write(program, request.offset, request.data)
        if request.eof:
            program.close_input()
        return router_pb2.TaskExecStdinWriteResponse()

    @answers("TaskExecStdinWriteStream")
    async def write_stream(
        self, stream: Stream[Any, Any], caller: Caller
    ) -> router_pb2.TaskExecStdinWriteStreamResponse:
        first = await stream.recv_message()
        if first is None or first.WhichOneof("payload") != "start":
            raise GRPCError(Status.INVALID_ARGUMENT, "The first message says where to write.")
        program = self._find(first.start.task_id, first.start.exec_id)
        offset = first.start.offset
        async for message in stream:
            if message.WhichOneof("payload") == "data":
                await _write(program, offset, message.data)
                offset += len(message.data)
            else:
                program.close_input()
        return router_pb2.TaskExecStdinWriteStreamResponse()

    @answers("TaskExecStdinStatus")
    async def stdin_status(
        self, request: router_pb2.TaskExecStdinStatusRequest, caller: Caller
    ) -> router_pb2.TaskExecStdinStatusResponse:
        program = self._find(request.task_id, request.exec_id)
        return router_pb2.TaskExecStdinStatusResponse(
            num_bytes_written=program.written_bytes,
            closed=program.is_input_closed or program.exit_code is not None,
        )

    @answers("TaskExecWait")
    async def wait(
        self, request: router_pb2.TaskExecWaitRequest, caller: Caller
    ) -> router_pb2.TaskExecWaitResponse:
        program = self._find(request.task_id, request.exec_id)
        await program.changes.wait_until(lambda: program.exit_code is not None, None)
        self.sandboxes.by_task(request.task_id)  # it may have ended, and the program with it
        return router_pb2.TaskExecWaitResponse(**_exit_status(program))

    @answers("TaskExecPoll")
    async def poll(
        self, request: router_pb2.TaskExecPollRequest, caller: Caller
    ) -> router_pb2.TaskExecPollResponse:
        program = self._find(request.task_id, request.exec_id)
        return router_pb2.TaskExecPollResponse(**_exit_status(program))

    @answers("SandboxStdioReadV2")
    async def read_sandbox(
        self, request: router_pb2.SandboxStdioReadV2Request, caller: Caller
    ) -> AsyncIterator[router_pb2.SandboxStdioReadV2Response]:
        for sandbox in self.sandboxes.sandboxes.values():
            if sandbox.task_id == request.task_id and sandbox.program is not None:
                offset = request.offset
                async for chunk in sandbox.program.read(request.file_descriptor, offset):
                    yield router_pb2.SandboxStdioReadV2Response(data=chunk, starting_offset=offset)
                    offset += len(chunk)

    def _find(self, task_id: str, exec_id: str) -> Program:
        sandbox = self.sandboxes.by_task(task_id)
        if exec_id not in sandbox.programs:
            raise not_found(f"Exec {exec_id} not found.")
        return sandbox.programs[exec_id]


async def _write(program: Program, offset: int, content: bytes) -> None:
    try:
        await program.write(offset, content)
    except (BrokenPipeError, ConnectionResetError) as error:
        # The client takes this for a program that ended early, and asks how.
        raise GRPCError(Status.FAILED_PRECONDITION, "The program doesn't listen.") from error


def _exit_status(program: Program) -> dict[str, int]:
    match program.exit_code:
        case None:
            return {}
        case code if code < 0:
            return {"signal": -code}
        case code:
            return {"code": code}
