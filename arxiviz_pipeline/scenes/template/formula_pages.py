"""Pages that build formulas up: alone between their sentences, or several below each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, GAP, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import LINE_HEIGHT, DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH, FormulaPage
from arxiviz_pipeline.scenes.text.inline_text import Run, printable

NO_TEXT: Final = DrawnText("", TEXT_SIZE, 0.0, 0)
_CONTEXT_LINES = 3
_SMALLEST_ROOM = 1.6
_FRAME_ROOM = 0.5
_PAUSE_SECONDS = 1.6
_MONOSPACE_SCALE = 26 / 22  # its letters are as wide as those of a size so much larger


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """What is said and written with a formula; texts without a line are not shown.

    Attributes:
        swaps: Whether the explanation takes the introduction's place, for want of room.
    """

    introduction: DrawnText
    introduction_said: str
    formula_said: str
    explanation: DrawnText
    explanation_said: str
    swaps: bool = False

    @property
    def room_above(self) -> float:
        """How much of the frame is taken above the formula."""
        above = [self.introduction, *([self.explanation] if self.swaps else [])]
        return max(_taken(text) for text in above)

    @property
    def room_below(self) -> float:
        """How much of the frame is taken below the formula."""
        return 0.0 if self.swaps else _taken(self.explanation)


def _taken(text: DrawnText) -> float:
    return text.height + GAP if text.line_count else 0.0


def context_of(sentence: str) -> DrawnText:
    """Draw a sentence that stands above or below a formula."""
    return draw_text(sentence, font_size=TEXT_SIZE, width=TEXT_WIDTH, most_lines=_CONTEXT_LINES)


def formula_room(introduction: DrawnText, explanation: DrawnText) -> float:
    """Tell how high a formula may be between these."""
    taken = _taken(introduction) + _taken(explanation)
    return max(_SMALLEST_ROOM, TOP - BOTTOM - taken - _FRAME_ROOM)


def formula_page(name: str, page: FormulaPage, words: FormulaWords, fraction: float) -> Page:
    """Build a formula up part by part, between the sentences that lead to it and explain it."""
    top, bottom = TOP - words.room_above, BOTTOM + words.room_below
    build = Shot(words.formula_said, "The formula, part by part")
    steps = writing_steps("equation", page)
    shots = [build]
    opening = progress_to(fraction)
    if words.introduction.line_count:
        shots.insert(0, _introduction_shot(words, opening))
    first = shots[0]
    let_formula(
        first, "equation", page, centre_y=(top + bottom) / 2, height=top - bottom - _FRAME_ROOM
    )
    if first is not build:
        # The first parts come while the introduction is read, lest the picture stay empty.
        for _ in range(_early_steps(words, len(steps))):
            first.wait(_PAUSE_SECONDS)
            animation, seconds = steps.pop(0)
            first.play([animation], seconds)
    for index, (animation, seconds) in enumerate(steps):
        beside = [opening] if index == 0 and first is build else []
        build.play([animation, *beside], seconds)
    build.let(
        "frame = SurroundingRectangle(equation, color=HIGHLIGHT, buff=0.2, corner_radius=0.1)"
    )
    build.play(["Create(frame)"], 0.8)
    visible = ["introduction"] if first is not build else []
    if words.explanation.line_count:
        shots.append(_explanation_shot(words, visible))
        visible = ["explanation", *([] if words.swaps else visible)]
    shots[-1].hold_seconds = 1.2
    shots[-1].close([f"FadeOut(VGroup({', '.join([*visible, 'equation', 'frame'])}))"], 0.6)
    return Page(name, tuple(shots))


def _early_steps(words: FormulaWords, step_count: int) -> int:
    """Tell how many parts there is time for during the introduction; the last one waits."""
    there_is_time_for = int(reading_seconds(words.introduction_said) / (2 * _PAUSE_SECONDS))
    return max(1, min(there_is_time_for, step_count - 1))


def _introduction_shot(words: FormulaWords, opening: str) -> Shot:
    shot = Shot(words.introduction_said, "What leads to the formula")
    text = words.introduction
    shot.let(f"introduction = {placed(text, LEFT_EDGE, TOP, TEXT_WIDTH, text.height)}")
    shot.play(["FadeIn(introduction, shift=0.2 * RIGHT)", opening], 0.8)
    return shot


def _explanation_shot(words: FormulaWords, visible: Sequence[str]) -> Shot:
    shot = Shot(words.explanation_said, "What the symbols stand for")
    text = words.explanation
    top = TOP if words.swaps else BOTTOM + text.height
    shot.let(f"explanation = {placed(text, LEFT_EDGE, top, TEXT_WIDTH, text.height)}")
    if words.swaps and visible:
        shot.play(["FadeOut(introduction, shift=0.2 * UP)"], 0.4)
    shot.play(["FadeIn(explanation, shift=0.2 * UP)"], 0.8)
    return shot


def let_formula(
    shot: Shot, name: str, page: FormulaPage, *, centre_y: float, height: float
) -> None:
    """Add the statement that makes a formula's mobject."""
    shot.let(f"{name} = formula(")
    shot.let("    [")
    for row in page.rows:
        parts = ", ".join(literal(part) for part in row.parts)
        indent = literal(float(row.indent))
        shot.let(f"        (({parts},), {row.anchor}, {indent}),")
    shot.let("    ],")
    numbers = f"{page.scale:.3g}, {FORMULA_WIDTH:.4g}, {max(height, 0.3):.3g}"
    shot.let(f"    {numbers},")
    shot.let(f").move_to([0, {centre_y:.3g}, 0])")
    for index, row in enumerate(page.rows):
        if row.has_left_side:
            shot.let(f"{name}[{index}][0].set_color(ACCENT)")


def writing_steps(name: str, page: FormulaPage) -> list[tuple[str, float]]:
    """Return the animations that write a formula part by part, each with its seconds."""
    steps: list[tuple[str, float]] = []
    for row_index, row in enumerate(page.rows):
        share = row.width / len(row.parts)
        for part_index in range(len(row.parts)):
            seconds = min(1.6, max(0.6, 0.35 + 0.16 * share))
            steps.append((f"Write({name}[{row_index}][{part_index}])", seconds))
    return steps


def source_page(name: str, tex: str, words: FormulaWords, fraction: float) -> Page:
    """Show a formula that LaTeX refuses as its source, and say that this is what it is."""
    shot = Shot(words.formula_said, "A formula's LaTeX source")
    top = TOP
    visible = ["label", "source"]
    text = words.introduction
    if text.line_count:
        shot.let(f"introduction = {placed(text, LEFT_EDGE, top, TEXT_WIDTH, text.height)}")
        visible.insert(0, "introduction")
        top -= text.height + GAP
    label = draw_text(
        "LaTeX source of a formula that cannot be typeset:",
        font_size=SMALL_SIZE,
        width=TEXT_WIDTH,
        most_lines=1,
    )
    shot.let(f"label = {placed(label, LEFT_EDGE, top, TEXT_WIDTH, label.height, 'HIGHLIGHT')}")
    top -= label.height + GAP
    drawn = draw_text(
        [Run(printable(tex).strip() or "(empty)")],
        font_size=round(SMALL_SIZE * _MONOSPACE_SCALE),
        width=TEXT_WIDTH,
        most_lines=int((top - BOTTOM) / (SMALL_SIZE * LINE_HEIGHT * 1.1)),
    )
    source = DrawnText(f"<tt>{drawn.markup}</tt>", SMALL_SIZE, drawn.width, drawn.line_count)
    box = placed(source, LEFT_EDGE, top, TEXT_WIDTH, top - BOTTOM - 0.2, "MUTED")
    shot.let(f"source = {box}")
    shot.play([*(f"FadeIn({part})" for part in visible), progress_to(fraction)], 0.8)
    shot.hold_seconds = 1.6
    shot.close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, (shot,))


def stacked_page(name: str, items: Sequence[tuple[FormulaPage, str, str]], fraction: float) -> Page:
    """Show several short formulas below each other, each under a line of its own.

    Args:
        name: The page's.
        fraction: How far the scene is.
        items: The formula, the line above it (may be empty), and what is said, each.
    """
    shots: list[Shot] = []
    visible: list[str] = []
    room = (TOP - BOTTOM) / len(items)
    for index, (page, caption, said) in enumerate(items):
        top = TOP - index * room
        shot = Shot(said, "One of several formulas")
        shot.hold_seconds = 0.6
        beside = [progress_to(fraction)] if index == 0 else []
        drawn = draw_text(caption, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
        if drawn.line_count:
            box = placed(drawn, LEFT_EDGE, top, TEXT_WIDTH, drawn.height, "MUTED")
            shot.let(f"caption_{index} = {box}")
            beside.append(f"FadeIn(caption_{index})")
            visible.append(f"caption_{index}")
            top -= drawn.height
        bottom = TOP - (index + 1) * room + 0.15
        formula_name = f"equation_{index}"
        let_formula(
            shot, formula_name, page, centre_y=(top + bottom) / 2, height=top - bottom - 0.2
        )
        shot.play([f"Write({formula_name})", *beside], 1.2)
        visible.append(formula_name)
        shots.append(shot)
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.4)
    return Page(name, tuple(shots))


def stacked_room(count: int) -> float:
    """Tell how high a formula may be with this many on a page."""
    return (TOP - BOTTOM) / count - 0.15 - SMALL_SIZE * LINE_HEIGHT - 0.2
