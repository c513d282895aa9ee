"""Makes a gRPC service of methods that are marked with the RPCs they answer.

What comes in passes the desk first: it records, asks for the token, and does the ordered harm.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from google.protobuf.message import Message
from grpclib import GRPCError, Status
from grpclib.const import Cardinality, Handler
from grpclib.server import Stream

from tests.modal_peer.faults import Faults

_REMEMBERED_ANSWERS = 1000
_ALLOWED_TO_RESTRICTED = {
    "AuthTokenGet",
    "BlobCreate",
    "BlobGet",
    "ContainerHeartbeat",
    "ContainerHello",
    "ContainerStop",
    "FunctionGetInputs",
    "FunctionPutOutputs",
    "TaskResult",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a client that shows a token, or the container with this task id."""

    task_id: str | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """An RPC that was asked for, whether or not it was answered."""

    rpc: str
    task_id: str | None


def answers(*rpcs: str) -> Callable[[Any], Any]:
    """Mark a method `(request, caller)` as the one that answers these RPCs.

    It returns the response; for a stream of responses it is an async generator; for a stream of
    requests it takes grpclib's stream in the place of the request.
    """

    def mark(method: Any) -> Any:
        method.answered_rpcs = rpcs
        return method

    return mark


def marked_methods(parts: Iterable[object]) -> dict[str, Any]:
    """Collect what these objects answer, by the RPC's name."""
    found = {}
    for part in parts:
        for name in dir(type(part)):
            for rpc in getattr(getattr(type(part), name), "answered_rpcs", ()):
                found[rpc] = getattr(part, name)
    return found


def not_found(what: str) -> GRPCError:
    """Say that something asked for by id or name is not there."""
    return GRPCError(Status.NOT_FOUND, what)


@dataclass
class Desk:
    """Records what is asked, asks for the token, and does the harm that a test ordered."""

    token_id: str
    token_secret: str
    faults: Faults = field(default_factory=Faults)
    calls: list[RecordedCall] = field(default_factory=list)
    _given: OrderedDict[tuple[str, str], Message] = field(default_factory=OrderedDict)

    def admit(self, rpc: str, metadata: Mapping[str, Any], caller: Caller) -> None:
        """Record a call, and refuse it if it has no right to be made.

        Raises:
            GRPCError: If the token is wrong, or a restricted container asks for what it may not.
        """
        self.calls.append(RecordedCall(rpc, caller.task_id))
        self.check(rpc, metadata, caller)

    def check(self, rpc: str, metadata: Mapping[str, Any], caller: Caller) -> None:
        """Refuse what `admit` says."""
        if caller.task_id is None and (
            metadata.get("x-modal-token-id") != self.token_id
            or metadata.get("x-modal-token-secret") != self.token_secret
        ):
            raise GRPCError(Status.UNAUTHENTICATED, "Token validation failed. Check your token.")
        if caller.restricted and rpc not in _ALLOWED_TO_RESTRICTED:
            message = f"{rpc} is not allowed to a function with restricted Modal access."
            raise GRPCError(Status.PERMISSION_DENIED, message)

    def given_before(self, rpc: str, metadata: Mapping[str, Any]) -> Message | None:
        """Return the answer that a retried call got at first, if its idempotency key is known."""
        return self._given.get((rpc, str(metadata.get("x-idempotency-key"))))

    def remember(self, rpc: str, metadata: Mapping[str, Any], answer: Message) -> None:
        """Keep an answer for the case that it gets lost and is asked for again."""
        if key := metadata.get("x-idempotency-key"):
            self._given[rpc, str(key)] = answer
            if len(self._given) > _REMEMBERED_ANSWERS:
                self._given.popitem(last=False)


class Service:
    """One gRPC service of Modal's, as one caller sees it.

    An RPC that nobody answers is refused as UNIMPLEMENTED, by its name.
    """

    def __init__(
        self, base: type[Any], methods: Mapping[str, Any], desk: Desk, caller: Caller
    ) -> None:
        self._base = base
        self._methods = methods
        self._desk = desk
        self._caller = caller

    def __mapping__(self) -> dict[str, Handler]:
        return {
            path: handler._replace(func=partial(self._serve, path, handler.cardinality))
            for path, handler in self._base.__mapping__(_Unbound()).items()
        }

    async def _serve(self, path: str, cardinality: Cardinality, stream: Stream[Any, Any]) -> None:
        rpc = path.rpartition("/")[2]
        metadata: Mapping[str, Any] = stream.metadata or {}
        self._desk.admit(rpc, metadata, self._caller)
        harm = self._desk.faults.take(rpc)
        if isinstance(harm, GRPCError):
            raise harm
        method = self._methods.get(rpc)
        if method is None:
            raise GRPCError(Status.UNIMPLEMENTED, f"tests/modal_peer doesn't answer {rpc}.")
        if harm == "drop":
            await stream.cancel()
        elif cardinality.server_streaming:
            await self._stream(method, stream, is_cut=harm == "lose")
        else:
            answer = await self._answer(rpc, cardinality, method, stream)
            await (stream.cancel() if harm == "lose" else stream.send_message(answer))

    async def _answer(
        self, rpc: str, cardinality: Cardinality, method: Any, stream: Stream[Any, Any]
    ) -> Message:
        metadata: Mapping[str, Any] = stream.metadata or {}
        if cardinality.client_streaming:
            return await method(stream, self._caller)
        request = await stream.recv_message()
        answer = self._desk.given_before(rpc, metadata)
        if answer is None:
            answer = await method(request, self._caller)
            self._desk.remember(rpc, metadata, answer)
        return answer

    async def _stream(self, method: Any, stream: Stream[Any, Any], *, is_cut: bool) -> None:
        async for message in method(await stream.recv_message(), self._caller):
            await stream.send_message(message)
            if is_cut:
                await stream.cancel()
                return


class _Unbound:
    def __getattr__(self, name: str) -> None:
        return None


class Changes:
    """Wakes whoever waits for something in the peer's state to become true."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()
        self._notices: set[asyncio.Task[None]] = set()

    def tell(self) -> None:
        """Let everybody look again."""
        notice = asyncio.ensure_future(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    async def _notify(self) -> None:
        async with self._condition:
            self._condition.notify_all()

    async def wait_until(
        self, predicate: Callable[[], bool], timeout_seconds: float | None
    ) -> bool:
        """Wait until a predicate holds, for ever if None; return whether it does."""
        if predicate() or (timeout_seconds is not None and timeout_seconds <= 0):
            return predicate()
        try:
            async with asyncio.timeout(timeout_seconds), self._condition:
                await self._condition.wait_for(predicate)
        except TimeoutError:
            return predicate()
        return True
