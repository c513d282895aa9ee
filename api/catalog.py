"""Reads Dagster's records of runs and assets, and gives them back as the API's own values.

Only public, stable methods of the instance are used, and only exact partition keys: reads over
all partitions cost seconds where there are many. What a partition or a run tag is:
https://docs.dagster.io/guides/build/partitions-and-backfills
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from dagster_shared.error import SerializableErrorInfo
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from api.errors import ServiceUnavailableError
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ConfigurationError, InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene, Video
from arxiviz_pipeline.domain.progress import (
    RunEvent,
    SceneFinished,
    ScenesPlanned,
    ScriptFinished,
    ScriptsPlanned,
    StepFinished,
)
from arxiviz_pipeline.domain.submissions import submissions_version

JobState = Literal["queued", "processing", "completed", "failed"]

_STATES: dict[dg.DagsterRunStatus, JobState] = {
    dg.DagsterRunStatus.QUEUED: "queued",
    dg.DagsterRunStatus.NOT_STARTED: "queued",
    dg.DagsterRunStatus.MANAGED: "queued",
    dg.DagsterRunStatus.STARTING: "queued",
    dg.DagsterRunStatus.STARTED: "processing",
    dg.DagsterRunStatus.SUSPENDED: "processing",
    dg.DagsterRunStatus.CANCELING: "processing",
    dg.DagsterRunStatus.SUCCESS: "completed",
    dg.DagsterRunStatus.FAILURE: "failed",
    dg.DagsterRunStatus.CANCELED: "failed",
}
_ACTIVE = [status for status, state in _STATES.items() if state in ("queued", "processing")]
_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
# A run's record ends a moment before or after its last event.
_CLOCK_SECONDS = 30.0
_MATERIALIZATIONS_READ = 20  # of one asset and paper during one run: one, or a few on retries
_FAILURES_READ = 100
_ENDED_READ = 20  # runs: the newest that made videos is hardly ever further back
_INTERRUPT = dg.DagsterExecutionInterruptedError.__name__


@dataclass(frozen=True, slots=True)
class Job:
    """A run for one paper, whoever launched it: the API, the command line or Dagster's UI.

    Attributes:
        steps: The assets that it makes, in order: all, or those chosen in Dagster's UI.
        in_command_line: Whether a process of the command line executes it, out of Dagster's reach.
        quality: As asked for when it was launched; None for the pipeline's own.
        cancelled: Whether somebody ended it; its state is `failed` then.
    """

    id: str
    arxiv_id: ArxivId
    state: JobState
    steps: tuple[str, ...]
    in_command_line: bool
    quality: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelled: bool

    @property
    def is_active(self) -> bool:
        """Whether it is still to end."""
        return self.state in ("queued", "processing")


@dataclass(frozen=True, slots=True)
class FinishedPaper:
    """A materialization of `videos`: this paper's videos were made, by this run, at this time.

    Attributes:
        version: Grows with each materialization in the catalog.
        job_id: None where no run made it.
    """

    version: int
    arxiv_id: ArxivId
    job_id: str | None
    processed_at: datetime
    title: str
    authors: tuple[str, ...]
    complete_count: int
    failed_count: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed.

    Attributes:
        error: The name of the exception's class, where there was one.
        step: The step that raised it, where one did.
        code: The code of the error, where it was one of `domain.errors`.
    """

    error: str | None
    message: str
    step: str | None = None
    code: str | None = None


class _SceneMetadata(BaseModel):
    script_count: int | None = Field(default=None, validation_alias=catalog.SCRIPTS_TOTAL)
    script: str | None = Field(default=None, validation_alias=catalog.SCRIPT_FINISHED)
    scene_count: int | None = Field(default=None, validation_alias=catalog.SCENES_TOTAL)
    video: Video | None = Field(default=None, validation_alias=catalog.SCENE_VIDEO)


class _ScriptsMetadata(BaseModel):
    submissions: str | None = Field(default=None, validation_alias=catalog.SUBMISSIONS_VERSION)


class _VideosMetadata(BaseModel):
    title: str | None = Field(default=None, validation_alias=catalog.TITLE)
    authors: tuple[str, ...] = Field(default=(), validation_alias=catalog.AUTHORS)
    complete_count: int = Field(default=0, validation_alias=catalog.COMPLETE_COUNT)
    failed_count: int = Field(default=0, validation_alias=catalog.FAILED_COUNT)


class Catalog:
    """Dagster's catalog, as far as the API needs it; every method may be called by any thread.

    Each raises ServiceUnavailableError if the catalog's database does not answer.
    """

    def __init__(self, instance: dg.DagsterInstance, page_size: int = 1000) -> None:
        """Read from an instance, at most so many events at once."""
        self._instance = instance
        self._page_size = page_size

    def job(self, job_id: str) -> Job | None:
        """Find a run by its id; None if there is none, or if it is not about one paper."""
        try:
            UUID(job_id)  # as Dagster makes them; Postgres refuses some of what is none
        except ValueError:
            return None
        with _explained():
            record = self._instance.get_run_record_by_id(job_id)
        return record and _job(record)

    def active_job(self, arxiv_id: ArxivId) -> Job | None:
        """Return the newest run that is at work on this paper or waits to be, or None."""
        tags = {catalog.PARTITION_TAG: str(arxiv_id)}
        return self._newest_job(dg.RunsFilter(tags=tags, statuses=_ACTIVE))

    def last_whole_job(self, arxiv_id: ArxivId) -> Job | None:
        """Return the newest run of the whole pipeline for this paper, or None."""
        tags = {catalog.PARTITION_TAG: str(arxiv_id)}
        return self._newest_job(dg.RunsFilter(job_name=catalog.PAPER_VIDEOS_JOB, tags=tags))

    def step_finished(self, job: Job, step: str) -> StepFinished | None:
        """Return the event of this run that materialized an asset of this name, or None."""
        with _explained():
            found = self._instance.fetch_materializations(
                _records_of(job, step), limit=_MATERIALIZATIONS_READ, ascending=True
            )
        times = [record.timestamp for record in found.records if record.run_id == job.id]
        return StepFinished(step, _time(times[-1])) if times else None

    def scene_events(
        self, job: Job, asset: str, after: int | None
    ) -> tuple[list[RunEvent], int | None]:
        """Read what the run told of its scenes while it made an asset.

        Args:
            job: The run.
            asset: `scene_scripts` or `videos`.
            after: The place up to which events were read before.

        Returns:
            The events in order, and the new place.
        """
        events: list[RunEvent] = []
        for record in self._pages(
            self._instance.fetch_observations, _records_of(job, asset, after)
        ):
            after = record.storage_id
            if record.run_id == job.id and record.asset_observation is not None:
                events += _scene_events(record.asset_observation, _time(record.timestamp))
        return events, after

    def failure(self, job: Job) -> Failure:
        """Tell why a run failed: what its step raised, or what Dagster says of the run."""
        if job.cancelled:
            return Failure(None, "The job was cancelled.")
        ended_at = (job.ended_at or job.created_at).timestamp()
        failed = dg.RunStatusChangeRecordsFilter(
            dg.DagsterEventType.RUN_FAILURE,
            after_timestamp=ended_at - _CLOCK_SECONDS,
            before_timestamp=ended_at + _CLOCK_SECONDS,
        )
        with _explained():
            found = self._instance.fetch_run_status_changes(failed, limit=_FAILURES_READ)
        entries = (record.event_log_entry for record in found.records if record.run_id == job.id)
        silence = Failure(None, "The run failed and left no message. Its log is in Dagster.")
        return next(map(_failure, entries), silence)

    def finished_paper(self, arxiv_id: ArxivId) -> FinishedPaper | None:
        """Return the newest materialization of the paper's videos, or None."""
        record = self._newest_record(catalog.VIDEOS, arxiv_id)
        return record and _finished(record)

    def records_version(self, finished: FinishedPaper) -> tuple[int | None, ...]:
        """Name the state of a paper's records: another one when a run has written any anew."""
        others = [
            self._newest_record(asset, finished.arxiv_id)
            for asset in (catalog.PAPERS, catalog.SECTIONS, catalog.SCENE_SCRIPTS)
        ]
        return (finished.version, *(record and record.storage_id for record in others))

    def used_submissions(self, arxiv_id: ArxivId) -> str:
        """Name the state of the paper's submissions that its scripts were last made with."""
        record = self._newest_record(catalog.SCENE_SCRIPTS, arxiv_id)
        materialization = record and record.asset_materialization
        metadata = _values(materialization.metadata) if materialization else {}
        told = _ScriptsMetadata.model_validate(metadata)
        return told.submissions or submissions_version([])  # before there were any

    def observe_submissions(self, arxiv_id: ArxivId, scenes: Sequence[SubmittedScene]) -> None:
        """Tell Dagster what is in force for a paper now, so that it knows what is stale."""
        observation = dg.AssetObservation(
            catalog.SUBMITTED_SCENES,
            partition=str(arxiv_id),
            metadata={"scene_count": len(scenes)},
            tags={catalog.DATA_VERSION_TAG: submissions_version(scenes)},
        )
        with _explained():
            self._instance.report_runless_asset_event(observation)

    def finished_papers(self, after: int | None) -> Iterator[FinishedPaper]:
        """Yield the materializations of videos after the one of this version, oldest first."""
        newer = dg.AssetRecordsFilter(dg.AssetKey(catalog.VIDEOS), after_storage_id=after)
        for record in self._pages(self._instance.fetch_materializations, newer):
            paper = _finished(record)
            if paper is not None:
                yield paper

    def add_partition(self, arxiv_id: ArxivId) -> None:
        """Make the paper's partition, if there is none yet."""
        with _explained():
            if not self._instance.has_dynamic_partition(catalog.ARXIV_PAPERS, str(arxiv_id)):
                self._instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [str(arxiv_id)])

    def last_failure(self) -> Failure | None:
        """Return what the newest run for videos failed of, or None if it ended well."""
        ended = dg.RunsFilter(statuses=_ENDED)
        with _explained():
            records = self._instance.get_run_records(ended, limit=_ENDED_READ)
        jobs = (job for record in records if (job := _job(record)) and catalog.VIDEOS in job.steps)
        job = next(jobs, None)
        return self.failure(job) if job is not None and job.state == "failed" else None

    def check(self) -> None:
        """Ask both of the catalog's stores, of runs and of events."""
        with _explained():
            self._instance.get_run_records(limit=1)
            self._instance.has_dynamic_partition(catalog.ARXIV_PAPERS, "")

    def _newest_job(self, wanted: dg.RunsFilter) -> Job | None:
        with _explained():
            records = self._instance.get_run_records(wanted, limit=1)
        return _job(records[0]) if records else None

    def _newest_record(self, asset: str, arxiv_id: ArxivId) -> dg.EventLogRecord | None:
        wanted = dg.AssetRecordsFilter(dg.AssetKey(asset), asset_partitions=[str(arxiv_id)])
        with _explained():
            found = self._instance.fetch_materializations(wanted, limit=1)
        return found.records[0] if found.records else None

    def _pages(
        self,
        fetch: Callable[..., dg.EventRecordsResult],
        records_filter: dg.AssetRecordsFilter,
    ) -> Iterator[dg.EventLogRecord]:
        cursor: str | None = None
        while True:
            with _explained():
                found = fetch(records_filter, limit=self._page_size, cursor=cursor, ascending=True)
            yield from found.records
            if not found.has_more:
                return
            cursor = found.cursor


@contextmanager
def open_catalog() -> Iterator[Catalog]:
    """Open the catalog of the Dagster home that `DAGSTER_HOME` names.

    Raises:
        ConfigurationError: If it names none, or one that Dagster cannot use.
    """
    try:
        instance = dg.DagsterInstance.get()
    except (dg.DagsterError, SQLAlchemyError, DagsterPostgresException) as error:
        reason = str(error).strip().partition("\n")[0]
        message = (
            f"There is no catalog to read: {reason} Start the whole service with 'arxiviz up', "
            "or set DAGSTER_HOME to a folder with Dagster's configuration."
        )
        raise ConfigurationError(message) from error
    with instance:
        yield Catalog(instance)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, DagsterPostgresException) as error:
        message = "The catalog's database does not answer. Check DATABASE_URL and its server."
        raise ServiceUnavailableError(message) from error


def _job(record: dg.RunRecord) -> Job | None:
    run = record.dagster_run
    try:
        arxiv_id = ArxivId.parse(run.tags.get(catalog.PARTITION_TAG, ""))
    except InvalidArxivIdError:
        return None
    return Job(
        id=run.run_id,
        arxiv_id=arxiv_id,
        state=_STATES[run.status],
        steps=_steps(run),
        in_command_line=catalog.PROCESS_TAG in run.tags,
        quality=run.tags.get(catalog.QUALITY_TAG),
        created_at=record.create_timestamp.replace(tzinfo=UTC),
        started_at=None if record.start_time is None else _time(record.start_time),
        ended_at=None if record.end_time is None else _time(record.end_time),
        cancelled=run.status == dg.DagsterRunStatus.CANCELED,
    )


def _steps(run: dg.DagsterRun) -> tuple[str, ...]:
    # A step has the name of its asset. Of a whole job the selections are empty, or None.
    assets, steps = run.asset_selection, run.step_keys_to_execute
    if steps is None and not assets and run.asset_check_selection:
        return ()
    return tuple(
        name
        for name in catalog.ASSETS
        if (not assets or dg.AssetKey(name) in assets) and (steps is None or name in steps)
    )


def _records_of(job: Job, asset: str, after: int | None = None) -> dg.AssetRecordsFilter:
    ended = job.ended_at
    return dg.AssetRecordsFilter(
        dg.AssetKey(asset),
        asset_partitions=[str(job.arxiv_id)],
        after_timestamp=job.created_at.timestamp() - _CLOCK_SECONDS,
        before_timestamp=None if ended is None else ended.timestamp() + _CLOCK_SECONDS,
        after_storage_id=after,
    )


def _scene_events(observation: dg.AssetObservation, at: datetime) -> list[RunEvent]:
    told = _SceneMetadata.model_validate(_values(observation.metadata))
    events: list[RunEvent] = []
    if told.script_count is not None:
        events.append(ScriptsPlanned(told.script_count, at))
    if told.script is not None:
        events.append(ScriptFinished(told.script, at))
    if told.scene_count is not None:
        events.append(ScenesPlanned(told.scene_count, at))
    if told.video is not None:
        events.append(SceneFinished(told.video.scene_id, told.video.status, at))
    return events


def _finished(record: dg.EventLogRecord) -> FinishedPaper | None:
    materialization = record.asset_materialization
    if materialization is None:
        return None
    try:
        arxiv_id = ArxivId.parse(materialization.partition or "")
    except InvalidArxivIdError:
        return None
    told = _VideosMetadata.model_validate(_values(materialization.metadata))
    return FinishedPaper(
        version=record.storage_id,
        arxiv_id=arxiv_id,
        job_id=record.run_id or None,
        processed_at=_time(record.timestamp),
        title=told.title or str(arxiv_id),
        authors=told.authors,
        complete_count=told.complete_count,
        failed_count=told.failed_count,
    )


def _values(metadata: Mapping[str, dg.MetadataValue]) -> dict[str, object]:
    return {name: value.value for name, value in metadata.items()}


def _failure(entry: dg.EventLogEntry) -> Failure:
    event = entry.get_dagster_event()
    if event.event_specific_data is None:  # ended from outside, by Dagster's run monitoring
        return Failure(None, event.message or entry.user_message)
    failed_run = event.job_failure_data
    failed_step = failed_run.first_step_failure_event
    error = failed_step.step_failure_data.error if failed_step else failed_run.error
    step = failed_step and failed_step.step_key
    if error is None:
        return Failure(None, event.message or entry.user_message, step)
    if any(part.cls_name == _INTERRUPT for part in _chain(error)):
        message = "The run was interrupted; ask for it again to go on from what was rendered."
        return Failure(_INTERRUPT, message, step)
    raised = error.cause or error  # Dagster wraps what an asset raised in an error of its own
    message = raised.message.strip()
    code = failed_step and _code(failed_step)
    return Failure(raised.cls_name, message.split(f"{raised.cls_name}: ", 1)[-1], step, code)


def _code(failed_step: dg.DagsterEvent) -> str | None:
    told = failed_step.step_failure_data.user_failure_data
    value = told and told.metadata.get(catalog.ERROR_CODE)
    return value.value if isinstance(value, dg.TextMetadataValue) else None


def _chain(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error is not None:
        yield error
        error = error.cause or error.context


def _time(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
