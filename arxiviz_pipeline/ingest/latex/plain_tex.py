"""Finds title and sections where a paper marks them by their looks alone, as plain TeX does."""

import re

from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.latex.outline import Part
from arxiviz_pipeline.ingest.latex.writer import Shared

_BOLD = re.compile(r"\*\*(?P<title>[^\n]{2,150}?)\*\*[.:]?(?:\n(?P<rest>.*))?", re.DOTALL)
_ITALIC = re.compile(r"\*(?P<title>(?:\d{1,2}|[A-Z])\.\d[^\n*]{2,150}?)\*[.:]?(?P<rest>)")
_CAPITALS = re.compile(r"(?P<title>[^\na-z]{4,100})(?P<rest>)")
_ESCAPED_NUMBER = re.compile(r"\A(\d{1,9})\\(?=[.)])")  # one that would make a list of a line
_NUMBER = re.compile(
    r"(?:§\s*)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?=[.):\s])|[IVX]{1,5}(?=[.):])|[A-Z](?=[.):]))"
    r"[.):]?\s+"
)
_KNOWN = re.compile(
    r"introduction|conclusions?|discussion|summary|results|methods|concluding remarks",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"(?:\*\*|\*)?abstract[.:—–]?(?:\*\*|\*)?[.:—–]?\s+(?P<text>\S.*)", re.IGNORECASE | re.DOTALL
)
_ABSTRACT_BLOCKS = 12  # it stands among the first ones
_TITLE_BLOCKS = 6  # a title stands among the first ones
_FEWEST_NUMBERED = 2  # with so many, headings have numbers
_FEWEST_LETTERS = 4
_DISPLAY = re.compile(r"^[> ]*\$\$$", re.MULTILINE)

Titles = dict[int, "re.Match[str]"]


def find_plain_structure(shared: Shared) -> None:
    """Take lines that look like headings as such; in LaTeX, only where no command makes any."""
    is_latex = shared.document.is_latex
    divisions = [part for part in shared.parts[1:] if not part.is_top]
    if is_latex and divisions:
        return
    opening = shared.parts[0]
    titles = _titles(opening)
    _take_front_matter(shared, titles)
    are_numbered = sum(map(_is_numbered, titles.values())) >= _FEWEST_NUMBERED
    if divisions:
        are_numbered = any(_NUMBER.match(part.title) for part in divisions)
    is_strict = is_latex or bool(divisions) or are_numbered
    found: list[tuple[Part, Titles]] = []
    for part in shared.parts:
        part_titles = titles if part is opening else _titles(part)
        if is_strict:
            accepts_body = are_numbered or not divisions
            part_titles = {
                index: match
                for index, match in part_titles.items()
                if _names_a_role(match) or (accepts_body and _is_heading(match))
            }
        found.append((part, part_titles))
    matches = [match for _, part_titles in found for match in part_titles.values()]
    if not is_latex or not all(map(_names_a_role, matches)):
        shared.parts[:] = [new for part, part_titles in found for new in _split(part, part_titles)]


def _take_front_matter(shared: Shared, titles: Titles) -> None:
    """Take title and abstract from the first blocks, where no command gives them."""
    opening = shared.parts[0]
    first = next(iter(titles), _TITLE_BLOCKS)
    if not shared.front.title and first < _TITLE_BLOCKS and not _is_heading(titles[first]):
        shared.front.title = titles.pop(first)["title"]
        opening.blocks[first] = ""
    if not shared.front.abstract:
        shared.front.abstract = _abstract(opening)


def _titles(part: Part) -> Titles:
    return {index: found for index, block in enumerate(part.blocks) if (found := _title(block))}


def _title(block: str) -> "re.Match[str] | None":
    match = _BOLD.fullmatch(block) or _ITALIC.fullmatch(block)
    if match is not None:
        is_whole = "**" not in match["title"] and (not match["rest"] or _is_numbered(match))
        return match if is_whole else None
    match = _CAPITALS.fullmatch(_ESCAPED_NUMBER.sub(r"\1", block))
    if match is None or sum(map(str.isalpha, match["title"])) < _FEWEST_LETTERS:
        return None
    return match if _is_heading(match) and "$" not in block else None


def _is_numbered(match: "re.Match[str]") -> bool:
    return _NUMBER.match(match["title"]) is not None


def _is_heading(match: "re.Match[str]") -> bool:
    """Tell a title that says by itself what it is: by its number, or a name all papers use."""
    is_known = _KNOWN.fullmatch(_words(match)) is not None
    return is_known or _is_numbered(match) or _names_a_role(match)


def _names_a_role(match: "re.Match[str]") -> bool:
    return role_of_title(_words(match)) != "body"


def _words(match: "re.Match[str]") -> str:
    return match["title"].strip().strip(" .:")


def _abstract(opening: Part) -> str:
    found = (_ABSTRACT.match(block) for block in opening.blocks[:_ABSTRACT_BLOCKS])
    return next((match["text"].strip() for match in found if match), "")


def _split(whole: Part, titles: Titles) -> list[Part]:
    """Divide a part at its blocks that are headings; each display goes with its block."""
    if not titles:
        return [whole]
    equations = iter(whole.equations)
    blocks, whole.blocks, whole.equations = whole.blocks, [], []
    parts = [whole]
    for index, block in enumerate(blocks):
        text = block
        if index in titles:
            parts.append(_part(_words(titles[index])))
            text = titles[index]["rest"] or ""
        if text:
            parts[-1].blocks.append(text)
        count = len(_DISPLAY.findall(text)) // 2
        parts[-1].equations.extend(tex for _, tex in zip(range(count), equations, strict=False))
    parts[-1].equations.extend(equations)
    return parts


def _part(heading: str) -> Part:
    match = _NUMBER.match(heading)
    if match is not None and heading[match.end() :]:
        return Part(heading[match.end() :], 1 + match["number"].count("."))
    return Part(heading, 1, is_numbered=False, is_top=role_of_title(heading) != "body")
