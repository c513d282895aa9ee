from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.domain.models import SourceFormat
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.documents import content_of, media_type_of, seconds_fresh

DAY_SECONDS = 86_400
FORMATS: tuple[SourceFormat, ...] = ("html", "ar5iv", "latex", "pdf", "abstract")


def answer(content: bytes, status: int = 200, media_type: str = "text/html") -> Answer:
    return Answer("https://example.org/2601.00001v3", status, media_type, content, None)


@pytest.mark.parametrize(
    "paper",
    ["1706.03762", "1904.07818", "2401.00001", "2508.08468", "astro-ph_0001197", "cs_9901011"],
)
def test_recorded_pages_are_pages_and_stay_as_they_are(shared_papers: Path, paper: str):
    page = answer((shared_papers / paper / "page.html").read_bytes())
    assert media_type_of("html", page) == "text/html"
    assert content_of("html", page) == page.content


def test_every_recorded_source_is_one(shared_papers: Path):
    sources = sorted(shared_papers.glob("*/source*.gz"))
    assert sources
    for source in sources:
        assert media_type_of("latex", answer(source.read_bytes())) == "application/gzip"


def test_a_long_page_without_a_title_is_a_paper():
    page = answer(b"<title>Untitled Document</title><p>" + b"Averages narrow the spread. " * 100)
    assert media_type_of("ar5iv", page) == "text/html"


def test_a_document_is_kept_for_long_and_its_absence_for_a_day():
    assert seconds_fresh("pdf", answer(b"%PDF-1.7")) > 300 * DAY_SECONDS
    assert seconds_fresh("pdf", answer(b"no", status=404)) == DAY_SECONDS
    assert seconds_fresh("html", answer(b"not a page")) == DAY_SECONDS
    page = answer(b"<p>Averages</p>")
    assert seconds_fresh("html", page) > seconds_fresh("ar5iv", page) > DAY_SECONDS


@settings(max_examples=100, deadline=None)
@given(
    content=st.binary(max_size=200)
    | st.lists(
        st.sampled_from([b"<html>", b"<title>", b"Untitled Document", b"</title>", b"<", b"%PDF-"])
    ).map(b"".join),
    status=st.sampled_from([200, 204, 301, 404, 410, 418]),
    source_format=st.sampled_from(FORMATS),
)
def test_any_answer_is_a_document_or_refused(
    content: bytes, status: int, source_format: SourceFormat
):
    found = answer(content, status)
    try:
        assert media_type_of(source_format, found)
    except PaperFormatError as error:
        assert str(error).endswith(".")  # noqa: PT017 - both ways out are right
    content_of(source_format, found)
