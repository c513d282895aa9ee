"""Renders one scene: the task of a confined process. See `local_renderer` for who asks."""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from arxiviz_pipeline.rendering.confined.scene_host import MOVIE_HANDLE, SceneHost
from arxiviz_pipeline.rendering.confined.scene_loading import (
    import_manim,
    load_scene,
    require_frames,
)
from arxiviz_pipeline.rendering.confined.scene_setting import SceneSetting, set_scene
from arxiviz_pipeline.rendering.confined.script_failures import script_failure
from arxiviz_pipeline.rendering.drawing.cpu_clock import CLOCK
from arxiviz_pipeline.rendering.fonts.notices import watch_texts
from arxiviz_pipeline.rendering.jobs import Answer, Played, SpokenCaption

_TELL_SECONDS: Final = 0.25
_BLANK: Final = "Nothing is ever seen: the video is one colour from its start to its end."


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
        answer = script_failure(error, setting.script, setting.job.asset_names)
    setting.host.tell(asdict(answer))


def _rendered(setting: SceneSetting) -> Answer:
    import_manim()
    from arxiviz_pipeline.rendering.drawing.frame_renderer import render_frames

    render_frames(_progress_teller(setting.host), setting.job.limit_seconds)
    texts = watch_texts()
    loaded = load_scene(setting.job, setting.host, setting.folder)
    scene = loaded.scene
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
    notices = [*(texts.told() if texts else ()), *([_BLANK] if files.is_blank else [])]
    return Answer(
        fullest_frame=files.fullest_frame,
        captions=spoken,
        notices=tuple(notices),
        cpu_seconds=CLOCK.told(),
        scene_name=loaded.name,
        other_scenes=loaded.others,
    )


def _progress_teller(host: SceneHost) -> Callable[[int, float], None]:
    """Return what tells the host of each animation, but not too often."""
    next_at = 0.0

    def tell(animations_played: int, seconds: float) -> None:
        nonlocal next_at
        if time.monotonic() >= next_at:
            host.tell(asdict(Played(animations_played, seconds)))
            next_at = time.monotonic() + _TELL_SECONDS

    return tell
