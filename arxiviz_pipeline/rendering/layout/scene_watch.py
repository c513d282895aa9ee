"""Watches a scene while it is rehearsed: how long it lasts, and what can be seen of it."""

import inspect
import logging

from manim import Scene, Wait

from arxiviz_pipeline.rendering.drawing.undrawn_scene import UnwrittenFiles
from arxiviz_pipeline.rendering.jobs import RehearsalAnswer
from arxiviz_pipeline.rendering.layout.audit import LayoutAudit, Moment
from arxiviz_pipeline.rendering.layout.text_labels import relabel_transformed
from arxiviz_pipeline.rendering.layout.view import view_scene

_MOST_NOTES = 100
log = logging.getLogger(__name__)


class SceneWatch:
    """Counts a scene's animations, and has its layout audited after each."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._audit = LayoutAudit()
        self._duration_seconds = 0.0
        self._animation_count = 0
        self._is_blank = False

    def look(self, scene: Scene, start_seconds: float) -> None:
        """Look at the scene as it stands after an animation."""
        self._animation_count += 1
        files = scene.renderer.file_writer
        self._is_blank = isinstance(files, UnwrittenFiles) and not files.has_pictures
        shown_before = self._duration_seconds  # what is skipped takes Manim's time, not a viewer's
        self._duration_seconds += float(scene.renderer.time) - start_seconds
        animations = scene.animations or []
        moment = Moment(
            start_seconds=shown_before,
            end_seconds=self._duration_seconds,
            line=self._line(),
            is_rest=all(isinstance(each, Wait) for each in animations),
        )
        try:
            relabel_transformed(animations)
            self._audit.look(view_scene(scene), moment)
        except Exception:
            log.exception("the layout at %.1f s cannot be audited", moment.end_seconds)

    def told(self) -> RehearsalAnswer:
        """Return what has been seen so far."""
        return RehearsalAnswer(
            layout=self._audit.notes()[:_MOST_NOTES],
            duration_seconds=self._duration_seconds,
            animation_count=self._animation_count,
            is_blank=self._is_blank,
        )

    def _line(self) -> int | None:
        """Return the script's line that is at work."""
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename != self._script:
            frame = frame.f_back
        return frame and frame.f_lineno
