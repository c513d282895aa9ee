"""Runs a program with a root, processes and, if asked, a network of its own, as Modal's hosts do.

The system and this Python environment are there to read; everything else of this machine is not:
neither its home folders, nor the working tree, nor its variables. What is written goes to a `tmpfs`
or to a folder of the jail's. Programs have no capability, although they are root in there. It
needs `unshare`, `nsenter` and `setpriv`, which every Debian has, and root or user namespaces.
"""

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

import psutil

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt")
_STATE = ("/var/lib/texmf", "/var/cache/fontconfig")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PLAIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_UNPRIVILEGED = ("setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
_START_SECONDS = 20.0
COMPLAINT = b"unshare: sigprocmask unblock failed"  # see Jail.wait
PYTHON_FOLDERS = tuple(dict.fromkeys((sys.base_prefix, sys.prefix)))
PATH = f"{Path(sys.prefix, 'bin')}:{_PLAIN_PATH}"


@dataclass(frozen=True, slots=True)
class JailPlan:
    """What is in a jail.

    Args:
        folder: A private folder of this machine for the jail's own needs.
        writable: Folders of this machine by the place where they can be written.
        readable: Folders of this machine by the place where they can only be read.
        network: Whether it shares this machine's network; else it has not even a loopback.
        cpu_count: How many processors it may use at once; None for all.
        tmp_bytes: How much it may write outside of the writable folders.
    """

    folder: Path
    writable: Mapping[str, Path] = field(default_factory=dict)
    _: KW_ONLY
    readable: Mapping[str, Path] = field(default_factory=dict)
    network: bool = True
    cpu_count: int | None = None
    tmp_bytes: int = 1 << 30


@dataclass(slots=True)
class Jail:
    """A jail with its first program in it; when that one ends, so do all."""

    process: Process
    first_pid: int
    has_own_network: bool
    was_killed: bool = False

    async def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: str,
        *,
        input_wanted: bool = True,
    ) -> Process:
        """Start another program in a jail that is up."""
        namespaces = ["--mount", "--pid", "--ipc", "--uts", "--root"]
        if self.has_own_network:
            namespaces.append("--net")
        user = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", "nsenter"),
            *(f"--target={self.first_pid}", *namespaces, *user, "--"),
            *_within(command, environment, folder),
            stdin=PIPE if input_wanted else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env={"PATH": _PLAIN_PATH},
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill the first program, and so everything in the jail."""
        if self.process.returncode is None:
            self.was_killed = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.first_pid, signal.SIGKILL)

    async def wait(self) -> int:
        """Return how the first program ended; less than zero if by a signal."""
        code = await self.process.wait()
        # `unshare` can't end by SIGKILL as its child did: it complains, and exits with 1.
        return -signal.SIGKILL if self.was_killed else code

    async def end(self) -> None:
        """Kill everything in the jail, and wait until it is gone."""
        self.kill()
        await self.process.wait()

    def pids(self) -> list[int]:
        """Return what runs in the jail, as this machine numbers it."""
        mine = _pid_namespace(self.first_pid)
        every = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
        return [pid for pid in every if mine and _pid_namespace(pid) == mine]


async def start_jail(
    plan: JailPlan, command: Sequence[str], environment: Mapping[str, str], folder: str
) -> Jail:
    """Build a jail and start a program in it.

    Raises:
        RuntimeError: If this machine lets nobody build one; the message says what failed.
    """
    ready, announce = os.pipe()
    flags = _namespace_flags(network=plan.network)
    script = _building_script(plan) + shlex.join(_within(command, environment, folder))
    try:
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", "unshare", *flags, "sh", "-euc", script),
            stdin=announce,  # sh knows no descriptor above 9, so it says there that it is done
            stdout=PIPE,
            stderr=PIPE,
            env={"PATH": _PLAIN_PATH},
            start_new_session=True,
        )
    finally:
        os.close(announce)
    try:
        is_built = await _is_built(ready)
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if not is_built:
        process.kill()
        _, printed = await process.communicate()
        message = f"The jail could not be built: {printed.decode(errors='replace')}"
        raise RuntimeError(message)
    return Jail(process, _first_child(process.pid) or process.pid, not plan.network)


def why_no_jail() -> str | None:
    """Say what this machine lacks to build a jail; None if it has all."""
    tools = {name: shutil.which(name) for name in ("unshare", "nsenter", "setpriv")}
    if missing := [name for name, path in tools.items() if path is None]:
        return f"there is no {', no '.join(missing)}"
    command = [str(tools["unshare"]), *_namespace_flags(network=False), "true"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else tried.stderr.strip()


def _namespace_flags(*, network: bool) -> list[str]:
    flags = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
    if not network:
        flags.append("--net")
    if os.geteuid() != 0:
        flags += ["--user", "--map-root-user"]
    return flags


def _first_child(pid: int) -> int | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        return next((child.pid for child in psutil.Process(pid).children()), None)
    return None


def _pid_namespace(pid: int) -> Path | None:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/ns/pid").readlink()
    return None


def _building_script(plan: JailPlan) -> str:
    root = plan.folder / "root"
    root.mkdir(parents=True)
    at = shlex.quote(str(root))
    lines = [
        "mount --make-rprivate /",
        f"mount -t tmpfs -o mode=755,nosuid,size={plan.tmp_bytes} jail {at}",
        f"cd {at}",
        "mkdir -m 1777 tmp",
        "mkdir -p proc dev/shm run var/tmp root home .old",
        "mount -t proc -o nosuid,nodev,noexec proc proc",
    ]
    for name in _DEVICES:
        lines += [f": > dev/{name}", f"mount --bind /dev/{name} dev/{name}"]
    lines.append("ln -s /proc/self/fd dev/fd")
    for place, source in plan.writable.items():
        lines += _bind(source, place, "rw")
    for place, source in plan.readable.items():
        lines += _bind(source, place, "ro")
    for name in (*_SYSTEM, *_STATE, *PYTHON_FOLDERS):
        path = Path(name)
        if path.is_symlink():
            lines.append(f"ln -s {shlex.quote(str(path.readlink()))} {name.strip('/')}")
        elif path.is_dir():
            lines += _bind(path, name, "ro")
    lines += ["pivot_root . .old", "cd /", "umount -l .old", "rmdir .old"]
    if plan.cpu_count is not None:
        processors = sorted(os.sched_getaffinity(0))[: plan.cpu_count]
        lines.append(f"taskset -p -c {','.join(map(str, processors))} $$ > dev/null")
    lines += ["echo built >&0", "exec < dev/null", "exec "]
    return "\n".join(lines)


def _bind(source: Path, place: str, mode: str) -> list[str]:
    inside = shlex.quote(place.strip("/"))
    return [
        f"mkdir -p {inside}",
        f"mount --bind {shlex.quote(str(source))} {inside}",
        f"mount -o remount,bind,{mode},nosuid,nodev {inside}",
    ]


def _within(command: Sequence[str], environment: Mapping[str, str], folder: str) -> list[str]:
    variables = [f"{name}={value}" for name, value in environment.items()]
    return [*_UNPRIVILEGED, "env", "-i", "-C", folder, *variables, *command]


async def _is_built(ready: int) -> bool:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    with os.fdopen(ready, "rb") as pipe:
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                return bool(await reader.read(1))
        except TimeoutError:
            return False
        finally:
            transport.close()
