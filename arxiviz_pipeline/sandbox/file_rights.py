"""Keeps a process to its files by Landlock, which needs no privilege to be used."""

import errno
from collections.abc import Iterable
from pathlib import Path

try:  # before a process has no files any more
    import landlockpy as landlock
except (ImportError, OSError):  # it is for Linux alone
    landlock = None

_DEVICES = ("null", "zero", "full", "random", "urandom")


def restrict_files(
    readable: Iterable[Path], writable: Iterable[Path], *, may_execute: bool
) -> None:
    """Refuse this process all files but these, and every TCP connection, for good.

    Raises:
        OSError: If the kernel has no Landlock, or refuses.
    """
    if landlock is None:
        raise OSError(errno.ENOSYS, "Landlock is Linux's")
    rights, scope = landlock.AccessFS, landlock.Scope
    read = rights.READ_FILE | rights.READ_DIR
    if may_execute:
        read |= rights.EXECUTE
    special = rights.MAKE_CHAR | rights.MAKE_BLOCK | rights.IOCTL_DEV | rights.EXECUTE
    with landlock.Ruleset(scoped=scope.ABSTRACT_UNIX_SOCKET | scope.SIGNAL) as rules:
        for path in readable:
            if path.exists():
                rules.allow_path(path, read if path.is_dir() else read & ~rights.READ_DIR)
        for path in writable:
            if path.exists():
                rules.allow_path(path, rules.handled_fs & ~special)
        for name in _DEVICES:
            rules.allow_path(Path("/dev", name), rights.READ_FILE | rights.WRITE_FILE)
        rules.restrict()
