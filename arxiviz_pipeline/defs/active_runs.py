"""Runs that are making a paper's videos, by whoever they were started."""

from datetime import UTC, datetime
from typing import Final

import dagster as dg

from arxiviz_pipeline.defs.run_launcher import is_alive
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.relaunches import is_awaited

ACTIVE: Final = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""What a run is that has not ended."""


def active_run(instance: dg.DagsterInstance, paper: ArxivId) -> str | None:
    """Return the id of a run that is at this paper, or None; one whose process died is none."""
    filters = dg.RunsFilter(tags={catalog.PARTITION_TAG: str(paper)}, statuses=list(ACTIVE))
    for record in instance.get_run_records(filters):
        process = record.dagster_run.tags.get(catalog.PROCESS_TAG)
        if process is None or is_alive(process):
            return record.dagster_run.run_id
    return _awaited_run(instance, paper) if instance.run_retries_enabled else None


def _awaited_run(instance: dg.DagsterInstance, paper: ArxivId) -> str | None:
    """Return the id of the paper's newest run if that died and is to be launched again."""
    filters = dg.RunsFilter(tags={catalog.PARTITION_TAG: str(paper)})
    for record in instance.get_run_records(filters, limit=1):
        run = record.dagster_run
        if run.status != dg.DagsterRunStatus.FAILURE or catalog.PROCESS_TAG in run.tags:
            return None
        failed_at = datetime.fromtimestamp(record.end_time or 0, UTC)
        return run.run_id if is_awaited(run.tags, failed_at, datetime.now(UTC)) else None
    return None
