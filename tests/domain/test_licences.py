"""What a paper's licence allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import LicenceError
from arxiviz_pipeline.domain.licences import permits, read_licence, require_licence

CC = "http://creativecommons.org"


@pytest.mark.parametrize(
    ("url", "name", "derivatives", "commercial"),
    [
        (f"{CC}/licenses/by/4.0/", "CC BY 4.0", True, True),
        ("https://creativecommons.org/licenses/by/3.0/us", "CC BY 3.0", True, True),
        (f"{CC}/licenses/by-sa/4.0/", "CC BY-SA 4.0", True, True),
        (f"{CC}/licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0", True, False),
        (f"{CC}/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0", False, False),
        (f"{CC}/licenses/by-nd/4.0/", "CC BY-ND 4.0", False, False),
        (f"{CC}/publicdomain/zero/1.0/", "CC0 1.0", True, True),
        (f"{CC}/licenses/publicdomain/", "public domain", True, True),
        (f"{CC}/publicdomain/mark/1.0/", "public domain", True, True),
        (
            "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            "arXiv non-exclusive 1.0",
            False,
            False,
        ),
        ("http://arxiv.org/licenses/assumed-1991-2003/", "arXiv assumed 1991-2003", False, False),
        ("https://example.org/mine", "unknown ('https://example.org/mine')", False, False),
        ("", "unknown", False, False),
        (None, "unknown", False, False),
    ],
)
def test_a_licence_is_told_by_its_address(
    url: str | None, name: str, derivatives: bool, commercial: bool
):
    assert read_licence(url).name == name
    assert permits(url, "any")
    assert permits(url, "derivatives") is derivatives
    assert permits(url, "commercial") is commercial


def test_a_refusal_names_the_licence_and_what_can_be_done():
    with pytest.raises(LicenceError) as caught:
        require_licence(f"{CC}/licenses/by-nc-nd/4.0/", "derivatives", "2601.00001v2")
    message = str(caught.value)
    assert "2601.00001v2 is CC BY-NC-ND 4.0, which does not allow derivative works" in message
    assert "ARXIVIZ_LICENCE_POLICY" in message


def test_an_unknown_licence_is_refused_where_one_is_required():
    with pytest.raises(LicenceError, match="is unknown, which does not allow commercial use"):
        require_licence(None, "commercial", "2601.00001")


def test_every_licence_is_good_enough_without_a_policy():
    require_licence(None, "any", "2601.00001")


@given(st.text(max_size=80))
def test_no_text_is_taken_for_permission(text: str):
    if "creativecommons.org" not in text:
        assert not permits(text, "derivatives")
