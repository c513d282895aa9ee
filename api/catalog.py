"""Asks Dagster for its records of runs and assets; `dagster_records` reads what they say.

Only public, stable methods of the instance are used, and only exact partition keys: reads over
all partitions cost seconds where there are many. What a partition or a run tag is:
https://docs.dagster.io/guides/build/partitions-and-backfills
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from api.dagster_records import (
    STATES,
    read_failure,
    read_finished_paper,
    read_job,
    read_scene_events,
    read_used_submissions,
    to_time,
)
from api.errors import ServiceUnavailableError
from api.jobs import Failure, FinishedPaper, Job
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene
from arxiviz_pipeline.domain.progress import RunEvent, StepFinished
from arxiviz_pipeline.domain.relaunches import RETRIED_BY_TAG, WILL_RETRY_TAG, is_relaunched
from arxiviz_pipeline.domain.submissions import submissions_version

_ACTIVE = [status for status, state in STATES.items() if state in ("queued", "processing")]
_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
# A run's record ends a moment before or after its last event.
_CLOCK_SECONDS = 30.0
_MATERIALIZATIONS_READ = 20  # of one asset and paper during one run: one, or a few on retries
_FAILURES_READ = 100
_STATEMENT_MILLISECONDS = 10_000
_ENDED_READ = 20  # runs: the newest that made videos is hardly ever further back


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
            job = record and self._read_job(record)
        return job and replace(job, id=job_id)

    def active_job(self, arxiv_id: ArxivId) -> Job | None:
        """Return the newest run that is at work on this paper or waits to be, or None."""
        tags = {catalog.PARTITION_TAG: str(arxiv_id)}
        active = self._newest_job(dg.RunsFilter(tags=tags, statuses=_ACTIVE))
        if active is not None:
            return active
        newest = self._newest_job(dg.RunsFilter(tags=tags))
        return newest if newest is not None and newest.is_active else None

    def last_whole_job(self, arxiv_id: ArxivId) -> Job | None:
        """Return the newest run of the whole pipeline for this paper, or None."""
        tags = {catalog.PARTITION_TAG: str(arxiv_id)}
        return self._newest_job(dg.RunsFilter(job_name=catalog.PAPER_VIDEOS_JOB, tags=tags))

    def forgo_relaunch(self, job: Job) -> None:
        """Keep Dagster from launching a job's run again, if it has not yet."""
        with _explained():
            self._instance.add_run_tags(job.run_ids[-1], {WILL_RETRY_TAG: "false"})

    def step_finished(self, job: Job, step: str) -> StepFinished | None:
        """Return the event of this run that materialized an asset of this name, or None."""
        with _explained():
            found = self._instance.fetch_materializations(
                _records_of(job, step), limit=_MATERIALIZATIONS_READ, ascending=True
            )
        times = [record.timestamp for record in found.records if record.run_id in job.run_ids]
        return StepFinished(step, to_time(times[-1])) if times else None

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
            if record.run_id in job.run_ids and record.asset_observation is not None:
                events += read_scene_events(record.asset_observation, to_time(record.timestamp))
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
        last = job.run_ids[-1]
        entries = (record.event_log_entry for record in found.records if record.run_id == last)
        silence = Failure(None, "The run failed and left no message. Its log is in Dagster.")
        return next(map(read_failure, entries), silence)

    def finished_paper(self, arxiv_id: ArxivId) -> FinishedPaper | None:
        """Return the newest materialization of the paper's videos, or None."""
        record = self._newest_record(catalog.VIDEOS, arxiv_id)
        return record and read_finished_paper(record)

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
        return read_used_submissions(record)

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
            paper = read_finished_paper(record)
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
            jobs = (
                job
                for record in records
                if (job := self._read_job(record)) and catalog.VIDEOS in job.steps
            )
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
            return self._read_job(records[0]) if records else None

    def _read_job(self, record: dg.RunRecord) -> Job | None:
        """Read a run together with those that it was launched for, or that were for it."""
        records = [record]
        while (before := self._relaunched(records[0].dagster_run)) is not None:
            records.insert(0, before)
        while (after := self._run(records[-1].dagster_run.tags.get(RETRIED_BY_TAG))) is not None:
            records.append(after)
        return read_job(records, relaunches=self._instance.run_retries_enabled)

    def _relaunched(self, run: dg.DagsterRun) -> dg.RunRecord | None:
        """Find the run that had died, and that Dagster launched this one for."""
        parent = self._run(run.parent_run_id)
        return (
            parent
            if parent and is_relaunched(parent.dagster_run.tags, run.run_id, run.tags)
            else None
        )

    def _run(self, run_id: str | None) -> dg.RunRecord | None:
        return None if run_id is None else self._instance.get_run_record_by_id(run_id)

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
def open_catalog(database_url: SecretStr | None = None) -> Iterator[Catalog]:
    """Open the catalog of the Dagster home that `DAGSTER_HOME` names.

    Args:
        database_url: The Postgres that the home's `dagster.yaml` leaves to `DATABASE_URL`.

    Raises:
        ConfigurationError: If it names none, or one that Dagster cannot use.
        StorageUnavailableError: If its Postgres does not work.
    """
    if database_url is not None:
        os.environ["DATABASE_URL"] = database_url.get_secret_value()
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
        # Connections are kept and nobody waits for a database that is away: they are told to.
        instance.optimize_for_webserver(
            statement_timeout=_STATEMENT_MILLISECONDS, pool_recycle=300, max_overflow=20
        )
        yield Catalog(instance)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, DagsterPostgresException) as error:
        message = "The catalog's database does not answer. Check DATABASE_URL and its server."
        raise ServiceUnavailableError(message) from error


def _records_of(job: Job, asset: str, after: int | None = None) -> dg.AssetRecordsFilter:
    ended = job.ended_at
    return dg.AssetRecordsFilter(
        dg.AssetKey(asset),
        asset_partitions=[str(job.arxiv_id)],
        after_timestamp=job.created_at.timestamp() - _CLOCK_SECONDS,
        before_timestamp=None if ended is None else ended.timestamp() + _CLOCK_SECONDS,
        after_storage_id=after,
    )
