"""What is told of a failure besides what happened."""

from typing import get_args

import pytest

from arxiviz_pipeline.domain.advice import (
    MORE_LATEX,
    REMEDIES,
    describe_failure,
    excerpt_around,
    remedy_for,
)
from arxiviz_pipeline.domain.errors import RenderErrorKind
from arxiviz_pipeline.domain.models import FindingKind, VideoError


def test_each_kind_has_a_remedy():
    assert set(REMEDIES) == set(get_args(RenderErrorKind))
    assert all(remedy.endswith(".") for remedy in REMEDIES.values())


def test_each_kind_of_finding_has_one_too():
    render_kinds, layout_kinds, others = (get_args(each) for each in get_args(FindingKind))
    kinds = {*render_kinds, *layout_kinds, *others}
    assert len(kinds) > len(REMEDIES)
    assert all(remedy_for(kind, "") for kind in kinds)


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("LaTeX Error: File `own.sty' not found", MORE_LATEX),
        ("LaTeX Error: File `plot.png' not found", REMEDIES["latex"]),
        (r"Undefined control sequence \foo", REMEDIES["latex"]),
    ],
)
def test_a_missing_package_has_a_remedy_of_its_own(message: str, remedy: str):
    assert remedy_for("latex", message) == remedy


def test_an_excerpt_shows_the_lines_around_and_marks_the_one():
    code = "\n".join("abcdefg")
    assert excerpt_around(code, 2) == "     1 a\n>    2 b\n     3 c\n     4 d\n     5 e"
    assert excerpt_around(code, 7) == "     4 d\n     5 e\n     6 f\n>    7 g"
    assert [excerpt_around(code, line) for line in (None, 0, 8)] == ["", "", ""]
    assert excerpt_around("a # \u2028\r\nb\rc", 3).endswith(">    3 c")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (VideoError("latex", "No $", 3, "", "Add it."), "latex in line 3: No $. Add it."),
        (VideoError("crash", "It died."), "crash: It died."),
    ],
)
def test_a_failure_is_told_in_a_line(error: VideoError, told: str):
    assert describe_failure(error) == told
