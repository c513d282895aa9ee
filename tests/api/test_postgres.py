"""The API on a real Postgres: it reads, says when the database is away, and comes back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from api.errors import RETRY_AFTER_SECONDS
from api.main import create_app
from api.settings import ApiSettings
from arxiviz_pipeline.domain.errors import StorageUnavailableError
from tests.api import pipeline
from tests.postgres_server import PostgresServer

DEPLOYED = Path(__file__).parents[2] / "deploy" / "dagster.yaml"


@pytest.fixture
def database_url(
    home: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An installation as the production file configures it, with an address as people write it."""
    shutil.rmtree(home / "dagster")
    (home / "dagster").mkdir()
    shutil.copy(DEPLOYED, home / "dagster" / "dagster.yaml")
    url = postgres.url(postgres.make_database()).replace("postgresql://", "postgres://")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def test_the_api_says_when_postgres_is_away_and_comes_back(
    home: Path, database_url: str, postgres: PostgresServer
):
    with dg.DagsterInstance.get() as instance:
        job_id, other_id = (
            pipeline.process(instance, home, arxiv_id) for arxiv_id in ("2312.00002", "2312.00003")
        )
    with TestClient(create_app(ApiSettings()), raise_server_exceptions=False) as client:
        before = client.get(f"/api/status/{job_id}").json()
        assert before["status"] == "completed"
        postgres.stop()
        try:
            away = client.get(f"/api/status/{other_id}")
            unhealthy = client.get("/api/health").json()["services"]["database"]
        finally:
            postgres.start()
        assert away.status_code == 503
        assert away.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
        assert away.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
        assert unhealthy["status"] == "unavailable"
        assert client.get(f"/api/status/{other_id}").json()["status"] == "completed"
        assert client.get(f"/api/status/{job_id}").json() == before
        paper = client.get("/api/paper/2312.00002").json()
        assert {each["status"] for each in paper["visualizations"]} == {"complete"}
    assert not list(home.rglob("*.db")), "nothing of the catalog is in a file"


def test_an_api_without_its_postgres_does_not_start_and_says_what_to_do(
    home: Path, database_url: str, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", postgres.url("no_such_database"))
    with (
        pytest.raises(StorageUnavailableError, match="createdb"),
        TestClient(create_app(ApiSettings())),
    ):
        pass
