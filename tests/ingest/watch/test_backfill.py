"""Backfills: what may be asked for, and how their lists are gone through."""

from collections.abc import Callable
from datetime import date

import pytest

from arxiviz_pipeline.domain.announcements import Wanted
from arxiviz_pipeline.domain.errors import ConfigurationError, MalformedAnswerError
from arxiviz_pipeline.ingest.arxiv.harvest import HarvestPage, TokenExpiredError, parse_page
from arxiviz_pipeline.ingest.watch.backfill import Backfill, BackfillCursor, list_papers
from tests.ingest.arxiv.announced import page, record

JANUARY = Backfill.parse("2026-01-01", "2026-01-31", ["cs.CL"])
NEW = Wanted(("new",))


def test_a_backfill_names_days_and_categories():
    assert Backfill(date(2026, 1, 1), date(2026, 1, 31), ("cs.CL",), ("new",)) == JANUARY
    assert str(JANUARY) == "cs.CL from 2026-01-01 to 2026-01-31"
    both = Backfill.parse("2026-01-01", "2026-01-01", ["cs.CL"], cross_lists=True)
    assert both.types == ("new", "cross")


@pytest.mark.parametrize(
    ("first", "last", "categories", "told"),
    [
        ("2026-02-01", "2026-01-01", ["cs.CL"], "is after the last"),
        ("1990-01-01", "2026-01-01", ["cs.CL"], "no papers before 1991-08-01"),
        ("2999-01-01", "2999-01-02", ["cs.CL"], "still to come"),
        ("January", "2026-01-01", ["cs.CL"], "'January' is not a day"),
        ("2026-01-01", "2026-01-01", [], "No category"),
        ("2026-01-01", "2026-01-01", ["cs CL"], "is not an arXiv category"),
    ],
)
def test_what_makes_no_sense_is_refused(first: str, last: str, categories: list[str], told: str):
    with pytest.raises(ConfigurationError, match=told):
        Backfill.parse(first, last, categories)


def test_a_list_is_gone_through_page_by_page():
    cursor = BackfillCursor(subject="a")
    assert cursor.begin(JANUARY) == date(2026, 1, 1)
    first = parse_page(page([record("2601.00001", changed="2026-02-03")], token="t"), "cs.CL")
    cursor = cursor.after_page(first, JANUARY, NEW)
    assert (cursor.token, cursor.begin(JANUARY)) == ("t", date(2026, 2, 3))
    assert cursor.begun_again().token is None
    last = parse_page(page([record("2601.00001"), record("2601.00002")]), "cs.CL")
    cursor = cursor.after_page(last, JANUARY, NEW)
    assert cursor.category(JANUARY) is None
    assert [str(each.paper) for each in cursor.announcements] == ["2601.00001", "2601.00002"]
    assert BackfillCursor.read(cursor.write(), "a") == cursor


def test_each_category_has_a_list_of_its_own():
    both = Backfill.parse("2026-01-01", "2026-01-31", ["cs.CL", "hep-th"])
    cursor = BackfillCursor(subject="a").after_page(HarvestPage(), both, NEW)
    assert cursor.category(both) == "hep-th"
    assert cursor.begin(both) == both.first_day
    refused = cursor.after_refusal("hep-th")
    assert refused.category(both) is None
    assert refused.counts == "0 runs asked for, 0 papers skipped; arXiv refuses hep-th"


def test_a_token_that_leads_to_itself_is_noticed():
    cursor = BackfillCursor(subject="a", token="t")
    with pytest.raises(MalformedAnswerError, match="in circles"):
        cursor.after_page(HarvestPage(token="t"), JANUARY, NEW)


@pytest.mark.parametrize(
    "text",
    [None, "", "rubbish", "[]", '{"version":0}', '{"category_index":"x"}', '{"subject":"other"}'],
)
def test_a_cursor_that_is_none_of_this_backfill_starts_anew(text: str | None):
    assert BackfillCursor.read(text, "a") == BackfillCursor(subject="a")


def _pages(answers: list[bytes | Exception]) -> Callable[[str, date, str | None], HarvestPage]:
    def fetch(category: str, changed_since: date, token: str | None) -> HarvestPage:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return parse_page(answer, category)

    return fetch


def test_a_list_whose_token_expires_is_begun_again():
    answers: list[bytes | Exception] = [
        page([record("2601.00001")], token="t"),
        TokenExpiredError("too late"),
        page([record("2601.00001"), record("2601.00002")]),
    ]
    papers = [each.arxiv_id.number for each in list_papers(_pages(answers), JANUARY)]
    assert papers == ["2601.00001", "2601.00001", "2601.00002"]


def test_a_list_whose_token_never_holds_is_given_up():
    answers: list[bytes | Exception] = []
    for _ in range(4):
        answers += [page([record("2601.00001")], token="t"), TokenExpiredError("too late")]
    with pytest.raises(TokenExpiredError):
        list(list_papers(_pages(answers), JANUARY))


def test_a_long_list_is_read_no_further_than_it_is_asked_for():
    answers: list[bytes | Exception] = [page([record("2601.00001")], token="t")]
    assert next(list_papers(_pages(answers), JANUARY)).arxiv_id.number == "2601.00001"
