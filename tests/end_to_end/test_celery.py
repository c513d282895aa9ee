"""A paper's videos made by Celery's workers, over real servers, while everything fails."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import psutil
import pytest
from pydantic import SecretStr

from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.storage.database import parse_database_url
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import read_videos
from tests.end_to_end.conftest import ARXIVIZ, run_arxiviz, settings_of_a_user, wait_until
from tests.end_to_end.test_bucket import PAGE, PAPER_ID
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.postgres_server import PostgresServer
from tests.redis_server import RedisServer, start_redis
from tests.s3_server import S3Server, start_s3_server

_WORKER = "Celery worker"  # Dagster's word for who executes a step


@dataclass
class Installation:
    """What runs and workers share, and the events of the one run."""

    folder: Path
    environment: Mapping[str, str]
    instance: dg.DagsterInstance
    s3: S3Server
    bucket: str
    proxy: FaultProxy
    redis: RedisServer
    workers: dict[str, psutil.Popen] = field(default_factory=dict)

    def start_worker(self, name: str) -> None:
        """Start a worker with a folder of its own, as on a machine of its own."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            self.workers[name] = psutil.Popen(
                [ARXIVIZ, "worker", "--name", f"{name}@test"],
                env={**os.environ, **self.environment, "ARXIVIZ_HOME": str(self.folder / name)},
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_for_workers(self) -> None:
        for name in self.workers:
            wait_until(lambda name=name: " ready." in (self.folder / f"{name}.log").read_text())

    def kill_worker(self, name: str) -> None:
        """Kill it with all it has started, as a machine does that loses power."""
        process = self.workers.pop(name)
        with contextlib.suppress(psutil.NoSuchProcess):
            for each in (*process.children(recursive=True), process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
        process.wait()

    @contextlib.contextmanager
    def run(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start the process of a run, as Dagster's launcher does; its end is waited for."""
        self.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [PAPER_ID])
        command = [sys.executable, "-m", "dagster", "job", "execute"]
        command += ["-m", "arxiviz_pipeline.definitions", "-j", catalog.PAPER_VIDEOS_JOB]
        command += ["--tags", json.dumps({catalog.PARTITION_TAG: PAPER_ID})]
        with (self.folder / "run.log").open("wb") as output:
            process = subprocess.Popen(
                command,
                env={**os.environ, **self.environment},
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def told(self, name: str) -> list[Any]:
        """Return the values of a name in the metadata of the run's events, in their order."""
        runs = self.instance.get_runs()
        events = [
            entry.dagster_event for run in runs for entry in self.instance.all_logs(run.run_id)
        ]
        found = [_metadata(event).get(name) for event in events if event is not None]
        return [value.value for value in found if value is not None]

    def connections_of_workers(self, port: int) -> int:
        """Count the connections that workers have to a port of this machine."""
        processes = [
            each
            for worker in self.workers.values()
            for each in (worker, *worker.children(recursive=True))
        ]
        ends = [end for process in processes for end in process.net_connections("tcp")]
        return sum(end.raddr != () and end.raddr.port == port for end in ends)

    def video_keys(self) -> list[str]:
        found = self.s3.client().list_objects_v2(Bucket=self.bucket, Prefix="videos/")
        return [entry["Key"] for entry in found.get("Contents", [])]


def _metadata(event: dg.DagsterEvent) -> Mapping[str, Any]:
    if event.is_engine_event:
        return event.engine_event_data.metadata
    if event.is_asset_observation:
        return event.asset_observation_data.asset_observation.metadata
    return {}


@pytest.fixture
def installation(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    papers, home = tmp_path / "papers", tmp_path / "home"
    (papers / PAPER_ID).mkdir(parents=True)
    (papers / PAPER_ID / "page.html").write_text(PAGE)
    (tmp_path / "s3").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DATABASE_URL", "")
    url = SecretStr(parse_database_url(postgres.url(postgres.make_database())))
    with (
        start_s3_server(tmp_path / "s3") as s3,
        fault_proxy(s3.endpoint) as proxy,
        start_redis() as redis,
        open_instance(home, url) as instance,
    ):
        environment = settings_of_a_user(home, papers) | {
            "DAGSTER_HOME": str(home),
            "DATABASE_URL": url.get_secret_value(),
            "S3_ENDPOINT": proxy.address,
            "S3_BUCKET": s3.make_bucket(),
            "S3_ACCESS_KEY": s3.access_key,
            "S3_SECRET_KEY": s3.secret_key,
            "ARXIVIZ_CELERY_BROKER": redis.url(),
            "ARXIVIZ_CELERY_BACKEND": redis.url(),
        }
        bucket = environment["S3_BUCKET"]
        installed = Installation(tmp_path, environment, instance, s3, bucket, proxy, redis)
        try:
            yield installed
        finally:
            for name in tuple(installed.workers):
                installed.kill_worker(name)


def test_a_run_bears_the_end_of_its_worker_restarts_and_faults_and_renders_nothing_twice(
    installation: Installation, postgres: PostgresServer
):
    installation.proxy.plan(f"PUT /{installation.bucket}/videos/", "unavailable", "reset", "lost")
    for name in ("one", "two"):
        installation.start_worker(name)
    installation.wait_for_workers()
    with installation.run() as run:
        wait_until(lambda: installation.told(catalog.SCENE_STARTED) != [], timeout_seconds=180)
        at_work = str(installation.told(_WORKER)[-1]).partition("@")[0]
        installation.kill_worker(at_work)
        assert installation.video_keys() == [], "a video of a render that did not end"
        installation.redis.stop()
        postgres.stop("immediate")
        postgres.start()
        installation.redis.start()
        assert run.wait(timeout=240) == 0, (installation.folder / "run.log").read_text()[-4000:]
    wait_until(lambda: installation.connections_of_workers(postgres.port) == 0)
    assert installation.proxy.left == 0
    assert len(installation.told(catalog.SCENE_STARTED)) == 2
    assert len(installation.told(catalog.SCENE_VIDEO)) == 1
    assert set(installation.told(_WORKER)) <= {"one@test", "two@test"}
    assert str(installation.told(_WORKER)[-1]).partition("@")[0] != at_work
    store = open_object_store(installation.s3.settings(installation.bucket))
    (video,) = read_videos(store, ArxivId.parse(PAPER_ID))
    assert video.key is not None
    assert hashlib.sha256(store.get(video.key)).hexdigest() == video.sha256
    assert {Path(key).stem for key in installation.video_keys()} == {video.id}


def test_a_worker_without_a_broker_says_what_to_set(tmp_path: Path):
    environment = settings_of_a_user(tmp_path / "home") | {"ARXIVIZ_CELERY_BROKER": ""}
    refused = run_arxiviz("worker", environment=environment, folder=tmp_path)
    assert refused.returncode == 2
    assert "set ARXIVIZ_CELERY_BROKER" in refused.stderr
