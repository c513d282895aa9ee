"""Asking for a job, and how far it is."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.jobs import JobState
from api.schemas.examples import ARXIV_ID, JOB_ID, example
from arxiviz_pipeline.domain.models import Quality


class ProcessRequest(BaseModel):
    """Which paper to make videos of."""

    model_config = example(arxiv_id=ARXIV_ID)

    arxiv_id: str = Field(description="An arXiv id, with or without version, or a paper's URL.")
    quality: Quality | None = Field(default=None, description="480p15, 720p30 or 1080p60.")
    force: bool = Field(default=False, description="Make the videos again, finished or not.")


class ProcessAnswer(BaseModel):
    """The job that makes, or made, the videos."""

    model_config = example(
        job_id=JOB_ID,
        arxiv_id=ARXIV_ID,
        paper_id=ARXIV_ID,
        status="queued",
        message=f"Processing of {ARXIV_ID} has been asked for.",
    )

    job_id: str
    arxiv_id: str
    paper_id: str
    status: JobState
    message: str


class Step(BaseModel):
    """A step of a job that is over."""

    name: str
    status: Literal["completed", "failed"]
    duration_ms: int | None


class JobStatus(BaseModel):
    """How far a job is."""

    model_config = example(
        job_id=JOB_ID,
        arxiv_id=ARXIV_ID,
        paper_id=ARXIV_ID,
        status="processing",
        progress=0.46,
        sections_completed=2,
        sections_total=7,
        current_step="Rendering videos (3 of 7)",
        steps_completed=[{"name": "papers", "status": "completed", "duration_ms": 2140}],
        error=None,
        error_code=None,
        created_at="2026-01-05T09:00:00Z",
        completed_at=None,
        estimated_completion="2026-01-05T09:01:10Z",
    )

    job_id: str
    arxiv_id: str
    paper_id: str
    status: JobState
    progress: float = Field(ge=0, le=1, description="Never shrinks; 1 only when completed.")
    sections_completed: int = Field(description="Sections that have their video.")
    sections_total: int = Field(description="Sections that will; 0 until it is known.")
    current_step: str | None
    steps_completed: list[Step]
    error: str | None
    error_code: str | None = Field(description="Why it failed, for programs, where that is known.")
    created_at: datetime
    completed_at: datetime | None
    estimated_completion: datetime | None = Field(description="Null until the pace is known.")
