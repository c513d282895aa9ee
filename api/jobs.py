"""What the catalog tells: jobs, why they fail, and the papers that they finish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from arxiviz_pipeline.domain.identifiers import ArxivId

JobState = Literal["queued", "processing", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """A run for one paper, whoever launched it: the API, the command line or Dagster's UI.

    If it dies and Dagster launches it again, both are one job.

    Attributes:
        id: The first run's.
        run_ids: Its runs, in order; the last one counts.
        steps: The assets that it makes, in order: all, or those chosen in Dagster's UI.
        in_command_line: Whether a process of the command line executes it, out of Dagster's reach.
        quality: As asked for when it was launched; None for the pipeline's own.
        cancelled: Whether somebody ended it; its state is `failed` then.
        awaits_relaunch: Whether its last run died, and Dagster is to launch it again; its state
            is `queued` then.
    """

    id: str
    run_ids: tuple[str, ...]
    arxiv_id: ArxivId
    state: JobState
    steps: tuple[str, ...]
    in_command_line: bool
    quality: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelled: bool
    awaits_relaunch: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it is still to end."""
        return self.state in ("queued", "processing")


@dataclass(frozen=True, slots=True)
class FinishedPaper:
    """A materialization of `videos`: this paper's videos were made, by this run, at this time.

    Attributes:
        version: Grows with each materialization in the catalog.
        job_id: None where no run made it.
    """

    version: int
    arxiv_id: ArxivId
    job_id: str | None
    processed_at: datetime
    title: str
    authors: tuple[str, ...]
    complete_count: int
    failed_count: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed.

    Attributes:
        error: The name of the exception's class, where there was one.
        step: The step that raised it, where one did.
        code: The code of the error, where it was one of `domain.errors`.
    """

    error: str | None
    message: str
    step: str | None = None
    code: str | None = None
