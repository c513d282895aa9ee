"""Manim's renderer for rehearsals: of each animation it draws three frames, and writes none.

Animations begin, end and clean up as ever. Between, they are asked for the frames a viewer would
see first, halfway and last; for all of them only where time is told to updaters or asked by a
condition, since what these do may add up.
"""

import math
from collections.abc import Iterable
from time import thread_time
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

import numpy as np
from manim import Camera, Scene, config
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene import scene as scene_module
from manim.scene.scene_file_writer import SceneFileWriter
from tqdm import tqdm

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.drawing.duration_limit import DurationLimit

if TYPE_CHECKING:
    from manim.mobject.mobject import Mobject

_ENCODING_SECONDS_PER_PIXEL: Final = 2e-9  # of wall time, at the least; processor time: 7.5e-9
_CERTAINTY: Final = 1.5  # so much over the limit is a render that does not end in time
_MOST_STEPS: Final = 20_000


class UnwrittenFiles(SceneFileWriter):
    """Takes frames as the encoder does, and writes no movie.

    Attributes:
        has_pictures: Whether any frame was more than one colour all over.
    """

    has_pictures: bool = False

    def open_partial_movie_stream(self, *, animation_index: int, **_: Any) -> None:
        """Make sure that there is a path, as Manim does."""
        if self.partial_movie_files[animation_index] is None:
            message = "open_partial_movie_stream() called for a skipped play."
            raise RuntimeError(message)

    def close_partial_movie_stream(self) -> None:
        """Do nothing: there is no stream."""

    def write_frame(self, pixels: np.ndarray, *, repeat: int = 1) -> None:
        """Refuse what the encoder refuses."""
        encoder = self.video_encoder
        if encoder is None:
            return
        if repeat <= 0:
            message = "Frame repeat must be a positive integer."
            raise ValueError(message)
        expected_shape = (encoder.height, encoder.width, 4)
        if pixels.shape != expected_shape:
            message = f"Video segment frames must have shape {expected_shape}; got {pixels.shape}."
            raise ValueError(message)
        if pixels.dtype != np.uint8:
            message = f"Video segment frames must use uint8; got {pixels.dtype}."
            raise TypeError(message)
        self.has_pictures = self.has_pictures or bool((pixels != pixels[0, 0]).any())

    def finish(self) -> None:
        """Write subtitles, which may be refused, but no movie."""
        if self.subcaptions:
            self.write_subcaption_file()


class Watcher(Protocol):
    """Looks at a scene while it is rehearsed."""

    def look(self, scene: Scene, start_seconds: float) -> None:
        """Look at the scene as it stands, an animation having started then and ended now."""
        ...


class UndrawnRenderer(CairoRenderer):
    """Plays animations as Manim's renderer does, but for the frames between."""

    watcher: ClassVar[Watcher | None] = None
    render_seconds: ClassVar[float] = math.inf
    limit_seconds: ClassVar[float] = math.inf
    camera: Any  # some cameras of Manim's have no fixed size or rate, in its types

    def __init__(self, camera_class: type[Camera] | None = None, **options: Any) -> None:
        options["file_writer_class"] = UnwrittenFiles
        super().__init__(camera_class=camera_class, **options)
        self._started_at = 0.0
        self._drawn: frozenset[float] = frozenset()
        self._drawing_seconds = 0.0
        self._spent_seconds = 0.0
        self._duration = DurationLimit(self.limit_seconds)

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play an animation, and let the watcher look at its end."""
        self._started_at = self.time
        super().play(scene, *args, **kwargs)
        if self.watcher is not None and not self.skip_animations:
            self.watcher.look(scene, self._started_at)

    def save_static_frame_data(self, scene: Scene, static_mobjects: "Iterable[Mobject]") -> Any:
        """Draw what stands while an animation plays, if that is not too long."""
        self._duration.check_ahead(self, scene)
        return super().save_static_frame_data(scene, static_mobjects)

    def render(
        self, scene: Scene, time: float, moving_mobjects: "Iterable[Mobject] | None" = None
    ) -> None:
        """Draw a frame if it is one of those, and let time pass either way."""
        if time in self._drawn:
            started = thread_time()
            self.update_frame(scene, moving_mobjects)
            if not self.skip_animations:
                self.file_writer.write_frame(self.get_frame())
            self._drawing_seconds = thread_time() - started
        if not self.skip_animations:
            self.time = self._started_at + time + 1 / self.camera.frame_rate
            self._duration.check(self)

    def frame_times(self, scene: Scene, run_time: float, *, all_of_them: bool) -> list[float]:
        """Return the times of an animation at which a frame is asked for."""
        step = 1 / config.frame_rate
        frame_count = max(1, math.ceil(run_time / step))
        self._spend(run_time, self._drawing_seconds)
        chosen = sorted({0, frame_count // 2, frame_count - 1})
        self._drawn = frozenset(index * step for index in chosen)
        if all_of_them or _time_matters(scene):
            stride = math.ceil(frame_count / _MOST_STEPS)
            chosen = sorted({*range(0, frame_count, stride), *chosen})
        return [index * step for index in chosen]

    def _spend(self, seconds: float, drawing_seconds: float) -> None:
        """Count what a render spends on these frames; end the scene where it is too much."""
        if self.skip_animations:
            return
        frame_count = seconds * self.camera.frame_rate
        encoding = self.camera.pixel_width * self.camera.pixel_height * _ENCODING_SECONDS_PER_PIXEL
        self._spent_seconds += frame_count * (encoding + drawing_seconds)
        if self._spent_seconds > self.render_seconds * _CERTAINTY:
            message = (
                f"The scene lasts {self._started_at + seconds:.0f} s at the least; rendering it "
                f"takes longer than the limit of {self.render_seconds:g} s."
            )
            raise RenderError(kind="timeout", message=message)


def rehearse_scenes(watcher: Watcher, render_seconds: float, limit_seconds: float) -> None:
    """Make every scene of this process one that is rehearsed.

    Args:
        watcher: Is shown the scene after each animation.
        render_seconds: How long a render may take.
        limit_seconds: How long a scene may be.
    """
    UndrawnRenderer.limit_seconds = limit_seconds
    UndrawnRenderer.watcher = watcher
    UndrawnRenderer.render_seconds = render_seconds
    setattr(scene_module, "CairoRenderer", UndrawnRenderer)  # noqa: B010 - not exported
    setattr(Scene, "get_time_progression", _time_progression)  # noqa: B010 - types want `self`


def _time_progression(
    scene: Scene,
    run_time: float,
    _description: str,
    n_iterations: int | None = None,
    override_skip_animations: bool = False,
) -> "tqdm[float]":
    """Stand in for `Scene.get_time_progression`, which names every frame."""
    renderer = scene.renderer
    skipped = renderer.skip_animations and not override_skip_animations
    if skipped or not isinstance(renderer, UndrawnRenderer):
        return tqdm([run_time], disable=True)
    asked = n_iterations is not None  # by a condition that may end the wait
    return tqdm(renderer.frame_times(scene, run_time, all_of_them=asked), disable=True)


def _time_matters(scene: Scene) -> bool:
    return bool(scene.updaters) or any(
        mobject.has_time_based_updater() for mobject in scene.get_mobject_family_members()
    )
