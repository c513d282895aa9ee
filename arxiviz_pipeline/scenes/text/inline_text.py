"""Text with inline math as runs of styled Unicode, to be measured, wrapped, shown and read out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from arxiviz_pipeline.scenes.text.math_symbols import SUBSCRIPTS, SUPERSCRIPTS

_SCRIPT_SCALE = 0.72  # Pango's, for sub and sup
_BOLD_SCALE = 1.14
_UNKNOWN_WIDTH = 0.6
_WIDE_WIDTH = 0.72  # East Asian
# Advance widths of DejaVu Sans, Manim units at font size 48, measured with Manim 0.22: it is
# Debian's default and wider than most, so that other fonts fit where it does.
_WIDTHS: Final = {
    character: width
    for width, characters in {
        0.185: "ijl'",
        0.197: "IJ",
        0.212: " ,.·’‘\u00a0\u2009",
        0.225: ":;/\\|f-",
        0.265: "rt()[]!²³¹₀₁₂₃₄₅₆₇₈₉ᵢ",
        0.335: "*_`–‖",
        0.35: 'csz?"“”√∂∫',
        0.371: "cL",
        0.398: "kvxyFPTλ",
        0.41: "aeoéY",
        0.4245: "0123456789bdghnpqu$SE{}βθμσΣ",
        0.458: "ABCGKRVXZαφ∑∇",
        0.502: "DHNUΠ∏",
        0.528: "OQ&ℝℕℤΩ",
        0.559: "Mw#+<=>^~×≤≥≈∼→←⇒∞±ω−",
        0.581: "∈∉⊂",
        0.667: "mW%@—…",
    }.items()
    for character in characters
}
_HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn")
_MARKUP_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style.

    Attributes:
        level: How it is raised and lowered, from the outside in: `^_` is a subscript of a
            superscript, the empty string the line itself.
        highlighted: Whether it is drawn in the colour of key terms.
    """

    text: str
    italic: bool = False
    bold: bool = False
    level: str = ""
    highlighted: bool = False

    def with_text(self, text: str) -> "Run":
        """Return other characters in the same style: `replace` is ten times slower."""
        return Run(text, self.italic, self.bold, self.level, self.highlighted)

    def is_styled_as(self, other: "Run") -> bool:
        """Tell whether two runs could be one."""
        return (
            self.italic == other.italic
            and self.bold == other.bold
            and self.level == other.level
            and self.highlighted == other.highlighted
        )


InlineText = tuple[Run, ...]


def printable(text: str) -> str:
    """Return the text in composed form, with single spaces and without control characters."""
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(
        " " if character.isspace() and character != "\u00a0" else character
        for character in composed
        if character.isspace() or unicodedata.category(character) not in _HIDDEN_CATEGORIES
    )
    return re.sub(r" +", " ", shown)


def merged(runs: Iterable[Run]) -> InlineText:
    """Join neighbours of the same style."""
    result: list[Run] = []
    for run in runs:
        if result and run.is_styled_as(result[-1]):
            result[-1] = run.with_text(result[-1].text + run.text)
        elif run.text:
            result.append(run)
    return tuple(result)


def to_plain(runs: Iterable[Run]) -> str:
    """Write the text in Unicode alone: dₖ, x², d_model."""
    text = _unicode(runs, 0).replace("\u00a0", " ").replace("\u2009", " ")
    return re.sub(r" +", " ", text).strip()


def _unicode(runs: Iterable[Run], depth: int) -> str:
    pieces: list[str] = []
    for direction, group in groupby(runs, key=lambda run: run.level[depth : depth + 1]):
        if direction:
            pieces.append(_scripted(_unicode(group, depth + 1), direction))
        else:
            pieces.extend(run.text for run in group)
    return "".join(pieces)


def _scripted(text: str, direction: str) -> str:
    if not text:
        return ""
    table = SUBSCRIPTS if direction == "_" else SUPERSCRIPTS
    if text and all(character in table for character in text):
        return "".join(table[character] for character in text)
    if text in ("′", "∗", "†", "⊤", "°", "″", "⋆"):
        return text
    is_grouped = len(text) == 1 or text.isalnum() or (text[0] == "(" and text[-1] == ")")
    return f"{direction}{text}" if is_grouped else f"{direction}({text})"


def to_markup(runs: Iterable[Run], highlight_colour: str) -> str:
    """Write the text in Pango's markup, as MarkupText reads it."""
    pieces: list[str] = []
    for highlighted, group in groupby(merged(runs), key=lambda run: run.highlighted):
        text = _pango(group, 0)
        pieces.append(
            f'<span foreground="{highlight_colour}">{text}</span>' if highlighted else text
        )
    return "".join(pieces)


def _pango(runs: Iterable[Run], depth: int) -> str:
    pieces: list[str] = []
    for direction, group in groupby(runs, key=lambda run: run.level[depth : depth + 1]):
        if direction:
            tag = "sub" if direction == "_" else "sup"
            pieces.append(f"<{tag}>{_pango(group, depth + 1)}</{tag}>")
        else:
            pieces.extend(_styled(run) for run in group)
    return "".join(pieces)


def _styled(run: Run) -> str:
    text = run.text.translate(_MARKUP_ESCAPES)
    if run.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.bold else text


def measure(runs: Iterable[Run], font_size: float) -> float:
    """Estimate the width in Manim units."""
    width = 0.0
    for run in runs:
        scale = _SCRIPT_SCALE ** len(run.level) * (_BOLD_SCALE if run.bold else 1)
        width += scale * sum(_character_width(character) for character in run.text)
    return width * font_size / 48


def _character_width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    return _WIDE_WIDTH if unicodedata.east_asian_width(character) in "WF" else _UNKNOWN_WIDTH


def wrap(runs: Sequence[Run], width: float, font_size: float) -> list[InlineText]:
    """Break into lines no wider than this many Manim units, at spaces where there are any."""
    lines: list[list[Run]] = [[]]
    for word in _words(runs, width, font_size):
        candidate = [*lines[-1], *([Run(" ")] if lines[-1] else []), *word]
        if lines[-1] and measure(candidate, font_size) > width:
            lines.append(list(word))
        else:
            lines[-1] = candidate
    return [merged(line) for line in lines if line]


def _words(runs: Sequence[Run], width: float, font_size: float) -> Iterator[list[Run]]:
    word: list[Run] = []
    for run in runs:
        first, *others = run.text.split(" ")
        if first:
            word.append(run.with_text(first))
        for other in others:
            if word:
                yield from _short_words(word, width, font_size)
            word = [run.with_text(other)] if other else []
    if word:
        yield from _short_words(word, width, font_size)


def _short_words(word: list[Run], width: float, font_size: float) -> Iterator[list[Run]]:
    """Cut what is wider than a line, such as an address."""
    if measure(word, font_size) <= width:
        yield word
        return
    part: list[Run] = []
    for run in word:
        for character in run.text:
            letter = run.with_text(character)
            if part and measure([*part, letter], font_size) > width:
                yield list(merged(part))
                part = []
            part.append(letter)
    yield list(merged(part))


def first_lines(lines: Sequence[InlineText], count: int) -> list[InlineText]:
    """Keep this many lines, ending with … if there were more."""
    if len(lines) <= count:
        return list(lines)
    kept = list(lines[:count])
    last = [*kept[-1]]
    last[-1] = last[-1].with_text(last[-1].text.rstrip(" ,;:.") + "…")
    return [*kept[:-1], merged(last)]
