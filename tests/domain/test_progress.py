from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.progress import (
    FinishedStep,
    Progress,
    SceneFinished,
    ScenesPlanned,
    ScriptFinished,
    ScriptsPlanned,
    StepFinished,
    advance,
    fold,
)

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


THREE_STEPS = [
    StepFinished(catalog.PAPERS, at(2)),
    StepFinished(catalog.SECTIONS, at(3)),
    StepFinished(catalog.SCENE_SCRIPTS, at(6)),
]


def test_nothing_is_done_before_the_first_event():
    assert Progress().fraction == 0
    assert Progress().title == "Fetching the paper"


def test_steps_count_by_the_time_they_take():
    fractions = [fold(THREE_STEPS[:count]).fraction for count in range(4)]
    assert fractions == [0.0, 0.02, 0.03, 0.23]


def test_writing_is_spread_over_the_scripts():
    progress = fold([*THREE_STEPS[:2], ScriptsPlanned(4, at(3))])
    assert (progress.fraction, progress.title) == (0.03, "Writing scenes (1 of 4)")
    progress = fold([ScriptFinished("a", at(4)), ScriptFinished("b", at(5))], progress)
    assert progress.fraction == pytest.approx(0.03 + 0.2 / 2)
    assert progress.title == "Writing scenes (3 of 4)"
    assert fold([StepFinished(catalog.SCENE_SCRIPTS, at(9))], progress).fraction == 0.23


def test_rendering_is_spread_over_the_scenes_well_or_badly():
    progress = fold(
        [
            *THREE_STEPS,
            ScenesPlanned(4, at(7)),
            SceneFinished("a", "complete", at(10)),
            SceneFinished("b", "failed", at(12)),
        ]
    )
    assert progress.fraction == pytest.approx(0.23 + 0.77 / 2)
    assert progress.complete_count == 1
    assert progress.title == "Rendering videos (3 of 4)"


def test_progress_stays_below_one_when_everything_is_rendered():
    events = [
        *THREE_STEPS,
        ScenesPlanned(1, at(7)),
        SceneFinished("a", "complete", at(9)),
        StepFinished(catalog.VIDEOS, at(9)),
    ]
    assert fold(events[:-1]).fraction == 0.99
    assert fold(events).fraction == 0.99
    assert fold(events).title == "Finishing"


def test_a_paper_without_scenes_finishes_all_the_same():
    events = [*THREE_STEPS, ScenesPlanned(0, at(6)), StepFinished(catalog.VIDEOS, at(6))]
    assert fold(events[:-1]).title == "Rendering videos"
    assert fold(events).fraction == 0.99


def test_a_run_of_some_steps_counts_those_alone():
    progress = Progress(steps=(catalog.VIDEOS,))
    assert progress.title == "Rendering videos"
    rendering = [ScenesPlanned(4, at(7)), SceneFinished("a", "complete", at(10))]
    assert fold(rendering, progress).fraction == 0.25
    assert fold(rendering, progress).title == "Rendering videos (2 of 4)"
    finished = fold([*rendering, StepFinished(catalog.VIDEOS, at(20))], progress)
    assert (finished.step, finished.fraction) == (None, 0.99)
    assert finished.finished_steps(at(5)) == [FinishedStep(catalog.VIDEOS, 15.0)]


def test_a_run_of_steps_before_the_videos_ends_with_them():
    progress = Progress(steps=(catalog.PAPERS, catalog.SECTIONS))
    assert fold(THREE_STEPS[:1], progress).fraction == pytest.approx(2 / 3, abs=1e-4)
    assert fold(THREE_STEPS[:2], progress).title == "Finishing"
    assert fold([], Progress(steps=())).fraction == 0


def test_a_step_begins_when_the_one_before_it_ends():
    assert fold(THREE_STEPS).finished_steps(START) == [
        FinishedStep(catalog.PAPERS, 2.0),
        FinishedStep(catalog.SECTIONS, 1.0),
        FinishedStep(catalog.SCENE_SCRIPTS, 3.0),
    ]


def test_a_first_step_without_a_known_start_has_no_duration():
    assert fold(THREE_STEPS[:1]).finished_steps(None) == [FinishedStep(catalog.PAPERS, None)]


def test_completion_is_estimated_from_the_pace_of_finished_scenes():
    planned = [*THREE_STEPS, ScenesPlanned(5, at(10))]
    assert fold(planned).estimated_completion(at(10)) is None
    two = [SceneFinished("a", "complete", at(14)), SceneFinished("b", "complete", at(20))]
    assert fold([*planned, *two]).estimated_completion(at(21)) == at(35)


def test_an_estimate_is_never_in_the_past():
    events = [ScenesPlanned(1, at(0)), SceneFinished("a", "complete", at(1))]
    assert fold(events).estimated_completion(at(100)) == at(100)


EVENTS = st.lists(
    st.one_of(
        st.builds(StepFinished, st.sampled_from(catalog.ASSETS), st.just(at(1))),
        st.builds(ScriptsPlanned, st.integers(0, 5), st.just(at(1))),
        st.builds(ScriptFinished, st.sampled_from("abcdef"), st.just(at(1))),
        st.builds(ScenesPlanned, st.integers(0, 5), st.just(at(1))),
        st.builds(
            SceneFinished,
            st.sampled_from("abcdef"),
            st.sampled_from(["complete", "failed"]),
            st.just(at(2)),
        ),
    )
)


@given(EVENTS)
def test_progress_only_grows_and_an_event_seen_twice_changes_nothing(events: list):
    progress = Progress()
    for event in events:
        after = advance(progress, event)
        assert progress.fraction <= after.fraction < 1
        assert advance(after, event) == after
        progress = after
