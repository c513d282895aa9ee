"""Theorems and definitions: found where they are stated, shown in the order they are said."""

import pytest
from hypothesis import given, settings

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.definition import find
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock, read_blocks
from arxiviz_pipeline.scenes.text.statements import read_statements
from tests.scenes.concepts.told import (
    LONGEST_SECONDS,
    assert_drawn_well,
    assert_told_soundly,
    code_of,
    material_of,
    narration,
    odd_contents,
    pages_of,
)
from tests.scenes.sections import RulerTypesetter, make_section

AREA = "A = \\int_0^1 f(t)\\,dt"
THEOREM = f"""We prepare the ground.

**Theorem 2.1 (Smooth area).** Let $f$ be a smooth map. If $f$ is positive, then its area is

$$
{AREA}
$$

where $t$ is time. This holds in any dimension.

*Proof.* Nothing is easier than that.
"""
NESTED = """**Lemma 4.**

*Suppose that $G$ is a finite graph. Then the following hold:*

1. *$G$ has an even number of odd vertices;*
2. *$G$ has a vertex of least degree.*

It is time for a picture.
"""


def parts_of(content: str, equations: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    [statement] = read_statements(read_blocks(make_section(content, equations)))
    return [(part.role, part.text or part.tex) for part in statement.parts]


def test_what_is_supposed_is_told_from_what_is_claimed():
    assert parts_of(THEOREM, (AREA,)) == [
        ("given", "Let $f$ be a smooth map."),
        ("given", "If $f$ is positive"),
        ("claim", "then its area is"),
        ("claim", AREA),
        ("claim", "where $t$ is time."),
    ]


def test_a_statement_has_its_items_and_ends_before_the_text_goes_on():
    assert parts_of(NESTED) == [
        ("given", "Suppose that $G$ is a finite graph."),
        ("claim", "Then the following hold:"),
        ("claim", "• $G$ has an even number of odd vertices;"),
        ("claim", "• $G$ has a vertex of least degree."),
    ]


def test_a_theorem_tells_its_formula_and_leaves_the_proof():
    section = make_section(THEOREM, (AREA,))
    [feature] = find(material_of(section))
    pages = pages_of(feature)
    assert feature.concept_type == "definition"
    assert feature.weight > 0.7
    told = [read_blocks(section)[place] for place in feature.tells]
    assert [block.tex for block in told if isinstance(block, DisplayBlock)] == [AREA]
    assert narration(pages).startswith("Theorem 2.1: Smooth area. Let f be a smooth map.")
    assert "Nothing is easier" not in narration(pages)
    assert "<b>Then</b>" in code_of(pages)
    assert "Write(formula_" in code_of(pages)


@pytest.mark.parametrize(
    ("content", "term"),
    [
        ("We define the *spread* of a finite set as the largest distance in it.", "Spread"),
        ("A *greedy walk* is a walk that never leaves a vertex for a lower one.", "Greedy walk"),
        ("A walk that ends at the vertex it began at is called a *closed walk* here.",
         "Closed walk"),
        ("We define the mean distance of a graph as the average over all its pairs.",
         "Mean distance of a graph"),
    ],
)  # fmt: skip
def test_a_defined_term_is_named_and_highlighted(content: str, term: str):
    [feature] = find(material_of(make_section(content)))
    pages = pages_of(feature)
    assert term.lower().startswith(narration(pages).split(": ")[1].split(".")[0].lower())
    assert '<span foreground="#E69F00"><b>' in code_of(pages)


def test_the_subject_of_a_section_is_defined_by_what_is_said_first():
    content = "Annealing is a method that cools a system slowly until it rests. It takes time."
    assert len(find(material_of(make_section(content, title="Annealing")))) == 1
    assert not find(material_of(make_section(content, title="Results")))


@pytest.mark.parametrize(
    "content",
    [
        "As Theorem 2 says, there is nothing to fear.",
        "This is called a *fallback* by those who know about such things.",
        "The *main* reason is that nobody ever looked at it closely enough.",
        "**Theorem 3.**",
        "**Lemma 1.** The following hold:",
        "**Results.** We define nothing here at all.",
        "",
    ],
)
def test_what_states_nothing_gives_no_picture(content: str):
    assert not find(material_of(make_section(content)))


def test_a_statement_with_a_refused_formula_is_left_to_others():
    section = make_section("**Lemma 1.** We have\n\n$$\\broken$$", ["\\broken"])
    assert not find(material_of(section, RulerTypesetter(refused=("broken",))))


def test_a_statement_that_does_not_fit_has_no_pages():
    claims = "".join(f"\n\n$$x_{{{n}}} = \\frac{{a}}{{b}}$$\n\nand" for n in range(30))
    equations = [f"x_{{{n}}} = \\frac{{a}}{{b}}" for n in range(30)]
    section = make_section(f"**Theorem 1.** All of this holds:{claims} no more.", equations)
    assert all(
        sum(page.seconds for page in pages_of(feature)) <= LONGEST_SECONDS
        for feature in find(material_of(section))
    )


@pytest.mark.parametrize(
    "content",
    [
        'We call it a "greedy walk".',
        "A greedy walk is a powerful tool that is found in many books about graphs.",
    ],
)
def test_a_bare_name_and_praise_define_nothing(content: str):
    assert not find(material_of(make_section(content, title="Greedy Walk")))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    content=odd_contents(
        ["**Theorem 1.**", "**Definition", "(x)", ".**", "Let $x$ be. ", "If a, then b. ",
         "*Proof.*", "is called *good* by us and them now. ", "$$x=y$$", "- ", "1. ", "where "]
    )
)  # fmt: skip
def test_whatever_a_section_states_it_is_told_soundly(content: str):
    assert_told_soundly(find, make_section(content, ["x=y"]))


def test_statements_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    long = "the claim says a good deal more than one could ever hope for " * 4
    sections = [
        make_section(THEOREM, (AREA,)),
        make_section(NESTED),
        make_section("A *greedy walk* is a walk that never goes down at all again."),
        make_section(f"**Theorem (Long).** Let $x$ be so. Then {long}\n\n$${AREA}$$"
                                  f"\n\nand {long}.", (AREA,)),
    ]  # fmt: skip
    assert_drawn_well([find(material_of(section, latex))[0] for section in sections], rehearser)
