from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import MalformedAnswerError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.oai import (
    SubmittedVersion,
    read_licence,
    read_versions,
    record_url,
)
from tests.ingest.arxiv.answers import LICENCE, oai_record, oai_versions

ASKED = ArxivId("2601.00001", 2)


def test_one_record_is_asked_for_all_versions():
    assert record_url("https://example.org/oai", ArxivId("math/0309136", 2), "arXiv") == (
        "https://example.org/oai?verb=GetRecord"
        "&identifier=oai:arXiv.org:math/0309136&metadataPrefix=arXiv"
    )


@pytest.mark.parametrize("name", ["oai_arxiv_1706.03762", "oai_raw_1706.03762"])
def test_a_recorded_licence_is_read(shared_papers: Path, name: str):
    content = (shared_papers / f"responses/oai/{name}.xml").read_bytes()
    licence = read_licence(content, ArxivId("1706.03762"))
    assert licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def test_recorded_versions_are_read(shared_papers: Path):
    content = (shared_papers / "responses/oai/oai_raw_1706.03762.xml").read_bytes()
    versions = read_versions(content, ArxivId("1706.03762"))
    assert versions == tuple(SubmittedVersion(number, is_withdrawn=False) for number in range(1, 8))


def test_a_version_without_files_is_withdrawn():
    record = oai_versions("2601.00001", "DA", "I").body
    assert read_versions(record, ASKED) == (SubmittedVersion(1, False), SubmittedVersion(2, True))


@pytest.mark.parametrize("inside", ["", "<license/>", "<license> </license>"])
def test_a_paper_may_have_no_licence(inside: str):
    assert read_licence(oai_record("2601.00001", inside).body, ASKED) is None


ERROR = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    b'<error code="idDoesNotExist">No such paper</error></OAI-PMH>'
)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (ERROR, "idDoesNotExist No such paper"),
        (oai_record("2601.00002", "").body, "answers about 'oai:arXiv.org:2601.00002'"),
        (b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>', "without any"),
        (b"<html/>", "'html' where"),
        (b"", "no complete XML"),
        (b" " * 5_000_000, "bytes"),
    ],
)
def test_what_is_no_record_of_the_paper_is_refused(content: bytes, told: str):
    with pytest.raises(MalformedAnswerError, match=told):
        read_licence(content, ASKED)


def test_a_record_without_versions_tells_of_none():
    with pytest.raises(MalformedAnswerError, match="tells of no versions"):
        read_versions(oai_record("2601.00001", f"<license>{LICENCE}</license>").body, ASKED)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_are_read_or_refused(junk: bytes, place: int):
    record = oai_versions("2601.00001", "D").body
    for content in (junk, record[:place] + junk + record[place:]):
        try:
            read_licence(content, ASKED)
            read_versions(content, ASKED)
        except MalformedAnswerError:
            continue
