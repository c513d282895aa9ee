"""Answers what containers ask for: inputs to work on, and where their outputs go."""

from dataclasses import dataclass

from google.protobuf.empty_pb2 import Empty
from modal_proto import api_pb2

from tests.modal_peer.containers import Container, Containers
from tests.modal_peer.rpc import Caller, answers

_DEFAULT_IDLE_SECONDS = 60
_HEARTBEAT_SECONDS = 14.0  # the client asks every 15 s and waits for little more


@dataclass
class ContainerRequests:
    """The RPCs of containers; each is known by the socket it calls through."""

    containers: Containers

    @answers("ContainerHello")
    async def hello(self, request: Empty, caller: Caller) -> Empty:
        return Empty()

    @answers("ContainerHeartbeat")
    async def heartbeat(
        self, request: api_pb2.ContainerHeartbeatRequest, caller: Caller
    ) -> api_pb2.ContainerHeartbeatResponse:
        container = self._container(caller)
        await self.containers.changes.wait_until(
            lambda: bool(container.cancelled), _HEARTBEAT_SECONDS
        )
        input_ids, container.cancelled = container.cancelled, []
        if not input_ids:
            return api_pb2.ContainerHeartbeatResponse()
        event = api_pb2.CancelInputEvent(input_ids=input_ids)
        return api_pb2.ContainerHeartbeatResponse(cancel_input_event=event)

    @answers("FunctionGetInputs")
    async def get_inputs(
        self, request: api_pb2.FunctionGetInputsRequest, caller: Caller
    ) -> api_pb2.FunctionGetInputsResponse:
        container = self._container(caller)
        function = container.function
        container.has_asked = True
        self.containers.note_start(function)
        container.asking_count += 1
        try:
            idle_seconds = function.definition.task_idle_timeout_secs or _DEFAULT_IDLE_SECONDS
            await self.containers.changes.wait_until(
                lambda: container.is_retired or bool(self.containers.calls.of(function)),
                idle_seconds,
            )
        finally:
            container.asking_count -= 1
        given = self.containers.calls.of(function)[: max(1, request.batch_max_size)]
        if container.is_retired or not given:
            container.is_retired = True
            end = api_pb2.FunctionGetInputsItem(kill_switch=True)
            return api_pb2.FunctionGetInputsResponse(inputs=[end])
        return api_pb2.FunctionGetInputsResponse(
            inputs=[self.containers.give(one, container) for one in given]
        )

    @answers("FunctionPutOutputs")
    async def put_outputs(
        self, request: api_pb2.FunctionPutOutputsRequest, caller: Caller
    ) -> Empty:
        container = self._container(caller)
        for item in request.outputs:
            one = container.inputs.pop(item.input_id, None)
            if one is not None and one.task_id == container.task_id:
                self.containers.calls.end(one, item.result, item.data_format)
        return Empty()

    @answers("TaskResult")
    async def task_result(self, request: api_pb2.TaskResultRequest, caller: Caller) -> Empty:
        self._container(caller).result = request.result
        return Empty()

    @answers("ContainerStop")
    async def stop_container(
        self, request: api_pb2.ContainerStopRequest, caller: Caller
    ) -> api_pb2.ContainerStopResponse:
        container = self.containers.containers[request.task_id]
        container.is_retired = True
        self.containers.changes.tell()
        if not request.graceful:
            self.containers.end(container)
        return api_pb2.ContainerStopResponse()

    @answers("TaskList")
    async def list_tasks(
        self, request: api_pb2.TaskListRequest, caller: Caller
    ) -> api_pb2.TaskListResponse:
        tasks = [
            api_pb2.TaskStats(task_id=one.task_id, app_id=one.function.app_id)
            for one in self.containers.alive()
            if request.app_id in {"", one.function.app_id}
        ]
        return api_pb2.TaskListResponse(tasks=tasks)

    def _container(self, caller: Caller) -> Container:
        return self.containers.containers[caller.task_id or ""]
