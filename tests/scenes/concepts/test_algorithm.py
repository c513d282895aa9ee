"""Algorithms: read as papers print and tell them, shown step by step."""

import pytest
from hypothesis import given, settings

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.algorithm import AlgorithmFeature, find
from arxiviz_pipeline.scenes.text.algorithms import AlgorithmBlock
from arxiviz_pipeline.scenes.text.section_text import TableBlock, TextBlock, read_blocks
from tests.scenes.concepts.told import (
    assert_drawn_well,
    assert_told_soundly,
    code_of,
    material_of,
    narration,
    odd_contents,
    pages_of,
)
from tests.scenes.sections import make_section

ENDED = """It works like this.

*Algorithm 1: Hill climbing*

**Require:** a map $f$
**Ensure:** a high place $x$
Choose $x$ at random
**for** $t = 1$ to $T$
Take a step $y$ from $x$
**if** $f(y) > f(x)$
Set $x \\gets y$
**end if**
**end for**
**return** $x$

So it ends.
"""
LISTING = """```
1: Choose $x$;
2: while $x$ moves do
3:     Take a step;
4:     for each $y$ near $x$ do
5:         Look at $y$;
6: Tell $x$;
```

*Algorithm 2 (Wandering about (slowly)).*
"""
TABLE = """**Algorithm 3.** It adds up.

| 1. | $s \\leftarrow a$ |
| --- | --- |
| 2. | **for** $i$ in the list |
| 3. | $s \\leftarrow s + i$ |
| 4. | **end for** |
"""


def algorithm_in(content: str) -> AlgorithmBlock:
    blocks = read_blocks(make_section(content))
    [algorithm] = [block for block in blocks if isinstance(block, AlgorithmBlock)]
    return algorithm


def depths_in(content: str) -> list[tuple[str, int, str]]:
    return [(step.text, step.depth, step.opens) for step in algorithm_in(content).steps]


def test_lines_under_a_caption_are_an_algorithm():
    algorithm = algorithm_in(ENDED)
    assert (algorithm.name, algorithm.inputs) == ("Hill climbing", "a map $f$")
    assert algorithm.outputs == "a high place $x$"
    assert depths_in(ENDED) == [
        ("Choose $x$ at random", 0, ""),
        ("For $t = 1$ to $T$", 0, "loop"),
        ("Take a step $y$ from $x$", 1, ""),
        ("If $f(y) > f(x)$", 1, "branch"),
        ("Set $x \\gets y$", 2, ""),
        ("Return $x$", 0, ""),
    ]


def test_a_listing_tells_its_loops_by_indents():
    assert algorithm_in(LISTING).name == "Wandering about (slowly)"
    assert [depth for _, depth, _ in depths_in(LISTING)] == [0, 0, 1, 1, 2, 0]


def test_a_table_that_counts_lines_is_an_algorithm_and_no_table():
    blocks = read_blocks(make_section(TABLE))
    assert not any(isinstance(block, TableBlock) for block in blocks)
    assert [opens for _, _, opens in depths_in(TABLE)] == ["", "loop", ""]


def test_sections_around_an_algorithm_are_read_as_before():
    blocks = read_blocks(make_section(ENDED))
    told = [block.sentences for block in blocks if isinstance(block, TextBlock)]
    assert told == [("It works like this.",), ("So it ends.",)]


def test_an_algorithm_is_told_line_by_line_with_its_loops():
    [feature] = find(material_of(make_section(ENDED)))
    pages = pages_of(feature)
    said = narration(pages)
    assert said.startswith("Hill climbing. Input: a map f. Output: a high place x. Choose x")
    assert said.index("Take a step") < said.index("Set x ← y") < said.index("Return x")
    assert code_of(pages).count("bracket(") == 2
    assert feature.tells == {1}


CARDS = ["Draw a card.", "Compare it with mine.", "Swap both."]
RUN = (
    "First, the cards are shuffled well. Then, each player draws two of them. Finally, the highest "
    "card wins."
)
IN_ONE = (
    "We first shuffle all the cards, then deal two of them to everybody, and finally compare the "
    "highest ones."
)


def told_steps(content: str) -> list[str]:
    [feature] = find(material_of(make_section(content)))
    assert isinstance(feature, AlgorithmFeature)
    return [step.text for step in feature.algorithm.steps]


def test_lists_of_things_to_do_are_steps():
    bullets = "".join(f"\n- {step}" for step in CARDS)
    numbers = "".join(f"\n{number}. {step}" for number, step in enumerate(CARDS, start=1))
    assert told_steps(f"The procedure is as follows:\n{bullets}") == CARDS
    assert told_steps(f"It is easy.\n{numbers}") == CARDS


def test_sentences_that_follow_each_other_are_steps():
    assert told_steps(RUN) == [
        "The cards are shuffled well.",
        "Each player draws two of them.",
        "The highest card wins.",
    ]
    assert told_steps(IN_ONE) == [
        "We shuffle all the cards.",
        "We deal two of them to everybody.",
        "We compare the highest ones.",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "There are three reasons:\n\n- Speed of light.\n- Set of rules.\n- Sample size.",
        "First, we thank everybody. Second, we thank them again. Third, we thank them once more.",
        "First, Section 2 gives the setting. Then, Section 3 proves it. Finally we rest.",
        "1. Speed is good.\n2. Light is bright.\n3. Rules are rules.",
        "```\nfor i in range(3):\n    print(i)\nwhile True:\n    pass\n```",
        "```\n\\begin{cases} 1 & \\text{if $x$}, 2 & \\text{for $y$} \\end{cases}\nif\nfor\n```",
        "| 1 | $a$ | if |\n| --- | --- | --- |\n| 2 | $b$ | for |\n| 3 | $c$ | end |",
        "",
    ],
)
def test_what_is_no_procedure_gives_no_picture(content: str):
    assert not find(material_of(make_section(content)))


def test_lines_that_are_too_many_are_counted():
    lines = "\n".join(f"**for** $x_{{{n}}}$ do it" for n in range(30))
    [feature] = find(material_of(make_section(f"*Algorithm 1: Long*\n\n{lines}\n**end for**")))
    long = pages_of(feature)
    assert not long or " more lines" in narration(long).lower()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    content=odd_contents(
        ["*Algorithm 1: x*", "**for** $x$", "**end for**", "**if**", "Input: $y$", "1. Compute it.",
         "| 1. | $x$ |", "| 2. | for |", "First, we go there now. ", "Then we come. ",
         "Finally, we sit down. ", "steps:", "    deeper", "$$x=y$$"]
    )
)  # fmt: skip
def test_whatever_a_section_holds_its_steps_are_told_soundly(content: str):
    assert_told_soundly(find, make_section(content, ["x=y"]))


def test_algorithms_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    many = "\n".join(f"Write {n} down" for n in range(14))
    contents = [
        ENDED,
        LISTING,
        f"*Algorithm 1: Walls*\n\n**for** all\n{many}\n**end for**\n**return** it",
        (
            "Our scheme proceeds as follows:\n\n1. Draw a card from the top of the stack that lies "
            "in the middle of the table.\n2. Compare it.\n3. Swap $\\frac{a}{b}$ & <b>."
        ),
    ]
    features = [find(material_of(make_section(content), latex))[0] for content in contents]
    assert_drawn_well(features, rehearser)
