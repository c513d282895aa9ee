"""Backfills over several ticks: requests, lists, tokens that expire, and what is told of it."""

from arxiviz_pipeline.defs.announced_runs import BACKFILL_PAPERS, REQUESTED_BY_TAG
from tests.defs.sensor_daemon import OUTAGE, Daemon, announce, answer_list, items
from tests.ingest.arxiv.announced import deleted_record, feed, page, record, refusal
from tests.ingest.arxiv.replay_server import Reply


def test_nothing_is_harvested_before_somebody_asks(daemon: Daemon):
    assert "request_backfill" in daemon.tick(BACKFILL_PAPERS).told
    assert daemon.server.paths == []


def test_a_backfill_finds_the_papers_of_the_days_asked_for(daemon: Daemon):
    answer_list(
        daemon,
        page(
            [
                record("2601.00001", versions=2),
                record("2512.00001", "Wed, 31 Dec 2025 12:00:00 GMT"),
                record("2601.00002", categories="cs.LG cs.CL"),
                deleted_record("2601.00003"),
            ],
            token="t",
        ),
        page([record("2601.00004")]),
    )
    asked = daemon.launch_request().run_id
    assert daemon.request_tags(asked)[0] == "waiting"
    first = daemon.tick(BACKFILL_PAPERS)
    assert first.papers == ["2601.00001"]
    assert first.runs[0].tags[REQUESTED_BY_TAG] == BACKFILL_PAPERS
    assert daemon.request_tags(asked) == ("working", "1 runs asked for, 0 papers skipped")
    assert daemon.tick(BACKFILL_PAPERS).papers == ["2601.00004"]
    assert "Done" in daemon.tick(BACKFILL_PAPERS).told
    assert daemon.request_tags(asked) == ("done", "2 runs asked for, 0 papers skipped")
    assert "Nothing is asked for" in daemon.tick(BACKFILL_PAPERS).told
    assert len(daemon.server.paths) == 2
    assert "from=2026-01-01" in daemon.server.paths[0]
    assert "set=cs:cs:CL" in daemon.server.paths[0]


def test_a_backfill_is_bounded_and_reads_the_next_page_when_few_wait(daemon: Daemon):
    daemon.rate = 2
    answer_list(daemon, page([record(f"2601.0000{n}") for n in range(1, 6)], token="t"), page([]))
    daemon.ask_for_days()
    made: list[str] = []
    for _ in range(4):
        tick = daemon.tick(BACKFILL_PAPERS)
        assert len(tick.papers) <= 2
        made += tick.papers
        daemon.finish(tick.runs)
    assert made == [f"2601.0000{n}" for n in range(1, 6)]
    assert len(daemon.server.paths) == 2


def test_an_expired_token_an_outage_and_a_wait_cost_no_paper(daemon: Daemon):
    answer_list(
        daemon,
        page([record("2601.00001", changed="2026-01-09")], token="t"),
        refusal("badResumptionToken"),
        OUTAGE,
        Reply(status=503, headers={"Retry-After": "600"}),
        page([record("2601.00001", changed="2026-01-09"), record("2601.00002")]),
    )
    asked = daemon.ask_for_days()
    assert daemon.tick(BACKFILL_PAPERS).papers == ["2601.00001"]
    assert "begun again at 2026-01-09" in daemon.tick(BACKFILL_PAPERS).told
    assert "HTTP 503" in daemon.tick(BACKFILL_PAPERS).told
    assert "600 s" in daemon.tick(BACKFILL_PAPERS).told
    assert "asked again at" in daemon.tick(BACKFILL_PAPERS, later_seconds=120).told
    assert daemon.tick(BACKFILL_PAPERS).papers == ["2601.00002"]
    assert "from=2026-01-09" in daemon.server.paths[-1]
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(asked)[0] == "done"


def test_a_lost_cursor_begins_the_backfill_again_and_repeats_no_run(daemon: Daemon):
    answer_list(daemon, page([record("2601.00001")], token="t"), page([record("2601.00001")]))
    asked = daemon.ask_for_days()
    first = daemon.tick(BACKFILL_PAPERS)
    daemon.finish(first.runs, made=False)
    daemon.cursors[BACKFILL_PAPERS] = None
    assert daemon.tick(BACKFILL_PAPERS).papers == []
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(asked)[0] == "done"


def test_backfills_are_worked_off_one_after_the_other_and_one_can_be_called_off(daemon: Daemon):
    answer_list(daemon, page([record("2601.00001")], token="t"), page([record("2602.00001")]))
    first, second = daemon.ask_for_days(), daemon.ask_for_days(categories=["hep-th"])
    daemon.tick(BACKFILL_PAPERS)
    daemon.instance.delete_run(first)
    daemon.tick(BACKFILL_PAPERS)
    assert "set=physics:hep-th" in daemon.server.paths[-1]
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(second)[0] == "done"


def test_the_same_days_may_be_asked_for_again_to_retry_what_failed(daemon: Daemon):
    answer_list(daemon, page([record("2601.00001"), record("2601.00002")]))
    daemon.ask_for_days()
    first = daemon.tick(BACKFILL_PAPERS)
    daemon.finish(first.runs[:1])
    daemon.finish(first.runs[1:], made=False)
    daemon.tick(BACKFILL_PAPERS)
    again = daemon.ask_for_days()
    assert daemon.tick(BACKFILL_PAPERS).papers == ["2601.00002"]
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(again) == ("done", "1 runs asked for, 1 papers skipped")


def test_a_category_that_arxiv_has_not_costs_no_other(daemon: Daemon):
    answer_list(daemon, refusal("badArgument", "no set"), page([record("2601.00001")]))
    asked = daemon.ask_for_days(categories=["cs.XX", "cs.CL"])
    assert "refuses the list of cs.XX" in daemon.tick(BACKFILL_PAPERS).told
    assert daemon.tick(BACKFILL_PAPERS).papers == ["2601.00001"]
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(asked)[1].endswith("arXiv refuses cs.XX")


def test_days_without_papers_are_done_at_once(daemon: Daemon):
    answer_list(daemon, refusal("noRecordsMatch"))
    asked = daemon.ask_for_days()
    daemon.tick(BACKFILL_PAPERS)
    daemon.tick(BACKFILL_PAPERS)
    assert daemon.request_tags(asked) == ("done", "0 runs asked for, 0 papers skipped")


def test_a_request_that_makes_no_sense_fails_where_it_is_made(daemon: Daemon):
    assert not daemon.launch_request(last_day="2025-01-01").success
    assert "Nothing is asked for" in daemon.tick(BACKFILL_PAPERS).told


def test_both_sensors_together_keep_to_the_bound(daemon: Daemon):
    daemon.rate = 3
    announce(daemon, feed(items(1, 2)))
    answer_list(daemon, page([record(f"2601.0000{n}") for n in range(1, 4)]))
    daemon.ask_for_days()
    assert len(daemon.tick().papers) == 2
    assert len(daemon.tick(BACKFILL_PAPERS).papers) == 1
