"""Confined scripts get nothing but what their policy says, whatever they try."""

import dataclasses
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from arxiviz_pipeline.sandbox.zygote import Zygote, ZygoteError
from tests.sandbox.conftest import RunConfined

_MIB = 1024**2


@pytest.fixture(autouse=True)
def all_layers(zygote: Zygote) -> None:
    missing = [state for state in zygote.layers if not state.works]
    if missing:
        pytest.skip(f"this machine lacks layers of the sandbox: {missing}")


def test_a_script_runs_and_prints(run_confined: RunConfined) -> None:
    ended = run_confined("print('at work')")
    assert (ended.exit_code, ended.output) == (0, "at work\n")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/shadow", "/proc/self/environ", "/proc/1/environ", "/sys/kernel"]
)
def test_files_of_the_machine_are_not_there(run_confined: RunConfined, path: str) -> None:
    ended = run_confined(f"import os; print(os.path.exists({path!r}))")
    assert ended.output == "False\n"


def test_nothing_of_the_environment_is_known(run_confined: RunConfined) -> None:
    ended = run_confined("import os; print('SECRET_KEY' in os.environ)")
    assert ended.output == "False\n"


def test_the_hosts_folders_are_not_there(run_confined: RunConfined, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the host's")
    (tmp_path / "secret.txt").chmod(0o644)
    ended = run_confined(f"import os; print(os.listdir({str(tmp_path)!r}))")
    assert ended.output == "['script.py']\n"


def test_what_may_be_read_cannot_be_written(run_confined: RunConfined) -> None:
    ended = run_confined(
        """
        import os, sys
        for path in (__file__, "/usr/new", "/new", os.__file__, sys.prefix + "/new"):
            try:
                open(path, "a")
            except OSError as error:
                print(error.errno in (1, 13, 30))
        """
    )
    assert ended.output == "True\n" * 5


def test_a_writable_folder_keeps_what_is_written(run_confined: RunConfined, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    ended = run_confined(f"open('{folder}/a', 'w').write('b')", writable=(folder,))
    assert (ended.exit_code, (folder / "a").read_text()) == (0, "b")


@pytest.mark.parametrize(
    "kind", ["AF_INET, socket.SOCK_STREAM", "AF_INET6, socket.SOCK_DGRAM", "AF_NETLINK, 3", "17, 3"]
)
def test_there_is_no_network(run_confined: RunConfined, kind: str) -> None:
    kind = f"socket.{kind}" if kind.startswith("AF") else kind
    ended = run_confined(f"import socket; socket.socket({kind})")
    assert ended.exit_code == 1
    assert "PermissionError" in ended.output


@pytest.mark.parametrize(
    "call",
    [
        "os.system('true') and exit(3)",
        "os.execv('/usr/bin/true', ['true'])",
        "__import__('subprocess').run(['/usr/bin/true'])",
        "libc.ptrace(0, 0, 0, 0) and exit(3)",
        "libc.unshare(0x10000000) and exit(3)",
        "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) and exit(3)",
        "libc.chroot(b'/tmp') and exit(3)",
        "libc.syscall(321, 0, 0, 0) and exit(3)",  # bpf
        "os.setuid(0)",
        "os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
        "os.kill(-1, 9)",
        "os.kill(1, 9) or os.kill(1, 0) or exit(3)",  # number one cannot be killed by its own
        "os.nice(-5)",
    ],
)
def test_what_no_script_needs_is_refused(run_confined: RunConfined, call: str) -> None:
    ended = run_confined(f"import ctypes, os\nlibc = ctypes.CDLL(None)\n{call}")
    assert ended.exit_code in {1, 3}


def test_forks_end(run_confined: RunConfined) -> None:
    ended = run_confined(
        """
        import os, time
        count = 0
        try:
            while True:
                if os.fork() == 0:
                    time.sleep(60)
                count += 1
        except BlockingIOError:
            print(count < 64)
        """
    )
    assert ended.output == "True\n"


def test_daemons_die_with_their_script(run_confined: RunConfined, zygote: Zygote) -> None:
    ended = run_confined(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        """
    )
    assert ended.exit_code == 0
    assert _left_by(zygote) == []


def test_temporary_files_have_a_size(run_confined: RunConfined) -> None:
    ended = run_confined(
        """
        for number in range(100):
            with open(f"/tmp/{number}", "wb") as file:
                file.write(bytes(1024 ** 2))
        """,
        scratch_bytes=8 * _MIB,
    )
    assert "No space left on device" in ended.output


def test_a_file_has_a_size(run_confined: RunConfined) -> None:
    ended = run_confined("open('/tmp/a', 'wb').write(bytes(9 * 1024**2))", file_bytes=8 * _MIB)
    assert "File too large" in ended.output


def test_memory_of_all_processes_together_has_a_size(run_confined: RunConfined) -> None:
    ended = run_confined(
        """
        import os, time
        for _ in range(8):
            if os.fork() == 0:
                kept = b"x" * (40 * 1024 ** 2)
                time.sleep(60)
        time.sleep(60)
        """,
        memory_bytes=200 * _MIB,
    )
    assert (ended.exit_code, ended.limit) == (None, "memory")


def test_memory_of_a_process_has_a_size(run_confined: RunConfined) -> None:
    ended = run_confined("bytes(10**11)")
    assert "MemoryError" in ended.output


def test_processor_time_has_a_limit(run_confined: RunConfined) -> None:
    ended = run_confined("while True: pass", cpu_seconds=1)
    assert ended.exit_code is not None
    assert ended.exit_code < 0


def test_waiting_has_a_limit(run_confined: RunConfined) -> None:
    ended = run_confined("import time; time.sleep(600)", timeout_seconds=0.5)
    assert (ended.exit_code, ended.limit) == (None, "time")


def test_a_signal_is_told(run_confined: RunConfined) -> None:
    ended = run_confined("import os; os.kill(os.getpid(), 11)")
    assert ended.exit_code == -11


def test_floods_do_no_harm(run_confined: RunConfined, said: list[dict[str, Any]]) -> None:
    ended = run_confined(
        """
        import os
        while True:
            os.write(1, b"x" * 100_000)
            os.write(3, bytes([0, 0, 0, 2]) + b"{}")
        """,
        timeout_seconds=1.0,
    )
    assert ended.limit == "time"
    assert len(ended.output) <= 20_000
    assert said


def test_broken_messages_are_not_heard(
    run_confined: RunConfined, said: list[dict[str, Any]]
) -> None:
    ended = run_confined(
        r"""
        import os
        os.write(3, b"\xff\xff\xff\xff{}")
        print("said")
        """
    )
    assert (ended.output, said) == ("said\n", [])


def test_a_script_asks_its_host(run_confined: RunConfined, said: list[dict[str, Any]]) -> None:
    ended = run_confined(
        """
        import socket
        from arxiviz_pipeline.sandbox.messages import receive_message, send_message
        host = socket.socket(fileno=3)
        send_message(host, {"asked": 1})
        print(receive_message(host)[0])
        """
    )
    assert (said, ended.output) == ([{"asked": 1}], "{'heard': 1}\n")


def test_the_zygote_serves_on_after_each_end(run_confined: RunConfined, zygote: Zygote) -> None:
    for code in ("import os; os._exit(0)", "import os; os.kill(os.getppid(), 9)", "1/0"):
        run_confined(code)
    assert run_confined("print(1)").output == "1\n"
    assert zygote.is_alive


@pytest.fixture
def no_namespaces(zygote: Zygote) -> Iterator[None]:
    """As on a machine that gives none: by its kernel, or inside a container."""
    states = zygote.layers
    zygote.layers = tuple(
        dataclasses.replace(state, refusal="not tried") if state.layer == "namespaces" else state
        for state in states
    )
    yield
    zygote.layers = states


@pytest.mark.usefixtures("no_namespaces")
@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('/proc/1/environ')",
        "os.listdir('/root')",
        "open('/var/tmp/new', 'w')",
        "open(__file__, 'a')",
        "__import__('socket').socket()",
        "os.execv('/usr/bin/true', ['true'])",
        "os.kill(os.getppid(), 9)",
        "os.kill(-1, 9)",
        "os.kill(0, 9)",
        "os.fork()",
    ],
)
def test_without_namespaces_the_other_layers_hold(run_confined: RunConfined, attempt: str) -> None:
    ended = run_confined(f"import os\n{attempt}")
    assert ended.exit_code == 1
    assert "PermissionError" in ended.output


@pytest.mark.usefixtures("no_namespaces")
def test_without_namespaces_daemons_die_too(run_confined: RunConfined, zygote: Zygote) -> None:
    ended = run_confined(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        os.wait()
        print("left one")
        """,
        may_execute=True,
    )
    assert ended.output == "left one\n"
    assert _left_by(zygote) == []


@pytest.mark.usefixtures("no_namespaces")
def test_without_namespaces_a_late_script_is_ended_with_all_it_started(
    run_confined: RunConfined, zygote: Zygote
) -> None:
    code = "import os, time\nos.fork() or os.setsid()\ntime.sleep(600)"
    assert run_confined(code, timeout_seconds=1.0, may_execute=True).limit == "time"
    assert _left_by(zygote) == []


def test_nothing_is_left_when_the_host_is_gone(run_confined: RunConfined, zygote: Zygote) -> None:
    def run() -> None:
        with pytest.raises(ZygoteError):
            run_confined("import time; time.sleep(600)")

    running = threading.Thread(target=run)
    running.start()
    until = time.monotonic() + 10
    while not (forked := psutil.Process(zygote.pid).children(recursive=True)):
        assert time.monotonic() < until
    zygote.close()
    running.join(10)
    _, alive = psutil.wait_procs(forked, timeout=10)
    assert not alive


def _left_by(zygote: Zygote) -> list[psutil.Process]:
    """Return which forks stay: one that was just killed takes a moment to be gone."""
    _, alive = psutil.wait_procs(_forks_of(zygote), timeout=5)
    return alive


def _forks_of(zygote: Zygote) -> list[psutil.Process]:
    """Return what the zygote has forked, and what of it is anybody's child now."""
    found = psutil.Process(zygote.pid).children(recursive=True)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_fork = "arxiviz_pipeline.sandbox.zygote_program" in process.cmdline()
            if is_fork and process.ppid() == 1:
                found.append(process)
    return found
