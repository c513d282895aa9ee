"""The whole local service, started once by its own command, with the bundled sample paper."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from arxiviz_pipeline.domain.errors import PaperSourceError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.best_document import BestDocument
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.end_to_end.made_up_arxiv import PDF_SOURCE, everything, settings_of
from tests.ingest.arxiv.answers import client_of
from tests.ingest.arxiv.replay_server import ReplayServer, replay_server
from tests.ingest.pdf.typesetting import typeset
from tests.servers import HOST, Server, free_port, start_process

PROJECT_ROOT = Path(__file__).parents[2]
SAMPLES = PROJECT_ROOT / "samples"
ARXIVIZ = str(Path(sys.executable).with_name("arxiviz"))


@dataclass(frozen=True)
class Service:
    """Where `arxiviz up` listens, and the environment it was started with."""

    api: str
    dagster: str
    environment: Mapping[str, str]
    server: Server

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(f"{self.api}{path}", timeout=30)

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return httpx2.post(f"{self.api}{path}", json=body, timeout=90)

    def poll(self, job_id: str, timeout_seconds: float = 300) -> list[dict[str, Any]]:
        """Ask for a job every 2 s as frontends do until it ends; return every answer."""
        answers: list[dict[str, Any]] = []
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            answer = self.get(f"/api/status/{job_id}")
            assert answer.status_code == 200, answer.text
            answers.append(answer.json())
            if answers[-1]["status"] in ("completed", "failed"):
                return answers
            time.sleep(2)
        pytest.fail(f"the job did not end: {json.dumps(answers[-1], indent=1)}\n{self.server.log}")


def settings_of_a_user(home: Path, papers: Path = SAMPLES) -> dict[str, str]:
    """Return what a user would set who has saved papers and no account anywhere."""
    return {
        "ARXIVIZ_HOME": str(home),
        "ARXIVIZ_PAPERS_DIR": str(papers),
        "ARXIVIZ_QUALITY": "low",
        "DAGSTER_HOME": "",
        "S3_BUCKET": "",
        # Nobody listens there, so that no test disturbs arXiv.
        **settings_of(f"http://{HOST}:9"),
    }


def ask_ahead(arxiv: ReplayServer, home: Path, *ids: ArxivId) -> None:
    """Fill a user's store with what arXiv answers about papers.

    Commands that follow find it there. They would ask themselves, at arXiv's pace of 3 s a request.
    """
    client = client_of(arxiv.url, home.parent / "pace", answers=FolderStore(home / "objects"))
    for arxiv_id in ids:
        with suppress(PaperSourceError):
            BestDocument([client]).fetch(arxiv_id)


def run_arxiviz(
    *arguments: str, environment: Mapping[str, str], folder: Path, timeout_seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, from a folder of theirs."""
    return subprocess.run(
        [ARXIVIZ, *arguments],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )


def wait_until(condition: Callable[[], bool], timeout_seconds: float = 90) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


@pytest.fixture(scope="session")
def arxiv(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplayServer]:
    pdf = typeset(tmp_path_factory.mktemp("pdf"), PDF_SOURCE)
    with replay_server(everything(pdf)) as server:
        yield server


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, arxiv: ReplayServer) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    environment = settings_of_a_user(folder / "home") | settings_of(arxiv.url)
    api, dagster = free_port(), free_port()
    with start_process(
        [ARXIVIZ, "up", "--api-port", str(api), "--dagster-port", str(dagster)],
        ready_url=f"http://{HOST}:{api}/api/health",
        log_path=folder / "up.log",
        environment=environment,
        folder=folder,
    ) as server:
        wait_until(lambda: "Ctrl-C stops both" in server.log)
        yield Service(f"http://{HOST}:{api}", f"http://{HOST}:{dagster}", environment, server)
