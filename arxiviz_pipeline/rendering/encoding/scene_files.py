"""Writes a scene's movie in the stead of Manim's writer: one stream, without partial movies."""

import heapq
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import av
import av.error
import numpy as np
from manim.scene.scene_file_writer import SceneFileWriter
from pydub import AudioSegment

from arxiviz_pipeline.rendering.drawing.cpu_clock import CLOCK
from arxiviz_pipeline.rendering.encoding.frame_encoder import FrameEncoder
from arxiviz_pipeline.rendering.encoding.frame_planes import FramePlanes
from arxiviz_pipeline.rendering.encoding.soundtrack import encode_sound

if TYPE_CHECKING:
    from av.container import OutputContainer

_GLANCE_STEP: Final = 8  # of each so many rows and columns a pixel tells what is drawn
_DRAWN_DIFFERENCE: Final = 12  # levels from the commonest green that count as drawn


class SceneFiles(SceneFileWriter):
    """Takes a scene's frames, and leaves one movie with its index first.

    A frame is converted and encoded only if it differs from the one before. Encoding goes on in
    a thread while the next frame is drawn; pixels are not kept, so they need not be copied.

    Attributes:
        movie: Where the movie goes; by default where Manim would put it.
        fullest_frame: The number of a frame with much drawn, coded on its own, held or the last.
    """

    movie: ClassVar[Path | None] = None

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.fullest_frame: int | None = None
        self._most_drawn = -1
        self._is_open = False
        self._hold_count = 0
        self._picture_count = 0
        self._container: OutputContainer | None = None
        self._frames: FrameEncoder | None = None
        self._planes: FramePlanes | None = None
        self._thread = ThreadPoolExecutor(1, "encoder")
        self._encoding: Future[bool] | None = None

    @property
    def is_blank(self) -> bool:
        """Whether every frame is one colour, the same from the start to the end."""
        if self._planes is None or self._picture_count != 1:
            return False
        pixels = self._planes.rgba
        return bool((pixels == pixels[0, 0]).all())

    @property
    def movie_file_path(self) -> Path:
        """Where the movie goes."""
        return self.movie or super().movie_file_path

    def open_partial_movie_stream(self, *, animation_index: int, **_: Any) -> None:
        """Take frames from now on: an animation begins that is not skipped."""
        if self.partial_movie_files[animation_index] is None:
            message = "open_partial_movie_stream() called for a skipped play."
            raise RuntimeError(message)
        self._is_open = True

    def close_partial_movie_stream(self) -> None:
        """Take no frames until another animation begins."""
        self._is_open = False

    def write_frame(self, pixels: np.ndarray, *, repeat: int = 1) -> None:
        """Add a frame; its pixels may be changed afterwards.

        Raises:
            ValueError: If it is not of the movie's size, or shown for no frame at all.
        """
        if not self._is_open:
            return
        if repeat <= 0:
            message = "Frame repeat must be a positive integer."
            raise ValueError(message)
        frames, planes = self._opened(pixels)
        with CLOCK.measuring("convert"):
            rows = planes.changed_rows(pixels)
        if rows is None:
            self._hold_count += repeat
            return
        self._finish_picture()
        with CLOCK.measuring("convert"):
            planes.show(pixels, rows)
        self._picture_count += 1
        self._encoding = self._thread.submit(_encode, frames, planes.yuv)
        self._hold_count = repeat - 1

    def finish(self) -> None:
        """Write the movie, and the scene's captions beside it."""
        if self._frames is not None and self._container is not None:
            self._finish_picture()
            self._thread.shutdown()
            with CLOCK.measuring("encode"):
                self._frames.finish()
            self._look_at(self._frames.frame_count - 1)
            self._mux(self._frames, self._container)
        if self.subcaptions:
            self.write_subcaption_file()

    def abort_encode_jobs(self, reraise_encoder_failures: bool = False) -> None:
        """Give the movie up."""
        self._thread.shutdown()
        if self._encoding is not None and reraise_encoder_failures:
            self._encoding.result()
        if self._container is not None:
            with suppress(av.error.FFmpegError):
                self._container.close()
            self._container = None
            self.movie_file_path.unlink(missing_ok=True)

    def _opened(self, pixels: np.ndarray) -> tuple[FrameEncoder, FramePlanes]:
        """Return encoder and picture, once the frame is known to be the movie's."""
        encoder = self.video_encoder
        if encoder is None:
            message = "There is no video to write frames to."
            raise RuntimeError(message)
        shape = (encoder.height, encoder.width, 4)
        if pixels.shape != shape or pixels.dtype != np.uint8 or not pixels.flags.c_contiguous:
            told = f"{pixels.dtype} of shape {pixels.shape}"
            message = f"Frames must be uint8 of shape {shape}, C-contiguous; got {told}."
            raise ValueError(message)
        if self._frames is None or self._planes is None:
            path = self.movie_file_path
            path.parent.mkdir(parents=True, exist_ok=True)
            options = {"movflags": "faststart"}
            self._container = av.open(str(path), "w", format="mp4", options=options)
            rate = Fraction(encoder.frame_rate)
            self._frames = FrameEncoder(self._container, encoder.width, encoder.height, rate)
            self._planes = FramePlanes(encoder.width, encoder.height)
        return self._frames, self._planes

    def _finish_picture(self) -> None:
        """Wait until the picture on show is encoded, and show it as long as was asked."""
        if self._encoding is None or self._frames is None or self._planes is None:
            return
        if self._encoding.result():
            self._look_at(self._frames.frame_count - 1)
        if self._hold_count:
            with CLOCK.measuring("encode"):
                self._frames.hold(self._planes.yuv, self._hold_count)
            self._hold_count = 0
            self._look_at(self._frames.frame_count - 1)

    def _look_at(self, number: int) -> None:
        """Remember the frame on show, if no other has as much drawn."""
        if self._planes is None:
            return
        levels = self._planes.rgba[::_GLANCE_STEP, ::_GLANCE_STEP, 1].astype(np.int16)
        background = np.bincount(levels.ravel()).argmax()
        drawn = int((np.abs(levels - background) > _DRAWN_DIFFERENCE).sum())
        if drawn >= self._most_drawn:
            self._most_drawn, self.fullest_frame = drawn, number

    def _mux(self, frames: FrameEncoder, container: "OutputContainer") -> None:
        sound: Iterator[av.Packet[Any]] = iter(())
        if self.includes_sound:
            self.add_audio_segment(AudioSegment.silent(0))  # as long as the scene, as Manim does
            sound = encode_sound(container, self.audio_segment)
        for packet in heapq.merge(frames.packets, sound, key=_seconds):
            container.mux(packet)
        container.close()
        self._container = None
        self.final_file_path = self.movie_file_path


def _encode(frames: FrameEncoder, picture: av.VideoFrame) -> bool:
    with CLOCK.measuring("encode"):
        return frames.encode(picture)


def _seconds(packet: "av.Packet[Any]") -> float:
    return float((packet.dts or 0) * (packet.time_base or 0))
