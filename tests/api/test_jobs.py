import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import write_submitted_scenes
from tests.api import pipeline
from tests.api.conftest import Hold, InBackground, Process


def status_of(client: TestClient, job_id: str) -> dict[str, Any]:
    response = client.get(f"/api/status/{job_id}")
    assert response.status_code == 200, response.text
    return response.json()


def active_job(instance: dg.DagsterInstance) -> str:
    return instance.get_run_records(limit=1)[0].dagster_run.run_id


def wait_for_step(client: TestClient, instance: dg.DagsterInstance, step: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if instance.get_run_records(limit=1):
            status = status_of(client, active_job(instance))
            if status["current_step"] == step:
                return status
        time.sleep(0.02)
    raise AssertionError(f"the job never came to {step!r}")


def test_a_finished_job_tells_its_steps_and_sections(client: TestClient, process: Process):
    status = status_of(client, job_id := process("1706.03762v7"))
    assert status["job_id"] == job_id
    assert status["arxiv_id"] == status["paper_id"] == "1706.03762v7"
    assert status["status"] == "completed"
    assert status["progress"] == 1
    assert (status["sections_completed"], status["sections_total"]) == (2, 2)
    assert [step["name"] for step in status["steps_completed"]] == list(catalog.ASSETS)
    assert {step["status"] for step in status["steps_completed"]} == {"completed"}
    assert all(step["duration_ms"] >= 0 for step in status["steps_completed"])
    assert status["error"] is status["current_step"] is status["estimated_completion"] is None
    assert status["created_at"] <= status["completed_at"]


def test_a_failed_scene_is_counted_and_fails_no_job(client: TestClient, process: Process):
    status = status_of(client, process("2401.00001"))
    assert status["status"] == "completed"
    assert (status["sections_completed"], status["sections_total"]) == (1, 2)


def test_a_failed_job_tells_what_its_step_raised(client: TestClient, process: Process):
    status = status_of(client, process(pipeline.ABSENT))
    assert status["status"] == "failed"
    assert status["error"] == f"arXiv has no paper {pipeline.ABSENT}."
    assert status["error_code"] == "PAPER_UNKNOWN"
    assert status["progress"] == 0
    assert status["completed_at"] is not None
    assert status["steps_completed"] == [
        {"name": "papers", "status": "failed", "duration_ms": None}
    ]


def test_a_job_can_be_followed_from_start_to_end(
    client: TestClient,
    instance: dg.DagsterInstance,
    process: Process,
    hold: Hold,
    in_background: InBackground,
):
    points = [
        *(hold("papers"), hold("script-S1"), hold("script-S2")),
        *(hold("S1"), hold("S2"), hold("end")),
    ]
    seen = []
    with in_background(lambda: process("1706.03762")):
        for point, step in zip(
            points,
            [
                "Fetching the paper",
                "Writing scenes (1 of 2)",
                "Writing scenes (2 of 2)",
                "Rendering videos (1 of 2)",
                "Rendering videos (2 of 2)",
                "Rendering videos (2 of 2)",
            ],
            strict=True,
        ):
            seen.append(wait_for_step(client, instance, step))
            point.release()
    seen.append(status_of(client, seen[0]["job_id"]))
    progress = [status["progress"] for status in seen]
    assert progress[0] == 0
    assert progress == sorted(progress)
    assert progress[1:4] == [0.03, 0.13, 0.23]
    assert progress[-1] == 1
    assert [status["status"] for status in seen[:-1]] == ["processing"] * 6
    assert [len(status["steps_completed"]) for status in seen] == [0, 2, 2, 3, 3, 3, 4]
    assert [status["sections_total"] for status in seen] == [0, 2, 2, 2, 2, 2, 2]
    assert seen[0]["estimated_completion"] is None
    assert seen[4]["estimated_completion"] is not None


def test_a_cancelled_job_has_failed_and_says_so(
    client: TestClient, instance: dg.DagsterInstance, process: Process, home: Path
):
    run = instance.get_run_by_id(process("1706.03762"))
    assert run is not None
    cancelled = instance.create_run_for_job(  # as if ended before it started
        pipeline.definitions(home).resolve_job_def("paper_videos"),
        tags=dict(run.tags),
    )
    instance.report_run_canceled(cancelled)
    status = status_of(client, cancelled.run_id)
    assert status["status"] == "failed"
    assert status["error"] == "The job was cancelled."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("somebody ended it", "somebody ended it"),
        (
            "Detected run worker status FAILED: 'its process 7 is gone'. Marking run as failed.",
            (
                "The run's process is gone: it was killed, or its machine was out of memory. "
                "Ask for it again to go on from what was rendered."
            ),
        ),
    ],
)
def test_a_job_that_dagster_ended_tells_why(
    client: TestClient, instance: dg.DagsterInstance, home: Path, said: str, told: str
):
    run = instance.create_run_for_job(
        pipeline.definitions(home).resolve_job_def("paper_videos"),
        tags={catalog.PARTITION_TAG: "1706.03762"},
    )
    instance.report_run_failed(run, said)
    status = status_of(client, run.run_id)
    assert (status["status"], status["error"]) == ("failed", told)


def test_a_waiting_job_is_queued(client: TestClient, instance: dg.DagsterInstance, home: Path):
    run = instance.create_run_for_job(
        pipeline.definitions(home).resolve_job_def("paper_videos"),
        tags={catalog.PARTITION_TAG: "1706.03762"},
    )
    status = status_of(client, run.run_id)
    assert (status["status"], status["progress"]) == ("queued", 0)
    assert status["current_step"] == "Waiting to start"
    paper = client.get("/api/paper/1706.03762")
    assert paper.status_code == 404
    assert paper.json()["error"]["details"] == {"job_id": run.run_id, "status": "queued"}


def test_a_run_of_videos_alone_tells_its_scenes(
    client: TestClient,
    instance: dg.DagsterInstance,
    process: Process,
    hold: Hold,
    in_background: InBackground,
):
    process("1706.03762")
    point = hold("S2")
    with in_background(lambda: process("1706.03762", assets=["videos"])):
        status = wait_for_step(client, instance, "Rendering videos (2 of 2)")
        # Whoever asks for the paper gets this run, not a second one.
        asked = client.post("/api/process", json={"arxiv_id": "1706.03762", "force": True})
        assert asked.json()["job_id"] == status["job_id"]
        assert asked.json()["status"] == "processing"
        point.release()
    assert (status["progress"], status["sections_total"]) == (0.5, 2)
    status = status_of(client, status["job_id"])
    assert (status["status"], status["progress"]) == ("completed", 1)
    assert [step["name"] for step in status["steps_completed"]] == ["videos"]
    # It made what is there to watch.
    again = client.post("/api/process", json={"arxiv_id": "1706.03762"})
    assert again.json()["job_id"] == status["job_id"]


def test_a_run_that_made_no_videos_is_not_what_a_paper_was_processed_by(
    client: TestClient, process: Process
):
    status = status_of(client, process("1706.03762", assets=["papers", "sections"]))
    assert (status["status"], status["sections_total"]) == ("completed", 0)
    asked = {"arxiv_id": "1706.03762"}
    assert client.post("/api/process", json=asked).status_code == 503  # none can be launched
    job_id = process("1706.03762")
    process("1706.03762", assets=["sections"])
    assert client.post("/api/process", json=asked).json()["job_id"] == job_id


def test_a_failed_run_of_some_assets_names_the_step_that_failed(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762", assets=["papers"])
    sections = home / "objects" / "papers" / "1706.03762" / "sections.parquet"
    sections.mkdir(parents=True)  # cannot be replaced by a file
    status = status_of(client, process("1706.03762", assets=["sections", "scene_scripts"]))
    assert status["status"] == "failed"
    assert [(step["name"], step["status"]) for step in status["steps_completed"]] == [
        ("sections", "failed")
    ]
    assert status["current_step"] == "Splitting it into sections"


def test_an_interrupted_job_says_how_to_go_on(client: TestClient, process: Process, home: Path):
    (home / "interrupt-S2").touch()
    status = status_of(client, process("1706.03762", tags={catalog.PROCESS_TAG: "1:0.00"}))
    assert status["status"] == "failed"
    assert status["error"] == (
        "The run was interrupted; ask for it again to go on from what was rendered."
    )
    assert status["steps_completed"][-1] | {"duration_ms": None} == {
        "name": "videos",
        "status": "failed",
        "duration_ms": None,
    }


def test_a_job_of_the_command_line_is_stopped_there(
    client: TestClient,
    instance: dg.DagsterInstance,
    process: Process,
    hold: Hold,
    in_background: InBackground,
):
    point = hold("papers")
    with in_background(lambda: process("1706.03762", tags={catalog.PROCESS_TAG: "1:0.00"})):
        wait_for_step(client, instance, "Fetching the paper")
        refused = client.post(f"/api/jobs/{active_job(instance)}/cancel")
        point.release()
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "JOB_NOT_CANCELLABLE"
    assert "arxiviz process" in refused.json()["detail"]


def test_a_suspended_run_is_a_job_too(client: TestClient, instance: dg.DagsterInstance, home: Path):
    run = instance.create_run_for_job(
        pipeline.definitions(home).resolve_job_def("paper_videos"),
        status=dg.DagsterRunStatus.SUSPENDED,
        tags={catalog.PARTITION_TAG: "1706.03762"},
    )
    assert status_of(client, run.run_id)["status"] == "processing"


def test_an_unknown_job_is_not_found(client: TestClient, process: Process):
    process("1706.03762")
    for job_id in ("00000000-0000-0000-0000-000000000000", "no-uuid", "'; --", "%00", "é"):
        response = client.get(f"/api/status/{job_id}")
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "JOB_NOT_FOUND"


def test_a_run_about_no_paper_is_no_job(client: TestClient, instance: dg.DagsterInstance):
    @dg.job
    def other(): ...

    run_id = other.execute_in_process(instance=instance).run_id
    assert client.get(f"/api/status/{run_id}").status_code == 404


def test_a_run_of_the_same_paper_does_not_enter_another_ones_report(
    client: TestClient, process: Process
):
    first = process("1706.03762")
    second = process("1706.03762", "high")
    reports = [status_of(client, job_id) for job_id in (first, second)]
    assert [report["sections_total"] for report in reports] == [2, 2]
    assert reports[0]["completed_at"] < reports[1]["created_at"]


def test_without_dagster_nothing_can_be_launched_and_the_answer_says_what_to_do(
    client: TestClient,
):
    response = client.post("/api/process", json={"arxiv_id": "1706.03762"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert response.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert "arxiviz up" in response.json()["detail"]


def test_a_home_without_room_for_locks_is_unavailable(client: TestClient, home: Path):
    (home / "locks").write_text("a file where the folder should be")
    response = client.post("/api/process", json={"arxiv_id": "1706.03762"})
    assert response.status_code == 503
    assert "ARXIVIZ_HOME" in response.json()["detail"]


def test_a_finished_paper_is_answered_without_dagster(client: TestClient, process: Process):
    job_id = process("1706.03762")
    response = client.post("/api/process", json={"arxiv_id": "arXiv:1706.03762"})
    assert response.status_code == 200
    assert response.json() == {
        "job_id": job_id,
        "arxiv_id": "1706.03762",
        "paper_id": "1706.03762",
        "status": "completed",
        "message": "1706.03762 is already processed. Set force to make its videos again.",
    }


def test_force_another_quality_or_a_failure_need_a_new_run(client: TestClient, process: Process):
    process("1706.03762", "medium")
    process(pipeline.ABSENT)
    for asked in (
        {"arxiv_id": "1706.03762", "force": True},
        {"arxiv_id": "1706.03762", "quality": "high"},
        {"arxiv_id": pipeline.ABSENT},
    ):
        assert client.post("/api/process", json=asked).status_code == 503  # none can be launched
    same = client.post("/api/process", json={"arxiv_id": "1706.03762", "quality": "medium"})
    assert same.json()["status"] == "completed"


def test_a_paper_whose_records_are_gone_is_processed_again(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762")
    asked = {"arxiv_id": "1706.03762"}
    for key in (catalog.paper_key, catalog.sections_key, catalog.videos_key):
        record = home / "objects" / key(ArxivId("1706.03762"))
        content = record.read_bytes()
        record.unlink()
        assert client.get("/api/paper/1706.03762").status_code == 404
        assert client.post("/api/process", json=asked).status_code == 503  # none can be launched
        record.write_bytes(content)
        assert client.post("/api/process", json=asked).json()["status"] == "completed"


def test_a_paper_with_other_submissions_than_its_run_had_needs_a_new_one(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762")
    asked = {"arxiv_id": "1706.03762"}
    scene = SubmittedScene("S1", "A circle", "class A(Scene): ...")
    write_submitted_scenes(
        open_object_store(pipeline.settings(home)), ArxivId("1706.03762"), [scene]
    )
    assert client.post("/api/process", json=asked).status_code == 503  # none can be launched
    process("1706.03762")
    assert client.post("/api/process", json=asked).json()["status"] == "completed"


def test_cancelling_a_job_that_is_over_leaves_it(client: TestClient, process: Process):
    response = client.post(f"/api/jobs/{process('1706.03762')}/cancel")
    assert response.status_code == 200
    assert response.json()["status"] == "completed"
