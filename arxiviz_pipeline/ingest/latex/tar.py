"""Reads tar archives from a stream: regular files alone, and whatever came before a flaw.

Python's `tarfile` takes headers of any size into memory and calls itself for every extended one, so
that a small archive can exhaust either; it also gives up where this keeps what it has.
The format: https://www.gnu.org/software/tar/manual/html_node/Standard.html
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arxiviz_pipeline.ingest.latex.unpacking import ByteStream

_BLOCK_BYTES = 512
_MOST_EXTENDED_BYTES = 64 * 1024  # what a header of names may have; longer ones are passed over
_REGULAR = (b"0", b"\0", b"7")
_WITHOUT_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")  # links, devices, folders, pipes
_LONG_NAME, _PAX, _SPARSE = b"L", b"x", b"S"
_PAX_RECORD = re.compile(rb"\d{1,9} (path|size)=([^\n]*)\n")


@dataclass(frozen=True, slots=True)
class TarFile:
    """A regular file of an archive.

    Attributes:
        name: As the archive has it: it may lead anywhere.
        content: None where it was not wanted.
        is_whole: Whether the archive holds all of it.
    """

    name: bytes
    content: bytes | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    kind: bytes
    size: int
    is_extended: bool  # more sparse headers follow


def is_tar(head: bytes) -> bool:
    """Tell a tar archive by its first 512 bytes."""
    return _read_header(head) is not None


def read_tar(stream: ByteStream, wants: Callable[[bytes, int], bool]) -> Iterator[TarFile]:
    """Yield the regular files of an archive in order, to its end or its first flaw.

    Args:
        stream: The archive, which is read on.
        wants: Tells by name and size in bytes whether to read a file's content.
    """
    long_name: bytes | None = None
    long_size: int | None = None
    while (header := _read_header(stream.read(_BLOCK_BYTES))) is not None:
        if header.kind in (_LONG_NAME, _PAX):
            extended = _read_extended(stream, header.size)
            if header.kind == _LONG_NAME:
                long_name = extended.partition(b"\0")[0] or None
            else:
                records = {match[1]: match[2] for match in _PAX_RECORD.finditer(extended)}
                long_name = records.get(b"path", long_name)
                digits = records.get(b"size", b"")
                long_size = int(digits) if re.fullmatch(rb"[0-9]{1,15}", digits) else None
            continue
        name = header.name if long_name is None else long_name
        size = header.size if long_size is None else long_size
        long_name = long_size = None
        if header.kind in _WITHOUT_CONTENT:
            continue
        if header.kind in _REGULAR and not name.endswith(b"/"):
            content = stream.read(size) if wants(name, size) else None
            is_whole = stream.skip(size) if content is None else len(content) == size
            yield TarFile(name, content, is_whole)
            stream.skip(-size % _BLOCK_BYTES)
        else:
            _skip_sparse_headers(stream, header)
            stream.skip(_padded(size))


def _read_header(block: bytes) -> _Header | None:
    if len(block) < _BLOCK_BYTES or not block[0]:
        return None
    checksum = _number(block[148:156])
    bare = block[:148] + b" " * 8 + block[156:]
    signed = sum(byte - 256 if byte > 127 else byte for byte in bare)  # some old archivers
    size = _number(block[124:136])
    if checksum not in (sum(bare), signed) or size is None:
        return None
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:265] == b"ustar\x0000" else b""
    full_name = prefix + b"/" + name if prefix else name
    return _Header(full_name, block[156:157], size, bool(block[482]))


def _number(field: bytes) -> int | None:
    if field[0] == 0x80:  # base 256, for what octal digits cannot tell
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if re.fullmatch(rb"[0-7]*", digits) else None


def _read_extended(stream: ByteStream, size: int) -> bytes:
    content = stream.read(size) if size <= _MOST_EXTENDED_BYTES else b""
    stream.skip(_padded(size) - len(content))
    return content


def _skip_sparse_headers(stream: ByteStream, header: _Header) -> None:
    more = header.kind == _SPARSE and header.is_extended
    while more:
        block = stream.read(_BLOCK_BYTES)
        more = len(block) == _BLOCK_BYTES and bool(block[504])


def _padded(size: int) -> int:
    return size + -size % _BLOCK_BYTES
