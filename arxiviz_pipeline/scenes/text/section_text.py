"""Reads a section's Markdown as what a scene tells: sentences, lists, displays in context."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.scenes.text.algorithms import (
    AlgorithmBlock,
    algorithm_at,
    set_algorithms_apart,
)
from arxiviz_pipeline.scenes.text.captions import CaptionBlock, read_caption
from arxiviz_pipeline.scenes.text.sentences import split_sentences
from arxiviz_pipeline.scenes.text.tables import TableBlock, is_table, read_table

_DISPLAY = re.compile(r"(?<!\\)\$\$(.+?)(?<!\\)\$\$", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-+*•]|\d{1,3}[.)])\s+(.*)", re.DOTALL)
_LEFT_OUT = re.compile(r"\s*(?:\||#{1,6}\s|!\[|<!--|(?:[-*_]\s*){3,}$)")
_BIBLIOGRAPHY_ENTRY = re.compile(r"\\?\[(?:[A-Za-z+*]{1,8}\d{2}[a-z]?|\d{1,3})\\?\]\s+[A-Z]")
_MATH_OR_TEXT = re.compile(r"((?<!\\)\$(?:\\.|[^$\\])+\$)", re.DOTALL)
_LINK = re.compile(r"!?(?<!\\)\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s\"[^\"]*\")?\)")
_NUMERIC_CITATION = re.compile(r"\s*\\?\[\s*\d+[a-z]?(?:\s*[,;–—-]\s*\d+[a-z]?)*\s*\\?\]")
_LABEL_CITATION = re.compile(
    # Nothing is tried twice (?>…)++, however long a row of such labels is.
    r"\s*\\?\[\s*(?>[^\W\d_][\w+*]{0,60}\d{2}[a-z]?(?::[\w:\\-]{1,40})?\s*[,;]?\s*"
    r"(?:(?:Section|Thm|Theorem|pp?|ch)\.?\s[\d.]+)?)++\\?\]"
)
_NAMED_CITATION = re.compile(
    r"\s*(?:\([^()$]*?[A-Z][^()$]*?,?\s\(?(?:19|20)\d\d[a-z]?\)?[^()$]*?\)"
    r"|\\?\[[^\[\]$]*?[A-Z][^\[\]$]*?(?:19|20)\d\d[a-z]?[^\[\]$]*?\\?\])"
)
_RAISED_CITATION = re.compile(r"(?:(?<=[a-z]{3})|(?<=[a-z][.,;:]))<sup>\d[\d,–—-]*</sup>")
_RAISED = re.compile(r"<(?:sup>([^<>$\\]*)</sup>|sub>([^<>$\\]*)</sub>)")
_THANKS = re.compile(r"\s*\*\*Acknowledge?ments?\.?\*\*")
_LONGEST_CONTENT = 400_000  # characters: nothing beyond could be told in two minutes
_SHORTEST_LIST = 2
_GLUED_WORD = re.compile(r"(?!(?:th|st|nd|rd|es|ly)\b)[a-z]{2,}")
_LEADING_JOINT = re.compile(r"\A(?:(?:and|or|but|so that|then)\b|[,;.:])[\s,]+", re.IGNORECASE)
_TRAILING_JOINT = re.compile(r"[\s,;]+(?:and|or|where|with|while|so that|such that)\s*[,:]?$")
_DEFINES = re.compile(r"\b(?:is|are|be|being|denotes?|represents?|stands? for|means?)\b")
_LEADS = re.compile(
    r"(?:\b(?:as|by|is|are|be|to|through|with|of|that|have|has|get|obtain|becomes?)|:)$"
)
_EXPLAINS = re.compile(
    r"(?:where|with|here|in which|whose|for (?:all|any|each|every)|and where|so that|such that)\b"
)


TextKind = Literal["paragraph", "item", "numbered_item"]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, or one item of a list.

    Attributes:
        sentences: Markdown with inline math as `$…$`, citations left out.
    """

    kind: TextKind
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisplayBlock:
    """A display formula with the words around it.

    Attributes:
        tex: LaTeX that compiles inside an amsmath display.
        introduction: The sentence that leads to it, or an empty string.
        explanation: The sentence that says what its symbols are, or an empty string.
        opens_paragraph: Whether no more than the introduction stands before it in its paragraph.
    """

    tex: str
    introduction: str = ""
    explanation: str = ""
    opens_paragraph: bool = True


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list of two items or more.

    Attributes:
        heading: The sentence that announces it, or an empty string.
        items: Each item's first sentence.
        is_numbered: Whether the items are counted.
    """

    heading: str
    items: tuple[str, ...]
    is_numbered: bool = False


Block = TextBlock | ListBlock | DisplayBlock | TableBlock | CaptionBlock | AlgorithmBlock


_Prose = TextBlock | TableBlock | CaptionBlock | AlgorithmBlock
_Piece = _Prose | DisplayBlock


def read_blocks(section: Section) -> list[Block]:
    """Read the section in order; each of its equations is a display block, found in place or not.

    Sentences that introduce or explain a display are told with it alone.
    """
    content, algorithms = set_algorithms_apart(section.content[:_LONGEST_CONTENT])
    pieces = _DISPLAY.split(_FENCE.sub("", content))
    texts = [_with_table_captions(list(_prose_blocks(piece, algorithms))) for piece in pieces[0::2]]
    if not any(isinstance(block, TextBlock) for text in texts for block in text):
        # A section of figures and tables tells something in their captions alone.
        texts = [[told for block in text for told in _caption_told(block)] for text in texts]
    displays = _with_equations(pieces[1::2], section.equations)
    blocks: list[_Piece] = []
    for index, text in enumerate(texts):
        if index > 0 and displays[index - 1]:
            explanation, text = _split_explanation(text)
            *first, last = displays[index - 1]
            blocks += [DisplayBlock(tex) for tex in first]
            introduction = _take_introduction(blocks) if not first else ""
            opens = not blocks or not _has_sentences(blocks[-1])
            blocks.append(DisplayBlock(last, introduction, explanation, opens))
        blocks += text
    blocks += [DisplayBlock(tex) for tex in displays[-1]]
    return _with_lists(blocks)


def _with_table_captions(blocks: list[_Prose]) -> list[_Prose]:
    """Give each table the caption beside it: before it, if the first one has it there."""
    result: list[_Prose] = []
    for is_table_float, group in groupby(blocks, key=_is_of_table):
        floats = list(group)
        if is_table_float and isinstance(floats[0], TableBlock):
            result += reversed(_captioned(floats[::-1]))
        else:
            result += _captioned(floats) if is_table_float else floats
    return result


def _is_of_table(block: _Prose) -> bool:
    return isinstance(block, TableBlock) or (
        isinstance(block, CaptionBlock) and block.kind == "table"
    )


def _captioned(floats: Sequence[_Prose]) -> list[_Prose]:
    """Join each caption with the table after it."""
    result: list[_Prose] = []
    for block in floats:
        before = result[-1] if result else None
        if isinstance(block, TableBlock) and isinstance(before, CaptionBlock):
            result[-1] = replace(block, caption=before.text, number=before.number)
        else:
            result.append(block)
    return result


def _caption_told(block: _Prose) -> list[_Prose]:
    """Tell a caption as a text, beside the table it may belong to."""
    caption = block.text if isinstance(block, CaptionBlock) else ""
    if isinstance(block, TableBlock):
        caption = block.caption
    told: list[_Prose] = [TextBlock("paragraph", tuple(split_sentences(caption)))]
    return [*told, *([] if isinstance(block, CaptionBlock) else [block])]


def _with_lists(blocks: Sequence[_Piece]) -> list[Block]:
    """Make lists of neighbouring items, and drop what holds no sentence."""
    result: list[Block] = []
    told = [block for block in blocks if not isinstance(block, TextBlock) or block.sentences]
    for is_item, group in groupby(told, key=_is_list_item):
        if not is_item:
            result.extend(group)
            continue
        items = [block for block in group if isinstance(block, TextBlock)]
        if len(items) < _SHORTEST_LIST:
            result.extend(items)
            continue
        heading = ""
        if (
            result
            and isinstance(last := result[-1], TextBlock)
            and last.sentences[-1].endswith(":")
        ):
            heading = last.sentences[-1]
            result[-1] = TextBlock(last.kind, last.sentences[:-1])
        is_numbered = all(item.kind == "numbered_item" for item in items)
        result.append(ListBlock(heading, tuple(item.sentences[0] for item in items), is_numbered))
    return [block for block in result if not isinstance(block, TextBlock) or block.sentences]


def _is_list_item(block: _Piece) -> bool:
    return isinstance(block, TextBlock) and block.kind != "paragraph"


def _has_sentences(block: _Piece) -> bool:
    return isinstance(block, TextBlock) and bool(block.sentences)


def _with_equations(found: list[str], equations: tuple[str, ...]) -> list[list[str]]:
    """Give each place of a display its equations, in order, and the last list what has no place."""
    places: list[list[str]] = [[] for _ in range(len(found) + 1)]
    keys = [_squeezed(tex) for tex in found]
    place = 0
    for index, tex in enumerate(equations):
        key = _squeezed(tex)
        if key in keys[place:]:
            place = keys.index(key, place) + 1
            places[place - 1].append(tex)
        elif len(found) == len(equations):
            places[index].append(tex)
            place = max(place, index + 1)
        else:
            places[min(place, len(found))].append(tex)
            place = min(place + 1, len(found))
    return places


def _squeezed(tex: str) -> str:
    return re.sub(r"\s+|(?<!\\)%[^\n]*\n", "", tex)


def _prose_blocks(text: str, algorithms: Sequence[AlgorithmBlock]) -> Iterator[_Prose]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.split("\n")
        if algorithm := algorithm_at(paragraph, algorithms):
            yield algorithm
            continue
        if is_table(lines) and (table := read_table(lines)):
            yield table
            continue
        lines = [line for line in lines if not _LEFT_OUT.match(line)]
        prose: list[str] = []
        for line in lines:
            item = _ITEM.fullmatch(line.removeprefix(">"))
            if item is None:
                prose.append(line.removeprefix(">"))
                continue
            yield from _prose_block(_kind_of(prose), prose)
            prose = [line]
        yield from _prose_block(_kind_of(prose), prose)


def _kind_of(lines: list[str]) -> TextKind:
    if not lines or _ITEM.fullmatch(lines[0]) is None:
        return "paragraph"
    return "numbered_item" if lines[0].lstrip()[0].isdigit() else "item"


def _prose_block(kind: TextKind, lines: list[str]) -> Iterator[_Prose]:
    text = " ".join(line.strip() for line in lines).strip()
    if kind != "paragraph" and (item := _ITEM.fullmatch(text)):
        text = item[1]
    if not text or _BIBLIOGRAPHY_ENTRY.match(text) or _THANKS.match(text):
        return
    caption = read_caption(text)
    told = _without_citations(_with_scripts_as_math(caption.text if caption else text))
    yield (
        replace(caption, text=told) if caption else TextBlock(kind, tuple(split_sentences(told)))
    )


def _with_scripts_as_math(text: str) -> str:
    """Write `<sup>` and `<sub>` as math, for which there are Unicode's raised characters."""

    def as_math(script: re.Match[str]) -> str:
        return f"$^{{{script[1]}}}$" if script[1] else f"$_{{{script[2]}}}$" if script[2] else ""

    return _RAISED.sub(as_math, _RAISED_CITATION.sub("", text))


def _without_citations(text: str) -> str:
    parts = _MATH_OR_TEXT.split(text)
    for index in range(0, len(parts), 2):
        part = _LINK.sub(r"\1", parts[index])
        if index > 0 and _GLUED_WORD.match(part):
            part = f" {part}"
        part = _NUMERIC_CITATION.sub("", part)
        part = _NAMED_CITATION.sub("", _LABEL_CITATION.sub("", part))
        parts[index] = re.sub(
            r"\s*,(?:\s*,)*\s*([,.;:])", r"\1", re.sub(r"\s+([,.;:])", r"\1", part)
        )
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _split_explanation(text: list[_Prose]) -> tuple[str, list[_Prose]]:
    """Take the first sentence if it goes on explaining the display before it.

    The tail of the display's own sentence that explains nothing is dropped, unless it leads to
    the next display.
    """
    if not text or not isinstance(text[0], TextBlock) or not text[0].sentences:
        return "", text
    first, *rest = text[0].sentences
    without_first = [TextBlock(text[0].kind, tuple(rest)), *text[1:]]
    opening = first.lstrip(" ,.;:")
    joined = _TRAILING_JOINT.sub("", _LEADING_JOINT.sub("", opening, count=1))
    if _EXPLAINS.match(opening.lower()):
        return _TRAILING_JOINT.sub("", opening), without_first
    if not (opening[:1].islower() or opening.startswith("$")):
        return "", text
    if _DEFINES.search(joined) and not _LEADS.search(joined):
        return joined, without_first
    is_tail = bool(rest) or len(text) > 1 or first.endswith((".", "!"))
    return "", without_first if is_tail else text


def _take_introduction(blocks: list[_Piece]) -> str:
    """Take the last sentence before a display out of the text."""
    before = blocks[-1] if blocks else None
    if not isinstance(before, TextBlock) or not before.sentences:
        return ""
    *rest, last = before.sentences
    blocks[-1] = TextBlock(before.kind, tuple(rest))
    introduction = _LEADING_JOINT.sub("", last, count=1)
    return introduction[:1].upper() + introduction[1:]
