import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiviz_pipeline.rendering.child_answers import believed_names, clean_message, read_answer
from arxiviz_pipeline.rendering.jobs import Answer, MovieFacts


def test_an_answer_is_read_as_it_was_given(tmp_path: Path):
    path = tmp_path / "answer.json"
    path.write_text('{"kind": "latex", "message": "Größe\\nx", "line": 3, "more": 1}')
    assert read_answer(path, Answer) == Answer(kind="latex", message="Größe\nx", line=3)


@pytest.mark.parametrize("folder_in_its_place", [True, False])
def test_no_answer_is_none(tmp_path: Path, *, folder_in_its_place: bool):
    path = tmp_path / "answer.json"
    if folder_in_its_place:
        path.mkdir()
    assert read_answer(path, Answer) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"width": "wide"}',
        b'{"width": null}',
        b'{"frame_count": 1.5}',
        b'{"duration_seconds": "' + b" " * 200_000 + b'"}',
    ],
)
def test_what_is_no_answer_of_the_form_is_none(tmp_path: Path, content: bytes):
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    assert read_answer(path, MovieFacts) is None


@given(st.dictionaries(st.text(), st.text()) | st.fixed_dictionaries({"message": st.text()}))
def test_texts_of_an_answer_are_clean(tmp_path_factory, told: dict[str, str]):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(told))
    answer = read_answer(path, Answer)
    assert answer is None or answer.message == clean_message(told.get("message", ""))


@given(st.text(st.characters(exclude_categories=())))
def test_a_clean_message_can_be_kept_and_shown(text: str):
    clean = clean_message(text)
    assert clean.encode().decode() == clean
    assert all(unicodedata.category(sign) != "Cc" or sign in "\t\n" for sign in clean)
    assert clean_message(clean) == clean


def test_names_are_believed_that_a_class_can_have_and_not_too_many():
    assert believed_names(["A", "Größe", "A", "", "../A", "a b", "x" * 101]) == ("A", "Größe")
    assert len(believed_names(f"S{number}" for number in range(1000))) == 100
