"""HTTP as arXiv asks for it: named, paced, patient, and never more of it than needed."""

from dataclasses import replace
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from typing import Protocol

import httpx2
import stamina

from arxiviz_pipeline import __version__
from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.ingest.arxiv.answer import Answer, Freshness
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache, KeptAnswer
from arxiviz_pipeline.ingest.arxiv.body import (
    TooLargeError,
    TooSlowError,
    UnpackingError,
    read_body,
)
from arxiviz_pipeline.ingest.arxiv.request_pace import (
    LONGEST_POSTPONEMENT_SECONDS,
    RequestPace,
)
from arxiviz_pipeline.ingest.arxiv.responses import (
    REDIRECTS,
    retry_after_seconds,
    set_location_aside,
    to_answer,
)

PROGRAM = "arxiviz"
_LONGEST_BACKOFF_SECONDS = 60.0
_WHOLE_ANSWER_TIMEOUTS = 10  # a body may take this many times the limit of a single read
_LARGEST_REFUSAL_BYTES = 1 << 20
_SERVER_ERRORS = range(500, 600)
_RATE_LIMIT_BODY = b"Rate exceeded"  # export.arxiv.org's, in plain text
_KEPT_STATUSES = REDIRECTS | {200, 404, 410}


class _PassingTroubleError(SourceUnavailableError):
    """The service cannot be reached or fails, and may do better in a moment."""


class RefusedError(SourceUnavailableError):
    """The service refuses to answer this client; `page` is what it says.

    Attributes:
        page: The body of its answer, as far as it is short.
    """

    def __init__(self, message: str, page: bytes) -> None:
        super().__init__(message)
        self.page = page


class RequestRules(Protocol):
    """Says what may be asked for at all: `robots`."""

    def check(self, url: str) -> None:
        """Let an address pass.

        Raises:
            PaperSourceError: If it must not be asked for.
        """
        ...


class PoliteClient:
    """Gets one address at a time.

    Args:
        pace: Lets requests go ahead.
        contact: Goes into the User-Agent.
        timeout_seconds: For connecting, and for each read.
        largest_body_bytes: More of an answer is not read.
        attempts: How often a request is made that fails in a passing way.
        retry_wait_seconds: The first pause between two such attempts; it doubles.
        answers: Where answers are kept; None keeps none.
        rules: Heeded before each request; None allows all.
    """

    def __init__(
        self,
        pace: RequestPace,
        *,
        contact: str | None,
        timeout_seconds: float,
        largest_body_bytes: int,
        attempts: int,
        retry_wait_seconds: float,
        answers: AnswerCache | None = None,
        rules: RequestRules | None = None,
    ) -> None:
        self._pace = pace
        # No other packing is taken apart piece by piece, see `body`.
        self._headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"}
        self._timeout_seconds = timeout_seconds
        self._largest_body_bytes = largest_body_bytes
        self._attempts = attempts
        self._retry_wait_seconds = retry_wait_seconds
        self._answers = answers
        self._rules = rules

    def get(
        self, url: str, *, freshness: Freshness | None = None, attempts: int | None = None
    ) -> Answer:
        """Get an address, and try again where that may help.

        Args:
            url: What to ask for.
            freshness: Tells how long its answer is good for; without it, nothing is kept. An
                answer that is too old is only asked about: the server may say that it still holds.
            attempts: How often to try, other than usual.

        Raises:
            RateLimitedError: If the service asks to wait, and goes on doing so.
            RefusedError: If it refuses.
            SourceUnavailableError: If it cannot be reached, or fails.
            MalformedAnswerError: If the answer cannot be unpacked, or is too large.
            PaperSourceError: If the rules do not allow to ask.
        """
        if freshness is None or self._answers is None:
            return self._ask(url, None, attempts)
        kept = self._answers.find(url)
        if kept is not None and kept.is_fresh(freshness):
            return kept.answer
        answer = self._ask(url, kept, attempts)
        if answer.status in _KEPT_STATUSES:
            self._answers.keep(answer)
        return answer

    def _ask(self, url: str, kept: KeptAnswer | None, attempts: int | None) -> Answer:
        if self._rules is not None:
            self._rules.check(url)
        for attempt in stamina.retry_context(
            on=_is_worth_another_try,
            attempts=attempts or self._attempts,
            timeout=None,
            wait_initial=self._retry_wait_seconds,
            wait_max=max(_LONGEST_BACKOFF_SECONDS, self._retry_wait_seconds),
            wait_jitter=self._retry_wait_seconds / 2,
        ):
            with attempt, self._pace.turn():
                answer = self._ask_or_postpone(url, _conditions(kept))
                if answer.status != HTTPStatus.NOT_MODIFIED:
                    return answer
                if kept is not None:
                    return _still_valid(kept.answer, answer)
                message = f"{url} answers HTTP 304 to a request without a condition."
                raise MalformedAnswerError(message)
        raise AssertionError  # the last attempt returns or raises

    def _ask_or_postpone(self, url: str, conditions: dict[str, str]) -> Answer:
        """Ask once; where the service asks to wait, let everybody wait."""
        try:
            return self._ask_once(url, conditions)
        except RateLimitedError as error:
            if _is_worth_another_try(error):
                self._pace.postpone(error.retry_after_seconds or 0.0)
            raise

    def _ask_once(self, url: str, conditions: dict[str, str]) -> Answer:
        try:
            with (
                httpx2.Client(
                    timeout=self._timeout_seconds,
                    headers=self._headers,
                    verify=_trust(),
                    event_hooks={"response": [set_location_aside]},
                ) as client,
                client.stream("GET", url, headers=conditions) as response,
            ):
                self._refuse_failures(url, response)
                content = self._read(url, response, self._largest_body_bytes)
                if content.startswith(_RATE_LIMIT_BODY):
                    raise _rate_limited(url, f"{_RATE_LIMIT_BODY.decode()!r}", None)
                return to_answer(url, response, content)
        except httpx2.RemoteProtocolError as error:
            message = f"The answer of {url} broke off or is no HTTP: {error}. Try again later."
            raise _PassingTroubleError(message) from error
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            message = f"{url} is no address to ask: {error}. Check the configured addresses."
            raise SourceUnavailableError(message) from error
        except httpx2.HTTPError as error:
            message = (
                f"{url} cannot be reached: {error or type(error).__name__}. "
                "Check the network; papers saved in ARXIVIZ_PAPERS_DIR need none."
            )
            raise _PassingTroubleError(message) from error

    def _read(self, url: str, response: httpx2.Response, largest_bytes: int) -> bytes:
        limit_seconds = _WHOLE_ANSWER_TIMEOUTS * self._timeout_seconds
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > largest_bytes:
            raise MalformedAnswerError(_too_large(url, f"{declared} bytes", largest_bytes))
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        try:
            return read_body(response.iter_raw(), encoding, largest_bytes, limit_seconds)
        except TooLargeError as error:
            raise MalformedAnswerError(_too_large(url, "more", largest_bytes)) from error
        except TooSlowError as error:
            message = (
                f"{url} sent {error} bytes in {limit_seconds:.0f} s and is not done. "
                "Try again later."
            )
            raise _PassingTroubleError(message) from error
        except UnpackingError as error:
            message = f"The answer of {url} cannot be unpacked: {error}. Try again later."
            raise MalformedAnswerError(message) from error

    def _refuse_failures(self, url: str, response: httpx2.Response) -> None:
        status = response.status_code
        wait = retry_after_seconds(response)
        asks_to_wait = status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None
        if status == HTTPStatus.TOO_MANY_REQUESTS or asks_to_wait:
            raise _rate_limited(url, f"HTTP {status}", wait)
        if status in _SERVER_ERRORS:
            message = f"{url} answers HTTP {status}: the service fails. Try again later."
            raise _PassingTroubleError(message)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            message = (
                f"{url} answers HTTP {status}: the service refuses this client. "
                "If many requests went before, wait a day; a contact address may help."
            )
            raise RefusedError(message, self._page_of_refusal(url, response))

    def _page_of_refusal(self, url: str, response: httpx2.Response) -> bytes:
        try:
            return self._read(url, response, _LARGEST_REFUSAL_BYTES)
        except (MalformedAnswerError, SourceUnavailableError):
            return b""


@cache
def _trust() -> SSLContext:
    """Read the certificates once: it takes longer than a small answer."""
    return httpx2.create_ssl_context()


def user_agent(contact: str | None) -> str:
    """Return how this program introduces itself."""
    return f"{PROGRAM}/{__version__}" + (f" (+{contact})" if contact else "")


def _is_worth_another_try(error: Exception) -> bool | float:
    if isinstance(error, RateLimitedError):
        wait = error.retry_after_seconds
        return True if wait is None else wait <= LONGEST_POSTPONEMENT_SECONDS and wait
    return isinstance(error, _PassingTroubleError)


def _conditions(kept: KeptAnswer | None) -> dict[str, str]:
    """Ask only for what changed since: RFC 9110, section 13."""
    if kept is None:
        return {}
    told = {
        "If-None-Match": kept.answer.etag,
        "If-Modified-Since": kept.answer.last_modified,
    }
    return {name: value for name, value in told.items() if value}


def _still_valid(kept: Answer, told: Answer) -> Answer:
    return replace(
        kept,
        etag=told.etag or kept.etag,
        last_modified=told.last_modified or kept.last_modified,
    )


def _too_large(url: str, found: str, largest_bytes: int) -> str:
    return f"{url} answers with {found}; at most {largest_bytes} bytes are read."


def _rate_limited(url: str, said: str, retry_after_seconds: float | None) -> RateLimitedError:
    wait = "a few minutes" if retry_after_seconds is None else f"{retry_after_seconds:.0f} s"
    message = f"{url} answers {said}: too many requests. Try again in {wait}."
    return RateLimitedError(message, retry_after_seconds)
