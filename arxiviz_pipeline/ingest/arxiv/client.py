"""Asks arXiv for papers: what its API says of them, and their documents in every format."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperFormatError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.ingest.arxiv.documents import (
    FileMissingError,
    content_of,
    media_type_of,
    seconds_fresh,
)
from arxiviz_pipeline.ingest.arxiv.missing import withdrawn
from arxiviz_pipeline.ingest.arxiv.oai import SubmittedVersion
from arxiviz_pipeline.ingest.arxiv.paper_records import PaperRecords
from arxiviz_pipeline.ingest.arxiv.polite_client import PROGRAM, PoliteClient, RefusedError
from arxiviz_pipeline.ingest.arxiv.redirects import get_following
from arxiviz_pipeline.ingest.arxiv.request_pace import ARXIV_INTERVAL_SECONDS, RequestPace
from arxiviz_pipeline.ingest.arxiv.robots import DisallowedError, Robots

# arxiv.org's robots.txt keeps programs from /api, /src and /e-print; export.arxiv.org is the host
# that https://info.arxiv.org/help/bulk_data names for them. Pages and PDFs it leaves open to all.
API_URL = "https://export.arxiv.org/api/query"
ARXIV_URL = "https://arxiv.org"
AR5IV_URL = "https://ar5iv.labs.arxiv.org"
EXPORT_URL = "https://export.arxiv.org"
OAI_URL = "https://oaipmh.arxiv.org/oai"
LARGEST_BODY_BYTES = 100 * 1024 * 1024  # arXiv takes submissions of up to 50 MB
METADATA_FRESH_SECONDS = 86_400.0  # arXiv announces once a day
_NOT_PUBLIC = b"not publicly available"  # arxiv.org's words where the authors hide the source


class ArxivClient:
    """Asks arXiv itself, at its pace.

    Args:
        state_folder: Where the pace of requests is kept, for all processes of this machine.
        contact: An address or page arXiv's operators can turn to; goes into the User-Agent.
        answers: Where answers are kept, so that a paper is asked for once; None keeps none.
        timeout_seconds: For connecting, and for each read.
        largest_body_bytes: More of an answer is not read.
        interval_seconds: Between the starts of two requests.
        attempts: How often a request is made that fails in a passing way.
        retry_wait_seconds: The first pause between two such attempts; it doubles.
        metadata_fresh_seconds: For how long a paper's newest version is taken for the newest.
        today: The date in UTC; ids begin with the month they are given out in.
    """

    def __init__(
        self,
        state_folder: Path,
        *,
        api_url: str = API_URL,
        arxiv_url: str = ARXIV_URL,
        ar5iv_url: str = AR5IV_URL,
        export_url: str = EXPORT_URL,
        oai_url: str = OAI_URL,
        contact: str | None = None,
        answers: ObjectStore | None = None,
        timeout_seconds: float = 30.0,
        largest_body_bytes: int = LARGEST_BODY_BYTES,
        interval_seconds: float = ARXIV_INTERVAL_SECONDS,
        attempts: int = 3,
        retry_wait_seconds: float = 4.0,
        metadata_fresh_seconds: float = METADATA_FRESH_SECONDS,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._arxiv_url = arxiv_url.rstrip("/")
        self._ar5iv_url = ar5iv_url.rstrip("/")
        self._export_url = export_url.rstrip("/")
        polite = partial(
            PoliteClient,
            RequestPace(state_folder, interval_seconds),
            contact=contact,
            timeout_seconds=timeout_seconds,
            largest_body_bytes=largest_body_bytes,
            attempts=attempts,
            retry_wait_seconds=retry_wait_seconds,
            answers=None if answers is None else AnswerCache(answers),
        )
        rules = Robots(
            polite(),
            program=PROGRAM,
            interfaces=(api_url, oai_url),
            programs_urls=(self._export_url,),
        )
        self._http = polite(rules=rules)
        self._records = PaperRecords(
            self._http, api_url, oai_url, self._arxiv_url, metadata_fresh_seconds, today
        )

    def describe(self, arxiv_id: ArxivId) -> Paper:
        """Ask the API about a paper, and OAI-PMH for its licence.

        Raises:
            InvalidArxivIdError: If arXiv doesn't know this form of id.
            PaperNotFoundError: If arXiv has no such paper.
            VersionNotFoundError: If it has the paper, but not this version.
            NotAnnouncedError: If the id's month is not over: arXiv may have the paper soon.
            PaperWithdrawnError: If this version was withdrawn, and nothing is left to read.
            RateLimitedError: If arXiv asks to wait, and goes on doing so.
            SourceUnavailableError: If it cannot be reached, or fails.
            MalformedAnswerError: If it answers what it doesn't document.
        """
        paper, may_be_withdrawn = self._records.describe(arxiv_id)
        if may_be_withdrawn:
            self._refuse_withdrawn(paper)
        return replace(paper, licence=self._records.licence(arxiv_id))

    def document(self, paper: Paper, source_format: SourceFormat) -> PaperDocument:
        """Get a described paper's document in one format.

        Trouble with ar5iv costs its page alone, whatever it is: it is a service beside arXiv.

        Raises:
            PaperFormatError: If there is none, with the reason.
            PaperWithdrawnError: If the files are gone because this version was withdrawn.
            RateLimitedError: If arXiv asks to wait, and goes on doing so.
            SourceUnavailableError: If it cannot be reached, or fails.
        """
        match source_format:
            case "html" | "latex" | "pdf":
                return self._file(paper, source_format)
            case "ar5iv":
                return self._ar5iv_page(paper)
            case "abstract":
                return self._abstract(paper)

    def _refuse_withdrawn(self, paper: Paper) -> None:
        """Make sure that there is something to read, where the API suggests that there isn't."""
        resolved = _resolved(paper)
        versions = self._records.versions(resolved)
        flagged = next((one for one in versions if one.number == resolved.version), None)
        if flagged is not None:
            if flagged.is_withdrawn:
                raise withdrawn(resolved, versions)
            return
        try:
            self._checked("pdf", self._file_url(resolved, "pdf"))
        except FileMissingError as error:
            raise withdrawn(resolved, versions) from error
        except PaperFormatError:
            return  # there is something

    def _file(self, paper: Paper, source_format: SourceFormat) -> PaperDocument:
        resolved = _resolved(paper)
        try:
            return self._document(paper, source_format, self._file_url(resolved, source_format))
        except FileMissingError as error:
            if source_format == "html":
                raise
            # Every version has a source and a PDF, unless it was withdrawn.
            versions = self._records.versions(resolved)
            if SubmittedVersion(resolved.version or 0, is_withdrawn=True) in versions:
                raise withdrawn(resolved, versions) from error
            if source_format == "pdf":
                raise
        # Mirrors that are older than June 2026, when /e-print became /src, have only the former.
        return self._document(paper, source_format, f"{self._export_url}/e-print/{resolved}")

    def _file_url(self, arxiv_id: ArxivId, source_format: SourceFormat) -> str:
        if source_format == "latex":
            return f"{self._export_url}/src/{arxiv_id}"
        return f"{self._arxiv_url}/{source_format}/{arxiv_id}"

    def _ar5iv_page(self, paper: Paper) -> PaperDocument:
        asked = ArxivId.parse(paper.arxiv_id)
        if asked.version is not None:
            newest, _ = self._records.describe(ArxivId(asked.number))
            if newest.version != asked.version:
                message = f"ar5iv has no version but the newest, which is {newest.version}."
                raise PaperFormatError(message)
        try:
            return self._document(paper, "ar5iv", f"{self._ar5iv_url}/html/{asked.number}")
        except (RateLimitedError, SourceUnavailableError) as error:
            raise PaperFormatError(str(error)) from error

    def _abstract(self, paper: Paper) -> PaperDocument:
        if not paper.abstract:
            message = f"arXiv tells no abstract of {paper.arxiv_id}."
            raise PaperFormatError(message)
        url = f"{self._arxiv_url}/abs/{_resolved(paper)}"
        described = replace(paper, source_format="abstract")
        return PaperDocument(described, paper.abstract.encode(), "text/plain", url)

    def _document(self, paper: Paper, source_format: SourceFormat, url: str) -> PaperDocument:
        answer, media_type = self._checked(source_format, url)
        described = replace(paper, source_format=source_format)
        if source_format in ("html", "ar5iv"):
            described = replace(described, html_url=url)
        return PaperDocument(described, content_of(source_format, answer), media_type, answer.url)

    def _checked(self, source_format: SourceFormat, url: str) -> tuple[Answer, str]:
        """Get a document and what it is.

        Raises:
            PaperFormatError: If it is not there, must not be asked for, or is something else.
        """
        attempts = 1 if source_format == "ar5iv" else None
        try:
            freshness = partial(seconds_fresh, source_format)
            answer = get_following(self._http, url, freshness, attempts=attempts)
        except RefusedError as error:
            if _NOT_PUBLIC not in error.page:
                raise
            message = f"There is none at {url}: its authors keep the source to themselves."
            raise PaperFormatError(message) from error
        except (DisallowedError, MalformedAnswerError) as error:
            raise PaperFormatError(str(error)) from error
        return answer, media_type_of(source_format, answer)


def _resolved(paper: Paper) -> ArxivId:
    asked = ArxivId.parse(paper.arxiv_id)
    return asked if paper.version is None else asked.with_version(paper.version)
