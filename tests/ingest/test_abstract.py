import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.abstract import parse_abstract


def test_an_abstract_is_a_paper_of_one_section():
    paper = parse_abstract("We show that\n  $x_1 < y$ for every é.".encode(), "abs")
    assert paper.abstract == "We show that $x_1 < y$ for every é."
    (section,) = paper.sections
    assert (section.id, section.title, section.role) == ("abstract", "Abstract", "abstract")
    assert section.content == "We show that $x_1 < y$ for every é."


def test_markdown_of_an_abstract_is_text():
    (section,) = parse_abstract(b"A *new* snake_case [1] for $a*b$ at 5$.", "abs").sections
    assert section.content == r"A \*new\* snake_case [1] for $a*b$ at 5\$."


@pytest.mark.parametrize("content", [b"", b" \n ", b"x" * 200_000])
def test_what_is_no_abstract_is_refused(content: bytes):
    with pytest.raises(PaperFormatError, match="bytes of abstract"):
        parse_abstract(content, "abs")
