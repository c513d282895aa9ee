"""Starts a container: files, variables and arguments as Modal's own entrypoint wants them."""

import math
import socket
from pathlib import Path

from grpclib.server import Server
from modal_proto import api_pb2

from tests.modal_peer.apps import ENVIRONMENT
from tests.modal_peer.files import Files
from tests.modal_peer.functions import Function
from tests.modal_peer.jail import PATH, Jail, JailPlan, start_jail
from tests.servers import HOST

_ENTRYPOINT = ("python", "-m", "modal._container_entrypoint")
_RUN_FOLDER = "/run/modal"
_SOCKET_NAME = "control.sock"
_ARGUMENTS_NAME = "arguments"


async def start_container(
    task_id: str,
    function: Function,
    layout: api_pb2.AppLayout,
    files: Files,
    folder: Path,
    server: Server,
) -> Jail:
    """Start a container that calls through a server of its own.

    Args:
        task_id: The container's id.
        function: What it runs.
        layout: What it is told about its app.
        files: The app's files and variables.
        folder: A private folder of this machine.
        server: What it calls; not listening yet.

    Raises:
        RuntimeError: If the jail can't be built.
        GRPCError: If the files can't be laid out.
    """
    definition = function.definition
    run_folder = folder / "run"
    run_folder.mkdir(parents=True)
    url = await _listen(server, definition, run_folder)
    arguments = _arguments(task_id, function, layout)
    (run_folder / _ARGUMENTS_NAME).write_bytes(arguments.SerializeToString())
    laid_out = files.lay_out(folder, definition.image_id, list(definition.mount_ids))
    plan = JailPlan(
        folder,
        writable={**laid_out, _RUN_FOLDER: run_folder},
        network=not definition.block_network,
        cpu_count=math.ceil(definition.resources.milli_cpu_max / 1000) or None,
    )
    variables = _environment(files, definition, task_id, url)
    return await start_jail(plan, _ENTRYPOINT, variables, files.working_folder(definition.image_id))


async def _listen(server: Server, definition: api_pb2.Function, run_folder: Path) -> str:
    """Let a server listen where its container can reach it; return the address in there."""
    if definition.block_network:
        await server.start(path=str(run_folder / _SOCKET_NAME))
        return f"unix://{_RUN_FOLDER}/{_SOCKET_NAME}"
    # The client talks to a command router without TLS only if its own server is at loopback.
    listener = socket.create_server((HOST, 0))
    await server.start(sock=listener)
    return f"http://{HOST}:{listener.getsockname()[1]}"


def _arguments(
    task_id: str, function: Function, layout: api_pb2.AppLayout
) -> api_pb2.ContainerArguments:
    return api_pb2.ContainerArguments(
        task_id=task_id,
        function_id=function.function_id,
        app_id=function.app_id,
        function_def=function.definition,
        environment_name=ENVIRONMENT,
        app_layout=layout,
    )


def _environment(
    files: Files, definition: api_pb2.Function, task_id: str, url: str
) -> dict[str, str]:
    return {
        "PATH": PATH,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PYTHONPATH": "/root",
        "PYTHONUNBUFFERED": "1",
        **files.environment(definition.image_id, list(definition.secret_ids)),
        "MODAL_IS_REMOTE": "1",
        "MODAL_SERVER_URL": url,
        "MODAL_CONTAINER_ARGUMENTS_PATH": f"{_RUN_FOLDER}/{_ARGUMENTS_NAME}",
        "MODAL_TASK_ID": task_id,
        "MODAL_IMAGE_ID": definition.image_id,
        "MODAL_ENVIRONMENT": ENVIRONMENT,
    }
