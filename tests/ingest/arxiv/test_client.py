from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from arxiviz_pipeline import __version__
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    InvalidArxivIdError,
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument
from arxiviz_pipeline.ingest.arxiv.client import ArxivClient
from tests.ingest.arxiv.replay_server import ATOM, ReplayServer, Reply, replay_server
from tests.ingest.html.pages import PARAGRAPH, atom_entry, atom_feed, page, paragraph, section

API = "/api/query"
PAGE = "/html/2601.00001v3"
AR5IV_PAGE = "/ar5iv/html/2601.00001"
FOUND = Reply(atom_feed(atom_entry("2601.00001v3")), ATOM)
PAPER = Reply(page(section("Introduction", paragraph(PARAGRAPH * 5))))

Fetch = Callable[..., tuple[PaperDocument, ReplayServer]]


def client_of(url: str, state_folder: Path, **settings: object) -> ArxivClient:
    quick: dict[str, object] = {
        "contact": "mailto:test@example.org",
        "timeout_seconds": 5.0,
        "interval_seconds": 0.0,
        "attempts": 3,
        "retry_wait_seconds": 0.01,
    }
    return ArxivClient(
        state_folder,
        api_url=f"{url}{API}",
        arxiv_url=url,
        ar5iv_url=f"{url}/ar5iv",
        **{**quick, **settings},  # pyright: ignore[reportArgumentType]
    )


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    """Fetch a paper from a server that answers so."""

    def fetch_from(
        replies: dict[str, Reply | list[Reply]], asked: str = "2601.00001", **settings: object
    ) -> tuple[PaperDocument, ReplayServer]:
        with replay_server(replies) as server:
            client = client_of(server.url, tmp_path, **settings)
            return client.fetch(ArxivId.parse(asked)), server

    return fetch_from


def failure(
    tmp_path: Path,
    replies: dict[str, Reply | list[Reply]],
    asked: str = "2601.00001",
    **settings: object,
) -> tuple[ArxivizError, ReplayServer]:
    """Fetch a paper that cannot be had, and return why."""
    with replay_server(replies) as server:
        client = client_of(server.url, tmp_path, **settings)
        with pytest.raises(ArxivizError) as caught:
            client.fetch(ArxivId.parse(asked))
    return caught.value, server


def test_a_paper_is_its_metadata_and_its_page(fetch: Fetch):
    document, server = fetch({API: FOUND, PAGE: PAPER})
    assert document.paper.title == "On Averages"
    assert document.paper.version == 3
    assert document.paper.source_format == "html"
    assert document.paper.html_url == document.url == f"{server.url}{PAGE}"
    assert document.content == PAPER.body
    assert document.media_type == "text/html"
    assert server.paths == [f"{API}?id_list=2601.00001&max_results=1", PAGE]


def test_requests_say_who_asks(fetch: Fetch):
    _, server = fetch({API: FOUND, PAGE: PAPER})
    agents = {agent for _, agent, _ in server.requests}
    assert agents == {f"arxiviz/{__version__} (+mailto:test@example.org)"}


def test_recorded_answers_are_fetched(fetch: Fetch, shared_papers: Path):
    answer = (shared_papers / "responses/atom/api_1706.03762.xml").read_bytes()
    recorded = (shared_papers / "1706.03762/page.html").read_bytes()
    document, _ = fetch(
        {API: Reply(answer, ATOM), "/html/1706.03762v7": Reply(recorded)}, "1706.03762"
    )
    assert document.paper.primary_category == "cs.CL"
    assert document.content == recorded


def test_ar5iv_is_asked_when_arxiv_has_no_page(fetch: Fetch):
    document, server = fetch({API: FOUND, AR5IV_PAGE: PAPER})
    assert document.paper.source_format == "ar5iv"
    assert document.url == f"{server.url}{AR5IV_PAGE}"
    assert server.paths[1:] == [PAGE, AR5IV_PAGE]


def test_ar5iv_is_not_asked_for_an_old_version(tmp_path: Path):
    newest = Reply(atom_feed(atom_entry("2601.00001v3")), ATOM)
    old = Reply(atom_feed(atom_entry("2601.00001v1")), ATOM)
    error, server = failure(tmp_path, {API: [old, newest], AR5IV_PAGE: PAPER}, "2601.00001v1")
    assert isinstance(error, PaperFormatError)
    assert AR5IV_PAGE not in server.paths


def test_ar5iv_is_asked_for_the_newest_version_by_number(fetch: Fetch):
    document, _ = fetch({API: FOUND, AR5IV_PAGE: PAPER}, "2601.00001v3")
    assert document.paper.source_format == "ar5iv"


@pytest.mark.parametrize(
    "ar5iv",
    [
        Reply(b"gone", status=404),
        Reply(b"", status=302, headers={"Location": "https://arxiv.org/abs/2601.00001"}),
        Reply(b"<html><body><p>Conversion to HTML had a Fatal error</p></body></html>"),
        Reply(
            b"<html><head><title>Untitled Document</title></head><body>"
            b'<article class="ltx_document"><p>TeX failed.</p></article></body></html>'
        ),
        Reply(b""),
    ],
    ids=["404", "redirect to the abstract", "error text", "untitled", "empty"],
)
def test_a_paper_without_any_page_is_told_with_what_can_be_done(tmp_path: Path, ar5iv: Reply):
    error, _ = failure(tmp_path, {API: FOUND, AR5IV_PAGE: ar5iv})
    assert isinstance(error, PaperFormatError)
    assert "2601.00001v3 has no HTML page at" in str(error)
    assert "LaTeX sources, PDFs or abstracts is not available" in str(error)
    assert "2601.00001/page.html in the folder that ARXIVIZ_PAPERS_DIR names" in str(error)


def test_redirects_within_a_site_are_followed(fetch: Fetch):
    moved = Reply(b"", status=301, headers={"Location": "/moved"})
    document, _ = fetch({API: FOUND, PAGE: moved, "/moved": PAPER})
    assert document.content == PAPER.body


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://elsewhere.example/page", "none of arXiv's sites"),
        ("ftp://127.0.0.1/page", "none of arXiv's sites"),
        (PAGE, "more than 5 times"),
    ],
)
def test_redirects_elsewhere_or_in_circles_are_refused(tmp_path: Path, location: str, told: str):
    moved = Reply(b"", status=302, headers={"Location": location})
    error, _ = failure(tmp_path, {API: FOUND, PAGE: moved})
    assert isinstance(error, MalformedAnswerError)
    assert told in str(error)


def test_an_unknown_paper_is_not_found(tmp_path: Path, shared_papers: Path):
    answer = (shared_papers / "responses/atom/notfound_0000.0000.xml").read_bytes()
    error, server = failure(tmp_path, {API: Reply(answer, ATOM)})
    assert isinstance(error, PaperNotFoundError)
    assert len(server.requests) == 1


def test_an_id_that_arxiv_refuses_is_invalid(tmp_path: Path, shared_papers: Path):
    answer = (shared_papers / "responses/atom/error_malformed_id_abc_HTTP400.xml").read_bytes()
    error, _ = failure(tmp_path, {API: Reply(answer, ATOM, status=400)})
    assert isinstance(error, InvalidArxivIdError)


def test_a_missing_api_is_not_found(tmp_path: Path):
    error, _ = failure(tmp_path, {})
    assert isinstance(error, PaperNotFoundError)
    assert "check ARXIV_API_URL" in str(error)


def test_a_passing_failure_is_tried_again(fetch: Fetch):
    document, server = fetch({API: [Reply(status=500), Reply(status=503), FOUND], PAGE: PAPER})
    assert document.paper.version == 3
    assert len(server.requests) == 4


def test_a_lasting_failure_is_told_after_the_tries(tmp_path: Path):
    error, server = failure(tmp_path, {API: Reply(b"oops", status=500)})
    assert isinstance(error, SourceUnavailableError)
    assert "HTTP 500" in str(error)
    assert server.url in str(error)
    assert len(server.requests) == 3


def test_a_refusal_is_not_tried_again(tmp_path: Path):
    error, server = failure(tmp_path, {API: Reply(b"no", status=403)})
    assert isinstance(error, SourceUnavailableError)
    assert "HTTP 403" in str(error)
    assert len(server.requests) == 1


def test_retry_after_is_waited_for(fetch: Fetch):
    busy = Reply(b"Rate exceeded.", "text/plain", status=429, headers={"Retry-After": "1"})
    _, server = fetch({API: [busy, FOUND], PAGE: PAPER})
    first, second = server.moments[:2]
    assert 1.0 <= second - first < 4.0


def test_rate_limits_end_in_an_error_that_says_how_long(tmp_path: Path):
    busy = Reply(b"Rate exceeded.", "text/plain", status=429, headers={"Retry-After": "0"})
    error, server = failure(tmp_path, {API: busy})
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_seconds == 0.0
    assert len(server.requests) == 3


def test_a_long_retry_after_is_told_at_once(tmp_path: Path):
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    busy = Reply(b"", status=429, headers={"Retry-After": until})
    error, server = failure(tmp_path, {API: busy})
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_seconds is not None
    assert 3500 < error.retry_after_seconds <= 3600
    assert len(server.requests) == 1


def test_a_rate_limit_told_with_success_is_one(tmp_path: Path, shared_papers: Path):
    body = (shared_papers / "responses/http/rate_exceeded.txt").read_bytes()
    error, _ = failure(tmp_path, {API: Reply(body, "text/plain")})
    assert isinstance(error, RateLimitedError)


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path):
    with replay_server({}) as server:
        url = server.url
    with pytest.raises(SourceUnavailableError, match="cannot be reached"):
        client_of(url, tmp_path).fetch(ArxivId("2601.00001"))


def test_a_server_that_says_nothing_is_unavailable(tmp_path: Path):
    slow = Reply(FOUND.body, ATOM, pause_seconds=0.6)
    error, server = failure(tmp_path, {API: slow}, timeout_seconds=0.2, attempts=2)
    assert isinstance(error, SourceUnavailableError)
    assert len(server.requests) == 2


def test_an_answer_in_endless_drops_is_given_up(tmp_path: Path):
    drops = Reply(b"x", repeat=60, drip_seconds=0.05)
    error, _ = failure(tmp_path, {API: FOUND, PAGE: drops}, timeout_seconds=0.1, attempts=1)
    assert isinstance(error, SourceUnavailableError)
    assert "bytes in 1 s and is not done" in str(error)


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ({API: Reply(FOUND.body, ATOM, cut_after=100)}, "broke off"),
        ({API: Reply(FOUND.body[:100], ATOM)}, "no complete XML"),
        ({API: Reply(b"<html></html>")}, "text/html where an Atom feed was expected"),
        ({API: Reply(b"{}", ATOM)}, "no complete XML"),
        ({API: Reply(FOUND.body, ATOM, status=204)}, "HTTP 204"),
        ({API: FOUND, PAGE: Reply(b"%PDF-1.7", "application/pdf")}, "an HTML page was expected"),
        ({API: FOUND, PAGE: Reply(PAPER.body, cut_after=500)}, "broke off"),
        (
            {API: FOUND, PAGE: Reply(b"junk", headers={"Content-Encoding": "gzip"})},
            "cannot be unpacked",
        ),
    ],
    ids=["cut", "short", "page for feed", "no XML", "204", "PDF", "cut page", "no gzip"],
)
def test_malformed_answers_are_told(
    tmp_path: Path, replies: dict[str, Reply | list[Reply]], told: str
):
    error, _ = failure(tmp_path, replies)
    assert isinstance(error, MalformedAnswerError)
    assert told in str(error)


@pytest.mark.parametrize(
    "huge", [Reply(b"x" * 60_000), Reply(b"x" * 10_000, repeat=1000)], ids=["declared", "streamed"]
)
def test_no_more_is_read_than_allowed(tmp_path: Path, huge: Reply):
    error, _ = failure(tmp_path, {API: FOUND, PAGE: huge}, largest_body_bytes=50_000)
    assert isinstance(error, MalformedAnswerError)
    assert "at most 50000 bytes are read" in str(error)


def test_an_address_that_is_none_is_told(tmp_path: Path):
    with pytest.raises(SourceUnavailableError, match="no address to ask"):
        client_of("gopher://127.0.0.1", tmp_path).fetch(ArxivId("2601.00001"))
