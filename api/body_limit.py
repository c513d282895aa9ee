"""Bounds what a request may bring along: everything the API is sent is small."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import PayloadTooLargeError, answer

MOST_BYTES = 64 * 1024


class LimitBodies:
    """Answers 413 to a body of more than `MOST_BYTES`, whether its length is told before or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and pass the request on if it is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages = [] if _is_told_too_large(scope) else await _read(receive)
        if not messages:
            message = f"The request's body has more than the {MOST_BYTES} bytes it may have."
            await answer(PayloadTooLargeError(message))(scope, receive, send)
            return
        unread = iter(messages)

        async def receive_again() -> Message:
            return next(unread, None) or await receive()

        await self._app(scope, receive_again, send)


def _is_told_too_large(scope: Scope) -> bool:
    told = Headers(scope=scope).get("content-length", "")
    return told.isdecimal() and int(told) > MOST_BYTES


async def _read(receive: Receive) -> list[Message]:
    """Receive a request to its end; nothing if it is too large."""
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size > MOST_BYTES:
            return []
    return messages
