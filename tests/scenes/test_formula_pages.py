"""Pages of formulas: symbols get their names one by one, and nothing overlaps."""

import re

import pytest

from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.rendering.tex import LatexTypesetter
from arxiviz_pipeline.scenes.drawing.script_code import write_script
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import paginate
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.formulas.symbol_names import SymbolName
from arxiviz_pipeline.scenes.formulas.symbols import symbol_of
from arxiviz_pipeline.scenes.template.formula_pages import (
    NO_TEXT,
    FormulaWords,
    context_of,
    formula_page,
)
from arxiviz_pipeline.scenes.template.title_pages import title_page
from tests.scenes.drawn_boxes import draw
from tests.scenes.sections import RulerTypesetter

TEX = r"F = k \frac{q_1 q_2}{r^2} + \sum_{i=1}^{n} \sqrt{q_i}"
EXPLANATION = "Where k is the coupling, r is the distance and n is the number of bodies."


class SpacelessTypesetter(RulerTypesetter):
    """Measures what is seen, whatever the pieces it is made of."""

    def typeset(self, formulas):
        return super().typeset(
            [type(each)((re.sub(r"[\s{}]", "", each.tex),)) for each in formulas]
        )


def page_of(typesetter: Typesetter, *, explained: str, recalled: str = "", **words) -> Page:
    names = [
        SymbolName(symbol, f"thing {tex}", is_explained=tex in explained)
        for tex in [*explained.split(), *recalled.split()]
        if (symbol := symbol_of(tex))
    ]
    [plan] = plan_formulas([TEX], typesetter, [names])
    [page] = paginate(plan, 3.0)
    said = EXPLANATION if explained else ""
    told = FormulaWords(NO_TEXT, "", "The formula.", context_of(said), said, **words)
    return formula_page("formula", page, told, 0.5)


def code_of(page: Page) -> str:
    return "\n".join(line for shot in page.shots for line in shot.statements())


def test_symbols_are_named_one_by_one_while_the_explanation_is_said():
    page = page_of(SpacelessTypesetter(), explained="k r n")
    told = next(shot for shot in page.shots if shot.narration == EXPLANATION)
    entrances = [line for line in told.lines if "name_" in line]
    assert len(entrances) == 3
    assert all(".animate.set_color(" in line for line in entrances)
    assert "explanation" not in code_of(page)  # the legend says it all
    assert told.played_seconds > 0.6 * told.seconds


def test_names_from_earlier_are_recalled_where_there_is_time():
    full = page_of(SpacelessTypesetter(), explained="", recalled="k r")
    brief = page_of(SpacelessTypesetter(), explained="", recalled="k r", recalls=False)
    assert "Here k stands for thing k, and r for thing r." in [s.narration for s in full.shots]
    assert "named(" not in code_of(brief)
    assert brief.seconds < full.seconds


def test_a_plain_formula_takes_a_few_seconds():
    assert 5 <= page_of(SpacelessTypesetter(), explained="").seconds <= 9


def test_formulas_with_legends_are_well_drawn():
    typesetter = LatexTypesetter()
    page = page_of(typesetter, explained="k r n", recalled="q_1 q_2")
    pages = [title_page("Names", ""), page]
    code = write_script(scene_name="Names", section_title="", paper_title="", pages=pages)
    beats = tuple(shot.to_beat() for each in pages for shot in each.shots)
    script = SceneScript("names", "s1", "Names", beats, code, "Names", "template", ())
    drawn = draw({"names": script})["names"]
    assert "named(" in code
    assert drawn.faults == []
    assert drawn.seconds == pytest.approx(sum(beat.seconds for beat in beats), abs=0.01)
