"""PDFs that several tests read; each takes LaTeX a second."""

from collections.abc import Callable

import pytest

from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.pdf.parser import parse_pdf
from tests.ingest.pdf.typesetting import paper, typeset

PREAMBLES = {
    "one column": r"\documentclass{article}",
    "two columns": r"\documentclass[twocolumn]{article}",
    "outline": r"\documentclass[12pt]{article}\usepackage{hyperref}",
    "outline, two columns": (
        r"\documentclass[twocolumn]{article}\usepackage[bookmarksnumbered]{hyperref}"
    ),
}


@pytest.fixture(scope="session")
def pdf_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Typeset a LaTeX source, each one once."""
    made: dict[str, bytes] = {}

    def make(source: str) -> bytes:
        if source not in made:
            made[source] = typeset(tmp_path_factory.mktemp("pdf"), source)
        return made[source]

    return make


@pytest.fixture(scope="session", params=list(PREAMBLES))
def read_paper(request: pytest.FixtureRequest, pdf_of: Callable[[str], bytes]) -> ParsedPaper:
    """The same paper, set in several ways, read."""
    return parse_pdf(pdf_of(paper(PREAMBLES[request.param])), "paper.pdf")
