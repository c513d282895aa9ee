"""Locks as files in a folder: for all processes of one machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from arxiviz_pipeline.domain.errors import StorageUnavailableError

WAIT_SECONDS: Final = 30.0


def held_too_long(name: str, waited_seconds: float) -> StorageUnavailableError:
    """Say that others did not let go of a lock."""
    message = f"Others have been at {name!r} for {waited_seconds:.0f} s. Ask again in a moment."
    return StorageUnavailableError(message)


class FolderLocks:
    """One file for each name that was ever held."""

    def __init__(self, folder: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
        """Use a folder, which is made when the first lock is wanted.

        Args:
            folder: All who are to wait for one another use the same.
            wait_seconds: How long somebody waits for a lock.
        """
        self._folder = folder
        self._wait_seconds = wait_seconds

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Keep all others who want this name out until the block ends."""
        lock = FileLock(self._folder / f"{name}.lock", timeout=self._wait_seconds)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise held_too_long(name, self._wait_seconds) from error
        except OSError as error:
            message = (
                f"No lock can be made in {self._folder}: {error.strerror or error}. "
                "Make it writable, or choose another folder with ARXIVIZ_HOME."
            )
            raise StorageUnavailableError(message) from error
        try:
            yield
        finally:
            lock.release()
