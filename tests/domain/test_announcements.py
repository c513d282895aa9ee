"""Which announcements are wanted."""

import pytest

from arxiviz_pipeline.domain.announcements import (
    ANNOUNCE_TYPES,
    Announcement,
    AnnounceType,
    Wanted,
    is_listed_under,
    parse_announce_types,
    parse_categories,
)
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.identifiers import ArxivId

BY = "http://creativecommons.org/licenses/by/4.0/"
NON_EXCLUSIVE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def _announcement(
    arxiv_id: str, announce_type: AnnounceType = "new", licence: str | None = BY
) -> Announcement:
    return Announcement(ArxivId.parse(arxiv_id), announce_type, licence=licence)


def test_categories_and_archives_are_read_once_each():
    assert parse_categories([" cs.CL", "hep-th", "cs.CL ", "", "cond-mat.mes-hall", "math"]) == (
        "cs.CL",
        "hep-th",
        "cond-mat.mes-hall",
        "math",
    )


@pytest.mark.parametrize("text", ["cs CL", "cs/CL", "CS.cl", "cs.", "cs.CL+cs.AI", "../x"])
def test_what_is_no_category_is_named(text: str):
    with pytest.raises(ConfigurationError, match="is not an arXiv category"):
        parse_categories([text])


def test_types_are_arxivs_words_and_nothing_else():
    assert parse_announce_types(["replace", " new"]) == ("new", "replace")
    with pytest.raises(ConfigurationError, match="'newest' is not one"):
        parse_announce_types(["new", "newest"])
    with pytest.raises(ConfigurationError, match="none is given"):
        parse_announce_types([" "])


def test_a_category_belongs_to_its_archive_and_not_to_one_of_like_name():
    assert is_listed_under("math.NT", ["math"])
    assert not is_listed_under("math-ph", ["math"])


def test_a_paper_is_made_once_and_again_for_every_version_that_replaces_it():
    assert _announcement("2608.00001v1").key == _announcement("2608.00001v1", "cross").key
    assert _announcement("2608.00001v2", "replace").key == "2608.00001v2"
    assert str(_announcement("2608.00001v2", "replace").paper) == "2608.00001"


def test_only_the_types_asked_for_are_chosen_each_paper_once():
    announcements = [
        _announcement(f"2608.0000{number}v1", announce_type)
        for number, announce_type in enumerate(ANNOUNCE_TYPES)
    ]
    chosen = Wanted(("new", "replace")).choose([*announcements, *announcements])
    assert [each.announce_type for each in chosen] == ["new", "replace"]


def test_a_licence_that_forbids_is_a_reason():
    wanted = Wanted(("new",), "derivatives")
    assert wanted.why_not(_announcement("2608.00001v1")) is None
    reason = wanted.why_not(_announcement("2608.00001v1", licence=NON_EXCLUSIVE))
    assert reason is not None
    assert "non-exclusive" in reason
    assert wanted.why_not(_announcement("2608.00001v1", licence=None)) is not None
