from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument, SourceFormat
from arxiviz_pipeline.ingest.best_document import BestDocument
from arxiviz_pipeline.ingest.parsing import split_into_sections
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from tests.ingest.arxiv.answers import atom_entry, atom_feed
from tests.ingest.html.pages import PARAGRAPH, page, paragraph, section


def save(folder: Path, name: str, version: str | None = None, title: str = "On Averages") -> Path:
    paper = folder / name
    paper.mkdir(parents=True)
    (paper / "page.html").write_bytes(page(section("One", paragraph(PARAGRAPH)), title=title))
    if version is not None:
        (paper / "metadata.xml").write_bytes(atom_feed(atom_entry(version, title=title)))
    return paper


def fetched_title(folder: Path, asked: str) -> str:
    return SavedPapers(folder).describe(ArxivId.parse(asked)).title


def saved_document(folder: Path, asked: str, source_format: SourceFormat) -> PaperDocument:
    saved = SavedPapers(folder)
    return saved.document(saved.describe(ArxivId.parse(asked)), source_format)


def test_a_saved_page_is_found(tmp_path: Path):
    saved = save(tmp_path, "2601.00001", "2601.00001v2")
    document = saved_document(tmp_path, "2601.00001", "html")
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


def test_without_metadata_nothing_but_the_id_is_known(tmp_path: Path):
    save(tmp_path, "2601.00001v4")
    paper = SavedPapers(tmp_path).describe(ArxivId.parse("2601.00001v4"))
    assert (paper.title, paper.authors, paper.abstract) == ("", (), "")
    assert (paper.version, paper.published, paper.categories) == (4, None, ())


def test_a_paper_that_is_not_saved_is_not_found(tmp_path: Path):
    with pytest.raises(PaperNotFoundError, match=r"2601\.00001 is not among the papers saved in"):
        fetched_title(tmp_path, "2601.00001")
    with pytest.raises(PaperNotFoundError, match=r"The folder '.*nowhere' .* does not exist"):
        fetched_title(tmp_path / "nowhere", "2601.00001")


@pytest.mark.parametrize(
    ("name", "source_format", "media_type"),
    [
        ("page.html", "html", "text/html"),
        ("page.xhtml", "html", "application/xhtml+xml"),
        ("source.tar.gz", "latex", "application/gzip"),
        ("source.gz", "latex", "application/gzip"),
        ("source.tex", "latex", "application/x-tex"),
        ("paper.pdf", "pdf", "application/pdf"),
    ],
)
def test_each_format_has_its_file(
    tmp_path: Path, name: str, source_format: SourceFormat, media_type: str
):
    (tmp_path / "2601.00001").mkdir()
    (tmp_path / "2601.00001" / name).write_bytes(b"content")
    document = saved_document(tmp_path, "2601.00001", source_format)
    assert (document.content, document.media_type) == (b"content", media_type)
    assert document.paper.source_format == source_format


def test_the_abstract_is_that_of_the_metadata(tmp_path: Path):
    save(tmp_path, "2601.00001", "2601.00001v2")
    document = saved_document(tmp_path, "2601.00001", "abstract")
    assert document.content.decode() == document.paper.abstract != ""


@pytest.mark.parametrize(
    ("source_format", "told"),
    [
        ("html", r"There is no page\.html or page\.xhtml in '.*2601\.00001'"),
        ("ar5iv", r"There is no page\.html of ar5iv's"),
        ("latex", r"source\.tar\.gz or source\.gz"),
        ("pdf", r"paper\.pdf"),
        ("abstract", r"metadata\.xml with an abstract"),
    ],
)
def test_what_is_not_saved_is_named(tmp_path: Path, source_format: SourceFormat, told: str):
    (tmp_path / "2601.00001").mkdir()
    with pytest.raises(PaperFormatError, match=told):
        saved_document(tmp_path, "2601.00001", source_format)


@pytest.mark.parametrize(
    "metadata", [b"", b"<html/>", atom_feed(), atom_feed(atom_entry("2601.00002v1"))]
)
def test_metadata_of_something_else_is_malformed(tmp_path: Path, metadata: bytes):
    saved = save(tmp_path, "2601.00001")
    (saved / "metadata.xml").write_bytes(metadata)
    with pytest.raises(MalformedAnswerError, match=r"metadata\.xml"):
        fetched_title(tmp_path, "2601.00001")


@pytest.mark.parametrize(
    ("asked", "version", "source_format", "section_count"),
    [
        ("1706.03762", 7, "html", 29),
        ("1706.03762v7", 7, "html", 29),
        ("astro-ph/0001197", 1, "html", 7),
        ("cs/9901011", None, "html", 13),
        ("math/0303005", 1, "latex", 1),
    ],
)
def test_real_saved_papers_are_fetched(
    shared_papers: Path,
    asked: str,
    version: int | None,
    source_format: SourceFormat,
    section_count: int,
):
    document = BestDocument([SavedPapers(shared_papers)]).fetch(ArxivId.parse(asked))
    assert (document.paper.version, document.paper.source_format) == (version, source_format)
    assert len(split_into_sections(document)) == section_count
