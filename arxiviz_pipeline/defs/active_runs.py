"""Runs that are making a paper's videos, by whoever they were started."""

from typing import Final

import dagster as dg

from arxiviz_pipeline.defs.run_launcher import is_alive
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId

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
    return None
