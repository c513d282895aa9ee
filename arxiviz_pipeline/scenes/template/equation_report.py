"""Tells of each display equation whether it is shown, and if not, or not well, why."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from arxiviz_pipeline.domain.models import Check, Finding
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, paginate
from arxiviz_pipeline.scenes.template.formula_pages import NO_TEXT, formula_room
from arxiviz_pipeline.scenes.template.outline import ShownFormula
from arxiviz_pipeline.scenes.text.inline_text import printable

_LONGEST_QUOTE = 120  # characters


def report_equations(
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
    findings = tuple(
        Finding("missing_equation", message, "warning")
        for item in formulas
        if item.place not in told_blocks
        for message in _faults(item, longest_seconds, is_told=item.number in alone)
    )
    shown = [item for item in formulas if item.number in alone or item.place in told_blocks]
    told = f"{len(shown)} of the section's {len(formulas)} display equations are shown."
    return Check("equations", passed=True, message=told, findings=findings)


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


def quoted(tex: str) -> str:
    """Quote the beginning of a formula."""
    shown = printable(tex).strip()
    return repr(shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…")
