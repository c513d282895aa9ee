"""Converts Manim's pixels to the planes an encoder takes, only where they have changed."""

from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

_WORD_BYTES: Final = 8
_REACH_ROWS: Final = 4  # as far as a row of pixels may change rows of chroma
_STEP_ROWS: Final = 2  # of one row of chroma
# Means of four pixels: half a decibel better than what is interpolated, and quicker.
_MEANS: Final = Interpolation.AREA | Interpolation.FULL_CHR_H_INP


class FramePlanes:
    """The picture on show, as RGBA and as YUV 4:2:0 of BT.709.

    Attributes:
        yuv: The picture's planes; changed in place.
    """

    def __init__(self, width: int, height: int) -> None:
        self.yuv = av.VideoFrame(width, height, "yuv420p")
        self._rgba = np.zeros((height, width, 4), np.uint8)
        self._planes = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
            for plane in self.yuv.planes
        ]
        self._reformatter = VideoReformatter()
        self._is_empty = True

    @property
    def rgba(self) -> np.ndarray:
        """The picture's pixels; not to be changed."""
        return self._rgba

    def changed_rows(self, pixels: np.ndarray) -> tuple[int, int] | None:
        """Return the first changed row and the row after the last; None if all are the same."""
        height = len(pixels)
        if self._is_empty:
            return 0, height
        width = self._rgba.shape[1] * self._rgba.shape[2]
        word = np.uint64 if width % _WORD_BYTES == 0 else np.uint32
        new = pixels.reshape(height, width).view(word)
        rows = np.flatnonzero((new != self._rgba.reshape(height, width).view(word)).any(axis=1))
        return (int(rows[0]), int(rows[-1]) + 1) if rows.size else None

    def show(self, pixels: np.ndarray, rows: tuple[int, int]) -> None:
        """Take over these rows, which hold all that has changed."""
        self._is_empty = False
        height = len(pixels)
        self._rgba[rows[0] : rows[1]] = pixels[rows[0] : rows[1]]
        first, last = _within(rows[0] - _REACH_ROWS, rows[1] + _REACH_ROWS, height)
        above, below = _within(first - _REACH_ROWS, last + _REACH_ROWS, height)
        source = av.VideoFrame.from_numpy_buffer(self._rgba[above:below], format="rgba")
        converted = self._reformatter.reformat(
            source,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=_MEANS,
            threads=1,
        )
        for plane, part in zip(self._planes, converted.planes, strict=True):
            step = _STEP_ROWS if len(plane) < height else 1
            start, end, offset = first // step, -(-last // step), above // step
            band = np.frombuffer(memoryview(part), np.uint8).reshape(part.height, part.line_size)
            width = part.width
            plane[start:end, :width] = band[start - offset : end - offset, :width]


def _within(first: int, last: int, height: int) -> tuple[int, int]:
    """Return a band of rows that is within a frame, and no half row of chroma."""
    start, end = max(0, first), min(height, last)
    return start - start % _STEP_ROWS, min(height, end + end % _STEP_ROWS)
