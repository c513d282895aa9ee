"""Finds title and sections in plain TeX, which marks them by their looks alone."""

import re

from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.latex.outline import Part
from arxiviz_pipeline.ingest.latex.writer import Shared

_HEADING = re.compile(r"\*\*(?P<title>[^\n]{2,150}?)\*\*[.:]?")
_NUMBER = re.compile(
    r"(?:§\s*)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?=[.):\s])|[IVX]{1,5}(?=[.):])|[A-Z](?=[.):]))"
    r"[.):]?\s+"
)
_ABSTRACT = re.compile(
    r"(?:\*\*|\*)?abstract[.:—–]?(?:\*\*|\*)?[.:—–]?\s+(?P<text>\S.*)", re.IGNORECASE | re.DOTALL
)
_ABSTRACT_BLOCKS = 12  # it stands among the first ones
_TITLE_BLOCKS = 6  # a title stands among the first ones
_FEWEST_NUMBERED = 2  # with so many, headings have numbers
_DISPLAY = re.compile(r"^[> ]*\$\$$", re.MULTILINE)


def find_plain_structure(shared: Shared) -> None:
    """Take lines in bold type alone as headings, where nothing else divides the paper."""
    opening = shared.parts[0]
    titles = {index: found for index, block in enumerate(opening.blocks) if (found := _bold(block))}
    first = next(iter(titles), _TITLE_BLOCKS)
    if not shared.front.title and first < _TITLE_BLOCKS and not _NUMBER.match(titles[first]):
        shared.front.title = titles.pop(first)
        opening.blocks[first] = ""
    if not shared.front.abstract:
        shared.front.abstract = _abstract(opening)
    if len(shared.parts) > 1:
        return
    numbered = [index for index, title in titles.items() if _NUMBER.match(title)]
    if len(numbered) >= _FEWEST_NUMBERED:
        titles = {
            index: title
            for index, title in titles.items()
            if index in numbered or role_of_title(title) != "body"
        }
    if titles:
        shared.parts[:] = _parts(opening, titles)


def _bold(block: str) -> str:
    match = _HEADING.fullmatch(block)
    return match["title"].strip() if match and "**" not in match["title"] else ""


def _abstract(opening: Part) -> str:
    found = (_ABSTRACT.match(block) for block in opening.blocks[:_ABSTRACT_BLOCKS])
    return next((match["text"].strip() for match in found if match), "")


def _parts(opening: Part, titles: dict[int, str]) -> list[Part]:
    parts = [Part("", 1)]
    equations = iter(opening.equations)
    for index, block in enumerate(opening.blocks):
        if index in titles:
            parts.append(_part(titles[index]))
        else:
            parts[-1].blocks.append(block)
            count = len(_DISPLAY.findall(block)) // 2
            parts[-1].equations.extend(tex for _, tex in zip(range(count), equations, strict=False))
    parts[-1].equations.extend(equations)
    return parts


def _part(heading: str) -> Part:
    match = _NUMBER.match(heading)
    if match is None or not heading[match.end() :]:
        return Part(heading.rstrip(" .:"), 1, is_numbered=False)
    return Part(heading[match.end() :].rstrip(" .:"), 1 + match["number"].count("."))
