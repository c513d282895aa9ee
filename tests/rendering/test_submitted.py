from arxiviz_pipeline.rendering.submitted import submitted_script
from tests.rendering.scripts import GOOD, SCENE


def test_code_becomes_a_script_of_its_first_scene():
    script = submitted_script(GOOD)
    assert (script.scene_name, script.manim_code, script.origin) == (SCENE, GOOD, "submitted")
    assert script.storyboard == ()


def test_the_same_code_has_the_same_id_and_other_code_another():
    assert submitted_script(GOOD).id == submitted_script(GOOD).id
    assert submitted_script(GOOD).id != submitted_script(GOOD + "\n").id
