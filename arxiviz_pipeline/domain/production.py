"""Makes a paper's videos: scenes side by side, each alone in its failure, finished ones reused."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Event

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Quality,
    RenderSettings,
    SceneScript,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener, Renderer, VideoLibrary
from arxiviz_pipeline.domain.video_ids import video_id


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

        Returns:
            One video per script, complete or failed, in their order.

        Raises:
            RenderError: Of kind `unavailable` or `cancelled`.
            StorageError: If a video cannot be kept.
        """
        listener.scenes_planned(scripts)
        settings = replace(self.settings, quality=quality or self.settings.quality)
        return _Production(self, arxiv_id, settings, anew).run(scripts, listener)


@dataclass(frozen=True, slots=True)
class _Started:
    index: int


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
    ) -> None:
        self._studio = studio
        self._arxiv_id = arxiv_id
        self._settings = settings
        self._anew = anew
        self._reports: SimpleQueue[_Started | _Finished | _Broken] = SimpleQueue()
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
                case _Finished(index, video):
                    videos[index] = video
                    listener.scene_finished(scripts[index], video)
                case _Broken(error):
                    raise error
        return [videos[index] for index in range(len(scripts))]

    def _report_on(self, index: int, script: SceneScript) -> None:
        self._reports.put(_Started(index))
        try:
            self._reports.put(_Finished(index, self._make(script)))
        except BaseException as error:  # noqa: BLE001 - raised again by the listening thread
            self._reports.put(_Broken(error))

    def _make(self, script: SceneScript) -> Video:
        renderer = self._studio.renderer
        quality = self._settings.quality
        planned = Video(
            id=video_id(self._arxiv_id, script, quality, renderer.version),
            section_id=script.section_id,
            scene_id=script.id,
            concept=script.concept,
            status="pending",
            quality=quality,
            renderer=renderer.version,
        )
        if self._anew is not None and script.id not in self._anew:
            finished = self._studio.library.find(planned.id)
            if finished is not None:
                return finished
        try:
            rendered = renderer.render(script, self._settings, self._cancelled)
        except RenderError as error:
            if error.kind == "unavailable":
                raise
            if error.kind == "cancelled":
                raise interrupted() from error
            failure = VideoError(error.kind, error.message, error.line)
            return replace(planned, status="failed", error=failure)
        return self._studio.library.add(planned, rendered)
