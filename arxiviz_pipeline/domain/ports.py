"""What the pipeline needs from the outside world, each with one or more implementations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Paper,
    PaperDocument,
    RenderedScene,
    RenderSettings,
    SceneScript,
    Section,
    Video,
)


class PaperSource(Protocol):
    """Where papers come from: `ingest.arxiv.client`, `ingest.saved_papers`."""

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Fetch a paper's metadata and the best document there is of it.

        Raises:
            PaperSourceError: As its subclasses tell.
        """
        ...


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as a scene draws it.

    Attributes:
        parts: LaTeX pieces, which Manim joins with spaces and can move one by one.
    """

    parts: tuple[str, ...]

    @property
    def tex(self) -> str:
        """The whole formula."""
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class TypesetFormula:
    """What LaTeX makes of a formula.

    Attributes:
        width: In Manim units at font size 48; None if LaTeX refuses the formula.
        height: As width.
        error: TeX's own message, or None if the formula compiles.
    """

    width: float | None
    height: float | None
    error: str | None


class Typesetter(Protocol):
    """The renderer's LaTeX: `rendering.tex`."""

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        """Compile each formula as Manim's MathTex would, and measure it.

        Returns:
            One answer per formula, in their order; a formula that fails never harms another.
        """
        ...


class SceneWriter(Protocol):
    """Writes scene scripts: `scenes.template_writer`."""

    def write(self, paper: Paper, section: Section) -> SceneScript:
        """Write the script of one section's scene."""
        ...


class Renderer(Protocol):
    """Makes a video of a scene script: `rendering.local_renderer`."""

    @property
    def version(self) -> str:
        """What made a video, down to what decides its pixels: `local-manim-0.22.0-1`."""
        ...

    @property
    def max_concurrency(self) -> int:
        """How many renders are of use at once."""
        ...

    def render(
        self, script: SceneScript, settings: RenderSettings, cancelled: Event | None = None
    ) -> RenderedScene:
        """Render one scene.

        Args:
            script: What to render.
            settings: How.
            cancelled: Once it is set, the render is to end at once.

        Raises:
            RenderError: With its kind, message and, where known, the script's line.
        """
        ...

    def check(self) -> None:
        """Make sure the renderer can work at all.

        Raises:
            RenderError: Of kind `unavailable`, with what is missing and how to mend it.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object without its content."""

    key: str
    size_bytes: int
    content_type: str


class ObjectStore(Protocol):
    """Keeps bytes under keys: `storage.folder_store`, `storage.s3_store`.

    A key is a relative path with `/`; a put is atomic: readers see the old content or the new.
    Every method raises StorageUnavailableError if the store does not work.
    """

    def put(
        self, key: str, content: bytes, *, content_type: str, immutable: bool = False
    ) -> StoredObject:
        """Store an object; immutable ones may be cached by anybody for a year."""
        ...

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            ObjectNotFoundError: If there is none.
        """
        ...

    def head(self, key: str) -> StoredObject | None:
        """Describe an object, or return None if there is none."""
        ...

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose key starts with this prefix, in key order."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        ...

    def url(self, key: str) -> str | None:
        """Return an address that browsers can read the object at, or None if there is none."""
        ...

    def path(self, key: str) -> Path | None:
        """Return the object's file on this machine, or None if it is not one."""
        ...

    def check(self) -> None:
        """Make sure the store can be written and read.

        Raises:
            StorageUnavailableError: With what is wrong and how to mend it.
        """
        ...


class VideoLibrary(Protocol):
    """Keeps finished videos under their ids: `storage.video_library`."""

    def find(self, video_id: str) -> Video | None:
        """Return a finished video, or None if there is none of this id."""
        ...

    def add(self, video: Video, rendered: RenderedScene) -> Video:
        """Keep a rendered scene, and return its video as complete."""
        ...


class ProgressListener(Protocol):
    """Hears of a paper's scenes while they are rendered, always in the thread of the caller."""

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        """The scenes are known and will be rendered."""
        ...

    def scene_started(self, script: SceneScript) -> None:
        """A scene's render starts."""
        ...

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        """A scene's render ended, well or badly."""
        ...
