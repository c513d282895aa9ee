"""What assets hold comes back as it was written, from either store."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, Section, Video, VideoError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.folder_store import FolderStore
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
    complete = library.add(VIDEO, make_rendered(b"0123"))
    assert (complete.status, complete.size_bytes) == ("complete", 4)
    assert library.find("v-1") == complete
    assert complete.poster_key is not None
    assert store.get(complete.poster_key) == b"jpg"
    assert complete.key is not None
    store.delete(complete.key)
    assert library.find("v-1") is None
