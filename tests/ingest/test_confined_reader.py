"""A document is read in a process of its own, which may end badly."""

import time

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.confined_reader import ReaderLimits, read_confined
from arxiviz_pipeline.ingest.html.parser import parse_html
from tests.ingest.html.pages import PARAGRAPH, page, paragraph, section

PAGE = page(section("One", paragraph(PARAGRAPH)))
LONG_PAGE = page(section("One", paragraph(PARAGRAPH) * 20_000))
MIB = 1024**2


def test_a_confined_reader_reads_what_the_reader_itself_does():
    assert read_confined(PAGE, "html", "url") == parse_html(PAGE, "url")


def test_a_refusal_comes_back_as_the_reader_told_it():
    with pytest.raises(PaperFormatError, match="the-page"):
        read_confined(b"<p>short", "html", "the-page")


def test_a_reader_that_takes_too_long_is_ended():
    started = time.monotonic()
    with pytest.raises(PaperFormatError, match=r"Reading url as html was not done after 0\.1 s"):
        read_confined(LONG_PAGE, "html", "url", ReaderLimits(seconds=0.1))
    assert time.monotonic() - started < 5


def test_a_reader_that_computes_too_long_is_ended():
    attributes = " ".join(f"a{number}=1" for number in range(100_000))  # libxml2 compares them all
    with pytest.raises(PaperFormatError, match="was killed"):
        read_confined(
            f"<p {attributes}>".encode(), "html", "url", ReaderLimits(processor_seconds=1)
        )


def test_a_reader_that_takes_too_much_memory_is_ended():
    limits = ReaderLimits(memory_bytes=80 * MIB)
    assert read_confined(PAGE, "html", "url", limits).sections
    with pytest.raises(PaperFormatError, match="url"):
        read_confined(LONG_PAGE, "html", "url", limits)


def test_an_answer_that_is_too_large_is_refused():
    with pytest.raises(PaperFormatError, match="html reader"):
        read_confined(LONG_PAGE, "html", "url", ReaderLimits(answer_bytes=MIB))
