"""Text as a scene draws it: wrapped lines of Pango markup, with their size on the frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from arxiviz_pipeline.scenes.drawing.palette import ORANGE
from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import (
    InlineText,
    Run,
    first_lines,
    measure,
    merged,
    to_markup,
    wrap,
)
from arxiviz_pipeline.scenes.text.sentences import terms_of

LINE_HEIGHT = 0.0163  # Manim units per point of font size, measured with Manim 0.22
_SLACK = 1.03  # other fonts than the one measured


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A block of text.

    Attributes:
        markup: Lines of Pango markup, parted by newlines.
        font_size: In Manim's points.
        is_whole: Whether nothing had to be cut.
    """

    markup: str
    font_size: int
    width: float
    line_count: int
    is_whole: bool = True

    @property
    def height(self) -> float:
        """In Manim units, ascenders and descenders included."""
        return self.line_count * self.font_size * LINE_HEIGHT


def draw_text(
    text: str | Sequence[Run],
    *,
    font_size: int,
    width: float,
    most_lines: int,
    bold: bool = False,
    terms: Iterable[str] = (),
) -> DrawnText:
    """Wrap text to a width in Manim units; what is beyond the last line becomes `…`.

    The text is Markdown with inline math, or runs; `terms` are words to highlight, as
    `sentences.terms_of` writes them.
    """
    runs = read_inline(text) if isinstance(text, str) else tuple(text)
    if bold:
        runs = merged(replace(run, bold=True) for run in runs)
    wrapped = wrap(_highlighted(runs, set(terms)), width / _SLACK, font_size)
    lines = first_lines(wrapped, most_lines)
    return DrawnText(
        markup="\n".join(to_markup(line, ORANGE) for line in lines),
        font_size=font_size,
        width=max((measure(line, font_size) for line in lines), default=0.0) * _SLACK,
        line_count=len(lines),
        is_whole=len(lines) == len(wrapped),
    )


def fitting_text(
    text: str,
    *,
    sizes: Sequence[int],
    width: float,
    height: float | None = None,
    most_lines: int = 20,
    bold: bool = False,
    terms: Iterable[str] = (),
) -> DrawnText:
    """Draw a text at the largest of these sizes that shows all of it, or at the last."""
    drawings = (
        draw_text(
            text,
            font_size=size,
            width=width,
            most_lines=_line_count(size, height, most_lines),
            bold=bold,
            terms=terms,
        )
        for size in sizes
    )
    drawn = next(drawings)
    while not drawn.is_whole and (smaller := next(drawings, None)) is not None:
        drawn = smaller
    return drawn


def _line_count(font_size: int, height: float | None, most_lines: int) -> int:
    if height is None:
        return most_lines
    return max(1, min(most_lines, int(height / (font_size * LINE_HEIGHT))))


def _highlighted(runs: InlineText, terms: set[str]) -> InlineText:
    if not terms:
        return runs
    marked: list[Run] = []
    for run in runs:
        if run.level or run.italic:
            marked.append(run)
            continue
        for index, word in enumerate(run.text.split(" ")):
            if index:
                marked.append(run.with_text(" "))
            bare = word.rstrip(".,;:!?)”’…")
            is_key = any(term in terms for term in terms_of(bare))
            marked.append(Run(bare, run.italic, run.bold, run.level, is_key))
            marked.append(run.with_text(word[len(bare) :]))
    return merged(marked)
