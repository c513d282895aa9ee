"""Names are told from addresses."""

import pytest

from arxiviz_pipeline.ingest.author_names import names_in


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Ann Abel", "Some University", "", "Bo Bohr"], ["Ann Abel", "Bo Bohr"]),
        (["Ann Abel, Bo Bohr and Cy Cantor"], ["Ann Abel", "Bo Bohr", "Cy Cantor"]),
        (["Ann Abel,", "Bo Bohr", "Town"], ["Ann Abel", "Bo Bohr"]),
        (["Ann Abel, Jr., PhD"], ["Ann Abel, Jr."]),
        (["Ann Abel1,2 & Bo Bohr*"], ["Ann Abel", "Bo Bohr"]),
        (["Department of Things, Town"], []),
        (["a.b@c.org"], []),
    ],
)
def test_names_are_told_from_addresses(lines: list[str], names: list[str]):
    assert names_in(lines) == names
