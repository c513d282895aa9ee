"""The bundled sample paper: read like any other, and the same text in both its forms."""

import re
import shutil
import subprocess
from pathlib import Path

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.ingest.parsing import parse_file, split_into_sections
from arxiviz_pipeline.ingest.saved_papers import SavedPapers
from tests.ingest.formulas.latex_document import path_of_latex, refused_formulas

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE_ID = ArxivId.parse("2601.00000")
FOLDER = SAMPLES / SAMPLE_ID.slug


def saved_page() -> PaperDocument:
    saved = SavedPapers(SAMPLES)
    return saved.document(saved.describe(SAMPLE_ID), "html")


def test_the_sample_is_a_saved_paper():
    document = saved_page()
    paper = document.paper
    assert paper.title == "How Fast Does Gradient Descent Walk Downhill?"
    assert paper.authors == ("The arxiviz project",)
    assert (paper.version, paper.primary_category) == (1, "math.OC")
    assert paper.abstract.endswith(r"the condition number $\kappa$, decides the rest.")
    told = [
        (part.id, part.level, part.role, len(part.equations))
        for part in split_into_sections(document)
    ]
    assert told == [
        ("S1", 1, "body", 1),
        ("S2", 1, "body", 4),
        ("S3", 1, "body", 2),
        ("S3.SS1", 2, "body", 2),
        ("S4", 1, "body", 3),
        ("S5", 1, "body", 1),
        ("S6", 1, "body", 0),
        ("Sx1", 1, "acknowledgements", 0),
        ("bib", 1, "references", 0),
    ]


def test_the_page_says_the_same_as_its_metadata():
    page = parse_file(FOLDER / "page.html")
    paper = saved_page().paper
    assert (page.title, page.authors, page.abstract) == (paper.title, paper.authors, paper.abstract)


def test_most_sections_of_the_sample_deserve_a_video():
    sections = split_into_sections(saved_page())
    assert len(sections_worth_a_video(sections)) == 7


def test_the_formulas_of_the_sample_compile(tmp_path: Path):
    sections = split_into_sections(saved_page())
    equations = [tex for part in sections for tex in part.equations]
    assert len(equations) == 13
    assert sum(r"\begin{aligned}" in tex for tex in equations) == 1
    assert refused_formulas(equations, tmp_path) == {}


def test_the_source_of_the_sample_has_the_same_formulas():
    source = (FOLDER / "source.tex").read_text()
    bare = _bare(source)
    for part in parse_file(FOLDER / "page.html").sections:
        for equation in part.equations:
            for row in equation.split("\n"):
                assert _bare(row) in bare


def test_the_source_of_the_sample_compiles(tmp_path: Path):
    shutil.copy(FOLDER / "source.tex", tmp_path)
    finished = subprocess.run(
        [path_of_latex(), "-interaction=nonstopmode", "-halt-on-error", "source.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-1000:]
    assert (tmp_path / "source.dvi").is_file()


def test_the_sample_says_who_made_it_and_that_it_is_free():
    for name in ("page.html", "source.tex"):
        text = (FOLDER / name).read_text()
        assert "arxiviz project" in text
        assert "CC0 1.0" in text


def _bare(tex: str) -> str:
    return re.sub(r"\\(?:begin|end)\{aligned\}|\\\\|[&\s]", "", tex)
