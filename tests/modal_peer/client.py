"""Lets the real client talk to a peer: in this process, or as the `modal` command."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.modal_peer.peer import ModalPeer

_COMMAND_SECONDS = 120


@contextlib.contextmanager
def connected(peer: ModalPeer) -> Iterator[None]:
    """Let this process's client talk to a peer until the block ends."""
    import modal

    before = {name: os.environ.get(name) for name in peer.environment}
    os.environ.update(peer.environment)
    try:
        yield
    finally:
        # The client is made once in a process; only a closed one is made anew for the next peer.
        modal.Client.from_env().close()
        for name, value in before.items():
            _set(name, value)


def run_modal(
    peer: ModalPeer,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """Run the `modal` command, such as `modal deploy -m package.module`; return what it printed.

    Raises:
        AssertionError: If it fails; with all that it printed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "modal", *arguments],
        env={**os.environ, **(environment or {}), **peer.environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
