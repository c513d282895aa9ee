"""Asks Dagster's webserver by GraphQL: to launch a run, to end one, and how it is.

dagster-graphql's own client has no question about daemons or code locations, and one instance of
it cannot serve two threads; three short documents over HTTP do.
https://docs.dagster.io/api/graphql
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from api.errors import JobNotCancellableError, ServiceUnavailableError
from arxiviz_pipeline.domain import catalog as names
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality

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
_REPOSITORY = "__repository__"  # what Dagster calls the one of a Definitions object
_LAUNCH_SECONDS = 30.0
_HEALTH_SECONDS = 3.0


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


class DagsterClient:
    """Dagster's webserver; may be used by several threads."""

    def __init__(self, client: httpx2.Client, graphql_url: str) -> None:
        """Use an HTTP client for the address where GraphQL is answered."""
        self._client = client
        self._graphql_url = graphql_url

    def launch(self, arxiv_id: ArxivId, quality: Quality | None, *, force: bool) -> str:
        """Launch a run for a paper, whose partition is there, and return the run's id.

        Raises:
            ServiceUnavailableError: If Dagster cannot launch a run.
        """
        params = _execution_params(arxiv_id, quality, force=force)
        result = self._ask(_LAUNCH, {"params": params}, _LAUNCH_SECONDS)["launchRun"]
        match result:
            case {"__typename": "LaunchRunSuccess", "run": {"runId": str(run_id)}}:
                return run_id
            case {"message": str(reason)} | {"errors": [{"message": str(reason)}, *_]}:
                message = f"Dagster refused to launch the run: {reason}"
            case _:
                message = f"Dagster refused to launch the run: {result['__typename']}"
        raise ServiceUnavailableError(message)

    def terminate(self, run_id: str) -> None:
        """Ask Dagster to end a run; it ends when its worker hears of it.

        Raises:
            JobNotCancellableError: If Dagster cannot reach the run's worker.
            ServiceUnavailableError: If Dagster does not answer.
        """
        result = self._ask(_TERMINATE, {"runId": run_id}, _LAUNCH_SECONDS)["terminateRun"]
        if result["__typename"] != "TerminateRunSuccess":
            message = f"Dagster did not end the run: {result.get('message')}"
            raise JobNotCancellableError(message)

    def health(self) -> DagsterHealth:
        """Ask Dagster how it is.

        Raises:
            ServiceUnavailableError: If it does not answer within a few seconds.
        """
        variables = {"location": names.CODE_LOCATION}
        answer = self._ask(_HEALTH, variables, _HEALTH_SECONDS)
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

    def _ask(
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
