"""Undoes compression piece by piece, within limits: a payload is a stranger's."""

import bz2
import lzma
import zlib
from collections.abc import Iterable, Iterator

from arxiviz_pipeline.domain.errors import PaperFormatError

MOST_UNPACKED_BYTES = 512 * 1024 * 1024  # arXiv takes 50 MB packed; figures unpack to several times
_MOST_RATIO = 200  # text and figures pack to a tenth, at best to a hundredth
_RATIO_FREE_BYTES = 64 * 1024 * 1024  # no ratio is judged below this
_PIECE_BYTES = 64 * 1024
_MOST_LAYERS = 3
_MOST_GZIP_MEMBERS = 1000  # gzip files may be joined; each costs time, even an empty one
_MOST_HEADER_BYTES = 64 * 1024

_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16  # RFC 1952, section 2.3.1


class ByteStream:
    """Bytes that come in pieces, read in their order."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""
        self._start = 0  # of what is not read yet

    def peek(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end, and leave them to be read."""
        missing = size - (len(self._held) - self._start)
        if missing > 0:
            parts = [self._held[self._start :]]
            while missing > 0 and (piece := next(self._pieces, None)) is not None:
                parts.append(piece)
                missing -= len(piece)
            self._held, self._start = b"".join(parts), 0
        return self._held[self._start : self._start + size]

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        found = self.peek(size)
        self._start += len(found)
        return found

    def skip(self, size: int) -> bool:
        """Pass over bytes without keeping them; tell whether there were that many."""
        while size > 0 and (found := self.read(min(size, _PIECE_BYTES))):
            size -= len(found)
        return size <= 0

    def unread(self, content: bytes) -> None:
        """Put bytes back, to be read next."""
        self._held, self._start = content + self._held[self._start :], 0


class Unpacked(ByteStream):
    """A payload without its compression: gzip, bzip2 or xz, one inside another if need be.

    Attributes:
        name: The file's name, where gzip tells it.
        damage: What is wrong with the compressed bytes, known once they are read; else empty.
    """

    def __init__(self, content: bytes, url: str, most_bytes: int = MOST_UNPACKED_BYTES) -> None:
        self.name = ""
        self.damage = ""
        self._url = url
        self._packed_bytes = len(content)
        self._most_bytes = most_bytes
        layer = ByteStream(_pieces_of(content))
        for _ in range(_MOST_LAYERS):
            if layer.peek(2) == _GZIP:
                layer = ByteStream(self._counted(self._gunzip(layer)))
            elif layer.peek(3) == _BZIP2:
                layer = ByteStream(self._counted(self._expand(layer, bz2.BZ2Decompressor())))
            elif layer.peek(6) == _XZ:
                layer = ByteStream(self._counted(self._expand(layer, _xz_decompressor())))
        super().__init__(iter(lambda: layer.read(_PIECE_BYTES), b""))

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        total_bytes = 0
        for piece in pieces:
            total_bytes += len(piece)
            is_bomb = total_bytes > max(_RATIO_FREE_BYTES, self._packed_bytes * _MOST_RATIO)
            if is_bomb or total_bytes > self._most_bytes:
                message = (
                    f"The source {self._url} has {self._packed_bytes} bytes and unpacks to more "
                    f"than {total_bytes - len(piece)} bytes; that is no paper. Try its PDF."
                )
                raise PaperFormatError(message)
            yield piece

    def _gunzip(self, packed: ByteStream) -> Iterator[bytes]:
        for _ in range(_MOST_GZIP_MEMBERS):
            if packed.peek(2) != _GZIP:
                return
            name = _read_gzip_header(packed)
            self.name = self.name or name
            # Without gzip's own checksum at the end, which would cost the text for one wrong bit.
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            while not inflater.eof:
                piece = inflater.unconsumed_tail or packed.read(_PIECE_BYTES)
                try:
                    found = inflater.decompress(piece, _PIECE_BYTES)
                except zlib.error as error:
                    self.damage = f"its compressed bytes are damaged: {error}"
                    return
                if not piece and not found:
                    self.damage = "its compressed bytes end early"
                    return
                yield found
            packed.unread(inflater.unused_data)
            packed.skip(8)  # checksum and size

    def _expand(
        self, packed: ByteStream, decompressor: bz2.BZ2Decompressor | lzma.LZMADecompressor
    ) -> Iterator[bytes]:
        while not decompressor.eof:
            piece = packed.read(_PIECE_BYTES) if decompressor.needs_input else b""
            if decompressor.needs_input and not piece:
                self.damage = "its compressed bytes end early"
                return
            try:
                yield decompressor.decompress(piece, _PIECE_BYTES)
            except (OSError, lzma.LZMAError) as error:
                self.damage = f"its compressed bytes are damaged: {error}"
                return


def _pieces_of(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE_BYTES):
        yield content[start : start + _PIECE_BYTES]


def _read_gzip_header(packed: ByteStream) -> str:
    flags = packed.read(10)[3:4]
    bits = flags[0] if flags else 0
    if bits & _HAS_EXTRA:
        packed.skip(int.from_bytes(packed.read(2), "little"))
    name = _read_text(packed) if bits & _HAS_NAME else b""
    if bits & _HAS_COMMENT:
        _read_text(packed)
    if bits & _HAS_CHECKSUM:
        packed.skip(2)
    return name.decode("latin-1")


def _read_text(packed: ByteStream) -> bytes:
    head = packed.peek(_MOST_HEADER_BYTES)
    text, _, _ = head.partition(b"\0")
    packed.skip(len(text) + 1)
    return text


def _xz_decompressor() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_UNPACKED_BYTES)
