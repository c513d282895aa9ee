"""Manim's renderer for movies, without what it spends beside drawing and encoding."""

import gc
import math
import resource
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from manim import Camera, Scene
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene import scene as scene_module

from arxiviz_pipeline.rendering.drawing.cpu_clock import CLOCK
from arxiviz_pipeline.rendering.drawing.duration_limit import DurationLimit
from arxiviz_pipeline.rendering.drawing.quick_drawing import draw_quickly
from arxiviz_pipeline.rendering.encoding.scene_files import SceneFiles

if TYPE_CHECKING:
    from manim.mobject.mobject import Mobject

_GARBAGE_KIB: Final = 400 * 1024


class FrameRenderer(CairoRenderer):
    """Draws each frame as Manim does, and hands it on without a copy.

    Attributes:
        on_played: Told after each animation: how many there were, and the seconds of all.
        limit_seconds: How long a scene may be.
    """

    on_played: ClassVar[Callable[[int, float], None]]
    limit_seconds: ClassVar[float] = math.inf
    camera: Any  # some cameras of Manim's have no fixed size or rate, in its types

    def __init__(self, camera_class: type[Camera] | None = None, **options: Any) -> None:
        options["file_writer_class"] = SceneFiles
        super().__init__(camera_class=camera_class, **options)
        self._largest_kib = _most_memory_kib()
        self._duration = DurationLimit(self.limit_seconds)

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play an animation, and clear up after it where it has left much."""
        super().play(scene, *args, **kwargs)
        type(self).on_played(self.num_plays, self._duration.shown_seconds(self))
        if not gc.isenabled() and _most_memory_kib() - self._largest_kib > _GARBAGE_KIB:
            gc.collect()
            self._largest_kib = _most_memory_kib()

    def save_static_frame_data(self, scene: Scene, static_mobjects: "Iterable[Mobject]") -> Any:
        """Draw what stands while an animation plays, if that is not too long."""
        self._duration.check_ahead(self, scene)
        return super().save_static_frame_data(scene, static_mobjects)

    def render(
        self,
        scene: Scene,
        time: float,  # noqa: ARG002 - named so by Manim
        moving_mobjects: "Iterable[Mobject] | None" = None,
    ) -> None:
        """Draw a frame, and add it."""
        self._duration.check(self)
        with CLOCK.measuring("draw"):
            self.update_frame(scene, moving_mobjects)
        self.add_frame(self.camera.pixel_array)

    def freeze_current_frame(self, duration: float) -> None:
        """Add the frame that is drawn, for a while."""
        frame_count = int(duration / (1 / self.camera.frame_rate))  # as Manim rounds it
        self.add_frame(self.camera.pixel_array, num_frames=frame_count)


def render_frames(on_played: Callable[[int, float], None], limit_seconds: float = math.inf) -> None:
    """Make every scene of this process one that is rendered so, and leave garbage lying.

    Args:
        on_played: See `FrameRenderer`.
        limit_seconds: How long a scene may be.
    """
    draw_quickly()
    FrameRenderer.limit_seconds = limit_seconds
    FrameRenderer.on_played = staticmethod(on_played)
    setattr(scene_module, "CairoRenderer", FrameRenderer)  # noqa: B010 - not exported
    gc.collect()
    gc.freeze()
    gc.disable()  # Manim makes many objects and few cycles; collecting took a tenth of the time


def _most_memory_kib() -> int:
    """Return the most memory this process ever had, in KiB (on macOS: in bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
