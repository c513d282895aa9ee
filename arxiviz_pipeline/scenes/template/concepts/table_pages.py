"""Draws a table row by row, its best values and the paper's own row highlighted."""

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
    TEXT_SIZE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot, reading_seconds
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text
from arxiviz_pipeline.scenes.template.concepts.table_choice import WeighedTable
from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import measure
from arxiviz_pipeline.scenes.text.sentences import to_narration

CELL_SIZE: Final = 25
_COLUMN_GAP = 0.45
_ROW_PADDING = 0.24
_WIDEST_COLUMN = 4.6
_NARROWEST_COLUMN = 1.1
_CELL_LINES = 2
_HEADING_LINES = 2
_ROW_SECONDS = 0.6
_COUNT_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


@dataclass(frozen=True, slots=True)
class TableWords:
    """What is written above a table and said with it.

    Attributes:
        heading: Markdown; may be empty.
        spoken: What is said if there is no heading.
        conclusion: A sentence about what it shows; may be empty.
    """

    heading: str
    spoken: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column stands.

    Attributes:
        is_numeric: Whether its cells are centred.
    """

    index: int
    left: float
    width: float
    is_numeric: bool


def heading_shot(words: TableWords, fraction: float, terms: Sequence[str]) -> tuple[Shot, float]:
    """Open with what is compared; return where there is room below it."""
    shot = Shot(_sentence(spoken_title(words.heading or words.spoken)), "What is compared")
    drawn = draw_text(
        words.heading.rstrip(". "),
        font_size=TEXT_SIZE,
        width=TEXT_WIDTH,
        most_lines=_HEADING_LINES,
        terms=terms,
    )
    opening = [progress_to(fraction)]
    top = TOP
    if drawn.line_count:
        shot.let(f"heading = {placed(drawn, LEFT_EDGE, top, TEXT_WIDTH, drawn.height, 'MUTED')}")
        opening.insert(0, "FadeIn(heading, shift=0.2 * RIGHT)")
        top -= drawn.height + GAP
    shot.play(opening, 0.8)
    return shot, top


def table_page(
    name: str,
    weighed: WeighedTable,
    rows: Sequence[int],
    columns: Sequence[int],
    words: TableWords,
    *,
    fraction: float,
    terms: Sequence[str] = (),
) -> Page | None:
    """Reveal rows of a table one by one; None if they cannot be drawn in this room."""
    opening, top = heading_shot(words, fraction, terms)
    placed_columns = _placed_columns(weighed, rows, columns)
    if placed_columns is None:
        return None
    table = weighed.table
    head = [_cell(_header_text(table.header[column.index]), column, bold=True)
            for column in placed_columns]  # fmt: skip
    body = [[_cell(table.rows[row][column.index], column) for column in placed_columns]
            for row in rows]  # fmt: skip
    heights = [max(cell.height for cell in cells) + _ROW_PADDING for cells in (head, *body)]
    if sum(heights) > top - BOTTOM or any(not cell.is_whole for cell in head):
        return None
    spare = (top - BOTTOM - sum(heights)) / len(heights)
    heights = [height + min(0.22, spare) for height in heights]
    middle = top - heights[0] / 2
    _let_row(opening, "head", head, placed_columns, middle, "ACCENT")
    rule = top - heights[0]
    right = placed_columns[-1].left + placed_columns[-1].width
    opening.let(f"rule = {_line(rule, right, 'ACCENT')}")
    opening.play(["FadeIn(head, shift=0.2 * DOWN)", "Create(rule)"], 0.8)
    reveal = Shot(_rows_said(weighed, rows), "The rows, one by one")
    visible = ["head", "rule", *(["heading"] if words.heading else [])]
    y = rule
    for place, cells in enumerate(body):
        height = heights[place + 1]
        _let_row(reveal, f"row_{place}", cells, placed_columns, y - height / 2, "INK")
        reveal.play([f"FadeIn(row_{place}, shift=0.2 * RIGHT)"], _ROW_SECONDS)
        if place < len(body) - 1:
            reveal.wait(_reading_of(cells) - _ROW_SECONDS)
        visible.append(f"row_{place}")
        y -= height
    shots = [opening, reveal]
    tops = [rule - sum(heights[1 : place + 1]) for place in range(len(rows))]
    closing = _highlights(weighed, rows, columns, words, tops, heights[1:], right)
    if closing is not None:
        shots.append(closing)
        visible += ["band"] if weighed.own_row in rows else []
    shots[-1].hold_seconds = 1.2
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, tuple(shots))


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?…" else text


def _header_text(header: str) -> str:
    return header.replace("**", "").strip()


def _reading_of(cells: Sequence[DrawnText]) -> float:
    return reading_seconds(" ".join(cell.markup for cell in cells)) - 0.2


def _rows_said(weighed: WeighedTable, rows: Sequence[int]) -> str:
    """Say what the rows are, before anything is said about them."""
    names = [weighed.labels[row] for row in rows]
    total = len(weighed.table.rows)
    unique = list(dict.fromkeys(name for name in names if name))
    first = weighed.rows_name
    if first and all(name.replace(".", "").isdecimal() for name in names):
        return f"Each row is for one {first}."
    is_named = len(unique) == len(names) and all(len(name) > 2 for name in unique)
    if is_named and sum(len(name.split()) for name in unique) <= 12:
        listed = f"{', '.join(unique[:-1])} and {unique[-1]}"
        return _sentence(f"Side by side: {listed}")
    if total == len(rows):
        return f"These are its {count_word(total)} rows."
    return f"These are {count_word(len(rows))} of its {total} rows."


def count_word(count: int) -> str:
    """Spell a small number."""
    return _COUNT_WORDS[count] if count < len(_COUNT_WORDS) else str(count)


def _highlights(
    weighed: WeighedTable,
    rows: Sequence[int],
    columns: Sequence[int],
    words: TableWords,
    tops: Sequence[float],
    heights: Sequence[float],
    right: float,
) -> Shot | None:
    best = [
        (place, columns.index(column))
        for place, row in enumerate(rows)
        for best_row, column in sorted(weighed.best_cells)
        if best_row == row and column in columns
    ]
    own = rows.index(weighed.own_row) if weighed.own_row in rows else None
    if not words.conclusion and not best and own is None:
        return None
    said = to_narration(words.conclusion) or "The best values are highlighted."
    shot = Shot(said if words.conclusion or best else "", "What stands out")
    animations = [f"row_{place}[{cell}].animate.set_color(RESULT)" for place, cell in best]
    if own is not None:
        centre = (LEFT_EDGE + right) / 2
        shot.let(
            f"band = RoundedRectangle(width={right - LEFT_EDGE + 0.3:.4g}, "
            f"height={heights[own] - 0.04:.3g}, corner_radius=0.1, color=ACCENT, stroke_width=2, "
            f"fill_opacity=0.16).move_to([{centre:.3g}, {tops[own] - heights[own] / 2:.3g}, 0])"
        )
        shot.let("band.set_z_index(-1)")
        animations.insert(0, "FadeIn(band)")
    if animations:
        shot.play(animations, 0.8)
    for place, cell in best[:2]:
        shot.emphasize(f"Indicate(row_{place}[{cell}], scale_factor=1.12, color=RESULT)")
    return shot


def _line(y: float, right: float, colour: str) -> str:
    return (
        f"Line([{LEFT_EDGE:.3g}, {y:.3g}, 0], [{right:.4g}, {y:.3g}, 0], "
        f"color={colour}, stroke_width=2)"
    )


def _let_row(
    shot: Shot,
    name: str,
    cells: Sequence[DrawnText],
    columns: Sequence[_Column],
    middle: float,
    colour: str,
) -> None:
    shot.let(f"{name} = VGroup(")
    for cell, column in zip(cells, columns, strict=True):
        made = f"text({literal(cell.markup)}, {cell.font_size}, {colour})"
        room = f"{column.width:.3g}, {cell.height + 0.15:.3g}"
        if not cell.line_count:
            shot.let("    VGroup(),")
        elif column.is_numeric:
            at = f"[{column.left + column.width / 2:.3g}, {middle:.3g}, 0]"
            shot.let(f"    fit({made}, {room}).move_to({at}),")
        else:
            shot.let(f"    place_beside({made}, {column.left:.3g}, {middle:.3g}, {room}),")
    shot.let(")")


def _cell(text: str, column: _Column, *, bold: bool = False) -> DrawnText:
    size = SMALL_SIZE if bold else CELL_SIZE
    return draw_text(text, font_size=size, width=column.width, most_lines=_CELL_LINES, bold=bold)


def _placed_columns(
    weighed: WeighedTable, rows: Sequence[int], columns: Sequence[int]
) -> list[_Column] | None:
    """Give each column the width it needs, or None if they do not fit side by side."""
    widths: list[float] = []
    numeric: list[bool] = []
    for column in columns:
        cells = [weighed.table.rows[row][column] for row in rows]
        natural = max(measure(read_inline(cell), CELL_SIZE) for cell in cells)
        head = read_inline(_header_text(weighed.table.header[column]))
        words = to_narration(weighed.table.header[column]).split()
        longest = max((measure(read_inline(word), SMALL_SIZE) for word in words), default=0.0)
        wanted = max(natural, measure(head, SMALL_SIZE) * 1.14 / _CELL_LINES, longest * 1.14)
        widths.append(min(_WIDEST_COLUMN, max(_NARROWEST_COLUMN, wanted * 1.06 + 0.1)))
        filled = [
            weighed.quantities[row][column] for row in rows if weighed.table.rows[row][column]
        ]
        numeric.append(column > 0 and bool(filled) and all(filled))
    room = TEXT_WIDTH - _COLUMN_GAP * (len(columns) - 1) - 0.2
    texts = [place for place, is_numeric in enumerate(numeric) if not is_numeric]
    excess = sum(widths) - room
    if excess > 0:
        # Words may be broken into two lines, numbers not.
        flexible = sum(widths[place] for place in texts)
        if not texts or excess > 0.45 * flexible:
            return None
        for place in texts:
            widths[place] *= 1 - excess / flexible
    gap = _COLUMN_GAP + min(1.0, max(0.0, -excess) / max(1, len(columns) - 1))
    placed_columns: list[_Column] = []
    left = LEFT_EDGE + 0.15
    for index, width, is_numeric in zip(columns, widths, numeric, strict=True):
        placed_columns.append(_Column(index, left, width, is_numeric))
        left += width + gap
    return placed_columns
