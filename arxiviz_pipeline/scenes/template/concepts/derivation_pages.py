"""Draws derivations: step after step, with what stays carried over and what is new highlighted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, GAP, TOP, placed, progress_to
from arxiviz_pipeline.scenes.drawing.palette import (
    LEFT_EDGE,
    SMALL_SIZE,
    SMALLEST_FORMULA_SCALE,
    TEXT_WIDTH,
)
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import LINE_HEIGHT, DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.chain_plans import ChainPage, ChainPlan, paginate_chain
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage
from arxiviz_pipeline.scenes.template.formula_pages import context_of, let_formula
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.leads import whole_lead
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration
from arxiviz_pipeline.scenes.text.standing_alone import capitalized

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
_KINDS: Final = {
    "int": "integral",
    "iint": "double integral",
    "oint": "integral",
    "sum": "sum",
    "prod": "product",
    "lim": "limit",
    "frac": "fraction",
    "dfrac": "fraction",
    "sqrt": "root",
}
_OUTSTANDING = re.compile(rf"^[^+-]{{0,12}}?\\({'|'.join(_KINDS)})(?![a-zA-Z])")
_LOOSE_END = re.compile(r"(?:\s*[,;]|,?\s+(?:i\.e\.|e\.g\.|namely))+\s*$")
_CONTEXT_WORDS: Final = 22
_NOTE_WORDS: Final = 14
_SHORTEST_CLOSING: Final = 4
_SHORT_FORMULA: Final = 48  # characters that can be read out
_NOTE_ROOM: Final = SMALL_SIZE * LINE_HEIGHT + GAP
_FRAME_ROOM: Final = 0.3
_CARRY_SECONDS: Final = 1.2
_NEW_SECONDS: Final = 0.8
_STEP_HOLD_SECONDS: Final = 1.2


@dataclass(frozen=True, slots=True)
class PicturedDerivation:
    """A chain with the words around it, as Markdown.

    Attributes:
        notes: What is said at each link; empty where nothing is.
    """

    plan: ChainPlan
    introduction: str
    explanation: str
    notes: tuple[str, ...]


def derivation_pages(name: str, picture: PicturedDerivation, *, fraction: float) -> list[Page]:
    """Draw a derivation on as many pages as it takes."""
    return _Teller(picture, name, fraction).pages()


def is_legible(plan: ChainPlan) -> bool:
    """Tell whether all of a chain can be drawn large enough to be read."""
    pages = paginate_chain(plan, TOP - BOTTOM - _NOTE_ROOM - _FRAME_ROOM)
    return all(page.scale >= SMALLEST_FORMULA_SCALE for page in pages)


class _Teller:
    """Makes the pages of one derivation."""

    def __init__(self, picture: PicturedDerivation, name: str, fraction: float) -> None:
        self._picture = picture
        self._plan = picture.plan
        self._name = name
        self._fraction = fraction
        self._lead = _LOOSE_END.sub("", picture.introduction)
        self._introduction = _context(whole_lead(self._lead, _CONTEXT_WORDS))

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
        entrance = [progress_to(self._fraction)]
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
        return Page(f"{self._name}{suffix}", tuple(shots), (_CARRY_HELPER,))

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
            lead = whole_lead(self._lead, _CONTEXT_WORDS)
            return to_narration(capitalized(lead))
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
        said = to_narration(self._picture.explanation)
        drawn = draw_text(said, font_size=SMALL_SIZE, width=TEXT_WIDTH, most_lines=1)
        if len(said.split()) < _SHORTEST_CLOSING or not drawn.is_whole:
            return None
        shot = Shot(capitalized(said), "What the symbols stand for")
        if shown_note:
            shot.play([f"FadeOut({shown_note})"], 0.4)
        self._let_note(shot, "closing", capitalized(self._picture.explanation))
        return shot

    def _note(self, line: int) -> str:
        note = self._picture.notes[line - 1] if line > 0 else ""
        return capitalized(shorten(note, _NOTE_WORDS)) if to_narration(note) else ""

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
        what = _kind_of(link.tex) or "expression"
        place = "last" if line == count and count > 1 else "next"
        is_carried = bool(self._plan.lines[line - 1].carried)
        highlighted = "; what is new is highlighted" if line == 1 and is_carried else ""
        return f"{lead} the {what} on the {place} line{highlighted}."

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


def _kind_of(tex: str) -> str:
    """Name what an expression is after the first that stands out in it, or return nothing."""
    found = _OUTSTANDING.search(tex)
    return _KINDS[found[1]] if found else ""


def _plain(tex: str) -> str:
    """Write TeX as it can be read out, or an empty string if it is too long or too deep."""
    if "\\frac" in tex or "\\begin" in tex or "\\sum" in tex or "\\int" in tex:
        return ""
    plain = to_plain(read_math(tex)).rstrip(" ,.;")
    return plain if 0 < len(plain) <= _SHORT_FORMULA and "\\" not in plain else ""
