"""Kills what takes more memory than it was allowed, as the kernel does on Modal's hosts."""

import asyncio
import contextlib
import resource
from collections.abc import Callable
from pathlib import Path

from tests.modal_peer.jail import Jail

_LOOK_EVERY_SECONDS = 0.1


async def watch_memory(jail: Jail, limit_mebibytes: int, kill: Callable[[], object]) -> None:
    """Kill a jail once its processes have more than this resident; 0 stands for no limit."""
    while limit_mebibytes:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        if sum(map(_resident_bytes, jail.pids())) > limit_mebibytes << 20:
            kill()
            return


def _resident_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()
    return 0
