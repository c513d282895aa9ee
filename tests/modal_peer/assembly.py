"""Puts a peer together, and runs it in a thread with an event loop of its own."""

import asyncio
import contextlib
import socket
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from grpclib.server import Server
from modal_proto import api_grpc, task_command_router_grpc

from tests.modal_peer.apps import Apps
from tests.modal_peer.blobs import Blobs
from tests.modal_peer.calls import Calls
from tests.modal_peer.container_requests import ContainerRequests
from tests.modal_peer.containers import Containers
from tests.modal_peer.files import Files
from tests.modal_peer.functions import Functions
from tests.modal_peer.images import Images
from tests.modal_peer.line import Line
from tests.modal_peer.mounts import Mounts
from tests.modal_peer.peer import ModalPeer
from tests.modal_peer.router import Router, RouterDesk
from tests.modal_peer.rpc import Caller, Changes, Desk, Service, marked_methods
from tests.modal_peer.sandbox_requests import SandboxRequests
from tests.modal_peer.sandboxes import Sandboxes
from tests.modal_peer.secrets import Secrets
from tests.servers import HOST

_TOKEN_ID = "ak-arxiviz-tests"
_TOKEN_SECRET = "as-arxiviz-tests"
_WAIT_SECONDS = 60.0


@contextlib.contextmanager
def modal_peer(parent_folder: Path | None = None) -> Iterator[ModalPeer]:
    """Run a peer on loopback until the block ends; with it ends everything it started.

    Args:
        parent_folder: Where it makes a folder for its jails; the machine's temporary one if None.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="modal peer", daemon=True)
    thread.start()

    def run(action: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(action, loop).result(_WAIT_SECONDS)

    try:
        with tempfile.TemporaryDirectory(prefix="modal-", dir=parent_folder) as folder:
            peer, server = run(_start(Path(folder)))
            try:
                yield peer
            finally:
                run(_stop(peer, server))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(folder: Path) -> tuple[ModalPeer, Server]:
    peer, server = _assembled(folder)
    await peer.blobs.start()
    listener = socket.create_server((HOST, 0))
    await server.start(sock=listener)
    port = await peer.line.start(listener.getsockname()[1])
    peer.url = peer.sandboxes.router_url = f"http://{HOST}:{port}"
    return peer, server


def _assembled(folder: Path) -> tuple[ModalPeer, Server]:
    changes = Changes()
    desk = Desk(_TOKEN_ID, _TOKEN_SECRET)
    blobs = Blobs()
    mounts = Mounts(blobs)
    images = Images(mounts)
    secrets = Secrets()
    files = Files(images, mounts, secrets)
    apps = Apps(changes)
    functions = Functions(apps)
    calls = Calls(functions, changes)
    methods: dict[str, Any] = {}

    def serve(caller: Caller) -> Service:
        return Service(api_grpc.ModalClientBase, methods, desk, caller)

    containers = Containers(apps, functions, calls, files, changes, folder, serve)
    sandboxes = Sandboxes(apps, files, changes, folder)
    deployable = (blobs, mounts, images, secrets, apps, functions)
    running = (calls, ContainerRequests(containers), SandboxRequests(sandboxes))
    methods.update(marked_methods([*deployable, *running]))
    server = Server([serve(Caller()), _router(sandboxes, desk)])
    peer = ModalPeer(
        desk=desk,
        apps=apps,
        functions=functions,
        calls=calls,
        containers=containers,
        sandboxes=sandboxes,
        images=images,
        mounts=mounts,
        secrets=secrets,
        blobs=blobs,
        changes=changes,
        line=Line(),
        loop=asyncio.get_running_loop(),
    )
    return peer, server


def _router(sandboxes: Sandboxes, desk: Desk) -> Service:
    return Service(
        task_command_router_grpc.TaskCommandRouterBase,
        marked_methods([Router(sandboxes)]),
        RouterDesk("", "", desk.faults, desk.calls, sandboxes=sandboxes),
        Caller(),
    )


async def _stop(peer: ModalPeer, server: Server) -> None:
    await peer.line.stop()
    server.close()
    await peer.sandboxes.close()
    await peer.containers.close()
    await peer.blobs.stop()
    # A call that somebody still waits on, such as a heartbeat, has nobody to answer any more.
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.01)  # rounds of the loop, in which it sees that the other ends are closed
