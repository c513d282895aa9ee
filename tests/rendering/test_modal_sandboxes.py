"""The sandboxes on Modal: what they are, and where they or what is in them goes wrong."""

import io
import shlex
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import modal
import pytest
from grpclib import Status
from modal_proto import api_pb2
from PIL import Image

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderedScene
from arxiviz_pipeline.rendering.modal_renderer import ModalRenderer
from arxiviz_pipeline.rendering.on_modal.calls import ModalCalls
from arxiviz_pipeline.rendering.on_modal.outcome import CORES, MEMORY_MIB
from arxiviz_pipeline.rendering.on_modal.settings import function_name
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.modal_peer import ModalPeer
from tests.rendering.conftest import LOW, wait_until
from tests.rendering.modal_fixtures import deployed_app
from tests.rendering.scripts import scene, script
from tests.servers import HOST

QUICK = scene("self.wait(0.2)")
SLOW = scene("import time\ntime.sleep(3)\nself.wait(0.2)")
PLAYING = "until cat /proc/[0-9]*/cmdline | grep -qa [z]ygote_program; do sleep 0.1; done; "


@pytest.fixture(scope="module")
def peer() -> Iterator[ModalPeer]:
    with deployed_app() as running:
        yield running


@pytest.fixture
def renderer(tmp_path: Path) -> ModalRenderer:
    return ModalRenderer(ModalCalls(FolderStore(tmp_path)))


@pytest.fixture(autouse=True)
def _nothing_is_left(peer: ModalPeer) -> Iterator[None]:
    yield
    assert peer.faults.left == 0
    peer.wait_until(lambda: peer.sandboxes.alive() == [])


def failure(render: Callable[[], object]) -> RenderError:
    with pytest.raises(RenderError) as caught:
        render()
    return caught.value


def calls_made(peer: ModalPeer) -> int:
    return len(peer.calls.calls)


def render_while(
    peer: ModalPeer, renderer: ModalRenderer, act: Callable[[str], object], code: str = SLOW
) -> RenderedScene:
    """Render a scene that takes a while, and do something once its sandbox is there."""
    before = set(peer.sandboxes.sandboxes)
    with ThreadPoolExecutor(1) as pool:
        rendering: Future[RenderedScene] = pool.submit(renderer.render, script(code), LOW)
        wait_until(lambda: _playing(peer, before) != [])
        act(_playing(peer, before)[0])
        return rendering.result(timeout=90)


def _playing(peer: ModalPeer, before: set[str]) -> list[str]:
    return [
        each.sandbox_id
        for each in peer.sandboxes.alive()
        if each.sandbox_id not in before
        and any("stage_program" in " ".join(command) for command in each.commands)
    ]


def run_in(sandbox_id: str, command: str) -> None:
    """Do what a scene could that has broken out of its confinement in the sandbox."""
    process = modal.Sandbox.from_id(sandbox_id).exec("sh", "-c", command)
    assert process.wait() == 0, process.stderr.read()


# What they are


def test_a_sandbox_has_no_network_no_secrets_and_ends_by_itself(
    peer: ModalPeer, renderer: ModalRenderer
):
    renderer.render(script(QUICK), LOW)
    made = list(peer.sandboxes.sandboxes.values())[-1].definition
    blocked = api_pb2.NetworkAccess.NetworkAccessType.BLOCKED
    assert made.network_access.network_access_type == blocked
    assert list(made.secret_ids) == []
    assert made.resources.milli_cpu == CORES[0] * 1000
    assert made.resources.milli_cpu_max == CORES[1] * 1000
    assert (made.resources.memory_mb, made.resources.memory_mb_max) == MEMORY_MIB
    assert LOW.timeout_seconds < made.timeout_secs < LOW.timeout_seconds + 300


def test_the_function_has_no_secrets_either(peer: ModalPeer):
    definition = peer.functions.named("arxiviz", function_name()).definition
    assert list(definition.secret_ids) == []


def test_files_of_any_size_go_there_and_back(peer: ModalPeer, renderer: ModalRenderer):
    picture = io.BytesIO()
    Image.effect_noise((1700, 1700), 100.0).save(picture, "png")
    assert len(picture.getvalue()) > 2 * 1024**2  # more than a call itself may hold
    code = scene("self.add(ImageMobject('noise.png'))\nself.wait(2)")
    given = replace(LOW, assets={"noise.png": picture.getvalue()})
    before = peer.rpcs.count("BlobCreate")
    rendered = renderer.render(script(code), given)
    assert len(rendered.mp4) > 100_000
    assert peer.rpcs.count("BlobCreate") == before + 2  # one each way


# Where Modal fails


@pytest.mark.parametrize("status", [Status.RESOURCE_EXHAUSTED, Status.UNAVAILABLE])
def test_a_sandbox_that_has_to_wait_is_asked_for_again(
    peer: ModalPeer, renderer: ModalRenderer, status: Status
):
    calls, sandboxes = calls_made(peer), len(peer.sandboxes.sandboxes)
    peer.faults.refuse("SandboxCreateV2", status, times=2)
    assert renderer.render(script(QUICK), LOW).mp4
    assert calls_made(peer) == calls + 1
    assert len(peer.sandboxes.sandboxes) == sandboxes + 1


def test_a_sandbox_that_is_refused_is_told_with_modals_reason(
    peer: ModalPeer, renderer: ModalRenderer
):
    peer.faults.refuse("SandboxCreateV2", Status.PERMISSION_DENIED, "No credit is left.", times=3)
    error = failure(lambda: renderer.render(script(QUICK), LOW))
    assert error.kind == "unavailable"
    assert "No credit is left." in error.message


def test_a_sandbox_in_which_nothing_can_begin_is_made_anew(
    peer: ModalPeer, renderer: ModalRenderer
):
    before = calls_made(peer)
    peer.faults.refuse("TaskExecStart", Status.FAILED_PRECONDITION)
    assert renderer.render(script(QUICK), LOW).mp4
    assert calls_made(peer) == before + 2


def test_a_sandbox_that_cannot_be_ended_costs_no_video(peer: ModalPeer, renderer: ModalRenderer):
    before = calls_made(peer)
    peer.faults.refuse("SandboxTerminateV2", Status.PERMISSION_DENIED)
    assert renderer.render(script(QUICK), LOW).mp4
    assert calls_made(peer) == before + 1
    assert len(peer.kill_sandboxes()) == 1  # as its time limit does later


def test_a_sandbox_that_is_killed_was_out_of_memory(peer: ModalPeer, renderer: ModalRenderer):
    error = failure(lambda: render_while(peer, renderer, lambda _: peer.kill_sandboxes()))
    assert error.kind == "memory"


@pytest.mark.parametrize(("times", "is_rendered"), [(1, True), (3, False)])
def test_a_sandbox_that_is_lost_is_made_anew_and_at_last_its_scene_fails_alone(
    peer: ModalPeer, renderer: ModalRenderer, times: int, is_rendered: bool
):
    before, seen = calls_made(peer), set(peer.sandboxes.sandboxes)

    def lose(_: str) -> None:
        for _ in range(times):
            wait_until(lambda: _playing(peer, seen) != [], seconds=60.0)
            seen.update(_playing(peer, seen))
            peer.faults.refuse("TaskExecWait", Status.NOT_FOUND)  # when files are fetched
            wait_until(lambda: peer.faults.left == 0, seconds=60.0)

    if is_rendered:
        assert render_while(peer, renderer, lose).mp4
    else:  # `unavailable` would end the other scenes' renders as well
        assert failure(lambda: render_while(peer, renderer, lose)).kind == "crash"
    assert calls_made(peer) == before + min(times + 1, 3)


def test_a_lost_function_is_begun_again_by_modal_in_the_same_call(
    peer: ModalPeer, renderer: ModalRenderer
):
    before = calls_made(peer)

    def kill(_: object) -> None:
        assert len(peer.kill_containers("arxiviz", function_name())) > 0
        peer.kill_sandboxes()

    assert render_while(peer, renderer, kill).mp4
    assert calls_made(peer) == before + 1


def test_a_wait_outlasts_a_broken_connection(peer: ModalPeer, renderer: ModalRenderer):
    before = calls_made(peer)
    assert render_while(peer, renderer, lambda _: peer.cut_connections()).mp4
    assert calls_made(peer) == before + 1


# Where the scene is no scene any more


def test_a_scene_that_has_broken_out_finds_no_network_no_token_and_no_other_scene(
    peer: ModalPeer, renderer: ModalRenderer
):
    with socket.create_server((HOST, 0)) as listener:
        address = listener.getsockname()
        connect = f"import socket; socket.create_connection({address}, 3)"

        def look_around(sandbox_id: str) -> None:
            run_in(sandbox_id, f"! python -c {shlex.quote(connect)}")
            run_in(sandbox_id, "! cat /proc/[0-9]*/environ | grep -aq [M]ODAL_TOKEN")
            run_in(sandbox_id, "test ! -e /tmp/mine && touch /tmp/mine")

        for seconds in (0.2, 0.4):
            code = scene(f"import time\ntime.sleep(3)\nself.wait({seconds})")
            assert render_while(peer, renderer, look_around, code).mp4
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    ("command", "kind", "message"),
    [
        pytest.param("rm -rf /tmp/arxiviz", "crash", "ended early", id="nothing"),
        pytest.param("mkdir /tmp/arxiviz/answer.json", "crash", "exit code 1", id="folder"),
        pytest.param(
            "rm /tmp/arxiviz/scene.mp4; ln -s /etc/passwd /tmp/arxiviz/scene.mp4",
            "disk",
            "nothing that is a file",
            id="link",
        ),
        pytest.param(
            "rm /tmp/arxiviz/scene.mp4; mkfifo /tmp/arxiviz/scene.mp4",
            "no_frames",
            "without leaving a movie",
            id="pipe",
        ),
        pytest.param(
            "truncate -s 3G /tmp/arxiviz/other; mv /tmp/arxiviz/other /tmp/arxiviz/scene.mp4",
            "disk",
            "more than can be fetched",
            id="large",
        ),
        pytest.param(
            "echo 'no movie' > /tmp/arxiviz/other; mv /tmp/arxiviz/other /tmp/arxiviz/scene.mp4",
            "no_frames",
            "cannot be used",
            id="text",
        ),
    ],
)
def test_a_scene_that_has_taken_its_sandbox_over_fails_alone(
    peer: ModalPeer, renderer: ModalRenderer, command: str, kind: str, message: str
):
    before = calls_made(peer)
    error = failure(lambda: render_while(peer, renderer, lambda it: run_in(it, PLAYING + command)))
    assert (error.kind, message in error.message) == (kind, True), error.message
    assert calls_made(peer) == before + 1
