import io
import itertools
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest
from av.container import OutputContainer
from av.video.frame import PictureType

from arxiviz_pipeline.rendering.encoding.frame_encoder import KEYFRAME_SECONDS, FrameEncoder
from arxiviz_pipeline.rendering.encoding.frame_planes import FramePlanes

WIDTH, HEIGHT, RATE = 200, 120, 10  # neither is a multiple of a macroblock's 16


def picture(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 255
    top, left = generator.integers(0, 60, 2)
    pixels[top : top + 50, left : left + 90, :3] = generator.integers(0, 256, 3)
    return pixels


def encoded(*shown: tuple[np.ndarray, int]) -> bytes:
    """Encode pictures, each shown for so many frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        assert isinstance(container, OutputContainer)
        encoder = FrameEncoder(container, WIDTH, HEIGHT, Fraction(RATE))
        planes = FramePlanes(WIDTH, HEIGHT)
        for pixels, frame_count in shown:
            planes.show(pixels, (0, HEIGHT))
            encoder.encode(planes.yuv)
            encoder.hold(planes.yuv, frame_count - 1)
        encoder.finish()
        for packet in encoder.packets:
            container.mux(packet)
    return file.getvalue()


def decoded(mp4: bytes) -> Iterator[av.VideoFrame]:
    """Decode, and fail at the first thing a decoder finds fault with."""
    with av.open(io.BytesIO(mp4)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        yield from container.decode(stream)


def planes_of(frame: av.VideoFrame) -> bytes:
    return frame.to_ndarray().tobytes()


@pytest.mark.parametrize("frame_count", [1, 2, 6, 7, 16, 17, 20, 21, 22, 75])
def test_a_picture_is_held_as_it_is_for_as_long_as_is_asked(frame_count: int):
    """Past the end of a frame's number, of 4 bits, and past keyframes."""
    mp4 = encoded((picture(1), 2), (picture(2), frame_count), (picture(3), 3), (picture(2), 9))
    frames = list(decoded(mp4))
    assert [frame.pts * frame.time_base * RATE for frame in frames] == list(range(len(frames)))
    assert len(frames) == 2 + frame_count + 3 + 9
    held = frames[2 : 2 + frame_count]
    for one, next_one in itertools.pairwise(held[3:] if frame_count > 10 else []):
        assert next_one.key_frame or planes_of(one) == planes_of(next_one)
    for number, seed in ((0, 1), (2, 2), (1 + frame_count, 2), (2 + frame_count, 3), (-1, 2)):
        difference = frames[number].to_ndarray(format="rgb24").astype(int) - picture(seed)[..., :3]
        assert np.abs(difference).mean() < 3


@pytest.fixture
def drifting() -> list[np.ndarray]:
    """Pictures that an encoder guesses from those on both sides."""
    pixels = np.zeros((40, HEIGHT, WIDTH, 4), np.uint8)
    for number, each in enumerate(pixels):
        each[40:80, 20 + 2 * number : 60 + 2 * number, :3] = 250, 40, 90
    return list(pixels)


def test_frames_are_shown_in_order_though_they_are_coded_in_another(drifting: list[np.ndarray]):
    mp4 = encoded(*((pixels, 1) for pixels in drifting[:-1]), (drifting[-1], 60))
    frames = list(decoded(mp4))
    assert any(frame.pict_type == PictureType.B for frame in frames)
    assert [frame.pts * frame.time_base * RATE for frame in frames] == list(range(39 + 60))
    for frame, pixels in zip(frames, [*drifting, *[drifting[-1]] * 59], strict=True):
        difference = frame.to_ndarray(format="rgb24").astype(int) - pixels[..., :3]
        assert np.abs(difference).mean() < 3
    with av.open(io.BytesIO(mp4)) as container:
        assert (container.start_time, container.duration) == (0, 99 * av.time_base // RATE)


def test_a_keyframe_that_is_held_is_finer_than_one_that_passes():
    def error(frames: list[av.VideoFrame], number: int) -> float:
        return float(((frames[number].to_ndarray(format="gray") - grey) ** 2).mean())

    grainy = picture(1)
    grainy[..., :3] = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 1))
    planes = FramePlanes(WIDTH, HEIGHT)
    planes.show(grainy, (0, HEIGHT))
    grey = planes.yuv.to_ndarray(format="gray").astype(float)
    passing, held = (list(decoded(encoded((grainy, count)))) for count in (1, 90))
    assert error(held, 85) < error(passing, 0) / 2


@pytest.mark.parametrize("number", [0, 3, 19, 20, 21, 40, 58, 61, 66])
def test_a_frame_that_is_sought_is_the_one_that_is_played(number: int):
    """Among frames held, and past keyframes within them."""
    mp4 = encoded((picture(1), 2), (picture(2), 58), (picture(3), 1), (picture(4), 6))
    played = [planes_of(frame) for frame in decoded(mp4)]
    with av.open(io.BytesIO(mp4)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        at = round(Fraction(number, RATE) / stream.time_base)
        container.seek(at, stream=stream)
        frames = (each for each in container.decode(stream) if each.pts is not None)
        found = next(each for each in frames if each.pts >= at)
    assert found.pts == at
    assert planes_of(found) == played[number]


def test_a_keyframe_comes_at_least_every_two_seconds():
    frames = decoded(encoded((picture(1), 55), *((picture(seed), 1) for seed in range(2, 60))))
    keys = [number for number, frame in enumerate(frames) if frame.key_frame]
    assert keys[0] == 0
    assert max(np.diff([*keys, 113])) <= KEYFRAME_SECONDS * RATE


def test_frames_held_take_a_few_bytes():
    least = len(encoded((picture(1), 10)))
    assert len(encoded((picture(1), 19))) - least < 9 * 60  # most of it the file's own index


def test_the_stream_says_how_its_colours_are_meant():
    (frame,) = decoded(encoded((picture(1), 1)))
    assert (frame.colorspace, frame.color_range) == (1, 1)
    assert (frame.color_primaries, frame.color_trc) == (1, 1)


@pytest.mark.parametrize("rows", [(0, 1), (7, 8), (30, 71), (119, 120), (0, 120)])
def test_a_band_is_converted_as_the_whole_is(rows: tuple[int, int]):
    first, second = picture(1), picture(1)
    second[rows[0] : rows[1]] = np.random.default_rng(0).integers(0, 256, (4,))
    whole, banded = FramePlanes(WIDTH, HEIGHT), FramePlanes(WIDTH, HEIGHT)
    whole.show(second, (0, HEIGHT))
    banded.show(first, (0, HEIGHT))
    assert banded.changed_rows(second) == rows
    banded.show(second, rows)
    assert planes_of(banded.yuv) == planes_of(whole.yuv)
    assert banded.changed_rows(second) is None


def test_grey_stays_grey_and_colours_are_those_of_bt709():
    planes = FramePlanes(WIDTH, HEIGHT)
    pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    planes.show(pixels, (0, HEIGHT))
    assert planes.yuv.to_ndarray()[0, 0] == pytest.approx(235, abs=1)
    pixels[..., :3] = 0, 255, 0
    planes.show(pixels, (0, HEIGHT))
    assert planes.yuv.to_ndarray()[0, 0] == pytest.approx(16 + 219 * 0.7152, abs=1)
