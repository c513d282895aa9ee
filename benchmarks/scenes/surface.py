from manim import *


class Saddle(ThreeDScene):
    """A surface of many shaded faces, turned about."""

    def construct(self):
        self.set_camera_orientation(phi=65 * DEGREES, theta=-50 * DEGREES)
        axes = ThreeDAxes()
        saddle = Surface(
            lambda u, v: axes.c2p(u, v, 0.25 * (u * u - v * v)),
            u_range=(-2, 2),
            v_range=(-2, 2),
            resolution=14,
        )
        self.play(Create(axes), run_time=1)
        self.play(FadeIn(saddle), run_time=1)
        self.begin_ambient_camera_rotation(rate=0.4)
        self.wait(2)
        self.stop_ambient_camera_rotation()
        self.wait(1)
