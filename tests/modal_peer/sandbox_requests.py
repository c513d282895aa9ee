"""Answers what is asked of sandboxes as wholes: to make one, to wait for it, to end it.

The RPCs with V2 at their end are those of the client's own choice; the others it uses if told so.
"""

from dataclasses import dataclass

from modal_proto import api_pb2

from tests.modal_peer.identifiers import new_id, new_token
from tests.modal_peer.rpc import Caller, answers
from tests.modal_peer.sandboxes import KILLED, Sandbox, Sandboxes

_NEW_ID_LENGTH = 26  # by its length the client knows that an id is of the second version
_V2_TASK_MARKER = "V"
_LONGEST_POLL_SECONDS = 60.0
_Result = api_pb2.GenericResult


@dataclass
class SandboxRequests:
    """The RPCs about sandboxes."""

    sandboxes: Sandboxes

    @answers("AuthTokenGet")
    async def token(
        self, request: api_pb2.AuthTokenGetRequest, caller: Caller
    ) -> api_pb2.AuthTokenGetResponse:
        return api_pb2.AuthTokenGetResponse(token=new_token(caller.task_id or "client"))

    @answers("SandboxCreateV2")
    async def create(
        self, request: api_pb2.SandboxCreateV2Request, caller: Caller
    ) -> api_pb2.SandboxCreateV2Response:
        sandbox_id, task_id = new_id("sb", _NEW_ID_LENGTH), new_id("ta") + _V2_TASK_MARKER
        sandbox = _new_sandbox(sandbox_id, task_id, request)
        sandbox.variables |= self.sandboxes.files.secrets.from_sources(request.secret_sources)
        await self.sandboxes.start(sandbox)
        return api_pb2.SandboxCreateV2Response(
            sandbox_id=sandbox.sandbox_id,
            task_id=sandbox.task_id,
            metadata=_metadata(sandbox),
            command_router_access=self._access(sandbox),
        )

    @answers("SandboxCreate")
    async def create_v1(
        self, request: api_pb2.SandboxCreateRequest, caller: Caller
    ) -> api_pb2.SandboxCreateResponse:
        sandbox = _new_sandbox(new_id("sb"), new_id("ta"), request)
        await self.sandboxes.start(sandbox)
        return api_pb2.SandboxCreateResponse(
            sandbox_id=sandbox.sandbox_id, metadata=_metadata(sandbox)
        )

    @answers("SandboxGetTaskId", "SandboxGetTaskIdV2")
    async def task_id(
        self, request: api_pb2.SandboxGetTaskIdRequest, caller: Caller
    ) -> api_pb2.SandboxGetTaskIdResponse:
        sandbox = self.sandboxes.find(request.sandbox_id)
        return api_pb2.SandboxGetTaskIdResponse(task_id=sandbox.task_id, task_result=sandbox.result)

    @answers("SandboxWait", "SandboxWaitV2")
    async def wait(
        self, request: api_pb2.SandboxWaitRequest, caller: Caller
    ) -> api_pb2.SandboxWaitResponse:
        sandbox = self.sandboxes.find(request.sandbox_id)
        seconds = min(request.timeout, _LONGEST_POLL_SECONDS)
        await self.sandboxes.changes.wait_until(lambda: not sandbox.is_alive, seconds)
        return api_pb2.SandboxWaitResponse(result=sandbox.result, metadata=_metadata(sandbox))

    @answers("SandboxTerminate", "SandboxTerminateV2")
    async def terminate(
        self, request: api_pb2.SandboxTerminateRequest, caller: Caller
    ) -> api_pb2.SandboxTerminateResponse:
        sandbox = self.sandboxes.find(request.sandbox_id)
        before = sandbox.result
        self.sandboxes.end(
            sandbox, _Result(status=_Result.GENERIC_STATUS_TERMINATED, exitcode=KILLED)
        )
        return api_pb2.SandboxTerminateResponse(existing_result=before)

    @answers("SandboxGetCommandRouterAccess")
    async def access(
        self, request: api_pb2.SandboxGetCommandRouterAccessRequest, caller: Caller
    ) -> api_pb2.SandboxGetCommandRouterAccessResponse:
        found = self._access(
            self.sandboxes.find(request.sandbox_id)
            if request.sandbox_id
            else self.sandboxes.by_task(request.task_id)
        )
        return api_pb2.SandboxGetCommandRouterAccessResponse(jwt=found.jwt, url=found.url)

    @answers("TaskGetCommandRouterAccess")
    async def access_v1(
        self, request: api_pb2.TaskGetCommandRouterAccessRequest, caller: Caller
    ) -> api_pb2.TaskGetCommandRouterAccessResponse:
        found = self._access(self.sandboxes.by_task(request.task_id))
        return api_pb2.TaskGetCommandRouterAccessResponse(jwt=found.jwt, url=found.url)

    @answers("SandboxList", "SandboxListV2")
    async def list_sandboxes(
        self, request: api_pb2.SandboxListRequest, caller: Caller
    ) -> api_pb2.SandboxListResponse:
        wanted = {(tag.tag_name, tag.tag_value) for tag in request.tags}
        # The client asks for older and older ones until there are none.
        found = [] if request.before_timestamp else list(self.sandboxes.sandboxes.values())
        return api_pb2.SandboxListResponse(
            sandboxes=[
                api_pb2.SandboxInfo(
                    id=one.sandbox_id,
                    created_at=1.0,
                    app_id=one.app_id,
                    task_info=api_pb2.TaskInfo(id=one.task_id, result=one.result),
                    metadata=_metadata(one),
                )
                for one in found
                if (one.is_alive or request.include_finished)
                and request.app_id in {"", one.app_id}
                and wanted <= set(one.tags.items())
            ]
        )

    def _access(self, sandbox: Sandbox) -> api_pb2.CommandRouterAccess:
        return api_pb2.CommandRouterAccess(jwt=sandbox.token, url=self.sandboxes.router_url)


def _new_sandbox(
    sandbox_id: str,
    task_id: str,
    request: api_pb2.SandboxCreateRequest | api_pb2.SandboxCreateV2Request,
) -> Sandbox:
    return Sandbox(
        sandbox_id,
        task_id,
        request.app_id,
        request.definition,
        token=new_token(task_id),
        tags={tag.tag_name: tag.tag_value for tag in request.tags},
    )


def _metadata(sandbox: Sandbox) -> api_pb2.SandboxHandleMetadata:
    return api_pb2.SandboxHandleMetadata(result=sandbox.result, app_id=sandbox.app_id)
