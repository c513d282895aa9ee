"""Numbers of headings are read in every way they are written."""

import pytest

from arxiviz_pipeline.ingest.pdf.numbering import is_next, split_number


@pytest.mark.parametrize(
    ("heading", "ways"),
    [
        ("2 Methods", [("arabic", (2,), "Methods")]),
        ("2. Methods", [("arabic", (2,), "Methods")]),
        ("2.10.3 Odd days", [("arabic", (2, 10, 3), "Odd days")]),
        ("IV. RESULTS", [("roman", (4,), "RESULTS")]),
        ("I. Results", [("roman", (1,), "Results"), ("letter", (9,), "Results")]),
        ("B. Days", [("letter", (2,), "Days")]),
        ("A.2 Second step", [("letter", (1, 2), "Second step")]),
        ("Appendix C: Proof", [("appendix", (3,), "Proof")]),
        ("Introduction", []),
        ("1999", []),
        ("v. small", []),
    ],
)
def test_split_number(heading: str, ways: list[tuple[str, tuple[int, ...], str]]):
    found = [(number.kind, number.path, title) for number, title in split_number(heading)]
    assert found == ways


@pytest.mark.parametrize(
    ("path", "before", "follows"),
    [
        ((1,), None, True),
        ((4,), None, False),
        ((2,), (1,), True),
        ((1, 1), (1,), True),
        ((2,), (1, 3, 2), True),
        ((1, 2), (1, 1, 4), True),
        ((3,), (1,), True),
        ((5,), (1,), False),
        ((1,), (1,), False),
        ((1,), (2,), False),
        ((2, 2), (1,), False),
    ],
)
def test_is_next(path: tuple[int, ...], before: tuple[int, ...] | None, follows: bool):
    assert is_next(path, before) == follows
