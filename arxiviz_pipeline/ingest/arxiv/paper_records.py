"""Asks arXiv what it knows of a paper: its API, and OAI-PMH for licence and versions."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperNotFoundError,
    PaperSourceError,
    VersionNotFoundError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.atom import has_entry, hints_at_withdrawal, parse_atom
from arxiviz_pipeline.ingest.arxiv.missing import not_found, version_not_found
from arxiviz_pipeline.ingest.arxiv.oai import (
    SubmittedVersion,
    has_record,
    read_licence,
    read_versions,
    record_url,
)
from arxiviz_pipeline.ingest.arxiv.polite_client import PoliteClient
from arxiviz_pipeline.ingest.arxiv.redirects import get_following

_FIXED_FRESH_SECONDS = 30 * 86_400.0
_ATOM_TYPES = frozenset({"application/atom+xml", "application/xml", "text/xml"})
_FEED_PLACE_BYTES = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaperRecords:
    """What arXiv knows of papers.

    Attributes:
        arxiv_url: The site that papers' pages are on.
        fresh_seconds: For how long a paper's newest version is taken for the newest.
        today: The date in UTC.
    """

    http: PoliteClient
    api_url: str
    oai_url: str
    arxiv_url: str
    fresh_seconds: float
    today: Callable[[], date]

    def describe(self, arxiv_id: ArxivId) -> tuple[Paper, bool]:
        """Ask the API about a paper.

        Returns:
            The paper, and whether it seems to be withdrawn.

        Raises:
            InvalidArxivIdError: If arXiv doesn't know this form of id.
            PaperNotFoundError: If it has no such paper, or not yet, or not in this version.
            PaperSourceError: As its other subclasses tell.
        """
        query = urlencode({"id_list": str(arxiv_id), "max_results": 1}, safe="/")
        answer = get_following(
            self.http, f"{self.api_url}?{query}", partial(self._metadata_fresh, arxiv_id)
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            message = f"{answer.url} answers HTTP 404: check ARXIV_API_URL."
            raise PaperNotFoundError(message)
        expected = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
        if answer.status not in expected or not _is_feed(answer):
            raise MalformedAnswerError(_unexpected(answer, "an Atom feed"))
        url = f"{self.arxiv_url}/html/{arxiv_id}"
        try:
            paper = parse_atom(answer.content, arxiv_id, html_url=url, source_format="html")
        except VersionNotFoundError:
            raise
        except PaperNotFoundError as error:
            if arxiv_id.version is None:
                raise not_found(arxiv_id, self.today()) from error
            newest, _ = self.describe(ArxivId(arxiv_id.number))
            if (newest.version or 0) >= arxiv_id.version:
                message = (
                    f"arXiv's API knows nothing of {arxiv_id}, though it tells of version "
                    f"{newest.version}. Try again later, or ask for {arxiv_id.number}."
                )
                raise MalformedAnswerError(message) from error
            raise version_not_found(arxiv_id, newest.version) from error
        return paper, hints_at_withdrawal(answer.content, arxiv_id)

    def _metadata_fresh(self, arxiv_id: ArxivId, answer: Answer) -> float:
        if not has_entry(answer.content, arxiv_id):
            return 0.0
        return self.fresh_seconds if arxiv_id.version is None else _FIXED_FRESH_SECONDS

    def licence(self, arxiv_id: ArxivId) -> str | None:
        """Return the address of a paper's licence, or None if it cannot be had."""
        try:
            return read_licence(self._record(arxiv_id, "arXiv"), arxiv_id)
        except PaperSourceError as error:
            log.warning("the licence of %s is not known: %s", arxiv_id, error)
            return None

    def versions(self, arxiv_id: ArxivId) -> tuple[SubmittedVersion, ...]:
        """Return a paper's versions, oldest first; none if they cannot be had."""
        try:
            return read_versions(self._record(arxiv_id, "arXivRaw"), arxiv_id)
        except PaperSourceError as error:
            log.warning("the versions of %s are not known: %s", arxiv_id, error)
            return ()

    def _record(self, arxiv_id: ArxivId, metadata_prefix: str) -> bytes:
        """Get OAI-PMH's record: what it adds is not worth waiting for it to recover."""
        url = record_url(self.oai_url, arxiv_id, metadata_prefix)
        freshness = partial(self._record_fresh, arxiv_id)
        answer = get_following(self.http, url, freshness, attempts=1)
        if answer.status != HTTPStatus.OK:
            raise MalformedAnswerError(_unexpected(answer, "an OAI-PMH record"))
        return answer.content

    def _record_fresh(self, arxiv_id: ArxivId, answer: Answer) -> float:
        return self.fresh_seconds if has_record(answer.content, arxiv_id) else 0.0


def _is_feed(answer: Answer) -> bool:
    return answer.media_type in _ATOM_TYPES or b"<feed" in answer.content[:_FEED_PLACE_BYTES]


def _unexpected(answer: Answer, wanted: str) -> str:
    return (
        f"{answer.url} answers HTTP {answer.status} with {answer.media_type or 'no type'} "
        f"where {wanted} was expected; it begins {answer.beginning!r}."
    )
