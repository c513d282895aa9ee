"""The job as Dagster runs it: real parser, writer and LaTeX; a renderer that costs nothing.

Scripts of the sample paper are proved once, for all tests that look at what a run leaves; what
runs do is seen on two short sections.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver
from dagster._core.loader import LoadingContextForTest

from arxiviz_pipeline.definitions import build_definitions, build_script_desk
from arxiviz_pipeline.defs.submitted_scenes import observe_submissions
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import (
    PaperNotFoundError,
    RenderError,
    SourceUnavailableError,
    StorageUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.domain.models import (
    Check,
    Finding,
    Paper,
    PaperDocument,
    SceneScript,
    Section,
    SubmittedScene,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ObjectStore, PaperSource, ScriptMaker, StoredObject
from arxiviz_pipeline.domain.submissions import submitted_scene_id
from arxiviz_pipeline.ingest.best_document import BestDocument
from arxiviz_pipeline.ingest.parsing import split_into_sections
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.folder_locks import FolderLocks
from arxiviz_pipeline.storage.folder_store import FolderStore
from arxiviz_pipeline.storage.submissions import StoredSubmissions
from tests.fakes import FakeRenderer, FakeScriptMaker, make_repaired

SAMPLES = Path(__file__).parents[2] / "samples"
# One for all tests: it remembers how it typeset a formula.
WRITER = TemplateWriter(LatexTypesetter())
SAMPLE = ArxivId.parse(next(path.name for path in SAMPLES.iterdir() if path.is_dir()))
TWO_SECTIONS = b"""<html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">A title</h1>
<section id="S1" class="ltx_section"><h2 class="ltx_title ltx_title_section">One</h2>
<div class="ltx_para"><p class="ltx_p">%s</p></div></section>
<section id="S2" class="ltx_section"><h2 class="ltx_title ltx_title_section">Two</h2>
<div class="ltx_para"><p class="ltx_p">%s</p></div></section>
</article></body></html>""" % ((b"There is much to be said of this. " * 20,) * 2)
DOCUMENT = replace(
    BestDocument([SavedPapers(SAMPLES)]).fetch(SAMPLE), content=TWO_SECTIONS, media_type="text/html"
)
PAPER, SECTIONS = DOCUMENT.paper, split_into_sections(DOCUMENT)


GATES = (
    *("scripts_obey_policy", "formulas_compile", "scripts_rehearse"),
    *("layouts_hold", "equations_shown"),
)


class Run:
    """Runs the job for one paper, with this and that replaced."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.settings = Settings.model_validate(
            {"ARXIVIZ_HOME": home, "ARXIVIZ_PAPERS_DIR": SAMPLES, "ARXIVIZ_QUALITY": "low"}
        )
        self.store: ObjectStore = FolderStore(home / "objects")
        self.instance = instance
        self.renderer = FakeRenderer()
        self.source: PaperSource = BestDocument([SavedPapers(SAMPLES)])
        self.maker: ScriptMaker = FakeScriptMaker(WRITER.write)
        self.submissions = StoredSubmissions(self.store, FolderLocks(home / "locks"))

    def __call__(
        self, config: dict[str, object] | None = None, paper: str = str(SAMPLE)
    ) -> dg.ExecuteInProcessResult:
        definitions = build_definitions(
            self.settings,
            renderer=self.renderer,
            object_store=self.store,
            paper_source=self.source,
            script_maker=self.maker,
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


class Small:
    """Has the paper with two short sections: what is looked at costs less than its own seven."""

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        return DOCUMENT


@pytest.fixture
def run(tmp_path: Path, made_catalog: dg.DagsterInstance) -> Run:
    """A run of a paper with two short sections, whose scripts nobody proves."""
    run = Run(tmp_path / "home", made_catalog)
    run.source = Small()
    return run


Made = tuple[Run, dg.ExecuteInProcessResult]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_catalog: Path) -> Iterator[Made]:
    """The sample paper, made once with scripts that every gate has seen; for tests that look."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(empty_catalog, folder / "dagster")
    with dg.DagsterInstance.local_temp(str(folder / "dagster")) as instance:
        run = Run(folder / "home", instance)
        run.maker = build_script_desk(run.settings, run.store)
        instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, ["2101.00001", "2101.00002"])
        yield run, run()


def test_a_paper_becomes_four_records_and_a_video_a_scene(made: Made):
    run, result = made
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

    class Renamed:
        def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
            return replace(DOCUMENT, content=DOCUMENT.content.replace(b">One<", b">First<"))

    run.source = Renamed()
    run()
    changed = _data_versions(run)
    assert all(changed[asset] != first[asset] for asset in catalog.ASSETS)


def test_each_scene_is_an_event_of_its_own(made: Made):
    run, _ = made
    events = run.instance.fetch_observations(
        dg.AssetRecordsFilter(dg.AssetKey("videos"), asset_partitions=[str(SAMPLE)]), limit=100
    ).records
    metadata = [event.asset_observation.metadata for event in events if event.asset_observation]
    count = len(records.read_scene_scripts(run.store, SAMPLE))
    assert [m[catalog.SCENES_TOTAL].value for m in metadata if catalog.SCENES_TOTAL in m] == [count]
    assert sum(catalog.SCENE_STARTED in m for m in metadata) == count
    assert sum(catalog.SCENE_VIDEO in m for m in metadata) == count
    events = run.instance.fetch_observations(
        dg.AssetRecordsFilter(dg.AssetKey("scene_scripts"), asset_partitions=[str(SAMPLE)]),
        limit=100,
        ascending=True,
    ).records
    told = [event.asset_observation.metadata for event in events if event.asset_observation]
    assert told[0][catalog.SCRIPTS_TOTAL].value == count
    assert {m[catalog.SCRIPT_FINISHED].value for m in told[1:]} == {
        script.id for script in records.read_scene_scripts(run.store, SAMPLE)
    }


def test_an_operator_sees_counts_links_and_a_table(made: Made):
    run, result = made
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


def test_checks_look_at_the_runs_paper_alone(made: Made):
    run, result = made
    assert result.success
    assert {check.partition for check in run.checks(result).values()} == {str(SAMPLE)}


def test_real_scripts_pass_every_gate_and_bytes_that_are_no_video_are_found(made: Made):
    run, result = made
    found = run.checks(result)
    assert found["sections_found"].passed
    for gate in GATES:
        assert found[gate].passed, found[gate].description
        assert found[gate].metadata["unchecked_count"].value == 0, gate
    assert found["equations_compile"].passed, found["equations_compile"].description
    assert found["equations_compile"].metadata["equation_count"].value > 5
    assert found["all_scenes_rendered"].passed
    # The fake renderer's bytes are not MP4, and only looking into them can tell.
    assert not found["videos_play"].passed


def _writing(change: Callable[[SceneScript], SceneScript]) -> FakeScriptMaker:
    """Write as the template writer does, with something changed in every script."""

    def write(paper: Paper, section: Section) -> SceneScript:
        return change(WRITER.write(paper, section))

    return FakeScriptMaker(write)


def test_findings_of_a_gate_are_named_and_counted(run: Run):
    off_frame = Finding("off_frame", "A label leaves the frame.", line=12, at_seconds=3.25)
    tiny = Finding("too_small", "A text is small.", "warning")
    layout = Check("layout", False, "It cannot all be seen.", (tiny, off_frame))
    missing = Finding("missing_equation", "x = 1 is too wide.", "warning")
    equations = Check("equations", True, "One is named.", (missing,))
    run.maker = _writing(lambda script: replace(script, checks=(layout, equations)))
    found = run.checks(run())
    count = len(records.read_scene_scripts(run.store, SAMPLE))
    layouts = found["layouts_hold"]
    assert not layouts.passed
    assert layouts.severity == dg.AssetCheckSeverity.ERROR
    assert layouts.description is not None
    first = layouts.description.splitlines()[0]
    assert "off_frame, line 12, at 3.2 s: A label leaves the frame." in first
    assert layouts.metadata["error_count"].value == layouts.metadata["warning_count"].value == count
    shown = found["equations_shown"]
    assert (shown.passed, shown.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "x = 1 is too wide." in str(shown.metadata["findings"].value)
    # Nobody rehearsed these: to pass would be no truth.
    unchecked = found["scripts_rehearse"]
    assert (unchecked.passed, unchecked.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert unchecked.metadata["unchecked_count"].value == count


def test_what_an_llm_cost_is_told_by_scene_and_in_all(run: Run):
    usage = LlmUsage("some:model", 2, 1, 1000, 200, 0.0125)
    run.maker = _writing(lambda script: replace(script, origin="llm:some:model", llm_usage=usage))
    result = run()
    count = len(records.read_scene_scripts(run.store, SAMPLE))
    (metadata,) = (
        event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(catalog.SCENE_SCRIPTS)
    )
    assert metadata["llm_tokens"].value == 1200 * count
    assert metadata["llm_cost_usd"].value == pytest.approx(0.0125 * count)
    rows = metadata["scene_scripts"].value.records  # type: ignore[union-attr]
    assert {row.data["llm_cost_usd"] for row in rows} == {"0.012500"}
    assert {row.data["origin"] for row in rows} == {"llm:some:model"}
    versions = _data_versions(run)
    run.maker = _writing(lambda script: replace(script, origin="llm:some:model"))
    run()
    assert _data_versions(run) == versions, "what it cost is not what it holds"


def test_a_scene_that_fails_to_render_is_repaired_and_the_repair_remembered(run: Run):
    broken = WRITER.write(PAPER, SECTIONS[1])
    run.renderer = FakeRenderer({broken.manim_code: RenderError("exception", "boom", line=3)})

    def repair(script: SceneScript, failure: VideoError) -> SceneScript:
        return make_repaired(script, failure, "class Mended(Scene): ...")

    run.maker = FakeScriptMaker(WRITER.write, repair)
    result = run()
    check = run.checks(result)["all_scenes_rendered"]
    assert check.passed
    assert check.description is not None
    assert f"1 of them by a repair: {broken.id}" in check.description
    video = next(v for v in records.read_videos(run.store, SAMPLE) if v.scene_id == broken.id)
    assert video.repaired_script is not None
    assert video.script_key is not None
    assert run.store.get(video.script_key) == b"class Mended(Scene): ..."
    assert run.renderer.rendered.count(broken.id) == 2
    again = run.renderer = FakeRenderer(run.renderer.failures)
    run()
    assert again.rendered == []
    assert video in records.read_videos(run.store, SAMPLE)


SUBMITTED = SubmittedScene("S1", "A circle", "class Circle2(Scene): ...", scene_name="Circle2")


def _staleness(run: Run) -> dict[str, str]:
    graph = build_definitions(run.settings).resolve_asset_graph()
    resolver = CachingStaleStatusResolver(run.instance, graph, LoadingContextForTest(run.instance))
    return {
        asset: resolver.get_status(dg.AssetKey(asset), str(SAMPLE)).value
        for asset in catalog.ASSETS
    }


def test_submitted_scenes_take_the_place_of_written_ones_and_make_them_stale(run: Run):
    run()
    fresh = dict.fromkeys(catalog.ASSETS, "FRESH")
    assert _staleness(run) == fresh
    written = {video.section_id: video for video in records.read_videos(run.store, SAMPLE)}
    scenes = run.submissions.add(SAMPLE, [SUBMITTED, replace(SUBMITTED, section_id="gone")])
    observe_submissions(run.instance, SAMPLE, scenes)
    assert _staleness(run) == fresh | {"scene_scripts": "STALE"}
    run.renderer = FakeRenderer()
    assert run().success
    assert _staleness(run) == fresh
    (scene_id,) = run.renderer.rendered
    assert scene_id == submitted_scene_id(SUBMITTED)
    scripts = {
        script.section_id: script for script in records.read_scene_scripts(run.store, SAMPLE)
    }
    assert (scripts["S1"].origin, scripts["S2"].origin) == ("submitted", "template")
    observe_submissions(run.instance, SAMPLE, run.submissions.withdraw(SAMPLE))
    assert _staleness(run) == fresh | {"scene_scripts": "STALE"}
    run.renderer = FakeRenderer()
    run()
    assert run.renderer.rendered == []
    back = {video.section_id: video for video in records.read_videos(run.store, SAMPLE)}
    assert back == written


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
