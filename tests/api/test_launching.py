"""The API with a real Dagster: webserver, daemon and code server, and two API processes."""

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import httpx2
import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from arxiviz_pipeline.domain import catalog
from tests.api import pipeline
from tests.servers import HOST, Server, free_port, start_process

ROOT = Path(__file__).parents[2]
_WORKSPACE = """
load_from:
  - python_module:
      module_name: tests.api.code_location
      location_name: {location}
      working_directory: {root}
"""
_DAGSTER_YAML = """
telemetry: {enabled: false}
run_coordinator: {module: dagster, class: QueuedRunCoordinator}
"""


@dataclass(frozen=True, slots=True)
class Installation:
    home: Path
    graphql_url: str
    dagster: Server
    apis: tuple[Server, ...]
    clients: tuple[httpx2.Client, ...]

    @property
    def client(self) -> httpx2.Client:
        return self.clients[0]

    def wait_for(self, job_id: str, *statuses: str, seconds: float = 90) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        progress = 0.0
        while True:
            response = self.client.get(f"/api/status/{job_id}")
            assert response.status_code == 200, response.text
            status = response.json()
            assert status["progress"] >= progress
            progress = status["progress"]
            if status["status"] in statuses:
                return status
            assert time.monotonic() < deadline, f"{job_id} is still {status}:\n{self.dagster.log}"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, empty_dagster_home: Path
) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("installation")
    shutil.copytree(empty_dagster_home, home / "dagster")
    (home / "dagster" / "dagster.yaml").write_text(_DAGSTER_YAML)
    (home / "workspace.yaml").write_text(
        _WORKSPACE.format(root=ROOT, location=catalog.CODE_LOCATION)
    )
    port = free_port()
    environment = {
        "DAGSTER_HOME": str(home / "dagster"),
        "ARXIVIZ_HOME": str(home),
        "DAGSTER_GRAPHQL_URL": f"http://{HOST}:{port}/graphql",
        "S3_BUCKET": "",
    }
    dagster = ["-m", "dagster", "dev", "-w", str(home / "workspace.yaml"), "-h", HOST]
    with ExitStack() as stack:
        started = stack.enter_context(
            start_process(
                [sys.executable, *dagster, "-p", str(port)],
                ready_url=f"http://{HOST}:{port}/server_info",
                log_path=home / "dagster.log",
                environment=environment,
                folder=home,
            )
        )
        ports = (free_port(), free_port())
        apis = tuple(
            stack.enter_context(
                start_process(
                    [sys.executable, "-m", "uvicorn", "--factory", "api.main:create_app"]
                    + ["--host", HOST, "--port", str(api_port)],
                    ready_url=f"http://{HOST}:{api_port}/api/papers",
                    log_path=home / f"api-{number}.log",
                    environment=environment,
                    folder=ROOT,
                )
            )
            for number, api_port in enumerate(ports)
        )
        clients = tuple(
            stack.enter_context(httpx2.Client(base_url=f"http://{HOST}:{api_port}", timeout=90))
            for api_port in ports
        )
        yield Installation(home, environment["DAGSTER_GRAPHQL_URL"], started, apis, clients)


def test_twenty_requests_at_one_instant_to_two_processes_make_one_run(installation: Installation):
    def ask(number: int) -> dict[str, Any]:
        client = installation.clients[number % 2]
        response = client.post("/api/process", json={"arxiv_id": "math/0309136"})
        assert response.status_code == 200, response.text
        return response.json()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert len({answer["job_id"] for answer in answers}) == 1
    job_id = answers[0]["job_id"]
    status = installation.wait_for(job_id, "completed", "failed")
    assert status["status"] == "completed", status
    assert (status["sections_completed"], status["sections_total"]) == (2, 2)
    paper = installation.clients[1].get("/api/paper/math/0309136").json()
    assert paper["job_id"] == job_id
    video = installation.client.get(
        paper["sections"][0]["video_url"], headers={"Range": "bytes=-9"}
    )
    assert (video.status_code, video.content) == (206, pipeline.MP4[-9:])
    # Both processes tell the same of it, and a further request finds it done.
    assert installation.clients[1].get(f"/api/status/{job_id}").json() == status
    assert ask(0) | {"message": ""} == {
        "job_id": job_id,
        "arxiv_id": "math/0309136",
        "paper_id": "math/0309136",
        "status": "completed",
        "message": "",
    }


def test_quality_and_force_reach_the_run_and_an_active_one_is_not_doubled(
    installation: Installation,
):
    held = installation.home / "hold-S1"
    held.touch()
    asked = {"arxiv_id": "1706.03762v7", "quality": "high", "force": True}
    try:
        first = installation.client.post("/api/process", json=asked).json()
        again = installation.client.post("/api/process", json=asked).json()
        assert again["job_id"] == first["job_id"]
        assert again["message"] == "1706.03762v7 is already being processed."
        installation.wait_for(first["job_id"], "processing")
        paper = installation.client.get("/api/paper/1706.03762v7").json()
        assert paper["error"]["details"]["job_id"] == first["job_id"]
    finally:
        held.unlink()
    assert installation.wait_for(first["job_id"], "completed", "failed")["status"] == "completed"
    paper = installation.client.get("/api/paper/1706.03762v7").json()
    assert [video["quality"] for video in paper["visualizations"]] == ["high", "high"]


def test_scenes_that_are_handed_in_are_made_in_the_quality_of_the_rest(
    installation: Installation,
):
    path = "/api/paper/1706.03762v7/visualizations"  # made in high quality by the test before
    scene = {"section_id": "S1", "concept": "A circle", "manim_code": "class A(Scene): ..."}

    def submit(number: int) -> httpx2.Response:
        client = installation.clients[number % 2]
        return client.post(path, json=[scene | {"concept": f"Circle {number}"}])

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(submit, range(6)))
    taken = [answer for answer in answers if answer.status_code == 200]
    assert len(taken) == 1
    assert {answer.status_code for answer in answers} == {200, 409}
    accepted = taken[0].json()["accepted"]
    status = installation.wait_for(taken[0].json()["job_id"], "completed", "failed")
    assert status["status"] == "completed", status
    paper = installation.client.get("/api/paper/1706.03762v7").json()
    first = next(v for v in paper["visualizations"] if v["section_id"] == "S1")
    assert (first["origin"], first["quality"]) == ("submitted", "high")
    assert (first["concept"], first["scene_id"]) == (
        accepted[0]["concept"],
        accepted[0]["scene_id"],
    )
    assert installation.clients[1].get(path).json()["in_force"] is True
    back = installation.client.delete(path, params={"section_id": "S1"})
    assert [scene["section_id"] for scene in back.json()["withdrawn"]] == ["S1"]
    installation.wait_for(back.json()["job_id"], "completed")
    paper = installation.client.get("/api/paper/1706.03762v7").json()
    assert {video["origin"] for video in paper["visualizations"]} == {"llm:some-model"}
    assert installation.client.get(path).json()["visualizations"] == []


_MATERIALIZE = """
mutation Materialize($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}
"""


def test_a_run_of_dagsters_ui_is_followed_and_not_doubled(installation: Installation):
    arxiv_id = "1706.03762v7"  # as the test before left it
    held = installation.home / "hold-S2"
    held.touch()
    params = {
        "selector": {
            "repositoryLocationName": catalog.CODE_LOCATION,
            "repositoryName": "__repository__",
            "jobName": pipeline.ASSET_JOB,
            "assetSelection": [{"path": [catalog.VIDEOS]}],
            "assetCheckSelection": [],
        },
        "runConfigData": {},
        "executionMetadata": {"tags": [{"key": catalog.PARTITION_TAG, "value": arxiv_id}]},
    }
    try:
        answer = httpx2.post(
            installation.graphql_url,
            json={"query": _MATERIALIZE, "variables": {"params": params}},
            timeout=60,
        )
        run_id = answer.json()["data"]["launchRun"]["run"]["runId"]
        asked = {"arxiv_id": arxiv_id, "force": True}
        assert installation.client.post("/api/process", json=asked).json()["job_id"] == run_id
        deadline = time.monotonic() + 60
        while (status := installation.wait_for(run_id, "queued", "processing"))["progress"] < 0.5:
            assert time.monotonic() < deadline, status
            time.sleep(0.1)
        assert status["current_step"] == "Rendering videos (2 of 2)"
    finally:
        held.unlink()
    status = installation.wait_for(run_id, "completed", "failed")
    assert [step["name"] for step in status["steps_completed"]] == [catalog.VIDEOS]
    assert (status["status"], status["sections_completed"]) == ("completed", 2)


def test_a_job_can_be_cancelled(installation: Installation):
    held = installation.home / "hold-papers"
    held.touch()
    try:
        asked = installation.client.post("/api/process", json={"arxiv_id": "2501.00001"})
        job_id = asked.json()["job_id"]
        installation.wait_for(job_id, "processing")
        cancelled = installation.client.post(f"/api/jobs/{job_id}/cancel")
        assert cancelled.status_code == 200, cancelled.text
        status = installation.wait_for(job_id, "failed")
    finally:
        held.unlink()
    assert status["error"] == "The job was cancelled."


def test_everything_is_well(installation: Installation):
    deadline = time.monotonic() + 60  # daemons tell of themselves half a minute after they start
    while (health := installation.client.get("/api/health").json())["status"] != "ok":
        assert time.monotonic() < deadline, health
        time.sleep(0.5)


def test_the_log_of_the_api_has_no_faults(installation: Installation):
    for api in installation.apis:
        assert "Traceback" not in api.log


@pytest.fixture(scope="module")
def broken_dagster(
    tmp_path_factory: pytest.TempPathFactory, empty_dagster_home: Path
) -> Iterator[Path]:
    """A webserver without daemons, whose pipeline cannot be loaded; yields its home."""
    home = tmp_path_factory.mktemp("broken")
    shutil.copytree(empty_dagster_home, home / "dagster")
    (home / "dagster" / "dagster.yaml").write_text(_DAGSTER_YAML)
    (home / "broken.py").write_text("raise RuntimeError('the pipeline does not load')")
    (home / "workspace.yaml").write_text(
        "load_from: [{python_file: {relative_path: broken.py, location_name: arxiviz}}]"
    )
    port = free_port()
    webserver = ["-m", "dagster_webserver", "-w", str(home / "workspace.yaml"), "-h", HOST]
    with start_process(
        [sys.executable, *webserver, "-p", str(port)],
        ready_url=f"http://{HOST}:{port}/server_info",
        log_path=home / "dagster.log",
        environment={"DAGSTER_HOME": str(home / "dagster")},
        folder=home,
    ):
        (home / "graphql_url").write_text(f"http://{HOST}:{port}/graphql")
        yield home


@pytest.fixture
def broken_client(broken_dagster: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("DAGSTER_HOME", str(broken_dagster / "dagster"))
    monkeypatch.setenv("ARXIVIZ_HOME", str(broken_dagster))
    monkeypatch.setenv("DAGSTER_GRAPHQL_URL", (broken_dagster / "graphql_url").read_text())
    monkeypatch.setenv("S3_BUCKET", "")
    with TestClient(create_app()) as client:
        yield client


def test_a_pipeline_that_does_not_load_is_told(broken_client: TestClient):
    services = broken_client.get("/api/health").json()["services"]
    assert services["renderer"]["status"] == "unavailable"
    assert "the pipeline does not load" in services["renderer"]["message"]
    assert services["dagster"]["status"] == "unavailable"
    assert "QUEUED_RUN_COORDINATOR" in services["dagster"]["message"]
    refused = broken_client.post("/api/process", json={"arxiv_id": "1706.03762"})
    assert refused.status_code == 503
    assert "refused to launch" in refused.json()["detail"]


def test_a_run_that_dagster_cannot_reach_cannot_be_cancelled(broken_client: TestClient):
    job = pipeline.definitions(Path("unused")).resolve_job_def(catalog.PAPER_VIDEOS_JOB)
    with dg.DagsterInstance.get() as instance:
        run = instance.create_run_for_job(
            job,
            status=dg.DagsterRunStatus.STARTED,
            tags={catalog.PARTITION_TAG: "1706.03762"},
        )
    refused = broken_client.post(f"/api/jobs/{run.run_id}/cancel")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "JOB_NOT_CANCELLABLE"
