"""A real PgBouncer before a real Postgres, which lends its connections by transaction."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_server import USER, PostgresServer
from tests.servers import HOST, free_port

_NOBODY = 65534
_START_SECONDS = 20.0
# As deploy/README.md tells operators, with few connections, so that they change hands.
_CONFIGURATION = """
[databases]
* = host={folder} port={server_port} user={user}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = any
default_pool_size = 4
{pooling}
"""


@contextlib.contextmanager
def start_pooler(server: PostgresServer, folder: Path, pooling: str) -> Iterator[int]:
    """Run a pooler until the block ends; yields its port.

    Args:
        server: What it stands before.
        folder: For its configuration.
        pooling: Lines of its configuration: what is lent, and when.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.fail("pgbouncer is missing: deploy/system-packages.sh --tests installs it")
    port = free_port()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=server.folder,
            server_port=server.port,
            user=USER,
            host=HOST,
            port=port,
            pooling=pooling,
        )
    )
    nobody = _NOBODY if os.geteuid() == 0 else None  # it refuses to run as root, too
    with configuration.open("rb") as read, (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-q", f"/dev/fd/{read.fileno()}"],
            pass_fds=[read.fileno()],
            stdout=log,
            stderr=log,
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
        )
    try:
        _wait_for(process, port, folder / "pgbouncer.log")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.05)
    pytest.fail(f"PgBouncer does not start: {log.read_text()[-2000:]}")
