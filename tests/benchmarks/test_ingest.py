"""Runs the ingest benchmark as a person does, on papers small enough to be quick."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

from tests.ingest.formulas.latex_document import path_of_latex

ROOT = Path(__file__).parents[2]
PAGE = """<!DOCTYPE html><html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">A Title</h1>
<section class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section">One</h2>
<div class="ltx_para"><p class="ltx_p">Words.</p><table class="ltx_equation"><tr><td>
<math display="block" alttext="a=b"></math></td></tr></table></div></section>
<section class="ltx_section" id="S2"><h2 class="ltx_title ltx_title_section">Two</h2>
<div class="ltx_para"><p class="ltx_p">More words.</p></div></section>
</article></body></html>"""
SOURCE = r"""\documentclass{article}\begin{document}
\section{One} Words. \[ a=b \]
\end{document}"""


def expectation(*sections: tuple[str, int]) -> str:
    return json.dumps(
        {
            "sections": [
                {"order": order, "level": 1, "title": title, "display_blocks": count}
                for order, (title, count) in enumerate(sections, start=1)
            ],
            "display_blocks_total": sum(count for _, count in sections),
            "display_before_first_section": 0,
        }
    )


def run_benchmark(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "ingest.py"), str(folder)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": str(Path(path_of_latex()).parent) + ":/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_figures_tell_what_was_found_of_what_was_wanted(tmp_path: Path):
    paper = tmp_path / "2601.00001"
    paper.mkdir()
    (paper / "page.html").write_text(PAGE)
    (paper / "expected.html.json").write_text(expectation(("One", 1), ("Two", 1)))
    (paper / "source.gz").write_bytes(gzip.compress(SOURCE.encode()))
    (paper / "expected.latex.json").write_text(expectation(("One", 1), ("Missing", 0)))
    finished = run_benchmark(tmp_path)
    assert finished.returncode == 0, finished.stderr
    printed = finished.stdout.partition("\n\n")[2].splitlines()
    figures = {name: float(value) for name, value in (line.split() for line in printed)}
    assert figures["headings_html"] == 1.0
    assert figures["equations_html"] == 0.5
    assert figures["headings_latex"] == 0.5
    assert figures["equations_latex"] == 1.0
    assert figures["compile"] == 1.0
    assert figures["cpu_seconds_per_paper"] > 0
    assert figures["pages_per_second"] > 0


def test_a_folder_without_papers_is_refused(tmp_path: Path):
    finished = run_benchmark(tmp_path)
    assert finished.returncode == 1
    assert "holds no paper" in finished.stderr
