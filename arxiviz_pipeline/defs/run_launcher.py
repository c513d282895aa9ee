"""Launches runs as Dagster does by default, and notices when one has died.

Dagster's default launcher cannot tell, so a run whose process was killed together with its code
server would stay STARTED for ever. Run monitoring asks this one:
https://docs.dagster.io/deployment/execution/run-monitoring
"""

import dagster as dg
import grpc
import psutil
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster_shared.serdes import deserialize_value

from arxiviz_pipeline.domain.catalog import PROCESS_TAG

_TIMEOUT_SECONDS = 10


def process_tag() -> str:
    """Describe this process so that `is_alive` knows it again: its id and when it started."""
    process = psutil.Process()
    return f"{process.pid}:{process.create_time():.2f}"


def is_alive(tag: str) -> bool:
    """Tell whether the process that made this tag still runs on this machine."""
    pid, _, started = tag.partition(":")
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except (psutil.NoSuchProcess, ValueError):
        return False


class WatchfulRunLauncher(DefaultRunLauncher):
    """The default launcher with a health check."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Say that runs can be checked."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Ask the process that has the run: our own by its id, a code server by gRPC."""
        client = self._get_grpc_client_for_termination(run.run_id)
        if client is None:
            # Without a tag nothing is known of the run, so nothing can be said against it.
            tag = run.tags.get(PROCESS_TAG)
            return _result("the process that ran it", alive=tag is None or is_alive(tag))
        try:
            answer = client.can_cancel_execution(
                CanCancelExecutionRequest(run_id=run.run_id), timeout=_TIMEOUT_SECONDS
            )
        except DagsterUserCodeUnreachableError as error:
            # A server that is only slow, on a machine full of renders, still has its run.
            cause = error.__cause__
            gone = isinstance(cause, grpc.RpcError) and cause.code() == grpc.StatusCode.UNAVAILABLE
            return _result("the code server that ran it", alive=not gone)
        can_cancel = deserialize_value(answer, CanCancelExecutionResult).can_cancel
        return _result("its run process", alive=can_cancel)


def _result(what: str, *, alive: bool) -> CheckRunHealthResult:
    if alive:
        return CheckRunHealthResult(WorkerStatus.RUNNING)
    return CheckRunHealthResult(WorkerStatus.FAILED, f"{what} is gone; launch the run again")
