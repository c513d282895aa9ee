import os
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError, PaperNotFoundError
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.ingest.parsing import (
    LARGEST_DOCUMENT_BYTES,
    parse_file,
    split_into_sections,
)
from tests.ingest.html.pages import page, paragraph, section
from tests.ingest.latex.payloads import gzipped

PAGE = page(section("One", paragraph("Text.")))


SOURCE = b"""\\documentclass{article}\\title{On Averages}\\begin{document}\\maketitle
\\section{One} Text. \\end{document}
"""


def document(content: bytes, source_format: SourceFormat) -> PaperDocument:
    paper = Paper("2601.00001", 1, "", (), "", "", (), None, None, None, "", "", source_format)
    return PaperDocument(paper, content, "", "https://example.org/document")


@pytest.mark.parametrize(
    ("source_format", "content", "titles"),
    [
        ("html", PAGE, ["One"]),
        ("ar5iv", PAGE, ["One"]),
        ("latex", SOURCE, ["One"]),
        ("latex", gzipped(SOURCE), ["One"]),
        ("latex", gzipped(PAGE), ["One"]),  # authors may submit pages
        ("abstract", b"Text.", ["Abstract"]),
    ],
)
def test_a_document_is_split_as_its_format_asks(
    source_format: SourceFormat, content: bytes, titles: list[str]
):
    sections = split_into_sections(document(content, source_format))
    assert [part.title for part in sections] == titles


@pytest.mark.parametrize("source_format", ["html", "latex", "pdf", "abstract"])
def test_a_document_that_is_not_what_it_should_be_is_refused(source_format: SourceFormat):
    with pytest.raises(PaperFormatError):
        split_into_sections(document(b" \n ", source_format))


@pytest.mark.parametrize("name", ["page.html", "page.HTM", "page.xhtml", "page"])
def test_a_file_is_parsed(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(PAGE)
    assert parse_file(tmp_path / name).title == "On Averages"
    assert parse_file(tmp_path / name, "html").sections[0].content == "Text."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paper.tex", SOURCE),
        ("paper", SOURCE),
        ("source.gz", gzipped(SOURCE)),
        ("page.html", gzipped(SOURCE)),
        ("page", PAGE),
        ("page.xhtml", PAGE),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    paper = parse_file(tmp_path / name)
    assert (paper.title, [part.title for part in paper.sections]) == ("On Averages", ["One"])


def test_a_format_that_is_named_counts_more_than_the_file(tmp_path: Path):
    (tmp_path / "page.html").write_bytes(SOURCE)
    assert parse_file(tmp_path / "page.html", "latex").title == "On Averages"
    with pytest.raises(PaperFormatError, match=r"page\.html"):
        parse_file(tmp_path / "page.html", "pdf")


def test_a_file_of_no_known_kind_is_refused(tmp_path: Path):
    (tmp_path / "junk").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(PaperFormatError, match="no page, no LaTeX source"):
        parse_file(tmp_path / "junk")


def test_a_page_in_utf_16_is_read(tmp_path: Path):
    (tmp_path / "page").write_bytes(PAGE.decode().encode("utf-16"))
    assert parse_file(tmp_path / "page").title == "On Averages"


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "page.html").write_bytes(content)
    with pytest.raises(PaperFormatError, match="is empty"):
        parse_file(tmp_path / "page.html")


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
        os.truncate(file.fileno(), LARGEST_DOCUMENT_BYTES + 1)
    with pytest.raises(PaperFormatError, match="at most 104857600 can be read"):
        parse_file(huge)
