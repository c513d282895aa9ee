"""Chooses the best of a paper's documents that can be read, over several places that have some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from arxiviz_pipeline.domain.errors import (
    PaperFormatError,
    PaperNotFoundError,
    PaperSourceError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.licences import LicencePolicy, require_licence
from arxiviz_pipeline.domain.models import Paper, PaperDocument, RejectedFormat, SourceFormat
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.parsing import parse_document

BEST_FIRST: Final[tuple[SourceFormat, ...]] = ("html", "ar5iv", "latex", "pdf", "abstract")
_WHOLE_PAPERS = BEST_FIRST[:-1]
_OUTAGES = (RateLimitedError, SourceUnavailableError)
_OPTIONAL = frozenset({"ar5iv"})  # a service beside arXiv: its outage costs its page alone


class DocumentShelf(Protocol):
    """A place with documents of papers: `arxiv.client`, `saved_papers`."""

    def describe(self, arxiv_id: ArxivId) -> Paper:
        """Return what is known of a paper; title, authors and abstract are empty if they aren't.

        Raises:
            PaperNotFoundError: If the place lacks the paper.
            PaperSourceError: As its other subclasses tell.
        """
        ...

    def document(self, paper: Paper, source_format: SourceFormat) -> PaperDocument:
        """Return a described paper's document in one format; nobody has looked into it yet.

        Raises:
            PaperFormatError: If there is none; its message is the reason, a sentence.
            PaperSourceError: As its other subclasses tell.
        """
        ...


class BestDocument:
    """Fetches each paper in the best format that can be read.

    Shelves are asked one after the other: a later one for what no earlier one has. What is broken
    or out of reach is told, so that nobody gets a poorer document for a passing reason. The
    abstract alone is taken when every shelf has been asked.
    """

    def __init__(
        self,
        shelves: Sequence[DocumentShelf],
        *,
        licence_policy: LicencePolicy = "any",
        read: Callable[[PaperDocument], ParsedPaper] = parse_document,
    ) -> None:
        self._shelves = tuple(shelves)
        self._licence_policy: LicencePolicy = licence_policy
        self._read = read

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Fetch the paper; the document's `rejected` tells of the better formats.

        Raises:
            PaperNotFoundError: If no shelf has the paper.
            PaperFormatError: If one has it, but in no form that can be read.
            LicenceError: If its licence does not allow what the policy asks for.
            PaperSourceError: As a shelf's other failures tell.
        """
        search = _Search()
        for shelf in self._shelves:
            known = search.known
            try:
                paper = shelf.describe(arxiv_id)
                search.described.append((shelf, paper))
                document = self._first_readable(shelf, paper, _WHOLE_PAPERS, search)
            except PaperNotFoundError as error:
                search.missing.append(error)
            except _OUTAGES as error:
                search.add_reasons(error, known)
                raise
            else:
                if document is not None:
                    return document
        for shelf, paper in reversed(search.described):
            document = self._first_readable(shelf, paper, ("abstract",), search)
            if document is not None:
                return document
        raise search.failure(arxiv_id)

    def _first_readable(
        self,
        shelf: DocumentShelf,
        paper: Paper,
        formats: Sequence[SourceFormat],
        search: "_Search",
    ) -> PaperDocument | None:
        require_licence(paper.licence, self._licence_policy, paper.arxiv_id)
        for source_format in formats:
            try:
                document = shelf.document(paper, source_format)
                parsed = self._read(document)
            except PaperFormatError as error:
                search.rejected.append(RejectedFormat(source_format, str(error)))
            except _OUTAGES as error:
                if source_format not in _OPTIONAL:
                    raise
                search.rejected.append(RejectedFormat(source_format, str(error)))
            else:
                return replace(
                    document,
                    paper=_completed(document.paper, parsed),
                    rejected=search.better_than(source_format),
                )
        return None


@dataclass(slots=True)
class _Search:
    """What has been found out about one paper so far."""

    described: list[tuple[DocumentShelf, Paper]] = field(default_factory=list)
    rejected: list[RejectedFormat] = field(default_factory=list)
    missing: list[PaperNotFoundError] = field(default_factory=list)

    @property
    def known(self) -> str:
        """What has been found out, in words."""
        return " ".join([*map(str, self.missing), *_reasons(self.rejected)])

    def better_than(self, source_format: SourceFormat) -> tuple[RejectedFormat, ...]:
        better = BEST_FIRST[: BEST_FIRST.index(source_format)]
        found = [rejected for rejected in self.rejected if rejected.source_format in better]
        return tuple(sorted(found, key=lambda rejected: better.index(rejected.source_format)))

    def add_reasons(self, error: PaperSourceError, known: str) -> None:
        """Tell what is known from earlier shelves where a later one fails: it may be the remedy."""
        if known:
            error.args = (f"{known} The next source was of no help: {error}", *error.args[1:])

    def failure(self, arxiv_id: ArxivId) -> PaperSourceError:
        if self.described:
            reasons = " ".join(_reasons(self.rejected))
            message = f"{arxiv_id} is there, but in no format that can be read. {reasons}"
            return PaperFormatError(message)
        if self.missing:
            return self.missing[-1]
        return PaperNotFoundError(f"There is no source to ask for {arxiv_id}.")


def _reasons(rejected: Sequence[RejectedFormat]) -> list[str]:
    return [f"{found.source_format}: {found.reason.rstrip('.')}." for found in rejected]


def _completed(paper: Paper, parsed: ParsedPaper) -> Paper:
    """Let the document tell what nothing else does."""
    return replace(
        paper,
        title=paper.title or parsed.title or paper.arxiv_id,
        authors=paper.authors or parsed.authors,
        abstract=paper.abstract or parsed.abstract,
    )
