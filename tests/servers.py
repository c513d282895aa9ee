"""Starts real peers on loopback, waits until they answer, and ends them with all they started."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

HOST = "127.0.0.1"
_POLL_SECONDS = 0.1
_STOP_SECONDS = 10.0
_LOG_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves, and the file with what it printed."""

    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def log(self) -> str:
        """The last of what it printed."""
        return self.log_path.read_text(errors="replace")[-_LOG_CHARACTERS:]


def free_port() -> int:
    """Return a port of the loopback address that nothing listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def start_process(
    arguments: Sequence[str],
    *,
    ready_url: str,
    log_path: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    timeout_seconds: float = 120.0,
) -> Iterator[Server]:
    """Start a program, wait until its URL answers with success, and end its whole tree after.

    Args:
        arguments: The program and its arguments.
        ready_url: An address that answers once the program is ready.
        log_path: Where its output goes; the end of it is shown if it fails to start.
        environment: Variables besides those of this process.
        folder: Where it runs.
        timeout_seconds: How long it may take to be ready.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            list(arguments),
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
    server = Server(process, log_path)
    try:
        _wait_until_ready(server, ready_url, timeout_seconds)
        yield server
    finally:
        _end_tree(process)


def _wait_until_ready(server: Server, url: str, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        code = server.process.poll()
        if code is not None:
            message = f"{server.process.args} ended with {code}:\n{server.log}"
            raise AssertionError(message)
        try:
            if httpx2.get(url, timeout=5).is_success:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(_POLL_SECONDS)
    message = f"nothing at {url} after {timeout_seconds} s:\n{server.log}"
    raise AssertionError(message)


def _end_tree(process: subprocess.Popen[bytes]) -> None:
    # Children first noted, then the parent asked to end: after it they would be found no more.
    try:
        tree = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        tree = []
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_STOP_SECONDS)
    for member in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(tree, timeout=_STOP_SECONDS)
    for member in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    if process.poll() is None:
        process.kill()
    process.wait(timeout=_STOP_SECONDS)
