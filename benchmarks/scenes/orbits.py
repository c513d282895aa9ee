from manim import *


class Orbits(MovingCameraScene):
    """Updaters, traces and a camera that moves: each frame differs from the one before."""

    def construct(self):
        sun = Dot(radius=0.25, color=YELLOW)
        angle = ValueTracker(0)
        planets = VGroup()
        for number, colour in enumerate((BLUE, RED, GREEN, ORANGE), start=1):
            planet = Dot(color=colour)
            planet.add_updater(
                lambda dot, radius=0.8 * number: dot.move_to(
                    radius
                    * (
                        np.cos(angle.get_value() / radius) * RIGHT
                        + np.sin(angle.get_value() / radius) * UP
                    )
                )
            )
            planets.add(planet)
        trails = VGroup(
            *(TracedPath(each.get_center, stroke_color=each.get_color()) for each in planets)
        )
        self.play(GrowFromCenter(sun))
        self.add(trails, planets)
        self.play(angle.animate.set_value(6), run_time=4, rate_func=linear)
        self.play(
            self.camera.frame.animate.scale(0.6).move_to(planets[1]), angle.animate.set_value(9)
        )
        self.wait(0.5)
        self.play(Restore(self.camera.frame.save_state()), FadeOut(trails))
        self.wait(1.5)
