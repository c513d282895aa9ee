"""How addresses are asked for, over real connections."""

import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperSourceError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.arxiv.polite_client import PoliteClient
from arxiviz_pipeline.ingest.arxiv.request_pace import RequestPace
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.ingest.arxiv.answers import Replies
from tests.ingest.arxiv.replay_server import ReplayServer, Reply, replay_server

MEBIBYTE = 1024 * 1024
Serve = Callable[[Reply | list[Reply]], ReplayServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers so at `/`."""
    with ExitStack() as running:

        def start(reply: Reply | list[Reply]) -> ReplayServer:
            replies: Replies = {"/": reply}
            return running.enter_context(replay_server(replies))

        yield start


def http(folder: Path, answers: AnswerCache | None = None, **settings: object) -> PoliteClient:
    quick: dict[str, object] = {
        "contact": None,
        "timeout_seconds": 5.0,
        "largest_body_bytes": MEBIBYTE,
        "attempts": 3,
        "retry_wait_seconds": 0.01,
    }
    given = {**quick, **settings}
    return PoliteClient(RequestPace(folder, 0.0), answers=answers, **given)  # pyright: ignore[reportArgumentType]


def failure(server: ReplayServer, folder: Path, **settings: object) -> PaperSourceError:
    with pytest.raises(PaperSourceError) as caught:
        http(folder, **settings).get(f"{server.url}/")
    return caught.value


def test_an_answer_is_read_with_what_its_header_tells(serve: Serve, tmp_path: Path):
    told = Reply(b"text", 'Text/HTML; Charset="UTF-8"', etag='"1"', last_modified="yesterday")
    server = serve(told)
    answer = http(tmp_path).get(f"{server.url}/")
    assert answer == Answer(
        f"{server.url}/", 200, "text/html", b"text", None, "utf-8", '"1"', "yesterday"
    )


class TestTrouble:
    def test_a_passing_failure_is_tried_again(self, serve: Serve, tmp_path: Path):
        server = serve(
            [Reply(status=500), Reply(status=503), Reply(b"x" * 9, cut_after=1), Reply()]
        )
        assert http(tmp_path, attempts=4).get(f"{server.url}/").status == 200
        assert len(server.requests) == 4

    def test_a_lasting_failure_is_told_after_the_tries(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"oops", status=500))
        error = failure(server, tmp_path)
        assert isinstance(error, SourceUnavailableError)
        assert "HTTP 500" in str(error)
        assert len(server.requests) == 3

    def test_a_refusal_is_not_tried_again(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"no", status=403))
        assert isinstance(failure(server, tmp_path), SourceUnavailableError)
        assert len(server.requests) == 1

    def test_a_cut_answer_is_told(self, serve: Serve, tmp_path: Path):
        error = failure(serve(Reply(b"x" * 1000, cut_after=100)), tmp_path)
        assert isinstance(error, SourceUnavailableError)
        assert "broke off" in str(error)

    def test_a_server_that_is_not_there_is_unavailable(self, tmp_path: Path):
        with replay_server({}) as server:
            pass
        assert isinstance(failure(server, tmp_path), SourceUnavailableError)

    def test_a_server_that_says_nothing_is_unavailable(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(pause_seconds=0.4))
        error = failure(server, tmp_path, timeout_seconds=0.15, attempts=2)
        assert isinstance(error, SourceUnavailableError)
        assert len(server.requests) == 2

    def test_an_answer_in_endless_drops_is_given_up(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"x", repeat=200, drip_seconds=0.02))
        start = time.monotonic()
        error = failure(server, tmp_path, timeout_seconds=0.08, attempts=1)
        assert isinstance(error, SourceUnavailableError)
        assert time.monotonic() - start < 4.0, "the whole answer takes longer"


class TestWaiting:
    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_in_seconds_is_waited_for(self, serve: Serve, tmp_path: Path, status: int):
        server = serve([Reply(status=status, headers={"Retry-After": "1"}), Reply()])
        http(tmp_path).get(f"{server.url}/")
        first, second = server.moments
        assert 1.0 <= second - first < 10.0

    def test_retry_after_as_a_date_is_waited_for(self, serve: Serve, tmp_path: Path):
        until = datetime.now(UTC) + timedelta(seconds=2)
        date = format_datetime(until, usegmt=True)  # in whole seconds
        server = serve([Reply(status=429, headers={"Retry-After": date}), Reply()])
        http(tmp_path).get(f"{server.url}/")
        asked_again = datetime.now(UTC) - timedelta(seconds=time.monotonic() - server.moments[1])
        assert asked_again >= until.replace(microsecond=0) - timedelta(seconds=0.05)

    def test_whoever_asks_next_waits_as_well(self, serve: Serve, tmp_path: Path):
        server = serve([Reply(status=429, headers={"Retry-After": "1"}), Reply()])
        for attempts in (1, 3):
            with suppress(RateLimitedError):
                http(tmp_path, attempts=attempts).get(f"{server.url}/")
        first, second = server.moments
        assert second - first >= 1.0

    def test_a_long_retry_after_is_told_at_once(self, serve: Serve, tmp_path: Path):
        until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        server = serve(Reply(status=429, headers={"Retry-After": until}))
        error = failure(server, tmp_path)
        assert isinstance(error, RateLimitedError)
        assert error.retry_after_seconds is not None
        assert 3500 < error.retry_after_seconds <= 3600
        assert len(server.requests) == 1

    def test_rate_limits_end_in_an_error_that_says_how_long(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(status=429, headers={"Retry-After": "0"}))
        error = failure(server, tmp_path)
        assert isinstance(error, RateLimitedError)
        assert error.retry_after_seconds == 0.0
        assert len(server.requests) == 3

    def test_a_retry_after_that_makes_no_sense_is_none(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(status=429, headers={"Retry-After": "soon"}))
        error = failure(server, tmp_path, attempts=1)
        assert isinstance(error, RateLimitedError)
        assert error.retry_after_seconds is None

    def test_a_rate_limit_told_with_success_is_one(
        self, serve: Serve, tmp_path: Path, shared_papers: Path
    ):
        body = (shared_papers / "responses/http/rate_exceeded.txt").read_bytes()
        server = serve(Reply(body, "text/plain"))
        assert isinstance(failure(server, tmp_path, attempts=1), RateLimitedError)


class TestBodies:
    def test_a_compressed_body_is_unpacked(self, serve: Serve, tmp_path: Path):
        twice = gzip.compress(b"one ") + gzip.compress(b"two")
        server = serve(Reply(twice, headers={"Content-Encoding": "gzip"}))
        assert http(tmp_path).get(f"{server.url}/").content == b"one two"

    def test_an_archive_that_is_called_x_gzip_stays_one(self, serve: Serve, tmp_path: Path):
        archive = gzip.compress(b"source")
        server = serve(Reply(archive, headers={"Content-Encoding": "x-gzip"}))
        assert http(tmp_path).get(f"{server.url}/").content == archive

    @pytest.mark.parametrize(
        ("reply", "told"),
        [
            (Reply(b"junk", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
            (Reply(gzip.compress(b"x" * 99)[:-9], headers={"Content-Encoding": "gzip"}), "middle"),
            (Reply(b"junk", headers={"Content-Encoding": "br"}), "'br', which was not asked for"),
        ],
    )
    def test_a_body_that_cannot_be_unpacked_is_malformed(
        self, serve: Serve, tmp_path: Path, reply: Reply, told: str
    ):
        error = failure(serve(reply), tmp_path)
        assert isinstance(error, MalformedAnswerError)
        assert told in str(error)

    @pytest.mark.parametrize(
        "huge",
        [
            Reply(b"x", declared_bytes=200 * MEBIBYTE),
            Reply(b"x" * MEBIBYTE, repeat=200),
            Reply(
                gzip.compress(bytes(10 * MEBIBYTE)) * 20,
                headers={"Content-Encoding": "gzip"},
            ),
        ],
        ids=["declared", "streamed", "packed"],
    )
    def test_200_mebibytes_are_refused_without_being_held(
        self, serve: Serve, tmp_path: Path, huge: Reply
    ):
        server = serve(huge)
        client = http(tmp_path, largest_body_bytes=MEBIBYTE)
        tracemalloc.start()
        try:
            with pytest.raises(MalformedAnswerError, match="at most 1048576 bytes are read"):
                client.get(f"{server.url}/")
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak_bytes < 8 * MEBIBYTE
        assert len(server.requests) == 1


def for_ever(_: Answer) -> float:
    return 1e9


def not_at_all(_: Answer) -> float:
    return 0.0


class TestKeptAnswers:
    def test_a_fresh_answer_costs_no_request(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"text"))
        answers = AnswerCache(FolderStore(tmp_path / "store"))
        first = http(tmp_path, answers).get(f"{server.url}/", freshness=for_ever)
        again = http(tmp_path, answers).get(f"{server.url}/", freshness=for_ever)
        assert again == first
        assert len(server.requests) == 1

    def test_a_fresh_answer_waits_for_no_turn(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"text"))
        answers = AnswerCache(FolderStore(tmp_path / "store"))
        client = http(tmp_path, answers)
        client.get(f"{server.url}/", freshness=for_ever)
        with RequestPace(tmp_path, 0.0).turn():
            assert client.get(f"{server.url}/", freshness=for_ever).content == b"text"

    @pytest.mark.parametrize("mark", [{"etag": '"1"'}, {"last_modified": "Sun, 01 Mar 2026"}])
    def test_an_old_answer_is_only_asked_about(
        self, serve: Serve, tmp_path: Path, mark: dict[str, str]
    ):
        server = serve([Reply(b"text", **mark), Reply(b"text", **mark), Reply(b"new", **mark)])
        client = http(tmp_path, AnswerCache(FolderStore(tmp_path / "store")))
        for _ in range(2):
            answer = client.get(f"{server.url}/", freshness=not_at_all)
            assert (answer.status, answer.content) == (200, b"text")
        assert server.not_modified_count == 1

    def test_what_changed_is_had_anew(self, serve: Serve, tmp_path: Path):
        server = serve([Reply(b"old", etag='"1"'), Reply(b"new", etag='"2"')])
        client = http(tmp_path, AnswerCache(FolderStore(tmp_path / "store")))
        contents = [client.get(f"{server.url}/", freshness=not_at_all).content for _ in range(2)]
        assert contents == [b"old", b"new"]

    def test_an_answer_that_still_holds_is_fresh_again(self, serve: Serve, tmp_path: Path):
        now = [0.0]
        answers = AnswerCache(FolderStore(tmp_path / "store"), clock=lambda: now[0])
        server = serve(Reply(b"text", etag='"1"'))
        client = http(tmp_path, answers)
        for now[0] in (0.0, 50.0, 150.0, 200.0):
            client.get(f"{server.url}/", freshness=lambda _: 100.0)
        assert len(server.requests) == 2

    @pytest.mark.parametrize("reply", [Reply(status=500), Reply(status=429), Reply(status=403)])
    def test_failures_are_never_kept(self, serve: Serve, tmp_path: Path, reply: Reply):
        server = serve([reply, Reply(b"text")])
        client = http(tmp_path, AnswerCache(FolderStore(tmp_path / "store")), attempts=1)
        with pytest.raises(PaperSourceError):
            client.get(f"{server.url}/", freshness=for_ever)
        assert client.get(f"{server.url}/", freshness=for_ever).content == b"text"

    def test_a_missing_page_is_kept_too(self, serve: Serve, tmp_path: Path):
        server = serve(Reply(b"no", status=404))
        client = http(tmp_path, AnswerCache(FolderStore(tmp_path / "store")))
        statuses = [client.get(f"{server.url}/", freshness=for_ever).status for _ in range(2)]
        assert statuses == [404, 404]
        assert len(server.requests) == 1

    def test_not_modified_without_a_condition_is_malformed(self, serve: Serve, tmp_path: Path):
        assert isinstance(failure(serve(Reply(status=304)), tmp_path), MalformedAnswerError)

    def test_a_store_that_is_down_costs_requests_not_papers(self, serve: Serve, tmp_path: Path):
        (tmp_path / "file").write_text("in the way")
        broken: ObjectStore = FolderStore(tmp_path / "file")
        server = serve(Reply(b"text"))
        client = http(tmp_path, AnswerCache(broken))
        contents = [client.get(f"{server.url}/", freshness=for_ever).content for _ in range(2)]
        assert contents == [b"text", b"text"]
        assert len(server.requests) == 2
