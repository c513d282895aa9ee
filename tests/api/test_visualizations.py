"""Scenes that are handed in: what is taken, what is refused, what becomes of them.

Without a Dagster that answers; `test_launching` has the whole way.
"""

import json
from typing import Any

import dagster as dg
import httpx2
import pytest
from fastapi.testclient import TestClient

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.submissions import MOST_CODE_BYTES, MOST_SCENES
from tests.api import pipeline
from tests.api.conftest import Hold, InBackground, Process
from tests.api.test_jobs import active_job, wait_for_step

PAPER = "math/0309136v1"
PATH = f"/api/paper/{PAPER}/visualizations"
SCENE: dict[str, Any] = {
    "section_id": "S1",
    "concept": "A circle",
    "manim_code": "class Circle2(Scene): ...",
}


def submitted(client: TestClient, path: str = PATH) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def refused(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    return response.json()["error"]


@pytest.mark.parametrize("body", [[SCENE], {"visualizations": [SCENE]}])
def test_what_is_handed_in_is_kept_even_if_no_run_can_be_launched(
    client: TestClient, process: Process, body: object
):
    process(PAPER)
    assert submitted(client) == {
        "arxiv_id": PAPER,
        "paper_id": PAPER,
        "visualizations": [],
        "in_force": True,
    }
    error = refused(client.post(PATH, json=body), 503, "SERVICE_UNAVAILABLE")
    assert "The change is kept" in error["message"]
    kept = submitted(client)
    assert kept["in_force"] is False
    (scene,) = kept["visualizations"]
    assert scene == SCENE | {
        "scene_id": scene["scene_id"],
        "scene_name": None,
        "storyboard": [],
    }
    job_id = process(PAPER)
    assert submitted(client)["in_force"] is True
    paper = client.get(f"/api/paper/{PAPER}").json()
    videos = {video["section_id"]: video for video in paper["visualizations"]}
    assert paper["job_id"] == job_id
    assert videos["S1"]["origin"] == "submitted"
    assert videos["S1"]["scene_id"] == scene["scene_id"]
    assert videos["S1"]["concept"] == "A circle"
    assert videos["S2"]["origin"] == "llm:some-model"


def test_handing_in_again_replaces_and_taking_back_restores(client: TestClient, process: Process):
    process(PAPER)
    second = SCENE | {"section_id": "S2", "scene_name": "B", "concept": "A square"}
    beats = [{"narration": "Said.", "seconds": 1.5}]
    newer = SCENE | {"manim_code": "class C(Scene): ...", "storyboard": beats}
    for body in ([SCENE, second], [newer]):
        assert client.post(PATH, json=body).status_code == 503
    kept = submitted(client)["visualizations"]
    assert [(scene["section_id"], scene["manim_code"]) for scene in kept] == [
        ("S2", second["manim_code"]),
        ("S1", newer["manim_code"]),
    ]
    assert kept[1]["storyboard"] == [{"narration": "Said.", "seconds": 1.5, "shows": ""}]
    error = refused(client.delete(f"{PATH}?section_id=S9"), 404, "SUBMISSION_NOT_FOUND")
    assert "there are for: S2, S1" in error["message"]
    assert client.delete(f"{PATH}?section_id=S1").status_code == 503
    assert [scene["section_id"] for scene in submitted(client)["visualizations"]] == ["S2"]
    assert client.delete(PATH).status_code == 503
    # The last run was made without any, so that nothing is in force again.
    assert (submitted(client)["visualizations"], submitted(client)["in_force"]) == ([], True)
    refused(client.delete(PATH), 404, "SUBMISSION_NOT_FOUND")


def test_an_old_id_may_be_written_as_it_likes(client: TestClient, process: Process):
    process(PAPER)
    for written in ("math%2F0309136v1", "math.GT/0309136v1", f"arXiv:{PAPER}"):
        path = f"/api/paper/{written}/visualizations"
        assert client.post(path, json=[SCENE]).status_code == 503
        assert len(submitted(client, path)["visualizations"]) == 1
        assert client.head(path).status_code == 200


def test_a_paper_that_was_never_processed_takes_nothing(client: TestClient):
    for response in (client.post(PATH, json=[SCENE]), client.get(PATH), client.delete(PATH)):
        refused(response, 404, "PAPER_NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "no scene"),
        ([SCENE | {"manim_code": "  "}], "Scene 1 has no code"),
        ([SCENE | {"manim_code": "x" * (MOST_CODE_BYTES + 1)}], "at most 200000"),
        ([SCENE, SCENE], "the same as scene 1"),
        (
            [SCENE | {"manim_code": f"x = {n}"} for n in range(MOST_SCENES + 1)],
            "101 scenes; at most 100",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_whole(
    client: TestClient, process: Process, body: object, told: str
):
    process(PAPER)
    error = refused(client.post(PATH, json=body), 400, "INVALID_SUBMISSION")
    assert told in error["message"]
    assert submitted(client)["visualizations"] == []


def test_an_unknown_section_is_answered_with_those_there_are(client: TestClient, process: Process):
    process(PAPER)
    body = [SCENE, SCENE | {"section_id": "S9"}]
    error = refused(client.post(PATH, json=body), 400, "INVALID_SUBMISSION")
    assert "Scene 2 is for section 'S9'" in error["message"]
    assert error["details"]["section_ids"] == ["S1", "S2", "S2.SS1"]
    assert submitted(client)["visualizations"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"manim_code": None},
        {"concept": ""},
        {"storyboard": [{"narration": "Said.", "seconds": 0}]},
        {"storyboard": [{"narration": "Said.", "seconds": "nan"}]},
        {"manim_code": "\ud800"},
    ],
)
def test_a_scene_that_does_not_fit_says_where(
    client: TestClient, process: Process, wrong: dict[str, Any]
):
    body = json.dumps([SCENE, SCENE | wrong]).encode()
    response = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    problems = refused(response, 422, "VALIDATION_ERROR")["details"]["problems"]
    assert problems[0]["where"].startswith(f"body.visualizations.1.{next(iter(wrong))}")


def test_while_a_job_is_at_the_paper_nothing_is_changed(
    client: TestClient,
    instance: dg.DagsterInstance,
    process: Process,
    hold: Hold,
    in_background: InBackground,
):
    process(PAPER)
    point = hold("papers")
    with in_background(lambda: process(PAPER)):
        wait_for_step(client, instance, "Fetching the paper")
        job_id = active_job(instance)
        for response in (client.post(PATH, json=[SCENE]), client.delete(PATH)):
            error = refused(response, 409, "PAPER_BUSY")
            assert error["details"] == {"job_id": job_id, "status": "processing"}
        point.release()
    assert (submitted(client)["visualizations"], submitted(client)["in_force"]) == ([], True)


def test_the_catalog_observes_each_change(
    client: TestClient, process: Process, instance: dg.DagsterInstance
):
    process(PAPER)
    client.post(PATH, json=[SCENE])
    client.delete(PATH)
    wanted = dg.AssetRecordsFilter(dg.AssetKey(catalog.SUBMITTED_SCENES), asset_partitions=[PAPER])
    seen = [
        record.asset_observation
        for record in instance.fetch_observations(wanted, limit=10, ascending=True).records
    ]
    assert [event and event.metadata["scene_count"].value for event in seen] == [1, 0]
    versions = {event and event.tags[catalog.DATA_VERSION_TAG] for event in seen}
    assert len(versions) == 2


def test_a_section_without_a_scene_of_its_own_gets_the_one_that_is_handed_in(
    client: TestClient, process: Process
):
    process(PAPER)
    client.post(PATH, json=[SCENE | {"section_id": "S2.SS1"}])
    process(PAPER)
    paper = client.get(f"/api/paper/{PAPER}").json()
    assert [video["section_id"] for video in paper["visualizations"]] == ["S1", "S2", "S2.SS1"]
    video_url = paper["visualizations"][2]["video_url"]
    assert paper["sections"][2]["video_url"] == video_url
    assert client.get(video_url).content == pipeline.MP4
