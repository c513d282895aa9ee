"""How a paper's scripts come to be: who writes, what is tried when one fails, what is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Thread, current_thread

import pytest

from arxiviz_pipeline.domain.errors import RenderError, SubmissionError, WritingError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    Beat,
    Finding,
    LlmUsage,
    Paper,
    RenderedScene,
    RenderSettings,
    SceneScript,
    Section,
    SubmittedScene,
    VideoError,
)
from arxiviz_pipeline.domain.production import Studio
from arxiviz_pipeline.scenes.repair.repair_chain import MOST_MENDS
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from tests.fakes import FakeRenderer, MemoryLibrary, RecordingListener, make_rendered
from tests.scenes.proving import ObedientRehearser, fails_on, make_gates, scene
from tests.scenes.sections import make_paper, make_section

PAPER = make_paper()
SECTION = make_section("A text. " * 60, title="Method", section_id="S1")
OTHER = replace(make_section("B text. " * 60, title="Results", section_id="S2"), order_index=1)
BEATS = (Beat("We say it.", 4.0, "title"),)


def written(section: Section, name: str, origin: str = "template") -> SceneScript:
    code = scene(f"self.play(Write(Text('{name} of {section.title}')))", "self.wait()")
    return SceneScript(section.id.lower(), section.id, section.title, BEATS, code, "A", origin, ())


class Templates:
    """Writes three scripts a section, told apart by their texts."""

    def write(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "template")

    def write_simple(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "simple")

    def write_title_card(self, paper: Paper, section: Section) -> SceneScript:
        return written(section, "card")


@dataclass
class ScriptedLlm:
    """Writes what it is told, and remembers what it was asked."""

    first: Callable[[Section], SceneScript]
    revisions: Sequence[str] = ()
    max_concurrency: int = 2
    asked: list[tuple[str, str]] = field(default_factory=list)
    given_up: LlmUsage = field(default_factory=lambda: LlmUsage("m", request_count=1))
    told_of_cancelling: set[Event | None] = field(default_factory=set)

    def write(self, paper: Paper, section: Section, cancelled: Event | None = None) -> SceneScript:
        self.told_of_cancelling.add(cancelled)
        return self.first(section)

    def revise(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: Finding,
        excerpt: str,
        cancelled: Event | None = None,
    ) -> SceneScript:
        self.told_of_cancelling.add(cancelled)
        self.asked.append((failure.message, excerpt))
        if len(self.asked) > len(self.revisions):
            raise WritingError("The budget is spent.", self.given_up)
        return replace(script, manim_code=scene(self.revisions[len(self.asked) - 1]))


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.threads: set[Thread] = set()

    def scripts_planned(self, scene_count: int) -> None:
        self.heard.append(f"planned {scene_count}")

    def script_finished(self, script: SceneScript) -> None:
        self.heard.append(f"finished {script.id}")
        self.threads.add(current_thread())

    def scenes_planned(self, scripts: object) -> None: ...
    def scene_started(self, script: object) -> None: ...
    def scene_finished(self, script: object, video: object) -> None: ...


def make_desk(
    fail: Callable[[str], Finding | None] = lambda _: None, llm: ScriptedLlm | None = None
) -> ScriptDesk:
    return ScriptDesk(Templates(), make_gates(ObedientRehearser(fail)), llm)


def remedies(script: SceneScript) -> list[tuple[str, bool]]:
    return [(attempt.remedy, attempt.passed) for attempt in script.attempts]


def test_each_section_worth_a_video_gets_a_proved_script():
    listener = Listener()
    scripts = make_desk().make_scripts(PAPER, [SECTION, OTHER], listener=listener)
    assert [script.section_id for script in scripts] == ["S1", "S2"]
    assert all(check.passed for script in scripts for check in script.checks)
    assert [len(script.checks) for script in scripts] == [4, 4]
    assert listener.heard == ["planned 2", "finished s1", "finished s2"]
    assert listener.threads == {current_thread()}


def test_all_first_scripts_are_rehearsed_in_one_batch():
    rehearser = ObedientRehearser()
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    desk.make_scripts(PAPER, [SECTION, OTHER])
    assert rehearser.batches == [2]


def submit(code: str, **changes: str) -> SubmittedScene:
    given = SubmittedScene(section_id="S1", concept="A square", manim_code=code)
    return replace(given, **changes)  # pyright: ignore[reportArgumentType]


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


def test_the_llm_mends_its_script_with_what_failed_before_the_template_does():
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"), manim_code=scene("self.play(Bad(1))")
        ),
        ["self.play(Bad(2))", "self.wait(3)"],
    )
    fail = fails_on("Bad(", "RuntimeError: no")
    (script,) = make_desk(fail, llm).make_scripts(PAPER, [SECTION])
    assert script.origin == "llm:m"
    assert "self.wait(3)" in script.manim_code
    assert remedies(script)[-2:] == [("llm", False), ("llm", True)]
    assert "Bad(1)" in llm.asked[0][1]


def test_where_the_llm_gives_up_the_template_takes_over_and_the_cost_is_told():
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"),
            manim_code=scene("self.play(Bad(1))"),
            llm_usage=LlmUsage("m", request_count=2),
        )
    )
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert script.origin == "template"
    assert remedies(script)[-1] == ("template", True)
    assert script.llm_usage is not None
    assert script.llm_usage.request_count == 3


def test_where_the_llm_writes_nothing_the_script_is_the_templates_and_says_so():
    def refuse(section: Section) -> SceneScript:
        raise WritingError("No answer could be used.")

    (script,) = make_desk(llm=ScriptedLlm(refuse)).make_scripts(PAPER, [SECTION])
    assert script.origin == "template"
    assert remedies(script) == [("template", True)]
    assert script.attempts[0].failure.message == "No answer could be used."


def test_mends_are_bounded():
    lines = [f"self.play(Strange{number}())" for number in range(40)]
    head = "from manim import *\n" + "\n".join(f"Strange{number} = None" for number in range(40))
    fail = fails_on("self.play(Strange", "RuntimeError: no")
    given = [submit(scene(*lines, head=head))]
    (script,) = make_desk(fail).make_scripts(PAPER, [SECTION], given)
    assert [remedy for remedy, _ in remedies(script)].count("mends") == MOST_MENDS
    assert script.origin == "template"


def test_a_failed_render_goes_on_where_the_gates_left_off():
    desk = make_desk()
    (script,) = desk.make_scripts(PAPER, [SECTION])
    failure = VideoError("crash", "The process died.")
    repaired = desk.repair(PAPER, SECTION, script, failure)
    assert repaired is not None
    assert "simple of Method" in repaired.manim_code
    assert repaired.id == script.id
    again = desk.repair(PAPER, SECTION, repaired, failure)
    assert again is not None
    assert "card of Method" in again.manim_code
    assert [remedy for remedy, _ in remedies(again)] == ["simple_template", "title_card"]
    assert desk.repair(PAPER, SECTION, again, failure) is None


def test_renders_that_go_on_failing_end_with_the_title_card():
    desk = make_desk(
        llm=ScriptedLlm(lambda section: written(section, "llm", "llm:m"), ["self.wait(2)"])
    )
    (script,) = desk.make_scripts(PAPER, [SECTION])
    renderer = FakeRenderer()
    renderer.render = _renders_cards_alone  # type: ignore[method-assign]
    studio = Studio(renderer, MemoryLibrary(), RenderSettings("low"), 1)

    def repair(
        failing: SceneScript, failure: VideoError, renders_failed: int, cancelled: Event
    ) -> SceneScript | None:
        return desk.repair(PAPER, SECTION, failing, failure, cancelled, renders_failed)

    (video,) = studio.make_videos(
        ArxivId.parse("2601.00000"), [script], RecordingListener(), repair=repair
    )
    assert video.status == "complete"
    assert video.repaired_script is not None
    assert "card of Method" in video.repaired_script.manim_code


def _renders_cards_alone(script: SceneScript, *_: object) -> RenderedScene:
    if "card of" in script.manim_code:
        return make_rendered()
    raise RenderError("timeout", "It takes too long.")


def test_a_fault_of_a_writing_rule_costs_the_scene_its_pictures_alone(
    caplog: pytest.LogCaptureFixture,
):
    class Faulty(Templates):
        def write(self, paper: Paper, section: Section) -> SceneScript:
            if section is SECTION:
                message = "no such key"
                raise KeyError(message)
            return super().write(paper, section)

    desk = ScriptDesk(Faulty(), make_gates())
    card, whole = desk.make_scripts(PAPER, [SECTION, OTHER])
    assert "card of Method" in card.manim_code
    assert card.attempts[0].failure.message == "KeyError: 'no such key'"
    assert "template of Results" in whole.manim_code
    assert "failed at section S1" in caplog.text


def test_a_render_that_fails_on_a_line_is_mended_there():
    code = scene("self.play(Create(Square()))", "self.wait()", "self.wait(1)", "self.boom()")
    desk = make_desk()
    (script,) = desk.make_scripts(PAPER, [SECTION], [submit(code)])
    failure = VideoError("exception", "'A' object has no attribute 'boom'", 9)
    repaired = desk.repair(PAPER, SECTION, script, failure)
    assert repaired is not None
    assert "boom" not in repaired.manim_code
    assert remedies(repaired) == [("mends", True)]


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


def test_the_llm_is_asked_before_anything_is_taken_out():
    shown = [f"self.play(Create(Square({number})))" for number in range(4)]
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"), manim_code=scene(*shown, "self.play(Bad(1))")
        ),
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

    class Waiting(Listener):
        def script_finished(self, script: SceneScript) -> None:
            super().script_finished(script)
            first_is_heard.set()

    def write(section: Section) -> SceneScript:
        if section is OTHER and not first_is_heard.wait(20):
            raise WritingError("The first was not told of while the second was written.")
        return written(section, "llm", "llm:m")

    listener = Waiting()
    scripts = make_desk(llm=ScriptedLlm(write)).make_scripts(
        PAPER, [SECTION, OTHER], listener=listener
    )
    assert [script.origin for script in scripts] == ["llm:m", "llm:m"]
    assert listener.heard == ["planned 2", "finished s1", "finished s2"]
    assert listener.threads == {current_thread()}


def test_an_llm_hears_of_an_interruption():
    cancelled = Event()
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"), manim_code=scene("self.play(Bad(1))")
        ),
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
        make_desk(llm=ScriptedLlm(write)).make_scripts(PAPER, [SECTION], cancelled=cancelled)
    assert caught.value.kind == "cancelled"


def test_a_cost_that_is_known_stays_known_when_the_llm_gives_up_before_it_asks():
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"),
            manim_code=scene("self.play(Bad(1))"),
            llm_usage=LlmUsage("m", request_count=2, cost_usd=0.25),
        )
    )
    llm.given_up = LlmUsage("m")
    (script,) = make_desk(fails_on("Bad(", "no"), llm).make_scripts(PAPER, [SECTION])
    assert script.llm_usage == LlmUsage("m", request_count=2, cost_usd=0.25)


def test_what_an_llm_has_cost_is_told_where_nothing_passes():
    crowded = (Finding("overlap", "Two texts overlap."),)
    llm = ScriptedLlm(
        lambda section: replace(
            written(section, "llm", "llm:m"), llm_usage=LlmUsage("m", request_count=2)
        )
    )
    rehearser = ObedientRehearser(layout=lambda code: crowded)
    desk = ScriptDesk(Templates(), make_gates(rehearser), llm)
    (script,) = desk.make_scripts(PAPER, [SECTION])
    assert remedies(script)[-1] == ("title_card", False)
    assert script.llm_usage == LlmUsage("m", request_count=3)
