"""Starts a sandbox: its files, its variables, and Modal's own program for files.

Modal doesn't say where programs in a sandbox start, nor that Python finds the client's sources
there. So they start at the root and Python finds nothing, unless they are told.
"""

import math
import sys
from pathlib import Path

from grpclib import GRPCError, Status
from modal_proto import api_pb2

from tests.modal_peer.apps import ENVIRONMENT
from tests.modal_peer.files import Files
from tests.modal_peer.jail import PATH, Jail, JailPlan, start_jail

_TOOLS_FOLDER = "/__modal/.bin"
_FILE_TOOL = "modal-sandbox-fs-tools"
_FILE_TOOL_SOURCE = Path(__file__).with_name("file_tool.py")
_IDLE_PROGRAM = ("sh", "-c", "sleep infinity & wait")  # sh also buries orphans
_OPEN = api_pb2.NetworkAccess.NetworkAccessType.OPEN


async def start_sandbox(
    definition: api_pb2.Sandbox, files: Files, variables: dict[str, str], folder: Path
) -> Jail:
    """Build a sandbox in a private folder of this machine, and start its program.

    Raises:
        GRPCError: If its files can't be laid out, or this machine builds no jails.
    """
    writable = files.lay_out(folder, definition.image_id, list(definition.mount_ids))
    plan = JailPlan(
        folder,
        writable,
        readable={_TOOLS_FOLDER: _lay_out_tools(folder)},
        network=definition.network_access.network_access_type == _OPEN,
        cpu_count=math.ceil(definition.resources.milli_cpu_max / 1000) or None,
    )
    command = list(definition.entrypoint_args) or _IDLE_PROGRAM
    try:
        return await start_jail(plan, command, variables, working_folder(definition, files))
    except RuntimeError as error:
        raise GRPCError(Status.INTERNAL, str(error)) from error


def sandbox_environment(definition: api_pb2.Sandbox, files: Files) -> dict[str, str]:
    """Return the variables that are a sandbox's by its definition."""
    return {
        "PATH": PATH,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        **files.environment(definition.image_id, list(definition.secret_ids)),
        "MODAL_IS_REMOTE": "1",
        "MODAL_IMAGE_ID": definition.image_id,
        "MODAL_ENVIRONMENT": ENVIRONMENT,
    }


def working_folder(definition: api_pb2.Sandbox, files: Files) -> str:
    """Return where programs in a sandbox start; the root if nobody says so."""
    return definition.workdir or files.working_folder(definition.image_id, "/")


def _lay_out_tools(folder: Path) -> Path:
    tools = folder / "tools"
    tools.mkdir()
    tool = tools / _FILE_TOOL
    tool.write_text(
        f"#!{Path(sys.base_prefix, 'bin', 'python3')} -IS\n{_FILE_TOOL_SOURCE.read_text()}"
    )
    tool.chmod(0o755)
    return tools
