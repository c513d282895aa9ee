"""What the renderer and its confined processes tell each other, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from arxiviz_pipeline.domain.models import LayoutFindingKind, Severity

SCRIPT_NAME: Final = "scene.py"
"""What a script is called where it runs."""

SCRIPT_MODULE: Final = "scene_script"
"""The module that it becomes."""


@dataclass(frozen=True, slots=True)
class SceneJob:
    """A scene to render or to rehearse.

    Attributes:
        drawings: SVGs of formulas that the script spells out, by the names Manim gives them.
        timeout_seconds: Wall time it may take.
        limit_seconds: How long the scene may be.
        asset_names: Files that it may use.
        asset_handle: Where it has them, packed; see `assets`.
        scene_name: Empty leaves it to the script.
    """

    code: str
    scene_name: str
    width: int
    height: int
    frame_rate: int
    drawings: Mapping[str, str]
    timeout_seconds: float
    limit_seconds: float
    asset_names: Sequence[str] = ()
    asset_handle: int | None = None


@dataclass(frozen=True, slots=True)
class SpokenCaption:
    """What a script has added as a subcaption."""

    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Played:
    """How far a render has come: what it says on the way.

    Attributes:
        animations_played: Calls of `play` and `wait`.
        seconds: Of the movie.
    """

    animations_played: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """That a movie was written, or why not.

    Attributes:
        fullest_frame: The number of a frame with much drawn.
        captions: The script's own.
        cpu_seconds: What it took of processor time; see `CpuClock.told`.
        notices: What is not as the script asks for; see `domain.models.RenderedScene`.
        scene_name: Which scene it was.
        other_scenes: Those that it might have been.
    """

    kind: str | None = None
    message: str = ""
    line: int | None = None
    fullest_frame: int | None = None
    captions: tuple[SpokenCaption, ...] = ()
    notices: tuple[str, ...] = ()
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)
    scene_name: str = ""
    other_scenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovieFacts:
    """What a movie turned out to be, or why it is none to be served."""

    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    frame_count: int = 0
    duration_seconds: float = 0.0
    error: str | None = None
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LayoutNote:
    """A finding of the layout audit; see `domain.models.Finding`."""

    kind: LayoutFindingKind
    message: str
    severity: Severity = "error"
    line: int | None = None
    at_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RehearsalAnswer:
    """What a rehearsal has shown; see `domain.models.Rehearsal`. No kind: nothing failed."""

    kind: str | None = None
    message: str = ""
    line: int | None = None
    layout: tuple[LayoutNote, ...] = ()
    duration_seconds: float = 0.0
    animation_count: int = 0
    is_blank: bool = False
    scene_name: str = ""
