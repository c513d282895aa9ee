import io
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, RenderedScene, SceneScript
from arxiviz_pipeline.rendering.jobs import MovieFacts
from arxiviz_pipeline.rendering.media import FinishedMovie, MovieReader, play_check
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.sandbox.confined_processes import ConfinedProcesses
from arxiviz_pipeline.sandbox.zygote import EndedProcess
from tests.rendering.conftest import confined
from tests.rendering.scripts import GOOD, script

SIZE = 64
RATE = 10


@pytest.fixture
def reader(processes: SceneProcesses, tmp_path: Path) -> MovieReader:
    return MovieReader(processes.confined, work_folder=tmp_path / "work")


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


def boxes(mp4: bytes) -> list[str]:
    """Return the names of a file's outermost boxes."""
    names, at = [], 0
    while at < len(mp4):
        names.append(mp4[at + 4 : at + 8].decode())
        at += int.from_bytes(mp4[at : at + 4], "big")
    return names


def test_facts_are_read_from_the_stream(reader: MovieReader, tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30])
    facts = reader.finish(movie).facts
    assert facts.cpu_seconds > 0
    assert replace(facts, cpu_seconds=0.0) == MovieFacts(SIZE, SIZE, RATE, 4, 0.4, None)


def test_the_copy_has_its_index_first(reader: MovieReader, tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30])
    assert boxes(movie.read_bytes())[-1] == "moov"
    assert boxes(reader.finish(movie).mp4)[:2] == ["ftyp", "moov"]


def white_pixels(finished: FinishedMovie) -> int:
    return int((np.asarray(Image.open(io.BytesIO(finished.poster)).convert("L")) > 128).sum())


def test_the_poster_is_a_frame_with_much_drawn(reader: MovieReader, tmp_path: Path):
    finished = reader.finish(write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30]))
    assert white_pixels(finished) == pytest.approx(30 * 30, rel=0.1)


def test_the_poster_is_the_frame_that_is_asked_for(reader: MovieReader, tmp_path: Path):
    finished = reader.finish(write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30]), 2)
    assert white_pixels(finished) == pytest.approx(20 * 20, rel=0.1)


def test_a_movie_of_another_codec_is_refused(reader: MovieReader, tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10], codec="mpeg4")
    with pytest.raises(RenderError, match="mpeg4 in yuv420p, not H.264") as caught:
        reader.finish(movie)
    assert caught.value.kind == "no_frames"


@pytest.mark.parametrize("content", [b"", b"not a movie", b"\0\0\0\x18ftypmp42" + b"\xff" * 5000])
def test_bytes_that_are_no_movie_are_refused(reader: MovieReader, tmp_path: Path, content: bytes):
    movie = tmp_path / "movie.mp4"
    movie.write_bytes(content)
    with pytest.raises(RenderError, match="cannot be decoded") as caught:
        reader.finish(movie)
    assert caught.value.kind == "no_frames"


def test_a_frame_that_cannot_be_decoded_is_found(reader: MovieReader, tmp_path: Path):
    """Not the poster's: all frames that are coded on their own are looked at."""
    movie = write_movie(tmp_path / "movie.mp4", [0, 10, 20, 30])
    content = bytearray(movie.read_bytes())
    start = content.index(b"mdat") + 4
    content[start : start + 600] = b"\xff" * 600
    movie.write_bytes(content)
    with pytest.raises(RenderError, match="cannot be decoded") as caught:
        reader.finish(movie, 3)
    assert caught.value.kind == "no_frames"


def test_a_reader_that_is_not_there_is_told(tmp_path: Path):
    movie = write_movie(tmp_path / "movie.mp4", [0, 10])
    with pytest.raises(RenderError, match="cannot be started") as caught:
        MovieReader(python=str(tmp_path / "python")).finish(movie)
    assert caught.value.kind == "unavailable"


class BrokenProcesses(ConfinedProcesses):
    """Processes that a movie has broken: they say whatever it likes."""

    def __init__(self, *told: dict[str, Any]) -> None:
        super().__init__(sys.executable, (), {})
        self._told = told

    def run(
        self, *_: object, on_message: Callable[[dict[str, Any]], object], **__: object
    ) -> EndedProcess:
        for message in self._told:
            on_message(message)
        return EndedProcess(0, "", None)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"duration_seconds": math.inf}, "it lasts inf s"),
        ({"duration_seconds": -1}, "it lasts -1.0 s"),
        ({"error": "a\x1b\udc80b"}, "a\ufffd?b"),
        ({"width": {}}, "its reader ended early with exit code 0"),
    ],
)
def test_a_reader_that_a_movie_has_broken_is_not_believed(
    tmp_path: Path, told: dict[str, Any], message: str
):
    """What decodes hostile bytes may come to do as they please."""
    movie = write_movie(tmp_path / "movie.mp4", [0, 10])
    with pytest.raises(RenderError) as caught:
        MovieReader(BrokenProcesses(told)).finish(movie)
    assert caught.value.kind == "no_frames"
    assert message in caught.value.message


def test_a_reading_that_is_cancelled_leaves_nothing(reader: MovieReader, tmp_path: Path):
    cancelled = Event()
    cancelled.set()
    with pytest.raises(RenderError) as caught:
        reader.finish(write_movie(tmp_path / "movie.mp4", [0, 10]), cancelled=cancelled)
    assert caught.value.kind == "cancelled"
    assert list((tmp_path / "work").iterdir()) == []
    assert confined() == []


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
