"""Keeps functions: what was deployed under which name, and how a client finds it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grpclib import GRPCError, Status
from modal_proto import api_pb2

from tests.modal_peer.apps import App, Apps
from tests.modal_peer.identifiers import new_id
from tests.modal_peer.rpc import Caller, answers, not_found

_DEFAULT_TIMEOUT_SECONDS = 300
_DEFAULT_CONTAINER_COUNT = 2


@dataclass(eq=False)
class Function:
    """A function as it was last deployed; `version` counts how often it was."""

    function_id: str
    app_id: str
    name: str
    metadata: api_pb2.FunctionHandleMetadata
    definition: api_pb2.Function = field(default_factory=api_pb2.Function)
    version: int = 0

    @property
    def timeout_seconds(self) -> int:
        return self.definition.timeout_secs or _DEFAULT_TIMEOUT_SECONDS

    @property
    def most_containers(self) -> int:
        """How many containers there may be at once: as asked, or few, for the tests' sake."""
        asked = self.definition.autoscaler_settings.max_containers
        return asked or self.definition.concurrency_limit or _DEFAULT_CONTAINER_COUNT


@dataclass
class Functions:
    """Functions by id."""

    apps: Apps
    functions: dict[str, Function] = field(default_factory=dict)
    on_redeploy: list[Callable[[str], None]] = field(default_factory=list)

    @answers("FunctionPrecreate")
    async def precreate(
        self, request: api_pb2.FunctionPrecreateRequest, caller: Caller
    ) -> api_pb2.FunctionPrecreateResponse:
        function_id = request.existing_function_id or new_id("fu")
        metadata = api_pb2.FunctionHandleMetadata(
            function_name=request.function_name,
            function_type=request.function_type,
            function_schema=request.function_schema,
            supported_input_formats=request.supported_input_formats,
            supported_output_formats=request.supported_output_formats,
            app_id=request.app_id,
            definition_id=new_id("de"),
        )
        if function_id in self.functions:
            self.functions[function_id].metadata = metadata
        else:
            self.functions[function_id] = Function(
                function_id, request.app_id, request.function_name, metadata
            )
        return api_pb2.FunctionPrecreateResponse(function_id=function_id, handle_metadata=metadata)

    @answers("FunctionCreate")
    async def create(
        self, request: api_pb2.FunctionCreateRequest, caller: Caller
    ) -> api_pb2.FunctionCreateResponse:
        if not request.HasField("function"):
            message = "tests/modal_peer has no functions with several choices of GPU."
            raise GRPCError(Status.UNIMPLEMENTED, message)
        function = self.find(request.existing_function_id)
        function.definition = request.function
        function.version += 1
        if function.version > 1:
            for retire in self.on_redeploy:
                retire(function.function_id)
        return api_pb2.FunctionCreateResponse(
            function_id=function.function_id,
            function=request.function,
            function_data=_described(request.function),
            handle_metadata=function.metadata,
        )

    @answers("FunctionGet")
    async def get(
        self, request: api_pb2.FunctionGetRequest, caller: Caller
    ) -> api_pb2.FunctionGetResponse:
        app = self.apps.find_deployed(request.app_name)
        if request.object_tag not in app.function_ids:
            message = f"App '{app.name}' has no function named '{request.object_tag}'"
            raise not_found(message)
        function = self.find(app.function_ids[request.object_tag])
        return api_pb2.FunctionGetResponse(
            function_id=function.function_id,
            handle_metadata=function.metadata,
            function=_described(function.definition),
        )

    @answers("FunctionGetById")
    async def get_by_id(
        self, request: api_pb2.FunctionGetByIdRequest, caller: Caller
    ) -> api_pb2.FunctionGetByIdResponse:
        function = self.find(request.function_id)
        return api_pb2.FunctionGetByIdResponse(
            handle_metadata=function.metadata, function=_described(function.definition)
        )

    @answers("FunctionUpdateSchedulingParams")
    async def update_scheduling(
        self, request: api_pb2.FunctionUpdateSchedulingParamsRequest, caller: Caller
    ) -> api_pb2.FunctionUpdateSchedulingParamsResponse:
        definition = self.find(request.function_id).definition
        definition.autoscaler_settings.MergeFrom(request.settings)
        return api_pb2.FunctionUpdateSchedulingParamsResponse()

    def find(self, function_id: str) -> Function:
        """Return a function by its id.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        if function_id not in self.functions:
            raise not_found(f"Function {function_id} not found.")
        return self.functions[function_id]

    def named(self, app_name: str, function_name: str) -> Function:
        """Return a function of a deployed app by its name."""
        return self.find(self.apps.find_deployed(app_name).function_ids[function_name])

    def layout(self, app: App) -> api_pb2.AppLayout:
        """Return what a container is told about its app."""
        ids = app.function_ids or {
            one.name: one.function_id for one in self.functions.values() if one.app_id == app.app_id
        }
        objects = [
            api_pb2.Object(
                object_id=function_id,
                function_handle_metadata=self.functions[function_id].metadata,
            )
            for function_id in ids.values()
        ]
        needed = {
            one.object_id
            for function_id in ids.values()
            for one in self.functions[function_id].definition.object_dependencies
        }
        objects += [api_pb2.Object(object_id=object_id) for object_id in sorted(needed)]
        return api_pb2.AppLayout(function_ids=ids, class_ids=app.class_ids, objects=objects)


def _described(definition: api_pb2.Function) -> api_pb2.FunctionData:
    """Return the short form of a definition, made of the fields that both forms have."""
    described = api_pb2.FunctionData()
    shared = {field.name for field in api_pb2.FunctionData.DESCRIPTOR.fields}
    for one, value in definition.ListFields():
        if one.name in shared:
            target = getattr(described, one.name)
            if one.is_repeated or one.message_type is not None:
                target.MergeFrom(value)
            else:
                setattr(described, one.name, value)
    ranked = api_pb2.FunctionData.RankedFunction(rank=0, function=definition)
    described.ranked_functions.append(ranked)
    return described
