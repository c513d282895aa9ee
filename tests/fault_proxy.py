"""Stands before a real HTTP server on loopback and does to requests what networks do."""

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from tests.servers import HOST

Fault = Literal[
    "unavailable",  # 503, and the server never hears of the request
    "reset",  # the connection breaks, and the server never hears of the request
    "lost",  # the server does as asked, but its answer never arrives
    "cut",  # the connection breaks in the middle of the answer's body
    "tampered",  # the server gets a body with one byte changed
]
_NOT_PASSED_ON = {"connection", "transfer-encoding", "expect"}


@dataclass
class FaultProxy:
    """The proxy's address, and what is still to go wrong."""

    address: str
    seen: list[str] = field(default_factory=list)
    _planned: list[tuple[str, Fault]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, request: str, *faults: Fault) -> None:
        """Let the next requests whose `METHOD /path?query` holds this text go wrong, in turn."""
        self._planned += [(request, fault) for fault in faults]

    def take(self, request: str) -> Fault | None:
        """Return what is to happen to a request."""
        with self._lock:
            self.seen.append(request)
            for planned in self._planned:
                if planned[0] in request:
                    self._planned.remove(planned)
                    return planned[1]
        return None

    @property
    def left(self) -> int:
        """How many faults have not happened yet."""
        return len(self._planned)


@contextlib.contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """Stand before this server until the block ends."""
    target = urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None: ...

        def _pass_on(self) -> None:
            fault = proxy.take(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            match fault:
                case "unavailable":
                    self.close_connection = True
                    self.send_error(503)
                    return
                case "reset":
                    self._reset()
                    return
                case "tampered":
                    body = bytes([body[0] ^ 1]) + body[1:]
            status, headers, answer = self._ask(body)
            if fault == "lost":
                self._reset()
                return
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in {*_NOT_PASSED_ON, "content-length"}:
                    self.send_header(name, value)
            length = dict(headers).get("Content-Length", str(len(answer)))
            self.send_header("Content-Length", length)
            self.end_headers()
            if fault == "cut":
                self.wfile.write(answer[: len(answer) // 2])
                self._reset()
                return
            self.wfile.write(answer)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - its names

        def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            connection = http.client.HTTPConnection(target, timeout=30)
            try:
                connection.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                for name, value in self.headers.items():
                    if name.lower() not in _NOT_PASSED_ON:
                        connection.putheader(name, value)
                connection.endheaders(body or None)
                answer = connection.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            finally:
                connection.close()

        def _reset(self) -> None:
            self.close_connection = True
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - a reset is meant
    proxy = FaultProxy(f"http://{HOST}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
