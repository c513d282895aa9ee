"""Features of made-up sections, as scripts, and odd sections that no finder may fail on."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import strategies as st

from arxiviz_pipeline.domain.models import SceneScript, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.palette import SMALLEST_FORMULA_SCALE
from arxiviz_pipeline.scenes.drawing.script_code import write_script
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.template.title_pages import title_page
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from tests.scenes.drawn_boxes import draw
from tests.scenes.sections import RulerTypesetter, make_paper

STAGE = Stage("told", 0.5, 60.0, ())


def material_of(section: Section, typesetter: Typesetter | None = None) -> Material:
    blocks = read_blocks(section)
    return Material(make_paper(), section, blocks, (), typesetter or RulerTypesetter())


def narration(pages: Sequence[Page]) -> str:
    return " ".join(shot.narration for page in pages for shot in page.shots)


def code_of(pages: Sequence[Page]) -> str:
    return "\n".join(line for page in pages for shot in page.shots for line in shot.statements())


def script_of(feature: Feature) -> SceneScript:
    pages = [title_page("A Section", "On Examples"), *feature.pages(STAGE)]
    assert len(pages) > 1
    code = write_script(
        scene_name="Told", section_title="A Section", paper_title="On Examples", pages=pages
    )
    beats = tuple(shot.to_beat() for page in pages for shot in page.shots)
    return SceneScript("told", "s1", "told", beats, code, "Told", "template", ())


def assert_well_drawn(scripts: Mapping[str, SceneScript]) -> None:
    for name, drawn in draw(scripts).items():
        told = sum(beat.seconds for beat in scripts[name].storyboard)
        assert drawn.faults == [], name
        assert drawn.seconds == pytest.approx(told, abs=0.01)
        assert drawn.longest_empty_seconds <= 1.5
        assert drawn.smallest_text >= 0.85
        assert drawn.smallest_formula >= SMALLEST_FORMULA_SCALE - 0.01


def odd_contents(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    """Shuffle what a finder looks for with what breaks readers."""
    odd = [
        "\n\n",
        "\n",
        " ",
        "$",
        "$$",
        "**",
        "*",
        "`",
        "```",
        "|",
        "(",
        "\x00",
        "\ue000",
        "é",
        "¤",
    ]
    return st.lists(st.sampled_from([*pieces, *odd]), max_size=30).map("".join)
