"""The alerts rest on what is really measured: the API's health, and runs in the catalog."""

import re
import time
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from api.schemas.health import Health, ServiceHealth, Services
from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.storage.database import parse_database_url
from tests.deploy.files import load
from tests.postgres_server import PostgresServer

PARTS = set(Services.model_fields)
MODULES = load("monitoring/blackbox.yaml")["modules"]
QUERY = load("monitoring/queries.yaml")["arxiviz_runs"]
COUNTED = {f"arxiviz_runs_{name}" for metric in QUERY["metrics"] for name in metric}
OF_BLACKBOX = {"probe_success", "probe_duration_seconds", "probe_ssl_earliest_cert_expiry"}
(GROUP,) = load("alerts.yaml")["groups"]
RULES = {rule["alert"]: rule for rule in GROUP["rules"]}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_about_what_is_measured(rule: dict[str, str]):
    named = set(re.findall(r"\b(?:arxiviz|probe)_\w+", rule["expr"]))
    assert named
    assert named <= COUNTED | OF_BLACKBOX
    assert set(re.findall(r'part!?="(\w+)"', rule["expr"])) <= PARTS | {"api"}
    assert set(rule["annotations"]) == {"summary", "action"}


def test_each_metric_of_runs_is_a_column_of_the_query():
    columns = re.findall(r"\bAS (\w+)", QUERY["query"])
    assert {f"arxiviz_runs_{name}" for name in columns} == COUNTED


def test_each_rule_is_tried():
    tried = {
        name
        for test in load("monitoring/alerts.test.yaml")["tests"]
        for name in re.findall(r"Arxiviz\w+", str(test))
    }
    assert tried == set(RULES)


def test_prometheus_asks_for_each_part_by_its_module():
    jobs = {job["job_name"]: job for job in load("monitoring/prometheus.yaml")["scrape_configs"]}
    asked = {config["labels"]["part"] for config in jobs["arxiviz-health"]["static_configs"]}
    assert asked == PARTS | {"api"}
    assert {f"arxiviz_{part}" for part in asked} == set(MODULES)
    named = {job for rule in RULES.values() for job in re.findall(r'job="([\w-]+)"', rule["expr"])}
    assert named <= set(jobs) | {"arxiviz-public"}  # of which there is a draft


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_module_sees_whether_its_part_works(part: str):
    (pattern,) = MODULES[f"arxiviz_{part}"]["http"]["fail_if_body_not_matches_regexp"]
    ok = ServiceHealth(status="ok", message="It answers.")
    away = ServiceHealth(status="unavailable", message='It said "status":"ok" yesterday.')
    for broken in (None, *PARTS):
        parts = {name: away if name == broken else ok for name in PARTS}
        answer = Health(
            status="ok" if broken is None else "degraded", version="1", services=Services(**parts)
        )
        for body in (answer.model_dump_json(), answer.model_dump_json(indent=1)):
            assert bool(re.search(pattern, body)) == (broken != part)


@pytest.fixture
def empty_catalog(monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer) -> str:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    return postgres.make_database()


@dg.job
def nothing():
    pass


def test_the_query_counts_runs(tmp_path: Path, postgres: PostgresServer, empty_catalog: str):
    def counted() -> dict[str, float]:
        (row,) = postgres.execute(empty_catalog, QUERY["query"])
        columns = re.findall(r"\bAS (\w+)", QUERY["query"])
        return {name: float(value) for name, value in zip(columns, row, strict=True)}

    url = SecretStr(parse_database_url(postgres.url(empty_catalog)))
    with open_instance(tmp_path / "home", url) as instance:
        assert set(counted().values()) == {0.0}
        status = dg.DagsterRunStatus
        for _ in range(2):  # Dagster queues runs of a code server alone
            instance.create_run_for_job(nothing, status=status.NOT_STARTED)
        postgres.execute(empty_catalog, "UPDATE runs SET status = 'QUEUED'")
        instance.create_run_for_job(nothing, status=status.STARTING)
        for _ in range(3):
            instance.report_run_failed(instance.create_run_for_job(nothing, status=status.STARTED))
        nothing.execute_in_process(instance=instance)
        started = instance.create_run_for_job(nothing, status=status.STARTED)
        postgres.execute(
            empty_catalog,
            "UPDATE runs SET create_timestamp = create_timestamp - interval '2 hours' "
            "WHERE status = 'QUEUED'",
        )
        postgres.execute(
            empty_catalog,
            f"UPDATE runs SET start_time = {time.time() - 20_000} "  # noqa: S608 - our own id
            f"WHERE run_id = '{started.run_id}'",
        )
        found = counted()
        assert {name: found[name] for name in found if not name.endswith("_seconds")} == {
            "queued": 2.0,
            "under_way": 2.0,
            "succeeded_last_hour": 1.0,
            "failed_last_hour": 3.0,
        }
        assert found["oldest_queued_seconds"] == pytest.approx(7200, abs=60)
        assert found["longest_seconds"] == pytest.approx(20_000, abs=60)
        postgres.execute(empty_catalog, "UPDATE runs SET end_time = end_time - 4000")
        assert counted()["failed_last_hour"] == 0.0
