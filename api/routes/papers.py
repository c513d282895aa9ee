"""Finished papers: all of them, or one with its sections and videos."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from api.conditional import is_not_modified
from api.dependencies import (
    AddressesDep,
    ArxivIdDep,
    CatalogDep,
    PaperAnswersDep,
    PaperListDep,
)
from api.error_answers import documented
from api.errors import PaperNotFoundError, ServiceUnavailableError
from api.finished_papers import HOPELESS, find_finished
from api.schemas.papers import PaperAnswer, PaperPage, PaperSummary

router = APIRouter(tags=["papers"])


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
        **documented(PaperNotFoundError, *HOPELESS, ServiceUnavailableError),
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
    finished = find_finished(arxiv_id, catalog)
    body = answers.body(finished, addresses)
    headers = {"ETag": body.etag, "Cache-Control": "no-cache"}
    if is_not_modified(request, body.etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body.content, media_type="application/json", headers=headers)
