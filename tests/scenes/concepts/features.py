"""Finds the features of a section, draws them, and runs what is drawn."""

import ast
from collections.abc import Sequence

from arxiviz_pipeline.domain.models import Paper, SceneScript, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.script_code import write_script
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.features import Feature, Finder, Material, Stage
from arxiviz_pipeline.scenes.template.title_pages import title_page
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from tests.scenes.drawn_boxes import draw
from tests.scenes.sections import RulerTypesetter, make_paper


def material_of(
    section: Section, typesetter: Typesetter | None = None, paper: Paper | None = None
) -> Material:
    return Material(
        paper or make_paper(), section, read_blocks(section), (), typesetter or RulerTypesetter()
    )


def script_of(pages: Sequence[Page]) -> SceneScript:
    """Write a script of a title and these pages."""
    pages = [title_page("A Section", "On Examples"), *pages]
    code = write_script(
        scene_name="Probe", section_title="A Section", paper_title="On Examples", pages=pages
    )
    beats = tuple(shot.to_beat() for page in pages for shot in page.shots)
    return SceneScript("x", "x", "x", beats, code, "Probe", "template", ())


def pages_of(feature: Feature, seconds: float = 26.0) -> list[Page]:
    return list(feature.pages(Stage("feature", 0.5, seconds, ())))


def said_in(pages: Sequence[Page]) -> str:
    return " ".join(shot.narration for page in pages for shot in page.shots)


def assert_sound(find: Finder, section: Section) -> None:
    """Whatever is found keeps the contract: it fits its time, and its script parses."""
    for feature in find(material_of(section)):
        assert 0 <= feature.weight <= 1
        for seconds in (12.0, 26.0):
            pages = pages_of(feature, seconds)
            if pages:
                script = script_of(pages)
                ast.parse(script.manim_code)
                assert sum(page.seconds for page in pages) <= seconds + 1
                assert all(
                    len(beat.narration.split()) <= 3 * beat.seconds for beat in script.storyboard
                )


def assert_well_drawn(features: dict[str, Feature]) -> None:
    """Run all scripts in Manim: nothing leaves the frame or overlaps, times add up."""
    scripts = {name: script_of(pages_of(feature)) for name, feature in features.items()}
    for name, drawn in draw(scripts).items():
        told = sum(beat.seconds for beat in scripts[name].storyboard)
        assert drawn.faults == [], name
        assert abs(drawn.seconds - told) < 0.01, name
        assert drawn.smallest_text >= 0.85, name
        assert drawn.longest_empty_seconds <= 1.5, name
