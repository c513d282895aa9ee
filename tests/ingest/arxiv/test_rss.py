"""Feeds: arXiv's own, empty ones, broken ones."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    ConfigurationError,
    MalformedAnswerError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.arxiv.rss import feed_url, parse_feed
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.ingest.arxiv.announced import BY, FEED_TYPE, feed, feed_item, open_client
from tests.ingest.arxiv.replay_server import Reply, replay_server


def test_a_recorded_feed_is_read_to_its_last_item(shared_papers: Path):
    content = (shared_papers / "responses" / "rss" / "rss_cs.CL.xml").read_bytes()
    found = parse_feed(content)
    types = Counter(each.announce_type for each in found.announcements)
    assert types == {"new": 56, "cross": 36, "replace": 32, "replace-cross": 15}
    assert found.unreadable_count == 0
    assert found.published == datetime(2026, 8, 13, 4, 0, tzinfo=UTC)
    for each in found.announcements:
        assert each.arxiv_id.version is not None
        assert (each.arxiv_id.version == 1) or each.announce_type != "new"
        assert each.title
        assert "cs.CL" in each.categories
        assert each.licence is not None


def test_an_item_is_read_whole():
    (found,) = parse_feed(
        feed([feed_item("math/0309136v2", "replace", title="On $x < y$", categories=("a.B", "c"))])
    ).announcements
    assert str(found.arxiv_id) == "math/0309136v2"
    assert found.announce_type == "replace"
    assert found.title == "On $x < y$"
    assert found.categories == ("a.B", "c")
    assert found.licence == BY


def test_a_feed_of_a_weekend_announces_nothing():
    found = parse_feed(feed([], day=1))
    assert found.announcements == ()
    assert found.built.startswith("Sat, 01 Aug 2026")


def test_items_that_are_no_announcements_are_counted_and_cost_no_other():
    found = parse_feed(
        feed(
            [
                feed_item("2608.00001v1"),
                feed_item("2608.00002v1", "retracted"),
                feed_item("no-id"),
                "<item/>",
            ]
        )
    )
    assert [str(each.arxiv_id) for each in found.announcements] == ["2608.00001v1"]
    assert found.unreadable_count == 3


def test_a_feed_of_which_nothing_can_be_read_is_malformed():
    with pytest.raises(MalformedAnswerError, match="None of the 2 items"):
        parse_feed(feed(["<item><title>x</title></item>", "<item/>"]))


@pytest.mark.parametrize(
    "content",
    [b"", b"<rss", b"<html><body/></html>", b"<rss/>", b"Rate exceeded.", b"\xff\xfe<"],
)
def test_what_is_no_feed_is_malformed(content: bytes):
    with pytest.raises(MalformedAnswerError):
        parse_feed(content)


def test_entities_are_not_read_from_files(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    content = feed([feed_item("2608.00001v1", title="&x;").replace("&amp;x;", "&x;")])
    hostile = content.replace(
        b"<rss ", f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss '.encode(), 1
    )
    assert "secret" not in repr(parse_feed(hostile))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 800), st.integers(0, 800))
@example(b"<pubDate>Mon, 01 Jan 0001 00:00:00 +2359</pubDate>", 330, 0)
def test_no_feed_raises_what_is_no_error_of_ours(inserted: bytes, start: int, left_out: int):
    whole = feed([feed_item("2608.00001v1"), feed_item("2608.00002v1", "cross")])
    with suppress(ArxivizError):
        parse_feed(whole[:start] + inserted + whole[start + left_out :])


def test_several_categories_are_one_feed():
    url = feed_url("https://rss.arxiv.org/rss/", ["cs.CL", "math.NT"])
    assert url == "https://rss.arxiv.org/rss/cs.CL+math.NT"


def test_the_feed_is_fetched_with_one_request(tmp_path: Path):
    replies: dict[str, Reply | list[Reply]] = {
        "/rss/cs.CL+hep-th": Reply(feed([feed_item("2608.00001v1")]), FEED_TYPE)
    }
    with replay_server(replies) as server:
        found = open_client(server, tmp_path).feed(["cs.CL", "hep-th"])
        assert len(found.announcements) == 1
        assert server.paths == ["/rss/cs.CL+hep-th"]


def test_a_kept_feed_is_only_asked_whether_it_changed(tmp_path: Path):
    content = feed([feed_item("2608.00001v1")])
    replies: dict[str, Reply | list[Reply]] = {
        "/rss/cs.CL": [
            Reply(content, FEED_TYPE, headers={"ETag": '"1"'}),
            Reply(status=304, headers={"ETag": '"1"'}),
        ]
    }
    answers = AnswerCache(FolderStore(tmp_path / "objects"))
    with replay_server(replies) as server:
        client = open_client(server, tmp_path, answers)
        assert client.feed(["cs.CL"]) == client.feed(["cs.CL"])
        assert len(server.paths) == 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=503), SourceUnavailableError),
        (Reply(status=429, headers={"Retry-After": "60"}), RateLimitedError),
        (Reply(feed([]), FEED_TYPE, status=400), ConfigurationError),
        (Reply(status=404), ConfigurationError),
        (Reply(status=301, headers={"Location": "https://example.org/"}), ConfigurationError),
        (Reply(b"<html></html>"), MalformedAnswerError),
        (Reply(status=418), MalformedAnswerError),
    ],
)
def test_a_feed_that_cannot_be_had_is_an_error_that_says_so(
    tmp_path: Path, reply: Reply, error: type[ArxivizError]
):
    with replay_server({"/rss/cs.CL": reply}) as server, pytest.raises(error):
        open_client(server, tmp_path).feed(["cs.CL"])
