"""In which order scripts pass the gates, and what of it is told."""

from dataclasses import replace

from arxiviz_pipeline.domain.advice import REMEDIES, advise, excerpt_around
from arxiviz_pipeline.domain.models import Check, Finding, SceneScript
from arxiviz_pipeline.scenes.gates.prover import failures
from tests.fakes import make_script
from tests.scenes.proving import (
    ObedientRehearser,
    ObedientTypesetter,
    fails_on,
    make_gates,
    scene,
)

OFF = Finding("off_frame", "A text leaves the frame.", at_seconds=1.0)


def checked(script: SceneScript) -> list[tuple[str, bool]]:
    return [(check.name, check.passed) for check in script.checks]


def test_a_good_script_passes_four_gates():
    (script,) = make_gates().check([make_script("a", scene("MathTex('x')"))])
    assert checked(script) == [
        ("policy", True),
        ("formulas", True),
        ("rehearsal", True),
        ("layout", True),
    ]
    assert failures(script) == []


def test_a_scene_that_reading_does_not_tell_has_the_name_the_rehearsal_tells():
    gates = make_gates(ObedientRehearser(scene_name="Told"))
    named = make_script("a", "from manim import *\nA = type('A', (Scene,), {})")
    unnamed = replace(named, scene_name="")
    assert [script.scene_name for script in gates.check([named, unnamed])] == ["A", "Told"]
    assert [check.passed for check in gates.check([unnamed])[0].checks] == [True] * 4


def test_a_failed_gate_spares_the_later_ones():
    gates = make_gates(
        ObedientRehearser(fails_on("Dot", "ValueError: no")),
        ObedientTypesetter({"bad": "Missing $ inserted"}),
    )
    scripts = [
        make_script("a", "class A("),
        make_script("b", scene("MathTex('bad')")),
        make_script("c", scene("Dot()")),
    ]
    proved = gates.check(scripts)
    assert [checked(script)[-1] for script in proved] == [
        ("policy", False),
        ("formulas", False),
        ("rehearsal", False),
    ]
    assert failures(proved[2])[0].line == 6


def test_each_finding_comes_with_the_lines_around_it_and_what_to_do():
    gates = make_gates(ObedientRehearser(fails_on("Dot", "ValueError: no")))
    script = make_script("a", scene("Dot()"))
    (failure,) = failures(gates.check([script])[0])
    assert failure.excerpt == excerpt_around(script.manim_code, 6) != ""
    assert failure.remedy == REMEDIES["exception"]


def test_scripts_are_rehearsed_in_one_batch_without_those_that_failed_before():
    rehearser = ObedientRehearser()
    make_gates(rehearser).check([make_script("a", scene()), make_script("b", "class A(")])
    assert rehearser.batches == [1]


def test_each_script_is_told_of_as_soon_as_it_is_proved():
    rehearsed: list[str] = []
    proving = make_gates(ObedientRehearser(rehearsed.append)).prove(
        [make_script(name, scene(f"Text('{name}')")) for name in "ab"]
    )
    assert next(proving).id == "a"
    assert len(rehearsed) == 1
    second = next(proving)
    assert (second.id, second.animation_count, len(rehearsed)) == ("b", 3, 2)


def test_layout_errors_block_our_scripts_and_are_told_of_submitted_ones():
    gates = make_gates(ObedientRehearser(layout=lambda _: (OFF,)))
    ours = make_script("a", scene())
    ours, theirs = gates.check([ours, replace(ours, origin="submitted")])
    assert [(each.kind, each.at_seconds) for each in failures(ours)] == [("off_frame", 1.0)]
    assert failures(theirs) == []
    assert theirs.checks[-1].findings[0].message == OFF.message


def test_the_writers_own_check_of_equations_stays_and_blocks_nothing():
    missing = Finding("missing_equation", "One equation is not shown.")
    own = Check("equations", passed=False, message="x", findings=(missing,))
    (script,) = make_gates().check([replace(make_script("a", scene()), checks=(own,))])
    assert script.checks[-1] == advise(own, script.manim_code)
    assert failures(script) == []
