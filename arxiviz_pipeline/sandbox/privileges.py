"""Takes a process's privileges and most of its means."""

import os
import resource
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from arxiviz_pipeline.sandbox import kernel
from arxiviz_pipeline.sandbox.policy import Policy

_FIRST_USER = 1_000_000_000  # far above what anybody has
_NOBODY = 65_534
_OPEN_FILES = 128
_LAST_WORDS_SECONDS = 2  # of processor time, after the signal that it is used up


def drop_privileges(number: int, needed: Iterable[Path] = ()) -> None:
    """Become nobody: root takes a user id made of this number, which no file belongs to.

    It stays root, without its powers, where nobody else gets to what is needed: a Python in
    root's own home, say, and no namespace to show it in.

    Raises:
        OSError: If the kernel refuses.
    """
    if os.geteuid() == 0 and all(map(_is_open_to_all, needed)):
        os.setgroups([])
        try:
            _become(_FIRST_USER + number)
        except OSError:  # of few user ids, as containers may have
            _become(_NOBODY)
    kernel.drop_capabilities()
    kernel.gain_no_privileges()


def limit_resources(policy: Policy, *, is_alone: bool) -> None:
    """Limit this process and all it starts; macOS cannot limit address space.

    Args:
        policy: What it may have.
        is_alone: Whether it sees no processes but its own: else those that its user has already
            count as well.
    """
    limits = {
        resource.RLIMIT_CORE: 1,  # of 0, a program that collects dumps gets one all the same
        resource.RLIMIT_FSIZE: policy.file_bytes,
        resource.RLIMIT_AS: policy.address_bytes,
        resource.RLIMIT_NPROC: policy.process_count + (0 if is_alone else _thread_count()),
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for limit, value in limits.items():
        _limit(limit, value, value)
    if policy.cpu_seconds is not None:
        _limit(resource.RLIMIT_CPU, policy.cpu_seconds, policy.cpu_seconds + _LAST_WORDS_SECONDS)


def _thread_count() -> int:
    """Count what this process's user has running, each thread by itself, as the kernel does."""
    count = 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            count += process.num_threads() if process.uids().real == os.getuid() else 0
    return count


def _is_open_to_all(path: Path) -> bool:
    """Whether every user can get to this path, if it exists."""
    if not path.exists():
        return True
    path = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)


def _limit(limit: int, soft: int, hard: int) -> None:
    with suppress(ValueError, OSError):  # a lower hard limit stands
        resource.setrlimit(limit, (soft, hard))


def _become(number: int) -> None:
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)
