"""What is tried for a scene whose script passed the gates and failed to render."""

from dataclasses import replace
from threading import Event

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import RenderedScene, RenderSettings, SceneScript, VideoError
from arxiviz_pipeline.domain.production import Studio
from arxiviz_pipeline.scenes.script_desk import ScriptDesk
from tests.fakes import FakeRenderer, MemoryLibrary, RecordingListener, make_rendered
from tests.scenes.desk import (
    PAPER,
    SECTION,
    ScriptedWriter,
    Templates,
    by_llm,
    make_desk,
    remedies,
    submit,
)
from tests.scenes.proving import ObedientRehearser, make_gates, scene

CRASH = VideoError("crash", "The process died.")


def test_a_failed_render_goes_on_where_the_gates_left_off():
    desk = make_desk()
    (script,) = desk.make_scripts(PAPER, [SECTION])
    repaired = desk.repair(PAPER, SECTION, script, CRASH)
    assert repaired is not None
    assert "simple of Method" in repaired.manim_code
    assert repaired.id == script.id
    again = desk.repair(PAPER, SECTION, repaired, CRASH)
    assert again is not None
    assert "card of Method" in again.manim_code
    assert [remedy for remedy, _ in remedies(again)] == ["simple_template", "title_card"]
    assert desk.repair(PAPER, SECTION, again, CRASH) is None


def test_renders_that_go_on_failing_end_with_the_title_card():
    desk = make_desk(llm=ScriptedWriter(by_llm(), ["self.wait(2)"]))
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


def test_a_render_that_fails_on_a_line_is_mended_there():
    code = scene("self.play(Create(Square()))", "self.wait()", "self.wait(1)", "self.boom()")
    desk = make_desk()
    (script,) = desk.make_scripts(PAPER, [SECTION], [submit(code)])
    failure = VideoError("exception", "'A' object has no attribute 'boom'", 9)
    repaired = desk.repair(PAPER, SECTION, script, failure)
    assert repaired is not None
    assert "boom" not in repaired.manim_code
    assert remedies(repaired) == [("mends", True)]


def test_what_failed_to_render_is_not_tried_again_in_a_later_run():
    llm = ScriptedWriter(by_llm("self.wait(1)"), ["self.wait(2)", "self.wait(1)"])
    desk = make_desk(llm=llm)
    (script,) = desk.make_scripts(PAPER, [SECTION])
    repaired = desk.repair(PAPER, SECTION, script, CRASH)
    assert repaired is not None
    assert "self.wait(2)" in repaired.manim_code
    later = desk.repair(PAPER, SECTION, repaired, CRASH)
    assert later is not None
    assert remedies(later) == [("llm", True), ("llm", False), ("template", True)]
    assert len({attempt.failed_digest for attempt in later.attempts}) == 2


def test_a_storyboard_that_nobody_wrote_is_not_held_against_a_repair():
    rehearser = ObedientRehearser()
    desk = ScriptDesk(Templates(), make_gates(rehearser))
    code = scene("self.play(Create(Square()))", "self.wait()", "self.wait(1)", "self.boom()")
    (script,) = desk.make_scripts(PAPER, [SECTION], [submit(code)])
    failure = VideoError("exception", "'A' object has no attribute 'boom'", 9)
    repaired = desk.repair(PAPER, SECTION, script, failure)
    assert repaired is not None
    assert [seen.storyboard for seen in rehearser.seen] == [(), ()]
    assert repaired.storyboard == script.storyboard != ()


def test_the_equations_are_reported_of_what_a_repair_made_of_the_script():
    section = replace(SECTION, equations=("s = g t",))
    shown = ("self.play(Create(Square()))", "self.wait()", "self.wait(1)")
    desk = make_desk()
    (script,) = desk.make_scripts(
        PAPER, [section], [submit(scene(*shown, "self.add(MathTex('s = g t'))"))]
    )
    assert script.checks[-1].findings == ()
    failure = VideoError("exception", "RuntimeError: no", 9)
    repaired = desk.repair(PAPER, section, script, failure)
    assert repaired is not None
    assert remedies(repaired) == [("mends", True)]
    assert "Formula 1 is not in the scene" in repaired.checks[-1].findings[0].message
