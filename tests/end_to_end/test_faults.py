"""What is killed is ended with a reason, and made again without anybody's doing."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.domain import catalog
from tests.api import pipeline
from tests.end_to_end.conftest import wait_until
from tests.servers import HOST, free_port, start_process

ROOT = Path(__file__).parents[2]
PAPER_ID = "2312.00002"
_WORKSPACE = """
load_from:
  - python_module:
      module_name: tests.api.code_location
      location_name: {location}
      working_directory: {root}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation by the project's own dagster.yaml, with a pipeline that costs nothing."""
    folder = tmp_path_factory.mktemp("faults")
    home, port = folder / "home", free_port()
    address = f"http://{HOST}:{port}"
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DAGSTER_HOME", "DATABASE_URL", "S3_BUCKET", "ARXIVIZ_PUBLIC_URL"):
            environment.setenv(name, "")
        environment.setenv("ARXIVIZ_HOME", str(home))
        environment.setenv("DAGSTER_GRAPHQL_URL", f"{address}/graphql")
        open_instance(home).dispose()
        config = yaml.safe_load((home / "dagster.yaml").read_text())
        config["run_monitoring"]["poll_interval_seconds"] = 1
        (home / "dagster.yaml").write_text(yaml.safe_dump(config))
        workspace = _WORKSPACE.format(root=ROOT, location=catalog.CODE_LOCATION)
        (home / "workspace.yaml").write_text(workspace)
        command = ["-m", "dagster", "dev", "-w", str(home / "workspace.yaml"), "-h", HOST]
        with start_process(
            [sys.executable, *command, "-p", str(port)],
            ready_url=f"{address}/server_info",
            log_path=folder / "dagster.log",
            folder=home,
        ):
            yield home


def _process_of(instance: dg.DagsterInstance, run_id: str) -> int:
    """Return the process that executes a run, which its events name."""
    events = [entry.dagster_event for entry in instance.all_logs(run_id)]
    told = [event.engine_event_data.metadata for event in events if event and event.is_engine_event]
    return next(int(str(each["pid"].value)) for each in reversed(told) if "pid" in each)


def test_a_job_whose_process_was_killed_goes_on_in_another(home: Path):
    with TestClient(create_app(ApiSettings())) as client, dg.DagsterInstance.get() as instance:

        def ask() -> dict[str, Any]:
            response = client.post("/api/process", json={"arxiv_id": PAPER_ID})
            assert response.status_code == 200, response.text
            return response.json()

        def status(job_id: str) -> dict[str, Any]:
            return client.get(f"/api/status/{job_id}").json()

        held = home / "hold-S2"  # the second of its two scenes
        held.touch()
        first = ask()["job_id"]
        wait_until(lambda: status(first)["sections_completed"] == 1)
        reached = status(first)["progress"]
        os.kill(_process_of(instance, first), signal.SIGKILL)
        seen: list[dict[str, Any]] = []

        def goes_on() -> bool:
            seen.append(status(first))
            assert ask()["job_id"] == first, "it is active all the time"
            return len(instance.get_runs(of_paper)) == 2 and seen[-1]["status"] == "processing"

        of_paper = dg.RunsFilter(tags={catalog.PARTITION_TAG: PAPER_ID})
        wait_until(goes_on)
        held.unlink()
        wait_until(lambda: status(first)["status"] in ("completed", "failed"))
        assert status(first)["status"] == "completed"
        assert {each["status"] for each in seen} <= {"queued", "processing"}
        assert all(each["progress"] >= reached for each in seen)
        assert {each["error"] for each in seen} == {None}
        newest, oldest = instance.get_runs(of_paper)
        assert (oldest.status.value, newest.parent_run_id) == ("FAILURE", first)
        assert status(newest.run_id)["status"] == "completed"
        paper = client.get(f"/api/paper/{PAPER_ID}").json()
        assert {video["status"] for video in paper["visualizations"]} == {"complete"}
        assert client.get(paper["sections"][0]["video_url"]).content == pipeline.MP4
        assert len(instance.get_runs(of_paper)) == 2


def test_a_run_that_fails_by_itself_is_not_launched_again(home: Path):
    with TestClient(create_app(ApiSettings())) as client, dg.DagsterInstance.get() as instance:
        asked = client.post("/api/process", json={"arxiv_id": pipeline.ABSENT}).json()

        def tags() -> dict[str, str]:
            run = instance.get_run_by_id(asked["job_id"])
            assert run is not None
            return dict(run.tags)

        wait_until(lambda: "dagster/will_retry" in tags())
        assert tags()["dagster/will_retry"] == "false"
        failed = client.get(f"/api/status/{asked['job_id']}").json()
        assert (failed["status"], failed["error_code"]) == ("failed", "PAPER_UNKNOWN"), failed
