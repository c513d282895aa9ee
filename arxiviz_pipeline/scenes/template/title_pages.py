"""The pages a scene opens and ends with."""

from collections.abc import Sequence
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import (
    BOTTOM,
    GAP,
    TOP,
    let_header,
    placed,
    progress_to,
    spoken_title,
)
from arxiviz_pipeline.scenes.drawing.palette import (
    LEFT_EDGE,
    STATEMENT_SIZE,
    TEXT_SIZE,
    TEXT_WIDTH,
    TITLE_SIZE,
)
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import draw_text, fitting_text
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage
from arxiviz_pipeline.scenes.template.formula_pages import let_formula
from arxiviz_pipeline.scenes.text.inline_text import Run
from arxiviz_pipeline.scenes.text.sentences import words_of
from arxiviz_pipeline.scenes.text.word_lists import words_in

_PILL_HEIGHT = 1.0
_TITLE_WORDS = 9  # of a paper's title: it is read out with every section
_PREPOSITIONS: Final = frozenset(
    words_in("of in on for from with by to at via under using and through over between as into")
)
_PILL_PADDING = 0.5
_PILL_GAP = 0.5
_PILL_STEP = 1.4


def title_page(section_title: str, paper_title: str) -> Page:
    """Open with the section's title in large, then make it the header of all that follows."""
    paper_title = _brief_title(paper_title)
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


def _brief_title(title: str) -> str:
    """Cut a paper's long title behind its main part, or where a phrase ends."""
    main, colon, _ = title.partition(": ")
    if colon and len(words_of(main)) > 1:
        title = main
    words = words_of(title)
    if len(words) <= _TITLE_WORDS:
        return title
    ends = [
        count
        for count in range(_TITLE_WORDS // 2, _TITLE_WORDS + 1)
        if words[count].lower() in _PREPOSITIONS
    ]
    return " ".join(words[: ends[-1] if ends else _TITLE_WORDS]).rstrip(" ,;:–—") + "…"


def _title_narration(section_title: str, paper_title: str) -> str:
    title = spoken_title(section_title)
    paper = spoken_title(paper_title)
    return f"{title}, from the paper “{paper}”." if paper else f"{title}."


def recap_page(
    said: str,
    *,
    formula: FormulaPage | None = None,
    point: str = "",
    terms: Sequence[str] = (),
) -> Page:
    """End on the key formula, or the key point."""
    shot = Shot(said, "What to remember")
    entrances = [progress_to(1.0)]
    if formula is not None:
        let_formula(
            shot,
            "equation",
            formula,
            centre_y=(TOP + BOTTOM) / 2,
            height=TOP - BOTTOM - 0.8,
            coloured=True,
        )
        shot.let(
            "frame = SurroundingRectangle(equation, color=RESULT, buff=0.25, corner_radius=0.1)"
        )
        entrances += ["FadeIn(equation)", "Create(frame)"]
    else:
        width = TEXT_WIDTH - 0.6
        drawn = draw_text(point, font_size=STATEMENT_SIZE, width=width, most_lines=5, terms=terms)
        point_top = (TOP + BOTTOM + drawn.height) / 2
        left = LEFT_EDGE + 0.6
        shot.let(f"point = {placed(drawn, left, point_top, width, drawn.height)}")
        shot.let(
            f"bar = Line([{LEFT_EDGE + 0.1:.3g}, {point_top:.3g}, 0], "
            f"[{LEFT_EDGE + 0.1:.3g}, {point_top - drawn.height:.3g}, 0], "
            "color=RESULT, stroke_width=8)"
        )
        entrances += ["Create(bar)", "FadeIn(point, shift=0.2 * UP)"]
    shot.play(entrances, 1.0)
    shot.hold_seconds = 2.0
    return Page("recap", (shot,))


def phrases_page(phrases: Sequence[str]) -> Page:
    """End on what the section keeps talking about, a pill each."""
    shot = Shot(f"Key terms: {', '.join(phrases[:-1])} and {phrases[-1]}.", "The key terms")
    shot.play([progress_to(1.0)], 0.4)
    drawn = [
        draw_text([Run(each)], font_size=STATEMENT_SIZE, width=TEXT_WIDTH - 1.2, most_lines=1)
        for each in phrases
    ]
    rows = _rows([text.width + 2 * _PILL_PADDING for text in drawn])
    y = (TOP + BOTTOM) / 2 + (len(rows) - 1) * _PILL_STEP / 2
    for row in rows:
        x = -(sum(width for _, width in row) + _PILL_GAP * (len(row) - 1)) / 2
        for index, width in row:
            centre = f"move_to([{x + width / 2:.3g}, {y:.3g}, 0])"
            made = f"text({literal(drawn[index].markup)}, {STATEMENT_SIZE})"
            shot.let(f"pill_{index} = VGroup(")
            shot.let(
                f"    RoundedRectangle(width={width:.3g}, height={_PILL_HEIGHT}, "
                f"corner_radius={_PILL_HEIGHT / 2}, color=ACCENT, fill_color=PANEL, "
                f"fill_opacity=1).{centre},"
            )
            shot.let(f"    fit({made}, {width - 0.4:.3g}, {_PILL_HEIGHT - 0.2:.3g}).{centre},")
            shot.let(")")
            shot.play([f"FadeIn(pill_{index}, scale=0.8)"], 0.6)
            x += width + _PILL_GAP
        y -= _PILL_STEP
    shot.hold_seconds = 1.6
    return Page("recap", (shot,))


def _rows(widths: Sequence[float]) -> list[list[tuple[int, float]]]:
    """Share pills out over rows, each with its index and width."""
    rows: list[list[tuple[int, float]]] = [[]]
    for index, width in enumerate(widths):
        taken = sum(each + _PILL_GAP for _, each in rows[-1])
        if rows[-1] and taken + width > TEXT_WIDTH:
            rows.append([])
        rows[-1].append((index, width))
    return rows
