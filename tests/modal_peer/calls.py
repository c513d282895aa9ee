"""Keeps function calls: the inputs that wait, who works on them, and how they ended.

A call's id is good for as long as the peer runs. An input whose container died waits again, as
often as it takes, and counts its `attempts`; so does Modal's.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from google.protobuf.empty_pb2 import Empty
from modal_proto import api_pb2

from tests.modal_peer.functions import Function, Functions
from tests.modal_peer.identifiers import new_id
from tests.modal_peer.rpc import Caller, Changes, answers, not_found

_Result = api_pb2.GenericResult


@dataclass(eq=False)
class CallInput:
    """One input of a call.

    Args:
        attempts: Ids of the containers that got it, in turn.
        task_id: The container that is at work on it; None if none is.
        retry_count: How often it was tried again after a failure of its own.
    """

    input_id: str
    idx: int
    call: "Call"
    content: api_pb2.FunctionInput
    jwt: str = field(default_factory=lambda: new_id("jwt"))
    attempts: list[str] = field(default_factory=list)
    task_id: str | None = None
    retry_count: int = 0
    output: api_pb2.FunctionGetOutputsItem | None = None

    @property
    def is_waiting(self) -> bool:
        return self.output is None and self.task_id is None


@dataclass(eq=False)
class Call:
    """A call of a function, with all its inputs.

    Args:
        endings: The inputs that have an output, in the order in which they got it.
        is_cancelled: Whether it was cancelled before all inputs had an output.
    """

    call_id: str
    function: Function
    invocation_type: api_pb2.FunctionCallInvocationType.ValueType
    inputs: dict[int, CallInput] = field(default_factory=dict)
    endings: list[CallInput] = field(default_factory=list)
    is_cancelled: bool = False

    @property
    def attempts(self) -> int:
        """How often a container began with one of its inputs."""
        return sum(len(one.attempts) for one in self.inputs.values())

    @property
    def is_async(self) -> bool:
        return self.invocation_type == api_pb2.FUNCTION_CALL_INVOCATION_TYPE_ASYNC

    @property
    def unfinished_count(self) -> int:
        return sum(one.output is None for one in self.inputs.values())


@dataclass
class Calls:
    """Calls by id, in the order they were made, and their inputs by id.

    Args:
        on_waiting: Told when an input of a function begins to wait.
        on_cancel: Told when an input that a container works on is cancelled, and whether the
            container is to end with it.
    """

    functions: Functions
    changes: Changes
    calls: dict[str, Call] = field(default_factory=dict)
    inputs: dict[str, CallInput] = field(default_factory=dict)
    on_waiting: list[Callable[[Function], None]] = field(default_factory=list)
    on_cancel: list[Callable[[CallInput, bool], None]] = field(default_factory=list)
    _ordered_failures: list[tuple[str, api_pb2.GenericResult]] = field(default_factory=list)

    @answers("FunctionMap")
    async def make(
        self, request: api_pb2.FunctionMapRequest, caller: Caller
    ) -> api_pb2.FunctionMapResponse:
        function = self.functions.find(request.function_id)
        call = Call(new_id("fc"), function, request.function_call_invocation_type)
        self.calls[call.call_id] = call
        return api_pb2.FunctionMapResponse(
            function_call_id=call.call_id,
            pipelined_inputs=[self._put(call, item) for item in request.pipelined_inputs],
            retry_policy=function.definition.retry_policy,
            function_call_jwt=call.call_id,
            sync_client_retries_enabled=True,
            max_inputs_outstanding=1000,
        )

    @answers("FunctionPutInputs")
    async def put_inputs(
        self, request: api_pb2.FunctionPutInputsRequest, caller: Caller
    ) -> api_pb2.FunctionPutInputsResponse:
        call = self.find(request.function_call_id)
        return api_pb2.FunctionPutInputsResponse(
            inputs=[self._put(call, item) for item in request.inputs]
        )

    @answers("FunctionFinishInputs")
    async def finish_inputs(
        self, request: api_pb2.FunctionFinishInputsRequest, caller: Caller
    ) -> Empty:
        self.find(request.function_call_id)
        return Empty()

    @answers("FunctionRetryInputs")
    async def retry_inputs(
        self, request: api_pb2.FunctionRetryInputsRequest, caller: Caller
    ) -> api_pb2.FunctionRetryInputsResponse:
        call = self.find(request.function_call_jwt)
        by_jwt = {one.jwt: one for one in call.inputs.values()}
        jwts = []
        for item in request.inputs:
            one = by_jwt[item.input_jwt]
            one.content = item.input
            self._retry(one)
            jwts.append(one.jwt)
        return api_pb2.FunctionRetryInputsResponse(input_jwts=jwts)

    @answers("FunctionGetOutputs")
    async def get_outputs(
        self, request: api_pb2.FunctionGetOutputsRequest, caller: Caller
    ) -> api_pb2.FunctionGetOutputsResponse:
        call = self.find(request.function_call_id)
        seen = int(request.last_entry_id.partition("-")[0] or 0)

        def ended() -> list[CallInput]:
            new = [one for one in call.endings[seen:] if one.output is not None]
            if request.HasField("start_idx"):
                new = [one for one in new if request.start_idx <= one.idx <= request.end_idx]
            return new

        await self.changes.wait_until(lambda: bool(ended()), request.timeout)
        found = ended()
        return api_pb2.FunctionGetOutputsResponse(
            outputs=[one.output for one in found if one.output is not None],
            idxs=[one.idx for one in found],
            last_entry_id=f"{len(call.endings)}-0",
            num_unfinished_inputs=call.unfinished_count,
        )

    @answers("FunctionCallFromId")
    async def from_id(
        self, request: api_pb2.FunctionCallFromIdRequest, caller: Caller
    ) -> api_pb2.FunctionCallFromIdResponse:
        call = self.find(request.function_call_id)
        function = call.function
        return api_pb2.FunctionCallFromIdResponse(
            function_call_id=call.call_id,
            num_inputs=len(call.inputs),
            metadata=api_pb2.FunctionCallHandleMetadata(
                app_id=function.app_id, function_id=function.function_id
            ),
        )

    @answers("FunctionCallCancel")
    async def cancel(self, request: api_pb2.FunctionCallCancelRequest, caller: Caller) -> Empty:
        call = self.find(request.function_call_id)
        for one in call.inputs.values():
            if one.output is None:
                call.is_cancelled = True
                self._cancel(one, request.terminate_containers)
        return Empty()

    def find(self, call_id: str) -> Call:
        """Return a call by its id.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        if call_id not in self.calls:
            raise not_found(f"Function call {call_id} not found.")
        return self.calls[call_id]

    def of(self, function: Function) -> list[CallInput]:
        """Return the inputs of a function that wait, the oldest first."""
        return [
            one for one in self.inputs.values() if one.is_waiting and one.call.function is function
        ]

    def end(
        self,
        one: CallInput,
        result: api_pb2.GenericResult,
        data_format: api_pb2.DataFormat.ValueType = api_pb2.DATA_FORMAT_UNSPECIFIED,
    ) -> None:
        """Keep how an input ended; try it again instead if its function says so."""
        failed = result.status in {_Result.GENERIC_STATUS_FAILURE, _Result.GENERIC_STATUS_TIMEOUT}
        policy = one.call.function.definition.retry_policy
        task_id, one.task_id = one.task_id, None
        # Who waits for the result tries again by himself, through FunctionRetryInputs.
        if failed and one.call.is_async and one.retry_count < policy.retries:
            delay_ms = policy.initial_delay_ms * policy.backoff_coefficient**one.retry_count
            one.task_id = "to be retried"
            asyncio.get_running_loop().call_later(delay_ms / 1000, self._retry, one)
            return
        one.output = api_pb2.FunctionGetOutputsItem(
            result=result,
            idx=one.idx,
            input_id=one.input_id,
            data_format=data_format,
            task_id=task_id or "",
            retry_count=one.retry_count,
        )
        one.call.endings.append(one)
        self.changes.tell()

    def wait_again(self, one: CallInput) -> None:
        """Let an input wait for another container."""
        one.task_id = None
        for tell in self.on_waiting:
            tell(one.call.function)
        self.changes.tell()

    def fail_next(self, function: Function, result: api_pb2.GenericResult) -> None:
        """Let the next input of a function end like this, before any container sees it."""
        self._ordered_failures.append((function.function_id, result))

    def forget(self, call_id: str) -> None:
        """Let a call's outputs expire, as Modal's do after a week."""
        call = self.find(call_id)
        call.endings.clear()

    def _put(
        self, call: Call, item: api_pb2.FunctionPutInputsItem
    ) -> api_pb2.FunctionPutInputsResponseItem:
        one = CallInput(new_id("in"), item.idx, call, item.input)
        call.inputs[item.idx] = one
        self.inputs[one.input_id] = one
        for ordered in self._ordered_failures:
            if ordered[0] == call.function.function_id:
                self._ordered_failures.remove(ordered)
                self.end(one, ordered[1])
                break
        else:
            self.wait_again(one)
        return api_pb2.FunctionPutInputsResponseItem(
            idx=one.idx, input_id=one.input_id, input_jwt=one.jwt
        )

    def _retry(self, one: CallInput) -> None:
        one.retry_count += 1
        one.jwt = new_id("jwt")
        one.output = None
        if one in one.call.endings:
            one.call.endings.remove(one)
        self.wait_again(one)

    def _cancel(self, one: CallInput, terminate_containers: bool) -> None:
        if one.task_id is not None:
            for tell in self.on_cancel:
                tell(one, terminate_containers)
        message = "Input was cancelled by user."
        self.end(one, _Result(status=_Result.GENERIC_STATUS_TERMINATED, exception=message))
