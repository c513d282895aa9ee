"""What repairs did to a scene, in words for a person, and how what they tried is told apart."""

import hashlib
from typing import Final

from arxiviz_pipeline.domain.models import Attempt, Remedy, SceneScript, Video

REPAIRS_REVISION: Final = 1
"""Raised when repairs get better: scenes that were repaired before are then repaired anew."""

_DIGEST_LENGTH: Final = 16

_REMEDIES: dict[Remedy, str] = {
    "mends": "mended by rules",
    "llm": "written anew by the LLM",
    "template": "replaced by the template writer's",
    "simple_template": "replaced by a simpler one",
    "title_card": "replaced by a title card",
}


def code_digest(code: str, scene_name: str) -> str:
    """Name a program and the class in it that is rendered."""
    text = f"{scene_name}\n{code}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:_DIGEST_LENGTH]


def repairs_of(script: SceneScript, video: Video) -> tuple[Attempt, ...]:
    """Return what was tried after the script's own render failed; nothing if it did not."""
    if video.repaired_script is None:
        return ()
    return video.repaired_script.attempts[len(script.attempts) :]


def describe_attempt(attempt: Attempt) -> str:
    """Say what failed, what was tried and what came of it."""
    failure = attempt.failure
    place = f" in line {failure.line}" if failure.line else ""
    changes = f" ({'; '.join(attempt.changes)})" if attempt.changes else ""
    end = "" if attempt.passed else ", in vain"
    return f"{failure.kind}{place}: {failure.message} → {_REMEDIES[attempt.remedy]}{changes}{end}"
