"""Reads what a section states under a head of its own: theorems, definitions, and their like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from arxiviz_pipeline.scenes.text.section_text import Block, DisplayBlock, ListBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import split_sentences, to_narration

PartRole = Literal["given", "claim"]

_KINDS: Final = (
    "Theorem|Lemma|Proposition|Corollary|Definition|Assumption|Conjecture|Claim|Axiom|Hypothesis"
    "|Fact|Observation|Property|Principle|Criterion|Remark|Problem"
)
_HEAD = re.compile(
    rf"\*\*(?P<kind>(?:Main )?(?:{_KINDS}))\s*(?P<number>(?:[A-Z]|[\dIVX]+)?(?:\.\d+)*[a-z′']?)\s*"
    r"(?:\((?P<name>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*[.:]?\*\*"
    r"(?:\s*\((?P<note>[^()]*)\))?\s*[.:]?\s*"
)
_PLAIN_HEAD = re.compile(
    rf"(?P<kind>{_KINDS})\s+(?P<number>(?:[A-Z]\.)?\d+(?:\.\d+)*)\s*(?:\((?P<name>[^()]*)\))?"
    r"\s*[.:]\s+(?=[A-Z$*])(?P<note>)"
)
_PROOF = re.compile(r"[*_]{0,3}Proof\b")
_CITATION = re.compile(r"\\?\[[^\[\]]*\\?\]|[()]")
_REFERENCE = re.compile(r"\A\\?\[[^\[\]]{2,40}\\?\]\s*")
_MATH = re.compile(r"(?<!\\)\$(?:\\.|[^$\\])+\$")
_STARS = re.compile(r"(?<!\\)\*")
_GIVEN = re.compile(
    r"[*_]{0,2}(?:let|suppose|assume|given|consider|fix|take|under the|in the setting|"
    r"throughout|write)\b",
    re.IGNORECASE,
)
_THEN_CLAIM = re.compile(r",?\s+then\b,?\s*", re.IGNORECASE)
_CONDITION = re.compile(r"[*_]{0,2}(?:if|whenever|when|suppose|assume|given|let)\b", re.IGNORECASE)
_CONTINUES = re.compile(
    r"[*_]{0,2}(?:then|moreover|furthermore|in addition|in particular)\b", re.IGNORECASE
)
_JOINT = re.compile(
    r"[*_]{0,2}(?:(?:and|or|where|with|then|such that|so that|if|that is|we have|it holds that|"
    r"hence|also)\b[*_,.:\s]*)+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:the|an?|every|any|each)(?:\s+\S+){1,3}", re.IGNORECASE)
_LISTED = re.compile(r"\(|\$|\\\(")
_MOST_BLOCKS: Final = 8


@dataclass(frozen=True, slots=True)
class StatementPart:
    """A sentence, half a sentence, or a display formula of a statement.

    Attributes:
        role: Whether it is supposed or claimed.
        text: Markdown; empty where the part is a formula.
        tex: A display formula's LaTeX; empty where the part is text.
    """

    role: PartRole
    text: str
    tex: str = ""


@dataclass(frozen=True, slots=True)
class FormalStatement:
    """A theorem, a definition, or their like.

    Attributes:
        kind: `Theorem`, `Definition`, …
        number: As printed; may be empty.
        name: What it is called, in the paper's words; may be empty.
        place: The index of the block it begins at.
        tells: Indices of the blocks that belong to it from their first word to their last.
    """

    kind: str
    number: str
    name: str
    parts: tuple[StatementPart, ...]
    place: int
    tells: frozenset[int]


def read_statements(blocks: Sequence[Block]) -> list[FormalStatement]:
    """Find the statements that have a head of their own, in order."""
    statements: list[FormalStatement] = []
    for place, block in enumerate(blocks):
        head = _head_of(block)
        if head is None or any(place in statement.tells for statement in statements):
            continue
        statement = _Reader(blocks, place).read(head)
        if _is_whole(statement.parts):
            statements.append(statement)
    return statements


def _is_whole(parts: Sequence[StatementPart]) -> bool:
    """Tell whether something is claimed, in more than half a sentence."""
    if not any(part.role == "claim" for part in parts):
        return False
    first, last = parts[0], parts[-1]
    is_cut = bool(last.tex) and len(parts) > 1 and bool(_SUBJECT.fullmatch(parts[-2].text))
    return not is_cut and not (len(parts) == 1 and first.text.endswith(":"))


def _head_of(block: Block) -> re.Match[str] | None:
    text = ""
    if isinstance(block, TextBlock) and block.kind == "paragraph":
        text = " ".join(block.sentences)
    elif isinstance(block, DisplayBlock) and block.opens_paragraph:
        text = block.introduction
    return _HEAD.match(text) or _PLAIN_HEAD.match(text)


def split_roles(text: str) -> Iterator[StatementPart]:
    """Tell what the sentences suppose from what they claim."""
    for sentence in split_sentences(text):
        hidden = _MATH.sub(lambda found: "X" * len(found[0]), sentence)
        then = _THEN_CLAIM.search(hidden)
        if then and _CONDITION.match(hidden) and "(" not in hidden[: then.start()]:
            yield StatementPart("given", sentence[: then.start()].rstrip(" ,;"))
            yield StatementPart("claim", f"then {sentence[then.end() :].lstrip(' ,:')}".strip())
        else:
            yield StatementPart("given" if _GIVEN.match(hidden) else "claim", sentence)


class _Reader:
    """Reads one statement from its head to where it must end."""

    def __init__(self, blocks: Sequence[Block], place: int) -> None:
        self._blocks = blocks
        self._place = place
        self._parts: list[StatementPart] = []
        self._tells: set[int] = set()
        self._is_italic = False
        self._is_listing = False

    def read(self, head: re.Match[str]) -> FormalStatement:
        for index in range(self._place, min(len(self._blocks), self._place + _MOST_BLOCKS)):
            start = head.end() if index == self._place else 0
            if index > self._place and not self._goes_on(index):
                break
            self._take(self._blocks[index], start)
            self._tells.add(index)
        if self._parts and _is_joint(self._parts[-1].text):
            self._parts.pop()
        name = _CITATION.sub("", head["name"] or head["note"] or "")
        return FormalStatement(
            head["kind"],
            head["number"],
            name.strip(" .:"),
            tuple(self._parts),
            self._place,
            frozenset(self._tells),
        )

    def _goes_on(self, index: int) -> bool:
        """Tell whether a block still belongs to the statement, erring on the side of no."""
        block, before = self._blocks[index], self._blocks[index - 1]
        if not self._parts:
            return not isinstance(block, TextBlock) or not _PROOF.match(_text_of(block))
        if _head_of(block) is not None:
            return False
        match block:
            case DisplayBlock():
                return self._display_goes_on(block, before)
            case ListBlock():
                is_announced = block.heading.endswith(":") or not _ends(self._parts[-1].text)
                return is_announced and isinstance(before, TextBlock | DisplayBlock)
            case TextBlock():
                return self._text_goes_on(_text_of(block), before)
            case _:
                return False

    def _display_goes_on(self, block: DisplayBlock, before: Block) -> bool:
        text = block.introduction
        if not block.opens_paragraph:
            return True
        if not text and (isinstance(before, TextBlock) or _is_joint(self._parts[-1].text)):
            return True
        return (
            _is_joint(text)
            or (self._is_italic and text.startswith("*") and not _PROOF.match(text))
            or (not self._has_claim and bool(_CONTINUES.match(text)))
        )

    def _text_goes_on(self, text: str, before: Block) -> bool:
        if _PROOF.match(text):
            return False
        opening = text.lstrip("*_ ,;")
        follows_display = isinstance(before, DisplayBlock)
        self._is_listing = self._is_listing or self._parts[-1].text.endswith(":")
        if self._is_listing and _LISTED.match(opening):
            return True
        self._is_listing = False
        if self._is_italic:
            return text.startswith("*") and not text.startswith("**")
        return (
            (opening[:1].islower() and not opening.startswith("$"))
            or (follows_display and bool(_CONTINUES.match(text)))
            or (not self._has_claim and bool(_CONTINUES.match(text)))
        )

    @property
    def _has_claim(self) -> bool:
        return any(part.role == "claim" for part in self._parts)

    def _take(self, block: Block, start: int) -> None:
        match block:
            case TextBlock():
                self._take_text(_text_of(block)[start:])
            case DisplayBlock():
                self._take_text(block.introduction[start:])
                role = self._parts[-1].role if self._parts else "claim"
                self._parts.append(StatementPart(role, "", block.tex))
                self._take_text(block.explanation, role)
            case ListBlock():
                self._take_text(block.heading[start:])
                role = self._parts[-1].role if self._parts else "claim"
                for item in block.items:
                    told = _upright(item) if self._is_italic else item
                    self._parts.append(StatementPart(role, f"• {told}"))
            case _:
                return

    def _take_text(self, text: str, role: PartRole | None = None) -> None:
        text = _REFERENCE.sub("", text.strip())
        if not to_narration(text).strip(" .,:;"):
            return
        if not self._parts:
            self._is_italic = text.startswith("*") and not text.startswith("**")
        if self._is_italic:
            text = _upright(text)
        before = self._parts[-1] if self._parts else None
        if before is not None and before.tex and text[:1].islower():
            role = role or before.role
        for index, part in enumerate(split_roles(text)):
            is_joined = role is not None and index == 0
            self._parts.append(replace(part, role=role) if is_joined and role else part)


def _is_joint(text: str) -> bool:
    return bool(_JOINT.fullmatch(text))


def _upright(text: str) -> str:
    """Drop emphasis outside math: of a statement in italics it is no emphasis."""
    pieces: list[str] = []
    end = 0
    for math in _MATH.finditer(text):
        pieces += [_STARS.sub("", text[end : math.start()]), math[0]]
        end = math.end()
    return "".join([*pieces, _STARS.sub("", text[end:])]).strip()


def _text_of(block: Block) -> str:
    return " ".join(block.sentences) if isinstance(block, TextBlock) else ""


def _ends(text: str) -> bool:
    return text.rstrip("*_ ").endswith((".", "!", "?"))
