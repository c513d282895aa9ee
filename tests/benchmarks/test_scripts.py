"""Runs the scripts benchmark as a person does, on a paper small enough to be quick."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.formulas.latex_document import path_of_latex

ROOT = Path(__file__).parents[2]
PAGE = """<!DOCTYPE html><html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Falling stones</h1>
<section class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section">How they fall</h2>
<div class="ltx_para"><p class="ltx_p">A stone that is let go falls faster and faster, whatever its
weight may be. The longer it falls, the faster it is. The air hardly slows it down at all.
</p><table class="ltx_equation"><tr><td><math display="block" alttext="v=gt"></math></td></tr>
</table></div>
</section></article></body></html>"""


def run_benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "scripts.py"), *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": str(Path(path_of_latex()).parent) + ":/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "2601.00001").mkdir()
    (folder / "2601.00001" / "page.html").write_text(PAGE)
    return folder


def test_the_figures_tell_what_gates_take_of_what_renders_take(papers: Path):
    finished = run_benchmark(str(papers), "--gates", "2601.00001", "--quality", "low")
    assert finished.returncode == 0, finished.stderr
    printed = finished.stdout.partition("\n\n")[2].splitlines()
    figures = {name: float(value) for name, value in (line.split() for line in printed)}
    assert figures["scripts"] == 1
    assert figures["scripts_per_cpu_second"] > 0
    assert figures["gates_right"] == 1.0
    told = figures["gates_cpu_seconds"] / figures["render_cpu_seconds_low"]
    assert figures["gates_to_render_low"] == pytest.approx(told, rel=0.05)
    assert "gates_to_render_medium" not in figures


def test_a_paper_that_is_not_there_is_refused(papers: Path):
    finished = run_benchmark(str(papers), "--gates", "2601.00009")
    assert finished.returncode == 1
    assert "no paper '2601.00009'" in finished.stderr
