"""Reads a section's Markdown as what a scene tells: sentences, lists, displays in context."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.scenes.text.sentences import split_sentences

_DISPLAY = re.compile(r"(?<!\\)\$\$(.+?)(?<!\\)\$\$", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-+*•]|\d{1,3}[.)])\s+(.*)", re.DOTALL)
_LEFT_OUT = re.compile(r"\s*(?:\||#{1,6}\s|!\[|<!--|(?:[-*_]\s*){3,}$)")
_CAPTION = re.compile(
    r"\s*\W{0,3}(?:figure|fig\.|table|tab\.|algorithm|listing)\s*[\dIVXA-Z]+(?:\.\d+)*\s*\W{0,3}[:.|–—]",
    re.IGNORECASE,
)
_BIBLIOGRAPHY_ENTRY = re.compile(r"\\?\[(?:[A-Za-z+*]{1,8}\d{2}[a-z]?|\d{1,3})\\?\]\s+[A-Z]")
_MATH_OR_TEXT = re.compile(r"((?<!\\)\$(?:\\.|[^$\\])+\$)", re.DOTALL)
_LINK = re.compile(r"!?(?<!\\)\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s\"[^\"]*\")?\)")
_NUMERIC_CITATION = re.compile(r"\s*\\?\[\s*\d+[a-z]?(?:\s*[,;–—-]\s*\d+[a-z]?)*\s*\\?\]")
_LABEL_CITATION = re.compile(
    r"\s*\\?\[\s*(?:[^\W\d_][\w+*]{0,9}\d{2}[a-z]?\s*[,;]?\s*(?:(?:Section|Thm|Theorem|p)\.?\s[\d.]+)?)+\\?\]"
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


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, or one item of a list.

    Attributes:
        sentences: Markdown with inline math as `$…$`, citations left out.
    """

    kind: Literal["paragraph", "item"]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisplayBlock:
    """A display formula with the words around it.

    Attributes:
        tex: LaTeX that compiles inside an amsmath display.
        introduction: The sentence that leads to it, or an empty string.
        explanation: The sentence that says what its symbols are, or an empty string.
    """

    tex: str
    introduction: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list of two items or more.

    Attributes:
        heading: The sentence that announces it, or an empty string.
        items: Each item's first sentence.
    """

    heading: str
    items: tuple[str, ...]


Block = TextBlock | ListBlock | DisplayBlock


_Piece = TextBlock | DisplayBlock


def read_blocks(section: Section) -> list[Block]:
    """Read the section in order; each of its equations is a display block, found in place or not.

    Sentences that introduce or explain a display are told with it alone.
    """
    content = _FENCE.sub("", section.content[:_LONGEST_CONTENT])
    pieces = _DISPLAY.split(content)
    texts = [list(_text_blocks(piece)) for piece in pieces[0::2]]
    if not any(texts):
        # A section of figures and tables tells something in their captions alone.
        texts = [list(_text_blocks(piece, with_captions=True)) for piece in pieces[0::2]]
    displays = _with_equations(pieces[1::2], section.equations)
    blocks: list[_Piece] = []
    for index, text in enumerate(texts):
        if index > 0 and displays[index - 1]:
            explanation, text = _split_explanation(text)
            *first, last = displays[index - 1]
            blocks += [DisplayBlock(tex) for tex in first]
            introduction = _take_introduction(blocks) if not first else ""
            blocks.append(DisplayBlock(last, introduction, explanation))
        blocks += text
    blocks += [DisplayBlock(tex) for tex in displays[-1]]
    return _with_lists(blocks)


def _with_lists(blocks: Sequence[_Piece]) -> list[Block]:
    """Make lists of neighbouring items, and drop what holds no sentence."""
    result: list[Block] = []
    told = [block for block in blocks if isinstance(block, DisplayBlock) or block.sentences]
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
        result.append(ListBlock(heading, tuple(item.sentences[0] for item in items)))
    return [block for block in result if not isinstance(block, TextBlock) or block.sentences]


def _is_list_item(block: _Piece) -> bool:
    return isinstance(block, TextBlock) and block.kind == "item"


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


def _text_blocks(text: str, *, with_captions: bool = False) -> Iterator[TextBlock]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.split("\n") if not _LEFT_OUT.match(line)]
        prose: list[str] = []
        for line in lines:
            item = _ITEM.fullmatch(line.removeprefix(">"))
            if item is None:
                prose.append(line.removeprefix(">"))
                continue
            yield from _text_block(
                "paragraph" if not _is_item(prose) else "item", prose, with_captions=with_captions
            )
            prose = [line]
        yield from _text_block(
            "item" if _is_item(prose) else "paragraph", prose, with_captions=with_captions
        )


def _is_item(lines: list[str]) -> bool:
    return bool(lines) and _ITEM.fullmatch(lines[0]) is not None


def _text_block(
    kind: Literal["paragraph", "item"], lines: list[str], *, with_captions: bool
) -> Iterator[TextBlock]:
    text = " ".join(line.strip() for line in lines).strip()
    if kind == "item" and (item := _ITEM.fullmatch(text)):
        text = item[1]
    if not text or _BIBLIOGRAPHY_ENTRY.match(text) or _THANKS.match(text):
        return
    caption = _CAPTION.match(text)
    if caption and not with_captions:
        return
    if caption:
        text = text[caption.end() :].strip()
    told = _without_citations(_with_scripts_as_math(text))
    yield TextBlock(kind, tuple(split_sentences(told)))


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


def _split_explanation(text: list[TextBlock]) -> tuple[str, list[TextBlock]]:
    """Take the first sentence if it goes on explaining the display before it.

    The tail of the display's own sentence that explains nothing is dropped, unless it leads to
    the next display.
    """
    if not text or not text[0].sentences:
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
    if not blocks or isinstance(blocks[-1], DisplayBlock) or not blocks[-1].sentences:
        return ""
    *rest, last = blocks[-1].sentences
    blocks[-1] = TextBlock(blocks[-1].kind, tuple(rest))
    introduction = _LEADING_JOINT.sub("", last, count=1)
    return introduction[:1].upper() + introduction[1:]
