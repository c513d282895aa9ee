import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, RenderedScene, SceneScript
from arxiviz_pipeline.rendering.jobs import MovieFacts
from arxiviz_pipeline.rendering.media import finish_movie, play_check
from tests.rendering.conftest import processes_of, wait_until
from tests.rendering.scripts import GOOD, script

SIZE = 64
RATE = 10


def write_movie(path: Path, squares: list[int], codec: str = "libx264") -> Path:
    """Write a movie with one white square of each of these sizes per frame, on black."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width = stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number, size in enumerate(squares):
            pixels = np.zeros((SIZE, SIZE, 3), np.uint8)
            pixels[:size, :size] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_facts_are_read_from_the_stream(tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30])
    assert finish_movie(movie, tmp_path).facts == MovieFacts(SIZE, SIZE, RATE, 4, 0.4, None)


def test_the_poster_is_a_frame_with_much_drawn(tmp_path: Path):
    finished = finish_movie(write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30]), tmp_path)
    drawn = np.asarray(Image.open(io.BytesIO(finished.poster)).convert("L")) > 128
    assert drawn.sum() == pytest.approx(30 * 30, rel=0.1)


def test_a_movie_of_another_codec_is_refused(tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10], codec="mpeg4")
    with pytest.raises(RenderError, match="mpeg4 in yuv420p, not H.264") as caught:
        finish_movie(movie, tmp_path)
    assert caught.value.kind == "no_frames"


@pytest.mark.parametrize("content", [b"", b"not a movie", b"\0\0\0\x18ftypmp42" + b"\xff" * 5000])
def test_bytes_that_are_no_movie_are_refused(tmp_path: Path, content: bytes):
    movie = tmp_path / "movie.mp4"
    movie.write_bytes(content)
    with pytest.raises(RenderError, match="cannot be decoded") as caught:
        finish_movie(movie, tmp_path)
    assert caught.value.kind == "no_frames"


def test_a_reader_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RenderError, match="cannot be started") as caught:
        finish_movie(tmp_path / "movie.mp4", tmp_path, python=str(tmp_path / "python"))
    assert caught.value.kind == "unavailable"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ('{"duration_seconds": 1e999}', "it lasts inf s"),
        ('{"duration_seconds": -1}', "it lasts -1.0 s"),
        ('{"duration_seconds": 1}', "left no copy"),
        ('{"error": "a\\u001b\\udc80b"}', "a\ufffd?b"),
        ("[" * 50_000, "its reader ended early with exit code 0"),
        ("", "its reader ended early with exit code 0"),
    ],
)
def test_a_reader_that_a_movie_has_broken_is_not_believed(tmp_path: Path, facts: str, message: str):
    """What decodes hostile bytes may come to do as they please."""
    (tmp_path / "facts").write_text(facts)
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\ncp '{tmp_path}/facts' facts.json\n")
    broken.chmod(0o755)
    with pytest.raises(RenderError) as caught:
        finish_movie(tmp_path / "movie.mp4", tmp_path, python=str(broken))
    assert caught.value.kind == "no_frames"
    assert message in caught.value.message


def test_cancelling_ends_the_reading_within_a_second_or_so(tmp_path: Path):
    endless, cancelled = tmp_path / "movie.mp4", Event()
    os.mkfifo(endless)
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(finish_movie, endless, tmp_path, cancelled=cancelled)
        wait_until(lambda: len(processes_of(tmp_path)) > 0)
        cancelled.set()
        started = time.monotonic()
        with pytest.raises(RenderError) as caught:
            reading.result(timeout=30)
    assert caught.value.kind == "cancelled"
    assert time.monotonic() - started < 7  # what does not heed the request has 8 s
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == [endless]


def test_a_stored_video_that_lasts_as_planned_plays(good: RenderedScene):
    assert play_check(good.mp4, planned_for(1.6)) is None
    assert play_check(good.mp4, replace(planned_for(1.6), storyboard=())) is None


def test_a_stored_video_of_another_length_is_told(good: RenderedScene):
    assert play_check(good.mp4, planned_for(3)) == "It lasts 1.6 s; its storyboard lasts 3.0 s."


@pytest.mark.parametrize("origin", ["submitted", "llm:m"])
def test_a_scene_that_is_not_the_templates_may_last_as_long_as_it_likes(
    good: RenderedScene, origin: str
):
    assert play_check(good.mp4, replace(planned_for(3), origin=origin)) is None


def test_a_stored_video_that_is_cut_short_is_told(good: RenderedScene):
    cut = good.mp4[: good.mp4.index(b"mdat") + 40]
    assert "cannot be" in str(play_check(cut, planned_for(1.6)))


def planned_for(seconds: float) -> SceneScript:
    beats = (Beat("All.", seconds, "all"),)
    return replace(script(GOOD), storyboard=beats, origin="template")
