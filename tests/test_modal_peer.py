"""The peer does what Modal does, as the real client and the real container entrypoint see it."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import modal
import modal.exception
import psutil
import pytest
from grpclib import Status
from modal_proto import api_pb2

from tests.modal_peer import ModalPeer, connected, modal_peer, run_modal, why_no_jail

APP = "tiny"
LARGER_THAN_A_MESSAGE = 3 << 20


@pytest.fixture(scope="module")
def app_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small app's file, alone in a folder as somebody's would be."""
    path = tmp_path_factory.mktemp("app") / "tiny_app.py"
    shutil.copy(Path(__file__).parent / "modal_peer" / path.name, path)
    return path


@pytest.fixture(scope="module")
def peer(app_path: Path) -> Iterator[ModalPeer]:
    """A peer to which the small app was deployed, and to which this process's client talks."""
    if reason := why_no_jail():
        pytest.skip(f"this machine can't build the peer's jails: {reason}")
    before = set(psutil.Process().children(recursive=True))
    with modal_peer() as running, connected(running):
        run_modal(running, "deploy", str(app_path), environment={"OF_THE_CLIENT": "secret"})
        yield running
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.fixture
def sandbox(peer: ModalPeer) -> Iterator[modal.Sandbox]:
    made = make_sandbox(block_network=True)
    yield made
    made.terminate()


def deployed(name: str) -> modal.Function[..., Any, Any]:
    return modal.Function.from_name(APP, name)


def make_sandbox(*arguments: str, **options: Any) -> modal.Sandbox:
    app = modal.App.lookup(APP)
    return modal.Sandbox.create(*arguments, app=app, image=modal.Image.debian_slim(), **options)


def shown_by(sandbox: modal.Sandbox, *command: str, **options: Any) -> str:
    program = sandbox.exec(*command, **options)
    assert program.wait() == 0, program.stderr.read()
    return program.stdout.read()


# Functions


def test_a_deployed_function_is_found_by_its_name_and_its_prints_are_kept(peer: ModalPeer):
    assert deployed("double").remote(4) == 8
    peer.wait_until(lambda: "doubling 4\n" in peer.app(APP).log)


def test_a_function_that_is_not_there_is_not_found(peer: ModalPeer):
    with pytest.raises(modal.exception.NotFoundError, match="no function named 'triple'"):
        deployed("triple").remote(4)


def test_modal_run_shows_what_the_container_and_the_entrypoint_print(
    peer: ModalPeer, app_path: Path
):
    printed = run_modal(peer, "run", str(app_path))
    assert "doubling 21" in printed
    assert "it is 42 in tiny_app.py" in printed


def test_many_inputs_give_their_outputs_in_order(peer: ModalPeer):
    assert list(deployed("double").map(range(20))) == list(range(0, 40, 2))


def test_what_is_larger_than_a_message_goes_through_blobs(peer: ModalPeer):
    content = b"ab" * (LARGER_THAN_A_MESSAGE // 2)
    before = len(peer.blobs.content)
    assert deployed("reverse").remote(content) == content[::-1]
    assert len(peer.blobs.content) == before + 2


def test_outputs_are_no_pickles_if_a_function_says_so(peer: ModalPeer):
    assert deployed("reverse").remote(b"ab") == b"ba"
    output = peer.calls_of(APP, "reverse")[-1].inputs[0].output
    assert output is not None
    assert output.data_format == api_pb2.DATA_FORMAT_CBOR


def test_an_input_is_tried_again_as_often_as_its_function_says(peer: ModalPeer):
    with pytest.raises(ConnectionError):
        deployed("fail_again").remote()
    with pytest.raises(ConnectionError):
        deployed("fail_again").spawn().get(timeout=30)
    assert [one.attempts for one in peer.calls_of(APP, "fail_again")] == [2, 2]


def test_a_function_that_was_deployed_anew_leaves_its_old_containers(
    peer: ModalPeer, app_path: Path
):
    deployed("double").remote(1)
    old = {one.task_id for one in peer.containers.alive()}
    run_modal(peer, "deploy", str(app_path))
    deployed("double").remote(1)
    (attempt,) = peer.calls_of(APP, "double")[-1].inputs[0].attempts
    assert attempt not in old


def test_a_container_sees_its_image_and_secrets_and_nothing_of_this_machine(
    peer: ModalPeer, app_path: Path
):
    seen = deployed("look").remote(str(app_path))
    assert seen["environment"]["OF_THE_IMAGE"] == "yes"
    assert seen["environment"]["OF_A_SECRET"] == "yes"
    assert not {"OF_THE_CLIENT", "MODAL_TOKEN_SECRET"} & set(seen["environment"])
    assert seen["file"] == "/root/tiny_app.py"
    assert app_path.exists()
    assert not seen["exists"]


def test_what_a_function_raises_is_raised_here(peer: ModalPeer):
    with pytest.raises(ValueError, match="out of paint"):
        deployed("end").remote("out of paint")
    with pytest.raises(SystemExit, match="3"):
        deployed("end").remote("exit")


def test_a_function_that_takes_too_long_is_ended(peer: ModalPeer):
    with pytest.raises(modal.exception.FunctionTimeoutError):
        deployed("oversleep").remote()


def test_a_call_goes_on_after_a_wait_for_it_gave_up(peer: ModalPeer):
    call = deployed("sleep").spawn(0.5)
    with pytest.raises(TimeoutError):
        call.get(timeout=0)
    assert modal.FunctionCall.from_id(call.object_id).get(timeout=30) == "awake"
    assert peer.call(call.object_id).attempts == 1


def test_a_call_whose_outputs_expired_says_so_and_one_that_never_was_is_not_found(peer: ModalPeer):
    call = deployed("double").spawn(3)
    assert call.get(timeout=30) == 6
    peer.forget_outputs(call.object_id)
    with pytest.raises(modal.exception.OutputExpiredError):
        modal.FunctionCall.from_id(call.object_id).get(timeout=0)
    with pytest.raises(modal.exception.NotFoundError):
        modal.FunctionCall.from_id("fc-none").get(timeout=30)


def test_an_input_whose_container_was_killed_is_given_to_another(peer: ModalPeer):
    call = deployed("sleep").spawn(0.5)
    peer.wait_until(lambda: peer.call(call.object_id).attempts == 1)
    killed = peer.kill_containers(APP, "sleep")
    assert call.get(timeout=30) == "awake"
    first, second = peer.call(call.object_id).inputs[0].attempts
    assert first in killed
    assert second not in killed
    assert peer.containers.containers[first].exit_code == 137


@pytest.mark.parametrize(("name", "arguments"), [("end", ["crash"]), ("swell", [])])
def test_a_container_that_crashes_or_takes_too_much_memory_is_followed_by_another(
    peer: ModalPeer, name: str, arguments: list[str]
):
    call = deployed(name).spawn(*arguments)
    peer.wait_until(lambda: peer.call(call.object_id).attempts == 2)
    call.cancel()
    assert peer.call(call.object_id).is_cancelled


def test_a_cancelled_call_stops_its_container_and_raises_where_it_is_waited_for(peer: ModalPeer):
    call = deployed("sleep").spawn(200)
    peer.wait_until(lambda: peer.call(call.object_id).attempts == 1)
    call.cancel(terminate_containers=True)
    with pytest.raises(modal.exception.RemoteError, match="cancelled"):
        call.get(timeout=30)
    task_id = peer.call(call.object_id).inputs[0].attempts[0]
    peer.wait_until(lambda: peer.containers.containers[task_id].exit_code is not None)
    assert [one.call_id for one in peer.calls_of(APP, "sleep") if one.is_cancelled] == [
        call.object_id
    ]


# Sandboxes


def test_a_program_in_a_sandbox_reads_prints_and_ends(sandbox: modal.Sandbox):
    program = sandbox.exec("sh", "-c", "cat; echo told >&2; exit 3")
    program.stdin.write("heard")
    program.stdin.write_eof()
    program.stdin.drain()
    assert program.stdout.read() == "heard"
    assert program.stderr.read() == "told\n"
    assert program.wait() == 3


def test_a_program_that_takes_too_long_is_killed(peer: ModalPeer, sandbox: modal.Sandbox):
    program = sandbox.exec("sh", "-c", "echo begun; sleep 100", timeout=1)
    assert program.wait() in {-1, 137}  # the client may give up before it hears of the kill
    (known,) = peer.sandboxes.find(sandbox.object_id).programs.values()
    peer.wait_until(lambda: known.exit_code is not None)
    assert shown_by(sandbox, "sh", "-c", "pgrep -x sleep -c || true").strip() == "1"  # its own


def test_files_go_into_a_sandbox_and_come_out(sandbox: modal.Sandbox):
    content = bytes(range(256)) * 8000
    sandbox.filesystem.write_bytes(content, "/home/videos/first.mp4")
    assert sandbox.filesystem.read_bytes("/home/videos/first.mp4") == content
    (found,) = sandbox.filesystem.list_files("/home/videos")
    assert (found.name, found.size, found.is_file()) == ("first.mp4", len(content), True)
    sandbox.filesystem.remove("/home/videos", recursive=True)
    with pytest.raises(modal.exception.SandboxFilesystemNotFoundError):
        sandbox.filesystem.stat("/home/videos")
    with pytest.raises(modal.exception.SandboxFilesystemPermissionError):
        sandbox.filesystem.write_text("nobody's", "/usr/bin/python")


def test_a_sandbox_has_no_network_if_it_is_blocked(peer: ModalPeer, sandbox: modal.Sandbox):
    port = peer.url.rpartition(":")[2]
    reach = ["python", "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}))"]
    assert sandbox.exec(*reach).wait() == 1
    neighbour = make_sandbox()
    assert neighbour.exec(*reach).wait() == 0
    neighbour.terminate()


def test_a_sandbox_sees_its_own_variables_files_and_processes_alone(
    peer: ModalPeer, sandbox: modal.Sandbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OF_THIS_PROCESS", "secret")
    neighbour = make_sandbox(env={"OF_THE_NEIGHBOUR": "yes"})
    neighbour.filesystem.write_text("mine", "/home/note")
    assert shown_by(neighbour, "cat", "/home/note") == "mine"
    assert "OF_THE_NEIGHBOUR=yes" in shown_by(neighbour, "env")
    assert shown_by(sandbox, "ls", "/home") == ""
    shown = shown_by(sandbox, "sh", "-c", "env; cat /proc/*/environ /proc/*/cmdline")
    assert not [name for name in ("OF_TH", "MODAL_TOKEN", "pytest") if name in shown]
    repository = Path(__file__).parents[1]
    assert sandbox.exec("ls", str(repository / "tests")).wait() != 0
    neighbour.terminate()


def test_nobody_gets_into_a_sandbox_without_its_token(peer: ModalPeer, sandbox: modal.Sandbox):
    assert sandbox.exec("true").wait() == 0
    peer.sandboxes.find(sandbox.object_id).token = "another"
    with pytest.raises(modal.exception.AuthError, match="token is not valid"):
        sandbox.exec("true")


def test_a_client_that_wants_sandboxes_of_the_first_version_gets_them(
    peer: ModalPeer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MODAL_SANDBOX_V2", "0")
    sandbox = make_sandbox()
    assert shown_by(sandbox, "echo", "here") == "here\n"
    sandbox.terminate()
    assert sandbox.wait(raise_on_termination=False) is None
    assert "SandboxCreate" in peer.rpcs


def test_a_sandbox_with_a_program_of_its_own_ends_with_it(peer: ModalPeer):
    sandbox = make_sandbox("sh", "-c", "echo out; exit 4")
    assert sandbox.stdout.read() == "out\n"
    sandbox.wait()
    assert sandbox.returncode == 4


def test_a_sandbox_ends_when_it_is_told_to_or_its_time_is_over_or_its_memory(peer: ModalPeer):
    told = make_sandbox()
    late = make_sandbox(timeout=1)
    greedy = make_sandbox("python", "-c", "x = b'x' * (1 << 30); input()", memory=(64, 128))
    assert {told.object_id, late.object_id} <= {one.sandbox_id for one in peer.sandboxes.alive()}
    waiting = told.exec("sleep", "100")
    told.terminate()
    with pytest.raises(modal.exception.NotFoundError):
        waiting.wait()
    with pytest.raises(modal.exception.NotFoundError, match="unavailable"):
        told.filesystem.read_bytes("/etc/hostname")
    with pytest.raises(modal.exception.SandboxTimeoutError):
        late.wait()
    greedy.wait()
    assert greedy.returncode == 137
    assert not peer.sandboxes.alive()


def test_a_function_makes_a_sandbox_unless_it_may_not_ask_modal_for_anything(peer: ModalPeer):
    script = "from pathlib import Path; Path('/root/said').write_text(f'from {__file__}')"
    assert deployed("run_in_sandbox").remote(script) == "from /root/script.py"
    assert not peer.sandboxes.alive()
    assert "restricted" in deployed("ask_for_a_sandbox").remote()


# Faults


def test_what_is_refused_once_as_unavailable_is_asked_again(peer: ModalPeer):
    peer.faults.refuse("FunctionMap", Status.UNAVAILABLE)
    peer.faults.drop("FunctionGetOutputs")
    assert deployed("double").remote(5) == 10
    assert peer.faults.left == 0


def test_a_call_whose_answer_got_lost_is_made_once(peer: ModalPeer):
    before = len(peer.calls_of(APP, "double"))
    peer.faults.lose_answer("FunctionMap")
    assert deployed("double").remote(6) == 12
    assert len(peer.calls_of(APP, "double")) == before + 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.RESOURCE_EXHAUSTED, modal.exception.ResourceExhaustedError),
        (Status.UNAUTHENTICATED, modal.exception.AuthError),
    ],
)
def test_other_refusals_are_raised(peer: ModalPeer, status: Status, error: type[Exception]):
    peer.faults.refuse("FunctionMap", status, "not now")
    with pytest.raises(error, match="not now"):
        deployed("double").remote(7)


def test_a_failure_of_modals_own_is_told_apart(peer: ModalPeer):
    peer.fail_next_input(APP, "double", "the worker was lost")
    with pytest.raises(modal.exception.InternalFailure, match="the worker was lost"):
        deployed("double").remote(8)


def test_a_wait_goes_on_after_the_line_was_cut(peer: ModalPeer):
    call = deployed("sleep").spawn(0.5)
    peer.wait_until(lambda: peer.call(call.object_id).attempts == 1)
    peer.cut_connections()
    assert call.get(timeout=30) == "awake"
    sandbox = make_sandbox()
    program = sandbox.exec("sh", "-c", "echo a; sleep 0.5; echo b")
    peer.cut_connections()
    assert (program.stdout.read(), program.wait()) == ("a\nb\n", 0)
    assert peer.kill_sandboxes() == [sandbox.object_id]
    sandbox.wait()
    assert sandbox.returncode == 137


def test_a_wrong_token_is_refused(peer: ModalPeer):
    with (
        modal.Client.from_credentials("ak-somebody", "as-else") as client,
        pytest.raises(modal.exception.AuthError),
    ):
        modal.App.lookup(APP, client=client)


def test_nothing_is_left_when_a_peer_ends(
    app_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = set(psutil.Process().children(recursive=True))
    with modal_peer(tmp_path) as peer:
        run_modal(peer, "deploy", str(app_path))
        with use_without_end(peer, monkeypatch):
            during = set(psutil.Process().children(recursive=True)) - before
            assert len(during) >= 4  # a container, a sandbox with a program in it, their keepers
            (folder,) = tmp_path.iterdir()
            assert list(folder.iterdir())
    assert not [one for one in during if one.is_running()]
    assert not list(tmp_path.iterdir())


@contextlib.contextmanager
def use_without_end(peer: ModalPeer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a function and a sandbox at work in a peer that isn't this process's usual one."""
    for name, value in peer.environment.items():
        monkeypatch.setenv(name, value)
    token = peer.environment["MODAL_TOKEN_ID"], peer.environment["MODAL_TOKEN_SECRET"]
    with modal.Client.from_credentials(*token) as client:
        call = modal.Function.from_name(APP, "sleep", client=client).spawn(200)
        app = modal.App.lookup(APP, client=client)
        sandbox = modal.Sandbox.create(app=app, client=client)
        sandbox.exec("sleep", "200")
        peer.wait_until(lambda: peer.call(call.object_id).attempts == 1)
        yield
