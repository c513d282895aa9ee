"""A job whose run died, and that Dagster launches again: one job all the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from arxiviz_pipeline.defs.active_runs import active_run
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.relaunches import (
    RETRIED_BY_TAG,
    RETRY_NUMBER_TAG,
    WILL_RETRY_TAG,
    is_awaited,
    is_relaunched,
)
from tests.api import pipeline

PAPER = "1706.03762"
_RETRIES = "run_retries: {enabled: true, max_retries: 1, retry_on_asset_or_op_failure: false}\n"
_NOW = datetime(2026, 1, 5, tzinfo=UTC)
Start = Callable[..., dg.DagsterRun]


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with (home / "dagster" / "dagster.yaml").open("a") as file:
        file.write(_RETRIES)
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def client(instance: dg.DagsterInstance) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings())) as client:
        yield client


@pytest.fixture
def start(instance: dg.DagsterInstance, home: Path) -> Start:
    """Make a run, in the place of another or not, as Dagster's daemon does."""

    def made(before: dg.DagsterRun | None = None, **tags: str) -> dg.DagsterRun:
        run = instance.create_run_for_job(
            pipeline.definitions(home).resolve_job_def(catalog.PAPER_VIDEOS_JOB),
            tags={catalog.PARTITION_TAG: PAPER} | tags,
            parent_run_id=before and before.run_id,
            root_run_id=before and before.run_id,
        )
        if before is not None:
            instance.add_run_tags(before.run_id, {RETRIED_BY_TAG: run.run_id})
        return run

    return made


def status_of(client: TestClient, job_id: str) -> dict[str, Any]:
    return client.get(f"/api/status/{job_id}").json()


def test_a_job_that_is_to_be_launched_again_waits_and_nobody_starts_another(
    client: TestClient, instance: dg.DagsterInstance, start: Start
):
    run = start()
    instance.report_run_failed(run, "its process is gone")
    status = status_of(client, run.run_id)
    assert (status["status"], status["error"], status["completed_at"]) == ("queued", None, None)
    asked = client.post("/api/process", json={"arxiv_id": PAPER, "force": True}).json()
    assert (asked["job_id"], asked["status"]) == (run.run_id, "queued")
    assert active_run(instance, ArxivId.parse(PAPER)) == run.run_id


def test_a_job_is_what_became_of_its_last_run(
    client: TestClient, instance: dg.DagsterInstance, start: Start
):
    first = start()
    instance.report_run_failed(first, "its process is gone")
    second = start(first)
    for run in (first, second):
        assert status_of(client, run.run_id)["status"] == "queued"
        assert status_of(client, run.run_id)["job_id"] == run.run_id
    assert client.post("/api/process", json={"arxiv_id": PAPER}).json()["job_id"] == first.run_id
    instance.report_run_failed(second, "its machine is gone")
    instance.add_run_tags(second.run_id, {WILL_RETRY_TAG: "false"})
    for run in (first, second):
        status = status_of(client, run.run_id)
        assert (status["status"], status["error"]) == ("failed", "its machine is gone")
    assert active_run(instance, ArxivId.parse(PAPER)) is None


def test_a_job_that_was_given_up_goes_on_when_it_is_launched_again_after_all(
    client: TestClient, instance: dg.DagsterInstance, start: Start
):
    first = start()
    instance.report_run_failed(first, "its process is gone")
    # As after minutes without a daemon.
    instance.add_run_tags(first.run_id, {WILL_RETRY_TAG: "false"})
    for _ in range(2):
        status = status_of(client, first.run_id)
        assert (status["status"], status["error"]) == ("failed", "its process is gone")
    second = start(first)
    for run in (first, second):
        status = status_of(client, run.run_id)
        assert (status["status"], status["error"]) == ("queued", None)
    assert client.post("/api/process", json={"arxiv_id": PAPER}).json()["job_id"] == first.run_id


def test_cancelling_keeps_it_from_being_launched_again(
    client: TestClient, instance: dg.DagsterInstance, start: Start
):
    run = start()
    instance.report_run_failed(run, "its process is gone")
    cancelled = client.post(f"/api/jobs/{run.run_id}/cancel")
    assert cancelled.status_code == 200
    assert cancelled.json()["status"] == "failed"
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.tags[WILL_RETRY_TAG] == "false"


def test_a_run_that_somebody_launches_anew_is_a_job_of_its_own(
    client: TestClient, instance: dg.DagsterInstance, home: Path, start: Start
):
    first = start()
    instance.report_run_canceled(first)
    second = instance.create_run_for_job(
        pipeline.definitions(home).resolve_job_def(catalog.PAPER_VIDEOS_JOB),
        tags={catalog.PARTITION_TAG: PAPER},
        parent_run_id=first.run_id,
        root_run_id=first.run_id,
    )
    assert status_of(client, first.run_id)["status"] == "failed"
    assert status_of(client, second.run_id)["status"] == "queued"


def test_a_run_of_the_command_line_is_launched_by_nobody(
    client: TestClient, instance: dg.DagsterInstance, start: Start
):
    run = start(**{catalog.PROCESS_TAG: "1:1.00"})
    instance.report_run_failed(run, "its process is gone")
    assert status_of(client, run.run_id)["status"] == "failed"
    assert active_run(instance, ArxivId.parse(PAPER)) is None


@pytest.mark.parametrize(
    ("tags", "seconds", "awaited"),
    [
        ({}, 1, True),  # the tag is about to be written
        ({}, 10, False),
        ({WILL_RETRY_TAG: "false"}, 1, False),
        ({WILL_RETRY_TAG: "true"}, 100, True),
        ({WILL_RETRY_TAG: "true"}, 1000, False),  # there is no daemon
        ({WILL_RETRY_TAG: "true", RETRIED_BY_TAG: "another"}, 1, False),
    ],
)
def test_a_run_is_awaited_for_a_while(tags: dict[str, str], seconds: int, awaited: bool):
    assert is_awaited(tags, _NOW, _NOW + timedelta(seconds=seconds)) is awaited


@pytest.mark.parametrize(
    ("tags", "later_tags", "relaunched"),
    [
        ({WILL_RETRY_TAG: "true", RETRIED_BY_TAG: "later"}, {RETRY_NUMBER_TAG: "1"}, True),
        ({WILL_RETRY_TAG: "true", RETRIED_BY_TAG: "other"}, {RETRY_NUMBER_TAG: "1"}, False),
        ({WILL_RETRY_TAG: "true"}, {RETRY_NUMBER_TAG: "1"}, True),  # the tag is about to be written
        ({WILL_RETRY_TAG: "true"}, {}, False),  # somebody launched it in Dagster's UI
        ({WILL_RETRY_TAG: "false"}, {RETRY_NUMBER_TAG: "1"}, False),
        ({}, {}, False),
    ],
)
def test_a_run_knows_whose_place_it_has(
    tags: dict[str, str], later_tags: dict[str, str], relaunched: bool
):
    assert is_relaunched(tags, "later", later_tags) is relaunched
