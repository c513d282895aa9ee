"""Finds a paper that has been processed, or says why there is none."""

from api.catalog import Catalog
from api.errors import (
    ApiError,
    BadArxivIdError,
    ForbiddingLicenceError,
    PaperNotAnnouncedError,
    PaperNotFoundError,
    PaperWithdrawnError,
    UnknownPaperError,
    UnreadablePaperError,
    VersionNotFoundError,
)
from api.jobs import FinishedPaper
from arxiviz_pipeline.domain.identifiers import ArxivId

HOPELESS: tuple[type[ApiError], ...] = (
    BadArxivIdError,
    UnknownPaperError,
    VersionNotFoundError,
    PaperNotAnnouncedError,
    UnreadablePaperError,
    PaperWithdrawnError,
    ForbiddingLicenceError,
)
"""What asking again does not change, at least for today."""


def find_finished(arxiv_id: ArxivId, catalog: Catalog) -> FinishedPaper:
    """Return the paper as its last run left it.

    Raises:
        ApiError: `PaperNotFoundError`, or one of `HOPELESS` where no run can ever make it.
    """
    finished = catalog.finished_paper(arxiv_id)
    if finished is None:
        raise _not_found(arxiv_id, catalog)
    return finished


def _not_found(arxiv_id: ArxivId, catalog: Catalog) -> ApiError:
    job = catalog.active_job(arxiv_id)
    if job is not None:
        message = f"Paper {arxiv_id} is being processed."
        return PaperNotFoundError(message, job_id=job.id, status=job.state)
    job = catalog.last_whole_job(arxiv_id)
    if job is None or job.state != "failed":
        message = f"Paper {arxiv_id} has not been processed yet. Ask for it: POST /api/process."
        return PaperNotFoundError(message)
    failure = catalog.failure(job)
    for error in HOPELESS:
        if error.code == failure.code:
            return error(failure.message, job_id=job.id, status=job.state)
    message = f"Processing of paper {arxiv_id} failed: {failure.message}"
    return PaperNotFoundError(message, job_id=job.id, status=job.state)
