"""Real scenes, run in Manim: nothing leaves the frame, nothing overlaps, time adds up."""

from pathlib import Path

import pytest

from arxiviz_pipeline.domain.models import RenderSettings, SceneScript
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.tex import LatexTypesetter
from arxiviz_pipeline.scenes.drawing.palette import SMALLEST_FORMULA_SCALE
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from tests.scenes.drawn_boxes import DrawnScene, draw
from tests.scenes.sections import make_paper, make_section, read_paper

SAMPLE = Path(__file__).parents[2] / "samples" / "2601.00000" / "page.html"
LONG = r"\begin{aligned} F &= " + " + ".join(rf"\int_0^{{{n}}} f_{{{n}}}(x)\,dx" for n in range(9))
LONG += r" \\ &\le " + " + ".join(rf"\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(6))
LONG += r" \\ &= G \end{aligned}"


@pytest.fixture(scope="module")
def writer() -> TemplateWriter:
    return TemplateWriter(LatexTypesetter())


def _section_scripts(writer: TemplateWriter, page: Path, orders: list[int]) -> list[SceneScript]:
    paper, sections = read_paper(page)
    return [writer.write(paper, sections[order]) for order in orders]


def _assert_well_drawn(script: SceneScript, drawn: DrawnScene) -> None:
    assert drawn.faults == []
    assert drawn.seconds == pytest.approx(sum(beat.seconds for beat in script.storyboard), abs=0.01)
    assert drawn.longest_empty_seconds <= 1.5
    assert drawn.smallest_text >= 0.85
    assert drawn.smallest_formula >= SMALLEST_FORMULA_SCALE - 0.01


def test_the_sample_paper_is_well_drawn(writer: TemplateWriter):
    [script] = _section_scripts(writer, SAMPLE, [4])
    _assert_well_drawn(script, draw({"sample": script})["sample"])


def test_sections_of_real_papers_are_well_drawn(writer: TemplateWriter, shared_papers: Path):
    chosen = {"1904.07818": [4], "2508.08468": [0]}
    scripts = {
        f"{paper}-{script.id}": script
        for paper, orders in chosen.items()
        for script in _section_scripts(writer, shared_papers / paper / "page.html", orders)
    }
    for name, drawn in draw(scripts).items():
        _assert_well_drawn(scripts[name], drawn)


def test_hostile_sections_are_well_drawn(writer: TemplateWriter):
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
    for name, drawn in draw(scripts).items():
        _assert_well_drawn(scripts[name], drawn)


def test_the_video_is_as_long_as_the_storyboard(writer: TemplateWriter, tmp_path: Path):
    paper = make_paper(title="On Time")
    section = make_section("We find\n\n$$x = y$$\n\nwhere $y$ is time.", ["x = y"], title="Time")
    script = writer.write(paper, section)
    rendered = LocalRenderer(work_folder=tmp_path).render(script, RenderSettings(quality="low"))
    told = sum(beat.seconds for beat in script.storyboard)
    assert rendered.duration_seconds == pytest.approx(told, abs=0.2)
    assert rendered.scene_name == "Time"
