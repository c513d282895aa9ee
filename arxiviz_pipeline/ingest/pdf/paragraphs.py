"""Writes lines as Markdown paragraphs: what a reader reads, without tables' cells and formulas.

A PDF tells which glyphs a formula has and not what they mean, so a display is left out and `[…]`
stands for it; what is inside a sentence stays as it is printed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from arxiviz_pipeline.ingest.markdown_text import escape, escape_lines
from arxiviz_pipeline.ingest.pdf.layout import Layout
from arxiviz_pipeline.ingest.pdf.lines import LOWERED, RAISED, Line

OMISSION = "[…]"
_RAISED = re.compile(f"{RAISED}([^{RAISED}{LOWERED}]*){LOWERED}")
_SPACE_BEFORE = re.compile(rf"(?<=[\w)\]]) (?={RAISED})")
_SPACE_BEHIND = re.compile(rf"(?<={LOWERED}) (?=[,.;:)])")
_CAPTION_START = r"(?:fig(?:ure|\.)?|tab(?:le|\.)?|algorithm|scheme|plate)\s*(?:S?\d+|[IVX]+)\b"
_CAPTION = re.compile(rf"{_CAPTION_START}\s*(?:[.:|—–]|$)", re.IGNORECASE)
_SMALL_CAPTION = re.compile(rf"{_CAPTION_START}\s*(?:[.:|—–]|$|\s[A-Z(])", re.IGNORECASE)
_ITEM = re.compile(r"(?:[•◦▪‣∙·⋄–—−-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])\s+(?=\S)")
_REFERENCE = re.compile(r"(?:\[[^\]\s]{1,30}\]|\d{1,3}\.)\s+\S")
_BULLETS = "•◦▪‣∙·⋄–—−-"
_WORDS = re.compile(r"[^\W\d_]{3,}")
_FUNCTION = re.compile(r"(?:arc)?(?:sin|cos|tan|cot|log|exp|lim|max|min|sup|inf|det|ker|mod|dim)h?")
_EQUATION_NUMBER = re.compile(r"\(\s*[A-Z]?[.\d]{1,6}[a-z]?\s*\)$")
_HANGING_POINTS = 30.0  # at most, from a reference's first line to its others
_TOLERANCE_POINTS = 3.0
_TABLE_GAPS = 2
_ROW = re.compile(r"\S+(?:\s\S+)?(?:\s+[-−+<>~]?\d[\d.,]*%?){2,}")
_CAPTION_SIZES_POINTS = 2.0  # small capitals are made of two sizes
_NOTE_SIZE = 0.93  # of running text
_MATH_SHARE = 0.4
_NEW_BLOCK_GAP = 1.45  # leadings
_LEAST_PROSE_WORDS = 4
_LAST_WORD = re.compile(r"[\w-]+$")
_FIRST_WORD = re.compile(r"^[\w-]+")
_LONGEST_WORD = 80  # characters
_COMPOUND = re.compile(r"\w+(?:-\w+)+")
_JOINING_END = re.compile(r"\w[-–/]$")
_END = (".", "?", "!", ":", "”", '"', ")")


@dataclass(slots=True)
class _Block:
    """Lines that are read together."""

    kind: str  # text, note, caption, item
    lines: list[str] = field(default_factory=list)
    left: float = 0.0


def write_paragraphs(
    lines: Sequence[Line], layout: Layout, known_words: frozenset[str], opening: str = ""
) -> str:
    """Write the lines of a section as Markdown.

    Args:
        lines: In reading order.
        layout: How running text is set.
        known_words: Words of the document, to tell a word broken at a line's end from a compound.
        opening: What stands before the first line: the end of the line with the heading.
    """
    blocks: list[_Block] = [_Block("text", [opening])] if opening else []
    running = blocks[0] if blocks else None
    before: Line | None = None
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        kind = _kind(line, before, blocks, layout)
        if kind == "cells" or (kind == "text" and _is_drawn(line, before, after, layout)):
            continue
        if kind == "display":
            if running is None:
                running = _Block("text")
                blocks.append(running)
            if running.lines[-1:] != [OMISSION]:
                running.lines.append(OMISSION)
            before = line
            continue
        current = running if kind in ("text", "item") else (blocks[-1] if blocks else None)
        starts = _starts_block(line, before, kind, current, layout)
        if starts or current is None:
            current = _Block(kind, left=line.left)
            blocks.append(current)
            if kind in ("text", "item"):
                running = current
        current.lines.append(line.text)
        before = line
    written = (_write(block, known_words) for block in blocks)
    return "\n\n".join(text for text in written if text)


def write_references(lines: Sequence[Line], known_words: frozenset[str]) -> str:
    """Write a list of references, each one an item."""
    entries: list[_Block] = []
    for line in lines:
        is_new = _REFERENCE.match(line.plain) is not None
        if is_new or not entries:
            entries.append(_Block("item"))
        entries[-1].lines.append(line.text)
    if len(entries) < 3 and lines:
        entries = _hanging(lines)
    return "\n".join(f"- {join_lines(entry.lines, known_words)}" for entry in entries)


def _hanging(lines: Sequence[Line]) -> list[_Block]:
    """Divide references without numbers: each begins at the margin, and goes on behind it."""
    lefts: dict[int, list[float]] = {}
    for line in sorted(lines, key=lambda line: line.left):
        lefts.setdefault(line.page, []).append(line.left)
    entries: list[_Block] = []
    for line in lines:
        near = lefts[line.page]
        margin = near[bisect_right(near, line.left - _HANGING_POINTS)]
        if not entries or line.left - margin < _TOLERANCE_POINTS:
            entries.append(_Block("item"))
        entries[-1].lines.append(line.text)
    return entries


def join_lines(lines: Iterable[str], known_words: frozenset[str]) -> str:
    """Join lines to running text in Markdown, words broken at their ends whole again."""
    parts: list[str] = []
    for line in lines:
        following = line.strip()
        before = parts[-1] if parts else ""
        if before.endswith("-") and following[:1].islower():
            last, first = _LAST_WORD.search(before[-_LONGEST_WORD:]), _FIRST_WORD.match(following)
            word = f"{last[0] if last else ''}{first[0] if first else ''}"
            if word.casefold() not in known_words:
                parts[-1] = before[:-1]
        elif parts and not _JOINING_END.search(before[-2:]):
            parts.append(" ")
        parts.append(following)
    return _as_markdown("".join(parts))


def words_of(lines: Iterable[Line]) -> frozenset[str]:
    """Collect the compounds with a hyphen that stand inside lines."""
    compounds: set[str] = set()
    for line in lines:
        if "-" in line.text:
            words = (word for word in line.plain.split() if len(word) < _LONGEST_WORD)
            compounds.update(
                found.casefold() for word in words for found in _COMPOUND.findall(word)
            )
    return frozenset(compounds)


def is_prose(text: str) -> bool:
    """Tell a sentence from a formula, a label in a drawing and a row of figures."""
    letters = sum(len(word) for word in _WORDS.findall(text))
    return len(_WORDS.findall(text)) >= _LEAST_PROSE_WORDS and 2 * letters > len(
        text.replace(" ", "")
    )


def _as_markdown(text: str) -> str:
    settled = _SPACE_BEHIND.sub("", _SPACE_BEFORE.sub("", " ".join(text.split())))
    marked = _RAISED.sub(r"<sup>\1</sup>", escape_lines(escape(settled)))
    return marked.replace(RAISED, "").replace(LOWERED, "")


def _kind(line: Line, before: Line | None, blocks: Sequence[_Block], layout: Layout) -> str:
    if line.gap_count >= _TABLE_GAPS or _ROW.fullmatch(line.plain):
        return "cells"
    is_small = line.style.size < _NOTE_SIZE * layout.body.size
    last = blocks[-1].kind if blocks and before and blocks[-1].lines[-1] is before.text else ""
    if (_SMALL_CAPTION if is_small else _CAPTION).match(line.plain) and (
        is_small or _is_apart(line, before, layout)
    ):
        return "caption"
    word_count = _count_words(line.plain)
    if last == "caption" and before is not None and _continues_caption(before, line, layout):
        return "caption" if word_count else "cells"
    is_numbered = line.gap_count > 0 and _EQUATION_NUMBER.search(line.plain.rstrip()) is not None
    is_formula = word_count < _LEAST_PROSE_WORDS and (line.math_share > _MATH_SHARE or is_numbered)
    is_set_in = line.left - layout.margin(line) > line.style.size
    if is_formula or (word_count == 0 and (is_set_in or line.math_share > 0 or line.gap_count)):
        return "display"
    if is_small and last in ("note", "text", "item", "caption", ""):
        return "note"
    return "item" if _ITEM.match(line.plain) else "text"


def _continues_caption(before: Line, line: Line, layout: Layout) -> bool:
    is_complete = layout.is_short(before) and before.plain.rstrip().endswith(".")
    is_alike = abs(line.style.size - before.style.size) < _CAPTION_SIZES_POINTS
    return is_alike and not is_complete and layout.gap(before, line) < _NEW_BLOCK_GAP


def _is_drawn(line: Line, before: Line | None, after: Line | None, layout: Layout) -> bool:
    """Tell a label in a figure: a few words off the margin, with space around them."""
    is_centred = line.left - layout.margin(line) > 2 * line.style.size
    is_apart_below = after is None or layout.gap(line, after) >= _NEW_BLOCK_GAP
    return (
        is_centred
        and _count_words(line.plain) < _LEAST_PROSE_WORDS
        and _is_apart(line, before, layout)
        and is_apart_below
    )


def _count_words(text: str) -> int:
    return sum(not _FUNCTION.fullmatch(word) for word in _WORDS.findall(text))


def _is_apart(line: Line, before: Line | None, layout: Layout) -> bool:
    return before is None or layout.gap(before, line) >= _NEW_BLOCK_GAP


def _starts_block(
    line: Line, before: Line | None, kind: str, current: _Block | None, layout: Layout
) -> bool:
    if current is None or kind == "item":
        return True
    if before is None:
        return False  # it goes on where the heading's line ended
    if kind == "caption":
        return current.kind != "caption" or _CAPTION.match(line.plain) is not None
    if kind == "note":
        is_mark = line.text.startswith(RAISED) or line.plain[:1] in "*†‡§¶"
        return current.kind != "note" or is_mark or not layout.follows(before, line)
    if current.kind == "item" and layout.follows(before, line) and line.left < current.left + 1:
        return True
    indent = line.left - layout.margin(line)
    is_new_sentence = current.lines[-1].rstrip().endswith((*_END, OMISSION))
    if layout.follows(before, line):
        if layout.gap(before, line) > _NEW_BLOCK_GAP and current.lines[-1] != OMISSION:
            return is_new_sentence
        is_indented = indent > 0.7 * line.style.size and line.left - before.left > 3
        return (
            is_new_sentence
            and (is_indented or layout.is_short(before))
            and (current.kind == "text" or line.left < before.left - 3 or layout.is_short(before))
        )
    return is_new_sentence and indent > 0.7 * line.style.size


def _write(block: _Block, known_words: frozenset[str]) -> str:
    lines = block.lines
    text = join_lines(lines, known_words)
    if block.kind == "caption":
        return f"*{text.replace('*', '')}*"
    if block.kind == "item":
        bare = text.lstrip("\\").lstrip(_BULLETS + " ").strip()
        return (f"- {bare}" if lines[0][:1] in _BULLETS else f"- {text}") if bare else ""
    is_drawing = not is_prose(text) and not text.endswith((*_END, OMISSION))
    return "" if is_drawing else text
