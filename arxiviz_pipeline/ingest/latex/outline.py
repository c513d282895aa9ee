"""Makes the tree of sections out of headings in their order."""

from dataclasses import dataclass, field

from arxiviz_pipeline.domain.models import Role, Section
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.section_ids import SectionIds

_TOP = 1
_SHORTEST_OPENING = 1000  # characters: less before the first heading is a notice, not a text
_PREFIXES = {-1: "Pt", 0: "Ch", 1: "S", 2: "SS", 3: "SSS", 4: "Px", 5: "SPx"}


@dataclass(slots=True)
class Part:
    r"""A heading with what stands under it.

    Attributes:
        title: Empty only before the first heading.
        rank: 1 is a section, chapters and parts are less.
        is_numbered: Whether it counts; what it is called in its id depends on it.
        is_appendix: Whether it stands after `\appendix`.
        is_top: Whether it stands beside the highest headings, whatever those are.
        role: What it is when its title does not tell.
    """

    title: str
    rank: int
    is_numbered: bool = True
    is_appendix: bool = False
    is_top: bool = False
    role: Role = "body"
    blocks: list[str] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """The part as one Markdown text."""
        return "\n\n".join(block for block in self.blocks if block)


def make_sections(parts: list[Part], paper_title: str) -> tuple[Section, ...]:
    """Make sections of a paper's parts; the first is the text before any heading.

    That becomes a section under the paper's title where it is more than a notice.
    """
    opening, *divisions = _without_repeated_references(parts)
    names = SectionNames()
    ids = SectionIds()
    offset = max(_TOP - min((part.rank for part in divisions if not part.is_top), default=_TOP), 0)
    sections: list[Section] = []
    if opening.markdown and (not divisions or _is_worth_keeping(opening)):
        title = paper_title or "Text"
        sections.append(_section(opening, title, _TOP, None, ids.claim(None, title, 0), 0, "body"))
    enclosing: list[tuple[Part, Section]] = []  # from the outermost to the current one
    for part in divisions:
        while enclosing and (enclosing[-1][0].rank >= part.rank or part.is_top):
            enclosing.pop()
        parent = enclosing[-1][1] if enclosing else None
        index = len(sections)
        section = _section(
            part,
            part.title,
            _TOP if part.is_top else part.rank + offset,
            parent.id if parent else None,
            ids.claim(names.name(part), part.title, index),
            index,
            _role(part, parent),
        )
        sections.append(section)
        enclosing.append((part, section))
    return tuple(sections)


def _section(
    part: Part,
    title: str,
    level: int,
    parent_id: str | None,
    identifier: str,
    index: int,
    role: Role,
) -> Section:
    return Section(
        id=identifier,
        title=title,
        level=level,
        order_index=index,
        parent_id=parent_id,
        role=role,
        content=part.markdown,
        equations=tuple(part.equations),
    )


def _role(part: Part, parent: Section | None) -> Role:
    if part.role != "body":
        return part.role
    role = role_of_title(part.title)
    if role == "body" and part.is_appendix:
        return "appendix"
    return parent.role if role == "body" and parent is not None else role


def _is_worth_keeping(part: Part) -> bool:
    return bool(part.equations) or len(part.markdown) >= _SHORTEST_OPENING


def _without_repeated_references(parts: list[Part]) -> list[Part]:
    """Join a heading 'References' with the list of them that follows under its own."""
    kept: list[Part] = []
    for part in parts:
        before = kept[-1] if kept else None
        if (
            part.role == "references"
            and before is not None
            and not before.blocks
            and role_of_title(before.title) == "references"
        ):
            part.title = before.title or part.title
            kept[-1] = part
        else:
            kept.append(part)
    return kept


class SectionNames:
    """Names sections as LaTeXML's pages do: `S3.SS1`, so that both formats have the same ids."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._path: dict[int, str] = {}
        self._unnumbered: dict[str, int] = {}

    def name(self, part: Part) -> str:
        """Return the id of the next section."""
        if part.role == "references" and part.is_top:
            return "bib"
        rank = part.rank
        above = self._above(rank)
        prefix = "A" if part.is_appendix and rank == _TOP else _PREFIXES.get(rank, "S")
        if part.is_numbered and rank <= 3:
            key = 100 + rank if prefix == "A" else rank
            self._numbers[key] = self._numbers.get(key, 0) + 1
            own = f"{prefix}{self._numbers[key]}"
        else:
            own = prefix if prefix.endswith("x") else prefix + "x"
            place = f"{above}.{own}"
            self._unnumbered[place] = self._unnumbered.get(place, 0) + 1
            own += str(self._unnumbered[place])
        for deeper in [key for key in self._numbers if rank < key < 100]:
            del self._numbers[deeper]
        for deeper in [key for key in self._path if key >= rank]:
            del self._path[deeper]
        self._path[rank] = f"{above}.{own}".lstrip(".")
        return self._path[rank]

    def _above(self, rank: int) -> str:
        """Name what encloses, with zeros for the ranks that were left out."""
        enclosing = max((key for key in self._path if key < rank), default=None)
        if enclosing is None:
            return ""
        missing = (f".{_PREFIXES[key]}0" for key in range(max(enclosing + 1, 2), min(rank, 4)))
        return self._path[enclosing] + "".join(missing)
