"""What the real pipeline records, the API reads: its assets with a fake renderer and paper."""

from dataclasses import replace
from pathlib import Path

import dagster as dg
from fastapi.testclient import TestClient

from api.catalog import Catalog
from arxiviz_pipeline.definitions import build_definitions
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import PaperNotFoundError, RenderError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SceneScript, Section
from arxiviz_pipeline.settings import Settings
from tests.api.pipeline import make_paper
from tests.fakes import FakeRenderer, FakeScriptMaker, make_script

PAGE = b"""<html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">A title</h1>
<section id="S1" class="ltx_section"><h2 class="ltx_title ltx_title_section">One</h2>
<div class="ltx_para"><p class="ltx_p">%s</p></div></section>
<section id="S2" class="ltx_section"><h2 class="ltx_title ltx_title_section">Two</h2>
<div class="ltx_para"><p class="ltx_p">%s</p></div></section>
</article></body></html>""" % ((b"There is much to be said of this. " * 20,) * 2)


class Source:
    """Has every paper but those of May 2025."""

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        if arxiv_id.number.startswith("2505."):
            message = f"arXiv has no paper {arxiv_id}."
            raise PaperNotFoundError(message)
        return PaperDocument(make_paper(str(arxiv_id)), PAGE, "text/html", "https://arxiv.org/x")


class Writer:
    """Writes a scene named after its section."""

    def write(self, paper: Paper, section: Section) -> SceneScript:
        return replace(make_script(section.id), section_id=section.id)


def run(instance: dg.DagsterInstance, arxiv_id: str, renderer: FakeRenderer) -> str:
    definitions = build_definitions(
        Settings(),
        paper_source=Source(),
        script_maker=FakeScriptMaker(Writer().write),
        renderer=renderer,
    )
    instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [arxiv_id])
    job = definitions.resolve_job_def(catalog.PAPER_VIDEOS_JOB)
    result = job.execute_in_process(instance=instance, partition_key=arxiv_id, raise_on_error=False)
    return result.run_id


def test_a_run_of_the_real_pipeline_is_told_whole(
    client: TestClient, instance: dg.DagsterInstance, home: Path
):
    renderer = FakeRenderer({"S2": RenderError("latex", "Undefined control sequence.", 3)})
    job_id = run(instance, "1706.03762v7", renderer)
    status = client.get(f"/api/status/{job_id}").json()
    assert (status["status"], status["progress"], status["error"]) == ("completed", 1, None)
    assert (status["sections_completed"], status["sections_total"]) == (1, 2)
    assert [step["name"] for step in status["steps_completed"]] == list(catalog.ASSETS)
    paper = client.get("/api/paper/1706.03762v7").json()
    assert [section["title"] for section in paper["sections"]] == ["One", "Two"]
    assert [video["status"] for video in paper["visualizations"]] == ["complete", "failed"]
    assert paper["visualizations"][1]["error"]["line"] == 3
    listed = client.get("/api/papers").json()["papers"][0]
    assert (listed["visualization_count"], listed["failed_count"]) == (1, 1)
    assert listed["title"] == paper["title"]
    assert listed["authors"] == paper["authors"]
    address = paper["visualizations"][0]
    assert client.get(address["video_url"]).content == b"mp4"
    assert client.get(address["poster_url"]).content == b"jpg"
    assert client.get(address["captions_url"]).text == "WEBVTT\n"


def test_a_failure_of_the_real_pipeline_is_told_in_its_own_words(
    client: TestClient, instance: dg.DagsterInstance
):
    status = client.get(f"/api/status/{run(instance, '2505.00001', FakeRenderer())}").json()
    assert status["status"] == "failed"
    assert status["error"] == "arXiv has no paper 2505.00001."


def test_a_renderer_that_is_missing_is_known_by_the_newest_failure(
    client: TestClient, instance: dg.DagsterInstance
):
    missing = RenderError("unavailable", "latex is not installed.")
    job_id = run(instance, "1706.03762", FakeRenderer({"S1": missing, "S2": missing}))
    status = client.get(f"/api/status/{job_id}").json()
    assert (status["status"], status["error"]) == ("failed", "latex is not installed.")
    assert status["progress"] == 0.23
    failure = Catalog(instance).last_failure()
    assert failure is not None
    assert failure.error == RenderError.__name__
