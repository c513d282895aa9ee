"""How a repair is told."""

from dataclasses import replace

from arxiviz_pipeline.domain.models import Attempt, Finding, Video, VideoError
from arxiviz_pipeline.domain.repairs import describe_attempt, repairs_of
from tests.fakes import make_repaired, make_script

VIDEO = Video("v", "S1", "a", "A", "complete", "low", "fake-1")
FAILURE = VideoError("exception", "no such name 'Sqare'", 4)


def test_only_what_was_tried_after_the_render_is_a_repair_of_the_video():
    script = make_repaired(make_script("a"), VideoError("latex", "refused"), "second")
    assert repairs_of(script, VIDEO) == ()
    repaired = make_repaired(script, FAILURE, "third")
    (attempt,) = repairs_of(script, replace(VIDEO, repaired_script=repaired))
    assert attempt.failure.message == FAILURE.message


def test_an_attempt_is_told_with_its_cause_its_remedy_and_its_end():
    finding = Finding("exception", "no such name 'Sqare'.", line=4)
    attempt = Attempt(finding, "", "mends", ("Sqare is Square.",), passed=True)
    assert describe_attempt(attempt) == (
        "exception in line 4: no such name 'Sqare'. → mended by rules (Sqare is Square.)"
    )
    in_vain = replace(attempt, remedy="llm", changes=(), passed=False)
    assert describe_attempt(in_vain).endswith("→ written anew by the LLM, in vain")
