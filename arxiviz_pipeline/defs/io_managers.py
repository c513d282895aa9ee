"""Where assets are kept between steps: each as one record in the object store.

Dagster's page: https://docs.dagster.io/guides/build/io-managers
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import dagster as dg

from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument, SceneScript, Section, Video
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage import records

T = TypeVar("T")


class RecordIOManager(dg.IOManager, Generic[T]):
    """Keeps the partition of one asset with a pair of functions from `storage.records`."""

    def __init__(
        self,
        store: ObjectStore,
        write: Callable[[ObjectStore, ArxivId, T], None],
        read: Callable[[ObjectStore, ArxivId], T],
    ) -> None:
        self._store = store
        self._write = write
        self._read = read

    def handle_output(self, context: dg.OutputContext, obj: T) -> None:
        """Write the partition."""
        with explained():
            self._write(self._store, ArxivId.parse(context.asset_partition_key), obj)

    def load_input(self, context: dg.InputContext) -> T:
        """Read the partition."""
        with explained():
            return self._read(self._store, ArxivId.parse(context.asset_partition_key))


def io_managers(store: ObjectStore) -> dict[str, dg.IOManager]:
    """Return the IO manager of each asset, under the asset's name."""
    return {
        f"{catalog.PAPERS}_io": RecordIOManager[PaperDocument](
            store, records.write_document, records.read_document
        ),
        f"{catalog.SECTIONS}_io": RecordIOManager[list[Section]](
            store, records.write_sections, records.read_sections
        ),
        f"{catalog.SCENE_SCRIPTS}_io": RecordIOManager[list[SceneScript]](
            store, records.write_scene_scripts, records.read_scene_scripts
        ),
        f"{catalog.VIDEOS}_io": RecordIOManager[list[Video]](
            store, records.write_videos, records.read_videos
        ),
    }
