"""Spaces requests to a service, in all processes of this machine together."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from arxiviz_pipeline.domain.errors import ConfigurationError, SourceUnavailableError

ARXIV_INTERVAL_SECONDS = 3.0  # arXiv API Terms of Use: one request per three seconds
LONGEST_POSTPONEMENT_SECONDS = 120.0
_LONGEST_QUEUE_SECONDS = 900.0


class RequestPace:
    """Lets one request at a time go ahead, and none too soon after the one before.

    Files in a folder hold the state: a lock, the moment of the last request, and the moment that a
    service asked to wait for. arXiv asks for a single connection, so the lock is held for as long
    as the request lasts.
    """

    def __init__(self, folder: Path, interval_seconds: float = ARXIV_INTERVAL_SECONDS) -> None:
        self._folder = folder
        self._last_request = folder / "arxiv_last_request"
        self._not_before = folder / "arxiv_not_before"
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

    def postpone(self, seconds: float) -> None:
        """Let nobody begin a request for so long; two minutes at most."""
        self._write(self._not_before, time.time() + seconds)

    def _pause_seconds(self) -> float:
        # No note, and no clock set back, makes anybody wait longer than these limits.
        now = time.time()
        since = _read(self._last_request)
        pause = 0.0 if since is None else self._interval_seconds - (now - since)
        until = _read(self._not_before)
        postponement = 0.0 if until is None else until - now
        return max(
            0.0,
            min(pause, self._interval_seconds),
            min(postponement, LONGEST_POSTPONEMENT_SECONDS),
        )

    def _note(self) -> None:
        self._write(self._last_request, time.time())

    def _write(self, file: Path, moment: float) -> None:
        try:
            file.write_text(repr(moment))
        except OSError as error:
            raise ConfigurationError(self._unwritable(error)) from error

    def _unwritable(self, error: OSError) -> str:
        return (
            f"The folder {str(self._folder)!r}, where the pace of requests to arXiv is kept, "
            f"cannot be written: {error.strerror or error}. Set ARXIVIZ_HOME to one that can."
        )


def _read(file: Path) -> float | None:
    """Read a noted moment; None if there is none, or it was cut short or makes no sense."""
    try:
        moment = float(file.read_text())
    except (OSError, ValueError):
        return None
    return None if math.isnan(moment) else moment
