"""What passes between this machine, the function on Modal and the sandbox it makes."""

from dataclasses import dataclass
from typing import Final, Literal

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
        ended: Whether the stage in it came to its end, and if not, why; `fault` is Modal's.
        message: Of a crash or a fault.
        answer: What the stage has left: JSON, of which nothing was read.
        movie: As well: a movie, perhaps; empty if there is none.
        seconds: How long there was a sandbox.
    """

    ended: Literal["done", "timeout", "memory", "crash", "too_large", "fault"]
    message: str = ""
    answer: bytes = b""
    movie: bytes = b""
    seconds: float = 0.0
