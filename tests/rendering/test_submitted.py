from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.submitted import script_from_file, submitted_script
from tests.rendering.scripts import GOOD, SCENE


def test_a_file_becomes_a_script_of_its_only_scene(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(GOOD, encoding="utf-8")
    script = script_from_file(path)
    assert (script.scene_name, script.manim_code, script.origin) == (SCENE, GOOD, "submitted")
    assert script.storyboard == ()


def test_the_same_code_has_the_same_id_and_other_code_another():
    assert submitted_script(GOOD).id == submitted_script(GOOD).id
    assert submitted_script(GOOD).id != submitted_script(GOOD + "\n").id


def test_a_file_that_is_no_text_is_a_syntax_error(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RenderError, match="not a Python script in UTF-8") as caught:
        script_from_file(path)
    assert caught.value.kind == "syntax"
