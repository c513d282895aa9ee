"""Chooses the words that go with a formula, and the pages it stands on."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, FormulaPlan, paginate
from arxiviz_pipeline.scenes.formulas.symbols import SymbolKeys
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
from arxiviz_pipeline.scenes.template.formula_walls import fits_on_a_wall, wall_page
from arxiviz_pipeline.scenes.template.outline import ShownFormula
from arxiviz_pipeline.scenes.template.point_pages import Point, points_page
from arxiviz_pipeline.scenes.text.inline_math import read_math
from arxiviz_pipeline.scenes.text.inline_text import to_plain
from arxiviz_pipeline.scenes.text.leads import whole_lead
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock
from arxiviz_pipeline.scenes.text.sentences import (
    shorten,
    terms_of,
    to_narration,
)

_LOOSE_LEAD = re.compile(r"(?:\s*[,;]|,?\s+(?:i\.e\.|e\.g\.|namely|viz\.))+\s*$")
_SHORT_FORMULA: Final = 60  # characters of Unicode that can be read out as a caption
_SHORT_NAME: Final = 30
_AMPLE_CONTEXT: Final = 14  # words: with fewer there is no time for names from elsewhere
_MOST_STACKED: Final = 4
_SHORTEST_ALONE: Final = 6  # words: less says nothing on a page of its own
_SHORTEST_CONTEXT: Final = 3
_WORDS_TO_RECALL: Final = 11  # a telling in fewer has no time for symbols explained earlier
_RECAP_ROOM: Final = 3.4


def formula_pages(
    item: ShownFormula,
    context_words: int,
    terms: Sequence[str],
    fraction: float,
    *,
    named: AbstractSet[SymbolKeys] = frozenset(),
) -> Iterator[Page]:
    """Tell one formula with what leads to it and what explains it, in so many words each.

    Symbols that are `named` already have their colours from the start, and are not recalled.
    """
    introduction, explanation = _context(item, context_words)
    above, below = context_of(introduction), context_of(explanation)
    words = FormulaWords(
        introduction=above,
        introduction_said=to_narration(_capitalized(introduction)),
        formula_said=_formula_said(item.plan, is_introduced=bool(introduction)),
        explanation=below,
        explanation_said=to_narration(_capitalized(explanation)),
        recalls=context_words >= _WORDS_TO_RECALL,
        named=frozenset(named),
    )
    name = f"formula_{item.number}"
    if not item.plan.rows:
        yield source_page(name, item.plan.tex, words, fraction)
        return
    pages = paginate(item.plan, formula_room(above, below))
    if _is_crowded(pages, item.plan):
        taller = max(above, below, key=lambda drawn: drawn.height)
        pages = paginate(item.plan, formula_room(taller, NO_TEXT))
        words = replace(words, swaps=True)
    if _is_crowded(pages, item.plan) and (introduction or explanation):
        yield from _apart(item, (introduction, explanation), terms, fraction)
        return
    yield from _page_by_page(name, pages, words, fraction)


def _context(item: ShownFormula, context_words: int) -> tuple[str, str]:
    if context_words == 0:
        return "", ""
    lead = _LOOSE_LEAD.sub("", item.block.introduction)
    introduction = whole_lead(lead, context_words)
    return _meaningful(introduction), _meaningful(shorten(item.block.explanation, context_words))


def _page_by_page(
    name: str,
    pages: Sequence[FormulaPage],
    words: FormulaWords,
    fraction: float,
) -> Iterator[Page]:
    for index, page in enumerate(pages):
        on_page = words
        if index > 0:
            on_page = replace(on_page, introduction=NO_TEXT, formula_said="The formula goes on.")
        if index < len(pages) - 1:
            on_page = replace(on_page, explanation=NO_TEXT)
        suffix = f"_{index + 1}" if len(pages) > 1 else ""
        yield formula_page(f"{name}{suffix}", page, on_page, fraction)


def _apart(
    item: ShownFormula, context: tuple[str, str], terms: Sequence[str], fraction: float
) -> Iterator[Page]:
    """Give a tall formula the frame for itself, and its sentences pages of their own."""
    alone = replace(item, block=DisplayBlock(item.block.tex))
    before, after = context
    for name, sentence in (("before", before), ("", ""), ("after", after)):
        if not name:
            yield from formula_pages(alone, 0, terms, fraction)
        elif len(sentence.split()) >= _SHORTEST_ALONE:
            shown = _capitalized(sentence)
            yield points_page(
                f"{name}_{item.number}",
                [Point(shown, to_narration(shown))],
                terms=terms,
                fraction=fraction,
            )


def share_a_page(formulas: Sequence[ShownFormula]) -> bool:
    """Tell whether formulas are legible on one page."""
    plans = [item.plan for item in formulas]
    if len(plans) > _MOST_STACKED:
        return fits_on_a_wall(plans)
    room = stacked_room(len(plans))
    return all(_is_legible_within(plan, room) for plan in plans)


def _is_legible_within(plan: FormulaPlan, room: float) -> bool:
    if not plan.rows:
        return False
    first, *others = paginate(plan, room)
    return not others and first.is_legible


def formulas_page(formulas: Sequence[ShownFormula], context_words: int, fraction: float) -> Page:
    """Put formulas that can share a page on one: below each other, or many side by side."""
    name = f"formulas_{formulas[0].number}"
    if len(formulas) > _MOST_STACKED:
        numbers = [item.number for item in formulas]
        return wall_page(name, numbers, [item.plan for item in formulas], fraction)
    room = stacked_room(len(formulas))
    entries: list[tuple[FormulaPage, str, str]] = []
    for item in formulas:
        caption, _ = _context(item, context_words)
        said = to_narration(_capitalized(caption)) if caption else _formula_named(item.plan)
        entries.append((paginate(item.plan, room)[0], caption, said))
    return stacked_page(name, entries, fraction)


def importance_of(item: ShownFormula, terms: Sequence[str]) -> float:
    """Guess which formula a section is about: one that is talked about, and that is large."""
    if not item.plan.rows:
        return 0.0
    around = terms_of(f"{item.block.introduction} {item.block.explanation}")
    about = len(set(around) & set(terms))
    area = min(item.plan.width * item.plan.height, 12.0) / 6
    is_roomy = paginate(item.plan, _RECAP_ROOM)[0].is_roomy
    return about + area + bool(item.block.explanation) + is_roomy


def _meaningful(sentence: str) -> str:
    """Keep a sentence that says something: not `and`, not `so that`."""
    return sentence if len(to_narration(sentence).split()) >= _SHORTEST_CONTEXT else ""


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
    left = _left_name(plan)
    if left:
        return f"Here is {left}, part by part." if is_introduced else f"A formula for {left}."
    count = sum(len(row.parts) for row in plan.rows)
    here = "Here it is" if is_introduced else "Here is a formula"
    return f"{here}, part by part." if count > 1 else f"{here}."


def _formula_named(plan: FormulaPlan) -> str:
    left = _left_name(plan)
    return f"A formula for {left}." if left else "One more formula."


def _left_name(plan: FormulaPlan) -> str:
    """Write what a formula defines, if it is short: an equation that balances terms has none."""
    if not plan.left_side_stands_out or not plan.defines_left_side:
        return ""
    left = to_plain(read_math(plan.left_side))
    is_sayable = len(left) <= _SHORT_NAME and "^(" not in left and ";" not in left
    return left if is_sayable else ""


def _plain_formula(plan: FormulaPlan) -> str:
    """Write a formula in Unicode if it is short and plain enough to be read out."""
    if len(plan.rows) != 1 or "\\begin" in plan.tex or "\\frac" in plan.tex:
        return ""
    plain = to_plain(read_math(" ".join(plan.rows[0].parts))).rstrip(" ,.;")
    return plain if len(plain) <= _SHORT_FORMULA and "\\" not in plain else ""
