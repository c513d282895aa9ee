"""The watch over several ticks: real HTTP, a real catalog, and a daemon that launches nothing."""

from pathlib import Path

import dagster as dg
import pytest

from arxiviz_pipeline.defs.announced_runs import (
    ANNOUNCED_TAG,
    NEW_PAPERS,
    REQUESTED_BY_TAG,
    VERSION_TAG,
)
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.announcements import ANNOUNCE_TYPES
from tests.defs.sensor_daemon import OUTAGE, Daemon, announce, items
from tests.ingest.arxiv.announced import FEED_TYPE, NON_EXCLUSIVE, feed, feed_item
from tests.ingest.arxiv.replay_server import Reply


def test_the_watch_is_on_only_if_something_is_watched(daemon: Daemon):
    def status() -> dict[str, dg.DefaultSensorStatus]:
        sensors = daemon.definitions().sensors or ()
        return {each.name: each.default_status for each in sensors}

    assert status()[NEW_PAPERS] is dg.DefaultSensorStatus.RUNNING
    daemon.categories = ()
    assert status()[NEW_PAPERS] is dg.DefaultSensorStatus.STOPPED
    assert "ARXIVIZ_WATCH" in daemon.tick().told
    assert daemon.server.paths == []


def test_a_recorded_feed_becomes_a_run_for_each_new_paper(daemon: Daemon, shared_papers: Path):
    announce(daemon, (shared_papers / "responses" / "rss" / "rss_cs.CL.xml").read_bytes())
    daemon.rate = 100
    tick = daemon.tick(launch=False)
    assert len(tick.requests) == 56
    for request in tick.requests:
        assert request.run_key == request.partition_key
        assert request.tags[catalog.PARTITION_TAG] == request.partition_key
        assert request.tags[REQUESTED_BY_TAG] == NEW_PAPERS
        assert request.tags[ANNOUNCED_TAG] == "new"
        assert request.tags["dagster/priority"] == "-1"
    assert "nothing new" in daemon.tick().told


def test_all_types_are_one_run_a_paper(daemon: Daemon, shared_papers: Path):
    announce(daemon, (shared_papers / "responses" / "rss" / "rss_cs.CL.xml").read_bytes())
    daemon.rate, daemon.types = 200, ANNOUNCE_TYPES
    keys = {request.run_key for request in daemon.tick(launch=False).requests}
    assert len(keys) == 139
    assert sum("v" in (key or "") for key in keys) == 47, "replacements are told by their version"


def test_a_run_is_launched_with_its_job_and_a_partition_that_is_there(daemon: Daemon):
    announce(daemon, feed(items(1, 1)))
    (run,) = daemon.tick().runs
    assert run.job_name == catalog.PAPER_VIDEOS_JOB
    assert daemon.instance.has_dynamic_partition(catalog.ARXIV_PAPERS, "2608.00001")
    assert run.tags[VERSION_TAG] == "2608.00001v1"


def test_no_more_runs_are_asked_for_than_may_wait_at_a_time(daemon: Daemon):
    announce(daemon, feed(items(1, 8)))
    daemon.rate = 3
    first = daemon.tick()
    assert first.papers == ["2608.00001", "2608.00002", "2608.00003"]
    full = daemon.tick(later_seconds=300)
    assert full.papers == []
    assert "5 papers wait" in full.told
    daemon.finish(first.runs[:2])
    assert daemon.tick(later_seconds=300).papers == ["2608.00004", "2608.00005"]
    assert len(daemon.server.paths) == 1, "the rest is worked off without asking arXiv again"


def test_the_same_feed_and_the_same_papers_in_the_next_make_no_second_run(daemon: Daemon):
    announce(daemon, feed(items(1, 2), 3), feed(items(1, 2), 3), feed(items(1, 3), 4))
    assert len(daemon.tick().papers) == 2
    assert daemon.tick().papers == []
    assert daemon.tick().papers == ["2608.00003"]


def test_a_weekend_is_nothing_to_do_and_the_feed_after_it_is_read(daemon: Daemon):
    announce(daemon, feed(items(1, 1), 7), feed([], 8), feed([], 9), feed(items(2, 2), 10))
    assert daemon.tick().papers == ["2608.00001"]
    assert "weekends" in daemon.tick().told
    assert "weekends" in daemon.tick().told
    assert daemon.tick().papers == ["2608.00002"]


@pytest.mark.parametrize("trouble", [OUTAGE, Reply(b"<rss"), Reply(b"Rate exceeded."), b""])
def test_an_outage_costs_no_paper_and_is_tried_again(daemon: Daemon, trouble: Reply | bytes):
    announce(daemon, feed(items(1, 4), 3), trouble, feed(items(5, 5), 4))
    daemon.rate = 2
    first = daemon.tick()
    daemon.finish(first.runs)
    assert daemon.tick().papers == ["2608.00003", "2608.00004"], "what waits goes on meanwhile"
    daemon.finish(
        daemon.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED]))
    )
    assert daemon.tick(later_seconds=300).papers == ["2608.00005"]


def test_an_outage_is_told_and_the_cursor_kept(daemon: Daemon):
    announce(daemon, feed(items(1, 1)), OUTAGE)
    daemon.tick()
    cursor = daemon.cursors[NEW_PAPERS]
    tick = daemon.tick()
    assert "HTTP 503" in tick.told
    assert '"seen":["2608.00001"]' in (daemon.cursors[NEW_PAPERS] or "")
    assert cursor is not None


def test_arxiv_is_not_asked_before_the_time_that_it_names(daemon: Daemon):
    wait = Reply(status=429, headers={"Retry-After": "3600"})
    announce(daemon, wait, feed(items(1, 1)))
    assert "too many requests" in daemon.tick().told
    assert "asked for again at" in daemon.tick(later_seconds=1800).told
    assert daemon.tick(later_seconds=1801).papers == ["2608.00001"]
    assert len(daemon.server.paths) == 2


def test_a_feed_that_does_not_exist_is_told_with_the_setting(daemon: Daemon):
    daemon.categories = ("cs.XX",)
    assert "ARXIVIZ_WATCH" in daemon.tick().told


@pytest.mark.parametrize("cursor", ["rubbish", '{"version":0}', "[]", "2608.00001"])
def test_a_cursor_that_cannot_be_read_starts_anew_and_repeats_nothing(daemon: Daemon, cursor: str):
    announce(daemon, feed(items(1, 2), 3))
    runs = daemon.tick().runs
    daemon.finish(runs[:1])
    daemon.cursors[NEW_PAPERS] = cursor
    assert daemon.tick().papers == []


def test_other_categories_start_anew(daemon: Daemon):
    announce(daemon, feed(items(1, 1)))
    daemon.server.replies["/rss/cs.CL+math.NT"] = Reply(feed(items(2, 2)), FEED_TYPE)
    daemon.tick()
    daemon.categories = ("cs.CL", "math.NT")
    daemon.reload()
    assert daemon.tick(later_seconds=300).papers == ["2608.00002"]


def test_papers_that_have_their_videos_or_are_being_made_are_skipped(daemon: Daemon):
    announce(daemon, feed(items(1, 3)))
    for paper in ("2608.00001", "2608.00002"):
        daemon.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [paper])
    daemon.instance.report_runless_asset_event(
        dg.AssetMaterialization(catalog.VIDEOS, partition="2608.00001")
    )
    tags = {catalog.PARTITION_TAG: "2608.00002"}
    daemon.instance.add_run(
        dg.DagsterRun(catalog.PAPER_VIDEOS_JOB, tags=tags, status=dg.DagsterRunStatus.STARTED)
    )
    assert daemon.tick().papers == ["2608.00003"]


def test_a_partition_without_videos_gets_its_run(daemon: Daemon):
    announce(daemon, feed(items(1, 1)))
    daemon.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, ["2608.00001"])
    assert daemon.tick().papers == ["2608.00001"]


def test_every_new_version_is_a_run_of_the_same_partition(daemon: Daemon):
    daemon.types = ("new", "replace")
    second, third = (feed_item(f"2608.00001v{version}", "replace") for version in (2, 3))
    announce(daemon, feed(items(1, 1), 3), feed([second], 4), feed([second], 5), feed([third], 6))
    for expected in (["2608.00001"], ["2608.00001"], [], ["2608.00001"]):
        tick = daemon.tick()
        assert tick.papers == expected
        daemon.finish(tick.runs)


def test_a_new_version_waits_for_the_run_that_may_have_read_the_old(daemon: Daemon):
    daemon.types = ("new", "replace")
    replaced = feed([feed_item("2608.00001v2", "replace")], 4)
    announce(daemon, feed(items(1, 1), 3), replaced)
    first = daemon.tick()
    assert daemon.tick().papers == []
    daemon.finish(first.runs)
    assert daemon.tick(later_seconds=300).papers == ["2608.00001"]


def test_papers_whose_licence_forbids_get_no_run(daemon: Daemon):
    daemon.licence_policy = "derivatives"
    announce(daemon, feed([*items(1, 1), feed_item("2608.00002v1", licence=NON_EXCLUSIVE)]))
    assert daemon.tick().papers == ["2608.00001"]


def test_a_feed_that_comes_too_late_for_its_tick_is_there_for_a_later_one(daemon: Daemon):
    daemon.patience_seconds = 0.05
    announce(daemon, Reply(feed(items(1, 1)), FEED_TYPE, pause_seconds=0.3))
    told = daemon.tick()
    assert "has not answered within" in told.told
    for _ in range(200):
        if told.papers:
            break
        told = daemon.tick()
    assert told.papers == ["2608.00001"]
    assert len(daemon.server.paths) == 1
