"""Answers who asks for a paper's videos with a job: one that is there, or a new one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from api.catalog import Catalog
from api.dagster_client import DagsterClient
from api.errors import JobNotCancellableError, PaperBusyError, ServiceUnavailableError
from api.jobs import Job
from arxiviz_pipeline.domain import catalog as names
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality, SubmittedScene
from arxiviz_pipeline.domain.ports import Locks, ObjectStore, SubmissionShelf
from arxiviz_pipeline.domain.submissions import submissions_version

_RECORDS = (names.paper_key, names.sections_key, names.videos_key)  # a paper's answer needs them


@dataclass(frozen=True, slots=True)
class Asked:
    """The job that answers a request, and whether it was launched for it."""

    job: Job
    is_new: bool


class Launcher:
    """Asks Dagster for runs; one active run a paper, whoever asks."""

    def __init__(
        self,
        catalog: Catalog,
        store: ObjectStore,
        submissions: SubmissionShelf,
        dagster: DagsterClient,
        locks: Locks,
    ) -> None:
        """Use a catalog to look for runs and Dagster to launch them.

        Args:
            catalog: Where active and past runs are found.
            store: Where the records of finished papers are.
            submissions: Where scenes are that people hand in.
            dagster: Launches and ends runs.
            locks: What all API processes share.
        """
        self._catalog = catalog
        self._store = store
        self._submissions = submissions
        self._dagster = dagster
        self._locks = locks

    def ask(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> Asked:
        """Return the job that makes or made a paper's videos, launching one if need be.

        An active run is always the answer. Without `force`, so is the one that made the paper's
        videos in the quality asked for, as long as what it made is there, and made with the scenes
        that are handed in now.

        Raises:
            ServiceUnavailableError: If Dagster cannot launch a run.
            StorageUnavailableError: If the store cannot say what is there, or others ask for the
                same paper all the time.
        """
        known = self._known(arxiv_id, quality, force=force)
        if known is not None:
            return known
        with self._locks.hold(arxiv_id.slug):
            # Whoever held the lock before may have launched it.
            known = self._known(arxiv_id, quality, force=force)
            if known is not None:
                return known
            return Asked(self._launched(arxiv_id, quality, force=force), is_new=True)

    def change_submissions(
        self, arxiv_id: ArxivId, change: Callable[[], Sequence[SubmittedScene]]
    ) -> Job:
        """Change what is handed in for a paper, and launch the run that puts it in force.

        It renders in the quality of the paper's last run, so that only what changed is rendered.

        Args:
            arxiv_id: A paper that has been processed.
            change: Makes the change, and returns what is handed in after it.

        Raises:
            PaperBusyError: If a run is at the paper; nothing is changed then.
            ServiceUnavailableError: If Dagster cannot launch a run; the change is kept.
        """
        with self._locks.hold(arxiv_id.slug):
            active = self._catalog.active_job(arxiv_id)
            if active is not None:
                message = (
                    f"{arxiv_id} is being processed. Nothing was changed; ask again when job "
                    f"{active.id} has ended."
                )
                raise PaperBusyError(message, job_id=active.id, status=active.state)
            self._catalog.observe_submissions(arxiv_id, change())
            try:
                return self._launched(arxiv_id, self._last_quality(arxiv_id), force=False)
            except ServiceUnavailableError as error:
                message = (
                    f"{error.message} The change is kept; once Dagster works, "
                    "POST /api/process puts it in force."
                )
                raise ServiceUnavailableError(message) from error

    def cancel(self, job: Job) -> None:
        """Ask Dagster to end a run; it ends when its worker hears of it.

        Raises:
            JobNotCancellableError: If Dagster cannot reach the run's worker.
            ServiceUnavailableError: If Dagster does not answer.
        """
        if job.in_command_line:
            message = (
                f"Job {job.id} runs in a command line, as 'arxiviz process', and is stopped there: "
                "press Ctrl-C in it."
            )
            raise JobNotCancellableError(message)
        if job.awaits_relaunch:
            self._catalog.forgo_relaunch(job)
            job = self._catalog.job(job.id) or job  # Dagster may have been quicker
        if job.is_active:
            self._dagster.terminate(job.run_ids[-1])

    def is_in_force(self, arxiv_id: ArxivId) -> bool:
        """Tell whether a paper's scripts were made with what is handed in for it now."""
        handed_in = submissions_version(self._submissions.read(arxiv_id))
        return handed_in == self._catalog.used_submissions(arxiv_id)

    def _known(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> Asked | None:
        job = self._catalog.active_job(arxiv_id)
        if job is None and not force:
            job = self._finished_job(arxiv_id, quality)
        return None if job is None else Asked(job, is_new=False)

    def _finished_job(self, arxiv_id: ArxivId, quality: Quality | None) -> Job | None:
        """Return the run that made what `GET /paper` shows, unless one after it failed."""
        finished = self._catalog.finished_paper(arxiv_id)
        if finished is None or finished.job_id is None:
            return None
        job = self._catalog.job(finished.job_id)
        if job is None or job.state != "completed" or quality not in (None, job.quality):
            return None
        last = self._catalog.last_whole_job(arxiv_id)
        if last is not None and last.state == "failed" and last.created_at > job.created_at:
            return None
        are_there = all(self._store.head(key(arxiv_id)) is not None for key in _RECORDS)
        return job if are_there and self.is_in_force(arxiv_id) else None

    def _last_quality(self, arxiv_id: ArxivId) -> Quality | None:
        finished = self._catalog.finished_paper(arxiv_id)
        job = finished and finished.job_id and self._catalog.job(finished.job_id)
        told = job.quality if job else None
        return next((quality for quality in get_args(Quality) if quality == told), None)

    def _launched(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> Job:
        self._catalog.add_partition(arxiv_id)
        job = self._catalog.job(self._dagster.launch(arxiv_id, quality, force=force))
        if job is None:
            message = "Dagster launched a run that is not in this catalog. Check DAGSTER_HOME."
            raise ServiceUnavailableError(message)
        return job
