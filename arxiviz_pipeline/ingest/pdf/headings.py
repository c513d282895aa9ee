"""Finds headings: by the document's outline, else by their numbers and by how they are set."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from arxiviz_pipeline.ingest.pdf.document import Bookmark
from arxiviz_pipeline.ingest.pdf.glyphs import Style
from arxiviz_pipeline.ingest.pdf.layout import Layout
from arxiviz_pipeline.ingest.pdf.lines import Line
from arxiviz_pipeline.ingest.pdf.numbering import Numbering, is_next, split_number
from arxiviz_pipeline.ingest.pdf.outline import Heading, find_outlined

_KNOWN = re.compile(
    r"(?:abstract|summary|introduction|references(?: cited| and notes)?|bibliography"
    r"|literature cited|acknowledge?ments?|conclusions?|discussion|results|methods"
    r"|materials and methods|conclusions? and .*|appendix|appendices|supplementary .*"
    r"|supplemental material|(?:data|code) availability(?: statement)?|author contributions?"
    r"|funding|notation|nomenclature|conflicts? of interest|competing interests)[.:]?",
    re.IGNORECASE,
)
_KNOWN_RUN_IN = re.compile(
    r"(?:abstract|references|acknowledge?ments?|funding|author contributions?"
    r"|(?:data|code) availability(?: statement)?|conflicts? of interest|competing interests)",
    re.IGNORECASE,
)
_NO_HEADING = re.compile(
    r"(?:theorem|lemma|proof|definition|corollary|proposition|remark|example|claim|conjecture"
    r"|fig(?:ure)?|table|algorithm|key ?words|pacs|listing|note|step|case|question)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CONTENTS_ENTRY = re.compile(r"(?:(?:\.\s?){4,}|\t)\s*(?:\d{1,4}|[ivxl]{1,6})$")
_ENTRY_END = 60  # characters of a line that tell an entry of a table of contents
_LONGEST = 220  # characters
_MOST_LINES = 5
_LARGER = 1.06  # than running text, to be set apart by its size
_SMALL_CAPITALS = 0.75  # of running text, where they are made of a smaller size
_APART = 1.2  # leadings above a heading
_MOST_GAP = 1.9  # leadings between two lines of one heading


def find_headings(
    lines: Sequence[Line], layout: Layout, bookmarks: Sequence[Bookmark]
) -> list[Heading]:
    """Find the headings in their order, without the paper's title."""
    outlined = find_outlined(lines, bookmarks)
    candidates = list(_candidates(lines, layout))
    if len(outlined) * 2 > len(bookmarks):
        return _with_the_rest(outlined, candidates)
    numbered = _in_sequence(candidates)
    styles: dict[Style, int] = {}
    for heading in numbered:
        styles[heading.style] = min(heading.level, styles.get(heading.style, heading.level))
    found = numbered + [
        replace(heading, level=styles.get(heading.style, 1))
        for heading in candidates
        if heading.numbering is None
        and (_KNOWN.fullmatch(heading.title) or heading.style in styles)
    ]
    if not numbered:
        found = _by_style(candidates)
    return _without_overlap(found)


def _candidates(lines: Sequence[Line], layout: Layout) -> Iterator[Heading]:
    """Yield what may be headings by the way they are set, with level 1 for the time being."""
    index = 0
    while index < len(lines):
        last = _last_line(lines, layout, index)
        yield from _read_candidate(lines, layout, index, last)
        index = last + 1


def _last_line(lines: Sequence[Line], layout: Layout, first: int) -> int:
    last = first
    if not _is_distinct(lines[first], layout):
        return first
    while last + 1 < min(first + _MOST_LINES, len(lines)):
        line, following = lines[last], lines[last + 1]
        is_same = (line.style.size, line.style.bold, line.style.font) == (
            following.style.size, following.style.bold, following.style.font
        )  # fmt: skip
        scale = max(line.style.size / layout.body.size, 1.0)
        is_near = layout.gap(line, following) <= _MOST_GAP * scale * 0.75
        if line.opening or not is_near or split_number(following.plain):
            break
        if following.opening and following.style.size == line.style.size:
            return last + 1  # where it runs into the text
        if not is_same or not _is_distinct(following, layout):
            break
        last += 1
    return last


def _read_candidate(
    lines: Sequence[Line], layout: Layout, first: int, last: int
) -> Iterator[Heading]:
    line, ending = lines[first], lines[last]
    text = " ".join(part.plain for part in lines[first : last + 1])
    rest = ""
    if ending.opening:
        rest = ending.text[ending.opening :].strip()
        whole = " ".join(part.text for part in lines[first : last + 1])
        text = whole[: len(whole) - len(ending.text) + ending.opening].strip()
        if not text.endswith((".", ":", "—", "–")):
            return
    is_entry = _CONTENTS_ENTRY.search(ending.plain[-_ENTRY_END:]) is not None
    if len(text) > _LONGEST or line.gap_count > 1 or text.endswith((",", ";")) or is_entry:
        return
    ways: list[tuple[Numbering | None, str]] = [*split_number(text), (None, text)]
    for numbering, title in ways:
        bare = title.strip(" .:—–") if rest else title.strip().rstrip(":")
        if not _WORD.search(bare) or ((rest or not numbering) and _NO_HEADING.match(bare)):
            continue
        if _may_be_heading(lines, layout, first, numbering, bare):
            yield Heading(first, last, bare, 1, numbering, line.style, rest)


def _may_be_heading(
    lines: Sequence[Line], layout: Layout, first: int, numbering: Numbering | None, title: str
) -> bool:
    line = lines[first]
    is_known = _KNOWN.fullmatch(title) is not None
    is_distinct = _is_distinct(line, layout) or line.opening > 0
    gap = layout.gap(lines[first - 1], line) if first else 99.0
    if numbering is None:
        if line.opening:
            return _KNOWN_RUN_IN.fullmatch(title) is not None
        return (is_distinct or is_known) and gap >= _APART
    return is_distinct and (title[0].isupper() or not title[0].isalpha())


def _is_distinct(line: Line, layout: Layout) -> bool:
    body, style = layout.body, line.style
    if style.size >= _LARGER * body.size or (style.bold and not body.bold):
        return True
    letters = [character for character in line.plain if character.isalpha()]
    is_capitals = len(letters) >= 4 and sum(map(str.isupper, letters)) > 0.9 * len(letters)
    if is_capitals and style.size > _SMALL_CAPITALS * body.size:
        return True
    is_slanted = style.italic and not body.italic
    return style.size > 0.95 * body.size and (is_slanted or "CSC" in style.font)


def _in_sequence(candidates: Sequence[Heading]) -> list[Heading]:
    """Keep the numbered headings whose numbers follow each other, and give them their levels."""
    uses_roman = any(
        heading.numbering and heading.numbering.kind == "roman" and heading.numbering.path == (2,)
        for heading in candidates
    )
    found: list[Heading] = []
    last: dict[str, tuple[int, ...]] = {}
    in_appendix = False
    for heading in candidates:
        number = heading.numbering
        if number is None or (found and heading.first <= found[-1].last):
            continue
        if number.kind == "roman" and not uses_roman:
            continue
        kind = "letter" if number.kind == "appendix" else number.kind
        is_appendix = number.kind == "appendix" or (
            kind == "letter" and not uses_roman and bool(found)
        )
        if kind == "letter" and not found:
            continue
        if kind == "letter" and not number.is_marked and not heading.style.bold:
            continue
        if is_appendix and not in_appendix:
            last.pop("letter", None)
        if not is_next(number.path, last.get(kind)):
            continue
        in_appendix = in_appendix or is_appendix
        last[kind] = number.path
        level = len(number.path)
        if uses_roman and kind != "roman" and not is_appendix:
            level += 1 if kind == "letter" or in_appendix else 2
        for inner in ("letter", "arabic") if kind == "roman" else ("arabic",) * (kind == "letter"):
            last.pop(inner, None)
        found.append(replace(heading, level=level))
    return found


def _by_style(candidates: Sequence[Heading]) -> list[Heading]:
    """Take what is set apart more than once, or has a usual title; larger is higher."""
    plain = [heading for heading in candidates if heading.numbering is None and not heading.rest]
    counts = Counter(heading.style for heading in plain)
    known = {heading.style for heading in plain if _KNOWN.fullmatch(heading.title)}
    kept = [
        heading
        for heading in plain
        if heading.style in known or _KNOWN.fullmatch(heading.title) or counts[heading.style] > 2
    ]
    ranks = sorted({_rank(heading) for heading in kept if heading.title.lower() != "abstract"})
    return [replace(heading, level=1 + bisect_left(ranks, _rank(heading))) for heading in kept]


def _rank(heading: Heading) -> tuple[float, bool]:
    return -heading.style.size, not heading.style.bold


def _with_the_rest(outlined: list[Heading], candidates: Sequence[Heading]) -> list[Heading]:
    """Add to an outline what it left out: unnumbered headings, and levels below its lowest."""
    deepest = max(heading.level for heading in outlined)
    taken = {index for heading in outlined for index in range(heading.first, heading.last + 1)}
    below = [
        replace(heading, level=len(heading.numbering.path))
        for heading in candidates
        if heading.numbering and heading.numbering.kind == "arabic"
        and len(heading.numbering.path) > deepest
    ]  # fmt: skip
    known = [
        heading
        for heading in candidates
        if heading.numbering is None and _KNOWN.fullmatch(heading.title)
    ]
    return _without_overlap(
        outlined + [heading for heading in below + known if heading.first not in taken]
    )


def _without_overlap(headings: Sequence[Heading]) -> list[Heading]:
    found: list[Heading] = []
    for heading in sorted(headings, key=lambda each: (each.first, each.numbering is None)):
        if not found or heading.first > found[-1].last:
            found.append(heading)
    return found
