"""The LaTeX and the Manim of all tests here: a formula is drawn once, and Manim imported once."""

import pytest

from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter


@pytest.fixture(scope="session")
def latex() -> LatexTypesetter:
    return LatexTypesetter()


@pytest.fixture(scope="session")
def rehearser(latex: LatexTypesetter) -> LocalRehearser:
    return LocalRehearser(processes=SceneProcesses(latex))
