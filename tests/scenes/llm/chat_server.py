"""A service on loopback that speaks the protocols of OpenAI, Anthropic and Google.

It says what a test has it say, over real HTTP, and keeps what it was sent.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What is answered to one request; an object is written as JSON."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    held_until: threading.Event | None = None


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class ChatServer(ThreadingHTTPServer):
    """Gives its replies in their order; the last again and again."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, replies: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Received] = []
        self.asked = threading.Event()
        self._replies = list(replies)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reply_to(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            self.asked.set()
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.reply_to(Received(self.path, headers, body))
        if reply.held_until is not None:
            reply.held_until.wait(30)
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except ConnectionError:  # a client that waits no longer
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@contextmanager
def serving(*replies: Reply) -> Iterator[ChatServer]:
    server = ChatServer(replies)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def completion(
    message: dict[str, Any], finish_reason: str = "stop", tokens: tuple[int, int] = (1000, 200)
) -> Reply:
    """Write a whole answer of OpenAI's chat completions."""
    return Reply(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_760_000_000,
            "model": "gpt-5",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish_reason,
                    "logprobs": None,
                    "message": {"role": "assistant", "content": None, "refusal": None, **message},
                }
            ],
            "usage": {
                "prompt_tokens": tokens[0],
                "completion_tokens": tokens[1],
                "total_tokens": sum(tokens),
            },
        }
    )


def says(text: str) -> Reply:
    return completion({"content": text})


def calls(arguments: object) -> Reply:
    """Answer with a call of the tool that takes the output."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "final_result", "arguments": written},
    }
    return completion({"tool_calls": [call]}, "tool_calls")


def refuses(status: int, code: str, **headers: str) -> Reply:
    """Answer with an error as OpenAI writes it."""
    error = {"message": f"made up: {code}", "type": code, "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": error}, status, named)
