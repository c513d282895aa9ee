import time

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderSettings
from arxiviz_pipeline.rendering.drawing.cpu_clock import CpuClock
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.scripts import scene, script

SHORT = RenderSettings("low", 100.0, limit_seconds=1.0)
FIRST_LINE = 5


@pytest.mark.parametrize(
    ("second", "seconds"),
    [("self.play(FadeIn(Dot()), run_time=3600)", "3600.6"), ("self.wait(0.6)", "1.2")],
)
def test_a_scene_that_is_too_long_ends_at_the_animation_that_makes_it_so(
    renderer: LocalRenderer, second: str, seconds: str
):
    with pytest.raises(RenderError) as caught:
        renderer.render(script(scene(f"self.wait(0.6)\n{second}")), SHORT)
    assert (caught.value.kind, caught.value.line) == ("duration", FIRST_LINE + 1)
    assert f"lasts {seconds} s" in caught.value.message
    assert "may last 1 s" in caught.value.message


def test_a_scene_may_be_as_long_as_its_limit_and_wait_for_what_comes_sooner(
    renderer: LocalRenderer,
):
    body = """
        self.wait(0.4)
        self.next_section("not shown", skip_animations=True)
        self.wait(60)
        self.next_section("shown")
        dot = Dot().add_updater(lambda each, dt: each.shift(dt * RIGHT))
        self.add(dot)
        self.wait_until(lambda: dot.get_x() > 0.15)
        self.clear()
        self.wait(1 - 0.4 - 4 / 15)
    """
    video = renderer.render(script(scene(body)), SHORT)
    assert video.duration_seconds == pytest.approx(1.0, abs=0.07)


def test_a_wait_for_what_does_not_come_ends_at_the_limit(renderer: LocalRenderer):
    body = """
        dot = Dot().add_updater(lambda each, dt: each.shift(dt * RIGHT))
        self.add(dot)
        self.wait_until(lambda: False, max_time=1e5)
    """
    with pytest.raises(RenderError, match=r"lasts 1\.1 s") as caught:
        renderer.render(script(scene(body)), SHORT)
    assert (caught.value.kind, caught.value.line) == ("duration", FIRST_LINE + 2)


def test_what_parts_of_a_render_take_adds_up_to_what_its_process_took():
    clock = CpuClock()
    with clock.measuring("draw"):
        sum(range(10**5))
    told = clock.told()
    assert told["draw"] > 0
    assert told["encode"] == 0
    assert sum(told.values()) == pytest.approx(time.process_time(), abs=0.1)
