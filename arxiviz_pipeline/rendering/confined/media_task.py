"""Looks into a movie: the task of a confined process. See `media` for who asks.

What a script leaves may be any bytes, and decoding is where decoders break: it happens here. The
movie is copied with its index first, every frame that is coded on its own is decoded on the way,
and one becomes the poster.
"""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from PIL import JpegImagePlugin

from arxiviz_pipeline.rendering.confined.scene_host import FIRST_FILE_HANDLE, SceneHost
from arxiviz_pipeline.rendering.jobs import MovieFacts

_MOVIE, _MP4, _POSTER = range(FIRST_FILE_HANDLE, FIRST_FILE_HANDLE + 3)
_POSTER_CANDIDATES: Final = 40
_POSTER_QUALITY: Final = 88
_THUMBNAIL = (160, 90)
_DRAWN_DIFFERENCE = 12  # grey levels from the background that count as drawn


def finish(poster_frame: int | None, folder: str) -> None:
    """Write the movie in the first file it was given to the second, its poster to the third.

    Args:
        poster_frame: The number of the frame that is to be the poster, if one is known.
        folder: Where it may write.
    """
    host = SceneHost()
    try:
        facts = _inspect(poster_frame, Path(folder, "video.mp4"))
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        facts = MovieFacts(error=f"it cannot be decoded: {error}")
    host.tell(asdict(replace(facts, cpu_seconds=time.process_time())))


def _inspect(poster_frame: int | None, mp4: Path) -> MovieFacts:
    frame_count = _copy_with_index_first(mp4)
    with av.open(mp4) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        if codec.name != "h264" or codec.pix_fmt != "yuv420p":
            return MovieFacts(error=f"it is {codec.name} in {codec.pix_fmt}, not H.264 in yuv420p")
        rate = stream.average_rate
        if not frame_count or not rate:
            return MovieFacts(error="it has no frames")
    poster = _frame(mp4, poster_frame) or _fullest(mp4)
    with os.fdopen(_POSTER, "wb") as kept:
        poster.to_image().save(kept, JpegImagePlugin.JpegImageFile.format, quality=_POSTER_QUALITY)
    with mp4.open("rb") as made, os.fdopen(_MP4, "wb") as kept:
        shutil.copyfileobj(made, kept)
    seconds = frame_count / float(rate)
    return MovieFacts(codec.width, codec.height, float(rate), frame_count, seconds)


def _copy_with_index_first(target: Path) -> int:
    """Copy the first video and sound stream, without coding again; return the frame count."""
    frame_count = 0
    options = {"movflags": "faststart"}
    with (
        os.fdopen(_MOVIE, "rb") as file,
        av.open(file, "r") as movie,
        av.open(target, "w", format="mp4", options=options) as copy,
    ):
        video = movie.streams.video[0]
        video.codec_context.thread_count = 1
        streams = [video, *movie.streams.audio[:1]]
        copies = {stream.index: copy.add_stream_from_template(stream) for stream in streams}
        for packet in movie.demux(streams):
            if packet.dts is None:  # the end of a stream
                continue
            if packet.stream.index == video.index:
                frame_count += 1
                if packet.is_keyframe:
                    video.codec_context.decode(packet)
            packet.stream = copies[packet.stream.index]
            copy.mux(packet)
    return frame_count


def _frame(mp4: Path, number: int | None) -> av.VideoFrame | None:
    """Return the frame of this number, if there is one."""
    if number is None or number < 0:
        return None
    with av.open(mp4) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        if not stream.average_rate or not stream.time_base or number >= stream.frames:
            return None
        time = round(number / stream.average_rate / stream.time_base)
        container.seek(time, stream=stream)
        return next(
            (f for f in container.decode(stream) if f.pts is not None and f.pts >= time), None
        )


def _fullest(mp4: Path) -> av.VideoFrame:
    """Return a frame with much drawn."""
    return max(enumerate(_candidates(mp4)), key=lambda each: (_drawn(each[1]), each[0]))[1]


def _candidates(mp4: Path) -> Iterator[av.VideoFrame]:
    """Yield frames that are coded on their own, evenly chosen, and the last one.

    Among them are those where something has been drawn and stands.
    """
    with av.open(mp4) as container:
        stream = container.streams.video[0]
        starts = [
            packet.pts
            for packet in container.demux(stream)
            if packet.is_keyframe and packet.pts is not None
        ]
        step = -(-len(starts) // _POSTER_CANDIDATES)
        chosen = set(starts[::step])
        container.seek(0, stream=stream)
        stream.codec_context.skip_frame = "NONKEY"
        yield from (frame for frame in container.decode(stream) if frame.pts in chosen)
    with av.open(mp4) as container:
        stream = container.streams.video[0]
        container.seek(starts[-1], stream=stream)
        *_, last = container.decode(stream)
        yield last


def _drawn(frame: av.VideoFrame) -> int:
    """Count the pixels of a small copy that differ from the commonest grey."""
    width, height = _THUMBNAIL
    grey = frame.reformat(width=width, height=height, format="gray").to_ndarray().astype(int)
    background = np.bincount(grey.ravel()).argmax()
    return int((np.abs(grey - background) > _DRAWN_DIFFERENCE).sum())
