"""Each way for a script to fail has its kind, as a render and as a rehearsal tell it."""

import dataclasses
from collections.abc import Mapping

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from tests.rendering.conftest import LOW
from tests.rendering.scripts import scene, script

BROKEN: Mapping[str, tuple[str, str, str]] = {
    # body: kind, part of the message
    "misspelled": ("ShowCreation(Dot())", "name", "name 'ShowCreation' is not defined"),
    "no-method": ("Axes().get_lines(3)", "name", "Axes().get_lines(3): there is no such method"),
    "keyword": ("Circle(colour=RED)", "argument", "unexpected keyword argument 'colour'"),
    "count": ("self.wait(1, 2, 3, 4)", "argument", "positional arguments but"),
    "type": ("1 + 'a'", "exception", "TypeError: unsupported operand"),
    "own": (
        "class Odd(BaseException):\n    def __str__(self): raise SystemExit\nraise Odd",
        "exception",
        "Odd",
    ),
    "depth": ("def f(): f()\nf()", "exception", "RecursionError"),
    "group": ("raise ExceptionGroup('two', [KeyError(1), ValueError(2)])", "exception", "two"),
    "own-refusal": ("raise PermissionError('mine')", "exception", "mine"),
    "own-end": ("raise EOFError('mine')", "exception", "mine"),
    "asks": ("input('your name? ')", "input", "EOFError"),
    "program": (
        "import subprocess\nsubprocess.run(['ls'])",
        "forbidden",
        "Operation not permitted",
    ),
    "connection": (
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')",
        "forbidden",
        "URLError",
    ),
    "name-of-a-host": ("import socket\nsocket.gethostbyname('localhost.')", "forbidden", "socket"),
    "writes-elsewhere": ("open('/usr/own', 'w')", "forbidden", "/usr/own"),
    "reads-elsewhere": ("open('/etc/shadow')", "missing_asset", "/etc/shadow"),
    "large-file": (
        "import os\nhandle = os.open('big', os.O_CREAT | os.O_WRONLY)\nos.ftruncate(handle, 2**40)",
        "disk",
        "File too large",
    ),
    "full-disk": (
        "with open('big', 'wb') as f:\n    for _ in range(600): f.write(bytes(2**20))",
        "disk",
        "No space left",
    ),
    "array": ("np.zeros(10**12)", "memory", "Unable to allocate"),
    "threads": (
        "from threading import Timer\nfor _ in range(99): Timer(60, print).start()",
        "processes",
        "can't start new thread",
    ),
    "quits": ("quit()", "exit", "ends the program itself"),
    "leaves": ("import os\nos._exit(0)", "exit", "exit code 0"),
    "dies": ("import os\nos.abort()", "crash", "SIGABRT"),
    "picture": ("ImageMobject('graph.png')", "missing_asset", "graph.png"),
    "too-long": ("self.wait(7200)", "duration", "7200"),
    "loop": ("self.add(Dot())\nwhile True: pass", "timeout", "not done after"),
}
FIRST_LINE = 5
QUICK = dataclasses.replace(LOW, timeout_seconds=6.0)
FAIL_AT_ONCE = {"depth", "full-disk"}
NOT_AS_A_REHEARSAL = {"loop"}  # which has less processor time, and other words for it


@pytest.fixture(scope="module")
def rendered(renderer: LocalRenderer) -> dict[str, RenderError]:
    return {name: _failure(renderer, body) for name, (body, _, _) in BROKEN.items()}


@pytest.fixture(scope="module")
def rehearsed(processes: SceneProcesses) -> dict[str, Finding | None]:
    bodies = {name: body for name, (body, _, _) in BROKEN.items() if name not in NOT_AS_A_REHEARSAL}
    scripts = [dataclasses.replace(script(scene(body)), storyboard=()) for body in bodies.values()]
    rehearsals = LocalRehearser(QUICK, processes=processes).rehearse(scripts)
    return {name: told.error for name, told in zip(bodies, rehearsals, strict=True)}


def _failure(renderer: LocalRenderer, body: str) -> RenderError:
    with pytest.raises(RenderError) as caught:
        renderer.render(script(scene(body)), QUICK)
    return caught.value


@pytest.mark.parametrize("name", BROKEN)
def test_a_failed_render_has_its_kind(rendered: dict[str, RenderError], name: str):
    _, kind, message = BROKEN[name]
    assert (rendered[name].kind, message in rendered[name].message) == (kind, True), rendered[name]


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"leaves"}))
def test_the_line_is_where_it_fails(rendered: dict[str, RenderError], name: str):
    body = BROKEN[name][0]
    deepest = FIRST_LINE + body.count("\n")
    assert rendered[name].line == (FIRST_LINE if name in FAIL_AT_ONCE else deepest)


@pytest.mark.parametrize("name", sorted(set(BROKEN) - NOT_AS_A_REHEARSAL))
def test_a_rehearsal_says_the_same(
    rehearsed: dict[str, Finding | None], rendered: dict[str, RenderError], name: str
):
    finding, error = rehearsed[name], rendered[name]
    assert finding is not None
    assert (finding.kind, finding.line) == (error.kind, error.line)


def test_memory_that_children_take_together_ends_the_scene(processes: SceneProcesses):
    body = """
        import os, time
        for _ in range(4):
            if os.fork() == 0:
                kept = bytearray(os.urandom(1)) * (100 * 2**20)
                time.sleep(60)
        time.sleep(60)
    """
    limits = SceneLimits(memory_bytes=300 * 2**20)
    error = _failure(LocalRenderer(processes=processes, limits=limits), body)
    assert (error.kind, error.message) == ("memory", "The scene needs more than 300 MiB of memory.")


def test_a_scene_that_takes_ever_more_memory_is_told_where(processes: SceneProcesses):
    renderer = LocalRenderer(
        processes=processes, limits=SceneLimits(memory_bytes=500 * 2**20, cpu_seconds=60)
    )
    body = """
        kept = []
        while True:
            kept.append(bytes(10 * 2**20).replace(bytes(1), b"1"))
    """
    error = _failure(renderer, body)
    assert error.kind == "memory"
    assert error.line == FIRST_LINE + 2


def test_processor_time_that_is_used_up_ends_the_scene(processes: SceneProcesses):
    renderer = LocalRenderer(processes=processes, limits=SceneLimits(cpu_seconds=2))
    error = _failure(renderer, "while True: pass")
    assert (error.kind, error.line) == ("cpu", _failure(renderer, "1 / 0").line)


def test_a_video_of_nothing_is_told(renderer: LocalRenderer):
    told = [
        renderer.render(script(scene(body)), LOW).notices for body in ("pass", "self.add(Dot())")
    ]
    assert ["Nothing is ever seen" in " ".join(notices) for notices in told] == [True, False]


def test_an_event_loop_runs(renderer: LocalRenderer):
    body = "import asyncio\nasyncio.run(asyncio.sleep(0))\nself.wait(0.2)"
    assert renderer.render(script(scene(body)), LOW).duration_seconds == pytest.approx(0.2)
