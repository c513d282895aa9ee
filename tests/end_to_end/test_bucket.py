"""The same paper with a bucket instead of a folder."""

import json
from pathlib import Path

import httpx2
import pytest

from tests.end_to_end.conftest import ARXIVIZ, run_arxiviz, settings_of_a_user
from tests.s3_server import start_s3_server
from tests.servers import HOST, free_port, start_process

PAPER_ID = "2601.00001"
PAGE = r"""<html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">A Paper of One Formula</h1>
<section class="ltx_section" id="S1"><h2 class="ltx_title">Energy</h2>
<div class="ltx_para"><p class="ltx_p">The energy at rest is
<table class="ltx_equation" id="S1.E1"><tr><td>
<math display="block" alttext="E=mc^{2}"></math></td></tr></table>
where <math display="inline" alttext="m"></math> is the mass.</p></div></section>
</article></body></html>"""


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / PAPER_ID).mkdir(parents=True)
    (folder / PAPER_ID / "page.html").write_text(PAGE)
    return folder


def test_a_paper_in_a_bucket_is_made_listed_and_played(tmp_path: Path, papers: Path):
    (tmp_path / "s3").mkdir()
    with start_s3_server(tmp_path / "s3") as s3:
        bucket = s3.make_bucket()
        environment = settings_of_a_user(tmp_path / "home", papers) | {
            "S3_ENDPOINT": s3.endpoint,
            "S3_BUCKET": bucket,
            "S3_ACCESS_KEY": s3.access_key,
            "S3_SECRET_KEY": s3.secret_key,
        }
        done = run_arxiviz("process", PAPER_ID, "--json", environment=environment, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        (scene,) = json.loads(done.stdout)["papers"][0]["scenes"]
        keys = [entry["Key"] for entry in s3.client().list_objects_v2(Bucket=bucket)["Contents"]]
        assert f"papers/{PAPER_ID}/sections.parquet" in keys
        assert f"videos/{scene['video_id']}.mp4" in keys
        assert not (tmp_path / "home" / "objects").exists()
        _play(tmp_path, environment, scene["video_id"])


def _play(folder: Path, environment: dict[str, str], video_id: str) -> None:
    """Ask the API for the video as a browser does: it leads to the bucket, which has ranges."""
    api, dagster = f"http://{HOST}:{free_port()}", free_port()
    with start_process(
        [ARXIVIZ, "up", "--api-port", api.rpartition(":")[2], "--dagster-port", str(dagster)],
        ready_url=f"{api}/api/health",
        log_path=folder / "up.log",
        environment=environment,
        folder=folder,
    ):
        paper = httpx2.get(f"{api}/api/paper/{PAPER_ID}", timeout=30).json()
        (video,) = paper["visualizations"]
        assert video["id"] == video_id
        answer = httpx2.get(
            video["video_url"], headers={"Range": "bytes=4-7"}, follow_redirects=True, timeout=30
        )
        assert (answer.status_code, answer.content) == (206, b"ftyp")
        assert answer.headers["content-type"] == "video/mp4"
        assert httpx2.head(video["video_url"], timeout=30).status_code == 200
