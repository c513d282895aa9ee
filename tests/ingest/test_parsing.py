import os
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError, PaperNotFoundError
from arxiviz_pipeline.domain.models import Paper, PaperDocument
from arxiviz_pipeline.ingest.html.document import LARGEST_PAGE_BYTES
from arxiviz_pipeline.ingest.parsing import DocumentFormat, parse_file, split_into_sections
from tests.ingest.html.pages import page, paragraph, section

PAGE = page(section("One", paragraph("Text.")))


def document(content: bytes, media_type: str) -> PaperDocument:
    paper = Paper("2601.00001", 1, "On Averages", (), "", "", (), None, None, None, "", "", "html")
    return PaperDocument(paper, content, media_type, "https://example.org/page")


@pytest.mark.parametrize(
    "media_type", ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"]
)
def test_html_documents_are_split(media_type: str):
    assert [part.title for part in split_into_sections(document(PAGE, media_type))] == ["One"]


@pytest.mark.parametrize("media_type", ["application/pdf", "application/gzip", ""])
def test_other_documents_are_refused(media_type: str):
    with pytest.raises(PaperFormatError, match="only HTML can be read so far"):
        split_into_sections(document(PAGE, media_type))


@pytest.mark.parametrize("name", ["page.html", "page.HTM", "page.xhtml", "page"])
def test_a_file_is_parsed(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(PAGE)
    assert parse_file(tmp_path / name).title == "On Averages"
    assert parse_file(tmp_path / name, "html").sections[0].content == "Text."


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("paper.tex", b"\\documentclass{article}", "is latex; only html can be read so far"),
        ("source.tar.gz", b"\x1f\x8b\x08", "is latex"),
        ("paper.pdf", b"%PDF-1.7", "is pdf"),
        ("page.html", b"%PDF-1.7", "is pdf"),
        ("page.html", b"", "is empty"),
        ("page.html", b" \n", "is empty"),
    ],
)
def test_files_that_are_no_page_are_refused(tmp_path: Path, name: str, content: bytes, told: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PaperFormatError, match=told):
        parse_file(tmp_path / name)


@pytest.mark.parametrize("document_format", ["latex", "pdf"])
def test_a_format_that_cannot_be_read_is_refused_whatever_the_file(
    tmp_path: Path, document_format: DocumentFormat
):
    (tmp_path / "page.html").write_bytes(PAGE)
    with pytest.raises(PaperFormatError, match=f"is {document_format}; only html"):
        parse_file(tmp_path / "page.html", document_format)


def test_a_missing_file_is_not_found(tmp_path: Path):
    with pytest.raises(PaperNotFoundError, match="No such file"):
        parse_file(tmp_path / "page.html")


def test_an_unopenable_name_is_not_found():
    with pytest.raises(PaperNotFoundError):
        parse_file(Path("page\0.html"))


def test_a_folder_is_no_page(tmp_path: Path):
    with pytest.raises(PaperFormatError, match="is not a file"):
        parse_file(tmp_path)


def test_an_oversize_file_is_not_even_read(tmp_path: Path):
    huge = tmp_path / "page.html"
    with huge.open("wb") as file:
        os.truncate(file.fileno(), LARGEST_PAGE_BYTES + 1)
    with pytest.raises(PaperFormatError, match="at most 52428800 can be read"):
        parse_file(huge)
