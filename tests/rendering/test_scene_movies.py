"""What a render leaves: its frames, its sound, its captions and its still, by real renders."""

import io
import itertools

import av
import numpy as np
import pytest
from PIL import Image

from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.conftest import LOW
from tests.rendering.scripts import scene, script

pytestmark = pytest.mark.usefixtures("leaves_nothing")

SOUND = """\
import math, struct, wave
with wave.open("tone.wav", "wb") as file:
    file.setparams((1, 2, 22050, 0, "NONE", ""))
    tone = (int(9000 * math.sin(index / 9)) for index in range(22050))
    file.writeframes(b"".join(struct.pack("<h", level) for level in tone))
self.wait(1)
self.add_sound("tone.wav")
self.wait(2)
"""


def test_sound_is_heard_when_the_script_plays_it(renderer: LocalRenderer):
    video = renderer.render(script(scene(SOUND)), LOW)
    with av.open(io.BytesIO(video.mp4)) as container:
        stream = container.streams.audio[0]
        frames = list(container.decode(stream))
        assert stream.codec_context.name == "aac"
    rate = frames[0].sample_rate
    samples = np.concatenate([np.abs(frame.to_ndarray()).max(axis=0) for frame in frames])
    assert samples.size / rate == pytest.approx(2, abs=0.15)
    assert samples[: rate * 9 // 10].max() < 0.01
    assert samples[rate * 11 // 10 : rate * 19 // 10].max() > 0.1
    assert video.duration_seconds == pytest.approx(3)


def test_a_scripts_own_captions_come_before_its_storyboards(renderer: LocalRenderer):
    body = """
        self.wait(0.4)
        self.add_subcaption("Own <words>", duration=0.6)
        self.wait(1)
        self.play(FadeIn(Dot()), subcaption="Told while playing", run_time=0.4)
        self.add_subcaption("Too late", duration=3)
    """
    captions = renderer.render(script(scene(body)), LOW).captions
    assert captions == (
        "WEBVTT\n\n"
        "1\n00:00:00.400 --> 00:00:01.000\nOwn &lt;words&gt;\n\n"
        "2\n00:00:01.400 --> 00:00:01.800\nTold while playing\n"
    )


def test_frames_are_as_many_as_manims_and_sections_skipped_are_left_out(renderer: LocalRenderer):
    body = """
        square = Square(fill_opacity=1)
        self.play(FadeIn(square), run_time=0.4)
        self.next_section("not shown", skip_animations=True)
        self.play(square.animate.shift(RIGHT), run_time=5)
        self.next_section("shown")
        self.wait(4.3)
        self.play(Rotate(square, 0))
    """
    video = renderer.render(script(scene(body)), LOW)
    with av.open(io.BytesIO(video.mp4)) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
        keys = [frame.key_frame for frame in av.open(io.BytesIO(video.mp4)).decode(video=0)]
    assert len(frames) == 6 + 64 + 15
    assert max(len(list(run)) for is_key, run in itertools.groupby(keys) if not is_key) < 30
    left, right = frames[20][:, :427].sum(), frames[20][:, 427:].sum()
    assert right > left * 1.1


def test_the_still_is_taken_where_most_is_drawn(renderer: LocalRenderer):
    body = """
        self.play(FadeIn(Square(fill_opacity=1, color=WHITE, side_length=2)), run_time=0.4)
        self.wait(1)
        big = Square(fill_opacity=1, color=WHITE, side_length=6)
        self.play(FadeIn(big), run_time=0.4)
        self.wait(1)
        self.play(FadeOut(big), run_time=0.4)
    """
    poster = Image.open(io.BytesIO(renderer.render(script(scene(body)), LOW).poster))
    assert (np.asarray(poster.convert("L")) > 200).mean() == pytest.approx(36 / 113.8, abs=0.01)


def test_a_scene_without_animation_shows_the_picture_that_manim_makes_of_it(
    renderer: LocalRenderer,
):
    body = """
        moving = Square(fill_opacity=1, side_length=1)
        moving.add_updater(lambda square, dt: square.shift(5 * dt * RIGHT))
        follower = Square(fill_opacity=1, side_length=1).shift(3 * LEFT)
        follower.add_updater(lambda square: square.move_to(3 * RIGHT))
        self.add(moving, follower)
    """
    frames = gray_frames(renderer.render(script(scene(body)), LOW).mp4)
    assert len(frames) == 45
    first = frames[0].astype(int)
    assert all(np.abs(first - frame).mean() < 0.5 for frame in frames)
    assert [first[240, 427 + 60 * place] > 100 for place in (-3, 0, 3)] == [True, True, False]


@pytest.mark.parametrize(
    ("configured", "corner_at"),
    [
        ("config.frame_width, config.frame_height = 14.23, 8", 7.1),
        ("config.pixel_width, config.pixel_height, config.frame_rate = 1080, 1920, 60", 7.1),
        (
            """config.pixel_width, config.pixel_height = 270, 480
config.frame_width, config.frame_height = 9, 16""",
            14.2,
        ),
        ("config.frame_width = 7.1", 3.55),
    ],
)
def test_a_script_chooses_how_much_is_seen_but_not_the_shape(
    renderer: LocalRenderer, configured: str, corner_at: float
):
    body = f"""
        self.add(Square(side_length=1, fill_opacity=1, stroke_width=0).shift({corner_at} * LEFT))
        self.wait(0.2)
    """
    video = renderer.render(script(scene(body, configured)), LOW)
    assert (video.width, video.height, video.frame_rate) == (854, 480, 15)
    (frame, *_) = gray_frames(video.mp4)
    assert frame[240, :8].min() > 200
    assert frame[:, 420:].max() < 50


def gray_frames(mp4: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(mp4)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
