"""Puts characters together into lines of text."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from arxiviz_pipeline.ingest.pdf.glyphs import Glyph, Style

RAISED, LOWERED = "\x01", "\x02"  # around what stands above the line: notes, powers
_ACCENTS = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c",
}  # fmt: skip
_DOTLESS = {"ı": "i", "ȷ": "j"}
# In shares of the type size.
_NEW_LINE_SHIFT = 0.62
_NEW_LINE_BACK = 1.0
_WORD_GAP = 0.3
_CAPITALS_GAP = 0.15
_WIDE_GAP = 1.6  # between the cells of a table; words are never so far apart
_LATE_GLYPHS = 200  # an accent comes at most so many after its letter
_COLUMN_GLYPHS = 25  # in a row; cells of tables have fewer
_RAISED_SHIFT = 0.15
_RAISED_SIZE = 0.87


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is printed; places in points from the lower left corner of its page.

    Attributes:
        text: With what is raised between `RAISED` and `LOWERED`, and a tab at each wide gap.
        style: Of most of its characters.
        opening: How many characters at its start are all set unlike the end: a heading run in.
        math_share: The part of its characters that is in fonts for formulas.
        gap_count: Gaps too wide to be between words.
        in_form: Whether a form on the page draws it, as figures are drawn.
    """

    page: int
    text: str
    left: float
    right: float
    base: float
    style: Style
    opening: int
    math_share: float
    gap_count: int
    in_form: bool

    @property
    def plain(self) -> str:
        """The text without marks of what is raised."""
        return self.text.replace(RAISED, "").replace(LOWERED, "")


def read_lines(glyphs: Sequence[Glyph], page: int) -> Iterator[Line]:
    """Put a page's characters together, in the order they are drawn."""
    row: list[Glyph] = []
    base, size, right = 0.0, 0.0, 0.0
    for index, glyph in enumerate(glyphs):
        larger = max(size, glyph.style.size)
        shift = abs(glyph.base - base)
        back = right - glyph.left
        if row and shift < larger and back > 0 and glyph.text in _ACCENTS and _put(glyph, row):
            continue
        is_elsewhere = shift > _NEW_LINE_SHIFT * larger or back > _NEW_LINE_BACK * larger
        is_elsewhere = is_elsewhere or (bool(row) and glyph.in_form != row[0].in_form)
        if row and (is_elsewhere or _opens_column(row, glyphs, index, size)):
            yield _line(row, page)
            row, size, right = [], 0.0, glyph.left
        if not row or glyph.style.size > 1.05 * size:
            base, size = glyph.base, glyph.style.size
        row.append(glyph)
        right = max(right, glyph.right)
    if row:
        yield _line(row, page)


def _opens_column(row: Sequence[Glyph], glyphs: Sequence[Glyph], index: int, size: float) -> bool:
    """Tell a line of the next column, drawn at the height of the last one of this column."""
    if len(row) < _COLUMN_GLYPHS or not _is_wide(row[-1], glyphs[index], size):
        return False
    following = glyphs[index : index + _COLUMN_GLYPHS]
    return len(following) == _COLUMN_GLYPHS and not any(
        before.base != after.base or _is_wide(before, after, size)
        for before, after in pairwise(following)
    )


def _line(row: Sequence[Glyph], page: int) -> Line:
    style = Counter(glyph.style for glyph in row).most_common(1)[0][0]
    bases = Counter(round(glyph.base, 1) for glyph in row if glyph.style.size == style.size)
    base = bases.most_common(1)[0][0]
    text, starts = _text(row, style.size, base)
    size = style.size
    gaps = sum(_is_wide(before, after, size) for before, after in pairwise(row))
    math_count = sum(glyph.style.is_math for glyph in row)
    return Line(
        page=page,
        text=text,
        left=min(glyph.left for glyph in row),
        right=max(glyph.right for glyph in row),
        base=base,
        style=style,
        opening=_opening(row, starts),
        math_share=math_count / len(row),
        gap_count=gaps,
        in_form=row[0].in_form,
    )


def _opening(row: Sequence[Glyph], starts: Sequence[int]) -> int:
    """Return where in the text the bold or italic start of a line ends, 0 if there is none.

    Only letters count: numbers and stops are often set otherwise than the heading they are in.
    """
    letters = [
        (glyph.style.bold, glyph.style.italic, start)
        for glyph, start, after in zip(row, starts, [*row[1:], row[-1]], strict=True)
        if glyph.text[0].isalpha() and after.text != "." and not glyph.style.is_math
    ]
    if not letters or not any(letters[0][:2]) or letters[0][:2] == letters[-1][:2]:
        return 0
    return next(start for bold, italic, start in letters if (bold, italic) != letters[0][:2])


def _text(row: Sequence[Glyph], size: float, base: float) -> tuple[str, list[int]]:
    """Write a row's characters; also tell where in the text each begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    is_raised = False
    accent = ""
    before: Glyph | None = None
    for index, glyph in enumerate(row):
        raised = glyph.style.size < _RAISED_SIZE * size and glyph.base > base + _RAISED_SHIFT * size
        written = LOWERED if is_raised and not raised else ""
        if before is not None and not accent and _has_space(before, glyph):
            written += "\t" if _is_wide(before, glyph, size) else " "
        if raised and not is_raised:
            written += RAISED
        is_raised = raised
        starts.append(length + len(written))
        if glyph.text in _ACCENTS and index + 1 < len(row) and _overlap(glyph, row[index + 1]):
            accent = _ACCENTS[glyph.text]
        else:
            written += _composed(glyph.text, accent)
            accent = ""
        parts.append(written)
        length += len(written)
        before = glyph
    return "".join(parts) + (LOWERED if is_raised else ""), starts


def _composed(letter: str, accent: str) -> str:
    """Put a letter and the accent drawn over it into one character, as TeX's old fonts need."""
    return unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + accent) if accent else letter


def _put(accent: Glyph, row: list[Glyph]) -> bool:
    """Put an accent that is drawn late before its letter, if that is in the row."""
    for index in range(len(row) - 1, max(len(row) - _LATE_GLYPHS, -1), -1):
        glyph = row[index]
        if _overlap(accent, glyph):
            row[index] = glyph._replace(text=_composed(glyph.text, _ACCENTS[accent.text]))
            return True
    return False


def _has_space(before: Glyph, glyph: Glyph) -> bool:
    gap = glyph.left - before.right
    size = max(before.style.size, glyph.style.size)
    if not glyph.after_space:
        return gap > _WORD_GAP * size
    # Small capitals made of two sizes: the gap after a large one is taken for a space.
    is_capital = before.text.isupper() and glyph.text.isupper()
    shrinks = glyph.style.size < before.style.size
    return not (is_capital and shrinks and gap < _CAPITALS_GAP * size)


def _is_wide(before: Glyph, after: Glyph, size: float) -> bool:
    return after.left - before.right > _WIDE_GAP * size


def _overlap(accent: Glyph, letter: Glyph) -> bool:
    if not letter.text.isalpha():
        return False
    middle = (accent.left + accent.right) / 2
    return letter.left - 0.5 < middle < letter.right + 0.5
