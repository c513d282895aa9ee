"""`arxiviz up` as a frontend and an operator meet it, with real videos."""

import json
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from arxiviz_pipeline.domain.identifiers import ArxivId
from tests.end_to_end.conftest import (
    ARXIVIZ,
    SAMPLES,
    Service,
    ask_ahead,
    run_arxiviz,
    settings_of_a_user,
)
from tests.end_to_end.made_up_arxiv import (
    AS_SOURCE,
    FORBIDDING,
    REFUSING,
    UNKNOWN,
    WITHDRAWN,
)
from tests.ingest.arxiv.replay_server import ReplayServer
from tests.servers import HOST, free_port, start_process

SAMPLE_ID = next(path.name for path in SAMPLES.iterdir() if path.is_dir())
_CHROMIUM = Path("/usr/bin/chromium")
Jobs = dict[ArxivId, dict[str, Any]]


@pytest.fixture(scope="module")
def processed(service: Service) -> dict[str, Any]:
    """The sample paper, processed once; what the frontend saw on the way."""
    missing = service.get(f"/api/paper/{SAMPLE_ID}")
    with ThreadPoolExecutor(2) as pool:
        asked = list(
            pool.map(
                lambda _: service.post("/api/process", {"arxiv_id": SAMPLE_ID}).json(), range(2)
            )
        )
    polls = service.poll(asked[0]["job_id"])
    return {
        "missing": missing,
        "asked": asked,
        "polls": polls,
        "paper": service.get(f"/api/paper/{SAMPLE_ID}").json(),
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Debian's own where it is installed: it plays H.264; else the one Playwright brings.
        executable = str(_CHROMIUM) if _CHROMIUM.exists() else None
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_a_paper_is_missing_until_it_is_processed(processed: dict[str, Any]):
    assert processed["missing"].status_code == 404
    assert processed["missing"].json()["error"]["code"] == "PAPER_NOT_FOUND"


def test_the_same_request_twice_at_once_makes_one_run(service: Service, processed: dict[str, Any]):
    assert len({asked["job_id"] for asked in processed["asked"]}) == 1
    runs = httpx2.post(
        f"{service.dagster}/graphql",
        json={"query": "{ runsOrError { ... on Runs { results { runId status } } } }"},
    ).json()["data"]["runsOrError"]["results"]
    assert len(runs) == 1


def test_progress_only_grows_and_its_steps_mean_something(processed: dict[str, Any]):
    polls = processed["polls"]
    assert polls[-1]["status"] == "completed", polls[-1]
    progress = [poll["progress"] for poll in polls]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert len(set(progress)) > 2
    done = [step["name"] for step in polls[-1]["steps_completed"]]
    assert len(done) == 4
    assert any("video" in (poll["current_step"] or "").lower() for poll in polls)
    assert any("Writing scenes (" in (poll["current_step"] or "") for poll in polls)
    assert polls[-1]["sections_completed"] == polls[-1]["sections_total"] > 3


def test_every_section_with_equations_has_a_video(processed: dict[str, Any]):
    paper = processed["paper"]
    shown = {v["section_id"] for v in paper["visualizations"] if v["status"] == "complete"}
    with_equations = {s["id"] for s in paper["sections"] if s["equations"]}
    assert with_equations
    assert with_equations <= shown
    assert all(v["status"] == "complete" for v in paper["visualizations"])


def test_a_video_plays_in_a_browser_with_its_captions(
    service: Service, processed: dict[str, Any], page: Page
):
    video = processed["paper"]["visualizations"][0]
    page.goto(f"{service.api}/api/health")  # a page of the same origin, for the captions
    page.set_content(
        f'<video muted autoplay src="{video["video_url"]}" poster="{video["poster_url"]}">'
        f'<track default kind="captions" src="{video["captions_url"]}"></video>'
    )
    page.wait_for_function("document.querySelector('video').currentTime > 1", timeout=30_000)
    seen = page.evaluate(
        "(v => ({width: v.videoWidth, seconds: v.duration, error: v.error}))"
        "(document.querySelector('video'))"
    )
    assert (seen["width"], seen["error"]) == (854, None)
    assert seen["seconds"] == pytest.approx(video["duration_seconds"], abs=0.2)
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length > 1")
    page.evaluate("document.querySelector('video').currentTime = 5")
    page.wait_for_function("document.querySelector('video').currentTime > 5.2", timeout=30_000)


def test_the_dagster_ui_shows_lineage_and_the_partition(
    service: Service, processed: dict[str, Any], page: Page
):
    page.goto(f"{service.dagster}/asset-groups")
    for asset in ("papers", "sections", "scene_scripts", "videos"):
        expect(page.get_by_text(asset, exact=True).first).to_be_visible(timeout=30_000)
    page.goto(f"{service.dagster}/assets/videos?view=partitions")
    expect(page.get_by_text(SAMPLE_ID).first).to_be_visible(timeout=30_000)


def test_a_finished_paper_is_answered_with_its_job(service: Service, processed: dict[str, Any]):
    again = service.post("/api/process", {"arxiv_id": SAMPLE_ID}).json()
    assert again["job_id"] == processed["asked"][0]["job_id"]
    assert again["status"] == "completed"


def test_a_malformed_id_is_refused_at_once(service: Service):
    malformed = service.post("/api/process", {"arxiv_id": "17"})
    assert malformed.status_code == 400
    assert malformed.json()["error"]["code"] == "INVALID_ARXIV_ID"


@pytest.fixture(scope="module")
def ended(service: Service, arxiv: ReplayServer, tmp_path_factory: pytest.TempPathFactory) -> Jobs:
    """Jobs for papers of every kind, side by side, each after its last step."""
    ask_ahead(arxiv, Path(service.environment["ARXIVIZ_HOME"]), AS_SOURCE, WITHDRAWN, FORBIDDING)
    jobs = {
        arxiv_id: service.post("/api/process", {"arxiv_id": str(arxiv_id)}).json()["job_id"]
        for arxiv_id in (UNKNOWN, WITHDRAWN, REFUSING, AS_SOURCE)
    }
    # The service was started with a policy that allows everything; its catalog is open to others.
    refused = run_arxiviz(
        *("process", str(FORBIDDING), "--json"),
        environment={**service.environment, "ARXIVIZ_LICENCE_POLICY": "derivatives"},
        folder=tmp_path_factory.mktemp("elsewhere"),
    )
    jobs[FORBIDDING] = json.loads(refused.stdout)["papers"][0]["job_id"]
    return {arxiv_id: service.poll(job_id)[-1] for arxiv_id, job_id in jobs.items()}


@pytest.mark.parametrize(
    ("arxiv_id", "code", "status"),
    [
        (UNKNOWN, "PAPER_UNKNOWN", 404),
        (WITHDRAWN, "PAPER_WITHDRAWN", 410),
        (FORBIDDING, "LICENCE_FORBIDS", 451),
    ],
)
def test_a_paper_that_cannot_be_had_is_told_by_its_job_and_by_its_own_address(
    service: Service, ended: Jobs, arxiv_id: ArxivId, code: str, status: int
):
    job = ended[arxiv_id]
    assert (job["status"], job["error_code"]) == ("failed", code)
    answer = service.get(f"/api/paper/{arxiv_id}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"] == job["error"]
    assert error["details"] == {"job_id": job["job_id"], "status": "failed"}


def test_an_outage_leaves_the_paper_unprocessed_and_names_who_did_not_answer(
    service: Service, ended: Jobs, arxiv: ReplayServer
):
    job = ended[REFUSING]
    assert (job["status"], job["error_code"]) == ("failed", "ARXIV_UNAVAILABLE")
    assert f"{arxiv.url}/api/query" in job["error"]
    answer = service.get(f"/api/paper/{REFUSING}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "PAPER_NOT_FOUND", "asking again may help"


def test_a_paper_from_arxiv_says_what_it_was_read_from_and_its_licence(
    service: Service, ended: Jobs
):
    assert ended[AS_SOURCE]["status"] == "completed", ended[AS_SOURCE]
    paper = service.get(f"/api/paper/{AS_SOURCE}").json()
    assert (paper["source_format"], paper["licence_name"]) == ("latex", "CC BY 4.0")
    assert [section["title"] for section in paper["sections"]] == ["Averages", "Spreads"]
    assert {video["status"] for video in paper["visualizations"]} == {"complete"}


def test_health_asks_each_service(service: Service):
    health = service.get("/api/health").json()
    assert health["status"] == "ok", health
    assert set(health["services"]) == {"database", "storage", "renderer", "dagster"}


def test_the_command_line_sees_and_reuses_what_the_service_made(
    service: Service, ended: Jobs, tmp_path: Path
):
    before = service.get(f"/api/paper/{AS_SOURCE}").json()["visualizations"]
    done = run_arxiviz(
        "process", str(AS_SOURCE), "-o", "out", environment=service.environment, folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"complete", done.stderr)
    files = sorted(path.suffix for path in (tmp_path / "out" / str(AS_SOURCE)).iterdir())
    count = len(before)
    assert files == [".html", *[".jpg"] * count, *[".mp4"] * count, *[".vtt"] * count]
    # Content-addressed: the videos are the same objects, rendered once.
    videos = service.get(f"/api/paper/{AS_SOURCE}").json()["visualizations"]
    assert [video["video_url"] for video in videos] == [video["video_url"] for video in before]


SUBMITTED = """
from manim import *

class Dot2(Scene):
    def construct(self):
        self.play(ShowCreation(Dot()), run_time=1)
        self.wait(1)
"""


def test_a_script_that_is_handed_in_is_mended_shown_and_taken_back(
    service: Service, ended: Jobs, tmp_path: Path
):
    before = service.get(f"/api/paper/{AS_SOURCE}").json()["visualizations"]
    path = f"/api/paper/{AS_SOURCE}/visualizations"
    scene = {"section_id": before[0]["section_id"], "concept": "A dot", "manim_code": SUBMITTED}
    answer = httpx2.post(f"{service.api}{path}", json=[scene], timeout=90).json()
    assert service.poll(answer["job_id"])[-1]["status"] == "completed"
    videos = service.get(f"/api/paper/{AS_SOURCE}").json()["visualizations"]
    assert len(videos) == 2
    assert videos[1:] == before[1:], "only the section's own video is another"
    first = videos[0]
    assert (first["status"], first["origin"], first["concept"]) == (
        "complete",
        "submitted",
        "A dot",
    )
    assert first["scene_id"] == answer["accepted"][0]["scene_id"]
    assert [attempt["remedy"] for attempt in first["attempts"]] == ["mends"]
    assert "Create(Dot())" in httpx2.get(first["script_url"]).text
    assert first["duration_seconds"] == pytest.approx(2.0, abs=0.2)
    # The command line takes back what the API took, and tells the same of it.
    done = run_arxiviz(
        *("submit", str(AS_SOURCE), "--withdraw", "--json"),
        environment=service.environment,
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    (paper,) = json.loads(done.stdout)["papers"]
    assert [each["video_id"] for each in paper["scenes"]] == [video["id"] for video in before]
    assert {each["origin"] for each in paper["scenes"]} == {"template"}


def test_a_video_tells_its_storyboard_its_script_and_what_was_checked(
    service: Service, processed: dict[str, Any]
):
    for video in processed["paper"]["visualizations"]:
        assert video["storyboard"]
        assert [check["name"] for check in video["checks"]][:2] == ["policy", "formulas"]
        assert all(check["passed"] for check in video["checks"])
        assert video["scene_name"] in service.get(f"/api/video/{video['id']}/script").text


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGHUP, signal.SIGINT]])
def test_whatever_interrupts_it_everything_stops(tmp_path: Path, signals: list[signal.Signals]):
    api, dagster = free_port(), free_port()
    with start_process(
        [ARXIVIZ, "up", "--api-port", str(api), "--dagster-port", str(dagster)],
        ready_url=f"http://{HOST}:{api}/api/health",
        log_path=tmp_path / "up.log",
        environment=settings_of_a_user(tmp_path / "home"),
        folder=tmp_path,
    ) as server:
        family = psutil.Process(server.process.pid).children(recursive=True)
        assert len(family) >= 3
        for number in signals:
            server.process.send_signal(number)
            time.sleep(0.3)
        server.process.wait(timeout=60)
        _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_up_refuses_a_port_that_is_taken(service: Service, tmp_path: Path):
    port = service.api.rpartition(":")[2]
    refused = run_arxiviz(
        "up", "--api-port", port, environment=service.environment, folder=tmp_path
    )
    assert refused.returncode == 2
    assert port in refused.stderr
    assert "--api-port" in refused.stderr
