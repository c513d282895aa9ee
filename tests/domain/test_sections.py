"""Roles and the choice of sections that get a video."""

import pytest

from arxiviz_pipeline.domain.models import Role, Section
from arxiviz_pipeline.domain.sections import role_of_title, sections_worth_a_video


def _section(name: str, role: Role = "body", text: str = "", equations: int = 0) -> Section:
    return Section(name, name, 1, 0, None, role, text, ("x = y",) * equations)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("References", "references"),
        ("Bibliography.", "references"),
        ("Cross-references in hypertext", "body"),
        ("References to earlier work", "body"),
        ("Acknowledgments", "acknowledgements"),
        ("Acknowledgements:", "acknowledgements"),
        ("Funding", "acknowledgements"),
        ("Abstract", "abstract"),
        ("Abstract interpretation", "body"),
        ("Introduction", "body"),
    ],
)
def test_a_role_is_told_by_the_whole_title(title: str, role: Role):
    assert role_of_title(title) == role


def test_sections_with_equations_or_enough_text_get_a_video():
    long = "A sentence that tells something. " * 20
    sections = [
        _section("formulas", equations=2),
        _section("prose", text=long),
        _section("stub", text="See below."),
        _section("proofs", role="appendix", equations=1),
        _section("tables", role="appendix", text=long),
        _section("thanks", role="acknowledgements", text=long),
        _section("Footnotes", text=long),
        _section("Data and code availability", text=long),
        _section("Authorship networks", text=long),
        _section("refs", role="references", text=long, equations=1),
    ]
    assert [s.id for s in sections_worth_a_video(sections)] == [
        "formulas",
        "prose",
        "proofs",
        "Authorship networks",
    ]
