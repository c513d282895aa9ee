"""The job with which an operator asks for the papers of some days.

A run of it is the request: it checks what is asked for and waits, marked by a tag, for the sensor
`backfill_papers`. So requests are listed, and kept through restarts, where all runs are. To call
one off, delete its run.
Dagster's page: https://docs.dagster.io/guides/operate/configuration/run-configuration
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import dagster as dg
from pydantic import Field, ValidationError

from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.ingest.watch.backfill import Backfill

NAME: Final = "request_backfill"
STATE_TAG: Final = "arxiviz/backfill"
RESULT_TAG: Final = "arxiviz/backfill_result"

State = Literal["waiting", "working", "done", "refused"]
_OPEN: tuple[State, ...] = ("waiting", "working")


class BackfillConfig(dg.Config):
    """The papers whose first version was submitted on these days."""

    first_day: str = Field(description="As 2026-01-01, by UTC.")
    last_day: str = Field(description="As 2026-01-31; this day too.")
    categories: list[str] = Field(description="Categories or archives, as cs.CL or hep-th.")
    cross_lists: bool = Field(
        default=False, description="Also papers whose primary category is another."
    )

    def to_backfill(self) -> Backfill:
        """Return what is asked for.

        Raises:
            ConfigurationError: If it makes no sense.
        """
        return Backfill.parse(
            self.first_day, self.last_day, self.categories, cross_lists=self.cross_lists
        )


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """A backfill, the run that asked for it, and what it was last told to have come to."""

    run_id: str
    backfill: Backfill
    result: str


@dg.op(name="backfill")
def _backfill(context: dg.OpExecutionContext, config: BackfillConfig) -> None:
    with explained():
        backfill = config.to_backfill()
    context.instance.add_run_tags(context.run_id, {STATE_TAG: "waiting"})
    context.log.info("the sensor backfill_papers will find the papers of %s", backfill)


@dg.job(
    name=NAME,
    description="Asks for the videos of all papers of some days and categories. The sensor "
    "backfill_papers, which must be on, finds them and asks for their runs.",
    executor_def=dg.in_process_executor,
    tags={"dagster/priority": "1"},  # it takes a moment, and need not wait for renders
)
def job() -> None:
    """Ask for the papers of some days."""
    _backfill()


def oldest_open(instance: dg.DagsterInstance) -> BackfillRequest | None:
    """Return the request that is to be worked off next; those in no readable form are closed."""
    filters = dg.RunsFilter(
        job_name=NAME, statuses=[dg.DagsterRunStatus.SUCCESS], tags={STATE_TAG: list(_OPEN)}
    )
    for record in instance.get_run_records(filters, ascending=True):
        run = record.dagster_run
        try:
            backfill = _read_config(run.run_config).to_backfill()
        except (ValidationError, ConfigurationError) as error:
            _tag(instance, run.run_id, "refused", str(error))
        else:
            return BackfillRequest(run.run_id, backfill, run.tags.get(RESULT_TAG, ""))
    return None


def note(instance: dg.DagsterInstance, request: BackfillRequest, result: str) -> None:
    """Tell on a request's run how far it is."""
    if result != request.result:
        _tag(instance, request.run_id, "working", result)


def close(instance: dg.DagsterInstance, request: BackfillRequest, result: str) -> None:
    """End a request: the next one is worked off from now on."""
    _tag(instance, request.run_id, "done", result)


def _read_config(run_config: Mapping[str, object]) -> BackfillConfig:
    match run_config:
        case {"ops": {"backfill": {"config": dict(config)}}}:
            return BackfillConfig(**config)
        case _:
            message = "The run has no configuration of a backfill."
            raise ConfigurationError(message)


def _tag(instance: dg.DagsterInstance, run_id: str, state: State, result: str) -> None:
    # The one way to mark a run that has ended; Dagster keeps no notes on runs but tags.
    instance.add_run_tags(run_id, {STATE_TAG: state, RESULT_TAG: result})
