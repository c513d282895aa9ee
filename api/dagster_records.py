"""Reads Dagster's own records of runs and events, and gives them back as the API's values."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo
from pydantic import BaseModel, Field

from api.jobs import Failure, FinishedPaper, Job, JobState
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Video
from arxiviz_pipeline.domain.progress import (
    RunEvent,
    SceneFinished,
    ScenesPlanned,
    ScriptFinished,
    ScriptsPlanned,
)
from arxiviz_pipeline.domain.relaunches import is_awaited
from arxiviz_pipeline.domain.submissions import submissions_version

STATES: dict[dg.DagsterRunStatus, JobState] = {
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
# What Dagster says of a run whose process its code server or our launcher finds gone.
_FROM_OUTSIDE = (
    "This run has been marked as failed from outside the execution context.",
    "Detected run worker status FAILED: ",
)
_KILLED = (
    "The run's process is gone: it was killed, or its machine was out of memory. "
    "Ask for it again to go on from what was rendered."
)
_INTERRUPT = dg.DagsterExecutionInterruptedError.__name__


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


def read_job(records: Sequence[dg.RunRecord], *, relaunches: bool) -> Job | None:
    """Read a run, with those that Dagster launched in its place; None if it is about no paper.

    Args:
        records: The runs in order, each launched because the one before it had died.
        relaunches: Whether Dagster is told to do so.
    """
    first, last = records[0], records[-1]
    run = first.dagster_run
    try:
        arxiv_id = ArxivId.parse(run.tags.get(catalog.PARTITION_TAG, ""))
    except InvalidArxivIdError:
        return None
    awaits_relaunch = relaunches and _awaits_relaunch(last)
    is_over = last.end_time is not None and not awaits_relaunch
    return Job(
        id=run.run_id,
        run_ids=tuple(record.dagster_run.run_id for record in records),
        arxiv_id=arxiv_id,
        state="queued" if awaits_relaunch else STATES[last.dagster_run.status],
        steps=_steps(run),
        in_command_line=catalog.PROCESS_TAG in run.tags,
        quality=run.tags.get(catalog.QUALITY_TAG),
        created_at=first.create_timestamp.replace(tzinfo=UTC),
        started_at=None if first.start_time is None else to_time(first.start_time),
        ended_at=to_time(last.end_time) if is_over and last.end_time else None,
        cancelled=last.dagster_run.status == dg.DagsterRunStatus.CANCELED,
        awaits_relaunch=awaits_relaunch,
    )


def _awaits_relaunch(record: dg.RunRecord) -> bool:
    run = record.dagster_run
    # What a process of the command line began cannot be launched by anybody else.
    if run.status != dg.DagsterRunStatus.FAILURE or catalog.PROCESS_TAG in run.tags:
        return False
    failed_at = record.end_time
    return failed_at is not None and is_awaited(run.tags, to_time(failed_at), datetime.now(UTC))


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


def read_scene_events(observation: dg.AssetObservation, at: datetime) -> list[RunEvent]:
    """Read what a run told of its scenes in one event."""
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


def read_finished_paper(record: dg.EventLogRecord) -> FinishedPaper | None:
    """Read a materialization of `videos`; None if it is not about one paper."""
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
        processed_at=to_time(record.timestamp),
        title=told.title or str(arxiv_id),
        authors=told.authors,
        complete_count=told.complete_count,
        failed_count=told.failed_count,
    )


def read_used_submissions(record: dg.EventLogRecord | None) -> str:
    """Read which state of the paper's submissions a materialization of `scene_scripts` is of."""
    materialization = record and record.asset_materialization
    metadata = _values(materialization.metadata) if materialization else {}
    told = _ScriptsMetadata.model_validate(metadata)
    return told.submissions or submissions_version([])  # before there were any


def _values(metadata: Mapping[str, dg.MetadataValue]) -> dict[str, object]:
    return {name: value.value for name, value in metadata.items()}


def read_failure(entry: dg.EventLogEntry) -> Failure:
    """Read why a run failed from the event of its end."""
    event = entry.get_dagster_event()
    if event.event_specific_data is None:  # ended from outside, by Dagster's run monitoring
        return Failure(None, _in_our_words(event.message or entry.user_message))
    failed_run = event.job_failure_data
    failed_step = failed_run.first_step_failure_event
    error = failed_step.step_failure_data.error if failed_step else failed_run.error
    step = failed_step and failed_step.step_key
    if error is None:
        return Failure(None, _in_our_words(event.message or entry.user_message), step)
    if any(part.cls_name == _INTERRUPT for part in _chain(error)):
        message = "The run was interrupted; ask for it again to go on from what was rendered."
        return Failure(_INTERRUPT, message, step)
    raised = error.cause or error  # Dagster wraps what an asset raised in an error of its own
    message = raised.message.strip()
    code = failed_step and _code(failed_step)
    return Failure(raised.cls_name, message.split(f"{raised.cls_name}: ", 1)[-1], step, code)


def _in_our_words(message: str) -> str:
    return _KILLED if message.startswith(_FROM_OUTSIDE) else message


def _code(failed_step: dg.DagsterEvent) -> str | None:
    told = failed_step.step_failure_data.user_failure_data
    value = told and told.metadata.get(catalog.ERROR_CODE)
    return value.value if isinstance(value, dg.TextMetadataValue) else None


def _chain(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error is not None:
        yield error
        error = error.cause or error.context


def to_time(timestamp: float) -> datetime:
    """Return the time of a record, which has seconds since 1970."""
    return datetime.fromtimestamp(timestamp, UTC)
