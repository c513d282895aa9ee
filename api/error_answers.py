"""The one shape of all errors, in answers and in the API's documentation.

The shape is `{"detail": "…", "error": {"code", "message", "details"}}`.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import (
    ApiError,
    BadArxivIdError,
    InternalError,
    InvalidRequestError,
    InvalidSubmissionError,
    ServiceUnavailableError,
    SubmissionNotFoundError,
)
from arxiviz_pipeline.domain.errors import (
    InvalidArxivIdError,
    NothingSubmittedError,
    StorageUnavailableError,
    SubmissionError,
)

log = logging.getLogger(__name__)


class ErrorDescription(BaseModel):
    """An error for programs."""

    code: str = Field(description="Which error; never changes its meaning.")
    message: str = Field(description="What was wanted, what was found, what to do.")
    details: dict[str, Any] = Field(default_factory=dict, description="Values, by error.")


class ErrorBody(BaseModel):
    """What every error looks like."""

    detail: str = Field(description="The same message, where FastAPI's own errors have it.")
    error: ErrorDescription


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


async def _on_nothing_submitted(_request: Request, error: Exception) -> JSONResponse:
    return answer(SubmissionNotFoundError(str(error)))


async def _on_storage_unavailable(_request: Request, error: Exception) -> JSONResponse:
    log.warning("storage unavailable: %s", error)
    return answer(ServiceUnavailableError(str(error)))


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    return _refused([_problem(problem) for problem in error.errors()])


def _problem(problem: Mapping[str, Any]) -> dict[str, str]:
    match problem:
        case {"type": "json_invalid", "loc": ("body", position)}:
            reason = problem["ctx"]["error"]
            return {"where": "body", "message": f"No JSON: {reason} at character {position}."}
        case {"type": "model_attributes_type", "loc": ("body",)}:
            message = "It should be a JSON object, sent with Content-Type: application/json."
            return {"where": "body", "message": message}
        case _:
            where = ".".join(str(part) for part in problem["loc"])
            return {"where": where, "message": problem["msg"]}


def _refused(problems: list[dict[str, str]]) -> JSONResponse:
    message = "; ".join(f"{problem['where']}: {problem['message']}" for problem in problems)
    return answer(InvalidRequestError(message, problems=problems))


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status = HTTPStatus(error.status_code)
    code = _CODES.get(status, status.name)
    message = error.detail
    if status == HTTPStatus.NOT_FOUND:
        message = f"There is no {request.url.path!r} here. What there is: /api/docs."
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        message = f"{request.url.path!r} takes {allowed}, not {request.method}."
    elif status == HTTPStatus.BAD_REQUEST:  # FastAPI's, of what is no text or nested too deep
        return _refused([{"where": "body", "message": "It cannot be read as JSON in UTF-8."}])
    return JSONResponse(
        _body(code, message, {}), status_code=status, headers=dict(error.headers or {})
    )


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]] = {
    ApiError: _on_api_error,
    InvalidArxivIdError: _on_invalid_arxiv_id,
    SubmissionError: _on_invalid_submission,
    NothingSubmittedError: _on_nothing_submitted,
    StorageUnavailableError: _on_storage_unavailable,
    RequestValidationError: _on_invalid_request,
    HTTPException: _on_http_error,
}
