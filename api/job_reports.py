"""What is known of a job: its state, and the progress folded from its run's events.

A client polls every two seconds, so what was read once is kept: a poll reads the run, the step
that is under way and the scenes' news; a job that completed is read no more. Of one that failed the
run alone is: Dagster's daemon may launch it again whenever it comes back.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from api.catalog import Catalog
from api.jobs import Job
from arxiviz_pipeline.domain import catalog as names
from arxiviz_pipeline.domain.progress import Progress, RunEvent, advance, fold

_KEPT = 2000  # jobs: a few kB each


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job, how far it is and, if it failed, why.

    Attributes:
        error_code: The error's name for programs, where it has one.
        failed_step: Which step it failed in, where it came that far.
        read: The places in the event log up to which an asset's news of scenes were read.
    """

    job: Job
    progress: Progress
    error: str | None = None
    error_code: str | None = None
    failed_step: str | None = None
    read: Mapping[str, int | None] = field(default_factory=dict)

    def estimated_completion(self) -> datetime | None:
        """Tell when the job will be done, where its pace is known."""
        if self.job.state != "processing":
            return None
        return self.progress.estimated_completion(datetime.now(UTC))


class JobReports:
    """The newest report of each job; may be shared by threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: OrderedDict[str, JobReport] = OrderedDict()
        self._lock = Lock()

    def report(self, job_id: str) -> JobReport | None:
        """Read what is new of a job; None if there is none of this id."""
        known = self._recall(job_id)
        if known is not None and known.job.state == "completed":
            return known
        job = self._catalog.job(job_id)
        if job is None:
            return None
        if known is not None and job == known.job and not job.is_active:
            return known
        newest = self._read(job, known or JobReport(job, Progress(job.steps)))
        self._keep(newest)
        return newest

    def _read(self, job: Job, known: JobReport) -> JobReport:
        if job.state == "queued" and job.started_at is None:
            return JobReport(job, known.progress)
        progress = fold(self._finished_steps(job, known.progress), known.progress)
        read = dict(known.read)
        for asset in _telling(progress):
            events, read[asset] = self._catalog.scene_events(job, asset, read.get(asset))
            progress = fold(events, progress)
        if job.state != "failed":
            return JobReport(job, progress, read=read)
        failure = self._catalog.failure(job)
        step = failure.step or progress.step
        return JobReport(job, progress, failure.message, failure.code, step, read)

    def _finished_steps(self, job: Job, known: Progress) -> Iterator[RunEvent]:
        # Steps follow one another: after the first that is not finished there is none.
        progress = known
        while progress.step is not None:
            event = self._catalog.step_finished(job, progress.step)
            if event is None:
                return
            yield event
            progress = advance(progress, event)

    def _recall(self, job_id: str) -> JobReport | None:
        with self._lock:
            return self._kept.get(job_id)

    def _keep(self, report: JobReport) -> None:
        # Two threads may read the same news. Each folds them into what it started from, so either
        # report is right; whichever stays, the next poll goes on from there.
        with self._lock:
            before = self._kept.get(report.job.id)
            if before is not None and before.job.state == "completed":
                return
            self._kept[report.job.id] = report
            self._kept.move_to_end(report.job.id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _telling(progress: Progress) -> Iterator[str]:
    """Yield the assets whose scenes there may be news of."""
    if progress.step == names.SCENE_SCRIPTS:
        yield names.SCENE_SCRIPTS
    elif names.VIDEOS in progress.steps and progress.step in (names.VIDEOS, None):
        yield names.VIDEOS
