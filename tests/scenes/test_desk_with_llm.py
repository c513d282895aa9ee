"""Who writes where there is an LLM, and what becomes of a script of its that fails."""

from dataclasses import replace
from threading import Event, current_thread

import pytest

from arxiviz_pipeline.domain.errors import RenderError, WritingError
from arxiviz_pipeline.domain.models import Finding, LlmUsage, SceneScript, Section
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from tests.scenes.desk import (
    OTHER,
    PAPER,
    SECTION,
    ScriptedWriter,
    Templates,
    ThreadListener,
    by_llm,
    make_desk,
    remedies,
    submit,
    written,
)
from tests.scenes.proving import ObedientRehearser, fails_on, make_gates, scene


def test_the_llm_mends_its_script_with_what_failed_before_the_template_does():
    llm = ScriptedWriter(
        by_llm("self.play(Bad(1))"),
        ["self.play(Bad(2))", "self.wait(3)"],
    )
    fail = fails_on("Bad(", "RuntimeError: no")
    (script,) = make_desk(fail, llm).make_scripts(PAPER, [SECTION])
    assert script.origin == "llm:m"
    assert "self.wait(3)" in script.manim_code
    assert remedies(script)[-2:] == [("llm", False), ("llm", True)]
    assert "Bad(1)" in llm.asked[0][1]


def test_where_the_llm_gives_up_the_template_takes_over_and_the_cost_is_told():
    llm = ScriptedWriter(by_llm("self.play(Bad(1))", usage=LlmUsage("m", request_count=2)))
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert script.origin == "template"
    assert remedies(script)[-1] == ("template", True)
    assert script.llm_usage is not None
    assert script.llm_usage.request_count == 3


def test_where_the_llm_writes_nothing_the_script_is_the_templates_and_says_so():
    def refuse(section: Section) -> SceneScript:
        raise WritingError("No answer could be used.")

    (script,) = make_desk(llm=ScriptedWriter(refuse)).make_scripts(PAPER, [SECTION])
    assert script.origin == "template"
    assert remedies(script) == [("template", True)]
    assert script.attempts[0].failure.message == "No answer could be used."


def test_the_llm_is_asked_before_anything_is_taken_out():
    shown = [f"self.play(Create(Square({number})))" for number in range(4)]
    llm = ScriptedWriter(
        by_llm(*shown, "self.play(Bad(1))"),
        ["self.wait(9)"],
    )
    head_fails = fails_on("Bad(", "RuntimeError: no")
    (script,) = make_desk(head_fails, llm).make_scripts(PAPER, [SECTION])
    assert "self.wait(9)" in script.manim_code
    assert remedies(script) == [("llm", True)]
    (submitted,) = make_desk(head_fails).make_scripts(
        PAPER, [SECTION], [submit(scene(*shown, "self.play(Bad(1))"))]
    )
    assert remedies(submitted) == [("mends", True)]


def test_scripts_of_an_llm_are_finished_one_by_one():
    first_is_heard = Event()

    class Waiting(ThreadListener):
        def script_finished(self, script: SceneScript) -> None:
            super().script_finished(script)
            first_is_heard.set()

    def write(section: Section) -> SceneScript:
        if section is OTHER and not first_is_heard.wait(20):
            raise WritingError("The first was not told of while the second was written.")
        return written(section, "llm", "llm:m")

    listener = Waiting()
    scripts = make_desk(llm=ScriptedWriter(write)).make_scripts(
        PAPER, [SECTION, OTHER], listener=listener
    )
    assert [script.origin for script in scripts] == ["llm:m", "llm:m"]
    assert listener.heard == [("writing", "2"), ("written", "s1"), ("written", "s2")]
    assert listener.threads == {current_thread()}


def test_an_llm_hears_of_an_interruption():
    cancelled = Event()
    llm = ScriptedWriter(
        by_llm("self.play(Bad(1))"),
        ["self.wait(9)"],
    )
    desk = make_desk(fails_on("Bad(", "RuntimeError: no"), llm)
    desk.make_scripts(PAPER, [SECTION], cancelled=cancelled)
    assert llm.told_of_cancelling == {cancelled}


def test_an_interruption_that_stops_the_llm_stops_the_run():
    cancelled = Event()

    def write(section: Section) -> SceneScript:
        cancelled.set()
        raise RenderError(kind="cancelled", message="The LLM is waited for no longer.")

    with pytest.raises(RenderError) as caught:
        make_desk(llm=ScriptedWriter(write)).make_scripts(PAPER, [SECTION], cancelled=cancelled)
    assert caught.value.kind == "cancelled"


def test_a_cost_that_is_known_stays_known_when_the_llm_gives_up_before_it_asks():
    llm = ScriptedWriter(
        by_llm("self.play(Bad(1))", usage=LlmUsage("m", request_count=2, cost_usd=0.25))
    )
    llm.given_up = LlmUsage("m")
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert script.llm_usage == LlmUsage("m", request_count=2, cost_usd=0.25)


def test_what_an_llm_has_cost_is_told_where_nothing_passes():
    crowded = (Finding("overlap", "Two texts overlap."),)
    llm = ScriptedWriter(by_llm(usage=LlmUsage("m", request_count=2)))
    rehearser = ObedientRehearser(layout=lambda code: crowded)
    desk = ScriptDesk(Templates(), make_gates(rehearser), llm)
    (script,) = desk.make_scripts(PAPER, [SECTION])
    assert remedies(script)[-1] == ("title_card", False)
    assert script.llm_usage == LlmUsage("m", request_count=3)


def test_an_llm_that_gives_nothing_is_told_of_among_the_attempts():
    llm = ScriptedWriter(by_llm("self.play(Bad(1))"))
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert remedies(script) == [("llm", False), ("template", True)]
    assert script.attempts[0].changes == ("The budget is spent.",)
    assert script.attempts[0].failure.message == "NameError: name 'Bad' is not defined"


def test_an_llm_that_writes_what_failed_before_is_told_of_and_not_asked_again():
    llm = ScriptedWriter(
        by_llm("self.play(Bad(1))"), ["self.play(Bad(2))", "self.play(Bad(1))", "self.wait(9)"]
    )
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert remedies(script) == [("llm", False), ("llm", False), ("template", True)]
    assert script.attempts[1].changes == ("The LLM wrote what had failed before.",)
    assert script.llm_usage == LlmUsage("m", request_count=2)


def test_the_equations_are_reported_of_what_the_llms_script_became():
    section = replace(SECTION, equations=("s = g t", "E = m c^2"))
    first = [f"self.play(Write(MathTex('s = {part}')))" for part in ("g t", "1", "2")]
    llm = ScriptedWriter(by_llm(*first, "self.play(Bad(MathTex('E = m c^2')))"))
    desk = make_desk(fails_on("Bad(", "RuntimeError: no"), llm)
    (script,) = desk.make_scripts(PAPER, [section])
    assert script.origin == "llm:m"
    assert remedies(script) == [("llm", False), ("mends", True)]
    report = script.checks[-1]
    assert (report.name, report.message) == (
        "equations",
        "1 of the section's 2 display equations are shown.",
    )
    assert "'E = m c^2'" in report.findings[0].message
