"""Launches runs as Dagster does by default, and notices when one has died.

Dagster's default launcher cannot tell, so a run whose process was killed together with its code
server would stay STARTED for ever. Run monitoring asks this one:
https://docs.dagster.io/deployment/execution/run-monitoring

A run's process is looked for on this machine, where the default launcher starts it. Its code
server is not asked: one that was reloaded no longer knows the runs that it started before.
"""

import dagster as dg
import psutil
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher

_CLOCK_SECONDS = 2.0  # what a process may seem younger than its own first event


def process_tag() -> str:
    """Describe this process so that `is_alive` knows it again: its id and when it started."""
    process = psutil.Process()
    return f"{process.pid}:{process.create_time():.2f}"


def is_alive(tag: str) -> bool:
    """Tell whether the process that made this tag still runs on this machine."""
    pid, _, started = tag.partition(":")
    try:
        created = _created(int(pid))
    except ValueError:
        return False
    return created is not None and f"{created:.2f}" == started


class WatchfulRunLauncher(DefaultRunLauncher):
    """The default launcher with a health check."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Say that runs can be checked."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Look for the process that the run's newest event of its engine names."""
        named = self._process_of(run.run_id)
        if named is None:  # nothing is known of it, so nothing can be said against it
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        pid, told_at = named
        created = _created(pid)
        if created is not None and created <= told_at + _CLOCK_SECONDS:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        message = f"its process {pid} is gone; launch the run again"
        return CheckRunHealthResult(WorkerStatus.FAILED, message)

    def _process_of(self, run_id: str) -> tuple[int, float] | None:
        """Return the process's id, and when it was told, in seconds since the epoch."""
        # A public method for a run's events does not exist in Dagster 1.13.
        events = self._instance.get_records_for_run(
            run_id, of_type=dg.DagsterEventType.ENGINE_EVENT, ascending=False
        )
        for record in events.records:
            event = record.event_log_entry.dagster_event
            pid = None if event is None else event.engine_event_data.metadata.get("pid")
            if pid is not None:
                return int(str(pid.value)), record.event_log_entry.timestamp
        return None


def _created(pid: int) -> float | None:
    """Return when a process started, or None if it does not run."""
    try:
        process = psutil.Process(pid)
        # A killed child stays in the table until its parent asks for it.
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None
