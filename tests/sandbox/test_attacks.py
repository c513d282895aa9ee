"""Attacks on the host by way of the talk, and on memory that no process has."""

import dataclasses
from typing import Any

import pytest

from arxiviz_pipeline.sandbox.zygote import Zygote
from tests.sandbox.conftest import RunConfined


@pytest.fixture(autouse=True)
def all_layers(zygote: Zygote) -> None:
    missing = [state for state in zygote.layers if not state.works]
    if missing:
        pytest.skip(f"this machine lacks layers of the sandbox: {missing}")


@pytest.mark.parametrize(
    "talking",
    [
        r"os.write(3, b'\0\0\1')",
        r"os.write(3, b'\0\0\1\0{')",
        r"os.write(3, b'\xff\xff\xff\xff' + bytes(100_000))",
        "while True: os.write(3, b' ' if started else bytes((0, 63, 0, 0))); started = True",
        "while True: os.write(3, bytes((0, 0, 0, 2)) + b'{}')",  # and never reads an answer
        "os.closerange(0, 256)",
    ],
)
def test_no_way_to_talk_holds_the_host_up(run_confined: RunConfined, talking: str) -> None:
    code = f"import os\nstarted = False\n{talking}\nwhile True: pass"
    assert run_confined(code, timeout_seconds=0.5).limit == "time"


@pytest.mark.parametrize(
    "told", ["[]", "null", '{"a": ' + "[" * 10_000, '{"a": NaN', "\xff", '{"a": ' + "9" * 5000]
)
def test_what_is_no_message_is_not_heard(
    run_confined: RunConfined, said: list[dict[str, Any]], told: str
) -> None:
    text = told.encode("latin-1")
    ended = run_confined(f"import os\nos.write(3, {len(text).to_bytes(4) + text!r})")
    assert (ended.exit_code, said) == (0, [])


def test_who_has_ended_is_not_answered(run_confined: RunConfined, zygote: Zygote) -> None:
    ended = run_confined("import os\nos.write(3, b'\\0\\0\\0\\2{}' * 1000)\nos._exit(3)")
    assert ended.exit_code == 3
    assert zygote.is_alive


@pytest.mark.parametrize(
    "call",
    [
        "os.memfd_create('kept')",
        "refused(29, 0, 1 << 30, 0o1600)",  # shmget
        "refused(68, 0, 0o1600)",  # msgget
        "__import__('socket').socketpair(socket.AF_UNIX)[0].setsockopt(1, 7, 1 << 22)",
    ],
)
def test_memory_that_no_process_has_is_not_to_be_had(run_confined: RunConfined, call: str) -> None:
    ended = run_confined(
        f"""
        import ctypes, os, platform, socket
        def refused(number, *arguments):
            libc = ctypes.CDLL(None, use_errno=True)
            if platform.machine() != "x86_64" or libc.syscall(number, *arguments) < 0:
                raise PermissionError
        {call}
        """
    )
    assert "PermissionError" in ended.output


def test_it_inherits_the_talk_and_its_output_alone(run_confined: RunConfined) -> None:
    ended = run_confined(
        """
        import os
        for handle in range(256):
            try:
                os.fstat(handle)
                print(handle)
            except OSError:
                pass
        """
    )
    assert ended.output.split() == ["0", "1", "2", "3"]


def test_without_namespaces_no_other_process_is_signalled(
    run_confined: RunConfined, zygote: Zygote
) -> None:
    states = zygote.layers
    kept = {"privileges", "seccomp"}  # as on a kernel whose Landlock knows no signals
    zygote.layers = tuple(
        each if each.layer in kept else dataclasses.replace(each, refusal="not tried")
        for each in states
    )
    try:
        ended = run_confined("import os\nos.kill(-1, 9)")
    finally:
        zygote.layers = states
    assert "PermissionError" in ended.output
    assert zygote.is_alive
