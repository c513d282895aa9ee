"""Pages of points: cards that are revealed one by one."""

from collections.abc import Sequence

from arxiviz_pipeline.scenes.drawing.frame import (
    BOTTOM,
    GAP,
    TOP,
    placed,
    progress_to,
    spoken_title,
)
from arxiviz_pipeline.scenes.drawing.palette import (
    LEFT_EDGE,
    SMALL_SIZE,
    STATEMENT_SIZE,
    TEXT_SIZE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text, fitting_text

_CARD_GAP = 0.25
_LOWEST_CARD = 1.0
_PADDING = 0.25
_SMALLER_TEXT = 25
_TEXT_LEFT = LEFT_EDGE + 1.15
_CARD_TEXT_WIDTH = TEXT_WIDTH - 1.5


def points_page(
    name: str,
    points: Sequence[tuple[str, str]],
    *,
    fraction: float,
    heading: str = "",
    first_number: int | None = None,
    terms: Sequence[str] = (),
) -> Page:
    """Reveal points one by one, on cards.

    Args:
        name: The page's.
        points: What is shown (Markdown) and what is said, each.
        fraction: How far the scene is.
        heading: What the points have in common; shown above them.
        first_number: The first card's number; None gives bullets.
        terms: Words to highlight.
    """
    shots: list[Shot] = []
    visible: list[str] = []
    top = TOP
    if heading:
        drawn = draw_text(heading, font_size=TEXT_SIZE, width=TEXT_WIDTH, most_lines=2)
        shot = Shot(f"{spoken_title(heading)}:", "What the points have in common")
        shot.let(f"heading = {placed(drawn, LEFT_EDGE, top, TEXT_WIDTH, drawn.height, 'MUTED')}")
        shot.play(["FadeIn(heading, shift=0.2 * RIGHT)", progress_to(fraction)], 0.8)
        shots.append(shot)
        visible.append("heading")
        top -= drawn.height + GAP
    texts, heights = _fitted(points, top - BOTTOM, terms, is_alone=len(points) == 1 and not heading)
    total = sum(heights) + _CARD_GAP * (len(points) - 1)
    card_top = (top + BOTTOM + total) / 2
    for index, (_, said) in enumerate(points):
        shot = Shot(said, "A point on a card")
        number = "" if first_number is None else str(first_number + index)
        middle = card_top - heights[index] / 2
        _let_card(shot, index, number, middle, heights[index])
        _let_point(shot, index, texts[index], middle, heights[index])
        animations = [
            f"FadeIn(card_{index}, shift=0.3 * RIGHT)",
            f"FadeIn(point_{index}, shift=0.3 * RIGHT)",
            progress_to(fraction),
        ]
        if index > 0:
            animations.append(f"point_{index - 1}.animate.set_opacity(0.65)")
        shot.play(animations, 0.8)
        visible += [f"card_{index}", f"point_{index}"]
        shots.append(shot)
        card_top -= heights[index] + _CARD_GAP
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, tuple(shots))


def _fitted(
    points: Sequence[tuple[str, str]], room: float, terms: Sequence[str], *, is_alone: bool
) -> tuple[list[DrawnText], list[float]]:
    """Draw the points' texts and find the heights of their cards."""
    highest = (room - _CARD_GAP * (len(points) - 1)) / len(points)
    sizes = (STATEMENT_SIZE, TEXT_SIZE) if is_alone else (TEXT_SIZE, _SMALLER_TEXT)

    def fitted(sizes: Sequence[int]) -> list[DrawnText]:
        return [
            fitting_text(
                shown,
                sizes=sizes,
                width=_CARD_TEXT_WIDTH,
                height=highest - _PADDING,
                terms=terms,
            )
            for shown, _ in points
        ]

    # Cards side by side have one size of text: the smallest any of them needs.
    texts = fitted([min(text.font_size for text in fitted(sizes))])
    return texts, [min(highest, max(_LOWEST_CARD, text.height + 2 * _PADDING)) for text in texts]


def _let_point(shot: Shot, index: int, text: DrawnText, middle: float, height: float) -> None:
    made = f"text({literal(text.markup)}, {text.font_size})"
    numbers = (_TEXT_LEFT, middle, _CARD_TEXT_WIDTH, height - 0.15)
    box = ", ".join(literal(number) for number in numbers)
    shot.let(f"point_{index} = place_beside({made}, {box})")


def _let_card(shot: Shot, index: int, number: str, middle: float, height: float) -> None:
    at = f"move_to([{LEFT_EDGE + 0.55:.3g}, {middle:.3g}, 0])"
    shot.let(f"card_{index} = VGroup(")
    shot.let(
        f"    RoundedRectangle(width={TEXT_WIDTH:.4g}, height={height:.3g}, corner_radius=0.15, "
        f"color=PANEL, fill_opacity=1).move_to([0, {middle:.3g}, 0]),"
    )
    if number:
        shot.let(f"    Circle(radius=0.3, color=ACCENT, stroke_width=3).{at},")
        label = f"text({literal(f'<b>{number}</b>')}, {SMALL_SIZE}, ACCENT)"
        shot.let(f"    fit({label}, 0.4, 0.4).{at},")
    else:
        shot.let(f"    Circle(radius=0.09, color=ACCENT, fill_opacity=1).{at},")
    shot.let(")")
