"""The host's end of the talk with a confined process.

That may say anything, in any pieces and without end, and need not listen: nothing here waits.
"""

import selectors
import socket
import struct
from collections.abc import Mapping
from typing import Any, Final

from arxiviz_pipeline.sandbox.messages import MessageError, framed, read_message

LARGEST_HEARD_BYTES: Final = 4 * 1024**2

_MOST_HEARD_BYTES = 128 * 1024**2
_MOST_MESSAGES = 100_000
_CHUNK_BYTES = 1 << 20
_LENGTH = struct.Struct("!I")


class Talk:
    """What was heard and not yet read, and what is still to be said."""

    def __init__(self, channel: socket.socket) -> None:
        """Take a socket, which is not to be used otherwise from now on."""
        channel.setblocking(False)
        self._channel = channel
        self._heard = bytearray()
        self._to_say = bytearray()
        self._bytes_left = _MOST_HEARD_BYTES
        self._messages_left = _MOST_MESSAGES
        self._is_heard = True

    @property
    def waits_for(self) -> int:
        """The event that lets it go on: who has not taken an answer is not heard; 0: no more."""
        if self._to_say:
            return selectors.EVENT_WRITE
        return selectors.EVENT_READ if self._is_heard else 0

    @property
    def has_message(self) -> bool:
        """Whether there is something to read without another event."""
        length = self._next_length()
        return length is not None and len(self._heard) >= _LENGTH.size + length

    def say(self, message: Mapping[str, object]) -> None:
        """Have a message sent, as fast as the other side takes it."""
        self._to_say += framed(message)

    def go_on(self) -> None:
        """Send or receive what can be without waiting."""
        if not self._to_say:
            self.hear()
            return
        try:
            del self._to_say[: self._channel.send(self._to_say[:_CHUNK_BYTES])]
        except BlockingIOError:
            pass
        except OSError:  # nobody is there to take it
            self._to_say.clear()

    def hear(self) -> bool:
        """Receive what can be without waiting; False if that is nothing."""
        if not self._is_heard:
            return False
        try:
            chunk = self._channel.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        self._bytes_left -= len(chunk)
        self._heard += chunk
        if not chunk or self._bytes_left < 0:
            self._is_heard = False
        return bool(chunk)

    def next_message(self) -> dict[str, Any] | None:
        """Return the next message, if it has come; after one that is none, nothing is heard."""
        if not self.has_message:
            return None
        end = _LENGTH.size + (self._next_length() or 0)
        text = bytes(self._heard[_LENGTH.size : end])
        del self._heard[:end]
        self._messages_left -= 1
        try:
            if self._messages_left >= 0:
                return read_message(text)
        except MessageError:
            pass
        self._stop_hearing()
        return None

    def _next_length(self) -> int | None:
        if len(self._heard) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._heard)
        if length > LARGEST_HEARD_BYTES:
            self._stop_hearing()
            return None
        return length

    def _stop_hearing(self) -> None:
        self._heard.clear()
        self._is_heard = False
