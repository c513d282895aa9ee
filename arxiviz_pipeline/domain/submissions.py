"""Scenes that somebody hands in for a paper's sections: what is refused, how they are called."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import Final

from arxiviz_pipeline.domain.errors import NothingSubmittedError, SubmissionError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SceneScript, Section, SubmittedScene

MOST_SCENES: Final = 100
MOST_CODE_BYTES: Final = 200_000

_DIGEST_LENGTH = 12


def submitted_scene_id(scene: SubmittedScene) -> str:
    """Name a submitted scene: another name for other code, and the same from run to run."""
    parts = (scene.section_id, scene.scene_name or "", scene.manim_code)
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"submitted-{hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]}"


def submitted_script(scene: SubmittedScene, scene_name: str) -> SceneScript:
    """Make a scene script of a submitted scene; no gate has seen it.

    Args:
        scene: What was handed in.
        scene_name: The class to render, or an empty name, as `choose_scene` tells it.
    """
    return SceneScript(
        id=submitted_scene_id(scene),
        section_id=scene.section_id,
        concept=scene.concept or scene_name,
        storyboard=scene.storyboard,
        manim_code=scene.manim_code,
        scene_name=scene_name,
        origin="submitted",
        checks=(),
    )


def submissions_version(scenes: Sequence[SubmittedScene]) -> str:
    """Name a state of a paper's submissions: equal content has an equal version."""
    return hashlib.sha256(repr(list(scenes)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def check_submission(scenes: Sequence[SubmittedScene], sections: Iterable[Section]) -> None:
    """Make sure that scenes can be taken for a paper with these sections.

    Raises:
        SubmissionError: If there are none or too many, if one is empty, too large, there twice,
            or for a section that the paper does not have.
    """
    if not scenes:
        message = "There is no scene in the submission."
        raise SubmissionError(message)
    if len(scenes) > MOST_SCENES:
        message = f"The submission has {len(scenes)} scenes; at most {MOST_SCENES} are taken."
        raise SubmissionError(message)
    titles = {section.id: section.title for section in sections}
    seen: dict[str, int] = {}
    for number, scene in enumerate(scenes, start=1):
        if scene.section_id not in titles:
            message = (
                f"Scene {number} is for section {scene.section_id!r}, which the paper does not "
                f"have. Its sections: {', '.join(titles) or 'none'}."
            )
            raise SubmissionError(message, section_ids=tuple(titles))
        _check_code(number, scene.manim_code)
        _check_words(number, scene)
        before = seen.setdefault(submitted_scene_id(scene), number)
        if before != number:
            message = f"Scene {number} is the same as scene {before}."
            raise SubmissionError(message)


def _check_code(number: int, code: str) -> None:
    if not code.strip():
        message = f"Scene {number} has no code."
        raise SubmissionError(message)
    size_bytes = len(code.encode("utf-8", "surrogatepass"))
    if size_bytes > MOST_CODE_BYTES:
        message = (
            f"The code of scene {number} has {size_bytes} bytes; "
            f"at most {MOST_CODE_BYTES} are taken."
        )
        raise SubmissionError(message)


def _check_words(number: int, scene: SubmittedScene) -> None:
    if not scene.concept.strip():
        message = f"Scene {number} does not say what it is about: its concept is empty."
        raise SubmissionError(message)
    for beat in scene.storyboard:
        if not 0 < beat.seconds < math.inf:
            message = f"A beat of scene {number} lasts {beat.seconds} seconds."
            raise SubmissionError(message)


def choose_withdrawn(
    arxiv_id: ArxivId, handed_in: Sequence[SubmittedScene], section_id: str | None
) -> list[SubmittedScene]:
    """Return what is to be taken back: the scenes of one section, or of all.

    Raises:
        NothingSubmittedError: If that is none.
    """
    chosen = [scene for scene in handed_in if section_id in (None, scene.section_id)]
    if chosen:
        return chosen
    if not handed_in:
        message = f"No scene is handed in for {arxiv_id}."
        raise NothingSubmittedError(message)
    sections = ", ".join(dict.fromkeys(scene.section_id for scene in handed_in))
    message = (
        f"No scene is handed in for section {section_id!r} of {arxiv_id}; "
        f"there are for: {sections}."
    )
    raise NothingSubmittedError(message)


def replace_submitted(
    before: Iterable[SubmittedScene], scenes: Sequence[SubmittedScene]
) -> list[SubmittedScene]:
    """Take scenes in; those that were handed in for the same sections before them go."""
    sections = {scene.section_id for scene in scenes}
    return [scene for scene in before if scene.section_id not in sections] + list(scenes)
