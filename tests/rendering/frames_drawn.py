"""A program: draws scenes by Manim's own renderer or by ours, and prints what the frames are."""

import hashlib
import json
import sys
from typing import Any

import numpy as np
from manim import (
    BLUE,
    DEGREES,
    DOWN,
    GREEN,
    LEFT,
    RED,
    RIGHT,
    UP,
    AnnularSector,
    Circle,
    Create,
    Cube,
    Dot,
    FadeIn,
    FadeOut,
    Group,
    ImageMobject,
    MovingCameraScene,
    PointCloudDot,
    Rotate,
    Scene,
    Sphere,
    Square,
    Star,
    Text,
    ThreeDAxes,
    ThreeDScene,
    TracedPath,
    Transform,
    ValueTracker,
    VGroup,
    Write,
    ZoomedScene,
    always_redraw,
    config,
)
from manim.scene.scene_file_writer import SceneFileWriter


class Shapes(Scene):
    """Gradients, holes, dashes, what is shown twice, and z-indices."""

    def construct(self) -> None:
        star = Star(color=[RED, BLUE], fill_opacity=0.5, sheen_factor=0.4).shift(2 * LEFT)
        ring = AnnularSector(1, 2, angle=5, color=GREEN, z_index=2)
        words = Text("Words, ünd", gradient=(BLUE, GREEN)).to_edge(DOWN)
        both = VGroup(star, VGroup(star, ring))
        self.play(Create(star), FadeIn(ring), Write(words), run_time=0.6)
        self.play(both.animate.rotate(1).set_stroke(width=9, background=True), run_time=0.4)
        self.play(Transform(words, Circle(color=RED)), FadeOut(ring), run_time=0.5)
        self.wait(0.5)


class Followers(MovingCameraScene):
    """Updaters, traces, points, and a camera that moves."""

    def construct(self) -> None:
        angle = ValueTracker(0)
        dot = Dot().add_updater(lambda each: each.move_to([2 * np.cos(angle.get_value()), 1, 0]))
        square = always_redraw(lambda: Square(side_length=1 + angle.get_value(), color=BLUE))
        self.add(TracedPath(dot.get_center), dot, square, PointCloudDot(density=5).shift(LEFT))
        self.add_foreground_mobjects(Square(0.2, fill_opacity=1))
        self.play(angle.animate.set_value(1.5), self.camera.frame.animate.scale(0.7), run_time=0.6)
        self.wait(0.3)


class Solids(ThreeDScene):
    """Shaded faces, and what is fixed in the frame."""

    def construct(self) -> None:
        self.set_camera_orientation(phi=60 * DEGREES, theta=30 * DEGREES)
        label = Text("fixed")
        self.add_fixed_in_frame_mobjects(label)
        sphere = Sphere(resolution=(5, 5)).shift(UP)
        self.add(ThreeDAxes(), sphere, Cube(fill_opacity=0.6), label)
        self.begin_ambient_camera_rotation(1)
        self.play(Rotate(sphere, 1), run_time=0.4)
        self.wait(0.3)


class Pictures(ZoomedScene):
    """Pixels, and a second camera."""

    def construct(self) -> None:
        picture = ImageMobject(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).scale(20)
        self.add(Group(picture, Square(color=RED)))
        self.activate_zooming(animate=False)
        self.play(self.zoomed_camera.frame.animate.shift(RIGHT + UP), run_time=0.4)
        self.play(picture.animate.rotate(0.4), run_time=0.3)


def frames_of(scene_class: type[Scene]) -> list[tuple[str, int]]:
    """Return each frame's hash, and how often it is shown."""
    shown: list[tuple[str, int]] = []

    def write_frame(_: SceneFileWriter, pixels: np.ndarray, *, repeat: int = 1) -> None:
        shown.append((hashlib.sha256(pixels.tobytes()).hexdigest(), repeat))

    scene = scene_class()
    files: Any = type(scene.renderer.file_writer)
    for name in ("open_partial_movie_stream", "close_partial_movie_stream", "finish"):
        setattr(files, name, lambda *_, **__: None)
    files.write_frame = write_frame
    scene.render()
    return shown


if __name__ == "__main__":
    config.media_dir = sys.argv[2]
    config.pixel_width, config.pixel_height, config.frame_rate = 240, 135, 10
    config.format, config.disable_caching, config.progress_bar = "mp4", True, "none"
    config.verbosity = "ERROR"
    if sys.argv[1] == "ours":
        from arxiviz_pipeline.rendering.drawing.frame_renderer import render_frames

        render_frames(on_played=lambda *_: None)
    drawn = {each.__name__: frames_of(each) for each in (Shapes, Followers, Solids, Pictures)}
    json.dump(drawn, sys.stdout)
