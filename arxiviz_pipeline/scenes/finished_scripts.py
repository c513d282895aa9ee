"""What is told of a script once nothing in it changes any more: its equations, its captions."""

from dataclasses import replace
from typing import Final

from arxiviz_pipeline.domain.models import Beat, SceneScript, Section
from arxiviz_pipeline.scenes.gates.equations import report_equations

_SECONDS_PER_WORD: Final = 0.4
_SHORTEST_BEAT_SECONDS: Final = 3.0


def finished(script: SceneScript, section: Section) -> SceneScript:
    """Add to a script what is told of it once nothing in it changes any more.

    A storyboard only then: pacing is not held against one that nobody wrote. The equations too,
    as the code spells them out; the template writer alone knows why it leaves one out.
    """
    if section.equations and script.origin != "template":
        others = tuple(check for check in script.checks if check.name != "equations")
        report = report_equations(section.equations, script.manim_code)
        script = replace(script, checks=(*others, report))
    return script if script.storyboard else replace(script, storyboard=_made_up_beats(script))


def as_written(script: SceneScript) -> SceneScript:
    """Take the storyboard off that nobody wrote."""
    is_made_up = script.storyboard == _made_up_beats(script)
    return replace(script, storyboard=()) if is_made_up else script


def _made_up_beats(script: SceneScript) -> tuple[Beat, ...]:
    """Say what a script is about, in one beat."""
    if not script.concept:
        return ()
    seconds = max(_SHORTEST_BEAT_SECONDS, _SECONDS_PER_WORD * len(script.concept.split()))
    return (Beat(script.concept, seconds, "the whole scene"),)
