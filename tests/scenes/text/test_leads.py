"""What leads to a formula: whole clauses, however long the sentence."""

import pytest

from arxiviz_pipeline.scenes.text.leads import whole_lead
from arxiviz_pipeline.scenes.text.sentences import words_of

LONG = "which nobody had expected of such an old and worn machine on so cold a morning"


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("The loss is given by", "The loss is given by"),
        (
            "In the absence of any coupling at all, and with patience, the density is",
            "The density is",
        ),
        (f"From the table, {LONG}, it is clear why, so we have that", "We have that"),
        (
            f"After the pump was repaired, {LONG}, it follows that the pressure is now given as",
            "The pressure is now given as",
        ),
        (
            "Because we require that the matrix has a full rank in every case, the form is",
            "The form is",
        ),
        (f"Let $y = 2x$, {LONG}, with $z = 1$ Denote the inverse of it by", "Denote the inverse"),
    ],
)
def test_a_lead_that_is_too_long_starts_with_a_clause(sentence: str, lead: str):
    told = whole_lead(sentence, 7)
    assert told.startswith(lead)
    assert sentence.lower().endswith(told.lower())


def test_a_lead_without_a_clause_that_fits_is_left_out():
    sentence = f"The factor of the machine, {LONG}, and the rest of it on the same scale as"
    assert whole_lead(sentence, 9) == ""


def test_a_clause_may_be_longer_by_half_rather_than_go_unsaid():
    sentence = "The number of bodies that are needed to keep a whole system from falling apart"
    assert whole_lead(sentence, 10) == sentence
    assert len(words_of(sentence)) == 15
    assert whole_lead(sentence, 8) == ""


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("We notice that since", "We notice"),
        ("The density is known, because", "The density is known"),
        ("We choose a number such that", "We choose a number such that"),
    ],
)
def test_a_word_that_begins_another_clause_is_not_the_last(sentence: str, lead: str):
    assert whole_lead(sentence, 20) == lead


def test_the_number_of_a_formula_that_is_spoken_of_stays():
    assert whole_lead("The form of (14) (see there) is", 20) == "The form of (14) is"


def test_parentheses_of_a_formula_are_no_aside():
    sentence = r"Since the inverse (as shown) is $Y = (\hat{B}_{k})^{-1}$, we obtain"
    assert whole_lead(sentence, 20) == r"Since the inverse is $Y = (\hat{B}_{k})^{-1}$, we obtain"
