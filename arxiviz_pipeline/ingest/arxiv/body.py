"""Reads an answer's body without ever holding more of it than allowed, however it is packed."""

import time
import zlib
from collections.abc import Iterable, Iterator

_PIECE_BYTES = 1 << 16
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # told by the first bytes
_PLAIN = frozenset({"", "identity", "x-gzip"})  # arXiv calls the archives themselves x-gzip


class TooLargeError(Exception):
    """There is more than allowed; the argument is how many bytes there were so far."""


class TooSlowError(Exception):
    """It took longer than allowed; the argument is how many bytes there were so far."""


class UnpackingError(Exception):
    """The body is not packed as its header says."""


def read_body(
    chunks: Iterable[bytes], encoding: str, largest_bytes: int, limit_seconds: float
) -> bytes:
    """Read a body to its end.

    Args:
        chunks: The body as it comes.
        encoding: The Content-Encoding that was told.
        largest_bytes: More is refused, before or after unpacking.
        limit_seconds: For all of it.

    Raises:
        TooLargeError: If there is more.
        TooSlowError: If it takes longer.
        UnpackingError: If it cannot be unpacked, or ends too early for its packing.
    """
    deadline = time.monotonic() + limit_seconds
    pieces = chunks if encoding in _PLAIN else _unpacked(chunks, encoding)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > largest_bytes:
            raise TooLargeError(len(body))
        if time.monotonic() > deadline:
            raise TooSlowError(len(body))
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Unpack piece by piece: a few bytes may stand for gigabytes."""
    if encoding not in ("gzip", "deflate"):
        message = f"it is packed as {encoding!r}, which was not asked for"
        raise UnpackingError(message)
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    is_begun = False
    try:
        for chunk in chunks:
            waiting = chunk
            while waiting:
                is_begun = True
                if unpacker.eof:  # gzip's format allows one part after the other
                    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
                yield unpacker.decompress(waiting, _PIECE_BYTES)
                waiting = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise UnpackingError(str(error)) from error
    while is_begun and not unpacker.eof:
        rest = unpacker.decompress(b"", _PIECE_BYTES)
        if not rest:
            message = "it ends in the middle of its packing"
            raise UnpackingError(message)
        yield rest
