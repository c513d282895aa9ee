"""Carries bytes between clients and the peer, so that a test can cut the line between them."""

import asyncio
import contextlib
from collections.abc import Iterator
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
    _carrying: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self, target_port: int) -> int:
        """Listen; return the port that leads to the target's."""
        self._target_port = target_port
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening, and cut what is open or about to be."""
        if self._server is not None:
            for listener in self._server.sockets:
                asyncio.get_running_loop().remove_reader(listener)
            await asyncio.sleep(0.01)  # who was just let in comes through; asyncio fails otherwise
            self._server.close()
        carrying = list(self._carrying)
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)

    def cut(self) -> None:
        """Break all connections that are open."""
        for writer in list(self._writers):
            writer.transport.abort()

    def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.transport.abort()
            return
        task = asyncio.ensure_future(self._carry_between(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry_between(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with self._open(writer):
            there_reader, there_writer = await asyncio.open_connection(HOST, self._target_port)
            with self._open(there_writer):
                await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    @contextlib.contextmanager
    def _open(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        self._writers.add(writer)
        try:
            yield
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    writer.close()
