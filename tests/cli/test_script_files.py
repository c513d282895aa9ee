"""Scripts in files are read as Python reads them."""

from pathlib import Path

import pytest

from arxiviz_pipeline.cli.script_files import read_script
from arxiviz_pipeline.domain.errors import ConfigurationError


def test_the_mark_with_which_some_editors_begin_is_no_part_of_a_script(tmp_path: Path):
    file = tmp_path / "scene.py"
    file.write_bytes(b"\xef\xbb\xbfx = '\xc3\xa9'\r\n")
    assert read_script(file) == "x = 'é'\n"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path):
    file = tmp_path / "scene.py"
    file.write_bytes(b"x = '\xe9'\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_script(file)
