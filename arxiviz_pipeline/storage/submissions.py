"""Keeps the scenes that people hand in, one record a paper."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene
from arxiviz_pipeline.domain.ports import Locks, ObjectStore
from arxiviz_pipeline.domain.submissions import replace_submitted
from arxiviz_pipeline.storage.records import read_submitted_scenes, write_submitted_scenes


class StoredSubmissions:
    """Submitted scenes in an object store; changes of one paper's wait for one another."""

    def __init__(self, store: ObjectStore, locks: Locks) -> None:
        """Use a store.

        Args:
            store: Where the records are.
            locks: What all who change them share.
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

    def _locked(self, arxiv_id: ArxivId) -> AbstractContextManager[None]:
        return self._locks.hold(f"{arxiv_id.slug}.submissions")
