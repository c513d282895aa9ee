"""Lists of records: which papers they name, and what else arXiv may answer."""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import ArxivizError, MalformedAnswerError, RateLimitedError
from arxiviz_pipeline.ingest.arxiv.harvest import (
    HarvestPage,
    ListRefusedError,
    TokenExpiredError,
    first_page_url,
    next_page_url,
    oai_set,
    parse_page,
    submitted_between,
)
from tests.ingest.arxiv.announced import (
    OAI_TYPE,
    deleted_record,
    open_client,
    page,
    record,
    refusal,
)
from tests.ingest.arxiv.replay_server import Reply, replay_server


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("math.NT", "math:math:NT"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("cond-mat.mes-hall", "physics:cond-mat:mes-hall"),
        ("physics.optics", "physics:physics:optics"),
        ("math-ph", "physics:math-ph"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("cs", "cs:cs"),
    ],
)
def test_a_category_has_a_set(category: str, expected: str):
    assert oai_set(category) == expected


def test_a_list_is_asked_for_by_set_and_day_and_gone_on_with_by_token_alone():
    first = urlsplit(first_page_url("https://o/oai", "cs.CL", date(2026, 1, 2)))
    assert parse_qs(first.query) == {
        "verb": ["ListRecords"],
        "metadataPrefix": ["arXivRaw"],
        "set": ["cs:cs:CL"],
        "from": ["2026-01-02"],
    }
    token = "verb%3DListRecords%26skip%3D2000|a b"
    following = urlsplit(next_page_url("https://o/oai", token))
    assert parse_qs(following.query) == {"verb": ["ListRecords"], "resumptionToken": [token]}


def test_a_recorded_record_tells_the_first_version_and_the_newest(shared_papers: Path):
    content = (shared_papers / "responses" / "oai" / "oai_raw_1706.03762.xml").read_bytes()
    listed = re.sub(rb"(</?)GetRecord>", rb"\1ListRecords>", content)
    (found,) = parse_page(listed, "cs.CL").papers
    assert found.submitted == date(2017, 6, 12)
    assert str(found.announcement.arxiv_id) == "1706.03762v7"
    assert found.announcement.announce_type == "new"
    assert found.announcement.categories == ("cs.CL", "cs.LG")
    assert found.announcement.title == "Attention Is All You Need"


def test_a_recorded_list_in_the_other_format_is_refused(shared_papers: Path):
    path = shared_papers / "responses" / "oai" / "listrecords_arxiv-physics-hep-th.xml"
    with pytest.raises(MalformedAnswerError, match="arXivRaw"):
        parse_page(path.read_bytes(), "hep-th")


def test_a_page_names_papers_and_where_it_goes_on():
    found = parse_page(
        page(
            [
                record("2601.00001", changed="2026-01-05"),
                record("2601.00002", categories="cs.LG cs.CL", changed="2026-03-12", versions=3),
                deleted_record("2601.00003", changed="2026-03-13"),
                record("no id"),
            ],
            token="x|1",
        ),
        "cs.CL",
    )
    types = {str(p.announcement.arxiv_id): p.announcement.announce_type for p in found.papers}
    assert types == {"2601.00001v1": "new", "2601.00002v3": "cross"}
    assert found.token == "x|1"
    assert found.last_changed == date(2026, 3, 13)
    assert (found.deleted_count, found.unreadable_count) == (1, 1)


def test_the_papers_of_some_days_are_those_first_submitted_then():
    found = parse_page(
        page(
            [
                record("2512.00001", "Wed, 31 Dec 2025 23:59:59 GMT"),
                record("2601.00001", "Thu, 01 Jan 2026 00:00:00 GMT", versions=4),
                record("2601.00002", "Sat, 31 Jan 2026 23:59:59 GMT"),
                record("2602.00001", "Sun, 01 Feb 2026 00:00:00 GMT"),
                record("2602.00002", "Sun, 01 Feb 2026 00:30:00 +0100"),
            ]
        ),
        "cs.CL",
    )
    chosen = submitted_between(found.papers, date(2026, 1, 1), date(2026, 1, 31))
    assert [each.arxiv_id.number for each in chosen] == ["2601.00001", "2601.00002", "2602.00002"]


def test_a_paper_of_an_archive_is_new_in_it_whatever_its_category():
    (found,) = parse_page(page([record("2601.00001", categories="cs.LG")]), "cs").papers
    assert found.announcement.announce_type == "new"


def test_no_records_are_an_empty_page():
    assert parse_page(refusal("noRecordsMatch", "none"), "cs.CL") == HarvestPage()
    assert parse_page(page([deleted_record("2601.00003")]), "cs.CL").papers == ()


def test_a_token_that_expired_and_a_list_that_is_refused_are_told_apart():
    with pytest.raises(TokenExpiredError, match="cs.CL"):
        parse_page(refusal("badResumptionToken"), "cs.CL")
    with pytest.raises(ListRefusedError, match="cs:cs:XX"):
        parse_page(refusal("badArgument", "Set does not exist"), "cs.XX")


@pytest.mark.parametrize("content", [b"", b"<OAI-PMH/>", b"<html/>", page([])[:-20]])
def test_what_is_no_list_is_malformed(content: bytes):
    with pytest.raises(MalformedAnswerError):
        parse_page(content, "cs.CL")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100), st.integers(0, 900), st.integers(0, 900))
def test_no_page_raises_what_is_no_error_of_ours(inserted: bytes, start: int, left_out: int):
    whole = page([record("2601.00001"), deleted_record("2601.00002")], token="t")
    with suppress(ArxivizError):
        parse_page(whole[:start] + inserted + whole[start + left_out :], "cs.CL")


@settings(max_examples=50, deadline=None)
@given(st.text("0123456789: ,+-JanFriGMT", max_size=40), st.text("v0123456789", max_size=6))
def test_no_date_and_no_version_raises_what_is_no_error_of_ours(moment: str, version: str):
    content = page([record("2601.00001", moment), record("2601.00002").replace("v1", version)])
    with suppress(ArxivizError):
        parse_page(content, "cs.CL")


def test_pages_are_fetched_and_a_wait_that_arxiv_asks_for_is_told(tmp_path: Path):
    replies: dict[str, Reply | list[Reply]] = {
        "/oai": [
            Reply(page([record("2601.00001")], token="t"), OAI_TYPE),
            Reply(status=503, headers={"Retry-After": "30"}),
        ]
    }
    with replay_server(replies) as server:
        client = open_client(server, tmp_path)
        assert client.page("cs.CL", date(2026, 1, 1)).token == "t"
        with pytest.raises(RateLimitedError) as told:
            client.page("cs.CL", date(2026, 1, 1), "t")
        assert told.value.retry_after_seconds == 30
        assert "resumptionToken=t" in server.paths[1]
