"""Makes of a movie that a scene has left, wherever it was played, what a renderer gives back."""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from threading import Event

from arxiviz_pipeline.domain.captions import cues_to_webvtt, storyboard_to_webvtt
from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import QUALITIES, RenderedScene, RenderSettings, SceneScript
from arxiviz_pipeline.rendering.child_answers import believed_names, clean_message
from arxiviz_pipeline.rendering.jobs import Answer
from arxiviz_pipeline.rendering.media import MovieReader

_MOST_CAPTIONS = 1000
_MOST_NOTICES = 20


def finish_scene(
    movies: MovieReader,
    movie: Path,
    told: Answer,
    script: SceneScript,
    settings: RenderSettings,
    cancelled: Event | None = None,
) -> tuple[RenderedScene, Mapping[str, float]]:
    """Look into a movie, and believe of what the scene tells what can be believed.

    Args:
        movies: Who looks.
        movie: The movie, which may be any bytes.
        told: What the scene has told of it.
        script: What was played.
        settings: How it was played.
        cancelled: Once it is set, the look ends.

    Returns:
        The scene, whose `render_seconds` are yet to be told, and what its parts took, in seconds
        of processor time.

    Raises:
        RenderError: Of kind `no_frames`, if it does not play or has another size; `no_scene`, if
            it is left to the script which scene it is, and it tells none; `cancelled`.
    """
    scene_name = _scene_name(told, script)
    finished = movies.finish(movie, told.fullest_frame, cancelled)
    facts = finished.facts
    expected = QUALITIES[settings.quality]
    if (facts.width, facts.height) != (expected.width, expected.height):
        message = (
            f"The movie is {facts.width} by {facts.height} pixels, "
            f"not {expected.width} by {expected.height}: the script changed Manim's config."
        )
        raise RenderError(kind="no_frames", message=message)
    others = believed_names(told.other_scenes)
    rendered = RenderedScene(
        mp4=finished.mp4,
        poster=finished.poster,
        captions=_captions(told, script, facts.duration_seconds),
        scene_name=scene_name,
        duration_seconds=facts.duration_seconds,
        width=facts.width,
        height=facts.height,
        frame_rate=facts.frame_rate,
        render_seconds=0.0,
        notices=tuple(map(clean_message, told.notices[:_MOST_NOTICES])),
        other_scenes=tuple(name for name in others if name != scene_name),
    )
    return rendered, {**told.cpu_seconds, "media": facts.cpu_seconds}


def _scene_name(told: Answer, script: SceneScript) -> str:
    """Return which scene was rendered.

    Raises:
        RenderError: Of kind `no_scene`, if that was left to the script, and is not believable.
    """
    for name in (script.scene_name, *believed_names([told.scene_name])):
        if name:
            return name
    message = "The script tells no name that its scene can have."
    raise RenderError(kind="no_scene", message=message)


def _captions(told: Answer, script: SceneScript, duration_seconds: float) -> str:
    """Return the captions that the script has added itself, or else its storyboard's."""
    own = [
        (each.start_seconds, each.end_seconds, clean_message(each.text))
        for each in told.captions[:_MOST_CAPTIONS]
        if isfinite(each.start_seconds) and isfinite(each.end_seconds)
    ]
    if own:
        return cues_to_webvtt(own, duration_seconds)
    return storyboard_to_webvtt(script.storyboard, duration_seconds)
