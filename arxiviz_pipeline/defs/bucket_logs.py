"""Keeps what steps print in the bucket, below `logs/`, over the client that objects have.

It is dagster-aws's S3ComputeLogManager, which a bucket that is away fails or keeps waiting. Here a
thread sends each log, every few seconds while the step runs and once it has ended; a run waits
seconds for that at most, and a log that does not get there stays on its machine. Readers take from
the bucket what they ask for and keep no copy.

`compute_logs` opens it.
"""

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from dagster._core.storage.compute_log_manager import CapturedLogContext, ComputeIOType
from dagster._core.storage.local_compute_log_manager import IO_TYPE_EXTENSION
from dagster._serdes import ConfigurableClassData
from dagster_aws.s3.compute_log_manager import S3ComputeLogManager

from arxiviz_pipeline.storage.bucket import LOG_PREFIX
from arxiviz_pipeline.storage.s3_failures import status_of

if TYPE_CHECKING:
    from botocore.client import BaseClient

log = logging.getLogger(__name__)

_INTERVAL_SECONDS = 10
_PATIENCE_SECONDS = 15.0
_BYTES_MAX = 50 * 1024 * 1024  # as dagster-aws
_CUT = b"\n[The rest of this log is not kept.]\n"
_FAILURES = (BotoCoreError, ClientError, OSError)
_BOTH = (ComputeIOType.STDOUT, ComputeIOType.STDERR)


class BucketLogs(S3ComputeLogManager):
    """Logs of runs in a bucket, captured in a folder of this machine's."""

    def __init__(
        self,
        client: "BaseClient",
        bucket: str,
        folder: str,
        inst_data: ConfigurableClassData | None = None,
        *,
        interval_seconds: float = _INTERVAL_SECONDS,
        patience_seconds: float = _PATIENCE_SECONDS,
        bytes_max: int = _BYTES_MAX,
    ) -> None:
        """Use a bucket.

        Args:
            client: A boto3 S3 client.
            bucket: Its name.
            folder: Where logs are captured before they are sent.
            inst_data: What `dagster.yaml` says of it.
            interval_seconds: How often the log of a running step is sent.
            patience_seconds: How long a step that has ended waits for its log to be sent.
            bytes_max: How much of a log is kept, from its beginning.
        """
        super().__init__(bucket, local_dir=folder, inst_data=inst_data, prefix=LOG_PREFIX)
        self._s3_session: Any = client
        self._interval_seconds = interval_seconds
        self._patience_seconds = patience_seconds
        self._bytes_max = bytes_max

    @contextlib.contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Iterator[CapturedLogContext]:
        """Capture what this process prints until the block ends."""
        sent = self._sent(log_key, self._interval_seconds)
        with sent, self.local_manager.capture_logs(log_key) as context:
            yield context

    @contextlib.contextmanager
    def open_log_stream(
        self, log_key: Sequence[str], io_type: ComputeIOType
    ) -> Iterator[IO[Any] | None]:
        """Yield a file for the log of a sensor's tick or of a backfill."""
        with self._sent(log_key), self.local_manager.open_log_stream(log_key, io_type) as stream:
            yield stream

    def upload_to_cloud_storage(
        self, log_key: Sequence[str], io_type: ComputeIOType, partial: bool = False
    ) -> None:
        """Send what has been captured so far."""
        self._put(log_key, io_type, self._captured(log_key, io_type), partial=partial)

    def get_log_data_for_type(
        self, log_key: Sequence[str], io_type: ComputeIOType, offset: int, max_bytes: int | None
    ) -> tuple[bytes | None, int]:
        """Read a piece of a log, which is None if there is none or none can be had now."""
        try:
            if self.has_local_file(log_key, io_type):
                return self.local_manager.get_log_data_for_type(log_key, io_type, offset, max_bytes)
            for partial in (False, True):
                key = self._s3_key(log_key, io_type, partial=partial)
                piece = self._read(key, offset, max_bytes)
                if piece is not None:
                    return piece, offset + len(piece)
        except _FAILURES as error:
            log.warning("the log %s cannot be read: %s", "/".join(log_key), error)
        return None, offset

    def cloud_storage_has_logs(
        self, log_key: Sequence[str], io_type: ComputeIOType, partial: bool = False
    ) -> bool:
        """Tell whether the bucket has a log; one that is away has none."""
        try:
            return super().cloud_storage_has_logs(log_key, io_type, partial)
        except BotoCoreError as error:
            log.warning("the log %s cannot be looked for: %s", "/".join(log_key), error)
            return False

    def download_url_for_type(self, log_key: Sequence[str], io_type: ComputeIOType) -> str | None:
        """Return an address of Dagster's webserver: the bucket's may be out of browsers' reach."""
        if self.has_local_file(log_key, io_type) or self.cloud_storage_has_logs(log_key, io_type):
            return self.local_manager.get_captured_log_download_url(log_key, io_type)
        return None

    def display_path_for_type(self, log_key: Sequence[str], io_type: ComputeIOType) -> str | None:
        """Return where in the bucket a log is."""
        if self.cloud_storage_has_logs(log_key, io_type):
            return f"s3://{self._s3_bucket}/{self._s3_key(log_key, io_type)}"
        return None

    def download_from_cloud_storage(
        self, log_key: Sequence[str], io_type: ComputeIOType, partial: bool = False
    ) -> None:
        """Copy a log into the folder, from which the webserver hands it out."""
        key = self._s3_key(log_key, io_type, partial=partial)
        content = self._read(key, 0, None)
        extension = IO_TYPE_EXTENSION[io_type]
        path = Path(self.local_manager.get_captured_local_path(log_key, extension, partial))
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever reads it at the same time must not find half a log.
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as written:
            written.write(content or b"")
        Path(written.name).replace(path)

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._s3_session.close()

    @contextlib.contextmanager
    def _sent(self, log_key: Sequence[str], every_seconds: float | None = None) -> Iterator[None]:
        """Send a log when the block ends, however it does, and before as often as this."""
        ended = Event()
        # Nothing may wait for it: not the run for longer than it likes, nor its process at its end.
        sending = Thread(
            target=self._send_until,
            args=(ended, log_key, every_seconds),
            name=f"log-{log_key[-1]}",
            daemon=True,
        )
        sending.start()
        try:
            yield
        finally:
            ended.set()
            sending.join(self._patience_seconds)
            if sending.is_alive():
                log.warning("the log %s is not in the bucket yet", "/".join(log_key))

    def _send_until(
        self, ended: Event, log_key: Sequence[str], every_seconds: float | None
    ) -> None:
        sizes: dict[ComputeIOType, int] = {}
        while not ended.wait(every_seconds):
            with contextlib.suppress(*_FAILURES):  # it is sent again, and the whole at the end
                self._send_changes(log_key, sizes)
        try:
            self._send_whole(log_key)
        except _FAILURES as error:
            log.warning("the log %s is not in the bucket: %s", "/".join(log_key), error)
            return
        with contextlib.suppress(*_FAILURES):  # nobody reads them any more
            for io_type in sizes:
                key = self._s3_key(log_key, io_type, partial=True)
                self._s3_session.delete_object(Bucket=self._s3_bucket, Key=key)

    def _send_changes(self, log_key: Sequence[str], sizes: dict[ComputeIOType, int]) -> None:
        """Send what has grown beyond these sizes, and note the new ones."""
        for io_type in _BOTH:
            content = self._captured(log_key, io_type)
            if len(content) > sizes.get(io_type, 0):
                self._put(log_key, io_type, content, partial=True)
                sizes[io_type] = len(content)

    def _send_whole(self, log_key: Sequence[str]) -> None:
        """Send a log that has ended, and remove it here."""
        contents = {io_type: self._captured(log_key, io_type) for io_type in _BOTH}
        for io_type, content in contents.items():
            # By stderr, the last, Dagster knows that a log is all there.
            if content or (io_type is ComputeIOType.STDERR and any(contents.values())):
                self._put(log_key, io_type, content)
        self.local_manager.delete_logs(log_key=log_key)

    def _captured(self, log_key: Sequence[str], io_type: ComputeIOType) -> bytes:
        """Return what there is of a log on this machine."""
        extension = IO_TYPE_EXTENSION[io_type]
        path = Path(self.local_manager.get_captured_local_path(log_key, extension))
        try:
            with path.open("rb") as captured:
                content = captured.read(self._bytes_max + 1)
        except FileNotFoundError:
            return b""
        limit = self._bytes_max
        return content if len(content) <= limit else content[:limit] + _CUT

    def _put(
        self,
        log_key: Sequence[str],
        io_type: ComputeIOType,
        content: bytes,
        *,
        partial: bool = False,
    ) -> None:
        # Not boto3's transfers: their threads would keep a process from ending.
        self._s3_session.put_object(
            Bucket=self._s3_bucket,
            Key=self._s3_key(log_key, io_type, partial=partial),
            Body=content,
            ContentType="text/plain; charset=utf-8",
        )

    def _read(self, key: str, offset: int, max_bytes: int | None) -> bytes | None:
        """Return a piece of an object, empty beyond its end, or None if there is no object."""
        last = "" if max_bytes is None else offset + max_bytes - 1
        try:
            answer = self._s3_session.get_object(
                Bucket=self._s3_bucket, Key=key, Range=f"bytes={offset}-{last}"
            )
        except ClientError as error:
            if status_of(error) == HTTPStatus.NOT_FOUND:
                return None
            if status_of(error) == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return b""
            raise
        return answer["Body"].read()
