"""Every error the API answers with, its status and code, and the one shape they all have.

The shape is `{"detail": "…", "error": {"code", "message", "details"}}`.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    StorageUnavailableError,
    SubmissionError,
)

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5


class ErrorDescription(BaseModel):
    """An error for programs."""

    code: str = Field(description="Which error; never changes its meaning.")
    message: str = Field(description="What was wanted, what was found, what to do.")
    details: dict[str, Any] = Field(default_factory=dict, description="Values, by error.")


class ErrorBody(BaseModel):
    """What every error looks like."""

    detail: str = Field(description="The same message, where FastAPI's own errors have it.")
    error: ErrorDescription


class ApiError(Exception):
    """An answer that is not the one asked for."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    example: ClassVar[str]
    header_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer, named in `header_names`."""
        return {}


class BadArxivIdError(ApiError):
    """The text is no arXiv id."""

    status = HTTPStatus.BAD_REQUEST
    code = "INVALID_ARXIV_ID"
    example = "'17O6.03762' is not an arXiv id. Expected one like '1706.03762'."


class PaperNotFoundError(ApiError):
    """The paper has not been processed."""

    status = HTTPStatus.NOT_FOUND
    code = "PAPER_NOT_FOUND"
    example = "Paper 1706.03762 has not been processed yet. Ask for it: POST /api/process."


class UnknownPaperError(ApiError):
    """arXiv has no such paper."""

    status = HTTPStatus.NOT_FOUND
    code = "PAPER_UNKNOWN"
    example = "arXiv has no paper 2101.99999. Check the number."


class VersionNotFoundError(ApiError):
    """arXiv has the paper, but not this version of it."""

    status = HTTPStatus.NOT_FOUND
    code = "VERSION_NOT_FOUND"
    example = "arXiv has no 1706.03762v99; its newest version is 7."


class PaperNotAnnouncedError(ApiError):
    """arXiv has no such paper, but may announce it in the next days."""

    status = HTTPStatus.NOT_FOUND
    code = "PAPER_NOT_ANNOUNCED"
    example = "arXiv has not announced 2612.00001 yet. Ask again tomorrow."


class UnreadablePaperError(ApiError):
    """The paper exists, but in no format that can be read."""

    status = HTTPStatus.NOT_FOUND
    code = "PAPER_UNREADABLE"
    example = "math/0303004 is there, but in no format that can be read."


class PaperWithdrawnError(ApiError):
    """The paper's authors have withdrawn it."""

    status = HTTPStatus.GONE
    code = "PAPER_WITHDRAWN"
    example = "0902.4054 has been withdrawn by its authors. Ask for an earlier version."


class ForbiddingLicenceError(ApiError):
    """The paper's licence does not allow what this installation makes of papers."""

    status = HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS
    code = "LICENCE_FORBIDS"
    example = "The licence of 1706.03762 allows no derivative works."


class JobNotFoundError(ApiError):
    """There is no such job."""

    status = HTTPStatus.NOT_FOUND
    code = "JOB_NOT_FOUND"
    example = "There is no job '00000000-0000-0000-0000-000000000000'."


class VideoNotFoundError(ApiError):
    """There is no such video."""

    status = HTTPStatus.NOT_FOUND
    code = "VIDEO_NOT_FOUND"
    example = "There is no video '1706.03762-S1-0123456789abcdef'."


class JobNotCancellableError(ApiError):
    """Dagster could not end the run."""

    status = HTTPStatus.CONFLICT
    code = "JOB_NOT_CANCELLABLE"
    example = "Dagster could not end the run: its worker does not answer."


class InvalidSubmissionError(ApiError):
    """Scenes that were handed in cannot be taken; none of them was."""

    status = HTTPStatus.BAD_REQUEST
    code = "INVALID_SUBMISSION"
    example = (
        "Scene 1 is for section 'S9', which the paper does not have. Its sections: S1, S2, S2.SS1."
    )


class SubmissionNotFoundError(ApiError):
    """Nothing is handed in for the paper, or not for this section."""

    status = HTTPStatus.NOT_FOUND
    code = "SUBMISSION_NOT_FOUND"
    example = "No scene is handed in for section 'S9' of 1706.03762; there are for: S1, S2."


class PaperBusyError(ApiError):
    """A job is at the paper, and would not see the change."""

    status = HTTPStatus.CONFLICT
    code = "PAPER_BUSY"
    example = "1706.03762 is being processed. Nothing was changed; ask again when its job ended."


class InvalidRequestError(ApiError):
    """The request does not fit the schema."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "VALIDATION_ERROR"
    example = "body.quality: Input should be 'low', 'medium' or 'high'"


class PayloadTooLargeError(ApiError):
    """The request's body is larger than anything this call needs."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "PAYLOAD_TOO_LARGE"
    example = "The request's body has more than the 65536 bytes it may have."


class MalformedRangeError(ApiError):
    """The Range header cannot be read."""

    status = HTTPStatus.BAD_REQUEST
    code = "BAD_REQUEST"
    example = "The Range 'bytes=x' cannot be read. Expected one like 'bytes=0-1023'."

    def __init__(self, asked: str) -> None:
        super().__init__(f"The Range {asked!r} cannot be read. Expected one like 'bytes=0-1023'.")


class RangeNotSatisfiableError(ApiError):
    """The range starts past the end."""

    status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    code = "RANGE_NOT_SATISFIABLE"
    example = "The Range 'bytes=700000-' is not within the 612345 bytes there are."
    header_names = ("Content-Range",)

    def __init__(self, asked: str, size_bytes: int) -> None:
        message = f"The Range {asked!r} is not within the {size_bytes} bytes there are."
        super().__init__(message, size_bytes=size_bytes)
        self._size_bytes = size_bytes

    @property
    def headers(self) -> dict[str, str]:
        """How much there is."""
        return {"Content-Range": f"bytes */{self._size_bytes}"}


class ServiceUnavailableError(ApiError):
    """Something the API needs does not work at the moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "SERVICE_UNAVAILABLE"
    example = "Dagster does not answer at http://127.0.0.1:3000/graphql. Start it: arxiviz up."
    header_names = ("Retry-After",)

    @property
    def headers(self) -> dict[str, str]:
        """When to ask again."""
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}


class InternalError(ApiError):
    """A fault of the API's own."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "INTERNAL_ERROR"
    example = "Something went wrong on the server. The details are in its log."


_CODES = {
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
}


def answer(error: ApiError) -> JSONResponse:
    """Answer with an error, in the one shape."""
    return JSONResponse(
        _body(error.code, error.message, error.details),
        status_code=error.status,
        headers=error.headers,
    )


def documented(*errors: type[ApiError]) -> dict[int | str, dict[str, Any]]:
    """Describe errors for a route's `responses`, each with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in (*errors, InvalidRequestError, InternalError):
        response = responses.setdefault(
            int(error.status),
            {
                "model": ErrorBody,
                "description": "",
                "content": {"application/json": {"examples": {}}},
            },
        )
        response["description"] = " ".join([response["description"], error.__doc__ or ""]).strip()
        if error.header_names:
            schemas = {name: {"schema": {"type": "string"}} for name in error.header_names}
            response["headers"] = schemas
        response["content"]["application/json"]["examples"][error.code] = {
            "value": _body(error.code, error.example, {})
        }
    return responses


def add_error_handlers(app: FastAPI) -> None:
    """Give every error of this application the one shape."""
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)
    app.add_middleware(CatchFaults)


class CatchFaults:
    """Answers 500 to what nobody foresaw, and logs it.

    Starlette's own handler for it sits outside of the CORS middleware, so that pages of other
    origins could not read the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            log.exception("no answer to %s %s", scope["method"], scope["path"])
            await answer(InternalError(InternalError.example))(scope, receive, send)


def _body(code: str, message: str, details: Mapping[str, object]) -> dict[str, Any]:
    return {
        "detail": message,
        "error": {"code": code, "message": message, "details": jsonable_encoder(dict(details))},
    }


async def _on_api_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this type alone
    return answer(error)


async def _on_invalid_arxiv_id(_request: Request, error: Exception) -> JSONResponse:
    return answer(BadArxivIdError(str(error)))


async def _on_invalid_submission(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SubmissionError)  # noqa: S101 - as above
    details = {"section_ids": error.section_ids} if error.section_ids else {}
    return answer(InvalidSubmissionError(str(error), **details))


async def _on_storage_unavailable(_request: Request, error: Exception) -> JSONResponse:
    log.warning("storage unavailable: %s", error)
    return answer(ServiceUnavailableError(str(error)))


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    problems = [
        {"where": ".".join(str(part) for part in problem["loc"]), "message": problem["msg"]}
        for problem in error.errors()
    ]
    message = "; ".join(f"{problem['where']}: {problem['message']}" for problem in problems)
    return answer(InvalidRequestError(message, problems=problems))


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status = HTTPStatus(error.status_code)
    code = _CODES.get(status, status.name)
    message = error.detail
    if status == HTTPStatus.NOT_FOUND:
        message = f"There is no {request.url.path!r} here. What there is: /api/docs."
    return JSONResponse(
        _body(code, message, {}), status_code=status, headers=dict(error.headers or {})
    )


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]] = {
    ApiError: _on_api_error,
    InvalidArxivIdError: _on_invalid_arxiv_id,
    SubmissionError: _on_invalid_submission,
    StorageUnavailableError: _on_storage_unavailable,
    RequestValidationError: _on_invalid_request,
    HTTPException: _on_http_error,
}
