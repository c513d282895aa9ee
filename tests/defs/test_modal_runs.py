"""Runs of Dagster whose scenes are rendered on Modal: what they cost, and how they end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import dagster as dg
import pytest

from arxiviz_pipeline.definitions import build_definitions
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Beat, Paper, PaperDocument, SceneScript, Section
from arxiviz_pipeline.ingest.best_document import BestDocument
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.fakes import FakeScriptMaker
from tests.ingest.html import pages
from tests.modal_peer import ModalPeer
from tests.rendering.conftest import wait_until
from tests.rendering.modal_fixtures import deployed_app
from tests.rendering.scripts import scene

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE = ArxivId.parse(next(path.name for path in SAMPLES.iterdir() if path.is_dir()))
TWO_SECTIONS = pages.page(
    *(pages.section(title, pages.paragraph("There is much to say. " * 30)) for title in "AB")
)


class TwoSections:
    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        sample = BestDocument([SavedPapers(SAMPLES)]).fetch(arxiv_id)
        return replace(sample, content=TWO_SECTIONS, media_type="text/html")


@pytest.fixture(scope="module")
def peer() -> Iterator[ModalPeer]:
    with deployed_app() as running:
        yield running
        wait_until(lambda: running.sandboxes.alive() == [])


class PaperOnModal:
    """Makes videos of two sections: a run for each body that a section's scene may have."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.store = FolderStore(home / "objects")
        self.cancelled = Event()
        self._home = home
        self._instance = instance

    def run(self, **bodies: str) -> dg.ExecuteInProcessResult:
        def write(_: Paper, section: Section) -> SceneScript:
            beats = (Beat("Hello.", 1.0, "title"),)
            code = scene(bodies[section.title])
            return SceneScript(
                section.id, section.id, section.title, beats, code, "Short", "template", ()
            )

        settings = {"ARXIVIZ_HOME": self._home, "ARXIVIZ_QUALITY": "low"}
        definitions = build_definitions(
            Settings.model_validate({**settings, "ARXIVIZ_RENDERER": "modal"}),
            object_store=self.store,
            paper_source=TwoSections(),
            script_maker=FakeScriptMaker(write),
            cancelled=self.cancelled,
        )
        self._instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [str(SAMPLE)])
        return definitions.resolve_job_def(catalog.PAPER_VIDEOS_JOB).execute_in_process(
            instance=self._instance, partition_key=str(SAMPLE), raise_on_error=False
        )


@pytest.fixture
def paper(peer: ModalPeer, tmp_path: Path, made_catalog: dg.DagsterInstance) -> PaperOnModal:
    return PaperOnModal(tmp_path, made_catalog)


def test_a_run_tells_what_each_video_and_the_paper_cost(peer: ModalPeer, paper: PaperOnModal):
    done = paper.run(A="self.wait(0.2)", B="1 / 0")
    assert done.success
    (told,) = done.asset_materializations_for_node("videos")
    metadata = {name: value.value for name, value in told.metadata.items()}
    assert (metadata[catalog.COMPLETE_COUNT], metadata[catalog.FAILED_COUNT]) == (1, 1)
    rows = metadata["videos"].records
    costs = [float(row.data["render_cost_usd"]) for row in rows]
    assert all(0 < cost < 0.01 for cost in costs)
    assert metadata["render_cost_usd"] == pytest.approx(sum(costs), abs=2e-6)
    assert len(peer.calls.calls) == len(peer.sandboxes.sandboxes) == 2


def test_a_cancelled_run_cancels_its_calls(peer: ModalPeer, paper: PaperOnModal):
    before = set(peer.calls.calls)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(paper.run, A="while True: pass", B="while 1: pass")
        wait_until(lambda: len(peer.sandboxes.alive()) == 2, seconds=60.0)
        paper.cancelled.set()
        assert not running.result(timeout=60).success
    wait_until(lambda: peer.sandboxes.alive() == [])
    made = [call for call_id, call in peer.calls.calls.items() if call_id not in before]
    assert [call.is_cancelled for call in made] == [True, True]
    assert list(paper.store.list("modal-calls/")) == []
