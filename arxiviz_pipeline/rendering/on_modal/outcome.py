"""What passes between this machine, the function on Modal and the sandbox it makes."""

from dataclasses import dataclass
from typing import Final, Literal

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.child_answers import believed_answer

FOLDER: Final = "/tmp/arxiviz"  # noqa: S108 - a sandbox's own, which nobody shares
"""Where in a sandbox the job lies, and what comes of it."""

CORES: Final = (1.0, 4.0)
"""Physical cores that a sandbox asks for, and may use."""

MEMORY_MIB: Final = (1024, 6144)
"""Memory that a sandbox asks for, and may use; a scene may use less, and is told so itself."""


@dataclass(slots=True)
class SandboxOutcome:
    """How a sandbox ended.

    Attributes:
        ended: Whether the stage in it came to its end, and if not, why. `fault` is Modal's, before
            the scene began; `lost` may be, or the scene's.
        message: Of a crash, a fault, or how it was lost.
        answer: What the stage has left: JSON, of which nothing was read.
        movie: As well: a movie, perhaps; empty if there is none.
        seconds: How long there was a sandbox.
    """

    ended: Literal["done", "timeout", "memory", "crash", "too_large", "lost", "fault"]
    message: str = ""
    answer: bytes = b""
    movie: bytes = b""
    seconds: float = 0.0


def believed_outcome(told: object) -> SandboxOutcome:
    """Return what the function has told.

    Raises:
        RenderError: Of kind `unavailable`, if it is nothing that this version's function tells.
    """
    outcome = believed_answer(told, SandboxOutcome)
    if outcome is None:
        message = "The function on Modal answers nothing that this version understands."
        raise RenderError(kind="unavailable", message=message)
    return outcome
