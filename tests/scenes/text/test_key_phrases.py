"""Key phrases: names of several words, whole, and no verbs."""

from arxiviz_pipeline.scenes.text.key_phrases import key_phrases


def test_single_words_are_no_key_phrases():
    sentences = ["The pump is big.", "A big pump runs.", "Every pump leaks, and pumps rust."]
    assert key_phrases(sentences, ["pump"], 4) == []


def test_a_part_of_a_longer_phrase_is_not_taken_for_it():
    sentences = [
        "The upper water tank level rises.",
        "When the upper water tank level falls, the pump runs.",
        "Nobody saw the upper water tank level yesterday.",
    ]
    assert key_phrases(sentences, ["water", "tank"], 4) == ["upper water tank level"]


def test_what_is_done_to_a_thing_is_no_part_of_its_name():
    sentences = [
        "The pump motor shows faults.",
        "A pump motor shows rust.",
        "The pump motor passed.",
    ]
    assert key_phrases(sentences, ["pump"], 4) == ["pump motor"]
