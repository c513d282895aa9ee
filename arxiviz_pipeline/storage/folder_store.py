"""Keeps objects as files in a folder of this machine."""

import mimetypes
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError
from arxiviz_pipeline.domain.ports import StoredObject

_UNFINISHED = ".unfinished-"
_CONTENT_TYPES = {".vtt": "text/vtt", ".parquet": "application/vnd.apache.parquet"}


class FolderStore:
    """An object store whose keys are paths below one folder, made on the first put."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(
        self, key: str, content: bytes, *, content_type: str, immutable: bool = False
    ) -> StoredObject:
        """Store an object; its content type follows from the key's suffix when it is read."""
        del immutable  # nothing caches a folder
        path = self._file(key)
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(path, content)
        return StoredObject(key, len(content), content_type)

    def get(self, key: str) -> bytes:
        """Read an object."""
        path = self._file(key)
        with _explained(path):
            try:
                return path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                message = f"No object {key!r} in {self._folder}."
                raise ObjectNotFoundError(message) from error

    def head(self, key: str) -> StoredObject | None:
        """Describe an object, or return None if there is none."""
        path = self._file(key)
        with _explained(path):
            return self._describe(path) if path.is_file() else None

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose key starts with this prefix, in key order."""
        start = self._file(prefix).parent if prefix else self._folder
        with _explained(start):
            files = sorted(path for path in start.rglob("*") if path.is_file())
            found = [self._describe(path) for path in files if _UNFINISHED not in path.name]
        yield from (stored for stored in found if stored.key.startswith(prefix))

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        path = self._file(key)
        with _explained(path):
            path.unlink(missing_ok=True)

    def url(self, key: str) -> str | None:
        """Return None: a folder has no web server; the API serves its files."""
        del key
        return None

    def path(self, key: str) -> Path | None:
        """Return the object's file."""
        return self._file(key)

    def check(self) -> None:
        """Write, read and remove a small object."""
        key = f"{_UNFINISHED}check-{secrets.token_hex(8)}"
        try:
            self.put(key, b"ok", content_type="text/plain")
            self.get(key)
        finally:
            self.delete(key)

    def _file(self, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or key.startswith("/") or ".." in parts or "\0" in key:
            message = f"{key!r} is no object key: expected a relative path without '..'."
            raise ObjectNotFoundError(message)
        return self._folder.joinpath(*parts)

    def _describe(self, path: Path) -> StoredObject:
        key = path.relative_to(self._folder).as_posix()
        guessed = _CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        return StoredObject(key, path.stat().st_size, guessed or "application/octet-stream")


def _write_atomically(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"The object folder does not work at {path}: {error.strerror or error}. "
            "Free space or make it writable, or choose another folder with ARXIVIZ_HOME."
        )
        raise StorageUnavailableError(message) from error
