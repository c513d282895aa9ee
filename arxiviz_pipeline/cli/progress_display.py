"""Shows a paper's run while it is under way: which step, how many scenes, which are rendering."""

from collections.abc import Sequence
from threading import Event
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from arxiviz_pipeline.cli.fetching import tell_document
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.catalog import PAPERS, SCENE_SCRIPTS, STEP_TITLES, VIDEOS
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Attempt,
    PaperDocument,
    RenderProgress,
    SceneScript,
    Video,
)
from arxiviz_pipeline.domain.ports import PaperSource
from arxiviz_pipeline.domain.production import interrupted
from arxiviz_pipeline.domain.repairs import describe_attempt, repairs_of
from arxiviz_pipeline.rendering.child_answers import clean_message


class ProgressDisplay:
    """A progress bar on a terminal, one line an event elsewhere; a `ProgressListener`."""

    def __init__(self, name: str, console: Console, stop: Event) -> None:
        """Show the progress of something with this name.

        Args:
            name: Of the paper.
            console: Where to.
            stop: Once it is set, the next step ends the run.
        """
        self._name = name
        self._stop = stop
        self._console = console
        self._rendering: dict[str, str] = {}
        self._progress = Progress(
            TextColumn("{task.fields[paper]}", style="bold", markup=False),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", style="dim", markup=False),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("Starting", total=None, paper=name, now="")

    def __enter__(self) -> Self:
        """Start to draw."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        self._progress.stop()

    def step(self, title: str, now: str = "") -> None:
        """Say what the run is doing, and with what.

        Raises:
            RenderError: Of kind `cancelled`, if the run is to stop.
        """
        if self._stop.is_set():
            raise interrupted()
        task = self._progress.tasks[0]
        if task.description != title:
            self._say(title)
        self._progress.update(self._task, description=title, now=now)

    def scripts_planned(self, scene_count: int) -> None:
        """Start to count scripts."""
        self.step(STEP_TITLES[SCENE_SCRIPTS])
        self._progress.update(self._task, total=scene_count, completed=0)

    def script_finished(self, script: SceneScript) -> None:
        """Count the script, and name what it is about."""
        self.step(STEP_TITLES[SCENE_SCRIPTS], script.concept)
        self._progress.update(self._task, advance=1)
        self._say(f"wrote {script.concept} ({script.concept_type}, {script.origin})")
        self._tell(script, script.attempts)

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        """Start to count scenes."""
        self.step(STEP_TITLES[VIDEOS])
        self._progress.update(self._task, total=len(scripts), completed=0)

    def scene_started(self, script: SceneScript) -> None:
        """Name the scene among those that are rendering."""
        self._rendering[script.id] = script.concept
        self._show_rendering()

    def scene_progressed(self, script: SceneScript, progress: RenderProgress) -> None:
        """Say how far the scene is."""
        self._rendering[script.id] = f"{script.concept} {describe_progress(progress)}"
        self._show_rendering()

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        """Count the scene, and say what came of it."""
        self._rendering.pop(script.id, None)
        self._progress.update(self._task, advance=1)
        self._show_rendering()
        if video.error is None:
            self._say(f"rendered {script.concept} ({video.duration_seconds:.0f} s of video)")
        else:
            label = f"{self._name} failed {script.concept}:"
            message = f"{video.error.kind}: {video.error.message}"
            self._console.print(labelled(label, "red", message))
            for told in filter(None, (video.error.excerpt, video.error.remedy)):
                self._console.print(clean_message(told), style="dim", markup=False)
        self._tell(script, repairs_of(script, video))

    def document_found(self, document: PaperDocument) -> None:
        """Say which format is read, and why none of the better ones is."""
        tell_document(self._name, document, self._console)

    def _show_rendering(self) -> None:
        self._progress.update(self._task, now=", ".join(self._rendering.values()))

    def _tell(self, script: SceneScript, attempts: Sequence[Attempt]) -> None:
        for attempt in attempts:
            label = f"{self._name} {script.concept}:"
            self._console.print(labelled(label, "yellow", describe_attempt(attempt)))

    def _say(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(f"{self._name} {text}", markup=False)


def describe_progress(progress: RenderProgress) -> str:
    """Say how far a render is: `(12 of 40 animations)`, or `(12 animations, 8 s)`."""
    done, total = progress.animations_done, progress.animations_total
    if total is None:
        return f"({done} animations, {progress.seconds:.0f} s)"
    return f"({done} of {total} animations)"


class WatchedSource:
    """A paper source that says when it is asked."""

    def __init__(self, source: PaperSource, display: ProgressDisplay) -> None:
        self._source = source
        self._display = display

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Fetch the paper."""
        self._display.step(STEP_TITLES[PAPERS])
        document = self._source.fetch(arxiv_id)
        self._display.document_found(document)
        return document
