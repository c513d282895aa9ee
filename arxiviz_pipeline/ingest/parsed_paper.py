"""What a parser finds in a document: the same shape for every format."""

from dataclasses import dataclass

from arxiviz_pipeline.domain.models import Section


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """A paper as its own document tells it.

    Attributes:
        title: With inline math as `$…$`.
        authors: Names in the document's order; empty where it does not mark them.
        abstract: Plain text with inline math as `$…$`; empty if there is none.
        sections: In reading order.
    """

    title: str
    authors: tuple[str, ...]
    abstract: str
    sections: tuple[Section, ...]
