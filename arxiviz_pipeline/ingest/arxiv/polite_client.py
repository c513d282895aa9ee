"""HTTP as arXiv asks for it: named, paced, patient, and never more of it than needed."""

import email.utils
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import httpx2
import stamina

from arxiviz_pipeline import __version__
from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.ingest.arxiv.request_pace import RequestPace

_LONGEST_RETRY_AFTER_SECONDS = 120.0
_LONGEST_BACKOFF_SECONDS = 60.0
_WHOLE_ANSWER_TIMEOUTS = 10  # a body may take this many times the limit of a single read
_SERVER_ERRORS = range(500, 600)
_RATE_LIMIT_BODY = b"Rate exceeded"  # export.arxiv.org's, in plain text
_SHOWN_BYTES = 80


class _PassingTroubleError(SourceUnavailableError):
    """The service cannot be reached or fails, and may do better in a moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, read to its end.

    Attributes:
        status: Below 500 and not 429; redirects are not followed.
        media_type: In lower case, without parameters; empty if not told.
        location: Where a redirect points, as an absolute address.
    """

    url: str
    status: int
    media_type: str
    content: bytes
    location: str | None

    @property
    def is_redirect(self) -> bool:
        """Whether the answer points elsewhere."""
        return self.location is not None

    @property
    def beginning(self) -> str:
        """The first few characters, for messages."""
        return self.content[:_SHOWN_BYTES].decode("utf-8", errors="replace")


class PoliteClient:
    """Gets one address at a time."""

    def __init__(
        self,
        pace: RequestPace,
        *,
        contact: str | None,
        timeout_seconds: float,
        largest_body_bytes: int,
        attempts: int,
        retry_wait_seconds: float,
    ) -> None:
        self._pace = pace
        self._headers = {"User-Agent": user_agent(contact)}
        self._timeout_seconds = timeout_seconds
        self._largest_body_bytes = largest_body_bytes
        self._attempts = attempts
        self._retry_wait_seconds = retry_wait_seconds

    def get(self, url: str) -> Answer:
        """Get an address, and try again where that may help.

        Raises:
            RateLimitedError: If the service asks to wait, and goes on doing so.
            SourceUnavailableError: If it cannot be reached, or fails, or refuses.
            MalformedAnswerError: If the answer breaks off, or is too large.
        """
        for attempt in stamina.retry_context(
            on=_is_worth_another_try,
            attempts=self._attempts,
            timeout=None,
            wait_initial=self._retry_wait_seconds,
            wait_max=max(_LONGEST_BACKOFF_SECONDS, self._retry_wait_seconds),
            wait_jitter=self._retry_wait_seconds / 2,
        ):
            with attempt, self._pace.turn():
                return self._get_once(url)
        raise AssertionError  # the last attempt returns or raises

    def _get_once(self, url: str) -> Answer:
        try:
            with (
                httpx2.Client(timeout=self._timeout_seconds, headers=self._headers) as client,
                client.stream("GET", url) as response,
            ):
                _refuse_failures(url, response)
                content = self._read_body(url, response)
                return _answer(url, response, content)
        except httpx2.RemoteProtocolError as error:
            message = f"The answer of {url} broke off or is no HTTP: {error}. Try again later."
            raise MalformedAnswerError(message) from error
        except httpx2.DecodingError as error:
            message = f"The answer of {url} cannot be unpacked: {error}. Try again later."
            raise MalformedAnswerError(message) from error
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            message = f"{url} is no address to ask: {error}. Check the configured addresses."
            raise SourceUnavailableError(message) from error
        except httpx2.HTTPError as error:
            message = (
                f"{url} cannot be reached: {error or type(error).__name__}. "
                "Check the network, or save the paper's page.html into ARXIVIZ_PAPERS_DIR."
            )
            raise _PassingTroubleError(message) from error

    def _read_body(self, url: str, response: httpx2.Response) -> bytes:
        limit_seconds = _WHOLE_ANSWER_TIMEOUTS * self._timeout_seconds
        deadline = time.monotonic() + limit_seconds
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > self._largest_body_bytes:
            raise MalformedAnswerError(self._too_large(url, f"{declared} bytes"))
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._largest_body_bytes:
                raise MalformedAnswerError(self._too_large(url, "more"))
            if time.monotonic() > deadline:
                message = (
                    f"{url} sent {len(body)} bytes in {limit_seconds:.0f} s and is not done. "
                    "Try again later."
                )
                raise _PassingTroubleError(message)
        return bytes(body)

    def _too_large(self, url: str, found: str) -> str:
        return f"{url} answers with {found}; at most {self._largest_body_bytes} bytes are read."


def user_agent(contact: str | None) -> str:
    """Return how this program introduces itself."""
    return f"arxiviz/{__version__}" + (f" (+{contact})" if contact else "")


def _is_worth_another_try(error: Exception) -> bool | float:
    if isinstance(error, RateLimitedError):
        wait = error.retry_after_seconds
        return True if wait is None else wait <= _LONGEST_RETRY_AFTER_SECONDS and wait
    return isinstance(error, _PassingTroubleError)


def _refuse_failures(url: str, response: httpx2.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise _rate_limited(url, f"HTTP {status}", _retry_after_seconds(response))
    if status in _SERVER_ERRORS:
        message = f"{url} answers HTTP {status}: the service fails. Try again later."
        raise _PassingTroubleError(message)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        message = (
            f"{url} answers HTTP {status}: the service refuses this client. "
            "If many requests went before, wait a day; a contact address may help."
        )
        raise SourceUnavailableError(message)


def _answer(url: str, response: httpx2.Response, content: bytes) -> Answer:
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content.startswith(_RATE_LIMIT_BODY):
        raise _rate_limited(url, f"{_RATE_LIMIT_BODY.decode()!r}", None)
    location = None
    if response.has_redirect_location:
        location = str(response.url.join(response.headers["Location"]))
    return Answer(url, response.status_code, media_type, content, location)


def _rate_limited(url: str, said: str, retry_after_seconds: float | None) -> RateLimitedError:
    wait = "a few minutes" if retry_after_seconds is None else f"{retry_after_seconds:.0f} s"
    message = f"{url} answers {said}: too many requests. Try again in {wait}."
    return RateLimitedError(message, retry_after_seconds)


def _retry_after_seconds(response: httpx2.Response) -> float | None:
    """Read Retry-After, which is a number of seconds or a date: RFC 9110, section 10.2.3."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
