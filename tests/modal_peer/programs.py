"""Follows one program in a jail: keeps what it prints, feeds it, and knows how it ended."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.modal_peer.jail import COMPLAINT
from tests.modal_peer.rpc import Changes

STDOUT = 0
STDERR = 1
_CHUNK_BYTES = 1 << 18
_ENDING_SECONDS = 1.0


@dataclass(eq=False)
class Program:
    """A program that was started, by the process of this machine that leads to it.

    Args:
        printed: What it wrote to its standard output and error, from the beginning.
        written_bytes: How much it was given at its standard input.
        exit_code: How it ended, less than zero if by a signal; None while it runs.
    """

    process: Process
    changes: Changes = field(default_factory=Changes)
    printed: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    written_bytes: int = 0
    is_input_closed: bool = False
    exit_code: int | None = None

    async def follow(self) -> int:
        """Keep what it prints until it ends; return its exit code."""
        listening = asyncio.gather(
            self._listen(self.process.stdout, STDOUT), self._listen(self.process.stderr, STDERR)
        )
        code = await self.process.wait()
        # What it started may hold its output open, and nobody waits for that.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(listening, _ENDING_SECONDS)
        self.exit_code = code
        self.changes.tell()
        return code

    async def read(self, stream: int, offset: int) -> AsyncIterator[bytes]:
        """Yield what it prints from this byte on, until it ends."""
        while chunk := await self._next_chunk(stream, offset):
            offset += len(chunk)
            yield chunk

    async def write(self, offset: int, content: bytes) -> None:
        """Give it the part of these bytes that it didn't get yet.

        Raises:
            BrokenPipeError: If it doesn't listen any more.
        """
        new = content[max(0, self.written_bytes - offset) :]
        if self.process.stdin is None or self.is_input_closed or self.exit_code is not None:
            raise BrokenPipeError
        self.written_bytes += len(new)
        self.process.stdin.write(new)
        await self.process.stdin.drain()

    def close_input(self) -> None:
        """Let it see the end of its standard input."""
        self.is_input_closed = True
        if self.process.stdin is not None:
            self.process.stdin.close()

    def kill(self) -> None:
        """Kill it, with what it started in its own process group."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    async def _next_chunk(self, stream: int, offset: int) -> bytes:
        def has_ended_or_more() -> bool:
            return len(self.printed[stream]) > offset or self.exit_code is not None

        await self.changes.wait_until(has_ended_or_more, None)
        return bytes(self.printed[stream][offset : offset + _CHUNK_BYTES])

    async def _listen(self, stream: asyncio.StreamReader | None, number: int) -> None:
        while stream is not None and (chunk := await stream.read(_CHUNK_BYTES)):
            if not chunk.startswith(COMPLAINT):
                self.printed[number].extend(chunk)
                self.changes.tell()
