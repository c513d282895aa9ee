"""Every error the API answers with, its status and code; `error_answers` gives them their shape."""

from http import HTTPStatus
from typing import ClassVar

RETRY_AFTER_SECONDS = 5


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
