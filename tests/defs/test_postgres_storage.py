"""Dagster's catalog in a real Postgres: made once, waited for, and nothing of a run lost."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from arxiviz_pipeline.defs import postgres_connections
from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.defs.object_store import open_store
from arxiviz_pipeline.defs.postgres_storage import PostgresStorage
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.domain.models import RenderedScene
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.database import parse_database_url
from tests.defs.test_pipeline import SAMPLE, SECTIONS, Run, Small
from tests.fakes import FakeRenderer
from tests.fault_proxy import fault_proxy
from tests.postgres_server import PASSWORD, PostgresServer
from tests.s3_server import start_s3_server

_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def database(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an empty database; what is opened meanwhile stays in this test."""
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DAGSTER_HOME", "")
    return postgres.make_database()


@pytest.fixture
def instance(
    tmp_path: Path, postgres: PostgresServer, database: str
) -> Iterator[dg.DagsterInstance]:
    url = SecretStr(parse_database_url(postgres.url(database)))
    with open_instance(tmp_path / "home", url) as instance:
        yield instance


class InterruptingRenderer(FakeRenderer):
    """Does something once, in the middle of a run."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        super().__init__()
        self._interrupt = interrupt
        self._once = threading.Lock()

    def render(self, *arguments: object, **named: object) -> RenderedScene:
        if self._once.acquire(blocking=False):
            self._interrupt()
        return super().render(*arguments, **named)  # type: ignore[arg-type]


class Waiting(logging.Handler):
    """Knows that somebody waits for the database."""

    def __init__(self) -> None:
        super().__init__()
        self.noticed = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.noticed.set()


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    logger, handler = logging.getLogger(postgres_connections.__name__), Waiting()
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_the_home_of_a_database_holds_neither_catalog_nor_password(
    tmp_path: Path, instance: dg.DagsterInstance
):
    instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [str(SAMPLE)])
    assert not (tmp_path / "home" / "storage").exists()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    secrets = (PASSWORD, PASSWORD.replace("@", "%40").replace("/", "%2F").replace(":", "%3A"))
    assert not any(secret.encode() in content for content in written for secret in secrets)
    assert all(secret not in str(instance.info_str()) for secret in secrets)


def test_whoever_comes_first_makes_the_tables_once(postgres: PostgresServer, database: str):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(PostgresStorage, [postgres.url(database)] * 4))
    for each in opened:
        assert each.run_storage.get_runs() == []
        assert list(each.event_log_storage.all_asset_keys()) == []
        assert each.schedule_storage.all_instigator_state() == []
    assert postgres.execute(database, _TABLES)[0][0] > 15
    assert postgres.execute(database, "SELECT count(*) FROM alembic_version") == [(1,)]


def test_a_process_keeps_few_connections(postgres: PostgresServer, database: str):
    storage = PostgresStorage(postgres.url(database))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: storage.run_storage.get_runs(), range(50)))
    # Who closes a connection is gone before its server's process is.
    deadline = time.monotonic() + 10
    while postgres.execute(database, _OTHERS)[0][0] > 2:
        assert time.monotonic() < deadline


def test_what_many_storages_of_a_process_leave_open_can_be_closed(
    postgres: PostgresServer, database: str
):
    storages = [PostgresStorage(postgres.url(database)) for _ in range(6)]  # as a worker's steps do
    assert [each.run_storage.get_runs() for each in storages] == [[]] * 6
    assert postgres.execute(database, _OTHERS)[0][0] >= 6
    postgres_connections.close_idle_connections()
    deadline = time.monotonic() + 10
    while postgres.execute(database, _OTHERS)[0][0] > 0:
        assert time.monotonic() < deadline
    assert [each.run_storage.get_runs() for each in storages] == [[]] * 6


def test_a_database_that_is_not_there_ends_the_start_with_what_to_do(
    tmp_path: Path, postgres: PostgresServer, database: str
):
    with pytest.raises(StorageUnavailableError, match="createdb"):
        PostgresStorage(postgres.url("no_such_database"))
    url = SecretStr(parse_database_url(postgres.url(database, password="hidden")))
    with pytest.raises(StorageUnavailableError, match="the password in DATABASE_URL"):
        open_instance(tmp_path / "home", url)
    assert not os.environ["DAGSTER_HOME"]


def test_a_run_bears_a_restart_of_postgres_and_faults_of_s3(
    tmp_path: Path, postgres: PostgresServer, instance: dg.DagsterInstance, waiting: Waiting
):
    starts: list[threading.Thread] = []

    def restart() -> None:
        postgres.stop("immediate")
        starts.append(threading.Thread(target=start_when_missed))
        starts[0].start()

    def start_when_missed() -> None:
        waiting.noticed.wait(60)
        postgres.start()

    with (
        start_s3_server(tmp_path / "s3") as s3,
        fault_proxy(s3.endpoint) as proxy,
    ):
        bucket = s3.make_bucket()
        settings = s3.settings(bucket, S3_ENDPOINT=proxy.address)
        run = Run(tmp_path / "home", instance)
        run.source, run.renderer = Small(), InterruptingRenderer(restart)
        run.store = open_store(settings)
        proxy.plan(".mp4", "unavailable", "lost")
        proxy.plan("PUT ", "reset")
        result = run()
        starts[0].join(60)
        assert waiting.noticed.is_set()
        assert proxy.left == 0
        assert result.success
        videos = records.read_videos(run.store, SAMPLE)
        assert [video.status for video in videos] == ["complete"] * len(SECTIONS)
        for video in videos:
            stored = s3.client().get_object(Bucket=bucket, Key=video.key)["Body"].read()
            assert len(stored) == video.size_bytes
    record = instance.get_run_record_by_id(result.run_id)
    assert record is not None
    assert record.dagster_run.status == dg.DagsterRunStatus.SUCCESS
    for asset in (catalog.PAPERS, catalog.SECTIONS, catalog.SCENE_SCRIPTS, catalog.VIDEOS):
        assert instance.get_latest_materialization_event(dg.AssetKey(asset)) is not None
