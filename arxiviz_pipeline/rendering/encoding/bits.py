"""Bits as H.264 codes them: Exp-Golomb numbers, and bytes that can't be taken for a start code."""

import re
from typing import Final

START_CODE: Final = b"\0\0\0\1"

_STARTS: Final = re.compile(rb"\x00\x00\x01")
_LOOKS_LIKE_START: Final = re.compile(rb"\x00\x00(?=[\x00-\x03])")


class BitReader:
    """Reads a NAL unit's payload from its first bit on."""

    def __init__(self, payload: bytes) -> None:
        plain = payload.replace(b"\0\0\3", b"\0\0")
        self._bits = "".join(f"{byte:08b}" for byte in plain)
        self._at = 0

    def number(self, width: int) -> int:
        """Read an unsigned number of this many bits."""
        start, self._at = self._at, self._at + width
        return int(self._bits[start : self._at] or "0", 2)

    def flag(self) -> bool:
        """Read one bit."""
        return bool(self.number(1))

    def golomb(self) -> int:
        """Read an unsigned Exp-Golomb number."""
        zero_count = self._bits.index("1", self._at) - self._at
        self._at += zero_count
        return self.number(zero_count + 1) - 1


def golomb(value: int) -> str:
    """Write an unsigned Exp-Golomb number, as ones and zeros."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def nal_unit(header: int, bits: str) -> bytes:
    """Make a NAL unit of a header and ones and zeros, with its start code and its stop bit."""
    padded = bits + "1" + "0" * (-(len(bits) + 1) % 8)
    payload = int(padded, 2).to_bytes(len(padded) // 8, "big")
    return START_CODE + bytes([header]) + _LOOKS_LIKE_START.sub(lambda _: b"\0\0\3", payload)


def nal_units(stream: bytes) -> list[bytes]:
    """Return the NAL units between start codes, headers first."""
    units = (unit.rstrip(b"\0") for unit in _STARTS.split(stream))
    return [unit for unit in units if unit]
