"""Derivations: found where expressions follow from each other, and shown step after step."""

from collections.abc import Sequence

import pytest

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.derivation import find
from arxiviz_pipeline.scenes.template.features import Feature
from tests.scenes.concepts.told import assert_drawn_well, material_of, narration, pages_of
from tests.scenes.sections import RulerTypesetter, make_section

SQUARES = r"""\begin{aligned} (a+b)^2 - (a-b)^2 &= (a^2 + 2ab + b^2) - (a^2 - 2ab + b^2) \\
&= 2ab + 2ab && \text{by cancelling the squares} \\ &= 4ab \end{aligned}"""
LONG = "y" + "".join(rf" = \frac{{\frac{{x}}{{{n}}}}}{{\frac{{z}}{{{n}}}}}" for n in range(1, 6))


def found(section: Section, typesetter: Typesetter | None = None) -> Sequence[Feature]:
    return find(material_of(section, typesetter))


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
    assert len(feature.tells) == 3
    assert "Factoring out the common term then gives" in narration(pages_of(feature, 40.0))


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
    assert not found(make_section(content, equations), RulerTypesetter(refused=("broken",)))


def test_the_words_in_the_display_are_what_is_said():
    [feature] = found(make_section("", [SQUARES]))
    [page] = pages_of(feature)
    assert "By cancelling the squares." in [shot.narration for shot in page.shots]


def test_a_derivation_takes_no_more_time_than_it_is_given():
    lead = "With a good deal of patience and some paper one finds in the end that"
    [feature] = found(make_section(f"{lead}\n\n$${SQUARES}$$", [SQUARES]))
    full = sum(page.seconds for page in pages_of(feature))
    brief = sum(page.seconds for page in pages_of(feature, full - 1))
    assert brief < full
    assert pages_of(feature, 5.0) == []


def test_names_of_one_thing_are_no_derivation():
    tex = "a_1 = a_2 = c"
    assert not find(material_of(make_section(f"Then\n\n$$\n{tex}\n$$\n", [tex])))


def test_a_line_too_long_to_be_read_out_is_named_after_what_stands_out():
    tex = r"F = \int_0^1 f(x)\,dx = \sum_{i=1}^n \int_{a_i}^{b_i} f_i(x)\,dx"
    [feature] = find(material_of(make_section(f"We obtain\n\n$$\n{tex}\n$$\n", [tex])))
    said = narration(pages_of(feature))
    assert "This equals the integral on the next line" in said
    assert "This equals the sum on the last line." in said


def test_derivations_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    sections = [
        make_section(f"One sees that\n\n$${tex}$$\n\nwhere all terms are positive.", [tex])
        for tex in (SQUARES, LONG)
    ]
    features = [feature for section in sections for feature in found(section, latex)]
    assert len(features) == len(sections)
    assert_drawn_well(features, rehearser)
