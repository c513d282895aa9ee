"""Adds a scene's sound to its movie, as AAC."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from av.container import OutputContainer
    from pydub import AudioSegment

_CHUNK_SAMPLES = 65_536
_LAYOUTS = {1: "mono", 2: "stereo"}


def encode_sound(container: "OutputContainer", sound: "AudioSegment") -> "Iterator[av.Packet[Any]]":
    """Add a stream for a sound, and yield its packets once they are asked for."""
    stream = container.add_stream("aac")  # as Manim does, with what FFmpeg chooses for AAC
    return _packets(stream, sound)


def _packets(stream: "av.AudioStream", sound: "AudioSegment") -> "Iterator[av.Packet[Any]]":
    if sound.channels not in _LAYOUTS or sound.sample_width != np.dtype(np.int16).itemsize:
        sound = sound.set_sample_width(2).set_channels(2)
    samples = np.frombuffer(sound.raw_data or b"", np.int16).reshape(1, -1)
    step = _CHUNK_SAMPLES * sound.channels
    for start in range(0, samples.size, step):
        chunk = np.ascontiguousarray(samples[:, start : start + step])
        frame = av.AudioFrame.from_ndarray(chunk, "s16", _LAYOUTS[sound.channels])
        frame.sample_rate = sound.frame_rate
        frame.pts = start // sound.channels
        frame.time_base = Fraction(1, sound.frame_rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)
