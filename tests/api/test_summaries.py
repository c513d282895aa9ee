import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.summaries import summarize


@pytest.mark.parametrize(
    ("markdown", "summary"),
    [
        ("", ""),
        ("One sentence.", "One sentence."),
        ("# Heading\n\nText under it.", "Text under it."),
        ("$$\nx = 1\n$$\n\nAfter a display.", "After a display."),
        ("Before $$x$$ and after.", "Before and after."),
        ("Some **bold**, *slanted* and `code` words.", "Some bold, slanted and code words."),
        ("Formulas stay: $a_i * b_j * c_k$ here.", "Formulas stay: $a_i * b_j * c_k$ here."),
        ("As [Vaswani et al.](#bib1) show, it works.", "As Vaswani et al. show, it works."),
        ("A snake_case_name and 2 * 3 * 4 stay.", "A snake_case_name and 2 * 3 * 4 stay."),
        ("- first point\n- second point", "first point second point"),
        ("![A figure](f.png)\n\nText.", "Text."),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nText.", "Text."),
        ("```python\nx = 1\n```\n\nText.", "Text."),
        ("Two\nlines, one paragraph.", "Two lines, one paragraph."),
        ("A \\* star and \\_ line.", "A * star and _ line."),
    ],
)
def test_a_summary_is_the_plain_text_of_the_first_paragraph(markdown: str, summary: str):
    assert summarize(markdown) == summary


def test_a_summary_ends_with_a_sentence():
    first = "The first sentence is long enough to tell what the whole section is about, " * 2
    text = f"{first}cf. Fig. 3 by A. Turing et al. of 1936. A second one follows."
    assert summarize(text) == f"{first}cf. Fig. 3 by A. Turing et al. of 1936."


def test_short_sentences_are_joined():
    assert summarize("It is short. So is this. And this.") == "It is short. So is this. And this."


def test_an_endless_sentence_is_cut_between_words_and_outside_of_formulas():
    summary = summarize("word " * 55 + "$" + "x + " * 40 + "y$ end.")
    assert len(summary) <= 300
    assert summary.endswith("word…")


@given(st.text(alphabet="ab .!$*_[]()#`\\\n|-", max_size=400))
def test_a_summary_is_one_short_line_whatever_the_text(text: str):
    summary = summarize(text)
    assert len(summary) <= 301
    assert "\n" not in summary
