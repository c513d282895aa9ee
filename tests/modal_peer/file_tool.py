"""Stands in a sandbox for Modal's program `modal-sandbox-fs-tools`.

The client starts it with one JSON argument, such as `{"ReadFile": {"path": "/tmp/video.mp4"}}`.
Content goes through its standard input and output; a failure is told as JSON at its standard error.
It runs inside of the jail, with nothing but Python's standard library.
"""

import errno
import grp
import json
import os
import pwd
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 18
_KINDS = {
    errno.ENOENT: "NotFound",
    errno.EISDIR: "IsDirectory",
    errno.ENOTDIR: "NotDirectory",
    errno.EACCES: "PermissionDenied",
    errno.EPERM: "PermissionDenied",
    errno.EROFS: "PermissionDenied",
    errno.EEXIST: "PathAlreadyExists",
    errno.ENOTEMPTY: "DirectoryNotEmpty",
}


def main(argument: str) -> int:
    """Do what the argument says; return the exit code."""
    ((command, options),) = json.loads(argument).items()
    try:
        _COMMANDS[command](Path(options.pop("path")), **options)
    except OSError as error:
        kind = _KINDS.get(error.errno or 0, "Other")
        told = {"error_kind": kind, "message": os.strerror(error.errno or 0), "detail": str(error)}
        sys.stderr.write(json.dumps(told))
        return 1
    return 0


def _read_file(path: Path) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer, _CHUNK_BYTES)
    sys.stdout.flush()


def _write_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, _CHUNK_BYTES)


def _list_files(path: Path) -> None:
    json.dump([_described(entry) for entry in sorted(path.iterdir())], sys.stdout)


def _stat(path: Path) -> None:
    json.dump(_described(path), sys.stdout)


def _make_directory(path: Path, *, parents: bool) -> None:
    path.mkdir(parents=parents, exist_ok=parents)


def _remove(path: Path, *, recursive: bool) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink()
    elif recursive:
        shutil.rmtree(path)
    else:
        path.rmdir()


def _described(path: Path) -> dict[str, Any]:
    found = path.lstat()
    is_link = stat.S_ISLNK(found.st_mode)
    return {
        "name": path.name,
        "path": str(path),
        "type": "symlink" if is_link else "directory" if stat.S_ISDIR(found.st_mode) else "file",
        "size": found.st_size,
        "mode": stat.S_IMODE(found.st_mode),
        "permissions": stat.filemode(found.st_mode)[1:],
        "owner": pwd.getpwuid(found.st_uid).pw_name,
        "group": grp.getgrgid(found.st_gid).gr_name,
        "modified_time": found.st_mtime,
        "symlink_target": str(path.readlink()) if is_link else None,
    }


_COMMANDS: dict[str, Any] = {
    "ReadFile": _read_file,
    "WriteFile": _write_file,
    "ListFiles": _list_files,
    "Stat": _stat,
    "MakeDirectory": _make_directory,
    "Remove": _remove,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
