"""The program that looks into a movie: `python -I -m arxiviz_pipeline.rendering.media_worker JOB`.

What a script leaves may be any bytes, and decoding is where decoders break: it happens here, in
a process with limits. It copies the movie with its index first, and makes the poster. `media`
starts it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np

from arxiviz_pipeline.processes.limits import limit_resources
from arxiviz_pipeline.processes.process_tree import end_like, run_kept
from arxiviz_pipeline.rendering.jobs import MediaJob, MovieFacts

_POSTER_CANDIDATES: Final = 40
_POSTER_QUALITY: Final = 88
_THUMBNAIL = (160, 90)
_DRAWN_DIFFERENCE = 12  # grey levels from the background that count as drawn


def main() -> None:
    """Do the job named on the command line."""
    job = MediaJob(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    limit_resources(job.memory_bytes, job.file_bytes)
    end_like(run_kept(lambda: _answer(job)))


def _answer(job: MediaJob) -> None:
    try:
        facts = _inspect(job)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        facts = MovieFacts(error=f"it cannot be decoded: {error}")
    Path(job.answer).write_text(json.dumps(asdict(facts)), encoding="utf-8")


def _inspect(job: MediaJob) -> MovieFacts:
    frame_count = _copy_with_index_first(job.movie, job.mp4)
    with av.open(job.mp4) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        if codec.name != "h264" or codec.pix_fmt != "yuv420p":
            return MovieFacts(error=f"it is {codec.name} in {codec.pix_fmt}, not H.264 in yuv420p")
        rate = stream.average_rate
        if not frame_count or not rate:
            return MovieFacts(error="it has no frames")
    poster = _frame(job.mp4, job.poster_frame) or _fullest(job.mp4)
    poster.to_image().save(job.poster, "JPEG", quality=_POSTER_QUALITY)
    seconds = frame_count / float(rate)
    return MovieFacts(codec.width, codec.height, float(rate), frame_count, seconds)


def _copy_with_index_first(source: str, target: str) -> int:
    """Copy the first video and sound stream, without coding again; return the frame count."""
    frame_count = 0
    options = {"movflags": "faststart"}
    with av.open(source) as movie, av.open(target, "w", format="mp4", options=options) as copy:
        video = movie.streams.video[0]
        streams = [video, *movie.streams.audio[:1]]
        copies = {stream.index: copy.add_stream_from_template(stream) for stream in streams}
        for packet in movie.demux(streams):
            if packet.dts is None:  # the end of a stream
                continue
            frame_count += packet.stream.index == video.index
            packet.stream = copies[packet.stream.index]
            copy.mux(packet)
    return frame_count


def _frame(mp4: str, number: int | None) -> av.VideoFrame | None:
    """Return the frame of this number, if there is one."""
    if number is None or number < 0:
        return None
    with av.open(mp4) as container:
        stream = container.streams.video[0]
        if not stream.average_rate or not stream.time_base or number >= stream.frames:
            return None
        time = round(number / stream.average_rate / stream.time_base)
        container.seek(time, stream=stream)
        return next(
            (f for f in container.decode(stream) if f.pts is not None and f.pts >= time), None
        )


def _fullest(mp4: str) -> av.VideoFrame:
    """Return a frame with much drawn."""
    return max(enumerate(_candidates(mp4)), key=lambda each: (_drawn(each[1]), each[0]))[1]


def _candidates(mp4: str) -> Iterator[av.VideoFrame]:
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


if __name__ == "__main__":
    main()
