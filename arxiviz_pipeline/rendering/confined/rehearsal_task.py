"""Rehearses one scene: the task of a confined process. See `rehearsal` for who asks."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from arxiviz_pipeline.rendering.confined.scene_loading import load_scene, require_frames
from arxiviz_pipeline.rendering.confined.scene_setting import SceneSetting, set_scene
from arxiviz_pipeline.rendering.confined.script_failures import script_failure
from arxiviz_pipeline.rendering.jobs import Answer, RehearsalAnswer

if TYPE_CHECKING:
    from arxiviz_pipeline.rendering.layout.scene_watch import SceneWatch


def rehearse(job: Mapping[str, Any], folder: str) -> None:
    """Run a script without drawing it, and tell the host what it comes to.

    Args:
        job: A `SceneJob`, as JSON.
        folder: Where it may write.
    """
    setting = set_scene(job, folder)
    setting.host.tell(asdict(_rehearsed(setting)))


def _rehearsed(setting: SceneSetting) -> RehearsalAnswer:
    watch = _watch(setting)
    failure, scene_name = Answer(), ""
    try:
        loaded = load_scene(setting.job, setting.host, setting.folder)
        scene_name = loaded.name
        loaded.scene.render()
        require_frames(loaded.scene)
    except BaseException as error:  # noqa: BLE001 - SystemExit of a script is a failure too
        failure = script_failure(error, setting.script, setting.job.asset_names)
    told = watch.told() if watch else RehearsalAnswer()
    return replace(
        told,
        kind=failure.kind,
        message=failure.message,
        line=failure.line,
        scene_name=scene_name,
    )


def _watch(setting: SceneSetting) -> "SceneWatch | None":
    """Have this process's scenes watched and not drawn; None where there is no Manim."""
    try:
        from arxiviz_pipeline.rendering.drawing.undrawn_scene import rehearse_scenes
        from arxiviz_pipeline.rendering.layout.scene_watch import SceneWatch
        from arxiviz_pipeline.rendering.layout.text_labels import label_texts
    except ImportError:  # told by `load_scene`, if it comes to that
        return None
    label_texts()
    watch = SceneWatch(setting.script)
    rehearse_scenes(watch, setting.job.timeout_seconds, setting.job.limit_seconds)
    return watch
