import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.health import PATIENCE_SECONDS
from api.main import create_app
from arxiviz_pipeline.storage.folder_store import FolderStore


def test_health_tells_what_works_and_what_to_do_about_the_rest(client: TestClient):
    health = client.get("/api/health").json()
    assert health["status"] == "degraded"
    assert health["version"] == "0.1.0"
    services = health["services"]
    assert set(services) == {"database", "storage", "renderer", "dagster"}
    assert services["database"]["status"] == services["storage"]["status"] == "ok"
    assert services["dagster"]["status"] == services["renderer"]["status"] == "unavailable"
    assert "arxiviz up" in services["dagster"]["message"]


def test_a_store_that_cannot_be_written_is_unavailable(client: TestClient, home: Path):
    (home / "objects").write_text("a file where the folder should be")
    services = client.get("/api/health").json()["services"]
    assert services["storage"]["status"] == "unavailable"
    assert "ARXIVIZ_HOME" in services["storage"]["message"]


def test_a_broken_catalog_is_unavailable(client: TestClient, home: Path):
    for database in (home / "dagster").rglob("*.db*"):
        database.unlink()
        if database.suffix == ".db":
            database.write_bytes(b"no database")
    services = client.get("/api/health").json()["services"]
    assert services["database"]["status"] == "unavailable"
    assert "DATABASE_URL" in services["database"]["message"]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


class HangingStore(FolderStore):
    """A store whose check hangs until it is released."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.checks = 0
        self.released = threading.Event()

    def check(self) -> None:
        self.checks += 1
        assert self.released.wait(timeout=60)


def test_a_store_that_hangs_hides_nothing_else(home: Path):
    store = HangingStore(home / "objects")
    with TestClient(create_app(store=store)) as client:
        services = client.get("/api/health").json()["services"]
        assert services["storage"]["status"] == "unavailable"
        assert "No answer" in services["storage"]["message"]
        assert services["database"]["status"] == "ok"
        assert "arxiviz up" in services["dagster"]["message"]
        store.released.set()


def test_a_store_that_hangs_is_asked_once(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.health.PATIENCE_SECONDS", 0.1)
    store = HangingStore(home / "objects")
    with TestClient(create_app(store=store)) as client:
        for _ in range(10):
            services = client.get("/api/health").json()["services"]
            assert services["storage"]["status"] == "unavailable"
        assert store.checks == 1
        store.released.set()
        deadline = time.monotonic() + 10
        while client.get("/api/health").json()["services"]["storage"]["status"] != "ok":
            assert time.monotonic() < deadline


def test_a_dagster_that_never_answers_holds_nobody_up(
    home: Path, silent_port: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAGSTER_GRAPHQL_URL", f"http://127.0.0.1:{silent_port}/graphql")
    with TestClient(create_app()) as client:
        begin = time.monotonic()
        answers: list[str] = []
        asking = threading.Thread(
            target=lambda: answers.append(client.get("/api/health").json()["status"])
        )
        asking.start()
        assert client.get("/api/papers").status_code == 200
        asking.join()
        assert answers == ["degraded"]
        assert time.monotonic() - begin < PATIENCE_SECONDS + 2
