"""Messages between a host, its zygote and their children: JSON behind its length, with files.

What a confined process sends may be anything: who reads it, and waits for nothing, is `talk`.
"""

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

LARGEST_MESSAGE_BYTES: Final = 16 * 1024**2

_LENGTH = struct.Struct("!I")


class MessageError(Exception):
    """The other side sent what is no message."""


def send_message(
    channel: socket.socket, message: Mapping[str, object], handles: Sequence[int] = ()
) -> None:
    """Send a message, and open files by their handles, which the other side gets copies of.

    Raises:
        OSError: If the other side is gone.
    """
    text = framed(message)
    if handles:
        sent = socket.send_fds(channel, [text[: _LENGTH.size]], handles)
        text = text[sent:]
    channel.sendall(text)


def framed(message: Mapping[str, object]) -> bytes:
    """Return a message as it is sent."""
    text = json.dumps(message).encode()
    return _LENGTH.pack(len(text)) + text


def read_message(text: bytes) -> dict[str, Any]:
    """Return the message that this is.

    Raises:
        MessageError: If it is no JSON object.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"A message is no JSON: {error}"
        raise MessageError(message) from error
    if not isinstance(told, dict):
        message = "A message is no JSON object."
        raise MessageError(message)
    return told


def receive_message(
    channel: socket.socket, most_handles: int = 0
) -> tuple[dict[str, Any], list[int]] | None:
    """Receive a message and the files it brings; None if the other side has closed the channel.

    Raises:
        MessageError: If what comes is no JSON object, or longer than LARGEST_MESSAGE_BYTES.
    """
    first, handles, _, _ = socket.recv_fds(channel, _LENGTH.size, most_handles)
    if not first:
        return None
    (length,) = _LENGTH.unpack(first + _receive(channel, _LENGTH.size - len(first)))
    if length > LARGEST_MESSAGE_BYTES:
        message = f"A message of {length} bytes is over the limit of {LARGEST_MESSAGE_BYTES}."
        raise MessageError(message)
    return read_message(_receive(channel, length)), handles


def _receive(channel: socket.socket, length: int) -> bytes:
    parts: list[bytes] = []
    while length:
        part = channel.recv(min(length, 1 << 20))
        if not part:
            message = "A message ends before its end."
            raise MessageError(message)
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
