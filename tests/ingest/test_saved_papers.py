from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.parsing import split_into_sections
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from tests.ingest.html.pages import PARAGRAPH, atom_entry, atom_feed, page, paragraph, section


def save(folder: Path, name: str, version: str | None = None, title: str = "On Averages") -> Path:
    paper = folder / name
    paper.mkdir(parents=True)
    (paper / "page.html").write_bytes(page(section("One", paragraph(PARAGRAPH)), title=title))
    if version is not None:
        (paper / "metadata.xml").write_bytes(atom_feed(atom_entry(version, title=title)))
    return paper


def fetched_title(folder: Path, asked: str) -> str:
    return SavedPapers(folder).fetch(ArxivId.parse(asked)).paper.title


def test_a_saved_paper_is_fetched(tmp_path: Path):
    saved = save(tmp_path, "2601.00001", "2601.00001v2")
    document = SavedPapers(tmp_path).fetch(ArxivId.parse("2601.00001"))
    assert document.paper.title == "On Averages"
    assert (document.paper.arxiv_id, document.paper.version) == ("2601.00001", 2)
    assert document.paper.source_format == "html"
    assert document.content == (saved / "page.html").read_bytes()
    assert document.media_type == "text/html"
    assert document.url == (saved / "page.html").as_uri()
    assert [part.title for part in split_into_sections(document)] == ["One"]


def test_old_ids_are_saved_with_an_underscore(tmp_path: Path):
    save(tmp_path, "math_0309136", "math/0309136v1")
    assert fetched_title(tmp_path, "math/0309136") == "On Averages"


def test_a_version_is_found_in_the_folder_without_one(tmp_path: Path):
    save(tmp_path, "2601.00001", "2601.00001v2")
    assert fetched_title(tmp_path, "2601.00001v2") == "On Averages"
    with pytest.raises(PaperNotFoundError, match=r"2601\.00001v1 is not among"):
        fetched_title(tmp_path, "2601.00001v1")


def test_a_version_is_not_guessed_without_metadata(tmp_path: Path):
    save(tmp_path, "2601.00001")
    with pytest.raises(PaperNotFoundError):
        fetched_title(tmp_path, "2601.00001v1")


def test_an_id_without_version_finds_the_newest_saved(tmp_path: Path):
    for version in (2, 10, 9):
        save(tmp_path, f"2601.00001v{version}", f"2601.00001v{version}", title=f"v{version}")
    assert fetched_title(tmp_path, "2601.00001") == "v10"
    save(tmp_path, "2601.00001", "2601.00001v9", title="bare")
    assert fetched_title(tmp_path, "2601.00001") == "bare"
    assert fetched_title(tmp_path, "2601.00001v2") == "v2"


def test_without_metadata_the_page_tells(tmp_path: Path):
    save(tmp_path, "2601.00001v4", title="As the Page Has It")
    paper = SavedPapers(tmp_path).fetch(ArxivId.parse("2601.00001v4")).paper
    assert (paper.title, paper.authors) == ("As the Page Has It", ("Ada Lovelace",))
    assert (paper.version, paper.published, paper.categories) == (4, None, ())


@pytest.mark.parametrize("folder", [".", "no such folder"])
def test_a_paper_that_is_not_saved_is_not_found(tmp_path: Path, folder: str):
    with pytest.raises(PaperNotFoundError, match=r"2601\.00001 is not among the papers saved in"):
        fetched_title(tmp_path / folder, "2601.00001")


@pytest.mark.parametrize(
    ("present", "told"),
    [
        (("source.tar.gz", "paper.pdf"), r"there is source\.tar\.gz and paper\.pdf, which cannot"),
        ((), "no document at all"),
    ],
)
def test_a_paper_without_a_page_tells_what_is_there(
    tmp_path: Path, present: tuple[str, ...], told: str
):
    (tmp_path / "2601.00001").mkdir()
    for name in present:
        (tmp_path / "2601.00001" / name).write_bytes(b"content")
    with pytest.raises(PaperFormatError, match=rf"has no page\.html .*{told}"):
        fetched_title(tmp_path, "2601.00001")


@pytest.mark.parametrize(
    "metadata", [b"", b"<html/>", atom_feed(), atom_feed(atom_entry("2601.00002v1"))]
)
def test_metadata_of_something_else_is_malformed(tmp_path: Path, metadata: bytes):
    saved = save(tmp_path, "2601.00001")
    (saved / "metadata.xml").write_bytes(metadata)
    with pytest.raises(MalformedAnswerError, match=r"metadata\.xml"):
        fetched_title(tmp_path, "2601.00001")


@pytest.mark.parametrize(
    ("asked", "version", "section_count"),
    [
        ("1706.03762", 7, 29),
        ("1706.03762v7", 7, 29),
        ("astro-ph/0001197", 1, 7),
        ("cs/9901011", None, 13),
    ],
)
def test_real_saved_papers_are_fetched(
    shared_papers: Path, asked: str, version: int | None, section_count: int
):
    document = SavedPapers(shared_papers).fetch(ArxivId.parse(asked))
    assert document.paper.version == version
    assert len(split_into_sections(document)) == section_count
