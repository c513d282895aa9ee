"""What a renderer keeps open while it renders many scenes, good ones and broken ones."""

from pathlib import Path

import psutil
import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderSettings
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from tests.rendering.conftest import confined
from tests.rendering.scripts import scene, script

TINY = script(scene("self.add(Square())\nself.wait(0.2)"))
BROKEN = script(scene("self.wait(0.2)\n1 / 0"))
REPEATED = 8


def open_files() -> dict[int, int]:
    """Return how many files this process and its children have open, by process."""
    ours = psutil.Process()
    return {each.pid: each.num_fds() for each in (ours, *ours.children())}


def test_many_renders_leave_no_file_open_and_no_process(tmp_path: Path):
    renderer = LocalRenderer(processes=SceneProcesses(work_folder=tmp_path), work_folder=tmp_path)
    renderer.render(TINY, RenderSettings("low"))
    before = open_files()
    for _ in range(REPEATED):
        renderer.render(TINY, RenderSettings("low"))
        with pytest.raises(RenderError, match="ZeroDivisionError"):
            renderer.render(BROKEN, RenderSettings("low"))
    assert open_files() == before
    assert confined() == []
    assert list(tmp_path.iterdir()) == []
