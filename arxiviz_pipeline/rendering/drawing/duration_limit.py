"""Refuses scenes that are too long, before their frames are drawn."""

from typing import Final

from manim import Scene
from manim.renderer.cairo_renderer import CairoRenderer

from arxiviz_pipeline.domain.errors import RenderError

_ROUNDING_SECONDS: Final = 1e-6  # what the sum of many frames may be off


class DurationLimit:
    """How long a scene may be, and how much of it is not shown."""

    def __init__(self, limit_seconds: float) -> None:
        """Begin with a scene that has shown nothing."""
        self._limit_seconds = limit_seconds
        self._skipped_seconds = 0.0

    def shown_seconds(self, renderer: CairoRenderer) -> float:
        """Return how long the scene is so far."""
        return renderer.time - self._skipped_seconds

    def check_ahead(self, renderer: CairoRenderer, scene: Scene) -> None:
        """Make sure of the limit with the animation that is about to begin.

        Of a wait that a condition may end, nobody knows how long it will be.

        Raises:
            RenderError: Of kind `duration`.
        """
        if renderer.skip_animations:  # Manim has counted it already
            self._skipped_seconds += scene.duration or 0.0
            return
        ahead = (scene.duration or 0.0) if scene.stop_condition is None else 0.0
        self._check(self.shown_seconds(renderer) + ahead)

    def check(self, renderer: CairoRenderer) -> None:
        """Make sure that the scene is no longer than its limit.

        Raises:
            RenderError: Of kind `duration`.
        """
        if not renderer.skip_animations:
            self._check(self.shown_seconds(renderer))

    def _check(self, seconds: float) -> None:
        if not seconds <= self._limit_seconds + _ROUNDING_SECONDS:
            message = (
                f"The scene lasts {seconds:.1f} s with this animation, and may last "
                f"{self._limit_seconds:g} s."
            )
            raise RenderError(kind="duration", message=message)
