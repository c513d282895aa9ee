"""Rehearsals are told from renders by what they cost, not by what they find."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, Rehearsal, RenderSettings, SceneScript
from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_loading import STILL_SECONDS
from arxiviz_pipeline.rendering.tex import LatexTypesetter
from tests.rendering.conftest import processes_of, wait_until
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
        ("exception", "nowhere", FIRST_LINE + 1),
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
        ("latex", "dvisvgm makes no drawing, in the formula: a % b", FIRST_LINE),
    ),
    "sys-exit": (
        scene("import sys\nself.wait(0.2)\nsys.exit(0)"),
        ("exception", "ends the program itself", FIRST_LINE + 2),
    ),
    "exit": (scene("import os\nself.wait(0.2)\nos._exit(0)"), ("crash", "exit code 0", None)),
    "segv": (
        scene("import ctypes\nctypes.string_at(0)"),
        ("crash", "SIGSEGV", FIRST_LINE + 1),
    ),
    "memory": (scene("bytearray(2**40)"), ("exception", "MemoryError", FIRST_LINE)),
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
        ("timeout", "lasts 1000000 s", FIRST_LINE + 1),
    ),
    "hours-of-moving": (
        scene("self.play(FadeIn(Dot()), run_time=1e6)"),
        ("timeout", "lasts 1000000 s", FIRST_LINE),
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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsals")


@pytest.fixture(scope="module")
def rehearsals(folder: Path) -> dict[str, Rehearsal]:
    """All of the scripts above, rehearsed in one call."""
    codes = {name: code for name, (code, _) in (BROKEN | SOUND).items()}
    rehearser = LocalRehearser(work_folder=folder, cpu_seconds=3)
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


def test_nothing_is_left_of_rehearsals(rehearsals: dict[str, Rehearsal], folder: Path):
    assert list(folder.iterdir()) == []
    assert processes_of(folder) == []


def test_a_script_that_kills_the_program_harms_no_other(tmp_path: Path):
    killer = scene("import os\nos.kill(os.getppid(), 9)\nimport time; time.sleep(1000)")
    before, killed, after = LocalRehearser(work_folder=tmp_path).rehearse(
        [unplanned(scene("self.wait(0.2)")), unplanned(killer), unplanned(scene("self.wait(0.4)"))]
    )
    assert before.error is after.error is None
    assert (before.duration_seconds, after.duration_seconds) == pytest.approx((0.2, 0.4))
    assert killed.error is not None
    assert killed.error.kind == "crash"
    assert list(tmp_path.iterdir()) == []


FORGED = """\
import os, pathlib
folder = pathlib.Path(__file__).parent
(folder / 'answer.json').write_text({answer!r})
os._exit(0)
class Short(B): pass
"""


def test_what_a_script_forges_fails_the_script_alone():
    answers = (
        "[" * 100_000,
        '{"duration_seconds": "long"}',
        '{"layout": [{"kind": "fine", "message": "x"}]}',
    )
    rehearsals = LocalRehearser().rehearse(
        [unplanned(FORGED.format(answer=answer)) for answer in answers]
    )
    errors = [rehearsal.error for rehearsal in rehearsals]
    assert [error and error.kind for error in errors] == ["crash"] * 3


def test_what_a_script_forges_is_kept_within_bounds():
    answer = (
        '{"kind": "cancelled", "message": "a\\u0000b", "line": 99, "duration_seconds": 1e300, '
        '"layout": [{"kind": "overlap", "message": "c\\u001b[1md", "line": 77, "at_seconds": -1}]}'
    )
    (rehearsal,) = LocalRehearser().rehearse([unplanned(FORGED.format(answer=answer))])
    assert rehearsal.error is not None
    assert (rehearsal.error.kind, rehearsal.error.line) == ("exception", None)
    assert rehearsal.error.message == "a\ufffdb"
    (note,) = rehearsal.layout
    assert (note.message, note.line, note.at_seconds) == ("c\ufffd[1md", None, None)
    assert rehearsal.duration_seconds == 0.0


def test_a_scene_that_lasts_other_than_its_storyboard_is_told():
    planned = script(scene("self.add(Square())\nself.wait(2)"))
    longer = dataclasses.replace(planned, storyboard=(Beat("One.", 4.0, "a square"),))
    as_planned, too_short = LocalRehearser().rehearse([planned, longer])
    assert as_planned.layout == ()
    (finding,) = too_short.layout
    assert (finding.kind, finding.severity) == ("pacing", "warning")
    assert "lasts 2.0 s and its storyboard 4.0 s" in finding.message


def test_formulas_that_are_drawn_already_need_no_latex():
    typesetter = LatexTypesetter()
    typesetter.typeset([Formula(("a", "= b")), Formula(("words",), "center")])
    hidden = "import os; os.environ['PATH'] = '/nowhere'"
    known = scene("self.add(MathTex('a', '= b'), Tex('words'))\nself.wait(0.2)", hidden)
    unknown = scene("self.add(MathTex('a', '= c'))", hidden)
    first, second = LocalRehearser(typesetter=typesetter).rehearse(
        [unplanned(known), unplanned(unknown)]
    )
    assert first.error is None
    assert second.error is not None
    assert "'latex', which is not found" in second.error.message


def test_cancelling_ends_rehearsals_at_once(tmp_path: Path):
    cancelled = Event()
    rehearser = LocalRehearser(work_folder=tmp_path)
    with ThreadPoolExecutor() as pool:
        endless = pool.submit(
            rehearser.rehearse, [unplanned(scene("while True: pass"))] * 2, cancelled
        )
        wait_until(lambda: len(processes_of(tmp_path)) >= 2)
        cancelled.set()
        with pytest.raises(RenderError, match="cancelled") as failure:
            endless.result(timeout=30)
    assert failure.value.kind == "cancelled"
    assert processes_of(tmp_path) == []


def test_no_scripts_need_no_program():
    assert LocalRehearser(python="/not/there").rehearse([]) == []


def test_a_missing_interpreter_is_not_blamed_on_a_script():
    with pytest.raises(RenderError, match="cannot be started") as caught:
        LocalRehearser(RenderSettings(), python="/not/there").rehearse([unplanned(GOOD)])
    assert caught.value.kind == "unavailable"
