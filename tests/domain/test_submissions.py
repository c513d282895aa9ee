"""What may be handed in, and how it is called."""

from dataclasses import replace

import pytest

from arxiviz_pipeline.domain.errors import SubmissionError
from arxiviz_pipeline.domain.models import Beat, Section, SubmittedScene
from arxiviz_pipeline.domain.submissions import (
    MOST_CODE_BYTES,
    MOST_SCENES,
    check_submission,
    replace_submitted,
    submissions_version,
    submitted_scene_id,
    submitted_script,
)

SECTIONS = [
    Section("S1", "One", 1, 0, None, "body", "", ()),
    Section("S2", "Two", 1, 1, None, "body", "", ()),
]
SCENE = SubmittedScene("S1", "A circle", "class A(Scene): ...")


def numbered(count: int) -> list[SubmittedScene]:
    return [replace(SCENE, manim_code=f"class A{number}(Scene): ...") for number in range(count)]


def test_scenes_for_sections_of_the_paper_are_taken():
    check_submission(numbered(MOST_SCENES), SECTIONS)
    check_submission([SCENE, replace(SCENE, section_id="S2")], SECTIONS)
    check_submission([replace(SCENE, manim_code="x" * MOST_CODE_BYTES)], SECTIONS)


@pytest.mark.parametrize(
    ("scenes", "told"),
    [
        ([], "no scene"),
        (numbered(MOST_SCENES + 1), "101 scenes; at most 100"),
        ([SCENE, replace(SCENE, manim_code=" \n")], "Scene 2 has no code"),
        ([replace(SCENE, manim_code="é" * 100_001)], "200002 bytes; at most 200000"),
        ([replace(SCENE, concept=" ")], "its concept is empty"),
        ([replace(SCENE, storyboard=(Beat("", 0, ""),))], "lasts 0 seconds"),
        ([replace(SCENE, storyboard=(Beat("", float("nan"), ""),))], "lasts nan seconds"),
        ([SCENE, SCENE], "Scene 2 is the same as scene 1"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(scenes: list[SubmittedScene], told: str):
    with pytest.raises(SubmissionError, match=told):
        check_submission(scenes, SECTIONS)


def test_an_unknown_section_is_refused_with_those_there_are():
    with pytest.raises(SubmissionError, match="'S9', which the paper does not have.*S1, S2") as got:
        check_submission([replace(SCENE, section_id="S9")], SECTIONS)
    assert got.value.section_ids == ("S1", "S2")


def test_a_scene_keeps_its_id_while_its_code_does():
    same = replace(SCENE, concept="Another", storyboard=(Beat("Said.", 1.0, "shown"),))
    assert submitted_scene_id(same) == submitted_scene_id(SCENE)
    others = [
        replace(SCENE, section_id="S2"),
        replace(SCENE, manim_code="class B(Scene): ..."),
        replace(SCENE, scene_name="A"),
    ]
    assert len({submitted_scene_id(scene) for scene in [SCENE, *others]}) == 4


def test_new_scenes_replace_those_of_their_sections_alone():
    second = replace(SCENE, section_id="S2")
    newer = replace(SCENE, manim_code="class C(Scene): ...")
    assert replace_submitted([SCENE, second], [newer]) == [second, newer]


def test_the_version_tells_one_state_from_another():
    assert submissions_version([SCENE]) == submissions_version([replace(SCENE)])
    assert submissions_version([SCENE]) != submissions_version([replace(SCENE, concept="Other")])
    assert submissions_version([SCENE]) != submissions_version([])


def test_a_scene_becomes_a_script_under_its_own_id():
    script = submitted_script(SCENE, "A")
    assert script.id == submitted_scene_id(SCENE)
    assert (script.section_id, script.scene_name, script.origin) == ("S1", "A", "submitted")
    assert (script.manim_code, script.concept) == (SCENE.manim_code, "A circle")


def test_a_scene_that_does_not_say_what_it_is_about_is_named_after_its_class():
    assert submitted_script(replace(SCENE, concept=""), "A").concept == "A"
