"""Pages that build formulas up: alone between their sentences, or several below each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, GAP, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import LINE_HEIGHT, DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH, FormulaPage
from arxiviz_pipeline.scenes.formulas.symbol_names import LegendEntry
from arxiviz_pipeline.scenes.formulas.symbols import SymbolKeys
from arxiviz_pipeline.scenes.template.symbol_legend import (
    NAMED_HELPER,
    NO_LEGEND,
    Legend,
    colour_of,
    introduce,
    lay_out_legend,
    let_legend,
    say_names,
)
from arxiviz_pipeline.scenes.text.inline_text import Run, printable

NO_TEXT: Final = DrawnText("", TEXT_SIZE, 0.0, 0)
_CONTEXT_LINES = 3
_SMALLEST_ROOM = 1.6
_FRAME_ROOM = 0.5
_PAUSE_SECONDS = 1.6
_FIRST_PAUSE_SECONDS = 0.8
_DEFINING_WORDS = 3  # `where x is the`
_MOST_OF = 0.6
_MONOSPACE_SCALE = 26 / 22  # its letters are as wide as those of a size so much larger


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """What is said and written with a formula; texts without a line are not shown.

    Attributes:
        swaps: Whether the explanation takes the introduction's place, for want of room.
        recalls: Whether symbols are named that were explained earlier, which takes more time.
        named: What the scene has named before: it has its colours from the start.
    """

    introduction: DrawnText
    introduction_said: str
    formula_said: str
    explanation: DrawnText
    explanation_said: str
    swaps: bool = False
    recalls: bool = True
    named: frozenset[SymbolKeys] = frozenset()

    def calls_for(self, entry: LegendEntry) -> bool:
        """Tell whether a legend entry has its time on the page."""
        if entry.is_explained:
            return self.explanation.line_count > 0
        return self.recalls and not self.named.issuperset(entry.keys)

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
    """Build a formula up part by part, between the sentences that lead to it and explain it.

    Symbols that have names get them in a legend, one by one; where it says all that the
    explanation says, the explanation is heard and not shown.
    """
    words, legend = _with_legend(page, words)
    top, bottom = TOP - words.room_above, BOTTOM + words.room_below
    legend_top = bottom + legend.height
    if legend.entries:
        # The formula and its legend stand together, in the middle of what room there is.
        spare = top - bottom - page.height - _FRAME_ROOM - GAP - legend.height
        legend_top += spare / 2
        top, bottom = top - spare / 2, legend_top + GAP
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
    _colour_symbols(first, "equation", page, words.named)
    if first is not build:
        # The first parts come while the introduction is read, lest the picture stay empty.
        for index in range(_early_steps(words, len(steps))):
            first.wait(_PAUSE_SECONDS if index else _FIRST_PAUSE_SECONDS)
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
    explained = [i for i, entry in enumerate(legend.entries) if entry.is_explained]
    if words.explanation.line_count or explained:
        shots.append(_explanation_shot(words, visible))
        if words.explanation.line_count:
            visible = ["explanation", *([] if words.swaps else visible)]
        if not explained:
            shots[-1].emphasize("Indicate(equation, scale_factor=1.05, color=HIGHLIGHT)", 1.0)
    recalled = [i for i in range(len(legend.entries)) if i not in explained]
    if recalled:
        said = say_names([legend.entries[index] for index in recalled])
        shots.append(Shot(said, "What symbols stand for"))
    if legend.entries:
        visible += let_legend(build, legend, legend_top)
        named_shots = shots[shots.index(build) + 1 :]
        for shot, indices in zip(named_shots, filter(None, (explained, recalled)), strict=False):
            introduce(shot, "equation", page, legend, indices)
    shots[-1].hold_seconds = 1.2
    shots[-1].close([f"FadeOut(VGroup({', '.join([*visible, 'equation', 'frame'])}))"], 0.6)
    return Page(name, tuple(shots), (NAMED_HELPER,) if legend.entries else ())


def _with_legend(page: FormulaPage, words: FormulaWords) -> tuple[FormulaWords, Legend]:
    """Find room for a legend, in the explanation's place if it says the same."""
    entries = [entry for entry in page.legend if words.calls_for(entry)]
    if not entries:
        return words, NO_LEGEND
    without = replace(words, explanation=NO_TEXT, swaps=False)
    for chosen in (without, words):
        free = TOP - BOTTOM - chosen.room_above - chosen.room_below - page.height - _FRAME_ROOM
        legend = lay_out_legend(entries, free - GAP)
        says_it_all = _is_told_by(legend.entries, words.explanation_said)
        if legend.entries and (chosen is words or says_it_all):
            return chosen, legend
    return words, NO_LEGEND


def _is_told_by(entries: Sequence[LegendEntry], explanation: str) -> bool:
    told = sum(
        len(entry.text.split()) + _DEFINING_WORDS * len(entry.names)
        for entry in entries
        if entry.is_explained
    )
    return told >= _MOST_OF * len(explanation.split())


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
    if not text.line_count:
        return shot
    top = TOP if words.swaps else BOTTOM + text.height
    shot.let(f"explanation = {placed(text, LEFT_EDGE, top, TEXT_WIDTH, text.height)}")
    if words.swaps and visible:
        shot.play(["FadeOut(introduction, shift=0.2 * UP)"], 0.4)
    shot.play(["FadeIn(explanation, shift=0.2 * UP)"], 0.8)
    return shot


def let_formula(
    shot: Shot,
    name: str,
    page: FormulaPage,
    *,
    centre_y: float,
    height: float,
    coloured: bool = False,
    plain: bool = False,
) -> None:
    """Add the statement that makes a formula's mobject.

    Its symbols have their colours from the start, or get them later; its left side has the
    accent's colour where there are none, unless all is to be plain.
    """
    shot.let(f"{name} = formula(")
    shot.let("    [")
    for row in page.rows:
        parts = ", ".join(literal(piece.tex) for piece in row.pieces)
        indent = literal(float(row.indent))
        shot.let(f"        (({parts},), {row.anchor_piece}, {indent}),")
    shot.let("    ],")
    numbers = f"{page.scale:.3g}, {FORMULA_WIDTH:.4g}, {max(height, 0.3):.3g}"
    shot.let(f"    {numbers},")
    shot.let(f").move_to([0, {centre_y:.3g}, 0])")
    if coloured:
        _colour_symbols(shot, name, page)
    for index, row in enumerate(page.rows):
        if row.left_stands_out and not page.legend and not plain:
            shot.let(f"{name}[{index}]{_index(0, len(row.steps[0]))}.set_color(ACCENT)")


def _colour_symbols(
    shot: Shot, name: str, page: FormulaPage, chosen: frozenset[SymbolKeys] | None = None
) -> None:
    colours = {
        each.symbol.keys: colour_of(each)
        for entry in page.legend
        for each in entry.names
        if chosen is None or each.symbol.keys in chosen
    }
    for index, row in enumerate(page.rows):
        for place, piece in enumerate(row.pieces):
            if piece.symbol and (colour := colours.get(piece.symbol.keys, "INK")) != "INK":
                shot.let(f"{name}[{index}][{place}].set_color({colour})")


def writing_steps(name: str, page: FormulaPage) -> list[tuple[str, float]]:
    """Return the animations that write a formula part by part, each with its seconds."""
    steps: list[tuple[str, float]] = []
    for row_index, row in enumerate(page.rows):
        share = row.width / len(row.parts)
        start = 0
        for pieces in row.steps:
            seconds = min(1.6, max(0.6, 0.35 + 0.16 * share))
            steps.append((f"Write({name}[{row_index}]{_index(start, len(pieces))})", seconds))
            start += len(pieces)
    return steps


def _index(start: int, count: int) -> str:
    return f"[{start}]" if count == 1 else f"[{start}:{start + count}]"


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
