"""Chooses the best of a paper's documents that can be read, over several places that have some."""

from typing import Protocol

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat


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
