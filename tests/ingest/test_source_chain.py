import pytest

from arxiviz_pipeline.domain.errors import (
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
    PaperSourceError,
    RateLimitedError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument
from arxiviz_pipeline.ingest.source_chain import FirstOf

ASKED = ArxivId("2601.00001")
DOCUMENT = PaperDocument(
    Paper("2601.00001", 1, "On Averages", (), "", "", (), None, None, None, "", "", "html"),
    b"<p>",
    "text/html",
    "https://example.org",
)


class FakeSource:
    """Has one paper, or fails in one way."""

    def __init__(self, outcome: PaperDocument | PaperSourceError) -> None:
        self.outcome = outcome
        self.asked: list[ArxivId] = []

    def fetch(self, arxiv_id: ArxivId) -> PaperDocument:
        self.asked.append(arxiv_id)
        if isinstance(self.outcome, PaperSourceError):
            raise self.outcome
        return self.outcome


def test_the_first_source_that_has_the_paper_answers():
    later = FakeSource(DOCUMENT)
    assert FirstOf([FakeSource(DOCUMENT), later]).fetch(ASKED) is DOCUMENT
    assert later.asked == []


@pytest.mark.parametrize("failure", [PaperNotFoundError("none"), PaperFormatError("a PDF")])
def test_a_source_without_the_paper_lets_the_next_one_try(failure: PaperSourceError):
    assert FirstOf([FakeSource(failure), FakeSource(DOCUMENT)]).fetch(ASKED) is DOCUMENT


@pytest.mark.parametrize("failure", [MalformedAnswerError("broken"), RateLimitedError("wait")])
def test_any_other_failure_is_told_at_once(failure: PaperSourceError):
    later = FakeSource(DOCUMENT)
    with pytest.raises(type(failure), match=str(failure)):
        FirstOf([FakeSource(failure), later]).fetch(ASKED)
    assert later.asked == []


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (PaperNotFoundError("not saved"), PaperNotFoundError("not at arXiv"), "not at arXiv"),
        (PaperNotFoundError("not saved"), PaperFormatError("only a PDF"), "only a PDF"),
        (PaperFormatError("saved PDF"), PaperFormatError("no page"), "no page"),
        (PaperFormatError("saved PDF"), PaperNotFoundError("not at arXiv"), "saved PDF"),
    ],
)
def test_when_all_fail_the_most_telling_error_is_raised(
    first: PaperSourceError, second: PaperSourceError, told: str
):
    with pytest.raises(PaperSourceError, match=told):
        FirstOf([FakeSource(first), FakeSource(second)]).fetch(ASKED)


def test_a_paper_that_is_here_but_unreadable_is_told_with_what_the_network_said():
    sources = [FakeSource(PaperFormatError("only a PDF.")), FakeSource(RateLimitedError("wait"))]
    with pytest.raises(PaperFormatError, match=r"only a PDF\. .*wait"):
        FirstOf(sources).fetch(ASKED)


def test_without_sources_nothing_is_found():
    with pytest.raises(PaperNotFoundError, match="no source"):
        FirstOf([]).fetch(ASKED)
