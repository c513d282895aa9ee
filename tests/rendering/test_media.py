import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, RenderedScene, SceneScript
from arxiviz_pipeline.rendering.jobs import MovieFacts
from arxiviz_pipeline.rendering.media import finish_movie, play_check
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


def test_a_stored_video_that_lasts_as_planned_plays(good: RenderedScene):
    assert play_check(good.mp4, planned_for(1.6)) is None
    assert play_check(good.mp4, replace(planned_for(1.6), storyboard=())) is None


def test_a_stored_video_of_another_length_is_told(good: RenderedScene):
    assert play_check(good.mp4, planned_for(3)) == "It lasts 1.6 s; its storyboard lasts 3.0 s."


def test_a_stored_video_that_is_cut_short_is_told(good: RenderedScene):
    cut = good.mp4[: good.mp4.index(b"mdat") + 40]
    assert "cannot be" in str(play_check(cut, planned_for(1.6)))


def planned_for(seconds: float) -> SceneScript:
    return replace(script(GOOD), storyboard=(Beat("All.", seconds, "all"),))
