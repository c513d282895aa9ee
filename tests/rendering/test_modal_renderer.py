"""The renderer on Modal where something is amiss: what it says, what is paid for, what is left."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from grpclib import Status
from modal_proto import api_pb2

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderedScene
from arxiviz_pipeline.rendering.media import MovieReader
from arxiviz_pipeline.rendering.modal_renderer import ModalRenderer
from arxiviz_pipeline.rendering.on_modal.calls import ModalCalls
from arxiviz_pipeline.rendering.on_modal.outcome import SandboxOutcome, believed_outcome
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings, function_name
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.modal_peer import ModalPeer, modal_peer, run_modal, why_no_jail
from tests.rendering.conftest import LOW, wait_until
from tests.rendering.modal_fixtures import APP_MODULE, deployed_app
from tests.rendering.scripts import scene, script

QUICK = scene("self.wait(0.2)")
ENDLESS = scene("while True: pass")
_Result = api_pb2.GenericResult
# What a worker does: it renders one endless scene, until somebody ends it.
WORKER = """
import sys
from pathlib import Path
from arxiviz_pipeline.rendering.modal_renderer import ModalRenderer
from arxiviz_pipeline.rendering.on_modal.calls import ModalCalls
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.rendering.conftest import LOW
from tests.rendering.scripts import script
ModalRenderer(ModalCalls(FolderStore(Path(sys.argv[1])))).render(script(sys.argv[2]), LOW)
"""


@pytest.fixture(scope="module")
def peer() -> Iterator[ModalPeer]:
    with deployed_app() as running:
        yield running
        assert running.sandboxes.alive() == []


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def renderer(store: FolderStore) -> ModalRenderer:
    return ModalRenderer(ModalCalls(store))


def failure(render: Callable[[], object]) -> RenderError:
    with pytest.raises(RenderError) as caught:
        render()
    return caught.value


def calls_made(peer: ModalPeer) -> int:
    return len(peer.calls.calls)


def kept_calls(store: FolderStore) -> list[str]:
    return [each.key for each in store.list("modal-calls/")]


# What is paid for


def test_a_scene_costs_what_its_sandbox_does(peer: ModalPeer, store: FolderStore):
    prices = ModalSettings(ARXIVIZ_MODAL_CORE_SECOND_USD=1.0, ARXIVIZ_MODAL_GIB_SECOND_USD=0.5)
    rendered = ModalRenderer(ModalCalls(store), prices).render(script(QUICK), LOW)
    assert rendered.cost_usd is not None
    assert 1.5 * 0.5 < rendered.cost_usd < 1.5 * rendered.render_seconds
    assert kept_calls(store) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_worker_that_is_ended_pays_for_no_second_call(
    peer: ModalPeer,
    renderer: ModalRenderer,
    store: FolderStore,
    tmp_path: Path,
    number: signal.Signals,
):
    slow = scene(f"import time\ntime.sleep(4)\nself.wait(0.2)  # {number}")
    before = calls_made(peer)
    command = [sys.executable, "-c", WORKER, str(tmp_path), slow]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ) as worker:
        wait_until(lambda: calls_made(peer) > before and bool(peer.sandboxes.alive()), 60.0)
        wait_until(lambda: kept_calls(store) != [])
        worker.send_signal(number)
        worker.wait(30)
    if number is signal.SIGKILL:
        assert renderer.render(script(slow), LOW).mp4
        assert calls_made(peer) == before + 1
        assert last_call(peer).attempts == 1
    else:
        wait_until(lambda: peer.sandboxes.alive() == [])
        assert "FunctionCallCancel" in peer.rpcs
    assert kept_calls(store) == []


def test_a_worker_that_is_ended_after_the_call_pays_for_no_second_one(
    peer: ModalPeer, store: FolderStore, movies: MovieReader
):
    class Interrupted(MovieReader):
        def finish(self, *_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

    before = calls_made(peer)
    with pytest.raises(KeyboardInterrupt):
        ModalRenderer(ModalCalls(store), movies=Interrupted()).render(script(QUICK), LOW)
    assert ModalRenderer(ModalCalls(store), movies=movies).render(script(QUICK), LOW).mp4
    assert calls_made(peer) == before + 1
    assert kept_calls(store) == []


def test_a_scene_that_fails_is_called_for_again_when_it_is_asked_for_again(
    peer: ModalPeer, renderer: ModalRenderer, store: FolderStore
):
    before = calls_made(peer)
    for _ in range(2):
        assert failure(lambda: renderer.render(script(scene("1 / 0")), LOW)).kind == "exception"
        assert kept_calls(store) == []
    assert calls_made(peer) == before + 2


def last_call(peer: ModalPeer) -> Any:
    return list(peer.calls.calls.values())[-1]


def test_a_cancelled_render_ends_its_sandbox(peer: ModalPeer, tmp_path: Path):
    cancelled = Event()

    class Watched(FolderStore):
        def put(self, *arguments: Any, **options: Any) -> Any:
            kept = super().put(*arguments, **options)
            cancelled.set()  # as soon as the call is made
            return kept

    watched = Watched(tmp_path)
    error = failure(
        lambda: ModalRenderer(ModalCalls(watched)).render(script(ENDLESS), LOW, cancelled)
    )
    assert error.kind == "cancelled"
    wait_until(lambda: peer.sandboxes.alive() == [])
    assert kept_calls(watched) == []


def test_a_call_that_modal_knows_no_more_is_made_anew(
    peer: ModalPeer, renderer: ModalRenderer, store: FolderStore
):
    peer.faults.refuse("FunctionGetOutputs", Status.PERMISSION_DENIED)
    peer.faults.refuse("FunctionCallCancel", Status.PERMISSION_DENIED)
    assert failure(lambda: renderer.render(script(QUICK), LOW)).kind == "unavailable"
    assert len(kept_calls(store)) == 1
    peer.run(lambda: peer.calls.calls.pop(last_call(peer).call_id))
    assert renderer.render(script(QUICK), LOW).mp4
    assert kept_calls(store) == []


# What can pass


@pytest.mark.parametrize("status", [Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED])
def test_what_can_pass_is_asked_again(peer: ModalPeer, renderer: ModalRenderer, status: Status):
    before = calls_made(peer)
    peer.faults.refuse("FunctionMap", status, times=2)
    peer.faults.refuse("FunctionGetOutputs", status, times=2)
    assert renderer.render(script(QUICK), LOW).mp4
    assert calls_made(peer) == before + 1


def test_a_call_whose_answer_got_lost_is_made_once(peer: ModalPeer, renderer: ModalRenderer):
    before = calls_made(peer)
    peer.faults.lose_answer("FunctionMap")
    assert renderer.render(script(QUICK), LOW).mp4
    assert calls_made(peer) == before + 1


def test_a_failure_of_modals_own_is_tried_again(peer: ModalPeer, renderer: ModalRenderer):
    fail_next(peer, _Result.GENERIC_STATUS_INTERNAL_FAILURE)
    assert renderer.render(script(QUICK), LOW).mp4


def test_failures_that_do_not_pass_are_told(peer: ModalPeer, renderer: ModalRenderer):
    for _ in range(3):
        fail_next(peer, _Result.GENERIC_STATUS_INTERNAL_FAILURE)
    error = failure(lambda: renderer.render(script(QUICK), LOW))
    assert error.kind == "unavailable"
    assert "out of order" in error.message


def test_a_container_that_ends_the_program_does_not_end_ours(
    peer: ModalPeer, renderer: ModalRenderer
):
    for _ in range(3):
        fail_next(peer, _Result.GENERIC_STATUS_FAILURE, data=PICKLED_EXIT)
    error = failure(lambda: renderer.render(script(QUICK), LOW))
    assert error.kind == "unavailable"
    assert "ended the program (7)" in error.message


PICKLED_EXIT = b"\x80\x04\x8c\x08builtins\x8c\nSystemExit\x93K\x07\x85R."


def test_a_container_that_cannot_begin_is_told(peer: ModalPeer, renderer: ModalRenderer):
    missing = pickle.dumps(ModuleNotFoundError("No module named 'manim'"))
    for _ in range(3):
        fail_next(peer, _Result.GENERIC_STATUS_FAILURE, data=missing)
    error = failure(lambda: renderer.render(script(QUICK), LOW))
    assert error.kind == "unavailable"
    assert "No module named 'manim'" in error.message


def test_a_function_that_takes_too_long_is_told_with_what_mends_it(
    peer: ModalPeer, renderer: ModalRenderer
):
    fail_next(peer, _Result.GENERIC_STATUS_TIMEOUT)
    error = failure(lambda: renderer.render(script(QUICK), LOW))
    assert error.kind == "timeout"
    assert "modal deploy" in error.message


def fail_next(peer: ModalPeer, status: int, data: bytes = b"") -> None:
    result = _Result(status=status, exception="out of order")
    if data:
        result.data = data
    function = peer.functions.named("arxiviz", function_name())
    peer.run(lambda: peer.calls.fail_next(function, result))


def test_a_wait_ends_and_its_call_with_it(peer: ModalPeer, store: FolderStore):
    calls = ModalCalls(store)
    job = json.dumps({"timeout_seconds": 50})

    def wait() -> None:
        with calls.played(job, {}, wait_seconds=0.0):
            pass

    error = failure(wait)
    assert error.kind == "unavailable"
    assert "no answer within 0 s" in error.message
    assert kept_calls(store) == []


# What is missing


def test_a_token_that_is_not_taken_is_told(peer: ModalPeer, renderer: ModalRenderer):
    peer.faults.refuse("FunctionGet", Status.UNAUTHENTICATED, "Token validation failed.")
    error = failure(renderer.check)
    assert error.kind == "unavailable"
    assert "modal token new" in error.message


def test_an_app_that_is_not_there_is_told_with_the_command_that_deploys_it(
    peer: ModalPeer, store: FolderStore
):
    elsewhere = ModalSettings(ARXIVIZ_MODAL_APP="elsewhere")
    error = failure(ModalRenderer(ModalCalls(store, elsewhere)).check)
    assert error.kind == "unavailable"
    assert f"modal deploy -m {APP_MODULE}" in error.message


def test_modal_run_renders_a_scene_to_try_it(tmp_path: Path):
    if reason := why_no_jail():
        pytest.skip(f"this machine can't build the peer's jails: {reason}")
    with modal_peer() as peer:
        told = run_modal(peer, "run", "-m", APP_MODULE, folder=tmp_path)
        assert "test_output.mp4: 2.0 s" in told
    assert b"moov" in (tmp_path / "test_output.mp4").read_bytes()


def test_nothing_of_this_package_asks_for_modal_before_it_is_used():
    code = "import sys, arxiviz_pipeline.definitions; assert 'modal' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# What a sandbox may answer


class Forged:
    """Answers as a scene would that has taken its sandbox over."""

    def __init__(self, told: object) -> None:
        self._told = told

    def check(self) -> None:
        return

    @contextmanager
    def played(self, *_: object, **__: object) -> Iterator[SandboxOutcome]:
        yield believed_outcome(self._told)


@pytest.fixture(scope="module")
def movies(work_folder: Path) -> MovieReader:
    return MovieReader(work_folder=work_folder)


def render_forged(movies: MovieReader, told: object) -> RenderedScene:
    return ModalRenderer(Forged(told), movies=movies).render(script(QUICK), LOW)


def done(answer: object, movie: bytes = b"") -> Mapping[str, object]:
    return asdict(SandboxOutcome("done", answer=json.dumps(answer).encode(), movie=movie))


@pytest.mark.parametrize(
    ("told", "kind", "message"),
    [
        ("no mapping", "unavailable", "nothing that this version understands"),
        ({"ended": "well"}, "unavailable", "nothing that this version understands"),
        (asdict(SandboxOutcome("memory")), "memory", "6144 MiB"),
        (asdict(SandboxOutcome("timeout")), "timeout", "100 s"),
        (asdict(SandboxOutcome("too_large")), "disk", "more than can be fetched"),
        (
            asdict(SandboxOutcome("crash", message="exit code 3\x1b[2J")),
            "crash",
            "exit code 3\ufffd",
        ),
        (asdict(SandboxOutcome("fault", message="NotFoundError: gone")), "unavailable", "gone"),
        (asdict(SandboxOutcome("lost", message="it does not answer")), "unavailable", "answer"),
        (asdict(SandboxOutcome("done", answer=b"[" * 100_000)), "crash", "no answer"),
        (asdict(SandboxOutcome("done", answer=b"\xff")), "crash", "no answer"),
        (done(["no", "mapping"]), "crash", "no answer"),
        (done({"answer": {"kind": "name"}}), "crash", "no answer"),
        (
            done({"error": {"kind": "unavailable", "message": "all is lost"}}),
            "crash",
            "all is lost",
        ),
        (done({"error": {"kind": "cancelled"}}), "crash", ""),
        (done({"error": {"kind": ["name"], "line": "x"}}), "crash", ""),
        (done({"answer": {}}, b"no movie"), "no_frames", "cannot be used"),
    ],
)
def test_whatever_comes_back_is_a_failure_of_its_scene_or_of_modal(
    movies: MovieReader, told: object, kind: str, message: str
):
    error = failure(lambda: render_forged(movies, told))
    assert error.kind == kind
    assert message in error.message


def test_a_line_that_the_script_has_not_is_not_believed(movies: MovieReader):
    for line, believed in ((5, 5), (0, None), (10**9, None), (True, 1)):
        told = done({"error": {"kind": "name", "message": "m", "line": line}})
        assert failure(lambda told=told: render_forged(movies, told)).line == believed


def test_the_version_is_that_of_what_is_deployed():
    assert ModalRenderer(Forged({})).version.replace(".", "-") == (
        function_name().replace("play-scene", "modal")
    )
