"""Tells of each display equation whether it was planned to be shown, and if not, or not well, why.

Of scripts that nobody planned here, `gates.equations` reads what they spell out.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from arxiviz_pipeline.domain.models import Check
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, paginate
from arxiviz_pipeline.scenes.gates.equations import equations_check, quoted
from arxiviz_pipeline.scenes.template.formula_pages import NO_TEXT, formula_room
from arxiviz_pipeline.scenes.template.outline import ShownFormula


def report_plan(
    formulas: Sequence[ShownFormula],
    alone: AbstractSet[int],
    told_blocks: AbstractSet[int],
    longest_seconds: float,
) -> Check:
    """Report on a section's display equations.

    Args:
        formulas: All of them.
        alone: The numbers of those that have a place of their own.
        told_blocks: The indices of the blocks that features tell.
        longest_seconds: How long a scene may be.
    """
    faults = [
        fault
        for item in formulas
        if item.place not in told_blocks
        for fault in _faults(item, longest_seconds, is_told=item.number in alone)
    ]
    shown = [item for item in formulas if item.number in alone or item.place in told_blocks]
    return equations_check(len(formulas), len(shown), faults)


def _faults(item: ShownFormula, longest_seconds: float, *, is_told: bool) -> Iterator[str]:
    plan, number = item.plan, item.number
    if not is_told:
        yield (
            f"Formula {number} is left out, to keep the scene under {longest_seconds:.0f} s: "
            f"{quoted(plan.tex)}."
        )
    elif not plan.rows:
        yield f"LaTeX refuses {quoted(plan.tex)}: {plan.error} Its source is shown instead."
    else:
        scale = min(page.scale for page in paginate(plan, formula_room(NO_TEXT, NO_TEXT)))
        if not FormulaPage(plan.rows, scale).is_legible:
            yield (
                f"Formula {number} cannot be broken into lines and is drawn at {scale:.0%} of "
                f"its size, which is hard to read: {quoted(plan.tex)}."
            )
