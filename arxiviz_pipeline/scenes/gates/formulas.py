"""The second gate: every formula that scripts spell out is compiled, all in one batch."""

from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Check, Finding, SceneScript, Severity
from arxiviz_pipeline.domain.ports import TypesetFormula, Typesetter
from arxiviz_pipeline.domain.scene_classes import parse_script
from arxiviz_pipeline.domain.script_formulas import TexString, chooses_template, find_tex_strings
from arxiviz_pipeline.scenes.gates.certainty import surely_run
from arxiviz_pipeline.scenes.gates.policy import report_check
from arxiviz_pipeline.scenes.gates.tex_strings import control_characters

_GARBLED: Final = r"Python reads \t, \r or another such part as no backslash: write a raw string"
_MOST_SHOWN: Final = 80  # characters of a formula in a message


def check_formulas(scripts: Sequence[SceneScript], typesetter: Typesetter) -> list[Check]:
    """Compile the formulas of scripts that parse.

    Raises:
        RenderError: Of kind `unavailable`, if LaTeX is not installed.
    """
    found = [_formulas_of(script) for script in scripts]
    every = [tex.formula for each in found for tex, _ in each]
    answers = iter(typesetter.typeset(every)) if every else iter(())
    return [_check([(tex, severity, next(answers)) for tex, severity in each]) for each in found]


def _formulas_of(script: SceneScript) -> list[tuple[TexString, Severity]]:
    try:
        tree = parse_script(script.manim_code)
        sure = set() if chooses_template(tree) else surely_run(tree, script.scene_name)
        found = find_tex_strings(tree)
    except (RenderError, RecursionError):
        return []
    return [(tex, "error" if tex.call in sure else "warning") for tex in found]


def _check(tried: Sequence[tuple[TexString, Severity, TypesetFormula]]) -> Check:
    refused = [
        Finding("latex", _message(tex, answer.error), severity=severity, line=tex.line)
        for tex, severity, answer in tried
        if answer.error is not None
    ]
    garbled = [
        Finding("latex", _message(tex, _GARBLED), severity="warning", line=tex.line)
        for tex, _, answer in tried
        if answer.error is None and control_characters(tex.formula.tex)
    ]
    good = f"{len(tried)} formulas compile." if tried else "The script spells out no formula."
    if refused:
        good = f"{len(tried) - len(refused)} of {len(tried)} formulas compile."
    return report_check("formulas", [*refused, *garbled], good)


def _message(tex: TexString, error: str) -> str:
    text = tex.formula.tex
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return f"{error}, in the formula: {shown}"
