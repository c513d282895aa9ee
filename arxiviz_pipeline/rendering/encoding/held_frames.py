"""H.264 frames that repeat the frame before them: a few bytes each, and no work for an encoder.

A P slice may skip all of its macroblocks, which then stay as they were. With variable-length
codes that is one number: how many are skipped. The encoder uses arithmetic codes, so such slices
refer to picture parameters of their own, which are added to the stream's. Of its sequence
parameters are read what a slice's header depends on (ITU-T H.264, 7.3.2.1, 7.3.2.2 and 7.3.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.rendering.encoding.bits import BitReader, golomb, nal_unit, nal_units

_SLICE, _IDR_SLICE, _SEQUENCE, _PICTURE = 1, 5, 7, 8  # types of NAL units
_REFERENCE: Final = 0x40
_REFERENCES: Final = 0x60  # how much others refer to a unit
_P_SLICE: Final = 5
_FIELDS: Final = 2  # of a frame, each with a place of its own
_NUMBER: Final = 1  # of our picture parameters; the encoder's are 0
_WITHOUT_CHROMA_FORMAT: Final = (66, 77, 88)  # profiles whose parameters don't name one

PICTURE_PARAMETERS: Final = nal_unit(
    _REFERENCE | _PICTURE,
    "".join(
        (
            golomb(_NUMBER),
            golomb(0),  # sequence parameters
            "00",  # variable-length codes; slices tell one place in the order of frames
            golomb(0),  # one group of slices
            golomb(0) * 2,  # of the frames before, the last is referred to
            "000",  # no weights
            golomb(0) * 3,  # quantizers
            "100",  # slices tell how edges are smoothed; no limits; nothing redundant
        )
    ),
)
"""What slices of repeated frames refer to, to be added to a stream's parameters."""


@dataclass(frozen=True, slots=True)
class HeldFrames:
    """Writes frames that repeat the one before, for one stream.

    Attributes:
        number_width: Bits of a frame's number.
        place_width: Bits of a frame's place in the order they are shown in.
        macroblock_count: Of a frame.
    """

    number_width: int
    place_width: int
    macroblock_count: int

    @classmethod
    def of(cls, parameters: bytes) -> "HeldFrames":
        """Read what it takes from a stream's parameters, with start codes.

        Raises:
            ValueError: If frames of this stream can't be repeated so.
        """
        for unit in nal_units(parameters):
            if unit[0] & 31 == _SEQUENCE:
                return cls(*_read_sequence(unit[1:]))
        message = "The stream has no sequence parameters."
        raise ValueError(message)

    def number_after(self, frames: Iterable[bytes]) -> int:
        """Read the number that follows the last frame that others may refer to.

        Args:
            frames: Coded frames, the last one first.
        """
        units = (unit for frame in frames for unit in nal_units(frame))
        slices = (unit for unit in units if unit[0] & 31 in (_SLICE, _IDR_SLICE))
        reader = BitReader(next(unit for unit in slices if unit[0] & _REFERENCES)[1:40])
        for _ in ("first macroblock", "type", "picture parameters"):
            reader.golomb()
        return reader.number(self.number_width) + 1

    def repeat(self, number: int, place: int) -> bytes:
        """Return a frame that repeats the one shown before it.

        Args:
            number: One more than that of the frame before.
            place: How many frames after the last keyframe it is shown.
        """
        header = (
            golomb(0),  # first macroblock
            golomb(_P_SLICE),
            golomb(_NUMBER),
            _low_bits(number, self.number_width),
            _low_bits(place * _FIELDS, self.place_width),
            "00",  # as many frames are referred to as the parameters say, and in their order
            "0",  # of these frames, the oldest is forgotten
            golomb(0),  # the quantizer is the parameters'
            golomb(1),  # no edges are smoothed
        )
        return nal_unit(_REFERENCE | _SLICE, "".join(header) + golomb(self.macroblock_count))


def _low_bits(value: int, width: int) -> str:
    return f"{value % (1 << width):0{width}b}"


def _read_sequence(payload: bytes) -> tuple[int, int, int]:
    """Return the widths of frames' numbers and places, and the number of macroblocks."""
    reader = BitReader(payload)
    profile = reader.number(8)
    reader.number(16)  # constraints and level
    reader.golomb()  # its own number
    if profile not in _WITHOUT_CHROMA_FORMAT:
        told = (reader.golomb(), reader.golomb(), reader.golomb(), reader.number(2))
        if told != (1, 0, 0, 0):
            message = f"Chroma format, bit depths and scaling are {told}, not those of 4:2:0."
            raise ValueError(message)
    number_width = reader.golomb() + 4
    if (order := reader.golomb()) != 0:
        message = f"Frames are ordered by way {order}; only where it is 0 do they tell their place."
        raise ValueError(message)
    place_width = reader.golomb() + 4
    reader.golomb()  # how many frames may be referred to
    reader.flag()  # gaps in frame numbers
    count = (reader.golomb() + 1) * (reader.golomb() + 1)
    if not reader.flag():
        message = "The stream is interlaced."
        raise ValueError(message)
    return number_width, place_width, count
