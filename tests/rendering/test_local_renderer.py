import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderedScene, RenderProgress, RenderSettings
from arxiviz_pipeline.rendering.confined.scene_loading import STILL_SECONDS
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from tests.rendering.conftest import LOW, confined, wait_until
from tests.rendering.scripts import GOOD, SCENE, scene, script

pytestmark = pytest.mark.usefixtures("leaves_nothing")

FIRST_LINE = 5  # of the body of `scene`


def failure_of(
    renderer: LocalRenderer, code: str, timeout_seconds: float = LOW.timeout_seconds
) -> RenderError:
    with pytest.raises(RenderError) as caught:
        renderer.render(script(code), RenderSettings("low", timeout_seconds))
    return caught.value


def test_a_good_scene_plays(good: RenderedScene):
    with av.open(io.BytesIO(good.mp4)) as container:
        stream = container.streams.video[0]
        frames = [frame.pts for frame in container.decode(stream)]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (854, 480)
        assert stream.average_rate == 15
    assert len(frames) == 24  # 0.4 s, 0.8 s and 0.4 s at 15 frames per second
    assert all(later > earlier for earlier, later in itertools.pairwise(frames))
    assert (good.width, good.height, good.frame_rate) == (854, 480, 15)
    assert good.duration_seconds == pytest.approx(1.6)
    assert 0 < good.render_seconds < LOW.timeout_seconds
    assert good.scene_name == SCENE


def test_the_index_comes_before_the_frames(good: RenderedScene):
    assert 0 < good.mp4.index(b"moov") < good.mp4.index(b"mdat")


def test_the_poster_shows_what_was_drawn_not_the_empty_ends(good: RenderedScene):
    poster = Image.open(io.BytesIO(good.poster))
    assert (poster.format, poster.size) == ("JPEG", (854, 480))
    assert (np.asarray(poster.convert("L")) > 200).sum() > 1000


def test_captions_last_as_long_as_the_video(good: RenderedScene):
    assert good.captions.startswith("WEBVTT\n")
    assert "00:00:00.000 --> 00:00:00.800\nFirst &lt;one&gt;." in good.captions
    assert "00:00:00.800 --> 00:00:01.600\nThen &amp; another." in good.captions


def test_a_scene_without_animation_is_held(renderer: LocalRenderer):
    video = renderer.render(script(scene("self.add(Square())")), LOW)
    assert video.duration_seconds == pytest.approx(STILL_SECONDS)


def test_the_scene_named_is_the_one_rendered(renderer: LocalRenderer):
    code = (
        "import manim as mn\nfrom manim import Scene as S\n"
        "class Base(S):\n    def construct(self):\n        self.wait(self.seconds)\n"
        "class Second(Base):\n    seconds = 0.2\n"
        "class First(mn.ThreeDScene):\n    def construct(self): self.wait(0.6)\n"
    )
    assert renderer.render(script(code, "Second"), LOW).duration_seconds == pytest.approx(0.2)


def test_the_script_does_not_choose_size_rate_or_format(renderer: LocalRenderer):
    code = scene(
        "self.wait(1)", "config.pixel_width, config.frame_rate, config.format = 64, 3, 'gif'"
    )
    video = renderer.render(script(code), LOW)
    assert (video.width, video.height, video.frame_rate) == (854, 480, 15)


def test_the_script_may_add_to_the_tex_preamble(renderer: LocalRenderer):
    top = r"config.tex_template.add_to_preamble(r'\newcommand{\own}{\mathbb{R}}')"
    code = scene(r"self.add(MathTex(r'\own')); self.wait(0.2)", top)
    assert renderer.render(script(code), LOW).duration_seconds == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("code", "kind", "message", "line"),
    [
        pytest.param(
            scene("self.wait(0.2)\nraise KeyError('what')"),
            "exception",
            "KeyError: 'what'",
            FIRST_LINE + 1,
            id="raises",
        ),
        pytest.param(
            scene("def f(mobject, alpha): 1 / 0\nself.play(UpdateFromAlphaFunc(Dot(), f))"),
            "exception",
            "ZeroDivisionError: division by zero",
            FIRST_LINE,
            id="raises-within-an-animation",
        ),
        pytest.param(scene("x ="), "syntax", "invalid syntax: x =", FIRST_LINE, id="syntax"),
        pytest.param(
            "return 1\nclass Short: pass", "no_scene", "no scene 'Short'", None, id="none"
        ),
        pytest.param(
            "from manim import *\nclass Long(Scene): pass",
            "no_scene",
            "it has Long",
            None,
            id="name",
        ),
        pytest.param(
            scene("pass", "return 1"), "syntax", "'return' outside function", 2, id="return"
        ),
        pytest.param(
            scene("pass", "import not_there"),
            "import",
            "No module named 'not_there'",
            2,
            id="import",
        ),
        pytest.param(
            scene(r"MathTex('a', r'\foo{b}')"),
            "latex",
            r"Undefined control sequence \foo, in the formula: a \foo{b}",
            FIRST_LINE,
            id="formula",
        ),
        pytest.param(
            scene(r"Tex(r'\begin{nowhere}')"),
            "latex",
            "Environment nowhere undefined",
            FIRST_LINE,
            id="tex",
        ),
        pytest.param(
            scene("MathTex('a % b')"),
            "latex",
            "dvisvgm makes no drawing of this formula",
            FIRST_LINE,
            id="comment",
        ),
        pytest.param(
            scene("import sys\nself.wait(0.2)\nsys.exit(0)"),
            "exit",
            "ends the program itself",
            FIRST_LINE + 2,
            id="sys-exit",
        ),
        pytest.param(
            scene("import os\nself.wait(0.2)\nos._exit(0)"), "exit", "exit code 0", None, id="exit"
        ),
        pytest.param(
            scene("import ctypes\nctypes.string_at(0)"),
            "crash",
            "SIGSEGV",
            FIRST_LINE + 1,
            id="segv",
        ),
        pytest.param(
            f"\nclass {SCENE}(Scene): pass",
            "name",
            "name 'Scene' is not defined",
            2,
            id="no-import",
        ),
        pytest.param(scene("input()"), "input", "EOFError", FIRST_LINE, id="asks"),
        pytest.param(scene("bytearray(2**40)"), "memory", "MemoryError", FIRST_LINE, id="memory"),
        pytest.param(
            scene("self.next_section(skip_animations=True)\nself.wait(1)"),
            "no_frames",
            "all of its animations were skipped",
            None,
            id="skipped",
        ),
    ],
)
def test_a_failure_is_told_with_its_kind_and_line(
    renderer: LocalRenderer, code: str, kind: str, message: str, line: int | None
):
    error = failure_of(renderer, code)
    assert (error.kind, error.line) == (kind, line)
    assert message in error.message


@pytest.mark.parametrize("body", ["while True: pass", "while True: print('x' * 1000)"])
def test_a_scene_without_end_is_ended(renderer: LocalRenderer, body: str):
    started = time.monotonic()
    error = failure_of(renderer, scene(body), timeout_seconds=3)
    assert error.kind == "timeout"
    assert "3 s" in error.message
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("ends", ["self.wait(0.2)", "while True: pass"])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a keeper adopt orphans")
def test_a_daemon_of_the_script_dies_with_it(renderer: LocalRenderer, ends: str):
    """Even one in a session of its own, without parent, without our environment."""
    seconds = f"{98765 + len(ends)}"
    daemon = f"""
        import os, subprocess
        if os.fork() == 0:
            os.setsid()
            subprocess.Popen(["sleep", "{seconds}"], start_new_session=True, env={{}})
            os._exit(0)
        os.wait()
        {ends}
    """
    if "True" in ends:
        assert failure_of(renderer, scene(daemon), timeout_seconds=4).kind == "timeout"
    else:
        renderer.render(script(scene(daemon)), LOW)
    assert not [each for each in psutil.process_iter(["cmdline"]) if seconds in _words(each)]


def _words(process: psutil.Process) -> list[str]:
    return process.info["cmdline"] or []


def test_a_script_that_signals_others_renders_alone(renderer: LocalRenderer):
    body = """
        import contextlib, os, signal
        for number in (signal.SIGKILL, signal.SIGSTOP):
            with contextlib.suppress(OSError):
                os.kill(os.getppid(), number)
        self.wait(0.2)
    """
    assert renderer.render(script(scene(body)), LOW).duration_seconds == pytest.approx(0.2)


def test_the_script_sees_nothing_of_our_environment(
    renderer: LocalRenderer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("S3_SECRET_KEY", "swordfish")
    error = failure_of(renderer, scene("import os\nraise ValueError(dict(os.environ))"))
    assert "'HOME'" in error.message
    assert "swordfish" not in error.message
    assert "S3_SECRET_KEY" not in error.message


def test_renders_at_the_same_time_do_not_mix(renderer: LocalRenderer):
    codes = [scene(f"self.add(MathTex('x')); self.wait({seconds})") for seconds in (0.4, 0.8)]
    with ThreadPoolExecutor() as pool:
        videos = list(pool.map(lambda code: renderer.render(script(code), LOW), codes))
    assert [video.duration_seconds for video in videos] == pytest.approx([0.4, 0.8])


def test_cancelling_ends_the_render_at_once(renderer: LocalRenderer):
    cancelled = Event()
    with ThreadPoolExecutor() as pool:
        endless = pool.submit(renderer.render, script(scene("while True: pass")), LOW, cancelled)
        wait_until(lambda: confined() != [])
        cancelled.set()
        with pytest.raises(RenderError, match="cancelled") as failure:
            endless.result(timeout=30)
    assert failure.value.kind == "cancelled"
    assert confined() == []


def test_a_render_tells_how_far_it_is(renderer: LocalRenderer):
    counted = replace(script(scene("for _ in range(30): self.wait(1 / 15)")), animation_count=30)
    heard: list[RenderProgress] = []
    video = renderer.render(counted, LOW, on_progress=heard.append)
    assert heard
    assert heard == sorted(heard, key=lambda far: far.animations_done)
    assert {far.animations_total for far in heard} == {30}
    assert 0 < heard[0].seconds <= heard[-1].seconds <= video.duration_seconds


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_of_ours_ends_the_script(tmp_path: Path, number: signal.Signals):
    program = (
        "import pathlib, sys\n"
        "from arxiviz_pipeline.rendering.local_renderer import LocalRenderer\n"
        "from tests.rendering.conftest import LOW\n"
        "from tests.rendering.scripts import scene, script\n"
        "endless = script(scene('print(1)\\nwhile True: pass'))\n"
        "LocalRenderer(work_folder=pathlib.Path(sys.argv[1])).render(endless, LOW)\n"
    )
    root = Path(__file__).parents[2]
    ours = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "work"], cwd=root, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: len(children := _descendants(ours.pid)) >= 3 and _at_work(children))
    started = _descendants(ours.pid)
    ours.send_signal(number)
    ours.wait(30)
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    if number == signal.SIGINT:
        assert list((tmp_path / "work").iterdir()) == []


def _descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _at_work(processes: list[psutil.Process]) -> bool:
    """Whether a script has come to its endless loop."""
    seconds = max(sum(process.cpu_times()[:2]) for process in processes[2:])
    return seconds > 1.0


def test_the_version_names_manim_and_our_revision(renderer: LocalRenderer):
    assert renderer.version.startswith("local-manim-0.")
    assert renderer.max_concurrency >= 1


def test_check_passes_where_all_is_installed(renderer: LocalRenderer):
    renderer.check()


def test_check_names_the_package_that_brings_latex(
    renderer: LocalRenderer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=r"'latex' is not .* texlive-latex-base") as caught:
        renderer.check()
    assert caught.value.kind == "unavailable"


def test_a_formula_without_latex_is_not_blamed_on_the_script(
    renderer: LocalRenderer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    looked_for = "import os; os.environ['PATH'] = '/nowhere'"
    code = scene("self.add(MathTex('nobody^{drew} this'))", looked_for)
    error = failure_of(renderer, code)
    assert (error.kind, error.line) == ("unavailable", None)
    assert "texlive-latex-base" in error.message


def test_a_script_has_formulas_drawn_without_the_means_to(renderer: LocalRenderer):
    code = scene(
        "self.add(MathTex(f'x_{len(str(self))}')); self.wait(0.2)",
        "import os; os.environ['PATH'] = '/nowhere'",
    )
    assert renderer.render(script(code), LOW).duration_seconds == pytest.approx(0.2)


def answering(text: str) -> str:
    """Write a program that answers in the task's stead, before it touches Manim's scene."""
    answer = f"answer = ({text}).encode('utf-8', 'surrogatepass')\n"
    told = "os.write(3, len(answer).to_bytes(4, 'big') + answer)\nos._exit(0)\n"
    return f"import os\n{answer}{told}class {SCENE}(B): pass"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param("'{}'", "no_frames", id="nothing"),
        pytest.param("'[' * 100_000", "exit", id="nested"),
        pytest.param("""'{"kind": "cancelled"}'""", "exception", id="cancelled"),
        pytest.param("""'{"kind": "unavailable"}'""", "exception", id="unavailable"),
        pytest.param("""'{"kind": "fine", "line": 9}'""", "exception", id="unheard-of"),
        pytest.param("""'{"kind": "latex", "line": -1}'""", "latex", id="line"),
    ],
)
def test_an_answer_that_a_script_forges_fails_the_script_alone(
    renderer: LocalRenderer, answer: str, kind: str
):
    error = failure_of(renderer, answering(answer))
    assert (error.kind, error.line) == (kind, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(r"raise ValueError('a\udc80\x1b[1m\x00\u202ez')", id="raised"),
        pytest.param(
            r"import os; print('a?\x1b[1m\x00\u202ez', flush=True); os._exit(1)", id="printed"
        ),
    ],
)
def test_a_message_can_be_shown_and_kept_whatever_it_holds(renderer: LocalRenderer, body: str):
    message = failure_of(renderer, scene(body)).message
    assert "a?\ufffd[1m\ufffd\ufffdz" in message
    assert json.loads(json.dumps(message, ensure_ascii=False).encode()) == message


def test_a_message_is_not_too_long(renderer: LocalRenderer):
    body = "import os; os.write(1, b'x' * 15_000); os._exit(1)"
    assert len(failure_of(renderer, scene(body)).message) == 4000


def test_a_line_of_a_crash_that_is_no_number_of_a_line_is_left_out(renderer: LocalRenderer):
    """Python refuses to read a number of so many digits."""
    body = """
        import os
        print('File "scene.py", line ' + '9' * 5000, flush=True)
        os._exit(1)
    """
    error = failure_of(renderer, scene(body))
    assert (error.kind, error.line) == ("exit", None)


def test_folders_deeper_than_python_can_remove_are_removed(renderer: LocalRenderer):
    body = "import os\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')\nos._exit(1)"
    assert failure_of(renderer, scene(body)).kind == "exit"


def test_a_script_that_removes_its_folder_fails_alone(renderer: LocalRenderer):
    body = "import os, pathlib, shutil\nshutil.rmtree(pathlib.Path(__file__).parent)\nos._exit(0)"
    assert failure_of(renderer, scene(body)).kind in {"exit", "forbidden"}


def test_a_movie_that_a_script_forges_is_not_served(renderer: LocalRenderer):
    body = "import os\nos.write(4, b'no movie')\nself.wait(0.2)\nos.close(4)"
    assert failure_of(renderer, scene(body)).kind in {"exception", "no_frames"}


@pytest.mark.parametrize("name", ["file", "file/below", "n" * 300])
def test_a_folder_that_cannot_be_worked_in_is_told(tmp_path: Path, name: str):
    (tmp_path / "file").touch()
    work_folder = tmp_path / name
    with pytest.raises(RenderError, match="cannot be written: .* in TMPDIR") as caught:
        LocalRenderer(work_folder=work_folder).render(script(GOOD), LOW)
    assert caught.value.kind == "unavailable"
    assert str(work_folder) in caught.value.message


def test_a_missing_folder_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    with pytest.raises(RenderError, match=r"'/nowhere/at/all.*TMPDIR") as caught:
        LocalRenderer().render(script(GOOD), LOW)
    assert caught.value.kind == "unavailable"


def test_check_tells_that_manim_is_missing(tmp_path: Path):
    venv.create(tmp_path, symlinks=os.name != "nt")
    bare = LocalRenderer(processes=SceneProcesses(python=str(tmp_path / "bin" / "python")))
    with pytest.raises(RenderError, match="No module named") as caught:
        bare.check()
    assert caught.value.kind == "unavailable"


def test_an_interpreter_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RenderError, match="cannot be started") as caught:
        LocalRenderer(processes=SceneProcesses(python=str(tmp_path / "python"))).render(
            script(GOOD), LOW
        )
    assert caught.value.kind == "unavailable"


def test_importing_the_renderer_imports_neither_manim_nor_a_decoder():
    program = (
        "import sys, arxiviz_pipeline.rendering.local_renderer, arxiviz_pipeline.rendering.media\n"
        "sys.exit(bool({'manim', 'av', 'numpy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True, timeout=30)
