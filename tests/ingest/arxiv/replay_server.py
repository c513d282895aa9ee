"""A real HTTP server on loopback that gives prepared answers, and remembers what it was asked."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ATOM = "application/atom+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass
class Reply:
    """One answer.

    Attributes:
        cut_after: Close the connection after so many bytes of the body, though more was promised.
        pause_seconds: Wait before answering.
        drip_seconds: Wait after each repetition.
        etag: The mark of this body: who names it is answered 304.
        last_modified: As etag.
        declared_bytes: What to say of the body's length in place of the truth.
        repeat: Send the body so many times, without saying how long it will be.
    """

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    pause_seconds: float = 0.0
    repeat: int = 1
    drip_seconds: float = 0.0
    etag: str = ""
    last_modified: str = ""
    declared_bytes: int | None = None

    def is_known_to(self, asked: Message) -> bool:
        if self.etag and "If-None-Match" in asked:
            return asked["If-None-Match"] == self.etag
        return bool(self.last_modified) and asked["If-Modified-Since"] == self.last_modified


@dataclass
class ReplayServer:
    """Answers by path, with the query or without; a list is given one by one, its last for ever.

    Attributes:
        replies: What to answer; other paths are answered 404.
        requests: The path with query, User-Agent and moment of each request, in order.
        not_modified_count: How many of them were answered 304.
    """

    url: str
    replies: dict[str, Reply | list[Reply]]
    requests: list[tuple[str, str, float]] = field(default_factory=list)
    not_modified_count: int = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [path for path, _, _ in self.requests if path != "/robots.txt"]

    @property
    def moments(self) -> list[float]:
        return [moment for _, _, moment in self.requests]

    def reply_to(self, path: str) -> Reply:
        by_path = self.replies.get(urlsplit(path).path, Reply(b"no such page", status=404))
        found = self.replies.get(path, by_path)
        if isinstance(found, Reply):
            return found
        return found.pop(0) if len(found) > 1 else found[0]


@contextmanager
def replay_server(replies: dict[str, Reply | list[Reply]]) -> Iterator[ReplayServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            agent = self.headers.get("User-Agent", "")
            server.requests.append((self.path, agent, time.monotonic()))
            reply = server.reply_to(self.path)
            if reply.is_known_to(self.headers):
                server.not_modified_count += 1
                reply = replace(reply, body=b"", status=304)
            _send(self, reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Stay quiet when a client leaves early: some of them are meant to."""

    listener = Listener(("127.0.0.1", 0), Handler)
    server = ReplayServer(f"http://127.0.0.1:{listener.server_port}", dict(replies))
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.pause_seconds)
    handler.send_response(reply.status)
    if reply.content_type:
        handler.send_header("Content-Type", reply.content_type)
    marks = {"ETag": reply.etag, "Last-Modified": reply.last_modified}
    for name, value in {**reply.headers, **marks}.items():
        if value:
            handler.send_header(name, value)
    if reply.repeat == 1:
        handler.send_header("Content-Length", str(reply.declared_bytes or len(reply.body)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(reply.repeat):
        handler.wfile.write(reply.body[: reply.cut_after])
        time.sleep(reply.drip_seconds)
    handler.wfile.flush()
