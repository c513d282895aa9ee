"""Derivations: found where expressions follow from each other, and shown step after step."""

from collections.abc import Sequence

import pytest

from arxiviz_pipeline.domain.models import SceneScript, Section
from arxiviz_pipeline.rendering.tex import LatexTypesetter
from arxiviz_pipeline.scenes.drawing.palette import SMALLEST_FORMULA_SCALE
from arxiviz_pipeline.scenes.drawing.script_code import write_script
from arxiviz_pipeline.scenes.template.concepts.derivation import find
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.template.title_pages import title_page
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from tests.scenes.drawn_boxes import draw
from tests.scenes.sections import RulerTypesetter, make_paper, make_section

SQUARES = r"""\begin{aligned} (a+b)^2 - (a-b)^2 &= (a^2 + 2ab + b^2) - (a^2 - 2ab + b^2) \\
&= 2ab + 2ab && \text{by cancelling the squares} \\ &= 4ab \end{aligned}"""
LONG = "y" + "".join(rf" = \frac{{\frac{{x}}{{{n}}}}}{{\frac{{z}}{{{n}}}}}" for n in range(1, 6))


def found(section: Section) -> Sequence[Feature]:
    return find(Material(make_paper(), section, read_blocks(section), (), RulerTypesetter()))


def test_a_chain_in_one_display_is_a_derivation():
    [feature] = found(make_section(f"We find\n\n$${SQUARES}$$", [SQUARES]))
    assert feature.concept_type == "derivation"
    assert feature.tells == {feature.place}
    assert feature.weight > 0.6


def test_displays_that_share_a_left_side_are_one_derivation():
    section = make_section(
        "We start from\n\n$$F = a b + a c$$\n\nFactoring out the common term then gives\n\n"
        "$$F = a (b + c)$$\n\nwhich with unit length becomes\n\n$$F = b + c$$",
        ["F = a b + a c", "F = a (b + c)", "F = b + c"],
    )
    [feature] = found(section)
    pages = feature.pages(Stage("derive", 0.5, 40.0, ()))
    said = " ".join(shot.narration for page in pages for shot in page.shots)
    assert len(feature.tells) == 3
    assert "Factoring out the common term then gives" in said


@pytest.mark.parametrize(
    ("content", "equations"),
    [
        ("In one case\n\n$$F = a$$\n\nand in another case\n\n$$F = b$$", ["F = a", "F = b"]),
        ("We set\n\n$$a = b$$", ["a = b"]),
        ("None at all.", []),
        ("", [r"a = b = \broken{c"]),
        ("", ["", "=", "= =", "a = = b"]),
    ],
)
def test_what_is_no_derivation_gives_none(content: str, equations: list[str]):
    material_section = make_section(content, equations)
    typesetter = RulerTypesetter(refused=("broken",))
    blocks = read_blocks(material_section)
    assert not find(Material(make_paper(), material_section, blocks, (), typesetter))


def test_the_words_in_the_display_are_what_is_said():
    [feature] = found(make_section("", [SQUARES]))
    [page] = feature.pages(Stage("derive", 0.5, 60.0, ()))
    assert "By cancelling the squares." in [shot.narration for shot in page.shots]


def test_a_derivation_takes_no_more_time_than_it_is_given():
    lead = "With a good deal of patience and some paper one finds in the end that"
    [feature] = found(make_section(f"{lead}\n\n$${SQUARES}$$", [SQUARES]))
    full = sum(page.seconds for page in feature.pages(Stage("derive", 0.5, 60.0, ())))
    brief = sum(page.seconds for page in feature.pages(Stage("derive", 0.5, full - 1, ())))
    assert brief < full
    assert list(feature.pages(Stage("derive", 0.5, 5.0, ()))) == []


def _script(tex: str) -> SceneScript:
    section = make_section(f"One sees that\n\n$${tex}$$\n\nwhere all terms are positive.", [tex])
    blocks = read_blocks(section)
    [feature] = find(Material(make_paper(), section, blocks, (), LatexTypesetter()))
    pages = [title_page("Steps", ""), *feature.pages(Stage("derive", 0.5, 300.0, ()))]
    code = write_script(scene_name="Steps", section_title="", paper_title="", pages=pages)
    beats = tuple(shot.to_beat() for page in pages for shot in page.shots)
    return SceneScript("steps", "s1", "Steps", beats, code, "Steps", "template", ())


def test_derivations_are_well_drawn():
    scripts = {"squares": _script(SQUARES), "long": _script(LONG)}
    for name, drawn in draw(scripts).items():
        assert drawn.faults == []
        assert drawn.seconds == pytest.approx(
            sum(beat.seconds for beat in scripts[name].storyboard), abs=0.01
        )
        assert drawn.smallest_formula >= SMALLEST_FORMULA_SCALE - 0.01
        assert drawn.longest_empty_seconds <= 1.5
