"""Calls into the Linux kernel that Python's `os` has no names for; see their manual pages."""

import ctypes
import os
import platform
import sys
from pathlib import Path
from typing import Final

CLONE_NEWNS: Final = 0x00020000  # linux/sched.h
CLONE_NEWCGROUP: Final = 0x02000000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000

MS_NOSUID: Final = 2  # linux/mount.h
MS_NODEV: Final = 4
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18

MOUNT_ATTR_RDONLY: Final = 0x1
MOUNT_ATTR_NOSUID: Final = 0x2
MOUNT_ATTR_NODEV: Final = 0x4

_MNT_DETACH = 2
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_SYS_MOUNT_SETATTR = 442  # the same on every architecture
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION = 0x20080522  # linux/capability.h, version 3
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class _MountAttributes(ctypes.Structure):
    _fields_ = [
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    ]


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _call("unshare", flags)


def mount(source: str, target: Path | str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system, or with MS_BIND a part of one, at a place that exists."""
    _call(
        "mount", source.encode(), os.fsencode(target), kind.encode(), flags, data.encode() or None
    )


def restrict_mount(target: Path | str, attributes: int, *, with_all_below: bool) -> None:
    """Add attributes to a mount, and to those below it: Linux 5.12."""
    wanted = _MountAttributes(set=attributes)
    _call(
        "syscall",
        _SYS_MOUNT_SETATTR,
        _AT_FDCWD,
        os.fsencode(target),
        _AT_RECURSIVE if with_all_below else 0,
        ctypes.byref(wanted),
        ctypes.sizeof(wanted),
    )


def make_root(folder: Path) -> None:
    """Make the mount at this folder the root, and let go of the former one."""
    os.chdir(folder)
    number = _SYS_PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(0, f"no pivot_root is known for {platform.machine()}")
    _call("syscall", number, b".", b".")
    _call("umount2", b".", _MNT_DETACH)
    os.chdir("/")


def die_with_parent(signal_number: int) -> None:
    """Get this signal once the parent's thread has ended."""
    _call("prctl", _PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def stay_readable() -> None:
    """Let the owner's other processes look into /proc for this one, after a change of user."""
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)


def gain_no_privileges() -> None:
    """Let no program that is executed from here on give any."""
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Drop all capabilities, and those that executed programs could get."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            _call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:  # past the last one, or not ours to drop: then it gives nothing either
            break
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", header, nothing)


def _call(name: str, *arguments: object) -> None:
    """Make the call.

    Raises:
        OSError: As the kernel refuses it; also where there is no Linux.
    """
    if _libc is None:
        raise OSError(0, f"{name} is a call of Linux")
    if _libc[name](*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
