from dataclasses import dataclass, field, replace

import pytest

from arxiviz_pipeline.domain.errors import (
    LicenceError,
    MalformedAnswerError,
    PaperFormatError,
    PaperNotFoundError,
    PaperSourceError,
    PaperWithdrawnError,
    RateLimitedError,
    SourceUnavailableError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Paper, PaperDocument, SourceFormat
from arxiviz_pipeline.ingest.best_document import BEST_FIRST, BestDocument
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

ASKED = ArxivId("2601.00001")
PAPER = Paper("2601.00001", 1, "On Averages", (), "", "", (), None, None, None, "", "", "html")
Outcome = bytes | PaperSourceError
NOT_SAVED = PaperNotFoundError("not saved")


@dataclass
class Shelf:
    """Has documents by format, or fails in one way."""

    documents: dict[SourceFormat, Outcome] = field(default_factory=dict)
    paper: Paper | PaperSourceError = PAPER
    asked: list[str] = field(default_factory=list)

    def describe(self, arxiv_id: ArxivId) -> Paper:
        self.asked.append("describe")
        if isinstance(self.paper, PaperSourceError):
            raise self.paper
        return self.paper

    def document(self, paper: Paper, source_format: SourceFormat) -> PaperDocument:
        self.asked.append(source_format)
        found = self.documents.get(source_format, PaperFormatError(f"No {source_format}."))
        if isinstance(found, PaperSourceError):
            raise found
        return PaperDocument(replace(paper, source_format=source_format), found, "", "url")


def read(document: PaperDocument) -> ParsedPaper:
    if document.content.startswith(b"broken"):
        raise PaperFormatError("It cannot be read.")
    return ParsedPaper("Its Own Title", ("Ada Lovelace",), "Its abstract.", ())


def fetch(*shelves: Shelf) -> PaperDocument:
    return BestDocument(shelves, read=read).fetch(ASKED)


@pytest.mark.parametrize("best", BEST_FIRST)
def test_the_best_format_there_is_wins(best: SourceFormat):
    from_best_on = BEST_FIRST[BEST_FIRST.index(best) :]
    shelf = Shelf(dict.fromkeys(from_best_on, b"text"))
    document = fetch(shelf)
    assert document.paper.source_format == best
    assert shelf.asked == ["describe", *BEST_FIRST[: BEST_FIRST.index(best) + 1]]


def test_the_better_formats_are_told_with_what_was_wrong():
    document = fetch(Shelf({"html": b"broken", "latex": b"text", "pdf": b"text"}))
    assert [(found.source_format, found.reason) for found in document.rejected] == [
        ("html", "It cannot be read."),
        ("ar5iv", "No ar5iv."),
    ]


def test_a_later_shelf_is_asked_for_what_an_earlier_one_lacks():
    saved, arxiv = Shelf({"pdf": b"broken", "abstract": b"text"}), Shelf({"ar5iv": b"text"})
    document = fetch(saved, arxiv)
    assert document.paper.source_format == "ar5iv"
    assert [found.reason for found in document.rejected] == ["No html.", "No html."]


def test_a_later_shelf_is_not_asked_for_what_an_earlier_one_has():
    arxiv = Shelf({"html": b"text"})
    assert fetch(Shelf({"pdf": b"text"}), arxiv).paper.source_format == "pdf"
    assert arxiv.asked == []


def test_the_abstract_is_the_last_resort_of_all_shelves():
    saved, arxiv = Shelf({"abstract": b"saved"}), Shelf({"abstract": b"from arXiv"})
    assert fetch(saved, arxiv).content == b"from arXiv"
    assert fetch(saved, Shelf(paper=PaperNotFoundError("none"))).content == b"saved"


def test_what_nobody_knows_of_a_paper_its_document_tells():
    blank = replace(PAPER, title="", abstract="")
    paper = fetch(Shelf({"html": b"text"}, blank)).paper
    assert (paper.title, paper.authors, paper.abstract) == (
        "Its Own Title",
        ("Ada Lovelace",),
        "Its abstract.",
    )
    assert fetch(Shelf({"html": b"text"})).paper.title == "On Averages"


@pytest.mark.parametrize("failure", [RateLimitedError("wait"), SourceUnavailableError("down")])
def test_an_outage_gives_no_poorer_document_except_of_ar5iv(failure: PaperSourceError):
    with pytest.raises(type(failure), match=str(failure)):
        fetch(Shelf({"html": failure, "pdf": b"text"}))
    document = fetch(Shelf({"ar5iv": failure, "pdf": b"text"}))
    assert [found.reason for found in document.rejected] == ["No html.", str(failure), "No latex."]


@pytest.mark.parametrize(
    "failure", [MalformedAnswerError("broken"), PaperWithdrawnError("gone"), RateLimitedError("ow")]
)
def test_what_is_wrong_with_a_shelf_is_told_at_once(failure: PaperSourceError):
    later = Shelf({"html": b"text"})
    with pytest.raises(type(failure), match=str(failure)):
        fetch(Shelf(paper=failure), later)
    assert later.asked == []


def test_what_an_earlier_shelf_has_is_told_when_a_later_one_fails():
    with pytest.raises(SourceUnavailableError, match=r"pdf: It cannot be read\. .* down"):
        fetch(Shelf({"pdf": b"broken"}), Shelf(paper=SourceUnavailableError("down")))


def test_that_an_earlier_shelf_lacks_a_paper_is_told_when_a_later_one_fails():
    with pytest.raises(SourceUnavailableError, match=r"not saved\. .* down"):
        fetch(
            Shelf(paper=PaperNotFoundError("not saved.")),
            Shelf(paper=SourceUnavailableError("down")),
        )


def test_a_refusal_of_a_later_shelf_stands_alone():
    with pytest.raises(PaperWithdrawnError) as caught:
        fetch(
            Shelf(paper=PaperNotFoundError("not saved.")), Shelf(paper=PaperWithdrawnError("gone."))
        )
    assert str(caught.value) == "gone."


def test_a_paper_without_a_readable_document_is_told_with_every_reason():
    with pytest.raises(PaperFormatError, match=r"html: No html.*pdf: It cannot be read"):
        fetch(Shelf({"pdf": b"broken"}), Shelf(paper=PaperNotFoundError("not at arXiv")))


def test_a_paper_that_no_shelf_has_is_not_found():
    with pytest.raises(PaperNotFoundError, match="not at arXiv"):
        fetch(Shelf(paper=NOT_SAVED), Shelf(paper=PaperNotFoundError("not at arXiv")))
    with pytest.raises(PaperNotFoundError, match="no source"):
        fetch()


def test_a_licence_that_forbids_it_is_told_before_any_document_is_fetched():
    shelf = Shelf({"html": b"text"}, replace(PAPER, licence="http://example.org/all-rights"))
    with pytest.raises(LicenceError, match=r"2601\.00001"):
        BestDocument([shelf], licence_policy="derivatives", read=read).fetch(ASKED)
    assert shelf.asked == ["describe"]
