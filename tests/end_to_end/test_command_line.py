"""What each command prints, and how it ends, on good and on bad input."""

import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from arxiviz_pipeline.domain.advice import REMEDIES
from tests.end_to_end.conftest import ARXIVIZ, run_arxiviz, settings_of_a_user, wait_until
from tests.end_to_end.made_up_arxiv import settings_of
from tests.ingest.arxiv.replay_server import ReplayServer
from tests.ingest.html import pages

GOOD = """
from manim import *

class Dot2(Scene):
    def construct(self):
        self.play(FadeIn(Dot()), run_time=0.5)
"""

TWO_SECTIONS = pages.page(
    *(
        pages.section(title, pages.paragraph(f"{title} is {pages.display('E = m c^{2}')}"))
        for title in ("Energy", "Work")
    )
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return settings_of_a_user(tmp_path / "home")


def test_process_refuses_bad_input_before_it_starts(tmp_path: Path, environment: dict[str, str]):
    refused = run_arxiviz("process", "not-an-id", environment=environment, folder=tmp_path)
    assert refused.returncode == 2
    assert "'not-an-id' is not an arXiv id" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "home").exists()


def test_process_says_that_the_store_cannot_be_written(tmp_path: Path, environment: dict[str, str]):
    home = tmp_path / "home"
    home.mkdir()
    (home / "objects").write_text("a file where the folder of objects should be")
    done = run_arxiviz("process", "2601.00000", environment=environment, folder=tmp_path)
    assert done.returncode == 1
    assert "The object folder does not work" in done.stderr
    assert "Traceback" not in done.stderr
    assert "File " not in done.stderr


def test_process_says_why_a_paper_failed_and_goes_on(
    tmp_path: Path, environment: dict[str, str], arxiv: ReplayServer
):
    folder = tmp_path / "papers" / "2101.00002"
    folder.mkdir(parents=True)
    (folder / "paper.pdf").write_bytes(b"%PDF-1.4")
    environment |= settings_of(arxiv.url)
    environment["ARXIVIZ_PAPERS_DIR"] = str(tmp_path / "papers")
    done = run_arxiviz(
        "process", "2101.00001", "2101.00002", "--json", environment=environment, folder=tmp_path
    )
    assert done.returncode == 1
    papers = json.loads(done.stdout)["papers"]
    assert [paper["arxiv_id"] for paper in papers] == ["2101.00001", "2101.00002"]
    assert all(paper["job_id"] for paper in papers)
    assert "arXiv has no paper 2101.00001" in papers[0]["error"]
    assert "papers/2101.00002/paper.pdf is damaged" in papers[1]["error"]


def _movies_at_work(pid: int) -> int:
    """Count the movies that are being rendered for this process."""
    paths = (file.path for file in psutil.Process(pid).open_files())
    return sum("arxiviz-render-" in path for path in paths)


def test_an_interrupt_ends_every_render_and_says_how_to_go_on(
    tmp_path: Path, environment: dict[str, str]
):
    folder = tmp_path / "papers" / "2101.00003"
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(TWO_SECTIONS)
    environment["ARXIVIZ_PAPERS_DIR"] = str(tmp_path / "papers")
    command = [ARXIVIZ, "process", "2101.00003"]
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: _movies_at_work(process.pid) >= 2)
        renders = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, printed = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in printed
    assert "Traceback" not in printed
    _, alive = psutil.wait_procs(renders, timeout=5)
    assert alive == []


def test_render_writes_a_video_with_poster_and_captions(
    tmp_path: Path, environment: dict[str, str]
):
    reading = GOOD.replace("FadeIn(Dot())", "FadeIn(Dot(radius=float(open('size.txt').read())))")
    (tmp_path / "scene.py").write_text(reading + "class Other(Scene): pass\n")
    (tmp_path / "size.txt").write_text("0.5")
    done = run_arxiviz(
        *("render", "scene.py", "--quality", "low", "-o", "out/dot.mp4", "--json"),
        *("--asset", "size.txt"),
        environment=environment,
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["scene_name"], facts["width"]) == ("Dot2", 854)
    assert (facts["other_scenes"], facts["notices"]) == (["Other"], [])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"dot.mp4", "dot.jpg", "dot.vtt"}


@pytest.mark.parametrize(
    ("code", "kind", "line"),
    [
        (GOOD.replace("FadeIn(Dot())", "FadeIn(Dot()"), "syntax", 6),
        (GOOD.replace("FadeIn(Dot())", "1 / 0"), "exception", 6),
    ],
)
def test_render_says_what_kind_of_failure_and_where(
    tmp_path: Path, environment: dict[str, str], code: str, kind: str, line: int
):
    (tmp_path / "scene.py").write_text(code)
    done = run_arxiviz("render", "scene.py", "--json", environment=environment, folder=tmp_path)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert (error["kind"], error["line"]) == (kind, line)
    assert error["message"]
    assert not list(tmp_path.glob("*.mp4"))


def test_check_tells_what_would_render_and_mends_the_rest(
    tmp_path: Path, environment: dict[str, str]
):
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "old.py").write_text(GOOD.replace("FadeIn", "ShowCreation"))
    done = run_arxiviz(
        *("check", "good.py", "old.py", "--mend", "-o", "mended", "--json"),
        environment=environment,
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    good, old = json.loads(done.stdout)
    assert (good["file"], good["renders"], good["scene_name"]) == ("good.py", True, "Dot2")
    assert [check["name"] for check in good["checks"]][:3] == ["policy", "formulas", "rehearsal"]
    assert "mended_code" not in good
    assert (old["renders"], old["renders_mended"]) == (False, True)
    assert old["attempts"][0]["failure"]["line"] == 6
    assert [path.name for path in (tmp_path / "mended").iterdir()] == ["old.py"]
    assert (tmp_path / "mended" / "old.py").read_text() == old["mended_code"]
    assert "ShowCreation" not in old["mended_code"]


def test_check_does_not_call_a_script_mended_that_shows_nothing(
    tmp_path: Path, environment: dict[str, str]
):
    unseen = GOOD.replace("FadeIn(Dot())", "ShowCreation(Dot(color=BLACK))")
    (tmp_path / "dark.py").write_text(unseen)
    arguments = ("check", "dark.py", "--mend", "-o", "mended", "--json")
    done = run_arxiviz(*arguments, environment=environment, folder=tmp_path)
    assert done.returncode == 1
    (dark,) = json.loads(done.stdout)
    assert (dark["renders"], dark["renders_mended"]) == (False, False)
    assert list((tmp_path / "mended").iterdir()) == []


def test_check_names_the_line_that_fails(tmp_path: Path, environment: dict[str, str]):
    (tmp_path / "bad.py").write_text(GOOD.replace("FadeIn(Dot())", "FadeIn(Dot(), colour=1) / 0"))
    done = run_arxiviz("check", "bad.py", environment=environment, folder=tmp_path)
    assert done.returncode == 1
    assert "bad.py: would not render" in done.stdout
    assert "line 6" in done.stdout
    assert "colour=1" in done.stdout
    assert "     5 " in done.stdout  # the line before
    assert REMEDIES["argument"] in done.stdout


def test_render_mends_first_if_asked_and_leaves_the_script_alone(
    tmp_path: Path, environment: dict[str, str]
):
    old = GOOD.replace("FadeIn", "ShowCreation")
    (tmp_path / "Dot2.py").write_text(old)
    done = run_arxiviz(
        *("render", "Dot2.py", "--mend", "--quality", "low", "--json"),
        environment=environment,
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["attempts"]) == 1
    assert (tmp_path / "Dot2.py").read_text() == old
    assert "Create(" in (tmp_path / "Dot2.mended.py").read_text()
    assert (tmp_path / "Dot2.mp4").exists()


def test_a_line_that_fails_after_a_mend_is_one_of_the_script_that_is_left(
    tmp_path: Path, environment: dict[str, str]
):
    script = GOOD.replace("FadeIn(Dot())", "ShowCreation(Dot()), run_time=1 / 0")
    (tmp_path / "scene.py").write_text(script.replace(", run_time=0.5", ""))
    done = run_arxiviz(
        *("render", "scene.py", "--mend", "--json"), environment=environment, folder=tmp_path
    )
    assert done.returncode == 1, done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["script"] == "scene.mended.py"
    lines = (tmp_path / "scene.mended.py").read_text().splitlines()
    failing = lines[error["line"] - 1]
    assert "Create(Dot())" in failing
    assert f">    {error['line']} {failing}\n" in error["excerpt"]
    assert error["remedy"] == REMEDIES["exception"]


def test_parse_prints_the_documented_shape(
    tmp_path: Path, environment: dict[str, str], shared_papers: Path
):
    page = shared_papers / "1706.03762" / "page.html"
    done = run_arxiviz("parse", str(page), "--json", environment=environment, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    parsed = json.loads(done.stdout)
    assert set(parsed) == {"title", "authors", "abstract", "sections"}
    assert parsed["title"] == "Attention Is All You Need"
    keys = {"id", "title", "level", "order_index", "parent_id", "role", "content", "equations"}
    assert set(parsed["sections"][0]) == keys


def test_doctor_finds_everything_but_the_network(tmp_path: Path, environment: dict[str, str]):
    environment |= {"ARXIVIZ_LLM": "openai:gpt-6.1-terra", "OPENAI_API_KEY": "sk-not-to-be-shown"}
    done = run_arxiviz("doctor", "--json", environment=environment, folder=tmp_path)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0, findings
    assert findings["renderer"]["works"]
    assert not findings["arxiv"]["works"]
    assert "saved papers" in findings["arxiv"]["message"]
    assert findings["llm"]["works"]
    assert "openai:gpt-6.1-terra" in findings["llm"]["message"]
    assert "sk-not-to-be-shown" not in done.stdout + done.stderr


def test_doctor_names_what_is_missing_and_what_mends_it(
    tmp_path: Path, environment: dict[str, str]
):
    environment |= {"PATH": "/nowhere", "ARXIVIZ_LLM": "openai:gpt-6.1-terra"}
    environment["OPENAI_API_KEY"] = ""
    done = run_arxiviz("doctor", "--json", environment=environment, folder=tmp_path)
    assert done.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert not findings["renderer"]["works"]
    assert "apt-get install" in findings["renderer"]["message"]
    assert (findings["llm"]["works"], findings["llm"]["required"]) == (False, False)
    assert "OPENAI_API_KEY" in findings["llm"]["message"]
