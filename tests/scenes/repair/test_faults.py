"""A fault of one rule costs what that rule has to offer, and nothing else."""

from collections.abc import Iterator

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi, ManimName
from arxiviz_pipeline.scenes.repair.faults import despite_faults
from arxiviz_pipeline.scenes.repair.mender import Mender
from tests.scenes.proving import MANIM, ObedientTypesetter, scene


class FaultyNames(dict[str, ManimName]):
    """Manim's names, of which none can be looked at."""

    def get(self, *_: object) -> ManimName:
        raise IndexError

    def __contains__(self, _: object) -> bool:
        raise IndexError


def offers(error: Exception) -> Iterator[int]:
    yield 1
    raise error


def test_what_a_rule_offers_before_its_fault_is_taken(caplog: pytest.LogCaptureFixture):
    assert list(despite_faults(offers(ZeroDivisionError()))) == [1]
    assert "ZeroDivisionError" in caplog.text


def test_a_renderer_that_is_not_there_is_no_fault_of_a_rule():
    with pytest.raises(RenderError, match="no LaTeX"):
        list(despite_faults(offers(RenderError("unavailable", "There is no LaTeX."))))


def test_rules_with_faults_leave_a_script_to_the_others(caplog: pytest.LogCaptureFixture):
    api = ManimApi("0.22.0", FaultyNames(MANIM.names))
    code = scene("circle = Circle()", "self.play()", "self.play(Write(circle[0][7]))")
    failure = Finding("exception", "IndexError: list index out of range", line=8)
    mender = Mender(api, ObedientTypesetter())
    tried = [code]
    while mended := mender.mend(code, "A", [failure], lambda new, _: new not in tried):
        tried.append(mended.code)
    assert any("self.play()" not in each for each in tried)
    assert any("circle[0][-1]" in each for each in tried)
    assert "IndexError" in caplog.text
