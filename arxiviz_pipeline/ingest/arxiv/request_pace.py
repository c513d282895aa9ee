"""Spaces requests to a service, in all processes of this machine together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from arxiviz_pipeline.domain.errors import ConfigurationError, SourceUnavailableError

ARXIV_INTERVAL_SECONDS = 3.0  # arXiv API Terms of Use: one request per three seconds
_LONGEST_QUEUE_SECONDS = 900.0


class RequestPace:
    """Lets one request at a time go ahead, and none too soon after the one before.

    Two files in a folder hold the state: a lock, and the moment of the last request. arXiv asks
    for a single connection, so the lock is held for as long as the request lasts.
    """

    def __init__(self, folder: Path, interval_seconds: float = ARXIV_INTERVAL_SECONDS) -> None:
        self._folder = folder
        self._last_request = folder / "arxiv_last_request"
        self._interval_seconds = interval_seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this request's turn, and keep it while the block runs.

        Raises:
            SourceUnavailableError: If others were before us for a quarter of an hour.
            ConfigurationError: If the folder cannot be written.
        """
        lock = FileLock(self._folder / "arxiv_requests.lock", timeout=_LONGEST_QUEUE_SECONDS)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            message = (
                f"Other requests to arXiv were under way for {_LONGEST_QUEUE_SECONDS:.0f} s. "
                "They go one at a time; try again later."
            )
            raise SourceUnavailableError(message) from error
        except OSError as error:
            raise ConfigurationError(self._unwritable(error)) from error
        try:
            time.sleep(self._pause_seconds())
            self._note()
            try:
                yield
            finally:
                # The service counts from when it hears of us, which is within the block.
                self._note()
        finally:
            lock.release()

    def _pause_seconds(self) -> float:
        try:
            waited = time.time() - float(self._last_request.read_text())
        except (OSError, ValueError):  # the first request, or a note cut short
            return 0.0
        # No note, and no clock set back, makes anybody wait longer than the interval.
        pause = self._interval_seconds - waited
        return max(0.0, pause) if pause <= self._interval_seconds else self._interval_seconds

    def _note(self) -> None:
        try:
            self._last_request.write_text(repr(time.time()))
        except OSError as error:
            raise ConfigurationError(self._unwritable(error)) from error

    def _unwritable(self, error: OSError) -> str:
        return (
            f"The folder {str(self._folder)!r}, where the pace of requests to arXiv is kept, "
            f"cannot be written: {error.strerror or error}. Set ARXIVIZ_HOME to one that can."
        )
