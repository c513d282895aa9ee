"""Several paper sources asked one after the other."""

from collections.abc import Sequence

from arxiviz_pipeline.domain.errors import PaperFormatError, PaperNotFoundError, PaperSourceError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import PaperDocument
from arxiviz_pipeline.domain.ports import PaperSource


class FirstOf:
    """Fetches from the first source that has the paper in a form that can be read.

    Only a source that lacks the paper, or its page, lets the next one try: what is broken or out
    of reach is told, together with what an earlier source has.
    """

    def __init__(self, sources: Sequence[PaperSource]) -> None:
        self._sources = tuple(sources)

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        """Fetch the paper.

        Raises:
            PaperFormatError: If a source has the paper, but none in a form that can be read.
            PaperNotFoundError: If no source has the paper.
            PaperSourceError: As a source's other failures tell.
        """
        failure: PaperSourceError | None = None
        for source in self._sources:
            try:
                return source.fetch(arxiv_id)
            except (PaperNotFoundError, PaperFormatError) as error:
                # "Here, but unreadable" tells more than "not here".
                if not (isinstance(failure, PaperFormatError) and _is_missing(error)):
                    failure = error
            except PaperSourceError as error:
                if not isinstance(failure, PaperFormatError):
                    raise
                message = f"{failure} The next source was of no help: {error}"
                raise PaperFormatError(message) from error
        if failure is None:
            message = f"There is no source to ask for {arxiv_id}."
            raise PaperNotFoundError(message)
        raise failure


def _is_missing(error: PaperSourceError) -> bool:
    return isinstance(error, PaperNotFoundError)
