"""Fetches papers from arXiv: metadata from its API, the page from arxiv.org or ar5iv."""

import logging
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.ingest.arxiv.atom import parse_atom
from arxiviz_pipeline.ingest.arxiv.polite_client import Answer, PoliteClient
from arxiviz_pipeline.ingest.arxiv.request_pace import ARXIV_INTERVAL_SECONDS, RequestPace
from arxiviz_pipeline.ingest.html.document import LARGEST_PAGE_BYTES
from arxiviz_pipeline.ingest.html.parser import is_failed_conversion

# arxiv.org's robots.txt disallows /api; export.arxiv.org is the host for programs.
API_URL = "https://export.arxiv.org/api/query"
ARXIV_URL = "https://arxiv.org"
AR5IV_URL = "https://ar5iv.labs.arxiv.org"
_ATOM_TYPES = frozenset({"application/atom+xml", "application/xml", "text/xml"})
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_MOST_REDIRECTS = 5
_TRUSTED_DOMAINS = ("arxiv.org", "ar5iv.org")

log = logging.getLogger(__name__)


class ArxivClient:
    """Asks arXiv itself, at its pace.

    Args:
        state_folder: Where the pace of requests is kept, for all processes of this machine.
        contact: An address or page arXiv's operators can turn to; goes into the User-Agent.
        timeout_seconds: For connecting, and for each read.
        largest_body_bytes: More of an answer is not read.
        interval_seconds: Between the starts of two requests.
        attempts: How often a request is made that fails in a passing way.
        retry_wait_seconds: The first pause between two such attempts; it doubles.
    """

    def __init__(
        self,
        state_folder: Path,
        *,
        api_url: str = API_URL,
        arxiv_url: str = ARXIV_URL,
        ar5iv_url: str = AR5IV_URL,
        contact: str | None = None,
        timeout_seconds: float = 30.0,
        largest_body_bytes: int = LARGEST_PAGE_BYTES,
        interval_seconds: float = ARXIV_INTERVAL_SECONDS,
        attempts: int = 3,
        retry_wait_seconds: float = 4.0,
    ) -> None:
        self._api_url = api_url
        self._arxiv_url = arxiv_url.rstrip("/")
        self._ar5iv_url = ar5iv_url.rstrip("/")
        self._http = PoliteClient(
            RequestPace(state_folder, interval_seconds),
            contact=contact,
            timeout_seconds=timeout_seconds,
            largest_body_bytes=largest_body_bytes,
            attempts=attempts,
            retry_wait_seconds=retry_wait_seconds,
        )

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Fetch a paper's metadata, and its page from arxiv.org or else ar5iv.

        Raises:
            PaperNotFoundError: If arXiv has no such paper, or no such version.
            InvalidArxivIdError: If arXiv doesn't know this form of id.
            PaperFormatError: If neither has an HTML page of it.
            RateLimitedError: If arXiv asks to wait, and goes on doing so.
            SourceUnavailableError: If it cannot be reached, or fails.
            MalformedAnswerError: If it answers what it doesn't document.
        """
        paper = self._metadata(arxiv_id)
        resolved = arxiv_id if paper.version is None else arxiv_id.with_version(paper.version)
        url = f"{self._arxiv_url}/html/{resolved}"
        if page := self._page(url):
            return _document(paper, page, url, "html")
        url = f"{self._ar5iv_url}/html/{arxiv_id.number}"
        if self._is_newest(arxiv_id) and (page := self._page(url)):
            return _document(paper, page, url, "ar5iv")
        message = (
            f"{resolved} has no HTML page at {self._arxiv_url} or {self._ar5iv_url}, and reading "
            "LaTeX sources, PDFs or abstracts is not available in this version. If you have the "
            f"paper as a LaTeXML page, save it as {arxiv_id.slug}/page.html in the folder that "
            "ARXIVIZ_PAPERS_DIR names."
        )
        raise PaperFormatError(message)

    def _metadata(self, arxiv_id: ArxivId) -> Paper:
        query = urlencode({"id_list": str(arxiv_id), "max_results": 1}, safe="/")
        answer = self._get(f"{self._api_url}?{query}")
        if answer.status == HTTPStatus.NOT_FOUND:
            message = f"{answer.url} answers HTTP 404: check ARXIV_API_URL."
            raise PaperNotFoundError(message)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST):
            raise MalformedAnswerError(_unexpected(answer, "an Atom feed"))
        if answer.media_type not in _ATOM_TYPES:
            raise MalformedAnswerError(_unexpected(answer, "an Atom feed"))
        url = f"{self._arxiv_url}/html/{arxiv_id}"
        return parse_atom(answer.content, arxiv_id, html_url=url, source_format="html")

    def _page(self, url: str) -> Answer | None:
        """Get a paper's page, or None where the site has none."""
        answer = self._get(url)
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or answer.is_redirect:
            log.info("no page at %s: HTTP %d", url, answer.status)
            return None
        if answer.status != HTTPStatus.OK or answer.media_type not in _PAGE_TYPES:
            raise MalformedAnswerError(_unexpected(answer, "an HTML page"))
        if is_failed_conversion(answer.content, url):
            log.info("no page at %s: the conversion failed", url)
            return None
        return answer

    def _get(self, url: str) -> Answer:
        """Get an address and follow its redirects, except to a paper's abstract."""
        answer = self._http.get(url)
        for _ in range(_MOST_REDIRECTS):
            if answer.location is None or "/abs/" in urlsplit(answer.location).path:
                return answer
            if not _is_trusted(answer.location, url):
                message = f"{url} redirects to {answer.location}, which is none of arXiv's sites."
                raise MalformedAnswerError(message)
            answer = self._http.get(answer.location)
        message = f"{url} redirects more than {_MOST_REDIRECTS} times."
        raise MalformedAnswerError(message)

    def _is_newest(self, arxiv_id: ArxivId) -> bool:
        """Tell whether the newest version is asked for: ar5iv has no other."""
        if arxiv_id.version is None:
            return True
        return self._metadata(ArxivId(arxiv_id.number)).version == arxiv_id.version


def _document(paper: Paper, page: Answer, url: str, source_format: SourceFormat) -> PaperDocument:
    described = replace(paper, html_url=url, source_format=source_format)
    return PaperDocument(described, page.content, page.media_type, page.url)


def _is_trusted(location: str, asked: str) -> bool:
    target, origin = urlsplit(location), urlsplit(asked)
    if target.scheme not in ("http", "https") or target.hostname is None:
        return False
    if target.hostname == origin.hostname:
        return True
    return any(
        target.hostname == domain or target.hostname.endswith(f".{domain}")
        for domain in _TRUSTED_DOMAINS
    )


def _unexpected(answer: Answer, wanted: str) -> str:
    return (
        f"{answer.url} answers HTTP {answer.status} with {answer.media_type or 'no type'} "
        f"where {wanted} was expected; it begins {answer.beginning!r}."
    )
