"""Makes a paper's videos: scenes side by side, each alone in its failure, finished ones reused.

A script that fails to render is repaired and rendered again. What replaced it is remembered, so
that the next run does not render the failing one.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.advice import excerpt_around, remedy_for
from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Quality,
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener, Renderer, VideoLibrary
from arxiviz_pipeline.domain.video_ids import video_id

log = logging.getLogger(__name__)

MOST_REPAIRS: Final = 4
"""How often another script of one scene is rendered."""

Repair = Callable[[SceneScript, VideoError, int, Event], SceneScript | None]
"""Makes another script of one that failed to render; the number counts its scene's failures.

Called by several threads at once.
"""

OnProgress = Callable[[RenderProgress], None]


def interrupted() -> RenderError:
    """Return the error of a run that somebody ended."""
    message = "The run was interrupted; ask for it again to go on from what was rendered."
    return RenderError("cancelled", message)


@dataclass(frozen=True, slots=True)
class Studio:
    """What videos are made with.

    Attributes:
        settings: How scenes are rendered where nothing else is asked for.
        concurrency: Renders at once, bounded by what is of use to the renderer.
        cancelled: Once it is set, renders end and no more start; without it, nobody can set it.
    """

    renderer: Renderer
    library: VideoLibrary
    settings: RenderSettings
    concurrency: int
    cancelled: Event | None = None

    def make_videos(
        self,
        arxiv_id: ArxivId,
        scripts: Sequence[SceneScript],
        listener: ProgressListener,
        *,
        quality: Quality | None = None,
        anew: frozenset[str] | None = frozenset(),
        repair: Repair | None = None,
    ) -> list[Video]:
        """Render each scene that has no finished video yet.

        A scene that fails costs its own video alone. A renderer or a store that does not work
        at all ends everything; what was finished stays in the library.

        Args:
            arxiv_id: The paper the scenes belong to.
            scripts: Its scenes.
            listener: Hears of each scene.
            quality: Instead of that of the studio's settings.
            anew: Ids of scenes to render even if they have a finished video; None means all.
            repair: Asked for another script where one fails, until one gives a video.

        Returns:
            One video per script, complete or failed, in their order.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
            StorageError: If a video cannot be kept.
        """
        listener.scenes_planned(scripts)
        settings = replace(self.settings, quality=quality or self.settings.quality)
        return _Production(self, arxiv_id, settings, anew, repair).run(scripts, listener)


@dataclass(frozen=True, slots=True)
class _Started:
    index: int


@dataclass(frozen=True, slots=True)
class _Progressed:
    index: int
    progress: RenderProgress


@dataclass(frozen=True, slots=True)
class _Finished:
    index: int
    video: Video


@dataclass(frozen=True, slots=True)
class _Broken:
    error: BaseException


class _Production:
    """One call of `make_videos`: workers render and report, the caller's thread listens."""

    def __init__(
        self,
        studio: Studio,
        arxiv_id: ArxivId,
        settings: RenderSettings,
        anew: frozenset[str] | None,
        repair: Repair | None,
    ) -> None:
        self._studio = studio
        self._arxiv_id = arxiv_id
        self._settings = settings
        self._anew = anew
        self._repair = repair
        self._reports: SimpleQueue[_Started | _Progressed | _Finished | _Broken] = SimpleQueue()
        self._cancelled = studio.cancelled or Event()

    def run(self, scripts: Sequence[SceneScript], listener: ProgressListener) -> list[Video]:
        workers = max(1, min(self._studio.concurrency, self._studio.renderer.max_concurrency))
        with ThreadPoolExecutor(workers, thread_name_prefix="render") as pool:
            try:
                for index, script in enumerate(scripts):
                    pool.submit(self._report_on, index, script)
                return self._listen(scripts, listener)
            except BaseException:
                # An interrupt, or a fault that will not pass: end what is running, start no more.
                self._cancelled.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _listen(self, scripts: Sequence[SceneScript], listener: ProgressListener) -> list[Video]:
        videos: dict[int, Video] = {}
        while len(videos) < len(scripts):
            match self._reports.get():
                case _Started(index):
                    listener.scene_started(scripts[index])
                case _Progressed(index, progress):
                    listener.scene_progressed(scripts[index], progress)
                case _Finished(index, video):
                    videos[index] = video
                    listener.scene_finished(scripts[index], video)
                case _Broken(error):
                    raise error
        return [videos[index] for index in range(len(scripts))]

    def _report_on(self, index: int, script: SceneScript) -> None:
        self._reports.put(_Started(index))
        try:
            video = self._make(script, lambda far: self._reports.put(_Progressed(index, far)))
            self._reports.put(_Finished(index, video))
        except BaseException as error:  # noqa: BLE001 - raised again by the listening thread
            self._reports.put(_Broken(error))

    def _make(self, script: SceneScript, on_progress: OnProgress) -> Video:
        planned = self._plan(script)
        if self._anew is None or script.id in self._anew:
            return self._render(planned, script, on_progress, anew=True)
        finished = self._finished(planned)
        if finished is not None:
            return finished
        repaired = self._studio.library.find_repair(planned.id)
        if repaired is None:
            return self._render(planned, script, on_progress)
        finished = self._finished(self._plan(repaired), repaired)
        return finished or self._render(planned, repaired, on_progress)

    def _plan(self, script: SceneScript) -> Video:
        quality, version = self._settings.quality, self._studio.renderer.version
        return Video(
            id=video_id(self._arxiv_id, script, quality, version),
            section_id=script.section_id,
            scene_id=script.id,
            concept=script.concept,
            status="pending",
            quality=quality,
            renderer=version,
        )

    def _finished(self, planned: Video, repaired: SceneScript | None = None) -> Video | None:
        finished = self._studio.library.find(planned.id)
        if finished is None:
            return None
        return replace(
            finished,
            section_id=planned.section_id,
            concept=planned.concept,
            repaired_script=repaired,
        )

    def _render(
        self, planned: Video, script: SceneScript, on_progress: OnProgress, *, anew: bool = False
    ) -> Video:
        """Render a script, or what it is repaired to; `planned` is of the scene's own script."""
        failures: list[VideoError] = []
        costs: list[float] = []
        tried: set[str] = set()
        candidate: SceneScript | None = script
        while candidate is not None and (video := self._plan(candidate)).id not in tried:
            tried.add(video.id)
            finished = self._finished(video, candidate) if failures and not anew else None
            if finished is not None:
                self._studio.library.keep_repair(planned.id, candidate)
                return finished
            try:
                rendered = self._studio.renderer.render(
                    candidate, self._settings, self._cancelled, on_progress
                )
            except RenderError as error:
                failures.append(_failure(error, candidate))
                costs += [] if error.cost_usd is None else [error.cost_usd]
                log.warning("scene %s failed (%s): %s", script.id, error.kind, error.message)
                if len(failures) > MOST_REPAIRS:
                    break
                candidate = self._repaired(candidate, failures[-1], len(failures))
            else:
                if rendered.cost_usd is not None:
                    rendered = replace(rendered, cost_usd=sum(costs, rendered.cost_usd))
                return self._keep(planned, video, candidate, rendered)
        spent = sum(costs) if costs else None
        return replace(planned, status="failed", error=failures[0], render_cost_usd=spent)

    def _repaired(self, script: SceneScript, failure: VideoError, count: int) -> SceneScript | None:
        if self._repair is None:
            return None
        try:
            return self._repair(script, failure, count, self._cancelled)
        except RenderError as error:
            _failure(error, script)
            return None

    def _keep(
        self, planned: Video, video: Video, script: SceneScript, rendered: RenderedScene
    ) -> Video:
        library = self._studio.library
        if video.id == planned.id:
            return library.add(planned, script, rendered)
        kept = library.add(replace(video, repaired_script=script), script, rendered)
        library.keep_repair(planned.id, script)
        return kept


def _failure(error: RenderError, script: SceneScript) -> VideoError:
    """Describe what one scene failed by; what concerns all of them is raised."""
    if error.kind == "unavailable":
        raise error
    if error.kind == "cancelled":
        raise interrupted() from error
    return VideoError(
        error.kind,
        error.message,
        error.line,
        excerpt_around(script.manim_code, error.line),
        remedy_for(error.kind, error.message),
    )
