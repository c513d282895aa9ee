"""What the pipeline needs from the outside world, each with one or more implementations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal, Protocol

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Paper,
    PaperDocument,
    Rehearsal,
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
    VideoError,
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
        environment: What stands around them: `align*` for MathTex, `center` for Tex, None for
            nothing.
        separator: What Manim joins them with instead.
        isolated: Texts in them that can be moved one by one as well.
        is_marked: Whether its parts can be moved at all; SingleStringMathTex has none.
    """

    parts: tuple[str, ...]
    environment: str | None = "align*"
    separator: str | None = None
    isolated: tuple[str, ...] = ()
    is_marked: bool = True

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
    """The renderer's LaTeX: `rendering.tex.typesetter`."""

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        """Compile each formula as Manim's MathTex would, and measure it.

        Returns:
            One answer per formula, in their order; a formula that fails never harms another.
        """
        ...


class Rehearser(Protocol):
    """Runs scripts without drawing them: `rendering.rehearsal`."""

    def rehearse(
        self, scripts: Sequence[SceneScript], cancelled: Event | None = None
    ) -> Iterator[Rehearsal]:
        """Run each script's `construct` to its end, and look at what stands on the frame.

        Yields:
            One answer per script, in their order, as they come; a script that fails never harms
            another.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        ...


@dataclass(frozen=True, slots=True)
class ManimName:
    """A name that `from manim import *` brings.

    Attributes:
        parameters: Of a call, in order, without `self`; None where they cannot be told.
        takes_any_keyword: Whether a call passes unknown keywords on, or swallows them.
        attributes: What a class or module has.
        bases: A class's ancestors, nearest first, by name.
    """

    kind: Literal["class", "function", "module", "constant"]
    parameters: tuple[str, ...] | None = None
    takes_any_keyword: bool = True
    attributes: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ManimApi:
    """What the renderer's Manim offers to a script: `rendering.manim_api`."""

    version: str
    names: Mapping[str, ManimName]


class ScriptMaker(Protocol):
    """Makes the scripts of a paper, checked and mended: `scenes.script_desk`."""

    def make_scripts(
        self,
        paper: Paper,
        sections: Sequence[Section],
        submitted: Sequence[SubmittedScene] = (),
        listener: "ProgressListener | None" = None,
        cancelled: Event | None = None,
    ) -> list[SceneScript]:
        """Make a script for each section worth a video, and of each that was submitted.

        A section with submitted scripts gets these alone. Every script has passed the gates, if
        need be after repairs, which it tells of.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
        """
        ...

    def repair(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: VideoError,
        cancelled: Event | None = None,
        renders_failed: int = 1,
    ) -> SceneScript | None:
        """Make another script of a scene whose script passed the gates and failed to render.

        Returns:
            One that has passed the gates, with one attempt more; None if there is nothing left
            to try.
        """
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
        self,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> RenderedScene:
        """Render one scene.

        Args:
            script: What to render.
            settings: How.
            cancelled: Once it is set, the render is to end at once.
            on_progress: Hears now and then how far it is, in the thread of the caller.

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

    def add(self, video: Video, script: SceneScript, rendered: RenderedScene) -> Video:
        """Keep a rendered scene with its script, and return its video as complete."""
        ...

    def find_repair(self, video_id: str) -> SceneScript | None:
        """Return the script that replaced the one this video was to be made from, or None."""
        ...

    def keep_repair(self, video_id: str, script: SceneScript) -> None:
        """Remember which script gave a video, in place of the one that did not."""
        ...


class Locks(Protocol):
    """What one alone may be at: `storage.folder_locks`, `storage.postgres_locks`."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Keep all others who want this name out until the block ends.

        Args:
            name: Letters, digits, dots, `-` and `_`, as `ArxivId.slug` has them.

        Raises:
            StorageUnavailableError: If others do not let go of it in time, or no lock can be had.
        """
        ...


class SubmissionShelf(Protocol):
    """Keeps the scenes that people hand in: `storage.submissions`."""

    def read(self, arxiv_id: ArxivId) -> list[SubmittedScene]:
        """Return what is in force for a paper; empty if nothing was handed in."""
        ...


class ProgressListener(Protocol):
    """Hears of a paper's scenes while they are made, always in the thread of the caller."""

    def scripts_planned(self, scene_count: int) -> None:
        """So many scripts will be written."""
        ...

    def script_finished(self, script: SceneScript) -> None:
        """A script is done: written, checked and, where needed, mended."""
        ...

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        """The scenes are known and will be rendered."""
        ...

    def scene_started(self, script: SceneScript) -> None:
        """A scene's render starts."""
        ...

    def scene_progressed(self, script: SceneScript, progress: RenderProgress) -> None:
        """A scene's render has come further."""
        ...

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        """A scene's render ended, well or badly."""
        ...
