"""A Dagster home of its own for each test, and the API reading it."""

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
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


@contextmanager
def installed(folder: Path, empty_dagster_home: Path) -> Iterator[Path]:
    """Have an installation in a folder; the environment names it, and nothing else of arxiviz."""
    dagster_home = folder / "dagster"
    shutil.copytree(empty_dagster_home, dagster_home)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DATABASE_URL", "S3_BUCKET", "ARXIVIZ_PUBLIC_URL", "ARXIVIZ_CORS_ORIGINS"):
            environment.setenv(name, "")
        environment.setenv("DAGSTER_HOME", str(dagster_home))
        environment.setenv("ARXIVIZ_HOME", str(folder))
        # Nothing listens there: tests that need Dagster's webserver start one.
        environment.setenv("DAGSTER_GRAPHQL_URL", f"http://127.0.0.1:{free_port()}/graphql")
        yield folder


@pytest.fixture
def home(tmp_path: Path, empty_dagster_home: Path) -> Iterator[Path]:
    """An installation's folder."""
    with installed(tmp_path, empty_dagster_home) as home:
        yield home


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
    """Run the pipeline for a paper, or some assets of it alone; returns the job's id."""

    def run(
        arxiv_id: str,
        quality: str | None = None,
        assets: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> str:
        return pipeline.process(instance, home, arxiv_id, quality, assets, tags)

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
