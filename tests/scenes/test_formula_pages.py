"""Pages of formulas: symbols get their names one by one, and nothing overlaps."""

import re

from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
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
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from tests.scenes.sections import RulerTypesetter, make_paper, make_section
from tests.scenes.well_drawn import assert_well_drawn

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
    assert "Here k stands for the thing k, and r for the thing r." in [
        s.narration for s in full.shots
    ]
    assert "named(" not in code_of(brief)
    assert brief.seconds < full.seconds


def test_a_plain_formula_takes_a_few_seconds():
    assert 5 <= page_of(SpacelessTypesetter(), explained="").seconds <= 9


def test_formulas_with_legends_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    page = page_of(latex, explained="k r n", recalled="q_1 q_2")
    pages = [title_page("Names", ""), page]
    code = write_script(scene_name="Names", section_title="", paper_title="", pages=pages)
    beats = tuple(shot.to_beat() for each in pages for shot in each.shots)
    script = SceneScript("names", "s1", "Names", beats, code, "Names", "template", ())
    assert "named(" in code
    assert_well_drawn({"names": script}, rehearser)


def balances(lead: str, lefts: str) -> SceneScript:
    texs = [f"{left} = a + b + c + d + z^2" for left in lefts]
    content = "Let $z$ be the unknown distance between two bodies." + "".join(
        f"\n\n{lead}\n\n$${tex}$$" for tex in texs
    )
    return TemplateWriter(SpacelessTypesetter(), ()).write(
        make_paper(), make_section(content, texs)
    )


def test_a_symbol_is_recalled_once_in_a_scene_and_keeps_its_colour_to_the_end():
    script = balances(
        "For each body one finds after a short calculation that the balance is", "FGH"
    )
    said = " ".join(beat.narration for beat in script.storyboard)
    assert said.count("z stands for the unknown distance") == 1
    before, _, recap = script.manim_code.partition("def recap")
    assert ".set_color(LEAF)" in recap
    assert before.count("equation[0][3].set_color(LEAF)") == 2  # in the second and the third


def test_a_symbol_whose_name_was_not_told_has_no_colour_at_the_end():
    script = balances("The balance is", "FGHJKLMNPQRS")
    said = " ".join(beat.narration for beat in script.storyboard)
    assert "stands for" not in said
    recap = script.manim_code.partition("def recap")[2]
    assert re.findall(r"set_color\((\w+)\)", recap) == ["ACCENT"]
