"""Pages of algorithms: numbered steps with a frame around the active one, and arrows for loops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text, fitting_text
from arxiviz_pipeline.scenes.text.algorithms import AlgorithmStep
from arxiviz_pipeline.scenes.text.inline_text import Run, measure
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration
from arxiviz_pipeline.scenes.text.standing_alone import capitalized

_SIZES: Final = (TEXT_SIZE, 25, SMALL_SIZE)
_ROW_GAP: Final = 0.2
_LOWEST_ROW: Final = 0.36
_INDENT: Final = 0.62
_DEEPEST: Final = 4
_NUMBER_X: Final = LEFT_EDGE + 0.5
_RADIUS: Final = 0.21
_TEXT_X: Final = LEFT_EDGE + 0.98
_RIGHT: Final = -LEFT_EDGE - 0.25
_LENGTHS: Final = ((16, 17), (9, 12))  # words of the name, and of each step
_STEP_COUNTS: Final = (15, 12, 9, 6)
_MOST_PAGES: Final = 2
_PORT_GAP: Final = 0.3
_HEAD_GAP: Final = 0.2

BRACKET_HELPER: Final = '''
def bracket(start, corner, end, color, returns):
    """A line around a corner; one that returns has a tip."""
    sides = VGroup(Line(start, corner, color=color), Line(corner, end, color=color))
    if returns:
        sides[1].add_tip(tip_length=0.15, tip_width=0.15)
    return sides
'''


@dataclass(frozen=True, slots=True)
class PicturedAlgorithm:
    """An algorithm to be drawn; all is Markdown, `inputs` and `outputs` may be empty."""

    name: str
    inputs: str
    outputs: str
    steps: tuple[AlgorithmStep, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A step as it stands on a page; `number` counts from 1, and is None for what is left out."""

    step: AlgorithmStep
    number: int | None
    text: DrawnText
    said: str

    @property
    def height(self) -> float:
        return max(_LOWEST_ROW, self.text.height)

    @property
    def depth(self) -> int:
        return min(self.step.depth, _DEEPEST)


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the steps."""

    name: DrawnText
    name_said: str
    ports: tuple[tuple[str, DrawnText, str], ...] = ()

    @property
    def height(self) -> float:
        ports = max((max(text.height, 0.4) + _HEAD_GAP for _, text, _ in self.ports), default=0.0)
        return self.name.height + _HEAD_GAP + ports

    @property
    def said(self) -> str:
        return " ".join([f"{self.name_said}.", *(said for _, _, said in self.ports)])


def algorithm_pages(
    name: str, algorithm: PicturedAlgorithm, *, seconds: float, fraction: float
) -> list[Page]:
    """Reveal the steps one by one, as many as there is time for.

    The steps that are left out are counted; no pages if hardly any would be told.
    """
    counts = [len(algorithm.steps), *_STEP_COUNTS]
    for count in (count for count in counts if count <= counts[0]):
        for name_words, step_words in _LENGTHS:
            head = _head(algorithm, name_words)
            steps = [replace(step, text=shorten(step.text, step_words)) for step in algorithm.steps]
            pages = _pages(name, head, steps, count, fraction)
            if pages and sum(page.seconds for page in pages) <= seconds:
                return pages
    return []


def _pages(
    name: str, head: _Head, steps: Sequence[AlgorithmStep], count: int, fraction: float
) -> list[Page]:
    """Put so many steps on one page, or on two; no pages if they do not fit."""
    room = TOP - BOTTOM - head.height
    for size in _SIZES:
        rows = _rows(steps, size, count)
        if rows and _height(rows) <= room:
            return [_page(name, head, rows, fraction, is_first=True)]
    shared = (_shared_out(_rows(steps, size, count), room) for size in _SIZES[1:])
    groups = next((found for found in shared if 0 < len(found) <= _MOST_PAGES), None)
    if groups is None:
        return []
    first, *others = groups
    name_alone = _Head(head.name, head.name_said)
    return [
        _page(f"{name}_1", head, first, fraction, is_first=True),
        *(_page(f"{name}_2", name_alone, rows, fraction, is_first=False) for rows in others),
    ]


def _head(algorithm: PicturedAlgorithm, name_words: int) -> _Head:
    short = shorten(algorithm.name, name_words).rstrip(" :.")
    name = fitting_text(short, sizes=(TEXT_SIZE, 25), width=TEXT_WIDTH, most_lines=1, bold=True)
    if not name.is_whole:
        name = draw_text(short, font_size=25, width=TEXT_WIDTH, most_lines=2, bold=True)
    given = [
        (label, text)
        for label, text in (("Input", algorithm.inputs), ("Output", algorithm.outputs))
        if to_narration(text)
    ]
    width = (TEXT_WIDTH - _PORT_GAP) / max(1, len(given))
    ports = [
        (label, _port_text(label, text, width), f"{label}: {to_narration(text).rstrip('.')}.")
        for label, text in given
    ]
    return _Head(name, to_narration(short), tuple(ports))


def _port_text(label: str, text: str, width: float) -> DrawnText:
    room = width - _badge_width(label) - 0.35
    return draw_text(text, font_size=SMALL_SIZE, width=room, most_lines=2)


def _badge_width(label: str) -> float:
    return measure([Run(label, bold=True)], SMALL_SIZE) * 1.03 + 0.4


def _rows(steps: Sequence[AlgorithmStep], size: int, most: int) -> list[_Row]:
    rows: list[_Row] = []
    for number, step in enumerate(steps[:most], start=1):
        width = _RIGHT - _TEXT_X - _INDENT * min(step.depth, _DEEPEST) - 0.2
        drawn = draw_text(step.text, font_size=size, width=width, most_lines=3)
        said = to_narration(capitalized(step.text))
        if drawn.line_count:
            rows.append(_Row(step, number, drawn, said))
    left_out = len(steps) - most
    if left_out > 0:
        text = f"… and {left_out} more line{'s' if left_out > 1 else ''}"
        drawn = draw_text(text, font_size=size, width=TEXT_WIDTH - 2, most_lines=1)
        rows.append(_Row(AlgorithmStep(text), None, drawn, f"{text[2:].capitalize()}."))
    return rows


def _height(rows: Sequence[_Row]) -> float:
    return sum(row.height + _ROW_GAP for row in rows)


def _shared_out(rows: Sequence[_Row], room: float) -> list[list[_Row]]:
    """Share rows out over two pages alike."""
    half = _height(rows) / 2
    groups: list[list[_Row]] = [[]]
    for row in rows:
        is_full = _height([*groups[-1], row]) > room
        if groups[-1] and (is_full or (len(groups) == 1 and _height(groups[0]) >= half)):
            # What opens a loop stays with its first step.
            opens = bool(groups[-1][-1].step.opens) and len(groups[-1]) > 1
            groups.append([groups[-1].pop()] if opens else [])
        groups[-1].append(row)
    is_fitting = all(group and _height(group) <= room for group in groups)
    return groups if is_fitting else []


@dataclass(frozen=True, slots=True)
class _Bracket:
    """The line from a loop's or branch's last step back to its head; `last` is a row's index."""

    last: int
    code: str


def _page(name: str, head: _Head, rows: Sequence[_Row], fraction: float, *, is_first: bool) -> Page:
    heading = Shot(head.said, "The algorithm's name, what it takes and what it gives")
    visible = list(_let_head(heading, head, fraction))
    is_apart = is_first and bool(head.ports)
    shots = [heading] if is_apart else []
    middles = _middles(rows, TOP - head.height)
    brackets = list(_brackets(rows, middles, TOP - head.height))
    for index, row in enumerate(rows):
        shot = Shot(row.said, "A step of the algorithm")
        if index == 0 and not is_apart:
            shot = heading
            shot.narration = f"{head.said} {row.said}" if is_first else row.said
        shot.hold_seconds = 0.4
        _let_row(shot, index, row, middles[index])
        entrances = [_marker(shot, index, row, middles[index]), f"FadeIn(step_{index})"]
        if index > 0:
            entrances.append(f"step_{index - 1}.animate.set_opacity(0.7)")
        shot.play(entrances, 0.6)
        visible.append(f"step_{index}")
        for at, bracket in enumerate(brackets):
            if bracket.last == index:
                shot.let(f"bracket_{at} = {bracket.code}")
                shot.play([f"Create(bracket_{at})"], 0.6)
                visible.append(f"bracket_{at}")
        shots.append(shot)
    shots[-1].hold_seconds = 1.0
    shots[-1].close([f"FadeOut(VGroup({', '.join(['marker', *visible])}))"], 0.6)
    return Page(name, tuple(shots), (BRACKET_HELPER,) if brackets else ())


def _let_head(shot: Shot, head: _Head, fraction: float) -> Iterator[str]:
    """Add the name and the ports, and name what is then seen."""
    top = TOP
    box = placed(head.name, LEFT_EDGE, top, TEXT_WIDTH, head.name.height)
    shot.let(f"name = {box}")
    entrances = ["FadeIn(name, shift=0.2 * RIGHT)"]
    yield "name"
    top -= head.name.height + _HEAD_GAP
    width = (TEXT_WIDTH - _PORT_GAP) / max(1, len(head.ports))
    for index, (label, text, _) in enumerate(head.ports):
        left = LEFT_EDGE + index * (width + _PORT_GAP)
        badge = _badge_width(label)
        height = max(0.4, text.height)
        middle = top - height / 2
        colour = "ACCENT" if label == "Input" else "RESULT"
        shot.let(f"port_{index} = VGroup(")
        shot.let(
            f"    RoundedRectangle(width={badge:.3g}, height=0.4, corner_radius=0.1, "
            f"color={colour}, stroke_width=2).move_to([{left + badge / 2:.3g}, {middle:.3g}, 0]),"
        )
        label_box = f"{badge - 0.2:.3g}, 0.34).move_to([{left + badge / 2:.3g}, {middle:.3g}, 0])"
        shot.let(
            f"    fit(text({literal(f'<b>{label}</b>')}, {SMALL_SIZE}, {colour}), {label_box},"
        )
        numbers = _numbers(left + badge + 0.2, middle, width - badge - 0.2, height + 0.1)
        shot.let(f"    place_beside(text({literal(text.markup)}, {text.font_size}), {numbers}),")
        shot.let(")")
        entrances.append(f"FadeIn(port_{index}, shift=0.2 * RIGHT)")
        yield f"port_{index}"
    shot.play([*entrances, progress_to(fraction)], 0.8)


def _middles(rows: Sequence[_Row], top: float) -> list[float]:
    """Stack the rows; where there is room, they stand apart."""
    spare = top - BOTTOM - _height(rows)
    gap = _ROW_GAP + min(0.2, spare / max(1, len(rows)))
    middles: list[float] = []
    for row in rows:
        middles.append(top - gap / 2 - row.height / 2)
        top -= row.height + gap
    return middles


def _number_x(row: _Row) -> float:
    return _NUMBER_X + _INDENT * row.depth


def _let_row(shot: Shot, index: int, row: _Row, middle: float) -> None:
    x = _number_x(row)
    left = _TEXT_X + _INDENT * row.depth
    shot.let(f"step_{index} = VGroup(")
    if row.number is not None:
        at = f"move_to([{x:.3g}, {middle:.3g}, 0])"
        shot.let(
            f"    Circle(radius={_RADIUS}, color=ACCENT, stroke_width=2, fill_color=BACKGROUND, "
            f"fill_opacity=1).{at},"
        )
        label = f"text({literal(f'<b>{row.number}</b>')}, 20, ACCENT)"
        shot.let(f"    fit({label}, 0.36, 0.3).{at},")
    numbers = _numbers(left, middle, _RIGHT - left - 0.1, row.height + 0.1)
    shot.let(
        f"    place_beside(text({literal(row.text.markup)}, {row.text.font_size}), {numbers}),"
    )
    shot.let(")")


def _marker(shot: Shot, index: int, row: _Row, middle: float) -> str:
    """Add the frame around the active step, and return the animation that brings it there."""
    left = _number_x(row) - _RADIUS - 0.12
    width = _RIGHT + 0.2 - left
    frame = (
        f"RoundedRectangle(width={width:.4g}, height={row.height + 0.16:.3g}, corner_radius=0.12, "
        "color=HIGHLIGHT, stroke_width=2, fill_color=PANEL, fill_opacity=1)"
        f".move_to([{left + width / 2:.3g}, {middle:.3g}, 0])"
    )
    if index == 0:
        shot.let(f"marker = {frame}")
        return "FadeIn(marker)"
    return f"Transform(marker, {frame})"


def _brackets(rows: Sequence[_Row], middles: Sequence[float], top: float) -> Iterator[_Bracket]:
    """Yield a bracket for each loop and branch, also for one whose head is on the page before."""
    for depth in range(rows[0].depth):
        yield _bracket("loop", depth, rows, middles, -1, top)
    for index, row in enumerate(rows):
        if row.step.opens and row.depth < _DEEPEST and index + 1 < len(rows):
            yield _bracket(row.step.opens, row.depth, rows, middles, index, top)


def _bracket(
    opens: str,
    depth: int,
    rows: Sequence[_Row],
    middles: Sequence[float],
    head: int,
    top: float,
) -> _Bracket:
    last = head
    while last + 1 < len(rows) and rows[last + 1].depth > depth:
        last += 1
    x = _NUMBER_X + _INDENT * depth
    start = f"[{_number_x(rows[last]) - _RADIUS:.3g}, {middles[last]:.3g}, 0]"
    corner = f"[{x:.3g}, {middles[last]:.3g}, 0]"
    end_y = middles[head] - _RADIUS if head >= 0 else top
    end = f"[{x:.3g}, {end_y:.3g}, 0]"
    is_loop = opens == "loop"
    colour = "HIGHLIGHT" if is_loop else "MUTED"
    return _Bracket(last, f"bracket({start}, {corner}, {end}, {colour}, {is_loop})")


def _numbers(*values: float) -> str:
    return ", ".join(literal(float(value)) for value in values)
