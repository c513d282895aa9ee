"""The pages a scene opens and ends with."""

from collections.abc import Sequence

from arxiviz_pipeline.scenes.drawing.frame import (
    BOTTOM,
    GAP,
    let_header,
    placed,
    progress_to,
    spoken_title,
)
from arxiviz_pipeline.scenes.drawing.palette import (
    HEADING_SIZE,
    LEFT_EDGE,
    SMALL_SIZE,
    STATEMENT_SIZE,
    TEXT_SIZE,
    TEXT_WIDTH,
    TITLE_SIZE,
)
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import draw_text, fitting_text
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage
from arxiviz_pipeline.scenes.template.formula_pages import let_formula

_RECAP_TOP = 3.3


def title_page(section_title: str, paper_title: str) -> Page:
    """Open with the section's title in large, then make it the header of all that follows."""
    shot = Shot(_title_narration(section_title, paper_title), "The section's title")
    inner = TEXT_WIDTH - 0.6
    title = fitting_text(
        section_title, sizes=(TITLE_SIZE, 38, 32), width=inner, most_lines=3, bold=True
    )
    paper = draw_text(paper_title, font_size=TEXT_SIZE, width=inner, most_lines=2)
    height = title.height + GAP + paper.height
    top = height / 2
    left = LEFT_EDGE + 0.4
    shot.let(
        f"bar = Line([{LEFT_EDGE + 0.1:.3g}, {top + 0.1:.3g}, 0], "
        f"[{LEFT_EDGE + 0.1:.3g}, {-top - 0.1:.3g}, 0], color=ACCENT, stroke_width=8)"
    )
    shot.let(f"title = {placed(title, left, top, inner, title.height)}")
    shot.let("self.add(bar, title)")
    card = ["bar", "title"]
    entrances = ["title.animate.shift(0.2 * RIGHT)"]
    if paper.line_count:
        below = top - title.height - GAP
        shot.let(f"paper = {placed(paper, left + 0.2, below, inner, paper.height, 'MUTED')}")
        card.append("paper")
        entrances.append("FadeIn(paper, shift=0.2 * RIGHT)")
    shot.play(entrances, 1.0)
    let_header(shot, section_title, paper_title)
    shot.close(
        [
            *(f"FadeOut({name}, shift=0.3 * UP)" for name in card),
            "FadeIn(self.header)",
            "FadeIn(self.track)",
        ],
        0.8,
    )
    shot.hold_seconds = 1.4
    return Page("open_with_title", (shot,))


def _title_narration(section_title: str, paper_title: str) -> str:
    title = spoken_title(section_title)
    paper = spoken_title(paper_title)
    return f"{title}, from the paper “{paper}”." if paper else f"{title}."


def recap_page(
    section_title: str,
    paper_title: str,
    said: str,
    *,
    formula: FormulaPage | None = None,
    point: str = "",
    terms: Sequence[str] = (),
) -> Page:
    """End on the section's title with its key formula, or its key point."""
    shot = Shot(said, "The section's title with what to remember")
    title = fitting_text(
        section_title, sizes=(40, 34, HEADING_SIZE), width=TEXT_WIDTH, most_lines=2, bold=True
    )
    paper = draw_text(paper_title, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
    top = _RECAP_TOP
    shot.play(["FadeOut(self.header, shift=0.2 * UP)"], 0.4)
    entrances = ["FadeIn(title, shift=0.2 * UP)"]
    shot.let(f"title = {placed(title, LEFT_EDGE, top, TEXT_WIDTH, title.height)}")
    top -= title.height + 0.2
    if paper.line_count:
        shot.let(f"paper = {placed(paper, LEFT_EDGE, top, TEXT_WIDTH, paper.height, 'MUTED')}")
        entrances.append("FadeIn(paper)")
        top -= paper.height + 0.3
    if formula is not None:
        let_formula(
            shot, "equation", formula, centre_y=(top + BOTTOM) / 2, height=top - BOTTOM - 0.8
        )
        shot.let(
            "frame = SurroundingRectangle(equation, color=RESULT, buff=0.25, corner_radius=0.1)"
        )
        entrances += ["FadeIn(equation)", "Create(frame)"]
    elif point:
        width = TEXT_WIDTH - 0.6
        drawn = draw_text(point, font_size=STATEMENT_SIZE, width=width, most_lines=5, terms=terms)
        point_top = (top + BOTTOM + drawn.height) / 2
        left = LEFT_EDGE + 0.6
        shot.let(f"point = {placed(drawn, left, point_top, width, drawn.height)}")
        shot.let(
            f"bar = Line([{LEFT_EDGE + 0.1:.3g}, {point_top:.3g}, 0], "
            f"[{LEFT_EDGE + 0.1:.3g}, {point_top - drawn.height:.3g}, 0], "
            "color=RESULT, stroke_width=8)"
        )
        entrances += ["Create(bar)", "FadeIn(point, shift=0.2 * UP)"]
    shot.play([*entrances, progress_to(1.0)], 1.0)
    shot.hold_seconds = 2.0
    return Page("recap", (shot,))
