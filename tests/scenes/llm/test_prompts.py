"""What an LLM is told of the frame, of LaTeX and of scenes is what holds for every script."""

from typing import get_args

import pytest

from arxiviz_pipeline.domain.models import ConceptType, Finding
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.rendering.tex.typesetter import TEX_PREAMBLE
from arxiviz_pipeline.scenes.drawing.palette import COLOURS
from arxiviz_pipeline.scenes.llm.prompts import (
    CODE_INSTRUCTIONS,
    LATEX_PACKAGES,
    REVISION_INSTRUCTIONS,
    STORYBOARD_INSTRUCTIONS,
    revision_materials,
)
from tests.scenes.llm.answers import CODE_ANSWER, PLAN, ScriptedLlm, writer_asking
from tests.scenes.sections import make_paper, make_section


def test_every_concept_type_is_explained():
    for concept_type in get_args(ConceptType):
        assert f"\n- {concept_type}: " in STORYBOARD_INSTRUCTIONS


@pytest.mark.parametrize("instructions", [CODE_INSTRUCTIONS, REVISION_INSTRUCTIONS])
def test_code_is_told_the_palette_and_the_packages_there_are(instructions: str):
    for name, value in COLOURS.items():
        assert f'{name} = "{value}"\n' in instructions
    for package in LATEX_PACKAGES:
        assert package in instructions


def test_the_packages_that_are_told_are_those_the_renderer_loads():
    loaded = TEX_PREAMBLE.splitlines()[0]
    assert loaded == rf"\usepackage{{{','.join(LATEX_PACKAGES)}}}"


def test_the_manim_that_is_told_is_the_one_installed(store: ObjectStore):
    from importlib.metadata import version

    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer_asking(llm, store).write(make_paper(), make_section("A text."))
    assert f"Manim Community {version('manim')}" in llm.texts(1)


def test_a_failure_is_told_with_its_place_and_its_moment(store: ObjectStore):
    script = writer_asking(ScriptedLlm(PLAN, CODE_ANSWER), store).write(
        make_paper(), make_section("A text.")
    )
    failure = Finding("overlap", "Two texts overlap.", line=7, at_seconds=3.25)
    told = {
        each.name: each.shown
        for each in revision_materials(make_section("A text."), script, failure, "7 | here")
    }
    assert told["what it failed by"] == "overlap: line 7: Two texts overlap. (after 3.2 s)"
    assert told["lines around it"] == "7 | here"
