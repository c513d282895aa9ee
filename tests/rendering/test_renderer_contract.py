"""What every renderer does: on this machine, and on Modal."""

import io
import itertools
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import av
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderedScene, SceneScript
from arxiviz_pipeline.domain.ports import Renderer
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.modal_renderer import ModalRenderer
from arxiviz_pipeline.rendering.on_modal.calls import ModalCalls
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.modal_peer import ModalPeer
from tests.rendering.conftest import LOW, confined, wait_until
from tests.rendering.modal_fixtures import deployed_app
from tests.rendering.scripts import GOOD, scene, script
from tests.servers import HOST

FIRST_LINE = 5


@dataclass(frozen=True)
class Place:
    """A renderer, and a way to see what of its scenes is at work."""

    renderer: Renderer
    peer: ModalPeer | None

    def is_at_work(self) -> bool:
        if self.peer is None:
            return bool(confined())
        return any(
            "stage_program" in " ".join(command)
            for sandbox in self.peer.sandboxes.alive()
            for command in sandbox.commands
        )


@pytest.fixture(scope="module", params=["local", "modal"])
def place(
    request: pytest.FixtureRequest, work_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    if request.param == "local":
        yield Place(LocalRenderer(work_folder=work_folder), None)
        return
    with deployed_app() as peer:
        calls = ModalCalls(FolderStore(tmp_path_factory.mktemp("store")))
        yield Place(ModalRenderer(calls, work_folder=work_folder), peer)
        assert peer.sandboxes.alive() == []


@pytest.fixture(scope="module")
def anywhere(place: Place) -> Renderer:
    return place.renderer


@pytest.fixture(scope="module")
def rendered(anywhere: Renderer) -> RenderedScene:
    return anywhere.render(script(GOOD), LOW)


def failure_of(anywhere: Renderer, it: SceneScript, timeout_seconds: float = 60.0) -> RenderError:
    with pytest.raises(RenderError) as caught:
        anywhere.render(it, replace(LOW, timeout_seconds=timeout_seconds))
    return caught.value


def test_it_can_work_and_says_what_it_is(anywhere: Renderer, place: Place):
    anywhere.check()
    where = "local" if place.peer is None else "modal"
    assert anywhere.version.startswith(f"{where}-manim-0.")
    assert anywhere.max_concurrency >= 1


def test_a_scene_becomes_a_video_that_browsers_play(rendered: RenderedScene):
    with av.open(io.BytesIO(rendered.mp4)) as container:
        stream = container.streams.video[0]
        count = sum(1 for _ in container.decode(stream))
        assert stream.codec_context.name == "h264"
        assert (stream.width, stream.height, stream.pix_fmt) == (854, 480, "yuv420p")
    assert count == round(rendered.duration_seconds * rendered.frame_rate) == 24
    assert rendered.mp4.index(b"moov") < rendered.mp4.index(b"mdat")
    assert Image.open(io.BytesIO(rendered.poster)).size == (854, 480)
    assert rendered.scene_name == "Short"
    assert rendered.render_seconds > 0


def test_captions_are_the_storyboards(rendered: RenderedScene):
    assert rendered.captions.startswith("WEBVTT")
    assert "First &lt;one&gt;." in rendered.captions


def test_both_draw_the_same_frames(rendered: RenderedScene, good: RenderedScene):
    frames = [decoded(each.mp4) for each in (rendered, good)]
    assert frames[0] == frames[1]


def decoded(mp4: bytes) -> list[bytes]:
    with av.open(io.BytesIO(mp4)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("code", "kind", "message", "line"),
    [
        pytest.param("from manim import\n", "syntax", "invalid syntax", 1, id="syntax"),
        pytest.param(scene("Cirkle()"), "name", "'Cirkle' is not defined", FIRST_LINE, id="name"),
        pytest.param(
            scene("self.wait(0.1)\nMathTex(r'\\foo')"),
            "latex",
            r"Undefined control sequence \foo",
            FIRST_LINE + 1,
            id="latex",
        ),
        pytest.param(scene("1 / 0"), "exception", "ZeroDivisionError", FIRST_LINE, id="raises"),
        pytest.param(scene("import os\nos._exit(0)"), "exit", "exit code 0", None, id="exit"),
        pytest.param(scene("self.wait(9000)"), "duration", "may last 600 s", FIRST_LINE, id="long"),
        pytest.param(
            scene("ImageMobject('a.png')"), "missing_asset", "'a.png'", FIRST_LINE, id="asset"
        ),
    ],
)
def test_a_failure_is_told_with_its_kind_and_line(
    anywhere: Renderer, code: str, kind: str, message: str, line: int | None
):
    error = failure_of(anywhere, script(code))
    assert (error.kind, error.line) == (kind, line)
    assert message in error.message


def test_a_scene_without_end_is_ended(anywhere: Renderer):
    error = failure_of(anywhere, script(scene("while True: pass")), timeout_seconds=4.0)
    assert error.kind == "timeout"


def test_a_scene_gets_its_assets_and_chooses_itself(anywhere: Renderer):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "png")
    code = scene("self.add(ImageMobject('dot.png'))\nself.wait(0.2)")
    code += "\nclass Other(Scene):\n    pass\n"
    given = replace(LOW, assets={"dot.png": picture.getvalue()})
    rendered = anywhere.render(replace(script(code), scene_name=""), given)
    assert (rendered.scene_name, rendered.other_scenes) == ("Short", ("Other",))


@pytest.mark.parametrize(
    "body",
    [
        f"open({str(Path(__file__).resolve())!r}).read()",
        f"open({str(Path.home() / '.profile')!r}).read()",
        "import os\nos.environ['ARXIVIZ_SECRET']",
        "import subprocess\nsubprocess.run(['env'], check=True)",
        "open('/proc/1/environ').read()",
    ],
    ids=["tree", "home", "environment", "programs", "processes"],
)
def test_a_scene_sees_nothing_of_its_host(
    anywhere: Renderer, body: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ARXIVIZ_SECRET", "secret")
    error = failure_of(anywhere, script(scene(body)))
    assert error.kind in {"forbidden", "exception", "missing_asset"}
    assert "secret" not in error.message


def test_a_scene_has_no_network(anywhere: Renderer):
    with socket.create_server((HOST, 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        body = f"import socket\nsocket.create_connection(('{HOST}', {port}), 3)"
        error = failure_of(anywhere, script(scene(body)))
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert error.kind in {"forbidden", "exception"}


def test_a_scene_sees_no_other_scenes_files(anywhere: Renderer):
    write = """
        from contextlib import suppress
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "."):
            with suppress(OSError):
                open(folder + "/kept_for_later", "w").write("secret")
        self.wait(0.1)
    """
    look = """
        import os
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "."):
            assert not os.path.exists(folder + "/kept_for_later")
        self.wait(0.1)
    """
    for body in (write, look):
        assert anywhere.render(script(scene(body)), LOW).mp4


def test_cancelling_ends_it(place: Place):
    cancelled = Event()
    with ThreadPoolExecutor() as pool:
        endless = pool.submit(
            place.renderer.render, script(scene("while True: pass")), LOW, cancelled
        )
        wait_until(place.is_at_work)
        cancelled.set()
        with pytest.raises(RenderError) as failure:
            endless.result(timeout=30)
    assert failure.value.kind == "cancelled"
    wait_until(lambda: not place.is_at_work(), seconds=10.0)


def test_many_scenes_are_rendered_side_by_side(anywhere: Renderer):
    codes = [scene(f"self.wait({count} / 15)") for count in range(2, 5)]
    with ThreadPoolExecutor() as pool:
        videos = list(pool.map(anywhere.render, map(script, codes), itertools.repeat(LOW)))
    assert [round(video.duration_seconds * 15) for video in videos] == [2, 3, 4]
