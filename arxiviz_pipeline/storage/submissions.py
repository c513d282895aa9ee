"""Keeps the scenes that people hand in, one record a paper."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.submissions import replace_submitted
from arxiviz_pipeline.storage.records import read_submitted_scenes, write_submitted_scenes

_LOCK_SECONDS = 30.0


class StoredSubmissions:
    """Submitted scenes in an object store; changes of one paper's wait for one another."""

    def __init__(self, store: ObjectStore, locks: Path) -> None:
        """Use a store.

        Args:
            store: Where the records are.
            locks: A folder that all who change them on this machine share.
        """
        self._store = store
        self._locks = locks

    def read(self, arxiv_id: ArxivId) -> list[SubmittedScene]:
        """Return what is in force for a paper; empty if nothing was handed in."""
        return read_submitted_scenes(self._store, arxiv_id)

    def add(self, arxiv_id: ArxivId, scenes: Sequence[SubmittedScene]) -> list[SubmittedScene]:
        """Take scenes in, in place of what their sections had; return what is in force now."""
        with self._locked(arxiv_id):
            after = replace_submitted(self.read(arxiv_id), scenes)
            write_submitted_scenes(self._store, arxiv_id, after)
            return after

    def withdraw(self, arxiv_id: ArxivId, section_id: str | None = None) -> list[SubmittedScene]:
        """Take back the scenes of one section, or of all; return what is in force now."""
        with self._locked(arxiv_id):
            after = [
                scene
                for scene in self.read(arxiv_id)
                if section_id is not None and scene.section_id != section_id
            ]
            write_submitted_scenes(self._store, arxiv_id, after)
            return after

    @contextmanager
    def _locked(self, arxiv_id: ArxivId) -> Iterator[None]:
        path = self._locks / f"{arxiv_id.slug}.submissions.lock"
        try:
            self._locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path, timeout=_LOCK_SECONDS)
            lock.acquire()
        except (Timeout, OSError) as error:
            message = (
                f"The lock {path} cannot be had: {error}. "
                "Make its folder writable, or choose another with ARXIVIZ_HOME."
            )
            raise StorageUnavailableError(message) from error
        try:
            yield
        finally:
            lock.release()
