"""What a test sees of a running peer, and may do to it; `assembly.py` puts it together."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from modal_proto import api_pb2

from tests.modal_peer.apps import App, Apps
from tests.modal_peer.blobs import Blobs
from tests.modal_peer.calls import Call, Calls
from tests.modal_peer.containers import Containers
from tests.modal_peer.faults import Faults
from tests.modal_peer.functions import Functions
from tests.modal_peer.images import Images
from tests.modal_peer.line import Line
from tests.modal_peer.mounts import Mounts
from tests.modal_peer.rpc import Changes, Desk
from tests.modal_peer.sandboxes import Sandboxes
from tests.modal_peer.secrets import Secrets

T = TypeVar("T")


@dataclass
class ModalPeer:
    """A running peer: its address, what happened in it, and what a test may do to it."""

    desk: Desk
    apps: Apps
    functions: Functions
    calls: Calls
    containers: Containers
    sandboxes: Sandboxes
    images: Images
    mounts: Mounts
    secrets: Secrets
    blobs: Blobs
    changes: Changes
    line: Line
    loop: asyncio.AbstractEventLoop
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which the real client finds it."""
        return {
            "MODAL_SERVER_URL": self.url,
            "MODAL_TOKEN_ID": self.desk.token_id,
            "MODAL_TOKEN_SECRET": self.desk.token_secret,
            "MODAL_CONFIG_PATH": os.devnull,
        }

    @property
    def faults(self) -> Faults:
        """What is to go wrong with the next RPCs."""
        return self.desk.faults

    @property
    def rpcs(self) -> list[str]:
        """The names of all RPCs that were asked for, in order."""
        return [one.rpc for one in self.desk.calls]

    def app(self, name: str) -> App:
        """Return a deployed app by its name, for instance to read its log."""
        return self.apps.find_deployed(name)

    def call(self, call_id: str) -> Call:
        """Return a function call, for instance to count its attempts."""
        return self.calls.calls[call_id]

    def calls_of(self, app_name: str, function_name: str) -> list[Call]:
        """Return all calls of a function, in the order they were made."""
        function = self.functions.named(app_name, function_name)
        return [one for one in self.calls.calls.values() if one.function is function]

    def forget_outputs(self, call_id: str) -> None:
        """Let a call's outputs expire, as Modal's do after a week."""
        self.run(lambda: self.calls.forget(call_id))

    def run_count(self, app_name: str, function_name: str) -> int:
        """Return how often a container began with an input of a function."""
        return sum(one.attempts for one in self.calls_of(app_name, function_name))

    def kill_containers(self, app_name: str, function_name: str) -> list[str]:
        """Kill a function's containers, as the kernel does when memory is out; return their ids."""
        return self.run(lambda: self.containers.kill(self.functions.named(app_name, function_name)))

    def kill_sandboxes(self) -> list[str]:
        """Kill all sandboxes, as the kernel does when memory is out; return their ids."""
        return self.run(self.sandboxes.kill)

    def fail_next_input(self, app_name: str, function_name: str, text: str) -> None:
        """Let the next input of a function end in a failure of Modal's own, before it is run."""
        status = api_pb2.GenericResult.GENERIC_STATUS_INTERNAL_FAILURE
        result = api_pb2.GenericResult(status=status, exception=text)
        function = self.functions.named(app_name, function_name)
        self.run(lambda: self.calls.fail_next(function, result))

    def cut_connections(self) -> None:
        """Break all connections of clients; they may connect again at once."""
        self.run(self.line.cut)

    @contextlib.contextmanager
    def unplugged(self) -> Iterator[None]:
        """Break all connections of clients, and let them make none until the block ends."""
        self.line.is_down = True
        self.cut_connections()
        try:
            yield
        finally:
            self.line.is_down = False

    def wait_until(self, predicate: Callable[[], bool], timeout_seconds: float = 60.0) -> None:
        """Wait until something is true of the peer's state.

        Raises:
            TimeoutError: If it does not become true in time.
        """
        if not self.run_async(self.changes.wait_until(predicate, timeout_seconds)):
            message = f"It did not become true within {timeout_seconds} s."
            raise TimeoutError(message)

    def run(self, action: Callable[[], T]) -> T:
        """Do something in the peer's own thread."""

        async def act() -> T:
            return action()

        return self.run_async(act())

    def run_async(self, action: Coroutine[Any, Any, T]) -> T:
        """Await something in the peer's own thread."""
        return asyncio.run_coroutine_threadsafe(action, self.loop).result()
