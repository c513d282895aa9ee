"""Sentences freed of their context: what leads on, points elsewhere or answers the one before."""

import pytest

from arxiviz_pipeline.scenes.text.standing_alone import capitalized, standing_alone


@pytest.mark.parametrize(
    ("tied", "alone"),
    [
        ("Instead, the pump is stopped.", "The pump is stopped."),
        ("What's more, the pump is loud.", "The pump is loud."),
        ("Thus the pump is stopped.", "The pump is stopped."),
        ("The pump, however, stops.", "The pump stops."),
        ("On cold days, however, the pump stops.", "On cold days, the pump stops."),
        ("Recently, however, pumps got loud.", "Recently, pumps got loud."),
        (
            "The pumps are old, therefore, they do not run.",
            "The pumps are old, therefore, they do not run.",
        ),
        ("Please also note that the pump is loud.", "The pump is loud."),
        ("Note, however, that the pump is loud.", "The pump is loud."),
        ("We therefore stop the pump.", "We stop the pump."),
        ("As the left picture shows, the pump is loud.", "The pump is loud."),
        ("As we observed before, the pump is loud.", "The pump is loud."),
        ("As is obvious from the following example, the pump is loud.", "The pump is loud."),
        ("Visit the shop (note: https://example.org/a) for a pump.", "Visit the shop for a pump."),
        ("The flow, $q$, in (3), is small.", "The flow, $q$, is small."),
        ("In (1) we count and in (2) we weigh.", "In (1) we count and in (2) we weigh."),
    ],
)
def test_what_ties_a_sentence_to_others_is_taken_out(tied: str, alone: str):
    assert standing_alone(tied) == alone


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("well-known pumps run", "Well-known pumps run"),
        ("pump, then stop", "Pump, then stop"),
        ("runPump() starts it", "runPump() starts it"),
        ("r=2 gives the default", "r=2 gives the default"),
    ],
)
def test_words_get_a_capital_and_names_of_code_none(text: str, shown: str):
    assert capitalized(text) == shown
