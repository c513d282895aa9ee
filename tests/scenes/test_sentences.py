"""Sentences: where they end, how they are shortened, which of them tell the point."""

import pytest

from arxiviz_pipeline.scenes.text.key_phrases import key_phrases
from arxiviz_pipeline.scenes.text.key_sentences import choose_sentences
from arxiviz_pipeline.scenes.text.section_text import (
    DisplayBlock,
    ListBlock,
    TextBlock,
    read_blocks,
)
from arxiviz_pipeline.scenes.text.sentences import (
    shorten,
    split_sentences,
)
from arxiviz_pipeline.scenes.text.standing_alone import standing_alone
from tests.scenes.sections import make_section


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("By Eq. 3 it holds. See Fig. 2 for more.", 2),
        ("Smith et al. The rest follows.", 1),
        ("We use tools, e.g. Manim, and A. Smith agrees. Good!", 2),
        ("The value is $x. Y$. Then $a = 3.5$ follows.", 2),
        ("Is it so? It is. “Yes.” No.", 4),
        ("One line only", 1),
        ("", 0),
    ],
)
def test_sentences_end_where_they_should(text: str, count: int):
    assert len(split_sentences(text)) == count


def test_short_sentences_are_left_alone():
    assert shorten("However, it works.", 18) == "However, it works."


def test_long_sentences_end_where_their_main_clause_does():
    sentence = (
        "However, the model is trained on the large corpus (which is public) for many days, "
        "because smaller corpora gave results that were worse on every benchmark we tried."
    )
    short = shorten(sentence, 16)
    assert short == "The model is trained on the large corpus for many days."


def test_a_sentence_without_a_clause_to_end_at_is_broken_off_and_says_so():
    sentence = "The optimizer of this large model walks " + "down the very same valley " * 5
    assert shorten(sentence, 12).endswith("valley…")


@pytest.mark.parametrize(
    ("tied", "alone"),
    [
        ("However, the loss falls (see Fig. 3).", "The loss falls."),
        ("As shown in Table 2, the loss falls.", "The loss falls."),
        ("The loss falls, as can be seen in Figure 4b.", "The loss falls."),
        ("Moreover, we note that the loss falls as shown in Section 3.", "The loss falls."),
        ("It is easy to see that $L$ falls.", "$L$ falls."),
        (
            "As mentioned in Section 3, the loss falls, $^{4}$ they say.",
            "The loss falls, they say.",
        ),
        ("The loss falls (by half).", "The loss falls (by half)."),
    ],
)
def test_sentences_are_freed_of_what_ties_them_to_others(tied: str, alone: str):
    assert standing_alone(tied) == alone


def test_a_few_words_too_many_are_told_rather_than_broken_off():
    sentence = "The optimizer of this large model walks down the very same valley every night."
    assert shorten(sentence, 11).endswith("…")
    assert shorten(sentence, 11, slack=3) == sentence


def test_a_sentence_ends_before_a_second_one_that_and_joins_to_it():
    first = "The queries of the upper layer come from the layer below it"
    second = "and the keys and values are the output of the other stack of layers."
    assert shorten(f"{first}, {second}", 16) == f"{first}."


def test_a_sentence_does_not_end_with_what_joins_it_to_the_next():
    sentence = (
        "The four functions of the package have been written anew, therefore, " + "they are " * 9
    )
    assert shorten(sentence, 14) == "The four functions of the package have been written anew."


def test_an_opening_clause_is_never_all_that_is_left():
    sentence = "While for small values of $d_k$, " + "the two mechanisms perform " * 6
    assert "mechanisms" in shorten(sentence, 12)


def test_chosen_sentences_are_about_the_section():
    sentences = [
        "The weather in Vienna was pleasant during the whole conference week and everybody walked.",
        "Gradient descent converges linearly when the step size is below the inverse curvature.",
        "We thank our friends for the coffee they kindly brought to us every single morning.",
        "We show that the step size decides how fast gradient descent converges to the minimum.",
    ]
    chosen = choose_sentences(sentences, "Step size of gradient descent", 2)
    assert chosen == [1, 3]


def test_sentences_that_lean_on_others_are_not_chosen():
    sentences = [
        "It is also larger than the step size that was used before by most of the others.",
        "Gradient descent converges linearly when the step size is below the inverse curvature.",
        "The step size of gradient descent is given in Table 3 for each of the problems.",
        "The rest of this paper is organized as follows: gradient descent, step size, proofs.",
    ]
    assert choose_sentences(sentences, "Step size of gradient descent", 1) == [1]


def test_no_two_chosen_sentences_say_the_same():
    sentence = "The step size decides how fast gradient descent reaches the minimum{}."
    sentences = [sentence.format(""), sentence.format(" again"), sentence.format(" indeed")]
    assert len(choose_sentences(sentences, "Gradient descent", 3)) == 1


def test_key_phrases_are_what_is_said_again_and_again():
    sentences = [
        "Gradient descent is slow where the condition number is large.",
        "The condition number bounds how many steps gradient descent takes.",
        "Preconditioning lowers the condition number.",
    ]
    phrases = key_phrases(sentences, ["gradient", "descent", "condition"], 3)
    assert phrases == ["condition number", "gradient descent"]


def test_a_display_takes_its_sentences_along():
    section = make_section(
        "First things first. The loss [3] is\n\n$$L = x$$\n\nwhere $x$ is data (Smith, 2020). "
        "More follows.\n\n- One item here.\n- Two items here.\n\n| a | table |",
        ["L = x"],
    )
    assert read_blocks(section) == [
        TextBlock("paragraph", ("First things first.",)),
        DisplayBlock("L = x", "The loss is", "where $x$ is data.", opens_paragraph=False),
        TextBlock("paragraph", ("More follows.",)),
        ListBlock("", ("One item here.", "Two items here.")),
    ]


def test_raised_and_lowered_text_is_math_unless_it_cites():
    section = make_section(
        "The 10<sup>th</sup> value of H<sub>2</sub>O was shown.<sup>12,13</sup> Others agree"
        "<sup>3</sup> with a<sup>+</sup>.\n\n**Acknowledgements.** We thank all.",
        [],
    )
    sentences = ("The 10$^{th}$ value of H$_{2}$O was shown.", "Others agree with a$^{+}$.")
    assert read_blocks(section) == [TextBlock("paragraph", sentences)]


def test_a_sentence_that_is_all_an_aside_keeps_its_words():
    aside = "(We note that this may hold for other values of all of the parameters as well.)"
    assert shorten(aside, 8) == "We note that this may hold for other…"


@pytest.mark.parametrize("content", ["", "$$a$$", "$$b$$ and $$a$$", "$$c$$"])
def test_every_equation_becomes_a_display_wherever_it_stands(content: str):
    blocks = read_blocks(make_section(content, ["a", "b", "c"]))
    assert [block.tex for block in blocks if isinstance(block, DisplayBlock)] == ["a", "b", "c"]


@pytest.mark.parametrize("label", ["ab12", "ab12 ", "ab12, p. 3 ", "a1"])
def test_a_long_row_of_citations_that_does_not_end_is_read_at_once(label: str):
    """No reader may take exponential time over it; this one would then never end."""
    (block,) = read_blocks(make_section(f"It holds [{label * 300} and is shown."))
    assert isinstance(block, TextBlock)
