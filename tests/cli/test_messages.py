"""What papers and scripts say is shown as it is, never read as markup."""

from threading import Event

import pytest
from rich.console import Console

from arxiviz_pipeline.cli.paper_run import PaperOutcome, SceneOutcome
from arxiviz_pipeline.cli.process import print_outcome
from arxiviz_pipeline.cli.progress_display import ProgressDisplay, describe_progress
from arxiviz_pipeline.domain.models import RenderProgress, Video, VideoError
from tests.fakes import make_repaired, make_script

HOSTILE = "[/b] [a,b] [red]x"


def _scene(error: str | None) -> SceneOutcome:
    status = "complete" if error is None else "failed"
    return SceneOutcome(
        *("S1", HOSTILE, 1, "s1", "v", status, 2.0, HOSTILE, error, (HOSTILE,)),
        attempts=(HOSTILE,),
    )


def test_titles_findings_and_errors_are_printed_letter_by_letter():
    console = Console(record=True, width=200, force_terminal=True)
    outcome = PaperOutcome("2601.00000", HOSTILE, "job", HOSTILE, (_scene(None), _scene(HOSTILE)))
    print_outcome(outcome, console)
    assert console.export_text().count(HOSTILE) >= 9


def test_an_outcome_says_what_the_paper_was_read_from_and_its_licence():
    console = Console(record=True, width=200)
    licence = "http://creativecommons.org/licenses/by/4.0/"
    print_outcome(
        PaperOutcome("2601.00000", "T", "job", None, (_scene(None),), licence, "latex"), console
    )
    assert "Read from its latex; licence: CC BY 4.0." in console.export_text()


def test_progress_shows_hostile_concepts_and_messages():
    console = Console(record=True, width=200, force_terminal=True)
    script = make_script(HOSTILE)
    failed = Video(
        "v", "S1", "s1", HOSTILE, "failed", "low", "r", error=VideoError("latex", HOSTILE)
    )
    with ProgressDisplay(HOSTILE, console, Event()) as display:
        display.step(HOSTILE, HOSTILE)
        display.scenes_planned([script])
        display.scene_started(script)
        display.scene_progressed(script, RenderProgress(3, 14, 2.0))
        display.scene_progressed(script, RenderProgress(4, None, 2.5))
        display.scene_finished(script, failed)
    assert f"latex: {HOSTILE}" in console.export_text()


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        (RenderProgress(3, 14, 2.0), "(3 of 14 animations)"),
        (RenderProgress(3, None, 2.4), "(3 animations, 2 s)"),
    ],
)
def test_how_far_a_render_is_is_told_in_words(progress: RenderProgress, told: str):
    assert describe_progress(progress) == told


def test_a_scene_that_was_mended_is_told_with_what_failed_and_what_helped():
    console = Console(record=True, width=300, force_terminal=False)
    failure = VideoError("exception", HOSTILE, 4)
    written = make_repaired(make_script("a"), VideoError("latex", "refused"), "second")
    repaired = make_repaired(written, failure, "third")
    made = Video(
        *("v", "S1", "a", "A", "complete", "low", "fake-1"),
        duration_seconds=2.0,
        repaired_script=repaired,
    )
    with ProgressDisplay("2601.00000", console, Event()) as display:
        display.scripts_planned(1)
        display.script_finished(written)
        display.scenes_planned([written])
        display.scene_started(written)
        display.scene_finished(written, made)
    lines = console.export_text().splitlines()
    mended = [line for line in lines if "mended by rules" in line]
    assert ["latex: refused" in mended[0], f"exception in line 4: {HOSTILE}" in mended[1]] == [
        True
    ] * 2
    assert len(mended) == 2
