"""What assets hold comes back as it was written, from either store."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.domain.models import (
    Attempt,
    Beat,
    Check,
    Finding,
    Paper,
    PaperDocument,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.repairs import REPAIRS_REVISION
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.folder_locks import FolderLocks
from arxiviz_pipeline.storage.folder_store import FolderStore
from arxiviz_pipeline.storage.submissions import StoredSubmissions
from arxiviz_pipeline.storage.video_library import StoredVideos
from tests.fakes import make_rendered, make_script

PAPER_ID = ArxivId.parse("math/0309136v1")
PAPER = Paper(
    arxiv_id="math/0309136v1",
    version=1,
    title="On Łukasiewicz",
    authors=("A. One", "B. Two"),
    abstract="We show $x$.",
    primary_category="math.GT",
    categories=("math.GT", "math.AT"),
    published=datetime(2003, 9, 8, 12, tzinfo=UTC),
    updated=None,
    licence=None,
    pdf_url="https://arxiv.org/pdf/math/0309136v1",
    html_url="https://arxiv.org/html/math/0309136v1",
    source_format="html",
)
SECTIONS = [
    Section("S1", "One $x$", 1, 0, None, "body", "Text\n\n$$a$$", ("a", "b")),
    Section("S1.SS1", "Two", 2, 1, "S1", "appendix", "", ()),
]
VIDEO = Video("v-1", "S1", "s1", "One", "pending", "low", "fake-1")


def test_a_document_comes_back(store: ObjectStore):
    document = PaperDocument(PAPER, b"<html>\xff", "text/html", "https://example.org/x")
    records.write_document(store, PAPER_ID, document)
    assert records.read_document(store, PAPER_ID) == document
    assert records.read_paper(store, PAPER_ID) == PAPER


@pytest.mark.parametrize("sections", [SECTIONS, SECTIONS[:1], []])
def test_sections_come_back(store: ObjectStore, sections: list[Section]):
    records.write_sections(store, PAPER_ID, sections)
    assert records.read_sections(store, PAPER_ID) == sections


def test_scripts_and_videos_come_back(store: ObjectStore):
    scripts = [make_script("a"), make_script("b", code="class A: '''\\n\"'''")]
    records.write_scene_scripts(store, PAPER_ID, scripts)
    assert records.read_scene_scripts(store, PAPER_ID) == scripts
    failed = replace(VIDEO, status="failed", error=VideoError("latex", "refused", 3))
    records.write_videos(store, PAPER_ID, [VIDEO, failed])
    assert records.read_videos(store, PAPER_ID) == [VIDEO, failed]


def _repaired_script() -> SceneScript:
    finding = Finding("overlap", "Two texts overlap.", "warning", at_seconds=2.5)
    return replace(
        make_script("c", code="class A: π"),
        checks=(Check("layout", True, "One finding.", (finding,)),),
        concept_type="derivation",
        attempts=(Attempt(Finding("latex", "refused", line=3), "3: x", "mends", ("y",), True),),
        llm_usage=LlmUsage("some:model", 2, 1, 1000, 200, 0.01),
    )


def test_what_gates_and_writers_told_comes_back(store: ObjectStore):
    script = _repaired_script()
    records.write_scene_scripts(store, PAPER_ID, [script])
    assert records.read_scene_scripts(store, PAPER_ID) == [script]
    video = replace(VIDEO, repaired_script=script)
    records.write_videos(store, PAPER_ID, [video])
    assert records.read_videos(store, PAPER_ID) == [video]


def test_scripts_of_former_versions_are_read_without_the_checks_of_then(tmp_path: Path):
    former = {
        "id": "s1",
        "section_id": "S1",
        "concept": "One",
        "storyboard": [{"narration": "Hello.", "seconds": 2.0, "shows": "title"}],
        "manim_code": "class A(Scene): ...",
        "scene_name": "A",
        "origin": "template",
        "checks": [{"name": "formula compiles", "passed": False, "message": "x_ is refused"}],
    }
    store = FolderStore(tmp_path)
    key = catalog.scene_scripts_key(PAPER_ID)
    store.put(key, json.dumps([former]).encode(), content_type="application/json")
    (script,) = records.read_scene_scripts(store, PAPER_ID)
    assert (script.manim_code, script.checks) == ("class A(Scene): ...", ())
    assert (script.concept_type, script.attempts, script.llm_usage) == ("key_points", (), None)


def test_videos_of_former_versions_are_read(tmp_path: Path):
    store = FolderStore(tmp_path)
    former = b'[{"id": "v", "section_id": "S1", "scene_id": "s1", "concept": "One", '
    former += b'"status": "complete", "quality": "low", "renderer": "local-1", "key": "v.mp4"}]'
    store.put(catalog.videos_key(PAPER_ID), former, content_type="application/json")
    (video,) = records.read_videos(store, PAPER_ID)
    assert (video.key, video.repaired_script, video.script_key) == ("v.mp4", None, None)
    assert video.notices == ()


SCENES = [
    SubmittedScene("S1", "A circle", "class A(Scene): 'é'", (Beat("Said.", 1.5, "shown"),), "A"),
    SubmittedScene("S1.SS1", "A square", "class B(Scene): ..."),
]


def test_what_is_handed_in_is_kept_and_can_be_taken_back(store: ObjectStore, tmp_path: Path):
    shelf = StoredSubmissions(store, FolderLocks(tmp_path / "locks"))
    assert shelf.read(PAPER_ID) == []
    assert shelf.add(PAPER_ID, SCENES) == shelf.read(PAPER_ID) == SCENES
    newer = replace(SCENES[0], manim_code="class C(Scene): ...")
    assert shelf.add(PAPER_ID, [newer]) == [SCENES[1], newer]
    assert shelf.withdraw(PAPER_ID, "S1") == shelf.read(PAPER_ID) == [SCENES[1]]
    assert shelf.withdraw(PAPER_ID) == shelf.read(PAPER_ID) == []


def test_submissions_at_one_instant_lose_nothing(tmp_path: Path):
    store = FolderStore(tmp_path / "objects")

    def hand_in(number: int) -> None:
        # Each with a lock of its own, as processes have.
        shelf = StoredSubmissions(store, FolderLocks(tmp_path / "locks"))
        shelf.add(PAPER_ID, [replace(SCENES[0], section_id=f"S{number}")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hand_in, range(24)))
    kept = StoredSubmissions(store, FolderLocks(tmp_path / "locks")).read(PAPER_ID)
    assert sorted(scene.section_id for scene in kept) == sorted(f"S{n}" for n in range(24))


def test_a_folder_that_takes_no_locks_is_told(tmp_path: Path):
    (tmp_path / "locks").write_text("a file where the folder should be")
    shelf = StoredSubmissions(FolderStore(tmp_path / "objects"), FolderLocks(tmp_path / "locks"))
    with pytest.raises(StorageUnavailableError, match="ARXIVIZ_HOME"):
        shelf.add(PAPER_ID, SCENES)


def test_what_was_never_written_is_not_found(store: ObjectStore):
    with pytest.raises(ObjectNotFoundError):
        records.read_sections(store, PAPER_ID)


def test_two_versions_of_a_paper_do_not_share_records(store: ObjectStore):
    records.write_sections(store, PAPER_ID, SECTIONS)
    with pytest.raises(ObjectNotFoundError):
        records.read_sections(store, PAPER_ID.with_version(2))


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_TEXT, content=_TEXT, equations=st.lists(_TEXT, max_size=3))
def test_any_text_survives_parquet(tmp_path, title: str, content: str, equations: list[str]):
    section = Section("S1", title, 1, 0, None, "body", content, tuple(equations))
    store = FolderStore(tmp_path)
    records.write_sections(store, PAPER_ID, [section])
    assert records.read_sections(store, PAPER_ID) == [section]


def test_a_video_is_found_once_all_its_files_are_there(store: ObjectStore):
    library = StoredVideos(store)
    assert library.find("v-1") is None
    complete = library.add(VIDEO, make_script("a", code="class A: 'é'"), make_rendered(b"0123"))
    assert (complete.status, complete.size_bytes) == ("complete", 4)
    assert library.find("v-1") == complete
    assert complete.notices == ("Another font was taken.",)
    assert complete.poster_key is not None
    assert store.get(complete.poster_key) == b"jpg"
    assert complete.script_key is not None
    assert store.get(complete.script_key).decode() == "class A: 'é'"
    assert complete.key is not None
    store.delete(complete.key)
    assert library.find("v-1") is None


def test_a_repair_is_remembered_and_may_change(store: ObjectStore):
    library = StoredVideos(store)
    assert library.find_repair("v-1") is None
    library.keep_repair("v-1", _repaired_script())
    assert library.find_repair("v-1") == _repaired_script()
    library.keep_repair("v-1", make_script("a"))
    assert library.find_repair("v-1") == make_script("a")


def test_a_repair_by_a_former_revision_of_the_repairs_is_made_anew(store: ObjectStore):
    library = StoredVideos(store)
    library.keep_repair("v-1", _repaired_script())
    content = store.get(catalog.repair_key("v-1"))
    store.delete(catalog.repair_key("v-1"))
    for former in ("repairs/v-1.json", f"repairs/v-1-r{REPAIRS_REVISION - 1}.json"):
        store.put(former, content, content_type="application/json")
    assert library.find_repair("v-1") is None


def test_a_repair_of_another_version_is_as_good_as_none(store: ObjectStore):
    key = catalog.repair_key("v-1")
    store.put(key, b'{"manim_code": 1}', content_type="application/json")
    assert StoredVideos(store).find_repair("v-1") is None
