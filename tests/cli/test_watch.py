"""`arxiviz watch`: what it shows, what it makes, and what it refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from arxiviz_pipeline.cli.main import app
from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ConfigurationError, SourceUnavailableError
from tests.ingest.arxiv.announced import (
    FEED_TYPE,
    NON_EXCLUSIVE,
    OAI_TYPE,
    feed,
    feed_item,
    page,
    record,
)
from tests.ingest.arxiv.replay_server import ReplayServer, Reply, replay_server


class Terminal:
    """Types commands at a home of its own, with a server in arXiv's place."""

    def __init__(self, home: Path, server: ReplayServer) -> None:
        self.home = home
        self.server = server
        self.exit_code = 0

    def __call__(self, *arguments: str) -> str:
        result = CliRunner().invoke(app, ["watch", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.exit_code = result.exit_code
        return result.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with replay_server({}) as server:
        for name, value in {
            "ARXIVIZ_HOME": str(tmp_path / "home"),
            "ARXIVIZ_PAPERS_DIR": "",
            "ARXIVIZ_WATCH": "",
            "ARXIVIZ_WATCH_TYPES": "",
            "ARXIVIZ_WATCH_RATE": "",
            "ARXIVIZ_LICENCE_POLICY": "",
            "ARXIVIZ_QUALITY": "low",
            "ARXIV_RSS_URL": f"{server.url}/rss",
            "ARXIV_OAI_URL": f"{server.url}/oai",
            "ARXIV_API_URL": f"{server.url}/api/query",
            "ARXIV_URL": server.url,
            "ARXIV_EXPORT_URL": server.url,
            "AR5IV_URL": server.url,
            "S3_BUCKET": "",
            "DAGSTER_HOME": "",
            "COLUMNS": "200",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield Terminal(tmp_path / "home", server)


def _announce(watch: Terminal, *items: str) -> None:
    watch.server.replies["/rss/cs.CL"] = Reply(feed(items), FEED_TYPE)


def test_a_dry_run_tells_of_each_paper_what_would_become_of_it(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ARXIVIZ_LICENCE_POLICY", "derivatives")
    _announce(
        watch,
        feed_item("2608.00001v1", title="[red] On <x>", categories=("cs.CL", "cs.AI")),
        feed_item("2608.00002v1", "cross"),
        feed_item("2608.00003v1", licence=NON_EXCLUSIVE),
        feed_item("2608.00004v1"),
        feed_item("2608.00005v1"),
    )
    with open_instance(watch.home) as instance:
        instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, ["2608.00004"])
        instance.report_runless_asset_event(
            dg.AssetMaterialization(catalog.VIDEOS, partition="2608.00004")
        )
    told = watch.json("--category", "cs.CL", "--limit", "1", "--dry-run")["announced"]
    assert told[0] == {
        "arxiv_id": "2608.00001v1",
        "type": "new",
        "title": "[red] On <x>",
        "categories": ["cs.CL", "cs.AI"],
        "licence": "http://creativecommons.org/licenses/by/4.0/",
        "skipped_because": None,
    }
    assert [each["skipped_because"] for each in told[1:]] == [
        "type cross is not asked for",
        "licence arXiv non-exclusive 1.0 does not allow derivatives",
        "beyond the limit of 1",
        "beyond the limit of 1",
    ]
    shown = watch("--category", "cs.CL", "--dry-run")
    assert "2 papers would be made" in shown
    assert "[red] On <x>" in shown
    assert "CC BY 4.0" in shown
    assert "has its videos (2608.00004v1)" in shown
    with open_instance(watch.home) as instance:
        assert instance.get_dynamic_partitions(catalog.ARXIV_PAPERS) == ["2608.00004"]
        assert instance.get_runs_count() == 0


def test_a_dry_run_of_some_days_reads_no_further_than_the_limit(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ARXIVIZ_WATCH_TYPES", "new,replace")
    watch.server.replies["/oai"] = Reply(
        page(
            [record("2512.00001", "Wed, 31 Dec 2025 12:00:00 GMT"), record("2601.00001")],
            token="t",
        ),
        OAI_TYPE,
    )
    days = ("--from", "2026-01-01", "--until", "2026-01-31")
    told = watch.json("--category", "cs.CL", *days, "--limit", "1", "--dry-run")["announced"]
    assert [each["arxiv_id"] for each in told] == ["2601.00001v1"]
    assert len(watch.server.paths) == 1
    assert "from=2026-01-01" in watch.server.paths[0]


def test_what_is_announced_is_made_here_and_what_fails_is_told(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ARXIVIZ_WATCH", "cs.CL")
    _announce(watch, feed_item("2608.00001v1"))
    told = watch.json()
    assert watch.exit_code == 1, "arXiv, as it is here, has no such paper"
    (outcome,) = told["papers"]
    assert outcome["arxiv_id"] == "2608.00001"
    assert outcome["error"]
    with open_instance(watch.home) as instance:
        assert instance.get_dynamic_partitions(catalog.ARXIV_PAPERS) == ["2608.00001"]
        (run,) = instance.get_runs()
        assert run.job_name == catalog.PAPER_VIDEOS_JOB


def test_a_day_without_papers_is_no_failure(watch: Terminal):
    _announce(watch)
    assert watch.json("--category", "cs.CL") == {"announced": [], "papers": []}
    assert watch.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "No category is named"),
        (["--category", "cs CL"], "is not an arXiv category"),
        (["--category", "cs.CL", "--types", "newest"], "'newest' is not one"),
        (["--category", "cs.CL", "--until", "2026-01-31"], "--until needs --from"),
        (["--category", "cs.CL", "--from", "yesterday"], "'yesterday' is not a day"),
        (
            ["--category", "cs.CL", "--from", "2026-01-01", "--types", "replace"],
            "today's feed alone",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_before_arxiv_is_asked(
    watch: Terminal, arguments: list[str], told: str
):
    with pytest.raises(ConfigurationError, match=told):
        watch(*arguments)
    assert watch.server.paths == []
    assert not watch.home.exists()


def test_an_outage_is_told(watch: Terminal):
    watch.server.replies["/rss/cs.CL"] = Reply(status=403)
    with pytest.raises(SourceUnavailableError, match="HTTP 403"):
        watch("--category", "cs.CL", "--dry-run")
