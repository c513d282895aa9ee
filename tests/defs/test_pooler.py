"""Dagster's catalog, the API's reads and locks, through a pooler as deploy/README.md sets it up."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.defs.postgres_storage import PostgresStorage
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.database import parse_database_url
from arxiviz_pipeline.storage.postgres_locks import PostgresLocks
from tests.defs.test_pipeline import SAMPLE, SECTIONS, Run, Small
from tests.pooler import start_pooler
from tests.postgres_server import PostgresServer

GUIDE = Path(__file__).parents[2] / "deploy" / "README.md"
_TIMEOUT = "SHOW statement_timeout"


@pytest.fixture
def url(tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database's address by way of the pooler."""
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    told = re.search(r"```ini\n(pool_mode.*?)```", GUIDE.read_text(), re.DOTALL)
    assert told is not None
    with start_pooler(postgres, tmp_path, told[1]) as port:
        address = postgres.url(postgres.make_database())
        yield parse_database_url(address.replace(f":{postgres.port}/", f":{port}/"))


def test_a_run_is_recorded(tmp_path: Path, url: str):
    with open_instance(tmp_path / "home", SecretStr(url)) as instance:
        run = Run(tmp_path / "home", instance)
        run.source = Small()
        result = run()
        assert result.success
        assert len(records.read_videos(run.store, SAMPLE)) == len(SECTIONS)
        assert instance.get_latest_materialization_event(dg.AssetKey(catalog.VIDEOS)) is not None


def test_limits_of_who_reads_stay_with_nobody_else(url: str):
    reader, writer = PostgresStorage(url), PostgresStorage(url)
    reader.event_log_storage.optimize_for_webserver(1234, 300, 20)
    with ThreadPoolExecutor(8) as pool:
        both = [each for _ in range(40) for each in (reader, writer)]
        told = list(pool.map(_timeout, both))
    assert set(told[1::2]) == {"0"}


def _timeout(storage: PostgresStorage) -> str:
    with storage.event_log_storage.index_connection() as connection:
        return connection.exec_driver_sql(_TIMEOUT).scalar_one()


def test_a_lock_keeps_everybody_out(url: str):
    inside: list[int] = []
    most: list[int] = []
    guard = threading.Lock()

    def hold(_: int) -> None:
        with PostgresLocks(url).hold("paper"):
            with guard:
                inside.append(1)
                most.append(len(inside))
            threading.Event().wait(0.02)
            with guard:
                inside.pop()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(hold, range(12)))
    assert most == [1] * 12
