"""Derivations: a chain of expressions, step after step, with what stays carried over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, GAP, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import (
    LEFT_EDGE,
    SMALL_SIZE,
    SMALLEST_FORMULA_SCALE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import LINE_HEIGHT, DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.chain_plans import (
    ChainPage,
    ChainPlan,
    paginate_chain,
    plan_chains,
)
from arxiviz_pipeline.scenes.formulas.chains import (
    Chain,
    equation_sides,
    joined_chain,
    read_chain,
)
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.template.formula_pages import context_of, let_formula
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.section_text import Block, DisplayBlock, TextBlock
from arxiviz_pipeline.scenes.text.sentences import shorten, shorten_from_front, to_narration

_CARRY_HELPER: Final = '''
def outlines(pieces):
    """All outlines of pieces of a formula."""
    return VGroup(*[each for piece in pieces for each in piece.family_members_with_points()])


def carry(before, after):
    """Move copies of pieces to where they stand in the next line."""
    return ReplacementTransform(outlines(before).copy(), outlines(after))
'''
_SAID: Final = {
    "=": "This equals",
    ":=": "This is defined as",
    "<": "This is less than",
    ">": "This is more than",
    "\\le": "This is at most",
    "\\leq": "This is at most",
    "\\leqslant": "This is at most",
    "\\ge": "This is at least",
    "\\geq": "This is at least",
    "\\geqslant": "This is at least",
    "\\approx": "This is about",
    "\\simeq": "This is about",
    "\\sim": "This is of the order of",
    "\\equiv": "This is identical to",
    "\\propto": "This is proportional to",
    "\\Rightarrow": "It follows that",
    "\\Longrightarrow": "It follows that",
    "\\implies": "It follows that",
    "\\iff": "Equivalently,",
    "\\Leftrightarrow": "Equivalently,",
}
_LOOSE_END = re.compile(r"(?:\s*[,;]|,?\s+(?:i\.e\.|e\.g\.|namely))+\s*$")
_LEADS_ON = re.compile(
    r"\b(?:then|thus|hence|therefore|becom|simplif|substitut|rewrit|obtain|giv|yield|equivalent|"
    r"plugging|inserting|expand|follows|so that|which is|leads? to|reduces?)",
    re.IGNORECASE,
)
_CONTEXT_WORDS: Final = 22
_NOTE_WORDS: Final = 14
_SHORTEST_CLOSING: Final = 4
_SHORT_FORMULA: Final = 48  # characters that can be read out
_NOTE_ROOM: Final = SMALL_SIZE * LINE_HEIGHT + GAP
_FRAME_ROOM: Final = 0.3
_CARRY_SECONDS: Final = 1.2
_NEW_SECONDS: Final = 0.8
_STEP_HOLD_SECONDS: Final = 1.2
_ENOUGH_LINKS: Final = 4
_OVERTIME: Final = 1.35  # of the time it may take: beyond, it doesn't fit


@dataclass(frozen=True, slots=True)
class Derivation:
    """A chain with the words around it.

    Attributes:
        notes: What is said at each link; empty where nothing is.
    """

    plan: ChainPlan
    place: int
    tells: frozenset[int]
    introduction: str
    explanation: str
    notes: tuple[str, ...]

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "derivation"

    @property
    def weight(self) -> float:
        """The longer the chain and the more is carried over, the more telling."""
        carries = any(line.carried for line in self.plan.lines)
        long = min(len(self.plan.chain.links), _ENOUGH_LINKS) / _ENOUGH_LINKS
        return 0.55 + 0.2 * long + 0.1 * carries

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw it, with fewer words where time is short."""
        bare = replace(self, explanation="")
        pages: list[Page] = []
        for telling in (self, bare, replace(bare, introduction="")):
            pages = _Teller(telling, stage).pages()
            if sum(page.seconds for page in pages) <= stage.seconds:
                return pages
        seconds = sum(page.seconds for page in pages)
        return pages if seconds <= _OVERTIME * stage.seconds else ()


def find(material: Material) -> Sequence[Feature]:
    """Find chains of three expressions or more, longest first."""
    found = list(_candidates(material.blocks))
    plans = plan_chains([each.chain for each in found], material.typesetter)
    derivations = [
        Derivation(
            plan=plan,
            place=each.places[0],
            tells=frozenset(each.places),
            introduction=each.displays[0].introduction,
            explanation=each.displays[-1].explanation,
            notes=each.notes,
        )
        for each, plan in zip(found, plans, strict=True)
        if plan is not None and _is_legible(plan)
    ]
    return sorted(derivations, key=lambda each: (-each.weight, each.place))


@dataclass(frozen=True, slots=True)
class _Candidate:
    chain: Chain
    places: tuple[int, ...]
    displays: tuple[DisplayBlock, ...]
    notes: tuple[str, ...]


def _candidates(blocks: Sequence[Block]) -> Iterator[_Candidate]:
    """Yield chains in one display, then those that several displays make."""
    taken: set[int] = set()
    for place, block in enumerate(blocks):
        if isinstance(block, DisplayBlock) and (chain := read_chain(block.tex)):
            taken.add(place)
            notes = tuple(link.note for link in chain.links)
            yield _Candidate(chain, (place,), (block,), notes)
    for run in _runs(blocks, taken):
        displays = [blocks[place] for place in run]
        told = tuple(each for each in displays if isinstance(each, DisplayBlock))
        sides = [equation_sides(each.tex) for each in told]
        chain = joined_chain([each for each in sides if each])
        if chain:
            later = tuple(each.introduction for each in told[1:])
            yield _Candidate(chain, tuple(run), told, ("", *later))


def _runs(blocks: Sequence[Block], taken: set[int]) -> Iterator[list[int]]:
    """Find displays with the same left side, each led to from the one before."""
    run: list[int] = []
    for place, block in enumerate(blocks):
        match block:
            case DisplayBlock():
                if run and _follows(blocks, run[-1], block):
                    run.append(place)
                    continue
                if len(run) > 1:
                    yield run
                run = [] if place in taken or not equation_sides(block.tex) else [place]
            case TextBlock():
                pass  # a few words between two displays
            case _:
                if len(run) > 1:
                    yield run
                run = []
    if len(run) > 1:
        yield run


def _follows(blocks: Sequence[Block], before: int, block: DisplayBlock) -> bool:
    earlier = blocks[before]
    sides = equation_sides(block.tex)
    if not isinstance(earlier, DisplayBlock) or sides is None:
        return False
    left = equation_sides(earlier.tex)
    same = left is not None and left[0] == sides[0]
    return same and bool(_LEADS_ON.search(block.introduction))


def _is_legible(plan: ChainPlan) -> bool:
    pages = paginate_chain(plan, TOP - BOTTOM - _NOTE_ROOM - _FRAME_ROOM)
    return all(page.scale >= SMALLEST_FORMULA_SCALE for page in pages)


class _Teller:
    """Makes the pages of one derivation."""

    def __init__(self, derivation: Derivation, stage: Stage) -> None:
        self._derivation = derivation
        self._plan = derivation.plan
        self._stage = stage
        self._lead = _LOOSE_END.sub("", derivation.introduction)
        self._introduction = _context(shorten_from_front(self._lead, _CONTEXT_WORDS))

    def pages(self) -> list[Page]:
        above = self._introduction.height + GAP if self._introduction.line_count else 0.0
        pages = paginate_chain(self._plan, TOP - BOTTOM - above - _NOTE_ROOM - _FRAME_ROOM)
        return [self._page(index, page, len(pages)) for index, page in enumerate(pages)]

    def _page(self, index: int, page: ChainPage, count: int) -> Page:
        plan = self._plan
        is_first, is_last = index == 0, index == count - 1
        rows = FormulaPage(plan.rows[page.start : page.end], page.scale)
        shots: list[Shot] = []
        visible = ["derivation"]
        top, bottom = TOP, BOTTOM + _NOTE_ROOM
        opening = Shot(self._opening_said(is_first=is_first), "What the derivation starts from")
        entrance = [progress_to(self._stage.fraction)]
        if is_first and self._introduction.line_count:
            text = self._introduction
            box = placed(text, LEFT_EDGE, TOP, TEXT_WIDTH, text.height)
            opening.let(f"introduction = {box}")
            entrance.insert(0, "FadeIn(introduction, shift=0.2 * RIGHT)")
            visible.append("introduction")
            top -= text.height + GAP
        let_formula(
            opening,
            "derivation",
            rows,
            centre_y=(top + bottom) / 2,
            height=top - bottom - _FRAME_ROOM,
            plain=True,
        )
        opening.play(entrance, 0.6)
        lines = [line for line in range(len(plan.lines)) if self._is_on(line, page)]
        opening.play([f"Write({self._pieces(lines[0], page)})"], 1.2)
        shots.append(opening)
        shown_note = ""
        for before, line in pairwise(lines):
            shot = self._step(before, line, page, shown_note)
            shown_note = self._let_note(shot, f"note_{line}", self._note(line))
            shots.append(shot)
        if is_last:
            self._conclude(shots[-1], lines, page)
            visible.append("frame")
            closing = self._closing(shown_note)
            if closing is not None:
                shots.append(closing)
                shown_note = "closing"
        last = shots[-1]
        if shown_note:
            visible.append(shown_note)
        last.hold_seconds = 1.2
        last.close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
        suffix = f"_{index + 1}" if count > 1 else ""
        return Page(f"{self._stage.name}{suffix}", tuple(shots), (_CARRY_HELPER,))

    def _is_on(self, line: int, page: ChainPage) -> bool:
        return page.start <= self._plan.row_of(line) < page.end

    def _pieces(self, line: int, page: ChainPage, start: int = 0, end: int | None = None) -> str:
        """Write the expression of a line's pieces, as the script names them."""
        first = self._plan.first_piece(line)
        stop = first + (len(self._plan.lines[line].pieces) if end is None else end)
        return f"derivation[{self._plan.row_of(line) - page.start}][{first + start}:{stop}]"

    def _opening_said(self, *, is_first: bool) -> str:
        if not is_first:
            return "From here it goes on."
        if self._introduction.line_count:
            lead = shorten_from_front(self._lead, _CONTEXT_WORDS)
            return _capitalized(to_narration(lead))
        left = _plain(self._plan.chain.left)
        return f"Start from {left}." if left else "The derivation starts here."

    def _step(self, before: int, line: int, page: ChainPage, shown_note: str) -> Shot:
        """Show one link: what stays moves down, what is new comes in highlighted."""
        plan = self._plan
        shot = Shot(self._step_said(line), "The next step, with what is new highlighted")
        carried = plan.lines[before].carried
        moved = {piece for each in carried for piece in range(each.next_start, each.next_end)}
        moving = [
            f"carry({self._pieces(before, page, each.start, each.end)}, "
            f"{self._pieces(line, page, each.next_start, each.next_end)})"
            for each in carried
        ]
        pieces = plan.lines[line].pieces
        relation = ["0"] if len(pieces) > 1 and 0 not in moved else []
        new = [index for index in range(len(pieces)) if index not in moved]
        if relation:
            new.remove(0)
            moving.append(f"FadeIn({self._pieces(line, page, 0, 1)})")
        if before > 0:
            moving.append(f"{self._pieces(before, page)}.animate.set_color(MUTED)")
        if shown_note:
            moving.append(f"FadeOut({shown_note})")
        if moving:
            shot.play(moving, _CARRY_SECONDS if carried else 0.6)
        if new:
            fresh = ", ".join(self._pieces(line, page, index, index + 1) for index in new)
            shot.let(f"new = VGroup({fresh})")
            if carried:
                shot.let("new.set_color(HIGHLIGHT)")
            shot.play(["Write(new)"], max(_NEW_SECONDS, min(1.6, 0.4 * len(new) + 0.6)))
        shot.hold_seconds = _STEP_HOLD_SECONDS
        return shot

    def _let_note(self, shot: Shot, name: str, note: str) -> str:
        """Write a note below the derivation; return its name, or nothing if there is none."""
        if not note:
            return ""
        drawn = draw_text(note, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
        top = BOTTOM + drawn.height
        box = placed(drawn, LEFT_EDGE, top, TEXT_WIDTH, drawn.height, "HIGHLIGHT")
        shot.let(f"{name} = {box}")
        shot.play([f"FadeIn({name})"], 0.4)
        return name

    def _closing(self, shown_note: str) -> Shot | None:
        """Say what explains the derivation, if it is short enough to stand below it."""
        said = to_narration(self._derivation.explanation)
        drawn = draw_text(said, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
        if len(said.split()) < _SHORTEST_CLOSING or not drawn.is_whole:
            return None
        shot = Shot(_capitalized(said), "What the symbols stand for")
        if shown_note:
            shot.play([f"FadeOut({shown_note})"], 0.4)
        self._let_note(shot, "closing", _capitalized(self._derivation.explanation))
        return shot

    def _note(self, line: int) -> str:
        note = self._derivation.notes[line - 1] if line > 0 else ""
        return _capitalized(shorten(note, _NOTE_WORDS)) if to_narration(note) else ""

    def _step_said(self, line: int) -> str:
        note = to_narration(self._note(line))
        if note:
            return note if note.endswith((".", ":", "…")) else f"{note}."
        link = self._plan.chain.links[line - 1]
        lead = _SAID.get(link.relation, "This leads to")
        plain = _plain(link.tex.strip().removeprefix(link.relation))
        if plain:
            return f"{lead} {plain}."
        count = len(self._plan.chain.links)
        if line == count and count > 1:
            return f"{lead} the last line."
        if self._plan.lines[line - 1].carried:
            return f"{lead} the next line; what is new is highlighted."
        return f"{lead} the next line."

    def _conclude(self, last: Shot, lines: Sequence[int], page: ChainPage) -> None:
        """Frame what the chain arrives at."""
        result = self._pieces(lines[-1], page)
        last.let(
            f"frame = SurroundingRectangle({result}, color=RESULT, buff=0.12, corner_radius=0.08)"
        )
        last.wait(0.8)
        last.play(["Create(frame)", f"{result}.animate.set_color(INK)"], 0.8)


def _context(sentence: str) -> DrawnText:
    return context_of(sentence if len(to_narration(sentence).split()) > 2 else "")


def _plain(tex: str) -> str:
    """Write TeX as it can be read out, or an empty string if it is too long or too deep."""
    if "\\frac" in tex or "\\begin" in tex or "\\sum" in tex or "\\int" in tex:
        return ""
    plain = to_plain(read_math(tex)).rstrip(" ,.;")
    return plain if 0 < len(plain) <= _SHORT_FORMULA and "\\" not in plain else ""


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
