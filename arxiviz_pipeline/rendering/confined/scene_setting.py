"""Prepares a confined process for a scene: its folder, its script, its last words."""

import faulthandler
import os
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arxiviz_pipeline.rendering.assets import unpack_assets
from arxiviz_pipeline.rendering.confined.scene_host import SceneHost
from arxiviz_pipeline.rendering.jobs import SCRIPT_NAME, SceneJob

_LAST_WORDS_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class SceneSetting:
    """What a scene runs in."""

    job: SceneJob
    host: SceneHost
    folder: Path

    @property
    def script(self) -> str:
        """The script's path."""
        return str(self.folder / SCRIPT_NAME)


def set_scene(job: Mapping[str, Any], folder: str) -> SceneSetting:
    """Make this process fit to run a scene.

    Args:
        job: A `SceneJob`, as JSON.
        folder: Where it may write.
    """
    setting = SceneSetting(SceneJob(**job), SceneHost(), Path(folder))
    # Either says, before the end, which line was at work.
    faulthandler.register(signal.SIGXCPU, all_threads=False, chain=True)
    faulthandler.dump_traceback_later(max(0.1, setting.job.timeout_seconds - _LAST_WORDS_SECONDS))
    _move_into(setting.folder)
    if setting.job.asset_handle is not None:
        unpack_assets(setting.job.asset_handle, setting.folder)
    Path(setting.script).write_text(setting.job.code, encoding="utf-8", errors="replace")
    return setting


def _move_into(folder: Path) -> None:
    """Make a folder this process's home, and the place for its temporary files."""
    os.chdir(folder)
    for name, place in (("HOME", "home"), ("TMPDIR", "tmp")):
        (folder / place).mkdir(exist_ok=True)
        os.environ[name] = str(folder / place)
    tempfile.tempdir = None  # chosen anew
