"""What steps print is read on other machines, and a bucket that is away keeps no run waiting."""

import contextlib
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import httpx2
import pytest
import yaml
from dagster._core.storage.compute_log_manager import ComputeIOType

from arxiviz_pipeline.defs.bucket_logs import BucketLogs
from arxiviz_pipeline.defs.compute_logs import RunLogs
from arxiviz_pipeline.storage.bucket import apply_rules
from arxiviz_pipeline.storage.open_store import open_s3_client
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.s3_server import S3Server, start_s3_server
from tests.servers import HOST, free_port, start_process

ROOT = Path(__file__).parents[2]
KEY = ["run", "compute_logs", "step"]
BYTES_MAX = 64 * 1024


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with start_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    return s3_server.make_bucket()


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """A folder for Dagster's catalog, with the logs that production has."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    production = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text())
    config = {
        "storage": {"sqlite": {"base_dir": str(folder)}},
        "compute_logs": production["compute_logs"],
        "telemetry": {"enabled": False},
    }
    (folder / "dagster.yaml").write_text(yaml.safe_dump(config))
    return folder


def machine(folder: Path, server: S3Server, **changes: str) -> dict[str, str]:
    """Return the settings of a machine whose ARXIVIZ_HOME is its own."""
    return {
        "ARXIVIZ_HOME": str(folder),
        "DATABASE_URL": "",
        "S3_ENDPOINT": server.endpoint,
        "S3_ACCESS_KEY": server.access_key,
        "S3_SECRET_KEY": server.secret_key,
        "S3_BUCKET": "",
        **changes,
    }


def run_job(catalog: Path, settings: dict[str, str]) -> str:
    """Run the job as the launcher of a machine does; return what its process printed."""
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "job", "execute", "-m", "tests.defs.printing_steps"],
        env={**os.environ, **settings, "DAGSTER_HOME": str(catalog), "PYTHONPATH": str(ROOT)},
        cwd=catalog,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@contextlib.contextmanager
def instance_of(
    catalog: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(catalog)) as instance:
        yield instance


def log_keys(instance: dg.DagsterInstance) -> dict[str, list[str]]:
    """Return the key of the log of each step of the only run."""
    (run,) = instance.get_runs()
    found: dict[str, list[str]] = {}
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.LOGS_CAPTURED):
        assert entry.dagster_event is not None
        data = entry.dagster_event.logs_captured_data
        key = instance.compute_log_manager.build_log_key_for_run(run.run_id, data.file_key)
        found |= {step: list(key) for step in data.step_keys or []}
    return found


def keys_of(server: S3Server, bucket: str) -> list[str]:
    found = server.client().list_objects_v2(Bucket=bucket)
    return [entry["Key"] for entry in found.get("Contents", [])]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_a_step_printed_is_read_on_another_machine(
    tmp_path: Path,
    catalog: Path,
    s3_server: S3Server,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
):
    here, there = tmp_path / "here", tmp_path / "there"
    run_job(catalog, machine(there, s3_server, S3_BUCKET=bucket))
    settings = machine(here, s3_server, S3_BUCKET=bucket)
    with instance_of(catalog, settings, monkeypatch) as instance:
        logs = instance.compute_log_manager
        keys = log_keys(instance)
        key = keys["prints_both"]
        data = logs.get_log_data(key)
        assert data.stdout == b"to stdout\n"
        assert b"to stderr\n" in (data.stderr or b"")
        assert b"STEP_SUCCESS" in (data.stderr or b"")
        silent = logs.get_log_data(keys["prints_nothing"])
        assert silent.stdout is None
        assert b"STEP_SUCCESS" in (silent.stderr or b"")
        assert all(logs.is_capture_complete(each) for each in keys.values())
        assert logs.get_log_metadata(keys["prints_nothing"]).stdout_download_url is None
        piece, end = logs.get_log_data_for_type(key, ComputeIOType.STDOUT, 3, 3)
        assert (piece, end) == (b"std", 6)
        assert logs.get_log_data_for_type(key, ComputeIOType.STDOUT, 10, 3) == (b"", 10)
        assert logs.get_log_data(["run", "compute_logs", "none"]).stderr is None
    assert files_below(there) == []
    assert files_below(here) == []
    stored = keys_of(s3_server, bucket)
    assert stored
    assert all(name.startswith("logs/storage/") for name in stored)
    assert {name.rpartition(".")[2] for name in stored} == {"out", "err"}


def test_another_machines_webserver_hands_a_log_out(
    tmp_path: Path,
    catalog: Path,
    s3_server: S3Server,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
):
    settings = machine(tmp_path / "there", s3_server, S3_BUCKET=bucket)
    run_job(catalog, settings)
    with instance_of(catalog, settings, monkeypatch) as instance:
        key = log_keys(instance)["prints_both"]
        metadata = instance.compute_log_manager.get_log_metadata(key)
    address = f"http://{HOST}:{free_port()}"
    command = [sys.executable, "-m", "dagster_webserver", "--empty-workspace", "--host", HOST]
    with start_process(
        [*command, "--port", address.rpartition(":")[2]],
        ready_url=f"{address}/server_info",
        log_path=tmp_path / "webserver.log",
        environment={
            **machine(tmp_path / "here", s3_server, S3_BUCKET=bucket),
            "DAGSTER_HOME": str(catalog),
            "PYTHONPATH": str(ROOT),
        },
        folder=tmp_path,
    ):
        downloaded = httpx2.get(f"{address}{metadata.stdout_download_url}")
        assert downloaded.text == "to stdout\n"
        query = "query Log($key: [String!]!) { capturedLogs(logKey: $key) { stdout stderr } }"
        asked = {"query": query, "variables": {"key": key}}
        answer = httpx2.post(f"{address}/graphql", json=asked).json()
        assert answer["data"]["capturedLogs"]["stdout"] == "to stdout\n"
        assert httpx2.get(f"{address}/logs/run/compute_logs/none/out").status_code == 404


def test_without_a_bucket_logs_stay_in_the_home(
    tmp_path: Path, catalog: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    settings = machine(tmp_path / "home", s3_server)
    run_job(catalog, settings)
    with instance_of(catalog, settings, monkeypatch) as instance:
        assert isinstance(instance.compute_log_manager, RunLogs)
        key = log_keys(instance)["prints_both"]
        assert instance.compute_log_manager.get_log_data(key).stdout == b"to stdout\n"
    assert (tmp_path / "home" / key[0] / "compute_logs" / f"{key[-1]}.out").exists()


def test_a_run_bears_a_bucket_that_is_away_and_keeps_its_logs(
    tmp_path: Path, catalog: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    away = f"http://{HOST}:{free_port()}"
    settings = machine(tmp_path / "home", s3_server, S3_BUCKET="bucket", S3_ENDPOINT=away)
    printed = run_job(catalog, settings)
    assert "is not in the bucket" in printed
    assert "testsecret" not in printed
    with instance_of(catalog, settings, monkeypatch) as instance:
        key = log_keys(instance)["prints_both"]
        assert instance.compute_log_manager.get_log_data(key).stdout == b"to stdout\n"


def test_no_log_is_public_and_no_key_is_in_an_address(
    tmp_path: Path,
    catalog: Path,
    s3_server: S3Server,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
):
    policy = runpy.run_path(str(ROOT / "deploy" / "make_bucket.py"))["public_policy"](bucket)
    client = s3_server.client()
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    apply_rules(client, bucket, ["*"])
    settings = machine(tmp_path / "home", s3_server, S3_BUCKET=bucket)
    with instance_of(catalog, settings, monkeypatch) as instance:
        logs = instance.compute_log_manager
        with logs.open_log_stream(KEY, ComputeIOType.STDERR) as stream:
            assert stream is not None
            stream.write("something")
        addresses = [str(each) for each in logs.get_log_metadata(KEY)]
        assert logs.get_log_data(KEY).stderr == b"something"
        told = [*addresses, instance.info_str(), repr(instance.get_ref().to_dict())]
    for secret in (s3_server.access_key, s3_server.secret_key, "Signature"):
        assert not [each for each in told if secret in each]
    (key,) = keys_of(s3_server, bucket)
    assert f"s3://{bucket}/{key}" in addresses
    assert httpx2.get(f"{s3_server.endpoint}/{bucket}/{key}").status_code == 403


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    with fault_proxy(s3_server.endpoint) as made:
        yield made


@pytest.fixture
def logs(
    tmp_path: Path, s3_server: S3Server, bucket: str, proxy: FaultProxy
) -> Iterator[BucketLogs]:
    """Logs of a machine that reaches the bucket by way of the proxy."""
    yield from _opened(s3_server.settings(bucket, S3_ENDPOINT=proxy.address), bucket, tmp_path)


@pytest.fixture
def reader(tmp_path: Path, s3_server: S3Server, bucket: str) -> Iterator[BucketLogs]:
    """The same logs, seen from another machine."""
    yield from _opened(s3_server.settings(bucket), bucket, tmp_path / "reader")


def _opened(settings: Any, bucket: str, folder: Path) -> Iterator[BucketLogs]:
    made = BucketLogs(
        open_s3_client(settings),
        bucket,
        str(folder),
        interval_seconds=0.05,
        patience_seconds=60.0,
        bytes_max=BYTES_MAX,
    )
    yield made
    made.dispose()


def write(logs: BucketLogs, content: str) -> None:
    with logs.open_log_stream(KEY, ComputeIOType.STDERR) as stream:
        assert stream is not None
        stream.write(content)


def wait_until(condition: Any, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_the_log_of_a_running_step_is_followed_from_elsewhere(
    logs: BucketLogs, reader: BucketLogs, s3_server: S3Server, bucket: str
):
    with logs.capture_logs(KEY):
        os.write(sys.stdout.fileno(), b"one ")
        wait_until(lambda: reader.get_log_data(KEY).stdout == b"one ")
        cursor = reader.get_log_data(KEY).cursor
        assert not reader.is_capture_complete(KEY)
        os.write(sys.stdout.fileno(), b"two")
        wait_until(lambda: reader.get_log_data(KEY, cursor).stdout == b"two")
    assert reader.is_capture_complete(KEY)
    assert reader.get_log_data(KEY).stdout == b"one two"
    assert reader.get_log_data(KEY).stderr == b""
    assert not [key for key in keys_of(s3_server, bucket) if key.endswith(".partial")]


def test_the_log_of_a_step_that_was_interrupted_is_sent(logs: BucketLogs, reader: BucketLogs):
    def step() -> None:
        with logs.capture_logs(KEY):
            os.write(sys.stdout.fileno(), b"one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        step()
    assert reader.get_log_data(KEY).stdout == b"one"
    assert reader.is_capture_complete(KEY)


def test_a_tick_that_says_nothing_sends_nothing(
    logs: BucketLogs, s3_server: S3Server, bucket: str, tmp_path: Path
):
    write(logs, "")
    assert keys_of(s3_server, bucket) == []
    assert files_below(tmp_path / "run") == []


@pytest.mark.parametrize("fault", ["unavailable", "reset", "lost"])
def test_a_log_survives_what_passes(
    logs: BucketLogs, reader: BucketLogs, proxy: FaultProxy, fault: Any
):
    proxy.plan("PUT ", fault)
    write(logs, "something")
    assert proxy.left == 0
    assert reader.get_log_data(KEY).stderr == b"something"


def test_a_log_that_cannot_be_sent_is_a_warning_and_stays(
    logs: BucketLogs, reader: BucketLogs, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
):
    proxy.plan("PUT ", *["reset"] * 5)
    write(logs, "something")
    assert proxy.left == 0
    assert "the log run/compute_logs/step is not in the bucket" in caplog.text
    assert reader.get_log_data(KEY).stderr is None
    assert logs.get_log_data(KEY).stderr == b"something"


def test_a_log_that_cannot_be_read_now_is_read_later(
    logs: BucketLogs, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
):
    write(logs, "something")
    proxy.plan("GET ", *["reset"] * 5)
    assert logs.get_log_data_for_type(KEY, ComputeIOType.STDERR, 4, None) == (None, 4)
    assert "cannot be read" in caplog.text
    proxy.plan("HEAD ", *["reset"] * 5)
    assert not logs.is_capture_complete(KEY)
    assert proxy.left == 0
    assert logs.is_capture_complete(KEY)
    assert logs.get_log_data_for_type(KEY, ComputeIOType.STDERR, 4, None) == (b"thing", 9)


def test_a_bucket_that_never_answers_keeps_no_step_waiting(
    tmp_path: Path, s3_server: S3Server, caplog: pytest.LogCaptureFixture
):
    with socket.create_server((HOST, 0)) as silent:
        endpoint = f"http://{HOST}:{silent.getsockname()[1]}"
        client = open_s3_client(s3_server.settings("bucket", S3_ENDPOINT=endpoint))
        logs = BucketLogs(client, "bucket", str(tmp_path), patience_seconds=0.2)
        began = time.monotonic()
        write(logs, "something")
        assert time.monotonic() - began < 5.0
        assert "is not in the bucket yet" in caplog.text
        assert logs.get_log_data_for_type(KEY, ComputeIOType.STDERR, 0, None)[0] == b"something"
        silent.accept()[0].close()
    for thread in threading.enumerate():
        if thread.name == "log-step":
            thread.join(60)
    logs.dispose()


def test_of_a_log_without_end_the_beginning_is_kept(logs: BucketLogs, reader: BucketLogs):
    write(logs, "x" * BYTES_MAX + "yz")
    stored = reader.get_log_data(KEY).stderr or b""
    assert stored.startswith(b"x" * BYTES_MAX + b"\n[")
    assert b"yz" not in stored
