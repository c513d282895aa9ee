"""A Dagster home of its own for each test, and the API reading it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from tests.api import pipeline
from tests.servers import free_port

_DAGSTER_YAML = "telemetry:\n  enabled: false\n"
Hold = Callable[[str], "Held"]
Process = Callable[..., str]
InBackground = Callable[[Callable[[], object]], AbstractContextManager[None]]


class Held:
    """A point that the pipeline waits at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def release(self) -> None:
        self._path.unlink()


@pytest.fixture(scope="session")
def empty_dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dagster home with its tables made, to be copied: making them takes a second."""
    home = tmp_path_factory.mktemp("dagster-home")
    (home / "dagster.yaml").write_text(_DAGSTER_YAML)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.get_run_records(limit=1)
        instance.has_dynamic_partition("any", "any")
    return home


@pytest.fixture
def home(tmp_path: Path, empty_dagster_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's folder; the environment names it, and nothing else of arxiviz."""
    dagster_home = tmp_path / "dagster"
    shutil.copytree(empty_dagster_home, dagster_home)
    for name in ("S3_BUCKET", "ARXIVIZ_PUBLIC_URL", "ARXIVIZ_CORS_ORIGINS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    monkeypatch.setenv("ARXIVIZ_HOME", str(tmp_path))
    # Nothing listens there: tests that need Dagster's webserver start one.
    monkeypatch.setenv("DAGSTER_GRAPHQL_URL", f"http://127.0.0.1:{free_port()}/graphql")
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings()), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def process(home: Path, instance: dg.DagsterInstance) -> Process:
    """Run the pipeline for a paper, from start to end; returns the job's id."""

    def run(arxiv_id: str, quality: str | None = None) -> str:
        return pipeline.process(instance, home, arxiv_id, quality)

    return run


@pytest.fixture
def hold(home: Path) -> Hold:
    return lambda point: Held(home / f"hold-{point}")


@pytest.fixture
def in_background() -> InBackground:
    """Do something beside the test, and wait for it at the end."""

    @contextmanager
    def run(work: Callable[[], object]) -> Iterator[None]:
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            thread.join(timeout=60)
            assert not thread.is_alive()

    return run
