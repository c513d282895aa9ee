"""Facts about a paper's display equations: which of them LaTeX refuses."""

from collections.abc import Sequence
from dataclasses import dataclass

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.domain.ports import Formula, Typesetter


@dataclass(frozen=True, slots=True)
class UncompilableEquation:
    """An equation that cannot be shown.

    Attributes:
        index: Its place among the section's equations, from 0.
        error: TeX's own message.
    """

    section_id: str
    index: int
    tex: str
    error: str


def find_uncompilable(
    sections: Sequence[Section], typesetter: Typesetter
) -> tuple[UncompilableEquation, ...]:
    """Compile every display equation, all at once, and name those that LaTeX refuses.

    Raises:
        RenderError: Of kind `unavailable`, if there is no LaTeX to ask.
    """
    equations = [
        (section.id, index, tex)
        for section in sections
        for index, tex in enumerate(section.equations)
    ]
    if not equations:
        return ()
    answers = typesetter.typeset([Formula((_without_double_braces(tex),)) for *_, tex in equations])
    return tuple(
        UncompilableEquation(section_id, index, tex, answer.error)
        for (section_id, index, tex), answer in zip(equations, answers, strict=True)
        if answer.error is not None
    )


def _without_double_braces(tex: str) -> str:
    # Manim takes a double brace after white space for its own way of naming parts, as scenes know.
    return tex.replace("{{", "{ {").replace("{{", "{ {")
