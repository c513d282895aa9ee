"""The instance that command line, UI and API share, and the launcher that watches its runs."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import psutil
import pytest
import yaml
from dagster._core.events import EngineEventData
from dagster._core.launcher.base import WorkerStatus
from dagster_postgres import PostgresRunStorage
from pydantic import SecretStr

from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.defs.run_launcher import WatchfulRunLauncher, is_alive, process_tag
from arxiviz_pipeline.storage.database import parse_database_url
from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
_OPEN = """
import os, sys
from pathlib import Path
from arxiviz_pipeline.defs.instance import open_instance
with open_instance(Path(sys.argv[1])) as instance:
    print(type(instance.run_launcher).__name__, os.environ["DAGSTER_HOME"])
"""


def _open(home: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    return subprocess.run(
        [sys.executable, "-c", _OPEN, str(home)],
        env=environment,
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_processes_that_start_together_on_an_empty_home_all_open_it(tmp_path: Path):
    home = tmp_path / "home"
    with ThreadPoolExecutor(3) as pool:
        opened = list(pool.map(lambda _: _open(home), range(3)))
    for each in opened:
        assert each.returncode == 0, each.stderr
        assert each.stdout.split() == ["WatchfulRunLauncher", str(home)]
    assert (home / "storage").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["home"], "nothing beside the home"


@pytest.fixture
def no_dagster_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "DATABASE_URL"):
        monkeypatch.setenv(name, "")


_OWN = """\
storage: {{sqlite: {{base_dir: {home}/mine}}}}
concurrency: {{runs: {{max_concurrent_runs: 9}}}}
telemetry: {{enabled: false}}
"""


@pytest.mark.usefixtures("no_dagster_home")
def test_somebodys_own_dagster_yaml_is_used_and_kept(tmp_path: Path):
    path = tmp_path / "dagster.yaml"
    path.write_text(_OWN.format(home=tmp_path))
    with open_instance(tmp_path) as instance:
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 9
    assert path.read_text() == _OWN.format(home=tmp_path)
    assert (tmp_path / "mine").is_dir()


@pytest.mark.usefixtures("no_dagster_home")
def test_a_change_of_the_written_dagster_yaml_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    open_instance(tmp_path).dispose()
    path = tmp_path / "dagster.yaml"
    changed = path.read_text().replace("max_concurrent_runs: 2", "max_concurrent_runs: 3")
    assert changed != path.read_text()
    path.write_text(changed)
    monkeypatch.setenv("DAGSTER_HOME", "")
    open_instance(tmp_path).dispose()
    assert path.read_text() == changed


@pytest.mark.usefixtures("no_dagster_home")
@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "by a former version"])
def test_a_written_dagster_yaml_follows_the_settings(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, is_sealed: bool
):
    open_instance(tmp_path).dispose()
    path = tmp_path / "dagster.yaml"
    first = path.read_text()
    if not is_sealed:
        path.write_text(first.partition("\n")[2])
    url = SecretStr(parse_database_url(postgres.url(postgres.make_database())))
    monkeypatch.setenv("DAGSTER_HOME", "")
    with open_instance(tmp_path, url) as instance:
        assert isinstance(instance.run_storage, PostgresRunStorage)
    monkeypatch.setenv("DAGSTER_HOME", "")
    open_instance(tmp_path).dispose()
    assert path.read_text() == first
    assert [each.name for each in tmp_path.glob("*dagster.yaml*")] == ["dagster.yaml"]


@pytest.mark.usefixtures("no_dagster_home")
def test_a_database_that_somebodys_own_dagster_yaml_does_not_use_is_told(
    tmp_path: Path, postgres: PostgresServer, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "dagster.yaml").write_text(_OWN.format(home=tmp_path))
    url = SecretStr(parse_database_url(postgres.url(postgres.make_database())))
    open_instance(tmp_path, url).dispose()
    assert f"the catalog is where {tmp_path / 'dagster.yaml'} says" in caplog.text


def test_every_folder_in_dagster_yaml_lies_in_the_default_home():
    text = (ROOT / "dagster.yaml").read_text()
    folders = [
        value
        for part in yaml.safe_load(text).values()
        if isinstance(part, dict)
        for section in part.values()
        if isinstance(section, dict)
        for value in section.values()
        if isinstance(value, str)
    ]
    assert len(folders) >= 3
    assert all(folder.startswith(".arxiviz/") for folder in folders)


def test_a_process_is_known_again_by_its_tag_until_it_ends():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        process = psutil.Process(child.pid)
        tag = f"{process.pid}:{process.create_time():.2f}"
        assert is_alive(tag)
        child.communicate(b"\n")
    assert not is_alive(tag)
    assert is_alive(process_tag())
    assert not is_alive(f"{os.getpid()}:1.00"), "the same number, but another process"
    assert not is_alive("rubbish")


def _health(pid: int | None) -> WorkerStatus:
    """Ask for the health of a run whose engine has named this process just now."""
    with dg.DagsterInstance.ephemeral() as instance:

        @dg.job
        def nothing() -> None: ...

        run = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        if pid is not None:
            instance.report_engine_event("Started", run, EngineEventData.in_process(pid))
        instance.report_engine_event("Something else", run)
        launcher = WatchfulRunLauncher()
        launcher.register_instance(instance)
        return launcher.check_run_worker_health(run).status


def test_a_run_whose_process_lives_is_healthy():
    assert _health(os.getpid()) == WorkerStatus.RUNNING


def test_a_run_whose_process_is_gone_has_failed_even_before_it_is_reaped():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert _health(child.pid) == WorkerStatus.RUNNING
    child.kill()
    deadline = time.monotonic() + 10
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert _health(child.pid) == WorkerStatus.FAILED
    child.communicate()
    assert _health(child.pid) == WorkerStatus.FAILED


def test_a_run_of_which_nothing_is_known_is_left_alone():
    assert _health(None) == WorkerStatus.RUNNING
