"""Launches and cancels runs through the GraphQL of Dagster's webserver.

dagster-graphql's own client has no question about daemons or code locations, and one instance of
it cannot serve two threads; three short documents over HTTP do.
https://docs.dagster.io/api/graphql
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx2
from filelock import FileLock, Timeout

from api.catalog import Catalog, Job
from api.errors import JobNotCancellableError, PaperBusyError, ServiceUnavailableError
from arxiviz_pipeline.domain import catalog as names
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality, SubmittedScene
from arxiviz_pipeline.domain.ports import ObjectStore, SubmissionShelf
from arxiviz_pipeline.domain.submissions import submissions_version

_LAUNCH = """
mutation LaunchRun($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on Error { message }
  }
}
"""
_TERMINATE = """
mutation TerminateRun($runId: String!) {
  terminateRun(runId: $runId, terminatePolicy: SAFE_TERMINATE) {
    __typename
    ... on TerminateRunFailure { message }
    ... on Error { message }
  }
}
"""
_HEALTH = """
query Health($location: String!) {
  version
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
  workspaceLocationEntryOrError(name: $location) {
    __typename
    ... on WorkspaceLocationEntry {
      loadStatus
      locationOrLoadError { __typename ... on PythonError { message causes { message } } }
    }
    ... on Error { message }
  }
}
"""
_RECORDS = (names.paper_key, names.sections_key, names.videos_key)  # a paper's answer needs them
_REPOSITORY = "__repository__"  # what Dagster calls the one of a Definitions object
_LAUNCH_SECONDS = 30.0
_HEALTH_SECONDS = 3.0
_LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The job that answers a request, and whether it was launched for it."""

    job: Job
    is_new: bool


@dataclass(frozen=True, slots=True)
class DagsterHealth:
    """What Dagster says of itself.

    Attributes:
        stopped_daemons: Those that it needs and that do not run: nothing queued will start.
        location_error: Why the pipeline's code is not loaded, or None if it is.
    """

    version: str
    stopped_daemons: tuple[str, ...]
    location_error: str | None


class Launcher:
    """Asks Dagster for runs; one active run a paper, whoever asks on this machine."""

    def __init__(
        self,
        catalog: Catalog,
        store: ObjectStore,
        submissions: SubmissionShelf,
        client: httpx2.Client,
        graphql_url: str,
        locks: Path,
    ) -> None:
        """Use a catalog to look for runs and Dagster's GraphQL to launch them.

        Args:
            catalog: Where active and past runs are found.
            store: Where the records of finished papers are.
            submissions: Where scenes are that people hand in.
            client: May be used by several threads.
            graphql_url: Where Dagster's webserver answers GraphQL.
            locks: A folder that all API processes of this machine share.
        """
        self._catalog = catalog
        self._store = store
        self._submissions = submissions
        self._client = client
        self._graphql_url = graphql_url
        self._locks = locks

    def ask(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> Asked:
        """Return the job that makes or made a paper's videos, launching one if need be.

        An active run is always the answer. Without `force`, so is the one that made the paper's
        videos in the quality asked for, as long as what it made is there, and made with the scenes
        that are handed in now.

        Raises:
            ServiceUnavailableError: If Dagster cannot launch a run.
            StorageUnavailableError: If the store cannot say what is there.
        """
        known = self._known(arxiv_id, quality, force=force)
        if known is not None:
            return known
        with self._locked(arxiv_id):
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
        with self._locked(arxiv_id):
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
        result = self._ask_dagster(_TERMINATE, {"runId": job.id}, _LAUNCH_SECONDS)["terminateRun"]
        if result["__typename"] != "TerminateRunSuccess":
            message = f"Dagster did not end the run: {result.get('message')}"
            raise JobNotCancellableError(message)

    def health(self) -> DagsterHealth:
        """Ask Dagster how it is.

        Raises:
            ServiceUnavailableError: If it does not answer within a few seconds.
        """
        variables = {"location": names.CODE_LOCATION}
        answer = self._ask_dagster(_HEALTH, variables, _HEALTH_SECONDS)
        daemons = answer["instance"]["daemonHealth"]["allDaemonStatuses"]
        return DagsterHealth(
            version=answer["version"],
            stopped_daemons=tuple(
                daemon["daemonType"]
                for daemon in daemons
                if daemon["required"] and not daemon["healthy"]
            ),
            location_error=_location_error(answer["workspaceLocationEntryOrError"]),
        )

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
        job = self._catalog.job(self._launch(arxiv_id, quality, force=force))
        if job is None:
            message = "Dagster launched a run that is not in this catalog. Check DAGSTER_HOME."
            raise ServiceUnavailableError(message)
        return job

    def _launch(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> str:
        self._catalog.add_partition(arxiv_id)
        params = _execution_params(arxiv_id, quality, force=force)
        result = self._ask_dagster(_LAUNCH, {"params": params}, _LAUNCH_SECONDS)["launchRun"]
        match result:
            case {"__typename": "LaunchRunSuccess", "run": {"runId": str(run_id)}}:
                return run_id
            case {"message": str(reason)} | {"errors": [{"message": str(reason)}, *_]}:
                message = f"Dagster refused to launch the run: {reason}"
            case _:
                message = f"Dagster refused to launch the run: {result['__typename']}"
        raise ServiceUnavailableError(message)

    def _ask_dagster(
        self, document: str, variables: Mapping[str, object], timeout_seconds: float
    ) -> dict[str, Any]:
        try:
            response = self._client.post(
                self._graphql_url,
                json={"query": document, "variables": variables},
                timeout=timeout_seconds,
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            message = (
                f"Dagster does not answer at {self._graphql_url}: "
                f"{error or type(error).__name__}. "
                "Start it with 'arxiviz up', or correct DAGSTER_GRAPHQL_URL."
            )
            raise ServiceUnavailableError(message) from error
        if not answer.get("data"):
            message = f"Dagster's GraphQL gave no data: {answer.get('errors')}"
            raise ServiceUnavailableError(message)
        return answer["data"]

    @contextmanager
    def _locked(self, arxiv_id: ArxivId) -> Iterator[None]:
        lock = FileLock(self._locks / f"{arxiv_id.slug}.lock", timeout=_LOCK_SECONDS)
        try:
            self._locks.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            message = f"{arxiv_id} is being asked for by others for {_LOCK_SECONDS:.0f} seconds."
            raise ServiceUnavailableError(message) from error
        except OSError as error:
            message = (
                f"No lock can be made in {self._locks}: {error.strerror or error}. "
                "Make it writable, or choose another folder with ARXIVIZ_HOME."
            )
            raise ServiceUnavailableError(message) from error
        try:
            yield
        finally:
            lock.release()


def _execution_params(
    arxiv_id: ArxivId, quality: Quality | None, *, force: bool
) -> dict[str, object]:
    config: dict[str, object] = {}
    tags = {names.PARTITION_TAG: str(arxiv_id)}
    if quality is not None:
        config["quality"] = quality
        tags[names.QUALITY_TAG] = quality
    if force:
        config["force"] = True
        tags[names.FORCE_TAG] = "true"
    return {
        "selector": {
            "repositoryLocationName": names.CODE_LOCATION,
            "repositoryName": _REPOSITORY,
            "jobName": names.PAPER_VIDEOS_JOB,
        },
        "runConfigData": {"ops": {names.VIDEOS: {"config": config}}} if config else {},
        "executionMetadata": {
            "tags": [{"key": key, "value": value} for key, value in tags.items()]
        },
    }


def _location_error(entry: Mapping[str, Any]) -> str | None:
    match entry:
        case {"locationOrLoadError": {"__typename": "RepositoryLocation"}}:
            return None
        case {"locationOrLoadError": {"causes": [{"message": str(message)}, *_]}}:
            return f"Dagster cannot load the pipeline: {message.strip()}"
        case {"locationOrLoadError": {"message": str(message)}} | {"message": str(message)}:
            return f"Dagster cannot load the pipeline: {message}"
        case {"loadStatus": "LOADING"}:
            return "Dagster is still loading the pipeline."
        case _:
            return f"Dagster has no code location {names.CODE_LOCATION!r}. Check workspace.yaml."
