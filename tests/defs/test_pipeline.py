"""The job as Dagster runs it: real parser, writer and LaTeX; a renderer that costs nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from arxiviz_pipeline.definitions import build_definitions, build_script_maker
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import (
    PaperNotFoundError,
    RenderError,
    SourceUnavailableError,
    StorageUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument
from arxiviz_pipeline.domain.ports import ObjectStore, StoredObject
from arxiviz_pipeline.ingest.best_document import BestDocument
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.fakes import FakeRenderer

SAMPLES = Path(__file__).parents[2] / "samples"
# One for all tests: it remembers how it typeset a formula.
DESK = build_script_maker()
SAMPLE = ArxivId.parse(next(path.name for path in SAMPLES.iterdir() if path.is_dir()))


class Run:
    """Runs the job for one paper, with this and that replaced."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.settings = Settings.model_validate(
            {"ARXIVIZ_HOME": home, "ARXIVIZ_PAPERS_DIR": SAMPLES, "ARXIVIZ_QUALITY": "low"}
        )
        self.store: ObjectStore = FolderStore(home / "objects")
        self.instance = instance
        self.renderer = FakeRenderer()
        self.source = BestDocument([SavedPapers(SAMPLES)])

    def __call__(
        self, config: dict[str, object] | None = None, paper: str = str(SAMPLE)
    ) -> dg.ExecuteInProcessResult:
        definitions = build_definitions(
            self.settings,
            renderer=self.renderer,
            object_store=self.store,
            paper_source=self.source,
            script_maker=DESK,
        )
        self.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [paper])
        return definitions.resolve_job_def(catalog.PAPER_VIDEOS_JOB).execute_in_process(
            instance=self.instance,
            partition_key=paper,
            run_config={"ops": {"videos": {"config": config or {}}}},
            raise_on_error=False,
        )

    def checks(self, result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
        return {each.check_name: each for each in result.get_asset_check_evaluations()}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance


@pytest.fixture
def run(tmp_path: Path, instance: dg.DagsterInstance) -> Run:
    return Run(tmp_path / "home", instance)


def test_a_paper_becomes_four_records_and_a_video_a_scene(run: Run):
    result = run()
    assert result.success
    videos = records.read_videos(run.store, SAMPLE)
    scripts = records.read_scene_scripts(run.store, SAMPLE)
    assert [video.scene_id for video in videos] == [script.id for script in scripts]
    assert sorted(run.renderer.rendered) == sorted(script.id for script in scripts)
    assert {video.status for video in videos} == {"complete"}
    for asset in catalog.ASSETS:
        event = run.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.partition == str(SAMPLE)


def _data_versions(run: Run) -> dict[str, str]:
    found = {}
    for asset in catalog.ASSETS:
        event = run.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        tags = event.asset_materialization.tags or {}
        found[asset] = tags["dagster/data_version"]
    return found


def test_equal_content_has_equal_versions_and_changed_content_another(run: Run):
    run()
    first = _data_versions(run)
    run({"force": True})
    assert _data_versions(run) == first

    class Renamed(BestDocument):
        def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
            document = super().fetch(arxiv_id)
            return replace(document, content=document.content.replace(b"Parabola", b"Bowl"))

    run.source = Renamed([SavedPapers(SAMPLES)])
    run()
    changed = _data_versions(run)
    assert all(changed[asset] != first[asset] for asset in catalog.ASSETS)


def test_each_scene_is_an_event_of_its_own(run: Run):
    run()
    events = run.instance.fetch_observations(
        dg.AssetRecordsFilter(dg.AssetKey("videos"), asset_partitions=[str(SAMPLE)]), limit=100
    ).records
    metadata = [event.asset_observation.metadata for event in events if event.asset_observation]
    count = len(records.read_scene_scripts(run.store, SAMPLE))
    assert [m[catalog.SCENES_TOTAL].value for m in metadata if catalog.SCENES_TOTAL in m] == [count]
    assert sum(catalog.SCENE_STARTED in m for m in metadata) == count
    assert sum(catalog.SCENE_VIDEO in m for m in metadata) == count


def test_an_operator_sees_counts_links_and_a_table(run: Run):
    result = run()
    seen = {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert seen["papers"]["title"].value
    assert seen["sections"]["equation_count"].value
    assert seen["videos"][catalog.COMPLETE_COUNT].value == len(run.renderer.rendered)
    assert seen["videos"][catalog.FAILED_COUNT].value == 0
    rows = seen["videos"]["videos"].value.records  # type: ignore[union-attr]
    assert {row.data["status"] for row in rows} == {"complete"}
    assert "/poster" in str(seen["videos"]["preview"].value)


def test_a_scene_that_fails_leaves_the_run_green_and_is_named_by_a_check(run: Run):
    run()
    broken = records.read_scene_scripts(run.store, SAMPLE)[1].id
    run.renderer = FakeRenderer({broken: RenderError("exception", "boom", line=3)})
    result = run({"force": True})
    assert result.success
    found = run.checks(result)["all_scenes_rendered"]
    assert not found.passed
    assert found.description is not None
    assert broken in found.description
    assert "boom" in found.description
    videos = records.read_videos(run.store, SAMPLE)
    assert [video.scene_id for video in videos if video.status == "failed"] == [broken]


def test_a_second_run_renders_nothing_and_a_named_scene_alone_if_asked(run: Run):
    run()
    scene = records.read_scene_scripts(run.store, SAMPLE)[0].id
    run.renderer = FakeRenderer()
    run()
    assert run.renderer.rendered == []
    run({"scenes": [scene]})
    assert run.renderer.rendered == [scene]


def test_checks_look_at_the_runs_paper_alone(run: Run):
    run.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, ["2101.00001", "2101.00002"])
    result = run()
    assert result.success
    assert {check.partition for check in run.checks(result).values()} == {str(SAMPLE)}


def test_bytes_that_are_no_video_are_found_by_the_check(run: Run):
    result = run()
    found = run.checks(result)
    assert found["sections_found"].passed
    assert found["scripts_name_a_scene"].passed
    assert found["formulas_compile"].passed, found["formulas_compile"].description
    assert found["equations_compile"].passed, found["equations_compile"].description
    assert found["equations_compile"].metadata["equation_count"].value > 5
    assert found["all_scenes_rendered"].passed
    # The fake renderer's bytes are not MP4, and only looking into them can tell.
    assert not found["videos_play"].passed


def _failure(result: dg.ExecuteInProcessResult) -> str:
    assert not result.success
    (event,) = [event for event in result.all_events if event.is_step_failure]
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    return failure.description or ""


class FailingSource:
    """A source that fails, and counts how often it was asked."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        self.asked += 1
        raise self.error


def test_a_paper_that_does_not_exist_fails_at_once_in_our_own_words(run: Run):
    run.source = FailingSource(PaperNotFoundError("arXiv has no paper 2101.00001."))
    assert _failure(run(paper="2101.00001")) == "arXiv has no paper 2101.00001."
    assert run.source.asked == 1


def test_trouble_that_may_pass_is_tried_again(run: Run, monkeypatch: pytest.MonkeyPatch):
    run.source = FailingSource(SourceUnavailableError("no answer"))
    assert "no answer" in _failure(run())
    assert run.source.asked == 2


def test_a_partition_that_is_no_arxiv_id_says_so(run: Run):
    assert "'rubbish' is not an arXiv id" in _failure(run(paper="rubbish"))


def test_a_partition_that_is_not_in_canonical_form_says_what_is(run: Run):
    assert "is written '2601.00000'" in _failure(run(paper="arXiv:2601.00000"))


def test_a_store_that_fails_while_rendering_keeps_what_was_stored(run: Run, tmp_path: Path):
    run()
    made = list(run.store.list("videos/"))

    class Full(FolderStore):
        def put(
            self, key: str, content: bytes, *, content_type: str, immutable: bool = False
        ) -> StoredObject:
            if key.startswith("videos/"):
                raise StorageUnavailableError("No space left on device.")
            return super().put(key, content, content_type=content_type, immutable=immutable)

    run.store = Full(tmp_path / "home" / "objects")
    run.renderer = FakeRenderer()
    run.renderer.version = "fake-2"
    assert "No space left" in _failure(run())
    assert list(run.store.list("videos/")) == made
    assert records.read_videos(run.store, SAMPLE)


def test_a_paper_without_sections_is_a_failed_check_and_no_video(run: Run):
    class Empty(BestDocument):
        def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
            document = super().fetch(arxiv_id)
            page = b"""<html><body><article class="ltx_document">
              <h1 class="ltx_title ltx_title_document">Short</h1>
              <section class="ltx_section" id="S1"><h2 class="ltx_title">One</h2>
              <div class="ltx_para"><p class="ltx_p">Hello.</p></div></section>
              </article></body></html>"""
            return replace(document, content=page)

    run.source = Empty([SavedPapers(SAMPLES)])
    result = run()
    assert result.success
    assert not run.checks(result)["sections_found"].passed
    assert records.read_videos(run.store, SAMPLE) == []
