"""One run of the job in this process, recorded where the UI and the API see it."""

from dataclasses import dataclass
from functools import partial
from threading import Event

import dagster as dg
from rich.console import Console

from arxiviz_pipeline.cli.fetching import tell_retries
from arxiviz_pipeline.cli.interruptible import run_interruptibly
from arxiviz_pipeline.cli.progress_display import ProgressDisplay, WatchedSource
from arxiviz_pipeline.definitions import build_definitions, build_paper_source
from arxiviz_pipeline.defs.active_runs import active_run
from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.defs.metadata import VideoLinks
from arxiviz_pipeline.defs.run_launcher import process_tag
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.advice import describe_failure
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality, SceneScript, Section, SourceFormat, Video
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.repairs import describe_attempt
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.open_store import open_object_store


@dataclass(frozen=True, slots=True)
class SceneOutcome:
    """What became of a section's scene.

    Attributes:
        location: The video's file, or its address; None if it failed.
        findings: What the checks before rendering found, one sentence each.
        concept_type: What kind of scene it is.
        origin: Who wrote it: `template`, `llm:<model>` or `submitted`.
        attempts: What failed on the way, and how it was mended, one sentence each.
        repaired: Whether the scene's first script failed to render.
    """

    section_id: str
    title: str
    equation_count: int
    scene_id: str
    video_id: str
    status: str
    duration_seconds: float | None
    location: str | None
    error: str | None
    findings: tuple[str, ...]
    concept_type: str = "key_points"
    origin: str = "template"
    attempts: tuple[str, ...] = ()
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class PaperOutcome:
    """What became of a paper.

    Attributes:
        job_id: The run's id.
        error: Why it ended early.
        licence: The licence's address, where it is known.
        source_format: What the sections were read from.
    """

    arxiv_id: str
    title: str | None
    job_id: str
    error: str | None
    scenes: tuple[SceneOutcome, ...]
    licence: str | None = None
    source_format: SourceFormat | None = None

    @property
    def succeeded(self) -> bool:
        """Whether every section that should have a video has one."""
        return self.error is None and all(scene.status == "complete" for scene in self.scenes)


def run_paper(
    arxiv_id: ArxivId,
    settings: Settings,
    quality: Quality | None,
    console: Console,
    *,
    force: bool,
) -> PaperOutcome:
    """Run the job for one paper with a live display, and tell what came of it.

    Raises:
        KeyboardInterrupt: If the run was interrupted; what was rendered stays.
    """
    stop = Event()
    store = open_object_store(settings)
    with (
        open_instance(settings.home, settings.database_url) as instance,
        ProgressDisplay(str(arxiv_id), console, stop) as display,
    ):
        active = active_run(instance, arxiv_id)
        if active is not None:
            message = "Another process is at this paper; when its job has ended, ask again."
            return PaperOutcome(str(arxiv_id), None, active, message, ())
        tell_retries(str(arxiv_id), console)
        definitions = build_definitions(
            settings,
            paper_source=WatchedSource(build_paper_source(settings, store), display),
            object_store=store,
            progress_listener=display,
            cancelled=stop,
        )
        instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [str(arxiv_id)])
        job = definitions.resolve_job_def(catalog.PAPER_VIDEOS_JOB)
        result = run_interruptibly(
            partial(
                job.execute_in_process,
                instance=instance,
                partition_key=str(arxiv_id),
                run_config=_run_config(quality, force=force),
                tags=_tags(quality or settings.quality, force=force),
                raise_on_error=False,
            ),
            stop,
        )
    if not result.success:
        return PaperOutcome(str(arxiv_id), None, result.run_id, _failure(result), ())
    paper = records.read_paper(store, arxiv_id)
    scenes = _scenes(arxiv_id, store, VideoLinks(str(settings.public_url)))
    return PaperOutcome(
        str(arxiv_id),
        paper.title,
        result.run_id,
        None,
        scenes,
        paper.licence,
        paper.source_format,
    )


def _run_config(quality: Quality | None, *, force: bool) -> dict[str, object]:
    return {
        "ops": {catalog.VIDEOS: {"config": {"quality": quality, "force": force}}},
        # The display tells what happens; the event log keeps the rest.
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _tags(quality: Quality, *, force: bool) -> dict[str, str]:
    return {
        catalog.QUALITY_TAG: quality,
        catalog.FORCE_TAG: str(force).lower(),
        catalog.PROCESS_TAG: process_tag(),
    }


def _failure(result: dg.ExecuteInProcessResult) -> str:
    error = next(
        (event.step_failure_data.error for event in result.all_events if event.is_step_failure),
        None,
    )
    if error is None:
        return "The run failed before its first step; its events are in the Dagster UI."
    # Dagster wraps what happened; a Failure is in our own words, else the innermost error counts.
    while error.cause is not None and error.cls_name != dg.Failure.__name__:
        error = error.cause
    return error.message.partition(": ")[2].strip() or error.message


def _scenes(arxiv_id: ArxivId, store: ObjectStore, links: VideoLinks) -> tuple[SceneOutcome, ...]:
    sections = {section.id: section for section in records.read_sections(store, arxiv_id)}
    scripts = records.read_scene_scripts(store, arxiv_id)
    videos = records.read_videos(store, arxiv_id)
    return tuple(
        _scene(sections[script.section_id], script, video, store, links)
        for script, video in zip(scripts, videos, strict=True)
    )


def _scene(
    section: Section, script: SceneScript, video: Video, store: ObjectStore, links: VideoLinks
) -> SceneOutcome:
    made_from = video.repaired_script or script
    location = None
    if video.key is not None:
        location = str(store.path(video.key) or links.video(video))
    return SceneOutcome(
        section_id=section.id,
        title=section.title,
        equation_count=len(section.equations),
        scene_id=script.id,
        video_id=video.id,
        status=video.status,
        duration_seconds=video.duration_seconds,
        location=location,
        error=video.error and describe_failure(video.error),
        findings=tuple(each.message for check in made_from.checks for each in check.findings),
        concept_type=made_from.concept_type,
        origin=made_from.origin,
        attempts=tuple(map(describe_attempt, made_from.attempts)),
        repaired=video.repaired_script is not None,
    )
