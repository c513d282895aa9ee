import os
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from api.catalog import Catalog
from api.paper_list import PaperList
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import VideoError
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import write_scene_scripts, write_sections, write_videos
from tests.api import pipeline
from tests.api.conftest import Process
from tests.fakes import make_repaired

BASE = "http://testserver/api/video"
FIRST = pipeline.video_id_of("2401.00001", "S1")


def finish(instance: dg.DagsterInstance, arxiv_id: str) -> None:
    """Tell the catalog that this paper's videos are made, without a run."""
    paper = pipeline.make_paper(arxiv_id)
    metadata = {
        catalog.TITLE: paper.title,
        catalog.AUTHORS: dg.MetadataValue.json(list(paper.authors)),
    }
    instance.report_runless_asset_event(
        dg.AssetMaterialization(catalog.VIDEOS, partition=arxiv_id, metadata=metadata)
    )


def test_a_paper_has_its_sections_and_videos(client: TestClient, process: Process):
    job_id = process("2401.00001")
    paper = client.get("/api/paper/2401.00001").json()
    assert paper["paper_id"] == paper["id"] == "2401.00001"
    assert paper["title"] == "On the matter of 2401.00001"
    assert paper["authors"] == ["Ada Lovelace", "Émilie du Châtelet"]
    assert paper["job_id"] == job_id
    assert paper["categories"] == ["cs.LG", "stat.ML"]
    assert paper["processed_at"].endswith("Z")
    assert (paper["licence_name"], paper["source_format"]) == ("CC BY 4.0", "html")
    first, second, details = paper["sections"]
    assert first == {
        "id": "S1",
        "title": "Introduction",
        "content": pipeline.make_sections()[0].content,
        "summary": "The error is a weighted sum, see 1. The rest follows $a_i b_j$.",
        "level": 1,
        "order_index": 0,
        "equations": [],
        "video_url": f"{BASE}/{FIRST}",
        "parent_id": None,
        "role": "body",
    }
    assert second["equations"] == ["x = 1", "y = 2"]
    assert second["video_url"] is None
    assert details["parent_id"] == "S2"
    complete, failed = paper["visualizations"]
    assert complete["section_id"] == "S1"
    assert complete["status"] == "complete"
    assert complete["video_url"] == f"{BASE}/{FIRST}"
    assert complete["poster_url"] == f"{BASE}/{FIRST}/poster"
    assert complete["captions_url"] == f"{BASE}/{FIRST}/captions"
    assert complete["error"] is None
    assert failed["status"] == "failed"
    assert failed["video_url"] is failed["poster_url"] is failed["captions_url"] is None
    assert failed["error"] == {
        "kind": "latex",
        "message": "Undefined control sequence.",
        "line": 12,
        "excerpt": ">   12 MathTex()",
        "remedy": "Mend the formula.",
    }


def test_a_video_tells_how_its_script_came_to_be(client: TestClient, process: Process):
    process("2401.00001")
    complete, failed = client.get("/api/paper/2401.00001").json()["visualizations"]
    assert complete["scene_id"] == complete["scene_name"] == "S1"
    assert (complete["concept_type"], complete["origin"]) == ("derivation", "llm:some-model")
    assert complete["storyboard"] == [
        {"narration": "It begins.", "seconds": 2.5, "shows": "title"},
        {"narration": "It ends.", "seconds": 3.0, "shows": "a formula"},
    ]
    assert complete["checks"] == [
        {
            "name": "layout",
            "passed": True,
            "message": "There is one finding.",
            "findings": [
                {
                    "kind": "overlap",
                    "message": "A label touches a formula.",
                    "severity": "warning",
                    "line": None,
                    "at_seconds": 1.5,
                    "excerpt": ">    3 Text()",
                    "remedy": "Move the label.",
                }
            ],
        }
    ]
    assert complete["llm_usage"] == {
        "model": "some-model",
        "request_count": 2,
        "cached_count": 1,
        "input_tokens": 1000,
        "output_tokens": 200,
        "cost_usd": 0.01,
    }
    assert (complete["attempts"], complete["repaired"]) == ([], False)
    assert (complete["notices"], failed["notices"]) == (["Another font was taken."], [])
    assert client.get(complete["script_url"]).text == "class S1(Scene): ..."
    assert (failed["scene_name"], failed["script_url"]) == ("S2", None)
    assert failed["checks"] == complete["checks"]


def test_a_repaired_video_tells_of_the_script_it_was_made_from(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762")
    store, arxiv_id = open_object_store(pipeline.settings(home)), ArxivId("1706.03762")
    first, second = pipeline.make_videos(arxiv_id, "medium")
    failure = VideoError("exception", "no such colour", 4)
    repaired = make_repaired(pipeline.make_scripts()[0], failure, "class S1(Scene): 'mended'")
    write_videos(store, arxiv_id, [replace(first, repaired_script=repaired), second])
    shown, other = client.get("/api/paper/1706.03762").json()["visualizations"]
    assert (shown["repaired"], other["repaired"]) == (True, False)
    (attempt,) = shown["attempts"]
    assert attempt | {"failure": None} == {
        "failure": None,
        "excerpt": "3: broken",
        "remedy": "mends",
        "changes": ["It says something else."],
        "passed": True,
        "failed_digest": "",
    }
    assert attempt["failure"]["kind"] == "exception"
    assert attempt["failure"]["line"] == 4


def test_nothing_is_told_of_a_script_that_the_video_was_not_made_from(
    client: TestClient, process: Process, instance: dg.DagsterInstance, home: Path
):
    process("1706.03762")
    before = client.get("/api/paper/1706.03762")
    store = open_object_store(pipeline.settings(home))
    newer = [replace(script, manim_code="newer") for script in pipeline.make_scripts()]
    write_scene_scripts(store, ArxivId("1706.03762"), newer)
    instance.report_runless_asset_event(
        dg.AssetMaterialization(catalog.SCENE_SCRIPTS, partition="1706.03762")
    )
    headers = {"If-None-Match": before.headers["etag"]}
    during = client.get("/api/paper/1706.03762", headers=headers)
    assert during.status_code == 200
    first = during.json()["visualizations"][0]
    assert (first["status"], first["scene_id"]) == ("complete", "S1")
    assert first["scene_name"] is first["origin"] is first["concept_type"] is None
    assert first["storyboard"] == first["checks"] == first["attempts"] == []


def test_a_paper_without_a_record_of_scripts_is_shown_all_the_same(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762")
    (home / "objects" / catalog.scene_scripts_key(ArxivId("1706.03762"))).unlink()
    first = client.get("/api/paper/1706.03762").json()["visualizations"][0]
    assert (first["status"], first["storyboard"], first["origin"]) == ("complete", [], None)


def test_an_old_id_is_found_however_it_is_written(client: TestClient, process: Process):
    process("math/0309136v1")
    bare = "math/0309136v1"
    for path in (bare, "math%2F0309136v1", f"arXiv:{bare}", "math.GT/0309136v1"):
        response = client.get(f"/api/paper/{path}")
        assert response.status_code == 200, path
        assert response.json()["id"] == bare


def test_a_version_is_a_paper_of_its_own(client: TestClient, process: Process):
    process("1706.03762v7")
    assert client.get("/api/paper/1706.03762v7").status_code == 200
    assert client.get("/api/paper/1706.03762").status_code == 404


def test_an_unprocessed_paper_is_not_found(client: TestClient):
    response = client.get("/api/paper/1706.03762")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "PAPER_NOT_FOUND"
    assert response.json()["error"]["details"] == {}


@pytest.mark.parametrize(
    ("arxiv_id", "status", "code"),
    [
        (pipeline.ABSENT, 404, "PAPER_UNKNOWN"),
        ("2401.00001v9", 404, "VERSION_NOT_FOUND"),
        ("2612.00001", 404, "PAPER_NOT_ANNOUNCED"),
        ("math/0303004", 404, "PAPER_UNREADABLE"),
        ("math/0301999", 400, "INVALID_ARXIV_ID"),
        ("0902.4054", 410, "PAPER_WITHDRAWN"),
        ("1706.00001", 451, "LICENCE_FORBIDS"),
        ("2401.00009", 404, "PAPER_NOT_FOUND"),  # what passes may be asked for again
    ],
)
def test_a_paper_that_cannot_be_had_says_why(
    client: TestClient, process: Process, arxiv_id: str, status: int, code: str
):
    job_id = process(arxiv_id)
    response = client.get(f"/api/paper/{arxiv_id}")
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert str(pipeline.REFUSED[arxiv_id]) in error["message"]
    assert error["details"] == {"job_id": job_id, "status": "failed"}


def test_a_paper_whose_records_are_gone_says_how_to_get_them_back(
    client: TestClient, process: Process, home: Path
):
    process("1706.03762")
    (home / "objects" / catalog.videos_key(pipeline.ArxivId("1706.03762"))).unlink()
    response = client.get("/api/paper/1706.03762")
    assert response.status_code == 404
    assert "Process it again" in response.json()["detail"]


def test_a_paper_says_nothing_of_two_runs_while_the_second_is_under_way(
    client: TestClient, process: Process, instance: dg.DagsterInstance, home: Path
):
    process("1706.03762")
    before = client.get("/api/paper/1706.03762")
    assert [video["section_id"] for video in before.json()["visualizations"]] == ["S1", "S2"]
    store = open_object_store(pipeline.settings(home))
    write_sections(store, ArxivId("1706.03762"), pipeline.make_sections()[:1])
    instance.report_runless_asset_event(
        dg.AssetMaterialization(catalog.SECTIONS, partition="1706.03762")
    )
    headers = {"If-None-Match": before.headers["etag"]}
    during = client.get("/api/paper/1706.03762", headers=headers)
    assert during.status_code == 200
    assert [section["id"] for section in during.json()["sections"]] == ["S1"]
    assert [video["section_id"] for video in during.json()["visualizations"]] == ["S1"]
    process("1706.03762", assets=["sections"])
    after = client.get("/api/paper/1706.03762")
    assert after.json() == before.json()
    assert after.headers["etag"] == before.headers["etag"]


def test_an_unchanged_paper_is_not_sent_again(client: TestClient, process: Process):
    process("1706.03762")
    etag = client.get("/api/paper/1706.03762").headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get("/api/paper/1706.03762", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    process("1706.03762", "high")
    changed = client.get("/api/paper/1706.03762", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.json()["visualizations"][0]["id"] == pipeline.video_id_of(
        "1706.03762", "S1", "high"
    )


def test_addresses_are_below_the_public_one_where_it_is_set(
    home: Path, process: Process, monkeypatch: pytest.MonkeyPatch
):
    from api.main import create_app

    process("1706.03762")
    monkeypatch.setenv("ARXIVIZ_PUBLIC_URL", "https://videos.example.org/")
    with TestClient(create_app()) as client:
        paper = client.get("/api/paper/1706.03762").json()
    assert paper["sections"][0]["video_url"] == (
        f"https://videos.example.org/api/video/{pipeline.video_id_of('1706.03762', 'S1')}"
    )


def test_addresses_follow_the_host_that_was_asked(client: TestClient, process: Process):
    process("1706.03762")
    for host in ("one.example", "two.example", "one.example"):
        paper = client.get("/api/paper/1706.03762", headers={"Host": host}).json()
        assert paper["sections"][0]["video_url"].startswith(f"http://{host}/api/video/")


def test_papers_are_listed_newest_first_in_pages(client: TestClient, process: Process):
    assert client.get("/api/papers").json() == {
        "papers": [],
        "total": 0,
        "limit": 50,
        "offset": 0,
    }
    for arxiv_id in ("1706.03762", "2401.00001", "math/0309136"):
        process(arxiv_id)
    listed = client.get("/api/papers").json()
    assert [paper["paper_id"] for paper in listed["papers"]] == [
        "math/0309136",
        "2401.00001",
        "1706.03762",
    ]
    assert listed["papers"][1] | {"processed_at": None} == {
        "paper_id": "2401.00001",
        "id": "2401.00001",
        "title": "On the matter of 2401.00001",
        "authors": ["Ada Lovelace", "Émilie du Châtelet"],
        "visualization_count": 1,
        "failed_count": 1,
        "processed_at": None,
    }
    page = client.get("/api/papers", params={"limit": 1, "offset": 1}).json()
    assert page["total"] == 3
    assert [paper["id"] for paper in page["papers"]] == ["2401.00001"]
    assert client.get("/api/papers", params={"offset": 3}).json()["papers"] == []


def test_a_paper_made_again_is_listed_once_and_first(
    client: TestClient, instance: dg.DagsterInstance
):
    for arxiv_id in ("1706.03762", "2501.00001", "1706.03762"):
        finish(instance, arxiv_id)
        listed = client.get("/api/papers").json()
        assert listed["papers"][0]["id"] == arxiv_id
    assert listed["total"] == 2


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("MATTER 1706", ["1706.03762"]),
        ("lovelace", ["2501.00001", "1706.03762"]),
        ("ÉMILIE châtelet", ["2501.00001", "1706.03762"]),
        ("2501.0", ["2501.00001"]),
        ("nobody", []),
        ("  ", ["2501.00001", "1706.03762"]),
    ],
)
def test_papers_are_searched_by_words_of_title_authors_and_id(
    client: TestClient, instance: dg.DagsterInstance, search: str, found: list[str]
):
    for arxiv_id in ("1706.03762", "2501.00001"):
        finish(instance, arxiv_id)
    listed = client.get("/api/papers", params={"search": search}).json()
    assert [paper["id"] for paper in listed["papers"]] == found
    assert listed["total"] == len(found)


def test_a_list_reads_every_page_of_the_catalog(instance: dg.DagsterInstance):
    papers = PaperList(Catalog(instance, page_size=3))
    assert papers.find(None, 10, 0).total == 0
    for number in range(8):
        instance.report_runless_asset_event(
            dg.AssetMaterialization(catalog.VIDEOS, partition=f"2501.{number:05}")
        )
        if number in (0, 6):
            assert papers.find(None, 10, 0).total == number + 1
    found = papers.find(None, 2, 0)
    assert found.total == 8
    assert [str(paper.arxiv_id) for paper in found.papers] == ["2501.00007", "2501.00006"]


def test_foreign_materializations_are_passed_over(client: TestClient, instance: dg.DagsterInstance):
    instance.report_runless_asset_event(dg.AssetMaterialization(catalog.VIDEOS))
    instance.report_runless_asset_event(
        dg.AssetMaterialization(catalog.VIDEOS, partition="no arXiv id")
    )
    assert client.get("/api/papers").json()["total"] == 0


def test_the_api_says_how_to_start_without_a_dagster_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    from api.main import create_app
    from arxiviz_pipeline.domain.errors import ConfigurationError

    monkeypatch.delenv("DAGSTER_HOME")
    assert "DAGSTER_HOME" not in os.environ
    with pytest.raises(ConfigurationError, match="arxiviz up"), TestClient(create_app()):
        pass
