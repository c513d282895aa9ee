"""Real sources are read as their expectations say, and as the pages made of them."""

import json
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.ingest.html.parser import parse_html
from arxiviz_pipeline.ingest.latex.parser import parse_source
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

PAPERS = ["1706.03762", "2312.12344", "1910.06709", "math_0303005"]
WITH_PAGES = ["1706.03762", "2312.12344"]


def parse_real(shared_papers: Path, name: str) -> ParsedPaper:
    source = next((shared_papers / name).glob("source.*"))
    return parse_source(source.read_bytes(), name)


@pytest.mark.parametrize("name", PAPERS)
def test_real_sources_are_split_as_expected(shared_papers: Path, name: str):
    expected = json.loads((shared_papers / name / "expected.latex.json").read_text())
    paper = parse_real(shared_papers, name)
    assert paper.title == expected["title"]
    assert list(paper.authors) == expected["authors"]
    wanted = [
        (part["level"], part["title"], part["display_blocks"])
        for part in expected["sections"]
        if not part.get("exclude")
    ] or [(1, expected["title"], expected["display_before_first_section"])]
    excluded = {part["kind"] for part in expected["sections"] if part.get("exclude")}
    found = [
        (section.level, section.title, len(section.equations))
        for section in paper.sections
        if section.role not in excluded
    ]
    assert found == wanted


@pytest.mark.parametrize("name", WITH_PAGES)
def test_a_source_and_its_page_tell_the_same(shared_papers: Path, name: str):
    page = parse_html((shared_papers / name / "page.html").read_bytes(), name)
    source = parse_real(shared_papers, name)

    def told(section: Section) -> tuple[str, int, str, str, int]:
        return section.id, section.level, section.title, section.role, len(section.equations)

    wanted = [told(section) for section in page.sections]
    ids = {section.id for section in page.sections}
    assert (source.title, source.authors) == (page.title, page.authors)
    assert [told(part) for part in source.sections if part.id in ids] == wanted
    for ours, theirs in zip(source.sections, page.sections, strict=False):
        if ours.id == theirs.id and "$" not in theirs.content and "![" not in theirs.content:
            assert words(ours.content)[:40] == words(theirs.content)[:40]


def words(text: str) -> list[str]:
    return "".join(sign if sign.isalpha() else " " for sign in text).split()
