"""What the watch remembers between two looks at the feed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.announcements import Wanted
from arxiviz_pipeline.ingest.arxiv.rss import parse_feed
from arxiviz_pipeline.ingest.watch.watch_cursor import ASK_AGAIN_SECONDS, WatchCursor
from tests.ingest.arxiv.announced import feed, feed_item

NEW = Wanted(("new",))
NOW = 1_785_700_000.0


def _waiting(cursor: WatchCursor) -> list[str]:
    return [str(each.arxiv_id) for each in cursor.announcements]


def test_what_a_feed_announces_waits_once():
    monday = parse_feed(feed([feed_item("2608.00001v1"), feed_item("2608.00002v1", "cross")], 3))
    tuesday = parse_feed(feed([feed_item("2608.00001v1"), feed_item("2608.00003v1")], 4))
    cursor = WatchCursor(subject="w").after_feed(monday, NEW, NOW)
    assert _waiting(cursor) == ["2608.00001v1"]
    cursor = cursor.with_waiting([]).after_feed(monday, NEW, NOW).after_feed(tuesday, NEW, NOW)
    assert _waiting(cursor) == ["2608.00003v1"]
    assert WatchCursor.read(cursor.write(), "w") == cursor


def test_a_feed_is_not_asked_for_again_too_soon_nor_never():
    cursor = WatchCursor().after_feed(parse_feed(feed([])), NEW, NOW)
    assert not cursor.may_ask(NOW + ASK_AGAIN_SECONDS - 1)
    assert cursor.may_ask(NOW + ASK_AGAIN_SECONDS)
    set_back = NOW - 40 * 86400
    assert cursor.may_ask(set_back)
    assert WatchCursor().postponed(1e12, NOW).may_ask(NOW + 86401)


def test_what_is_remembered_is_bounded():
    many = parse_feed(feed([feed_item(f"2608.{number:05}v1") for number in range(1, 4500)]))
    cursor = WatchCursor().after_feed(many, NEW, NOW)
    assert len(cursor.announcements) == 4499
    assert len(cursor.seen) == 4000
    assert cursor.seen[-1] == "2608.04499"


def test_days_whose_feed_nobody_read_are_told_but_no_weekends():
    cursor = WatchCursor().after_feed(parse_feed(feed([], 6)), NEW, NOW)  # a Thursday
    assert cursor.missed_days(parse_feed(feed([], 7))) == ()
    assert cursor.missed_days(parse_feed(feed([], 11))) == (date(2026, 8, 7), date(2026, 8, 10))
    assert cursor.missed_days(parse_feed(feed([], 6))) == ()
    assert WatchCursor().missed_days(parse_feed(feed([], 6))) == ()


@pytest.mark.parametrize(
    "text",
    [None, "", "rubbish", '{"version":2}', '{"subject":"other"}', '{"seen":7,"subject":"w"}'],
)
def test_a_cursor_that_is_unreadable_or_about_something_else_starts_anew(text: str | None):
    assert WatchCursor.read(text, "w") == WatchCursor(subject="w")


def test_what_waits_in_no_readable_form_is_left_out():
    cursor = WatchCursor(waiting=("2608.00001v1 new", "x new", "2608.00002v1 old", ""))
    assert _waiting(cursor) == ["2608.00001v1"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_cursor(text: str):
    assert WatchCursor.read(text, "w").subject == "w"
