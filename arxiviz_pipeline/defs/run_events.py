"""Tells a run's progress: each script and each video becomes an event of its asset at once.

Dagster's page: https://docs.dagster.io/guides/build/assets/metadata-and-tags/asset-observations
"""

from collections.abc import Sequence

import dagster as dg
from pydantic import TypeAdapter

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.models import RenderProgress, SceneScript, Video
from arxiviz_pipeline.domain.ports import ProgressListener
from arxiviz_pipeline.domain.repairs import describe_attempt, repairs_of

_VIDEO = TypeAdapter(Video)


class SilentListener:
    """Listens to nothing: the default where nobody watches but Dagster."""

    def scripts_planned(self, scene_count: int) -> None:
        """Do nothing."""

    def script_finished(self, script: SceneScript) -> None:
        """Do nothing."""

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        """Do nothing."""

    def scene_started(self, script: SceneScript) -> None:
        """Do nothing."""

    def scene_progressed(self, script: SceneScript, progress: RenderProgress) -> None:
        """Do nothing."""

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        """Do nothing."""


class RunEvents:
    """Writes what happens to the run's event log, and passes it on."""

    def __init__(self, context: dg.AssetExecutionContext, listener: ProgressListener) -> None:
        self._context = context
        self._listener = listener

    def scripts_planned(self, scene_count: int) -> None:
        """Log how many scripts there are to write."""
        self._observe(catalog.SCENE_SCRIPTS, {catalog.SCRIPTS_TOTAL: scene_count})
        self._listener.scripts_planned(scene_count)

    def script_finished(self, script: SceneScript) -> None:
        """Log that a script is done, and for a person, what it took."""
        self._observe(catalog.SCENE_SCRIPTS, {catalog.SCRIPT_FINISHED: script.id})
        self._context.log.info("script %s: %s by %s", script.id, script.concept_type, script.origin)
        for attempt in script.attempts:
            self._context.log.info("script %s: %s", script.id, describe_attempt(attempt))
        self._listener.script_finished(script)

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        """Log how many scenes there are to render."""
        self._observe(catalog.VIDEOS, {catalog.SCENES_TOTAL: len(scripts)})
        self._listener.scenes_planned(scripts)

    def scene_started(self, script: SceneScript) -> None:
        """Log which scene's render starts."""
        self._observe(catalog.VIDEOS, {catalog.SCENE_STARTED: script.id})
        self._listener.scene_started(script)

    def scene_progressed(self, script: SceneScript, progress: RenderProgress) -> None:
        """Pass it on: a catalog of every animation would be of use to nobody."""
        self._listener.scene_progressed(script, progress)

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        """Log the video, and for a person, what happened."""
        record = _VIDEO.dump_python(video, mode="json")
        self._observe(catalog.VIDEOS, {catalog.SCENE_VIDEO: dg.MetadataValue.json(record)})
        if video.error is None:
            self._context.log.info("scene %s: %s", script.id, video.key)
        else:
            self._context.log.warning(
                "scene %s failed (%s): %s", script.id, video.error.kind, video.error.message
            )
        for attempt in repairs_of(script, video):
            self._context.log.warning("scene %s: %s", script.id, describe_attempt(attempt))
        self._listener.scene_finished(script, video)

    def _observe(self, asset: str, metadata: dict[str, dg.MetadataValue | str | int]) -> None:
        self._context.log_event(
            dg.AssetObservation(
                asset_key=asset, partition=self._context.partition_key, metadata=metadata
            )
        )
