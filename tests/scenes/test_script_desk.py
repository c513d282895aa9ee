"""How a paper's scripts come to be: what is tried when one fails, what is told."""

from threading import Event, current_thread

import pytest

from arxiviz_pipeline.domain.errors import RenderError, SubmissionError
from arxiviz_pipeline.domain.models import Finding, Paper, SceneScript, Section
from arxiviz_pipeline.scenes.repair.repair_chain import MOST_MENDS
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from arxiviz_pipeline.scenes.template.features import Feature, Material
from arxiviz_pipeline.scenes.template.writer import TemplateWriter
from tests.scenes.desk import (
    OTHER,
    PAPER,
    SECTION,
    Templates,
    ThreadListener,
    make_desk,
    remedies,
    submit,
)
from tests.scenes.proving import ObedientRehearser, fails_on, make_gates, scene
from tests.scenes.sections import RulerTypesetter


def test_each_section_worth_a_video_gets_a_proved_script():
    listener = ThreadListener()
    scripts = make_desk().make_scripts(PAPER, [SECTION, OTHER], listener=listener)
    assert [script.section_id for script in scripts] == ["S1", "S2"]
    assert all(check.passed for script in scripts for check in script.checks)
    assert [len(script.checks) for script in scripts] == [4, 4]
    assert listener.heard == [("writing", "2"), ("written", "s1"), ("written", "s2")]
    assert listener.threads == {current_thread()}


def test_all_first_scripts_are_rehearsed_in_one_batch():
    rehearser = ObedientRehearser()
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    desk.make_scripts(PAPER, [SECTION, OTHER])
    assert rehearser.batches == [2]


def test_a_section_with_submitted_scripts_gets_these_alone():
    code = scene("self.wait()")
    given = [submit(code), submit(code, concept="Again"), submit(scene("self.wait(2)"))]
    scripts = make_desk().make_scripts(PAPER, [SECTION, OTHER], given)
    assert [script.origin for script in scripts] == ["submitted"] * 3 + ["template"]
    assert [script.manim_code for script in scripts[:2]] == [code, code]
    assert len({script.id for script in scripts}) == 4
    again = make_desk().make_scripts(PAPER, [SECTION, OTHER], given)
    assert [script.id for script in again] == [script.id for script in scripts]


def test_a_submitted_script_without_storyboard_is_captioned_by_its_concept():
    (script,) = make_desk().make_scripts(PAPER, [SECTION], [submit(scene("self.wait()"))])
    assert [beat.narration for beat in script.storyboard] == ["A square"]


def test_a_submitted_script_for_a_section_that_is_not_there_is_refused():
    with pytest.raises(SubmissionError, match="no section 'S9'.*S1, S2") as caught:
        make_desk().make_scripts(PAPER, [SECTION, OTHER], [submit("x", section_id="S9")])
    assert caught.value.section_ids == ("S1", "S2")


def test_a_failing_script_is_mended_and_tells_how():
    code = scene("self.play(ShowCreation(Square()))", "self.wait()")
    (script,) = make_desk().make_scripts(PAPER, [SECTION], [submit(code)])
    assert script.origin == "submitted"
    assert "self.play(Create(Square()))" in script.manim_code
    assert remedies(script) == [("mends", True)]
    (attempt,) = script.attempts
    assert attempt.changes == ("ShowCreation is called Create today.",)
    assert ">    6         self.play(ShowCreation(Square()))" in attempt.excerpt


def test_what_rules_cannot_mend_becomes_the_templates_script():
    given = [submit("There is no code here.")]
    (script,) = make_desk().make_scripts(PAPER, [SECTION], given)
    assert script.origin == "template"
    assert script.concept == "A square"
    assert script.id.startswith("submitted-")
    assert remedies(script)[-1] == ("template", True)


def test_a_failing_template_becomes_simpler_and_at_last_a_title_card():
    def fail(code: str) -> Finding | None:
        return None if "card of" in code else Finding("exception", "RuntimeError: no")

    (script,) = make_desk(fail).make_scripts(PAPER, [SECTION])
    assert "card of Method" in script.manim_code
    assert [remedy for remedy, _ in remedies(script)] == ["simple_template", "title_card"]


def test_mends_are_bounded():
    lines = [f"self.play(Strange{number}())" for number in range(40)]
    head = "from manim import *\n" + "\n".join(f"Strange{number} = None" for number in range(40))
    fail = fails_on("self.play(Strange", "RuntimeError: no")
    given = [submit(scene(*lines, head=head))]
    (script,) = make_desk(fail).make_scripts(PAPER, [SECTION], given)
    assert [remedy for remedy, _ in remedies(script)].count("mends") == MOST_MENDS
    assert script.origin == "template"


class FaultyTemplates(Templates):
    """Has faults in its rules for one section."""

    def __init__(self, *faulty: str) -> None:
        self._faulty = faulty

    def write(self, paper: Paper, section: Section) -> SceneScript:
        return self._unless_faulty("write", section) or super().write(paper, section)

    def write_simple(self, paper: Paper, section: Section) -> SceneScript:
        return self._unless_faulty("simple", section) or super().write_simple(paper, section)

    def _unless_faulty(self, rule: str, section: Section) -> None:
        if rule in self._faulty and section is SECTION:
            raise KeyError(rule)


@pytest.mark.parametrize(
    ("faulty", "becomes", "tried"),
    [
        (["write"], "simple of Method", [("simple_template", True)]),
        (["write", "simple"], "card of Method", [("simple_template", False), ("title_card", True)]),
    ],
)
def test_a_fault_of_a_writing_rule_costs_the_scene_its_pictures_alone(
    faulty: list[str],
    becomes: str,
    tried: list[tuple[str, bool]],
    caplog: pytest.LogCaptureFixture,
):
    desk = ScriptDesk(FaultyTemplates(*faulty), make_gates())
    plain, whole = desk.make_scripts(PAPER, [SECTION, OTHER])
    assert becomes in plain.manim_code
    assert remedies(plain) == tried
    assert plain.attempts[0].failure.message == "KeyError: 'write'"
    assert "template of Results" in whole.manim_code
    assert "failed at section S1" in caplog.text


def test_a_fault_of_a_writing_rule_in_a_repair_leads_to_the_next(
    caplog: pytest.LogCaptureFixture,
):
    desk = ScriptDesk(FaultyTemplates("write", "simple"), make_gates())
    (script,) = desk.make_scripts(PAPER, [SECTION], [submit("There is no code here.")])
    assert remedies(script) == [("title_card", True)]
    assert "failed at section S1" in caplog.text


def test_a_cancelled_run_makes_no_scripts():
    cancelled = Event()
    cancelled.set()
    with pytest.raises(RenderError) as caught:
        make_desk().make_scripts(PAPER, [SECTION], cancelled=cancelled)
    assert caught.value.kind == "cancelled"


def test_one_script_is_checked_and_mended_without_a_paper():
    desk = make_desk()
    script = desk.check_script(scene("self.play(ShowCreation(Square()))", "self.wait()"))
    assert not script.checks[0].passed
    mended = desk.mend_script(script)
    assert all(check.passed for check in mended.checks)
    assert remedies(mended) == [("mends", True)]


def test_what_cannot_be_mended_comes_back_with_what_is_wrong():
    script = make_desk().check_script("no code at all, sorry")
    mended = make_desk().mend_script(script)
    assert [check.name for check in mended.checks] == ["policy"]
    assert not mended.checks[0].passed


def test_where_nothing_passes_the_first_script_that_came_furthest_is_kept():
    crowded = (Finding("overlap", "Two texts overlap."),)
    rehearser = ObedientRehearser(
        fails_on("simple of", "RuntimeError: no"), layout=lambda code: crowded
    )
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    (script,) = desk.make_scripts(PAPER, [SECTION])
    assert "template of Method" in script.manim_code
    assert remedies(script)[-1] == ("title_card", False)
    assert not script.checks[-1].passed


def test_a_scene_that_shows_nothing_becomes_the_templates():
    rehearser = ObedientRehearser(blank=lambda code: "Square" not in code and "Text" not in code)
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    (script,) = desk.make_scripts(PAPER, [SECTION], [submit(scene("self.wait()"))])
    assert script.origin == "template"
    assert script.attempts[0].failure.kind == "empty"
    (kept,) = desk.make_scripts(PAPER, [SECTION], [submit(scene("self.add(Square())"))])
    assert kept.origin == "submitted"


def test_what_mends_leave_blank_is_no_video():
    rehearser = ObedientRehearser(
        fails_on("Bad(", "RuntimeError: no"), blank=lambda code: "Bad(" not in code
    )
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    code = scene("self.play(Bad(1))", "self.play(Create(Square()))", "self.wait()", "self.wait(2)")
    mended = desk.mend_script(desk.check_script(code))
    assert remedies(mended)[0] == ("mends", False)
    assert not all(check.passed for check in mended.checks)


def test_a_fault_of_a_finder_leaves_the_section_to_the_others(caplog: pytest.LogCaptureFixture):
    def find(material: Material) -> list[Feature]:
        raise IndexError

    faulty = TemplateWriter(RulerTypesetter(), [find]).write(PAPER, SECTION)
    assert faulty == TemplateWriter(RulerTypesetter(), []).write(PAPER, SECTION)
    assert "IndexError" in caplog.text
