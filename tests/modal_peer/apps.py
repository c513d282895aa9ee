"""Keeps apps: what is deployed under which name, what runs for a client, and what it printed."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from google.protobuf.empty_pb2 import Empty
from grpclib import GRPCError, Status
from modal_proto import api_pb2

from tests.modal_peer.identifiers import new_id
from tests.modal_peer.images import BUILDER_VERSION
from tests.modal_peer.rpc import Caller, Changes, answers, not_found

ENVIRONMENT = "main"


@dataclass(eq=False)
class App:
    """An app, deployed or run by a client."""

    app_id: str
    name: str
    state: int
    version: int = 0
    deployed_at: float = 0.0
    function_ids: dict[str, str] = field(default_factory=dict)
    class_ids: dict[str, str] = field(default_factory=dict)
    logs: list[api_pb2.TaskLogsBatch] = field(default_factory=list)

    @property
    def is_stopped(self) -> bool:
        return self.state == api_pb2.APP_STATE_STOPPED

    @property
    def log(self) -> str:
        """All that its containers printed."""
        return "".join(item.data for batch in self.logs for item in batch.items)


@dataclass
class Apps:
    """Apps by id, and the ids of the deployed ones by name."""

    changes: Changes
    apps: dict[str, App] = field(default_factory=dict)
    deployed: dict[str, str] = field(default_factory=dict)
    on_stop: list[Callable[[str], None]] = field(default_factory=list)

    @answers("ClientHello")
    async def hello(self, request: Empty, caller: Caller) -> api_pb2.ClientHelloResponse:
        return api_pb2.ClientHelloResponse(image_builder_version=BUILDER_VERSION)

    @answers("EnvironmentGetOrCreate")
    async def environment(
        self, request: api_pb2.EnvironmentGetOrCreateRequest, caller: Caller
    ) -> api_pb2.EnvironmentGetOrCreateResponse:
        _check_environment(request.deployment_name)
        return api_pb2.EnvironmentGetOrCreateResponse(
            environment_id="en-main",
            metadata=api_pb2.EnvironmentMetadata(
                name=ENVIRONMENT,
                settings=api_pb2.EnvironmentSettings(image_builder_version=BUILDER_VERSION),
            ),
        )

    @answers("AppCreate")
    async def create(
        self, request: api_pb2.AppCreateRequest, caller: Caller
    ) -> api_pb2.AppCreateResponse:
        _check_environment(request.environment_name)
        app = self._add(request.description, request.app_state)
        return api_pb2.AppCreateResponse(app_id=app.app_id, app_page_url=_page(app.app_id))

    @answers("AppGetOrCreate")
    async def get_or_create(
        self, request: api_pb2.AppGetOrCreateRequest, caller: Caller
    ) -> api_pb2.AppGetOrCreateResponse:
        _check_environment(request.environment_name)
        name = request.app_name
        if name not in self.deployed:
            if request.object_creation_type != api_pb2.OBJECT_CREATION_TYPE_CREATE_IF_MISSING:
                raise not_found(f"App '{name}' not found in environment '{ENVIRONMENT}'.")
            self.deployed[name] = self._add(name, api_pb2.APP_STATE_DEPLOYED).app_id
        app = self.apps[self.deployed[name]]
        return api_pb2.AppGetOrCreateResponse(
            app_id=app.app_id,
            handle_metadata=api_pb2.AppHandleMetadata(
                description=app.name, app_id=app.app_id, environment_name=ENVIRONMENT
            ),
        )

    @answers("AppGetByDeploymentName")
    async def by_name(
        self, request: api_pb2.AppGetByDeploymentNameRequest, caller: Caller
    ) -> api_pb2.AppGetByDeploymentNameResponse:
        _check_environment(request.environment_name)
        return api_pb2.AppGetByDeploymentNameResponse(
            app_id=self.deployed.get(request.name, ""), environment_name=ENVIRONMENT
        )

    @answers("AppGetLayout")
    async def get_layout(
        self, request: api_pb2.AppGetLayoutRequest, caller: Caller
    ) -> api_pb2.AppGetLayoutResponse:
        app = self.find(request.app_id)
        layout = api_pb2.AppLayout(function_ids=app.function_ids, class_ids=app.class_ids)
        return api_pb2.AppGetLayoutResponse(app_layout=layout)

    @answers("AppPublish")
    async def publish(
        self, request: api_pb2.AppPublishRequest, caller: Caller
    ) -> api_pb2.AppPublishResponse:
        app = self.find(request.app_id)
        app.state = request.app_state
        app.function_ids = dict(request.function_ids)
        app.class_ids = dict(request.class_ids)
        app.version += 1
        app.deployed_at = time.time()
        if request.app_state == api_pb2.APP_STATE_DEPLOYED:
            app.name = request.name
            self.deployed[request.name] = app.app_id
        return api_pb2.AppPublishResponse(url=_page(app.app_id), deployed_at=app.deployed_at)

    @answers("AppHeartbeat")
    async def heartbeat(self, request: api_pb2.AppHeartbeatRequest, caller: Caller) -> Empty:
        self.find(request.app_id)
        return Empty()

    @answers("AppClientDisconnect")
    async def disconnect(
        self, request: api_pb2.AppClientDisconnectRequest, caller: Caller
    ) -> Empty:
        if self.find(request.app_id).state != api_pb2.APP_STATE_DEPLOYED:
            self.stop(request.app_id)
        return Empty()

    @answers("AppStop")
    async def stop_app(self, request: api_pb2.AppStopRequest, caller: Caller) -> Empty:
        self.stop(request.app_id)
        return Empty()

    @answers("AppGetLogs")
    async def get_logs(
        self, request: api_pb2.AppGetLogsRequest, caller: Caller
    ) -> AsyncIterator[api_pb2.TaskLogsBatch]:
        app = self.find(request.app_id)
        seen = int(request.last_entry_id or 0)

        def has_news() -> bool:
            return len(app.logs) > seen or app.is_stopped

        while True:
            changed = await self.changes.wait_until(has_news, request.timeout)
            while len(app.logs) > seen:
                seen += 1
                yield app.logs[seen - 1]
            if app.is_stopped:
                yield api_pb2.TaskLogsBatch(app_done=True)
            if app.is_stopped or not changed:
                return

    def find(self, app_id: str) -> App:
        """Return an app by its id.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        if app_id not in self.apps:
            raise not_found(f"App {app_id} not found.")
        return self.apps[app_id]

    def find_deployed(self, name: str) -> App:
        """Return the app deployed under a name.

        Raises:
            GRPCError: If there is none; NOT_FOUND.
        """
        if name not in self.deployed:
            raise not_found(f"App '{name}' not found in environment '{ENVIRONMENT}'")
        return self.apps[self.deployed[name]]

    def stop(self, app_id: str) -> None:
        """End all that runs for an app."""
        app = self.find(app_id)
        app.state = api_pb2.APP_STATE_STOPPED
        if self.deployed.get(app.name) == app_id:
            del self.deployed[app.name]
        for end in self.on_stop:
            end(app_id)
        self.changes.tell()

    def write_log(
        self,
        app_id: str,
        task_id: str,
        text: str,
        file_descriptor: api_pb2.FileDescriptor.ValueType,
    ) -> None:
        """Add what a container printed to its app's log."""
        app = self.apps[app_id]
        item = api_pb2.TaskLogs(data=text, file_descriptor=file_descriptor, timestamp=time.time())
        entry_id = str(len(app.logs) + 1)
        app.logs.append(api_pb2.TaskLogsBatch(task_id=task_id, items=[item], entry_id=entry_id))
        self.changes.tell()

    def _add(self, name: str, state: int) -> App:
        app = App(new_id("ap"), name, state)
        self.apps[app.app_id] = app
        return app


def _check_environment(name: str) -> None:
    if name not in {"", ENVIRONMENT}:
        raise GRPCError(Status.NOT_FOUND, f"Environment '{name}' not found.")


def _page(app_id: str) -> str:
    return f"https://modal.example/apps/{app_id}"
