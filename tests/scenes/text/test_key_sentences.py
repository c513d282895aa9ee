"""Which sentences are told: not what is said anyway, nor what only leads on to something else."""

import pytest

from arxiviz_pipeline.scenes.text.key_sentences import choose_sentences, is_told

PUMP = "A pump moves water from the lower tank to the upper one against its weight."
VALVE = "The valve keeps water from running back when the motor stops at night."
FOCUS = "How a pump moves water through a valve"


def test_a_sentence_that_is_said_anyway_is_not_chosen():
    halves = ["A pump moves water from the lower tank.", "To the upper one against its weight."]
    assert choose_sentences([PUMP, VALVE], FOCUS, 2) == [0, 1]
    assert choose_sentences([PUMP, VALVE], FOCUS, 2, told=halves) == [1]


def test_a_sentence_with_something_new_is_not_told():
    assert is_told(PUMP, [PUMP])
    assert not is_told(PUMP, ["A pump moves something."])


@pytest.mark.parametrize(
    "sentence",
    [
        "It moves water through the valve of the pump when the motor is running.",
        "In this case the pump moves water through the valve of the upper tank.",
        "The figure below shows how the pump moves water through the valve.",
        "We will now discuss how the pump moves water through the valve at night.",
        "In the second section we describe how a pump moves water through a valve.",
        "With a single valve, the motor of the pump that moves water prevents this.",
        "If so, the pump moves water through the valve of the upper tank.",
        "The flow of pump and valve follows from the water balance (4).",
    ],
)
def test_what_only_leads_on_or_points_away_comes_last(sentence: str):
    assert choose_sentences([sentence, PUMP, VALVE], FOCUS, 2) == [1, 2]


def test_a_sentence_about_its_own_paper_may_begin_with_this():
    own = "This manual tells how a pump moves water through a valve in a small house."
    assert choose_sentences([VALVE, own], FOCUS, 1) == [1]


def test_where_little_is_said_well_the_least_bad_is_told():
    leading = "We will see more of pumps, motors and valves as we go along the pipe."
    assert choose_sentences([PUMP, leading], FOCUS, 2) == [0]
    assert choose_sentences([PUMP, leading], FOCUS, 2, at_least=2) == [0, 1]
    thanks = "We thank the makers of pumps and valves for their help with all of it."
    assert choose_sentences([PUMP, thanks], FOCUS, 2, at_least=2) == [0]
