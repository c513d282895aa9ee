"""Pages of text: a statement in large, points on cards, and lists along a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

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
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text, fitting_text

_CARD_GAP: Final = 0.25
_LOWEST_CARD: Final = 1.0
_PADDING: Final = 0.25
_SMALLER_TEXT: Final = 25
_LARGER_TEXT: Final = 31
_TEXT_LEFT: Final = LEFT_EDGE + 1.15
_CARD_TEXT_WIDTH: Final = TEXT_WIDTH - 1.5
_LIST_GAP: Final = 0.45
_NODE_X: Final = LEFT_EDGE + 0.45
_NODE_RADIUS: Final = 0.13
_BAR_X: Final = LEFT_EDGE + 0.1
_STREAM_SHARE: Final = 0.5  # of the reading time: text comes faster than it is read
_MARKED_HELPER: Final = '''
def marked(mobject):
    """The letters of a text that are highlighted, which turn plain until their time comes."""
    letters = [letter for letter in mobject if letter.get_fill_color() == ManimColor(HIGHLIGHT)]
    return VGroup(*letters).set_color(INK)
'''


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence: what is shown of it, in Markdown, and what is said."""

    shown: str
    said: str


def statement_page(name: str, point: Point, *, fraction: float, terms: Sequence[str]) -> Page:
    """Show one sentence in large, as it is said, beside a bar."""
    width = TEXT_WIDTH - 0.6
    drawn = fitting_text(
        point.shown,
        sizes=(STATEMENT_SIZE, 31, TEXT_SIZE),
        width=width,
        height=TOP - BOTTOM - 0.3,
        terms=terms,
    )
    top = (TOP + BOTTOM + drawn.height) / 2
    shot = Shot(point.said, "What the section says, in one sentence")
    shot.let(
        f"bar = Line([{_BAR_X:.3g}, {top:.3g}, 0], [{_BAR_X:.3g}, {top - drawn.height:.3g}, 0], "
        "color=ACCENT, stroke_width=8)"
    )
    shot.let(f"point_0 = {placed(drawn, LEFT_EDGE + 0.6, top, width, drawn.height)}")
    opening = ["Create(bar)", progress_to(fraction)]
    _tell(shot, "point_0", drawn, opening)
    shot.close(["FadeOut(VGroup(bar, point_0))"], 0.6)
    return Page(name, (shot,), (_MARKED_HELPER,))


def points_page(
    name: str,
    points: Sequence[Point],
    *,
    fraction: float,
    heading: str = "",
    first_number: int | None = None,
    terms: Sequence[str] = (),
    is_roomy: bool = False,
) -> Page:
    """Reveal points one by one, on cards.

    Args:
        name: The page's.
        points: What is told.
        fraction: How far the scene is.
        heading: What the points have in common; shown above them.
        first_number: The first card's number; None gives bullets.
        terms: Words to highlight.
        is_roomy: Whether they may be larger than those of other pages.
    """
    header = _heading(heading)
    top = TOP - header.height - GAP if heading else TOP
    visible = ["heading"] if heading else []
    shots: list[Shot] = []
    sizes = (_LARGER_TEXT, TEXT_SIZE) if is_roomy else (TEXT_SIZE, _SMALLER_TEXT)
    highest = (top - BOTTOM - _CARD_GAP * (len(points) - 1)) / len(points)
    texts = _fitted(points, _CARD_TEXT_WIDTH, highest - _PADDING, sizes, terms)
    heights = [min(highest, max(_LOWEST_CARD, text.height + 2 * _PADDING)) for text in texts]
    card_top = (top + BOTTOM + sum(heights) + _CARD_GAP * (len(points) - 1)) / 2
    for index, (point, text, height) in enumerate(zip(points, texts, heights, strict=True)):
        shot = Shot(point.said, "A point on a card")
        opening: list[str] = []
        if heading and not index:
            # A heading alone would be a page with nothing on it.
            shot = Shot(
                f"{_announced(heading)} {point.said}", "What points have in common, and one"
            )
            shot.let(_let_heading(header))
            opening.append("FadeIn(heading, shift=0.2 * RIGHT)")
        middle = card_top - height / 2
        _let_card(
            shot, index, "" if first_number is None else str(first_number + index), middle, height
        )
        _let_point(shot, index, text, middle, height - 0.15)
        opening += [f"FadeIn(card_{index}, shift=0.3 * RIGHT)", progress_to(fraction)]
        opening += _moved_marker(shot, index, middle, height)
        _tell(shot, f"point_{index}", text, [*opening, *_dimmed(index)])
        visible += [f"card_{index}", f"point_{index}"]
        shots.append(shot)
        card_top -= height + _CARD_GAP
    shots[-1].close([f"FadeOut(VGroup({', '.join([*visible, 'marker'])}))"], 0.6)
    return Page(name, tuple(shots), (_MARKED_HELPER,))


def list_page(
    name: str,
    points: Sequence[Point],
    *,
    fraction: float,
    heading: str = "",
    terms: Sequence[str] = (),
) -> Page:
    """Tell a list's items along a line, whose nodes stand there as the list is announced."""
    header = _heading(heading)
    top = TOP - header.height - GAP if heading else TOP
    highest = (top - BOTTOM - _LIST_GAP * (len(points) - 1)) / len(points)
    texts = _fitted(points, _CARD_TEXT_WIDTH, highest, (TEXT_SIZE, _SMALLER_TEXT), terms)
    heights = [max(0.7, text.height) for text in texts]
    gap = min(0.8, (top - BOTTOM - sum(heights)) / max(1, len(points)))
    list_top = (top + BOTTOM + sum(heights) + gap * (len(points) - 1)) / 2
    middles = [
        list_top - sum(heights[:index]) - gap * index - height / 2
        for index, height in enumerate(heights)
    ]
    visible = ["nodes", *(["line"] if len(points) > 1 else [])]
    shots: list[Shot] = []
    if heading:
        shot = Shot(_announced(heading), "What the list's items have in common")
        shot.let(_let_heading(header))
        entrances = _let_nodes(shot, middles)
        shot.play(["FadeIn(heading, shift=0.2 * RIGHT)", *entrances, progress_to(fraction)], 0.8)
        visible.append("heading")
        shots.append(shot)
    for index, (point, text, height) in enumerate(zip(points, texts, heights, strict=True)):
        shot = Shot(point.said, "An item of a list")
        opening = [] if shots else _let_nodes(shot, middles)
        _let_point(shot, index, text, middles[index], height + 0.2)
        opening += [f"nodes[{index}].animate.set_fill(ACCENT)", progress_to(fraction)]
        _tell(shot, f"point_{index}", text, [*opening, *_dimmed(index)])
        visible.append(f"point_{index}")
        shots.append(shot)
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, tuple(shots), (_MARKED_HELPER,))


def _let_nodes(shot: Shot, middles: Sequence[float]) -> list[str]:
    """Add a list's hollow nodes and the line behind them, and return their entrances."""
    entrances: list[str] = []
    if len(middles) > 1:
        ends = (f"[{_NODE_X:.3g}, {middle:.3g}, 0]" for middle in (middles[0], middles[-1]))
        shot.let(f"line = Line({', '.join(ends)}, color=ACCENT, stroke_width=3)")
        entrances.append("Create(line)")
    heights = ", ".join(f"{middle:.3g}" for middle in middles)
    shot.let("nodes = VGroup(*[")
    shot.let(
        f"    Circle(radius={_NODE_RADIUS}, color=ACCENT, fill_color=BACKGROUND, fill_opacity=1)"
        f".move_to([{_NODE_X:.3g}, y, 0])"
    )
    shot.let(f"    for y in [{heights}]")
    shot.let("])")
    return [*entrances, "FadeIn(nodes)"]


def _heading(heading: str) -> DrawnText:
    return draw_text(heading, font_size=TEXT_SIZE, width=TEXT_WIDTH, most_lines=2)


def _let_heading(drawn: DrawnText) -> str:
    return f"heading = {placed(drawn, LEFT_EDGE, TOP, TEXT_WIDTH, drawn.height, 'MUTED')}"


def _announced(heading: str) -> str:
    said = spoken_title(heading)
    return said if said.endswith("…") else f"{said}:"


def _fitted(
    points: Sequence[Point],
    width: float,
    height: float,
    sizes: Sequence[int],
    terms: Sequence[str],
) -> list[DrawnText]:
    """Draw the points' texts, all at one size: the smallest any of them needs."""

    def fitted(sizes: Sequence[int]) -> list[DrawnText]:
        return [
            fitting_text(point.shown, sizes=sizes, width=width, height=height, terms=terms)
            for point in points
        ]

    return fitted([min(text.font_size for text in fitted(sizes))])


def _let_point(shot: Shot, index: int, text: DrawnText, middle: float, height: float) -> None:
    made = f"text({literal(text.markup)}, {text.font_size})"
    numbers = (_TEXT_LEFT, middle, _CARD_TEXT_WIDTH, height)
    box = ", ".join(literal(number) for number in numbers)
    shot.let(f"point_{index} = place_beside({made}, {box})")


def _tell(shot: Shot, name: str, drawn: DrawnText, opening: Sequence[str]) -> None:
    """Let a text come while it is said, then light its key terms."""
    has_terms = "<span" in drawn.markup
    if has_terms:
        shot.let(f"terms = marked({name})")
    shot.play(opening, 0.6)
    reading = reading_seconds(shot.narration)
    shot.play([f"FadeIn({name}, lag_ratio=0.1)"], max(0.6, _STREAM_SHARE * (reading - 0.6)))
    if has_terms:
        shot.play(["terms.animate.set_color(HIGHLIGHT)"], 0.6)


def _dimmed(index: int) -> list[str]:
    return [f"point_{index - 1}.animate.set_color(MUTED)"] if index else []


def _moved_marker(shot: Shot, index: int, middle: float, height: float) -> list[str]:
    """Make the bar that stands at the card that is told, or move it on."""
    at = f"[{LEFT_EDGE + 0.06:.3g}, {middle:.3g}, 0]"
    long = height - 0.3
    if index:
        return [f"marker.animate.stretch_to_fit_height({long:.3g}).move_to({at})"]
    shot.let(f"marker = Line(ORIGIN, {long:.3g} * UP, color=ACCENT, stroke_width=8).move_to({at})")
    shot.let("marker.set_z_index(1)  # cards come later")
    return ["FadeIn(marker)"]


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
