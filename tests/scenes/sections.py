"""Sections and papers to write scenes for, and a typesetter that needs no LaTeX."""

from collections.abc import Sequence
from pathlib import Path

from arxiviz_pipeline.domain.models import Paper, Section
from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.ingest.parsing import parse_file


def make_paper(title: str = "On Examples", abstract: str = "We study examples.") -> Paper:
    return Paper(
        arxiv_id="2401.00001",
        version=1,
        title=title,
        authors=("A. Author",),
        abstract=abstract,
        primary_category="math.NA",
        categories=("math.NA",),
        published=None,
        updated=None,
        licence=None,
        pdf_url="",
        html_url="",
        source_format="html",
    )


def make_section(
    content: str, equations: Sequence[str] = (), title: str = "A Section", section_id: str = "s1"
) -> Section:
    return Section(section_id, title, 1, 0, None, "body", content, tuple(equations))


def read_paper(page: Path) -> tuple[Paper, tuple[Section, ...]]:
    parsed = parse_file(page)
    return make_paper(parsed.title, parsed.abstract), parsed.sections


class RulerTypesetter:
    """Measures by length, and refuses what holds a word it is told."""

    def __init__(self, refused: Sequence[str] = ()) -> None:
        self.refused = refused
        self.asked: list[Formula] = []

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        self.asked += formulas
        return [self._measure(formula) for formula in formulas]

    def _measure(self, formula: Formula) -> TypesetFormula:
        if any(word in formula.tex for word in self.refused):
            return TypesetFormula(None, None, "Undefined control sequence.")
        rows = formula.tex.count("\\\\") + 1
        return TypesetFormula(0.18 * len(formula.tex) / rows, 0.6 * rows, None)
