from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperNotFoundError,
    PaperSourceError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper
from arxiviz_pipeline.ingest.arxiv.atom import (
    LARGEST_ANSWER_BYTES,
    has_entry,
    hints_at_withdrawal,
    parse_atom,
)
from tests.ingest.arxiv.answers import atom_entry, atom_feed


def read(content: bytes, asked: str) -> Paper:
    url = f"https://arxiv.org/html/{asked}"
    return parse_atom(content, ArxivId.parse(asked), html_url=url, source_format="html")


def test_an_answer_becomes_a_paper():
    paper = read(atom_feed(atom_entry("2601.00001v3")), "2601.00001")
    assert paper == Paper(
        arxiv_id="2601.00001",
        version=3,
        title="On Averages",
        authors=("Ada Lovelace",),
        abstract="Why averaging works.",
        primary_category="math.PR",
        categories=("math.PR", "stat.ME"),
        published=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        updated=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        licence=None,
        pdf_url="https://arxiv.org/pdf/2601.00001v3",
        html_url="https://arxiv.org/html/2601.00001",
        source_format="html",
    )


@pytest.mark.parametrize(
    ("name", "asked", "version", "title_starts", "author_count", "primary_category"),
    [
        ("api_1706.03762", "1706.03762", 7, "Attention", 8, "cs.CL"),
        ("single_1605.08386", "1605.08386v1", 1, "Heat-bath random walks", 2, "math.CO"),
        (
            "oldstyle_versioned_quant-ph_0201082v1",
            "quant-ph/0201082v1",
            1,
            "Quantum",
            1,
            "quant-ph",
        ),
        ("versioned_2104.12255v1", "2104.12255v1", 1, "0", 1, "cs.CR"),
        ("two_ids_first_notfound", "1707.08567", 1, "Proceedings of", 34, "cs.IT"),
    ],
)
def test_recorded_answers_are_read(
    shared_papers: Path,
    name: str,
    asked: str,
    version: int,
    title_starts: str,
    author_count: int,
    primary_category: str,
):
    paper = read((shared_papers / f"responses/atom/{name}.xml").read_bytes(), asked)
    assert (paper.version, paper.primary_category) == (version, primary_category)
    assert paper.title.startswith(title_starts)
    assert len(paper.authors) == author_count
    assert paper.abstract == " ".join(paper.abstract.split())
    assert paper.published is not None
    assert paper.published.tzinfo is not None


@pytest.mark.parametrize("name", ["notfound_0000.0000", "api_zero_results"])
def test_an_answer_without_entries_means_that_there_is_no_such_paper(
    shared_papers: Path, name: str
):
    content = (shared_papers / f"responses/atom/{name}.xml").read_bytes()
    with pytest.raises(PaperNotFoundError, match="no paper 2601.00001"):
        read(content, "2601.00001")


def test_the_error_entry_for_a_malformed_id_is_told(shared_papers: Path):
    content = (shared_papers / "responses/atom/error_malformed_id_abc_HTTP400.xml").read_bytes()
    with pytest.raises(InvalidArxivIdError, match="incorrect id format for abc"):
        read(content, "2601.00001")


def test_another_version_than_asked_for_is_not_the_paper():
    with pytest.raises(VersionNotFoundError, match="answers with version 2"):
        read(atom_feed(atom_entry("2601.00001v2")), "2601.00001v9")


def test_an_answer_about_another_paper_is_malformed():
    with pytest.raises(MalformedAnswerError, match="answered about .*2601.00002v1"):
        read(atom_feed(atom_entry("2601.00002v1")), "2601.00001")


def test_several_entries_are_searched_for_the_one_asked_for():
    feed = atom_feed(atom_entry("2601.00002v1"), atom_entry("2601.00001v4"))
    assert read(feed, "2601.00001").version == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no complete XML"),
        (b"Rate exceeded.", "Rate exceeded"),
        (atom_feed(atom_entry("2601.00001v1"))[:200], "no complete XML"),
        (b"<html><body>Welcome</body></html>", "'html' where .*feed"),
        (atom_feed(atom_entry("2601.00001v1", title="")), "names no title"),
        (atom_feed(atom_entry("2601.00001v1", author=" ")), "names no author"),
        (atom_feed(atom_entry("2601.00001v1").replace("2026-01-02", "soon")), "'published'"),
        (atom_feed(atom_entry("2601.00001v1").replace("05Z", "05")), "without a time zone"),
        (atom_feed("<entry><id>http://arxiv.org/abs/what</id></entry>"), "answered about"),
        (b" " * (LARGEST_ANSWER_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_answer_about_the_paper_is_refused(content: bytes, told: str):
    with pytest.raises(MalformedAnswerError, match=told):
        read(content, "2601.00001")


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    declared = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    entry = atom_entry("2601.00001v1", title="Title &x;")
    content = atom_feed(entry).replace(b"<feed", declared.encode() + b"<feed", 1)
    assert "secret" not in read(content, "2601.00001").title


@pytest.mark.parametrize(
    ("entry", "hinted"),
    [
        ({"comment": "This paper has been withdrawn"}, True),
        ({"comment": "Withdrawn by the authors due to an error in Lemma 2"}, True),
        ({"comment": "15 pages, 5 figures"}, False),
        ({"abstract": "This article was withdrawn by its author."}, True),
        ({"abstract": "Withdrawn."}, True),
        ({"abstract": "The authors have withdrawn this work."}, True),
        ({"abstract": "We study the withdrawal of a drug. Cash was withdrawn."}, False),
        ({"links": '<link href="https://arxiv.org/abs/2601.00001v1" type="text/html"/>'}, True),
        ({"links": '<link href="https://arxiv.org/pdf/2601.00001v1" title="pdf"/>'}, False),
        ({}, False),
    ],
)
def test_a_withdrawal_is_hinted_at(entry: dict[str, str], hinted: bool):
    feed = atom_feed(atom_entry("2601.00001v1", **entry))
    assert hints_at_withdrawal(feed, ArxivId("2601.00001")) is hinted


@pytest.mark.parametrize("name", ["api_1706.03762", "two_ids_first_notfound"])
def test_recorded_papers_are_not_withdrawn(shared_papers: Path, name: str):
    content = (shared_papers / f"responses/atom/{name}.xml").read_bytes()
    asked = ArxivId("1706.03762" if "1706" in name else "1707.08567")
    assert has_entry(content, asked)
    assert not hints_at_withdrawal(content, asked)


@pytest.mark.parametrize("blank", ["<entry/>", "<entry><id/></entry>"])
def test_an_empty_entry_is_none(blank: str):
    with pytest.raises(PaperNotFoundError, match="no paper"):
        read(atom_feed(blank), "2601.00001")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 700))
def test_any_bytes_are_read_or_refused(junk: bytes, place: int):
    feed = atom_feed(atom_entry("2601.00001v1"))
    for content in (junk, feed[:place] + junk + feed[place:]):
        try:
            read(content, "2601.00001")
            hints_at_withdrawal(content, ArxivId("2601.00001"))
        except (PaperSourceError, InvalidArxivIdError):
            continue
