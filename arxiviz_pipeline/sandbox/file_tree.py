"""Builds the file tree that a confined process sees: a few read-only parts of this machine's."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arxiviz_pipeline.sandbox import kernel
from arxiviz_pipeline.sandbox.policy import Policy

SCRATCH: Final = Path("/tmp")  # noqa: S108 - of a root of its own
"""Where a confined process has its own folder for temporary files."""

_DEVICES = ("null", "zero", "full", "random", "urandom")
_NOT_TRUSTED = kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV
_MOST_FILES = 20_000
_TREE_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the machine's tree, opened before its place is covered."""

    path: Path
    handle: int
    is_folder: bool
    link: Path | None


def enter_file_tree(policy: Policy) -> None:
    """Make a tree of what the policy names the root of this process, in mounts of its own.

    Raises:
        OSError: If the kernel refuses any part.
    """
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    with ExitStack() as opened:
        seen = [_open(path, opened) for path in _outermost(policy.readable)]
        written = [_open(path, opened) for path in policy.writable if path.exists()]
        devices = [_open(Path("/dev", name), opened) for name in _DEVICES]
        root = SCRATCH
        _mount_memory(root, _TREE_BYTES, "0755")
        scratch = root / SCRATCH.relative_to("/")
        scratch.mkdir()
        _mount_memory(scratch, policy.scratch_bytes, "1777")
        for part in devices:
            _show(part, root, kernel.MOUNT_ATTR_NOSUID)
        for part in seen:
            _show(part, root, _NOT_TRUSTED | kernel.MOUNT_ATTR_RDONLY)
        for part in written:
            _show(part, root, _NOT_TRUSTED)
    kernel.restrict_mount(root, kernel.MOUNT_ATTR_RDONLY, with_all_below=False)
    kernel.make_root(root)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that exist and lie in none of the others."""
    kept: list[Path] = []
    for path in sorted({path for path in paths if path.exists()}):
        if not any(path.is_relative_to(other) for other in kept if not other.is_symlink()):
            kept.append(path)
    return kept


def _open(path: Path, opened: ExitStack) -> _Part:
    link = path.readlink() if path.is_symlink() else None
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    opened.callback(os.close, handle)
    return _Part(path, handle, path.is_dir(), link)


def _show(part: _Part, root: Path, attributes: int) -> None:
    """Put a part of the machine's tree at its own place below the new root."""
    place = root / part.path.relative_to("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    if part.link is not None:
        place.symlink_to(part.link)
        return
    if part.is_folder:
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    kernel.mount(f"/proc/self/fd/{part.handle}", place, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.restrict_mount(place, attributes, with_all_below=True)


def _mount_memory(place: Path, size_bytes: int, mode: str) -> None:
    options = f"size={size_bytes},nr_inodes={_MOST_FILES},mode={mode}"
    kernel.mount("tmpfs", place, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, options)
