"""Finished papers: all of them, or one with its sections and videos."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from api.catalog import Catalog
from api.conditional import is_not_modified
from api.dependencies import (
    AddressesDep,
    ArxivIdDep,
    CatalogDep,
    PaperAnswersDep,
    PaperListDep,
)
from api.errors import (
    ApiError,
    BadArxivIdError,
    ForbiddingLicenceError,
    PaperNotAnnouncedError,
    PaperNotFoundError,
    PaperWithdrawnError,
    ServiceUnavailableError,
    UnknownPaperError,
    UnreadablePaperError,
    VersionNotFoundError,
    documented,
)
from api.schemas import PaperAnswer, PaperPage, PaperSummary
from arxiviz_pipeline.domain.identifiers import ArxivId

router = APIRouter(tags=["papers"])

_HOPELESS: tuple[type[ApiError], ...] = (
    BadArxivIdError,
    UnknownPaperError,
    VersionNotFoundError,
    PaperNotAnnouncedError,
    UnreadablePaperError,
    PaperWithdrawnError,
    ForbiddingLicenceError,
)
"""What asking again does not change, at least for today."""


@router.head("/papers", include_in_schema=False)
@router.get("/papers", responses=documented(ServiceUnavailableError))
def list_papers(
    papers: PaperListDep,
    search: Annotated[
        str | None, Query(description="Words of the title, of authors' names or of the id.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> PaperPage:
    """List the papers that have been processed, newest first."""
    found = papers.find(search, limit, offset)
    summaries = [
        PaperSummary(
            paper_id=str(paper.arxiv_id),
            id=str(paper.arxiv_id),
            title=paper.title,
            authors=list(paper.authors),
            visualization_count=paper.complete_count,
            failed_count=paper.failed_count,
            processed_at=paper.processed_at,
        )
        for paper in found.papers
    ]
    return PaperPage(papers=summaries, total=found.total, limit=limit, offset=offset)


@router.head("/paper/{arxiv_id:path}", include_in_schema=False)
@router.get(
    "/paper/{arxiv_id:path}",
    response_model=PaperAnswer,
    responses={
        **documented(PaperNotFoundError, *_HOPELESS, ServiceUnavailableError),
        status.HTTP_304_NOT_MODIFIED: {"description": "As `If-None-Match` has it already."},
    },
)
def show_paper(
    arxiv_id: ArxivIdDep,
    request: Request,
    catalog: CatalogDep,
    answers: PaperAnswersDep,
    addresses: AddressesDep,
) -> Response:
    """Show a paper with its sections and videos, once it has been processed.

    Until then the answer is 404; if a job is at work on it, or has failed, the error's `details`
    have its `job_id` and `status`. A paper that cannot be had is told by a code of its own.
    """
    finished = catalog.finished_paper(arxiv_id)
    if finished is None:
        raise _not_found(arxiv_id, catalog)
    body = answers.body(finished, addresses)
    headers = {"ETag": body.etag, "Cache-Control": "no-cache"}
    if is_not_modified(request, body.etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body.content, media_type="application/json", headers=headers)


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
    for error in _HOPELESS:
        if error.code == failure.code:
            return error(failure.message, job_id=job.id, status=job.state)
    message = f"Processing of paper {arxiv_id} failed: {failure.message}"
    return PaperNotFoundError(message, job_id=job.id, status=job.state)
