"""Carries bytes between clients and the peer, so that a test can cut the line between them."""

import asyncio
import contextlib
from dataclasses import dataclass, field

from tests.servers import HOST

_CHUNK_BYTES = 1 << 16


@dataclass
class Line:
    """A port that leads to another one.

    Args:
        is_down: Whether nobody gets through.
    """

    is_down: bool = False
    _target_port: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _carrying: set[asyncio.Task[None] | None] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self, target_port: int) -> int:
        """Listen; return the port that leads to the target's."""
        self._target_port = target_port
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening, and cut what is open."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.gather(*filter(None, self._carrying))

    def cut(self) -> None:
        """Break all connections that are open."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        self._carrying.add(task)
        there_reader, there_writer = await asyncio.open_connection(HOST, self._target_port)
        ends = {writer, there_writer}
        self._writers |= ends
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        finally:
            self._writers -= ends
            self._carrying.discard(task)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    writer.close()
