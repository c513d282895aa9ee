"""Rehearsals are told from renders by what they cost, not by what they find."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, Rehearsal, RenderSettings, SceneScript
from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.rendering.confined.scene_loading import STILL_SECONDS
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawnDocument
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from tests.rendering.conftest import confined, wait_until
from tests.rendering.scripts import GOOD, scene, script

FIRST_LINE = 5  # of the body of `scene`
BROKEN = {
    "raises": (
        scene("self.wait(0.2)\nraise KeyError('what')"),
        ("exception", "KeyError: 'what'", FIRST_LINE + 1),
    ),
    "raises-within-an-animation": (
        scene("def f(mobject, alpha): 1 / (alpha - 1)\nself.play(UpdateFromAlphaFunc(Dot(), f))"),
        ("exception", "ZeroDivisionError: ", FIRST_LINE),
    ),
    "raises-in-an-updater": (
        scene(
            "dot = Dot()\ndot.add_updater(lambda m, dt: m.nowhere(dt))\nself.add(dot)\nself.wait()"
        ),
        ("name", "nowhere", FIRST_LINE + 1),
    ),
    "raises-when-asked-to-stop": (
        scene("self.wait_until(lambda: 1 / 0)"),
        ("exception", "ZeroDivisionError: division by zero", FIRST_LINE),
    ),
    "raises-when-drawn": (
        scene("square = Square(stroke_width='wide')\nself.add(square)\nself.wait(0.2)"),
        ("exception", "'wide'", FIRST_LINE + 2),
    ),
    "refused-by-the-encoder": (
        scene("self.camera.reset_pixel_shape(100, 100)\nself.wait(0.2)"),
        ("exception", "must have shape (480, 854, 4)", FIRST_LINE + 1),
    ),
    "syntax": (scene("x ="), ("syntax", "invalid syntax: x =", FIRST_LINE)),
    "return": (scene("pass", "return 1"), ("syntax", "'return' outside function", 2)),
    "none": ("return 1\nclass Short: pass", ("no_scene", "no scene 'Short'", None)),
    "import": (scene("pass", "import not_there"), ("import", "No module named 'not_there'", 2)),
    "formula": (
        scene(r"MathTex('a', r'\foo{b}')"),
        ("latex", r"Undefined control sequence \foo, in the formula: a \foo{b}", FIRST_LINE),
    ),
    "comment": (
        scene("MathTex('a % b')"),
        ("latex", "dvisvgm makes no drawing of this formula", FIRST_LINE),
    ),
    "sys-exit": (
        scene("import sys\nself.wait(0.2)\nsys.exit(0)"),
        ("exit", "ends the program itself", FIRST_LINE + 2),
    ),
    "exit": (scene("import os\nself.wait(0.2)\nos._exit(0)"), ("exit", "exit code 0", None)),
    "segv": (
        scene("import ctypes\nctypes.string_at(0)"),
        ("crash", "SIGSEGV", FIRST_LINE + 1),
    ),
    "memory": (scene("bytearray(2**40)"), ("memory", "MemoryError", FIRST_LINE)),
    "skipped": (
        scene("self.next_section(skip_animations=True)\nself.wait(1)"),
        ("no_frames", "all of its animations were skipped", None),
    ),
    "no-end": (
        scene("self.wait(0.2)\nwhile True: pass"),
        ("timeout", "not done after 3 s", FIRST_LINE + 1),
    ),
    "hours-of-waiting": (
        scene("self.wait(0.2)\nself.wait(1e6)"),
        ("duration", "lasts 1000000.2 s with this animation, and may last 600 s", FIRST_LINE + 1),
    ),
    "hours-of-moving": (
        scene("self.play(FadeIn(Dot()), run_time=1e6)"),
        ("duration", "lasts 1000000.0 s with this animation, and may last 600 s", FIRST_LINE),
    ),
}
FOLLOWING = """
    dot = Dot()
    dot.add_updater(lambda mobject, dt: mobject.shift(dt * RIGHT))
    self.add(dot)
    self.wait_until(lambda: dot.get_x() > 0.5)
    assert 0.5 < dot.get_x() < 0.6, dot.get_x()
"""
SOUND = {
    "plays-and-waits": (GOOD, 1.6),
    "nothing-moves": (scene("self.add(Square())"), STILL_SECONDS),
    "stops-when-asked": (scene(FOLLOWING), 0.6),
    "is-told-of-time": (
        scene(
            "steps = []\nself.add_updater(steps.append)\nself.wait(1)\n"
            "assert sum(steps) > 0.9, steps\nassert abs(self.time - 1) < 1e-9, self.time"
        ),
        1.0,
    ),
    "redraws": (
        scene(
            "x = ValueTracker(0)\nself.add(always_redraw(lambda: Dot(x.get_value() * RIGHT)))\n"
            "self.play(x.animate.set_value(2), run_time=0.4)\n"
            "self.play(Create(Dot()), run_time=0.01)"
        ),
        0.4 + 1 / 15,
    ),
    "has-sections-and-subtitles": (
        scene(
            "self.next_section('a', skip_animations=True)\nself.wait(5)\nself.next_section('b')\n"
            "self.wait(0.4)\nself.play(FadeIn(Dot()), run_time=0.4, subcaption='A dot')"
        ),
        0.8,
    ),
    "turns-in-space": (
        scene(
            "self.set_camera_orientation(phi=1)\nself.begin_ambient_camera_rotation()\n"
            "self.add(Cube())\nself.wait(0.4)"
        ).replace("(Scene)", "(ThreeDScene)"),
        0.4,
    ),
    "zooms": (
        scene(
            "self.activate_zooming()\nself.add(Dot())\n"
            "self.play(self.get_zoomed_display_pop_out_animation(), run_time=0.4)"
        ).replace("(Scene)", "(ZoomedScene)"),
        0.4,
    ),
    "changes-the-config": (
        scene(
            "self.wait(0.4)", "config.frame_rate, config.format, config.dry_run = 3, 'gif', True"
        ),
        0.4,
    ),
}


@pytest.fixture(scope="module")
def rehearsals(processes: SceneProcesses) -> dict[str, Rehearsal]:
    """All of the scripts above, rehearsed in one call."""
    codes = {name: code for name, (code, _) in (BROKEN | SOUND).items()}
    rehearser = LocalRehearser(processes=processes, cpu_seconds=3)
    answers = rehearser.rehearse([unplanned(code) for code in codes.values()])
    return dict(zip(codes, answers, strict=True))


def unplanned(code: str) -> SceneScript:
    return dataclasses.replace(script(code), storyboard=())


@pytest.mark.parametrize("name", BROKEN)
def test_a_failure_is_told_as_a_render_tells_it(rehearsals: dict[str, Rehearsal], name: str):
    kind, message, line = BROKEN[name][1]
    error = rehearsals[name].error
    assert error is not None
    assert (error.kind, error.line, error.severity) == (kind, line, "error")
    assert message in error.message


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_scene_passes_and_lasts_as_long_as_its_video(
    rehearsals: dict[str, Rehearsal], name: str
):
    assert rehearsals[name].error is None
    assert rehearsals[name].duration_seconds == pytest.approx(SOUND[name][1])
    assert rehearsals[name].animation_count >= 1


def test_a_failing_scene_tells_how_far_it_came(rehearsals: dict[str, Rehearsal]):
    assert rehearsals["raises"].duration_seconds == pytest.approx(0.2)
    assert rehearsals["raises"].animation_count == 1


def test_nothing_is_left_of_rehearsals(rehearsals: dict[str, Rehearsal]):
    assert rehearsals
    assert confined() == []


def test_a_script_that_kills_what_it_can_harms_no_other(processes: SceneProcesses):
    killer = scene("import os\nos.kill(os.getppid(), 9)\nos.kill(os.getpid(), 9)")
    before, killed, after = LocalRehearser(processes=processes).rehearse(
        [unplanned(scene("self.wait(0.2)")), unplanned(killer), unplanned(scene("self.wait(0.4)"))]
    )
    assert before.error is after.error is None
    assert (before.duration_seconds, after.duration_seconds) == pytest.approx((0.2, 0.4))
    assert killed.error is not None
    assert killed.error.kind == "crash"


FORGED = """\
import os
answer = {answer!r}.encode()
os.write(3, len(answer).to_bytes(4, 'big') + answer)
os._exit(0)
class Short(B): pass
"""


def test_what_a_script_forges_fails_the_script_alone(processes: SceneProcesses):
    answers = (
        "[" * 100_000,
        '{"duration_seconds": "long"}',
        '{"layout": [{"kind": "fine", "message": "x"}]}',
        '{"draw": 1}',
    )
    rehearsals = LocalRehearser(processes=processes).rehearse(
        [unplanned(FORGED.format(answer=answer)) for answer in answers]
    )
    errors = [rehearsal.error for rehearsal in rehearsals]
    assert [error and error.kind for error in errors] == ["exit"] * 4


def test_what_a_script_forges_is_kept_within_bounds(processes: SceneProcesses):
    answer = (
        '{"kind": "cancelled", "message": "a\\u0000b", "line": 99, "duration_seconds": 1e300, '
        '"layout": [{"kind": "overlap", "message": "c\\u001b[1md", "line": 77, "at_seconds": -1}]}'
    )
    (rehearsal,) = LocalRehearser(processes=processes).rehearse(
        [unplanned(FORGED.format(answer=answer))]
    )
    assert rehearsal.error is not None
    assert (rehearsal.error.kind, rehearsal.error.line) == ("exception", None)
    assert rehearsal.error.message == "a\ufffdb"
    (note,) = rehearsal.layout
    assert (note.message, note.line, note.at_seconds) == ("c\ufffd[1md", None, None)
    assert rehearsal.duration_seconds == 0.0


def test_a_scene_that_lasts_other_than_its_storyboard_is_told(processes: SceneProcesses):
    planned = script(scene("self.add(Square())\nself.wait(2)"))
    longer = dataclasses.replace(planned, storyboard=(Beat("One.", 4.0, "a square"),))
    as_planned, too_short = LocalRehearser(processes=processes).rehearse([planned, longer])
    assert as_planned.layout == ()
    (finding,) = too_short.layout
    assert (finding.kind, finding.severity) == ("pacing", "warning")
    assert "lasts 2.0 s and its storyboard 4.0 s" in finding.message


def test_formulas_that_are_drawn_already_need_no_latex():
    typesetter = CountingTypesetter()
    typesetter.typeset([Formula(("a", "= b")), Formula(("words",), "center")])
    known = scene("self.add(MathTex('a', '= b'), Tex('words'))\nself.wait(0.2)")
    unknown = scene("self.add(MathTex('a', '= c'))\nself.wait(0.2)")
    first, second = LocalRehearser(processes=SceneProcesses(typesetter)).rehearse(
        [unplanned(known), unplanned(unknown)]
    )
    assert first.error is second.error is None
    (document,) = typesetter.drawn
    assert "= c" in document


class CountingTypesetter(LatexTypesetter):
    """LaTeX, and the documents it was asked for while a scene ran."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def draw(
        self, document: str, compiler: str, output_format: str, **limits: Any
    ) -> DrawnDocument:
        self.drawn.append(document)
        return super().draw(document, compiler, output_format, **limits)


def test_missing_latex_is_not_blamed_on_a_script():
    processes = SceneProcesses(LatexTypesetter(dvisvgm="not-installed"))
    (rehearsal,) = LocalRehearser(processes=processes).rehearse([unplanned(scene("MathTex('a')"))])
    assert rehearsal.error is not None
    assert "'not-installed' is not on the PATH" in rehearsal.error.message


def test_cancelling_ends_rehearsals_at_once(processes: SceneProcesses):
    cancelled = Event()
    rehearser = LocalRehearser(processes=processes)
    with ThreadPoolExecutor() as pool:
        scripts = [unplanned(scene("while True: pass"))] * 2
        endless = pool.submit(lambda: list(rehearser.rehearse(scripts, cancelled)))
        wait_until(lambda: len(confined()) >= 2)
        cancelled.set()
        with pytest.raises(RenderError, match="cancelled") as failure:
            endless.result(timeout=30)
    assert failure.value.kind == "cancelled"
    assert confined() == []


def test_no_scripts_need_no_program():
    assert not list(LocalRehearser(processes=SceneProcesses(python="/not/there")).rehearse([]))


def test_a_missing_interpreter_is_not_blamed_on_a_script():
    missing = SceneProcesses(python="/not/there")
    with pytest.raises(RenderError, match="cannot be started") as caught:
        next(LocalRehearser(RenderSettings(), processes=missing).rehearse([unplanned(GOOD)]))
    assert caught.value.kind == "unavailable"
