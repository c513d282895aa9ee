"""Flows: only what the text connects is connected."""

import pytest
from hypothesis import given, settings

from arxiviz_pipeline.domain.ports import Rehearser, Typesetter
from arxiviz_pipeline.scenes.template.concepts.data_flow import find
from arxiviz_pipeline.scenes.text.flows import find_flows
from arxiviz_pipeline.scenes.text.section_text import read_blocks
from tests.scenes.concepts.told import (
    assert_drawn_well,
    assert_told_soundly,
    material_of,
    narration,
    odd_contents,
    pages_of,
)
from tests.scenes.sections import make_section

CHAIN = (
    "The speech encoder maps a recording to a series of codes $c=(c_1,c_2)$. We train it for days. "
    "Given $c$, the decoder then generates a clean recording."
)
HEADS = (
    "The photo is fed into a backbone network, which produces a feature map. The feature map is "
    "passed to two heads: a depth head and a colour head."
)
STAGES = "The pipeline consists of four stages: collection, cleaning, training, and evaluation."
PARTS = "Our system consists of three modules: a tokenizer, a search module and a ranking model."
LAYERS = (
    "Each block has two sub-layers. The first is a local attention mechanism, and the second is a "
    "small feed-forward network."
)
LIST = """The workflow has three stages:

- **Collection.** Photos are taken on the street.
- **Cleaning.** Blurred photos are thrown away.
- **Labelling.** People say what they see.
"""


def edges_in(content: str) -> list[tuple[str, str]]:
    [flow] = find_flows(read_blocks(make_section(content)))
    return [(flow.labels[edge.source], flow.labels[edge.target]) for edge in flow.edges]


@pytest.mark.parametrize(
    ("content", "edges"),
    [
        (CHAIN, [("Recording", "Speech encoder"), ("Speech encoder", "Codes"),
                 ("Codes", "Decoder"), ("Decoder", "Clean recording")]),
        (HEADS, [("Photo", "Backbone network"), ("Backbone network", "Feature map"),
                 ("Feature map", "Depth head"), ("Feature map", "Colour head")]),
        (STAGES, [("Collection", "Cleaning"), ("Cleaning", "Training"),
                  ("Training", "Evaluation")]),
        (LIST, [("Collection", "Cleaning"), ("Cleaning", "Labelling")]),
        (LAYERS, [("Block", "Local attention mechanism"), ("Block", "Small feed-forward network")]),
        ("The signal is sent to an amplifier and then passed to a filter.",
         [("Signal", "Amplifier"), ("Amplifier", "Filter")]),
        ("The network consists of an input layer, followed by a pooling layer and a classifier.",
         [("Input layer", "Pooling layer"), ("Pooling layer", "Classifier")]),
    ],
)  # fmt: skip
def test_what_goes_where_is_what_the_text_says(content: str, edges: list[tuple[str, str]]):
    assert edges_in(content) == edges


def test_parts_are_no_flow():
    [flow] = find_flows(read_blocks(make_section(PARTS)))
    assert flow.relation == "part"
    assert flow.labels == ("System", "Tokenizer", "Search module", "Ranking model")


@pytest.mark.parametrize(
    "content",
    [
        "The results are passed to the reader. The reader is followed by others.",
        "It is fed into the network, which they then passed to us.",
        "The plot has a sharp drop followed by a plateau and then a slow rise.",
        "The first argument is passed to `fit()`, which returns an object. It is sent to `plot()`.",
        "Our system consists of three modules: a tokenizer and a ranking model.",
        "The encoder is fed into the decoder. The decoder is fed into the encoder.",
        "The encoder is large. The decoder is small. The network is both.",
        "",
    ],
)
def test_where_nothing_is_sure_there_is_no_picture(content: str):
    assert not find(material_of(make_section(content)))


def test_each_component_appears_with_its_sentence():
    [feature] = find(material_of(make_section(HEADS, title="Architecture")))
    [page] = pages_of(feature)
    first, second = page.shots
    assert "'Depth head'" not in "\n".join(first.statements())
    assert "'Depth head'" in "\n".join(second.statements()).replace("\\n", " ")
    assert narration([page]).startswith("The photo is fed into a backbone network")
    assert feature.tells == {0}


def test_a_section_about_architecture_weighs_more():
    [elsewhere] = find(material_of(make_section(STAGES)))
    [overview] = find(material_of(make_section(STAGES, title="Overview of the System")))
    assert overview.weight > elsewhere.weight > 0.5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    content=odd_contents(
        ["The encoder ", "a signal $s$ ", "is fed into ", "the network", ". ", "which produces ",
         "maps ", "to ", "consists of three stages: ", "a, b, and c", "followed by ", "and then ",
         "The first is ", "- **A.** b.", "has two layers. ", "¶ ", "Given $s$, "]
    )
)  # fmt: skip
def test_whatever_a_section_holds_its_flows_are_told_soundly(content: str):
    assert_told_soundly(find, make_section(content, ["x=y"]))


def test_flows_are_well_drawn(latex: Typesetter, rehearser: Rehearser):
    long = STAGES.replace("four", "seven").replace(
        "collection,", "collection, deduplication, tokenization, normalization,"
    )
    contents = [CHAIN, HEADS, PARTS, LAYERS, LIST, long]
    features = [find(material_of(make_section(content), latex))[0] for content in contents]
    assert_drawn_well(features, rehearser)
