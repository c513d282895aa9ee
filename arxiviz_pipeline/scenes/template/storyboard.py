"""Turns a section's outline into a scene's pages, within two minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.domain.models import Check, Finding, Paper, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, FormulaPlan, paginate
from arxiviz_pipeline.scenes.template.formula_pages import (
    NO_TEXT,
    FormulaWords,
    context_of,
    formula_page,
    formula_room,
    source_page,
    stacked_page,
    stacked_room,
)
from arxiviz_pipeline.scenes.template.outline import (
    DETAILS,
    Detail,
    Item,
    KeySentences,
    Outline,
    ShownFormula,
)
from arxiviz_pipeline.scenes.template.point_pages import points_page
from arxiviz_pipeline.scenes.template.title_pages import recap_page, title_page
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import printable, to_plain
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock, ListBlock
from arxiviz_pipeline.scenes.text.sentences import (
    shorten,
    shorten_from_front,
    terms_of,
    to_narration,
)

GOOD_SECONDS: Final = 78.0
LONGEST_SECONDS: Final = 118.0
_MANY_FORMULAS = 8  # beyond, they share pages
_VERY_MANY_FORMULAS = 24  # beyond, they go without words
_FORMULAS_A_PAGE = 3
_CAPTION_WORDS = 9
_POINT_WORDS = 22
_ITEM_WORDS = 18
_MOST_ITEMS = 6
_CARDS_A_PAGE = 3
_SHORT_FORMULA = 60  # characters of Unicode that can be read out as a caption
_SHORT_NAME = 30
_RECAP_ROOM = 3.4
_SHORTEST_ALONE = 6  # words: less says nothing on a page of its own


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A scene's pages in order, and what was found on the way."""

    pages: tuple[Page, ...]
    checks: tuple[Check, ...]


def plan_storyboard(paper: Paper, section: Section, typesetter: Typesetter) -> Storyboard:
    """Plan the scene of one section in as much detail as a good length allows.

    Every formula is told, unless even the briefest scene were too long; what is left out then
    has a check that names it.
    """
    outline = Outline(paper, section, typesetter)
    count = len(outline.formulas)
    pages = _pages(outline, DETAILS[0], count)
    for detail in DETAILS[1:]:
        if _seconds(pages) > GOOD_SECONDS:
            pages = _pages(outline, detail, count)
    while count and _seconds(pages) > LONGEST_SECONDS:
        count -= 1
        pages = _pages(outline, DETAILS[-1], count)
    return Storyboard(tuple(pages), (_shown(outline.formulas, outline.formulas[count:]),))


def _seconds(pages: Sequence[Page]) -> float:
    return sum(page.seconds for page in pages)


def _pages(outline: Outline, detail: Detail, formula_count: int) -> list[Page]:
    return _Teller(outline, detail, formula_count).pages()


class _Teller:
    """Makes the pages of one outline in one detail."""

    def __init__(self, outline: Outline, detail: Detail, formula_count: int) -> None:
        self._outline = outline
        self._detail = detail
        self._items = outline.items(detail, formula_count)
        self._formula_count = formula_count
        self._fraction = 0.0

    def pages(self) -> list[Page]:
        outline = self._outline
        pages = [title_page(outline.title, outline.paper_title)]
        for index, group in enumerate(groups := self._groups()):
            self._fraction = (index + 1) / (len(groups) + 1)
            pages += self._group_pages(group, len(pages))
        return [*pages, self._recap()]

    def _groups(self) -> list[list[Item]]:
        """Put formulas that share a page together; all else stands alone."""
        groups: list[list[Item]] = []
        many = self._formula_count > _MANY_FORMULAS
        for item in self._items:
            shares = many and isinstance(item, ShownFormula) and bool(item.plan.rows)
            last = groups[-1] if groups else []
            joins = bool(last) and isinstance(last[0], ShownFormula) and bool(last[0].plan.rows)
            if shares and joins and len(last) < _FORMULAS_A_PAGE:
                last.append(item)
            else:
                groups.append([item])
        return groups

    def _group_pages(self, group: Sequence[Item], place: int) -> Iterator[Page]:
        formulas = [item for item in group if isinstance(item, ShownFormula)]
        stacked = self._stacked(formulas, place) if len(formulas) > 1 else None
        if stacked is not None:
            yield stacked
            return
        for item in group:
            match item:
                case KeySentences():
                    yield from self._point_pages(item, place)
                case ListBlock():
                    yield from self._list_pages(item, place)
                case ShownFormula():
                    yield from self._formula_pages(item)

    def _point_pages(self, item: KeySentences, place: int) -> Iterator[Page]:
        shorts = [shorten(sentence, _POINT_WORDS) for sentence in item.sentences]
        is_numbered = not self._formula_count and len(shorts) > 1
        size = _evenly(len(shorts), _CARDS_A_PAGE)
        for start in range(0, len(shorts), size):
            yield points_page(
                f"points_{place}_{start // size + 1}",
                _points(shorts[start : start + size]),
                first_number=start + 1 if is_numbered else None,
                terms=self._outline.terms,
                fraction=self._fraction,
            )

    def _list_pages(self, item: ListBlock, place: int) -> Iterator[Page]:
        told = item.items[:_MOST_ITEMS]
        shorts = [_capitalized(shorten(text, _ITEM_WORDS).rstrip(" ;,")) for text in told]
        size = _evenly(len(shorts), _CARDS_A_PAGE)
        for start in range(0, len(shorts), size):
            yield points_page(
                f"list_{place}_{start // size + 1}",
                _points(shorts[start : start + size]),
                heading=shorten(item.heading, self._detail.context_words) if start == 0 else "",
                terms=self._outline.terms,
                fraction=self._fraction,
            )

    def _formula_pages(self, item: ShownFormula) -> Iterator[Page]:
        most_words = self._detail.context_words
        introduction = _meaningful(shorten_from_front(item.block.introduction, most_words))
        explanation = _meaningful(shorten(item.block.explanation, most_words))
        above, below = context_of(introduction), context_of(explanation)
        words = FormulaWords(
            introduction=above,
            introduction_said=_capitalized(to_narration(introduction)),
            formula_said=_formula_said(item.plan, is_introduced=bool(introduction)),
            explanation=below,
            explanation_said=_capitalized(to_narration(explanation)),
        )
        name = f"formula_{item.number}"
        if not item.plan.rows:
            yield source_page(name, item.plan.tex, words, self._fraction)
            return
        pages = paginate(item.plan, formula_room(above, below))
        if _is_crowded(pages, item.plan):
            taller = max(above, below, key=lambda drawn: drawn.height)
            pages = paginate(item.plan, formula_room(taller, NO_TEXT))
            words = replace(words, swaps=True)
        if _is_crowded(pages, item.plan) and (introduction or explanation):
            yield from self._apart(item, introduction, explanation)
            return
        yield from self._formula_page_by_page(name, pages, words)

    def _formula_page_by_page(
        self, name: str, pages: Sequence[FormulaPage], words: FormulaWords
    ) -> Iterator[Page]:
        for index, page in enumerate(pages):
            on_page = words
            if index > 0:
                said = "The formula goes on."
                on_page = replace(on_page, introduction=NO_TEXT, formula_said=said)
            if index < len(pages) - 1:
                on_page = replace(on_page, explanation=NO_TEXT)
            suffix = f"_{index + 1}" if len(pages) > 1 else ""
            yield formula_page(f"{name}{suffix}", page, on_page, self._fraction)

    def _apart(self, item: ShownFormula, introduction: str, explanation: str) -> Iterator[Page]:
        """Give a tall formula the frame for itself, and its sentences pages of their own."""
        alone = replace(item, block=DisplayBlock(item.block.tex))
        for name, sentence in (("before", introduction), ("", ""), ("after", explanation)):
            if not name:
                yield from self._formula_pages(alone)
            elif len(sentence.split()) >= _SHORTEST_ALONE:
                yield points_page(
                    f"{name}_{item.number}",
                    _points([_capitalized(sentence)]),
                    terms=self._outline.terms,
                    fraction=self._fraction,
                )

    def _stacked(self, formulas: Sequence[ShownFormula], place: int) -> Page | None:
        """Put formulas on one page, or return None if one of them is too tall to share it."""
        room = stacked_room(len(formulas))
        entries: list[tuple[FormulaPage, str, str]] = []
        for item in formulas:
            pages = paginate(item.plan, room)
            if len(pages) > 1 or not pages[0].is_legible:
                return None
            is_wordless = self._formula_count > _VERY_MANY_FORMULAS
            introduction = shorten_from_front(item.block.introduction, _CAPTION_WORDS)
            caption = "" if is_wordless else _meaningful(introduction)
            said = _capitalized(to_narration(caption)) if caption else f"Formula {item.number}."
            entries.append((pages[0], caption, said))
        return stacked_page(f"formulas_{place}", entries, self._fraction)

    def _recap(self) -> Page:
        outline = self._outline
        title = to_narration(outline.title).rstrip(" .")
        page = self._key_formula()
        if page is not None:
            said = f"To remember from “{title}”."
            return recap_page(outline.title, outline.paper_title, said, formula=page)
        best = shorten(outline.best_sentence(), _POINT_WORDS)
        said = f"To remember: {to_narration(best)}" if best else f"That was “{title}”."
        return recap_page(outline.title, outline.paper_title, said, point=best, terms=outline.terms)

    def _key_formula(self) -> FormulaPage | None:
        candidates: list[tuple[float, int, FormulaPage]] = []
        for item in self._items:
            if isinstance(item, ShownFormula) and item.plan.rows:
                first, *others = paginate(item.plan, _RECAP_ROOM)
                if not others and first.is_legible:
                    candidates.append((self._importance(item), -item.number, first))
        return max(candidates, key=lambda entry: entry[:2])[2] if candidates else None

    def _importance(self, item: ShownFormula) -> float:
        """Guess which formula a section is about: one that is talked about, and that is large."""
        around = terms_of(f"{item.block.introduction} {item.block.explanation}")
        about = len(set(around) & set(self._outline.terms))
        area = min(item.plan.width * item.plan.height, 12.0) / 6
        is_roomy = paginate(item.plan, _RECAP_ROOM)[0].is_roomy
        return about + area + bool(item.block.explanation) + is_roomy


def _points(sentences: Sequence[str]) -> list[tuple[str, str]]:
    """Pair what is shown with what is said."""
    return [(sentence, to_narration(sentence)) for sentence in sentences]


def _evenly(count: int, most: int) -> int:
    """Return how many go on a page if pages are to be alike: 4 at most 3 a page are 2 and 2."""
    pages = max(1, -(-count // most))
    return max(1, -(-count // pages))


def _meaningful(sentence: str) -> str:
    """Keep a sentence that says something: not `and`, not `so that`."""
    shortest = 3
    return sentence if len(to_narration(sentence).split()) >= shortest else ""


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_crowded(pages: Sequence[FormulaPage], plan: FormulaPlan) -> bool:
    """Tell whether a formula would be larger, or on fewer pages, with more room."""
    return len(plan.rows) > 1 and (len(pages) > 1 or not pages[0].is_roomy)


def _formula_said(plan: FormulaPlan, *, is_introduced: bool) -> str:
    if not plan.rows:
        return "LaTeX cannot typeset this formula, so here is its source."
    plain = _plain_formula(plan)
    if plain:
        return f"In symbols: {plain}."
    left = to_plain(read_math(plan.left_side)) if plan.defines_left_side else ""
    if left and len(left) <= _SHORT_NAME:
        return f"Here is {left}, part by part." if is_introduced else f"A formula for {left}."
    count = sum(len(row.parts) for row in plan.rows)
    return f"The formula, built up in {count} steps." if count > 1 else "The formula."


def _plain_formula(plan: FormulaPlan) -> str:
    """Write a formula in Unicode if it is short and plain enough to be read out."""
    if len(plan.rows) != 1 or "\\begin" in plan.tex or "\\frac" in plan.tex:
        return ""
    plain = to_plain(read_math(" ".join(plan.rows[0].parts))).rstrip(" ,.;")
    return plain if len(plain) <= _SHORT_FORMULA and "\\" not in plain else ""


def _shown(formulas: Sequence[ShownFormula], left_out: Sequence[ShownFormula]) -> Check:
    findings = tuple(
        Finding("missing_equation", message, "warning")
        for item in formulas
        if (message := _left_out(item) if item in left_out else _fault(item))
    )
    count = len(formulas)
    told = f"{count - len(left_out)} of the section's {count} display equations are shown."
    return Check("equations", passed=True, message=told, findings=findings)


def _fault(item: ShownFormula) -> str:
    plan, number = item.plan, item.number
    if not plan.rows:
        return f"LaTeX refuses {_quoted(plan.tex)}: {plan.error} Its source is shown instead."
    scale = min(page.scale for page in paginate(plan, formula_room(NO_TEXT, NO_TEXT)))
    if not FormulaPage(plan.rows, scale).is_legible:
        return (
            f"Formula {number} cannot be broken into lines and is drawn at {scale:.0%} of its "
            f"size, which is hard to read: {_quoted(plan.tex)}."
        )
    return ""


def _left_out(item: ShownFormula) -> str:
    return (
        f"Formula {item.number} is left out, to keep the scene under {LONGEST_SECONDS:.0f} s: "
        f"{_quoted(item.plan.tex)}."
    )


def _quoted(tex: str) -> str:
    longest = 120
    shown = printable(tex).strip()
    return repr(shown if len(shown) <= longest else f"{shown[:longest]}…")
