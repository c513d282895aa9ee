"""What is known of a paper, and the documents there are of it."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from arxiviz_pipeline import __version__
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    InvalidArxivIdError,
    MalformedAnswerError,
    NotAnnouncedError,
    PaperFormatError,
    PaperNotFoundError,
    PaperWithdrawnError,
    RateLimitedError,
    SourceUnavailableError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.ingest.arxiv.answers import (
    API,
    AR5IV_PAGE,
    FOUND,
    LICENCE,
    NOT_FOUND,
    OAI,
    PAGE,
    PAPER,
    PDF,
    ROBOTS,
    SOURCE,
    Replies,
    atom_entry,
    atom_feed,
    client_of,
    oai_record,
    oai_versions,
)
from tests.ingest.arxiv.replay_server import ATOM, ReplayServer, Reply, replay_server

Serve = Callable[[Replies], ReplayServer]
EMPTY_404 = Reply(b"<h1>File unavailable for 2601.00001v3</h1>", status=404)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that answer so, until the test is over."""
    with ExitStack() as running:
        yield lambda replies: running.enter_context(replay_server(replies))


@pytest.fixture
def describe(serve: Serve, tmp_path: Path) -> Callable[..., Paper]:
    def describe_from(replies: Replies, asked: str = "2601.00001", **settings: object) -> Paper:
        client = client_of(serve(replies).url, tmp_path, **settings)
        return client.describe(ArxivId.parse(asked))

    return describe_from


@pytest.fixture
def fetch(serve: Serve, tmp_path: Path) -> Callable[..., tuple[PaperDocument, ReplayServer]]:
    """Describe a paper and get its document in one format."""

    def fetch_from(
        replies: Replies,
        source_format: SourceFormat,
        asked: str = "2601.00001",
        **settings: object,
    ) -> tuple[PaperDocument, ReplayServer]:
        server = serve({API: FOUND, **replies})
        client = client_of(server.url, tmp_path, **settings)
        return client.document(client.describe(ArxivId.parse(asked)), source_format), server

    return fetch_from


Fetch = Callable[..., tuple[PaperDocument, ReplayServer]]
Describe = Callable[..., Paper]


class TestDescribing:
    def test_a_paper_is_what_the_api_and_oai_tell_of_it(self, describe: Describe):
        record = oai_record("2601.00001", f"<license>{LICENCE}</license>")
        paper = describe({API: FOUND, OAI: record})
        assert (paper.title, paper.version, paper.licence) == ("On Averages", 3, LICENCE)

    def test_recorded_answers_are_read(self, describe: Describe, shared_papers: Path):
        recorded = shared_papers / "responses"
        atom = Reply((recorded / "atom/api_1706.03762.xml").read_bytes(), ATOM)
        oai = Reply((recorded / "oai/oai_arxiv_1706.03762.xml").read_bytes(), "text/xml")
        paper = describe({API: atom, OAI: oai}, "1706.03762")
        assert paper.primary_category == "cs.CL"
        assert paper.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"

    def test_requests_say_who_asks(self, serve: Serve, tmp_path: Path):
        server = serve({API: FOUND})
        client_of(server.url, tmp_path).describe(ArxivId("2601.00001"))
        agents = {agent for _, agent, _ in server.requests}
        assert agents == {f"arxiviz/{__version__} (+mailto:test@example.org)"}

    @pytest.mark.parametrize(
        "oai",
        [
            Reply(b"gone", status=404),
            Reply(b"oops", status=500),
            Reply(b"Rate exceeded.", "text/plain", status=429),
            Reply(b"<OAI-PMH"),
            oai_record("2601.00002", f"<license>{LICENCE}</license>"),
            oai_record("2601.00001", ""),
        ],
        ids=["404", "500", "429", "no XML", "another paper", "no licence"],
    )
    def test_a_licence_that_cannot_be_had_does_not_cost_the_paper(
        self, describe: Describe, oai: Reply
    ):
        assert describe({API: FOUND, OAI: oai}).licence is None

    def test_an_id_that_arxiv_refuses_is_invalid(self, describe: Describe, shared_papers: Path):
        recorded = shared_papers / "responses/atom/error_malformed_id_abc_HTTP400.xml"
        with pytest.raises(InvalidArxivIdError, match="incorrect id format"):
            describe({API: Reply(recorded.read_bytes(), ATOM, status=400)})

    def test_a_paper_that_arxiv_lacks_is_not_found(self, describe: Describe, shared_papers: Path):
        recorded = (shared_papers / "responses/atom/notfound_0000.0000.xml").read_bytes()
        with pytest.raises(PaperNotFoundError, match=r"no paper 2601\.00001\. Check") as caught:
            describe({API: Reply(recorded, ATOM)})
        assert not isinstance(caught.value, NotAnnouncedError)

    @pytest.mark.parametrize("asked", ["2603.00001", "2604.12345", "2711.00001"])
    def test_a_paper_of_this_month_or_a_later_one_may_come(self, describe: Describe, asked: str):
        with pytest.raises(NotAnnouncedError, match=f"no paper {asked} yet"):
            describe({API: NOT_FOUND}, asked)

    def test_an_old_id_is_never_still_to_come(self, describe: Describe):
        with pytest.raises(PaperNotFoundError) as caught:
            describe({API: NOT_FOUND}, "math/0309136", today=lambda: date(2003, 9, 1))
        assert not isinstance(caught.value, NotAnnouncedError)

    @pytest.mark.parametrize(
        "answer",
        [
            FOUND,
            NOT_FOUND,
            Reply(atom_feed("<entry><id/></entry>"), ATOM),
            Reply(atom_feed("<entry><id>http://arxiv.org/abs/2601.00001v99</id></entry>"), ATOM),
        ],
        ids=["the newest", "nothing", "nameless entry", "empty entry"],
    )
    def test_a_missing_version_is_told_with_the_newest(self, describe: Describe, answer: Reply):
        versioned = f"{API}?id_list=2601.00001v99&max_results=1"
        with pytest.raises(VersionNotFoundError, match="2601.00001v3"):
            describe({API: FOUND, versioned: answer}, "2601.00001v99")

    def test_a_version_that_the_api_forgets_is_no_missing_one(self, describe: Describe):
        versioned = f"{API}?id_list=2601.00001v2&max_results=1"
        with pytest.raises(MalformedAnswerError, match="though it tells of version 3"):
            describe({API: FOUND, versioned: NOT_FOUND}, "2601.00001v2")

    def test_a_version_of_a_paper_that_arxiv_lacks_is_not_found(self, describe: Describe):
        with pytest.raises(PaperNotFoundError, match="no paper 2601.00001") as caught:
            describe({API: NOT_FOUND}, "2601.00001v2")
        assert not isinstance(caught.value, VersionNotFoundError)

    def test_a_missing_api_is_told_with_the_setting(self, describe: Describe):
        with pytest.raises(PaperNotFoundError, match="check ARXIV_API_URL"):
            describe({})

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (Reply(FOUND.body[:100], ATOM), "no complete XML"),
            (Reply(b"<html></html>"), "text/html where an Atom feed was expected"),
            (Reply(b"{}", ATOM), "no complete XML"),
            (Reply(FOUND.body, ATOM, status=204), "HTTP 204"),
        ],
        ids=["short", "page", "JSON", "204"],
    )
    def test_an_answer_that_is_none_is_malformed(
        self, describe: Describe, answer: Reply, told: str
    ):
        with pytest.raises(MalformedAnswerError, match=told):
            describe({API: answer})

    def test_a_feed_with_a_wrong_content_type_is_one(self, describe: Describe):
        assert describe({API: Reply(FOUND.body, "text/plain")}).version == 3


def withdrawn_entry(identifier: str = "2601.00001v3") -> Reply:
    return Reply(atom_feed(atom_entry(identifier, comment="withdrawn by the authors")), ATOM)


class TestWithdrawnPapers:
    def test_the_last_version_with_a_text_is_named(self, describe: Describe):
        record = oai_versions("2601.00001", "D", "D", "I")
        with pytest.raises(PaperWithdrawnError, match="v3 was withdrawn.*Ask for 2601.00001v2,"):
            describe({API: withdrawn_entry(), OAI: record})

    def test_versions_without_a_text_are_not_named(self, describe: Describe):
        record = oai_versions("2601.00001", "", "I", "I")
        with pytest.raises(PaperWithdrawnError, match="Ask for 2601.00001v1,"):
            describe({API: withdrawn_entry(), OAI: record})

    def test_a_paper_without_any_text_is_told_so(self, describe: Describe):
        record = oai_versions("2601.00001", "I")
        with pytest.raises(PaperWithdrawnError, match="No other version of it can be read"):
            describe({API: withdrawn_entry("2601.00001v1"), OAI: record})

    def test_an_older_version_with_a_text_is_not_withdrawn(self, describe: Describe):
        record = oai_versions("2601.00001", "D", "D", "I")
        paper = describe({API: withdrawn_entry("2601.00001v2"), OAI: record}, "2601.00001v2")
        assert paper.version == 2

    def test_a_comment_alone_withdraws_nothing(self, describe: Describe):
        replies = {API: withdrawn_entry(), OAI: oai_versions("2601.00001", "D", "D", "D")}
        assert describe(replies).version == 3

    def test_without_a_record_the_pdf_decides(self, describe: Describe):
        with pytest.raises(PaperWithdrawnError, match="An earlier version may be left"):
            describe({API: withdrawn_entry(), PDF: EMPTY_404})
        assert describe({API: withdrawn_entry(), PDF: Reply(b"%PDF-1.7")}).version == 3

    def test_what_the_authors_wrote_for_an_abstract_is_heeded(self, describe: Describe):
        abstract = "This paper has been withdrawn by the author, for an error."
        entry = atom_entry("2601.00001v3", abstract=abstract)
        with pytest.raises(PaperWithdrawnError):
            describe({API: Reply(atom_feed(entry), ATOM)})

    def test_an_entry_without_a_pdf_is_looked_into(self, describe: Describe):
        link = '<link href="https://arxiv.org/abs/2601.00001v3" rel="alternate" type="text/html"/>'
        entry = atom_entry("2601.00001v3", links=link)
        record = oai_versions("2601.00001", "D", "D", "I")
        with pytest.raises(PaperWithdrawnError):
            describe({API: Reply(atom_feed(entry), ATOM), OAI: record})

    @pytest.mark.parametrize("source_format", ["latex", "pdf"])
    def test_missing_files_are_looked_into(self, fetch: Fetch, source_format: SourceFormat):
        record = oai_versions("2601.00001", "D", "D", "I")
        with pytest.raises(PaperWithdrawnError, match="Ask for 2601.00001v2"):
            fetch({SOURCE: EMPTY_404, PDF: EMPTY_404, OAI: record}, source_format)


class TestDocuments:
    @pytest.mark.parametrize(
        ("source_format", "path", "reply", "media_type"),
        [
            ("html", PAGE, PAPER, "text/html"),
            ("html", PAGE, Reply(PAPER.body, "application/xhtml+xml"), "application/xhtml+xml"),
            ("html", PAGE, Reply(PAPER.body, "application/octet-stream"), "text/html"),
            ("html", PAGE, Reply(PAPER.body, ""), "text/html"),
            ("ar5iv", AR5IV_PAGE, PAPER, "text/html"),
            (
                "latex",
                SOURCE,
                Reply(gzip.compress(b"\\documentclass{article}"), "application/gzip"),
                "application/gzip",
            ),
            ("latex", SOURCE, Reply(b"\\input macros", "application/x-tex"), "application/x-tex"),
            ("pdf", PDF, Reply(b"%PDF-1.7 ...", "application/pdf"), "application/pdf"),
            ("pdf", PDF, Reply(b"\r\n%PDF-1.4 ...", "text/html"), "application/pdf"),
        ],
    )
    def test_a_document_is_had_as_it_came(
        self, fetch: Fetch, source_format: SourceFormat, path: str, reply: Reply, media_type: str
    ):
        document, server = fetch({path: reply}, source_format)
        assert document.content == reply.body
        assert document.media_type == media_type
        assert document.url == f"{server.url}{path}"
        assert document.paper.source_format == source_format
        assert server.paths[-1] == path

    def test_the_abstract_is_a_document_without_a_request(self, fetch: Fetch):
        document, server = fetch({}, "abstract")
        assert document.content == b"Why averaging works."
        assert document.media_type == "text/plain"
        assert document.url == f"{server.url}/abs/2601.00001v3"
        assert [path.partition("?")[0] for path in server.paths] == [API, OAI]

    def test_a_paper_without_an_abstract_has_none(self, fetch: Fetch):
        entry = atom_entry("2601.00001v3", abstract="")
        with pytest.raises(PaperFormatError, match="no abstract of 2601.00001"):
            fetch({API: Reply(atom_feed(entry), ATOM)}, "abstract")

    def test_recorded_documents_are_had(self, fetch: Fetch, shared_papers: Path):
        saved = shared_papers / "1706.03762"
        replies: Replies = {
            API: Reply((shared_papers / "responses/atom/api_1706.03762.xml").read_bytes(), ATOM),
            "/html/1706.03762v7": Reply((saved / "page.html").read_bytes()),
            "/src/1706.03762v7": Reply((saved / "source.tar.gz").read_bytes(), "application/gzip"),
        }
        sizes: dict[SourceFormat, int] = {
            "html": (saved / "page.html").stat().st_size,
            "latex": (saved / "source.tar.gz").stat().st_size,
        }
        for source_format, size_bytes in sizes.items():
            document, _ = fetch(replies, source_format, "1706.03762")
            assert len(document.content) == size_bytes

    @pytest.mark.parametrize(
        ("source_format", "reply", "told"),
        [
            ("html", Reply(b"no", status=404), "HTTP 404"),
            ("html", Reply(b"no", status=410), "HTTP 410"),
            ("html", Reply(b"<h1>No HTML for '2601.00001v3'</h1>"), "has no HTML of it"),
            (
                "html",
                Reply(status=302, headers={"Location": "https://arxiv.org/abs/2601.00001"}),
                "leads to https://arxiv.org/abs/2601.00001",
            ),
            ("html", Reply(b"%PDF-1.7", "application/pdf"), "no page; it begins '%PDF-1.7'"),
            ("html", Reply(b" \n"), "the answer is empty"),
            ("html", Reply(PAPER.body, status=206), "HTTP 206 where a document"),
            ("html", Reply(b"x", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
            ("ar5iv", Reply(b"<p>Conversion to HTML had a Fatal error</p>"), "conversion"),
            (
                "ar5iv",
                Reply(b"<html><head><title>Untitled Document</title></head><p>TeX failed.</p>"),
                "its conversion to HTML failed",
            ),
            ("latex", Reply(b"%PDF-1.4", "application/pdf"), "a PDF without its source"),
            ("latex", Reply(b"%!PS-Adobe-3.0"), "PostScript without its source"),
            ("latex", Reply(b"<p>HTML or source was not provided</p>"), "gave no file"),
            ("pdf", Reply(b"<html>Please wait</html>"), "no PDF; it begins '<html>"),
        ],
    )
    def test_a_document_that_is_not_there_is_told_with_the_reason(
        self, fetch: Fetch, source_format: SourceFormat, reply: Reply, told: str
    ):
        with pytest.raises(PaperFormatError) as caught:
            fetch({PAGE: reply, AR5IV_PAGE: reply, SOURCE: reply, PDF: reply}, source_format)
        assert told in str(caught.value)

    def test_an_older_mirror_has_the_source_at_its_older_address(self, fetch: Fetch):
        source = Reply(b"\\input paper", "application/x-tex")
        document, _ = fetch({SOURCE.replace("/src/", "/e-print/"): source}, "latex")
        assert document.content == source.body

    def test_a_source_that_its_authors_hide_is_not_there(self, fetch: Fetch):
        page = b"<p>Sorry, the source for 2601.00001v3 is not publicly available.</p>"
        with pytest.raises(PaperFormatError, match="keep the source to themselves"):
            fetch({SOURCE: Reply(page, status=403)}, "latex")

    def test_a_refused_client_is_no_missing_document(self, fetch: Fetch):
        with pytest.raises(SourceUnavailableError, match="HTTP 403"):
            fetch({SOURCE: Reply(b"<h1>Access Denied</h1>", status=403)}, "latex")

    @pytest.mark.parametrize("source_format", ["html", "latex", "pdf"])
    def test_passing_trouble_is_not_taken_for_a_missing_document(
        self, fetch: Fetch, source_format: SourceFormat
    ):
        broken, busy = Reply(status=500), Reply(b"", status=429, headers={"Retry-After": "0"})
        with pytest.raises(SourceUnavailableError):
            fetch({PAGE: broken, SOURCE: broken, PDF: broken}, source_format)
        with pytest.raises(RateLimitedError):
            fetch({PAGE: busy, SOURCE: busy, PDF: busy}, source_format)

    @pytest.mark.parametrize(
        "trouble",
        [Reply(status=500), Reply(status=403), Reply(b"", status=429), Reply(b"x", cut_after=0)],
        ids=["500", "403", "429", "cut"],
    )
    def test_trouble_with_ar5iv_costs_its_page_alone(self, fetch: Fetch, trouble: Reply):
        with pytest.raises(PaperFormatError):
            fetch({AR5IV_PAGE: trouble}, "ar5iv")

    def test_ar5iv_is_not_asked_again_in_trouble(self, serve: Serve, tmp_path: Path):
        server = serve({API: FOUND, AR5IV_PAGE: Reply(status=500)})
        client = client_of(server.url, tmp_path)
        paper = client.describe(ArxivId("2601.00001"))
        with pytest.raises(PaperFormatError):
            client.document(paper, "ar5iv")
        assert server.paths.count(AR5IV_PAGE) == 1

    def test_ar5iv_has_no_version_but_the_newest(self, fetch: Fetch):
        old = Reply(atom_feed(atom_entry("2601.00001v1")), ATOM)
        replies = {f"{API}?id_list=2601.00001v1&max_results=1": old, AR5IV_PAGE: PAPER}
        with pytest.raises(PaperFormatError, match="no version but the newest, which is 3"):
            fetch(replies, "ar5iv", "2601.00001v1")
        document, _ = fetch({AR5IV_PAGE: PAPER}, "ar5iv", "2601.00001v3")
        assert document.content == PAPER.body

    def test_a_page_comes_in_utf8_whatever_its_header_says(self, fetch: Fetch):
        text = PAPER.body.decode().replace("<title>Site", "<title>Poincaré").encode("latin-1")
        lie = Reply(text.replace(b'<meta charset="utf-8">', b""), "text/html; charset=utf-16")
        document, _ = fetch({PAGE: lie}, "html")
        assert "Poincaré" in document.content.decode("utf-8")


class TestRedirects:
    def test_redirects_within_a_site_are_followed(self, fetch: Fetch):
        moved = Reply(status=301, headers={"Location": "/moved"})
        document, server = fetch({PAGE: moved, "/moved": PAPER}, "html")
        assert document.content == PAPER.body
        assert document.url == f"{server.url}/moved"

    @pytest.mark.parametrize(
        ("location", "told"),
        [
            ("https://elsewhere.example/page", "none of arXiv's sites"),
            ("https://arxiv.org.example/page", "none of arXiv's sites"),
            ("ftp://127.0.0.1/page", "none of arXiv's sites"),
            (PAGE, "more than 5 times"),
            ("http://[", "no address"),
            ("//elsewhere.example/page", "none of arXiv's sites"),
            ("javascript:alert(1)", "no address"),
        ],
    )
    def test_redirects_elsewhere_or_in_circles_are_refused(
        self, fetch: Fetch, location: str, told: str
    ):
        with pytest.raises(PaperFormatError, match=told):
            fetch({PAGE: Reply(status=302, headers={"Location": location})}, "html")

    def test_the_api_is_not_followed_elsewhere(self, describe: Describe):
        with pytest.raises(MalformedAnswerError, match="none of arXiv's sites"):
            describe({API: Reply(status=302, headers={"Location": "https://example.org/"})})


class TestAskingAgain:
    EVERYTHING: ClassVar[Replies] = {
        API: FOUND,
        OAI: oai_record("2601.00001", f"<license>{LICENCE}</license>"),
        PAGE: Reply(b"no page", status=404),
        AR5IV_PAGE: Reply(b"<p>Conversion to HTML had a Fatal error</p>"),
        SOURCE: Reply(b"\\input paper", "application/x-tex"),
        PDF: Reply(b"%PDF-1.7", "application/pdf"),
    }

    def read_all(self, url: str, folder: Path, **settings: object) -> list[Paper | bytes | str]:
        """Do what a run does, and more: everything there is to be asked."""
        client = client_of(url, folder, answers=FolderStore(folder / "store"), **settings)
        paper = client.describe(ArxivId("2601.00001"))
        found: list[Paper | bytes | str] = [paper]
        for source_format in ("html", "ar5iv", "latex", "pdf"):
            try:
                found.append(client.document(paper, source_format).content)
            except PaperFormatError as error:
                found.append(str(error))
        return found

    def test_a_second_run_asks_nothing(self, serve: Serve, tmp_path: Path):
        server = serve(self.EVERYTHING)
        first = self.read_all(server.url, tmp_path)
        asked_count = len(server.requests)
        assert self.read_all(server.url, tmp_path) == first
        assert len(server.requests) == asked_count == 7

    def test_what_may_have_changed_is_asked_again(self, serve: Serve, tmp_path: Path):
        server = serve(self.EVERYTHING)
        for _ in range(2):
            self.read_all(server.url, tmp_path, metadata_fresh_seconds=0.0)
        asked = [path.partition("?")[0] for path in server.paths]
        assert asked == [API, OAI, PAGE, AR5IV_PAGE, SOURCE, PDF, API, OAI]

    def test_a_paper_that_is_not_there_yet_is_asked_for_again(self, serve: Serve, tmp_path: Path):
        server = serve({API: [NOT_FOUND, FOUND]})
        client = client_of(server.url, tmp_path, answers=FolderStore(tmp_path / "store"))
        with pytest.raises(PaperNotFoundError):
            client.describe(ArxivId("2601.00001"))
        assert client.describe(ArxivId("2601.00001")).version == 3

    def test_a_broken_record_is_asked_for_again(self, serve: Serve, tmp_path: Path):
        record = self.EVERYTHING[OAI]
        assert isinstance(record, Reply)
        server = serve({API: FOUND, OAI: [Reply(b"<p>Under maintenance</p>"), record]})
        client = client_of(server.url, tmp_path, answers=FolderStore(tmp_path / "store"))
        licences = [client.describe(ArxivId("2601.00001")).licence for _ in range(2)]
        assert licences == [None, LICENCE]


class TestRobots:
    def test_what_robots_txt_forbids_is_not_asked_for(
        self, serve: Serve, tmp_path: Path, shared_papers: Path
    ):
        recorded = (shared_papers / "responses/http/robots.txt").read_bytes()
        server = serve({ROBOTS: Reply(recorded, "text/plain"), API: FOUND, PAGE: PAPER})
        client = client_of(server.url, tmp_path)
        paper = client.describe(ArxivId("2601.00001"))  # /api is for programs, whatever it says
        assert client.document(paper, "html").content == PAPER.body
        with pytest.raises(PaperFormatError, match="robots.txt doesn't allow"):
            client.document(paper, "latex")
        assert SOURCE not in server.paths


def test_addresses_that_are_none_are_told(tmp_path: Path):
    with pytest.raises(SourceUnavailableError, match="no address to ask"):
        client_of("gopher://127.0.0.1", tmp_path).describe(ArxivId("2601.00001"))


def test_every_error_of_a_dead_server_is_of_the_tree(tmp_path: Path):
    with replay_server({}) as server:
        url = server.url
    with pytest.raises(ArxivizError, match="cannot be reached"):
        client_of(url, tmp_path).describe(ArxivId("2601.00001"))
