"""Jobs: ask for a paper's videos, see how far they are, cancel."""

from fastapi import APIRouter

from api.dependencies import LauncherDep, ReportsDep
from api.error_answers import documented
from api.errors import (
    BadArxivIdError,
    JobNotCancellableError,
    JobNotFoundError,
    PayloadTooLargeError,
    ServiceUnavailableError,
)
from api.job_reports import JobReport, JobReports
from api.launcher import Asked
from api.schemas.jobs import JobStatus, ProcessAnswer, ProcessRequest, Step
from arxiviz_pipeline.domain.identifiers import ArxivId

router = APIRouter(tags=["jobs"])


@router.post(
    "/process",
    responses=documented(BadArxivIdError, PayloadTooLargeError, ServiceUnavailableError),
)
def process(request: ProcessRequest, launcher: LauncherDep) -> ProcessAnswer:
    """Ask for a paper's videos.

    While a job for the paper is active, that job is the answer, whoever started it. A paper that
    is finished gets the job that made its videos at once, unless `force` is set or `quality`
    differs; a job that failed is started anew, and renders only what is missing.
    """
    arxiv_id = ArxivId.parse(request.arxiv_id)
    asked = launcher.ask(arxiv_id, request.quality, force=request.force)
    return ProcessAnswer(
        job_id=asked.job.id,
        arxiv_id=str(arxiv_id),
        paper_id=str(arxiv_id),
        status=asked.job.state,
        message=_message(asked),
    )


@router.head("/status/{job_id}", include_in_schema=False)
@router.get("/status/{job_id}", responses=documented(JobNotFoundError, ServiceUnavailableError))
def status(job_id: str, reports: ReportsDep) -> JobStatus:
    """Tell how far a job is; made to be asked every two seconds."""
    return _status(_found(job_id, reports))


@router.post(
    "/jobs/{job_id}/cancel",
    responses=documented(JobNotFoundError, JobNotCancellableError, ServiceUnavailableError),
)
def cancel(job_id: str, reports: ReportsDep, launcher: LauncherDep) -> JobStatus:
    """End a job; videos that are finished stay. One that is over is left as it is.

    The job is `failed` once its worker has heard of it, which the status tells. One of the
    command line is ended there.
    """
    report = _found(job_id, reports)
    if report.job.is_active:
        launcher.cancel(report.job)
    return _status(_found(job_id, reports))


def _found(job_id: str, reports: JobReports) -> JobReport:
    report = reports.report(job_id)
    if report is None:
        message = f"There is no job {job_id!r}."
        raise JobNotFoundError(message)
    return report


def _message(asked: Asked) -> str:
    job = asked.job
    if asked.is_new:
        return f"Processing of {job.arxiv_id} has been asked for."
    if job.is_active:
        return f"{job.arxiv_id} is already being processed."
    return f"{job.arxiv_id} is already processed. Set force to make its videos again."


def _status(report: JobReport) -> JobStatus:
    job, progress = report.job, report.progress
    return JobStatus(
        job_id=job.id,
        arxiv_id=str(job.arxiv_id),
        paper_id=str(job.arxiv_id),
        status=job.state,
        progress=1.0 if job.state == "completed" else progress.fraction,
        sections_completed=progress.complete_count,
        sections_total=progress.scene_count or progress.script_count or 0,
        current_step=_current_step(report),
        steps_completed=_steps(report),
        error=report.error,
        error_code=report.error_code,
        created_at=job.created_at,
        completed_at=job.ended_at,
        estimated_completion=report.estimated_completion(),
    )


def _current_step(report: JobReport) -> str | None:
    match report.job.state:
        case "queued":
            return "Waiting to start"
        case "processing" | "failed":
            return report.progress.title
        case "completed":
            return None


def _steps(report: JobReport) -> list[Step]:
    finished = report.progress.finished_steps(report.job.started_at)
    steps = [
        Step(name=step.name, status="completed", duration_ms=_milliseconds(step.duration_seconds))
        for step in finished
    ]
    if report.failed_step is not None:
        steps.append(Step(name=report.failed_step, status="failed", duration_ms=None))
    return steps


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
