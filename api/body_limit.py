"""Bounds what a request may bring along: all that the API is sent is small, but for scenes."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_answers import answer
from api.errors import PayloadTooLargeError

MOST_BYTES: Final = 64 * 1024
MOST_BYTES_OF_SCENES: Final = 32 * 1024**2  # as many scenes as may be, as large, in JSON

_SCENES = re.compile(r"/api/paper/.+/visualizations")


class LimitBodies:
    """Answers 413 to a body that is too large, whether its length is told before or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and pass the request on if it is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_BYTES_OF_SCENES if _SCENES.fullmatch(scope["path"]) else MOST_BYTES
        messages = [] if _is_told_too_large(scope, most) else await _read(receive, most)
        if not messages:
            message = f"The request's body has more than the {most} bytes it may have."
            await answer(PayloadTooLargeError(message))(scope, receive, send)
            return
        unread = iter(messages)

        async def receive_again() -> Message:
            return next(unread, None) or await receive()

        await self._app(scope, receive_again, send)


def _is_told_too_large(scope: Scope, most: int) -> bool:
    told = Headers(scope=scope).get("content-length", "")
    return told.isdecimal() and int(told) > most


async def _read(receive: Receive, most: int) -> list[Message]:
    """Receive a request to its end; nothing if it is too large."""
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size > most:
            return []
    return messages
