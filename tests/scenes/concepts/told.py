"""Features of made-up sections: found, told as pages, and drawn."""

import ast
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from arxiviz_pipeline.domain.models import Paper, SceneScript, Section
from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.drawing.script_code import write_script
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.features import Feature, Finder, Material, Stage
from arxiviz_pipeline.scenes.template.title_pages import title_page
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from tests.scenes.sections import RulerTypesetter, make_paper
from tests.scenes.well_drawn import assert_well_drawn

LONGEST_SECONDS = 60.0


def material_of(
    section: Section, typesetter: Typesetter | None = None, paper: Paper | None = None
) -> Material:
    return Material(
        paper or make_paper(), section, read_blocks(section), (), typesetter or RulerTypesetter()
    )


def pages_of(feature: Feature, seconds: float = LONGEST_SECONDS, name: str = "told") -> list[Page]:
    return list(feature.pages(Stage(name, 0.5, seconds, ())))


def narration(pages: Iterable[Page]) -> str:
    return " ".join(shot.narration for page in pages for shot in page.shots)


def code_of(pages: Iterable[Page]) -> str:
    return "\n".join(line for page in pages for shot in page.shots for line in shot.statements())


def script_of(pages: Sequence[Page]) -> SceneScript:
    """Write a script of a title and these pages."""
    pages = [title_page("A Section", "On Examples"), *pages]
    code = write_script(
        scene_name="Told", section_title="A Section", paper_title="On Examples", pages=pages
    )
    beats = tuple(shot.to_beat() for page in pages for shot in page.shots)
    return SceneScript("told", "s1", "told", beats, code, "Told", "template", ())


def assert_told_soundly(find: Finder, section: Section) -> None:
    """Assert that whatever is found keeps the contract: it fits its time, and its script parses."""
    material = material_of(section)
    for feature in find(material):
        assert 0 <= feature.weight <= 1
        assert feature.tells <= set(range(len(material.blocks)))
        for seconds in (12.0, 26.0, LONGEST_SECONDS):
            pages = pages_of(feature, seconds)
            assert sum(page.seconds for page in pages) <= seconds + 1
            script = script_of(pages)
            ast.parse(script.manim_code)
            assert all(
                len(beat.narration.split()) <= 3 * beat.seconds for beat in script.storyboard
            )


def assert_drawn_well(
    features: Sequence[Feature], rehearser: Rehearser, seconds: float = LONGEST_SECONDS
) -> None:
    """Assert that nothing is wrong with a scene that shows these features one after the other."""
    told = [pages_of(feature, seconds, f"told_{place}") for place, feature in enumerate(features)]
    assert all(told)
    script = script_of([page for pages in told for page in pages])
    assert_well_drawn({"all": script}, rehearser)


def odd_contents(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    """Shuffle what a finder looks for with what breaks readers."""
    odd = [*"\n |(*`$é¤\x00\ue000", "\n\n", "$$", "**", "```"]
    return st.lists(st.sampled_from([*pieces, *odd]), max_size=30).map("".join)
