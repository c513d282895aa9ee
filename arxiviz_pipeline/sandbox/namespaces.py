"""Gives a process namespaces of its own: of users, mounts, processes, networks and the rest."""

import os
from pathlib import Path

from arxiviz_pipeline.sandbox import kernel

_SHARED_BY_NONE = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)


def enter_namespaces() -> None:
    """Leave every namespace this process shares; its next child is the first of its processes.

    The network it gets holds nothing but a loopback that is down. Who isn't root gets what it
    takes from a user namespace, in which it is the only user.

    Raises:
        OSError: If the kernel refuses.
    """
    if os.geteuid() == 0:
        kernel.unshare(_SHARED_BY_NONE)
        return
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(_SHARED_BY_NONE | kernel.CLONE_NEWUSER)
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    (own / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")
