"""The API on two machines, which share a Postgres, a bucket and nothing else."""

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.api.test_postgres import DEPLOYED
from tests.postgres_server import PostgresServer
from tests.servers import HOST, free_port, start_process

ROOT = Path(__file__).parents[2]
_WORKSPACE = """
load_from:
  - python_module:
      module_name: tests.api.code_location
      location_name: arxiviz
      working_directory: {root}
"""


@pytest.fixture
def machines(
    home: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, ...]]:
    """Two, and a webserver of Dagster's for both, which queues what it is asked for."""
    shutil.rmtree(home / "dagster")
    (home / "dagster").mkdir()
    shutil.copy(DEPLOYED, home / "dagster" / "dagster.yaml")
    (home / "workspace.yaml").write_text(_WORKSPACE.format(root=ROOT))
    monkeypatch.setenv("DATABASE_URL", postgres.url(postgres.make_database()))
    port = free_port()
    monkeypatch.setenv("DAGSTER_GRAPHQL_URL", f"http://{HOST}:{port}/graphql")
    webserver = ["-m", "dagster_webserver", "-w", str(home / "workspace.yaml"), "-h", HOST]
    with ExitStack() as stack:
        stack.enter_context(
            start_process(
                [sys.executable, *webserver, "-p", str(port)],
                ready_url=f"http://{HOST}:{port}/server_info",
                log_path=home / "dagster.log",
                environment={},
                folder=home,
            )
        )
        bucket = FolderStore(home / "objects")
        clients: list[TestClient] = []
        for number in range(2):
            monkeypatch.setenv("ARXIVIZ_HOME", str(home / f"machine-{number}"))
            app = create_app(ApiSettings(), store=bucket)
            clients.append(stack.enter_context(TestClient(app)))
        yield tuple(clients)


def test_requests_to_two_machines_at_one_instant_make_one_run(machines: tuple[TestClient, ...]):
    def ask(number: int) -> str:
        response = machines[number % 2].post("/api/process", json={"arxiv_id": "2312.00002"})
        assert response.status_code == 200, response.text
        return response.json()["job_id"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
