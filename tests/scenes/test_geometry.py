"""Real scenes, run in Manim: nothing leaves the frame, nothing overlaps, time adds up."""

from pathlib import Path

import pytest

from arxiviz_pipeline.domain.models import RenderSettings, SceneScript
from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from tests.scenes.sections import make_paper, make_section, read_paper
from tests.scenes.well_drawn import assert_well_drawn

SAMPLE = Path(__file__).parents[2] / "samples" / "2601.00000" / "page.html"
LONG = r"\begin{aligned} F &= " + " + ".join(rf"\int_0^{{{n}}} f_{{{n}}}(x)\,dx" for n in range(9))
LONG += r" \\ &\le " + " + ".join(rf"\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(6))
LONG += r" \\ &= G \end{aligned}"


@pytest.fixture
def writer(latex: Typesetter) -> TemplateWriter:
    return TemplateWriter(latex)


def _section_script(writer: TemplateWriter, page: Path, order: int) -> SceneScript:
    paper, sections = read_paper(page)
    return writer.write(paper, sections[order])


def test_sections_of_real_papers_are_well_drawn(
    writer: TemplateWriter, rehearser: Rehearser, shared_papers: Path
):
    chosen = {"1904.07818": 4, "2508.08468": 0}
    scripts = {
        paper: _section_script(writer, shared_papers / paper / "page.html", order)
        for paper, order in chosen.items()
    }
    assert_well_drawn(scripts, rehearser)


def test_the_sample_paper_and_hostile_sections_are_well_drawn(
    writer: TemplateWriter, rehearser: Rehearser
):
    paper = make_paper(title="A Very Long Title About " + "Everything and " * 20)
    words = "Supercalifragilistic" * 12
    sections = {
        "long": make_section(
            f"We define it as\n\n$$\n{LONG}\n$$\n\nwhere $f_n$ is a function and {words} is long.",
            [LONG],
            title="An Endless Title, " * 12,
        ),
        "refused": make_section(
            "Broken:\n\n$$\\frac{a}\\nosuchmacro{{{$$\n\n& < > \" ' \\ { } \x07.",
            ["\\frac{a}\\nosuchmacro{{{"],
            title="Quotes \" ' \\ and {braces} <b>",
        ),
        "many": make_section("", [rf"x_{{{n}}} = \frac{{{n}}}{{y}}" for n in range(9)]),
        "empty": make_section("", title=""),
    }
    scripts = {name: writer.write(paper, section) for name, section in sections.items()}
    assert_well_drawn(scripts | {"sample": _section_script(writer, SAMPLE, 4)}, rehearser)


def test_the_video_is_as_long_as_the_storyboard(writer: TemplateWriter, tmp_path: Path):
    paper = make_paper(title="On Time")
    section = make_section("We find\n\n$$x = y$$\n\nwhere $y$ is time.", ["x = y"], title="Time")
    script = writer.write(paper, section)
    rendered = LocalRenderer(work_folder=tmp_path).render(script, RenderSettings(quality="low"))
    told = sum(beat.seconds for beat in script.storyboard)
    assert rendered.duration_seconds == pytest.approx(told, abs=0.2)
    assert rendered.scene_name == "Time"
