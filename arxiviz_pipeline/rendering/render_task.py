"""Renders one scene: the task of a confined process. See `local_renderer` for who asks."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arxiviz_pipeline.rendering.jobs import Answer, SpokenCaption
from arxiviz_pipeline.rendering.scene_host import MOVIE_HANDLE
from arxiviz_pipeline.rendering.scene_loading import import_manim, load_scene, require_frames
from arxiviz_pipeline.rendering.scene_setting import SceneSetting, set_scene
from arxiviz_pipeline.rendering.script_failures import script_failure


def render(job: Mapping[str, Any], folder: str) -> None:
    """Render a scene to the file at `MOVIE_HANDLE`, and tell the host that it is done.

    Args:
        job: A `SceneJob`, as JSON.
        folder: Where it may write.
    """
    setting = set_scene(job, folder)
    try:
        answer = _rendered(setting)
    except BaseException as error:  # noqa: BLE001 - SystemExit of a script is a failure too
        answer = script_failure(error, setting.script)
    setting.host.tell(asdict(answer))


def _rendered(setting: SceneSetting) -> Answer:
    import_manim()
    from arxiviz_pipeline.rendering.frame_renderer import render_frames

    render_frames()
    scene = load_scene(setting.job, setting.host, setting.folder)
    scene.render()
    require_frames(scene)
    files: Any = scene.renderer.file_writer
    movie: Path = files.movie_file_path
    with movie.open("rb") as made, os.fdopen(MOVIE_HANDLE, "wb") as kept:
        shutil.copyfileobj(made, kept)
    spoken = tuple(
        SpokenCaption(each.start.total_seconds(), each.end.total_seconds(), str(each.content))
        for each in files.subcaptions
    )
    return Answer(fullest_frame=files.fullest_frame, captions=spoken)
