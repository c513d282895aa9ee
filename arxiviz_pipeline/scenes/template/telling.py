"""Makes the pages of an outline, in a given manner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import spoken_title
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, paginate
from arxiviz_pipeline.scenes.formulas.symbols import SymbolKeys
from arxiviz_pipeline.scenes.template.features import Feature, Stage
from arxiviz_pipeline.scenes.template.formula_telling import (
    formula_pages,
    formulas_page,
    importance_of,
    share_a_page,
)
from arxiviz_pipeline.scenes.template.outline import (
    Item,
    KeySentences,
    Outline,
    Selection,
    ShownFormula,
    Statement,
)
from arxiviz_pipeline.scenes.template.point_pages import (
    Point,
    list_page,
    points_page,
    statement_page,
)
from arxiviz_pipeline.scenes.template.symbol_legend import NAMED_HELPER
from arxiviz_pipeline.scenes.template.title_pages import phrases_page, recap_page, title_page
from arxiviz_pipeline.scenes.text.section_text import ListBlock
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration
from arxiviz_pipeline.scenes.text.standing_alone import capitalized, standing_alone

_POINT_WORDS: Final = 24
_ITEM_WORDS: Final = 20
_SLACK_WORDS: Final = 4
_HEADING_WORDS: Final = 14
_POINTS_A_PAGE: Final = 3
_RECAP_ROOM: Final = 3.4
_LAST_SECONDS: Final = 1.8


@dataclass(frozen=True, slots=True)
class Manner:
    """How things are told.

    Attributes:
        context_words: How many words may stand above or below a formula; 0 gives none.
        item_count: How many items of a list.
        formulas_a_page: How many short formulas may share a page.
    """

    context_words: int
    item_count: int = 0
    formulas_a_page: int = 1


class Teller:
    """Makes the pages of one selection, whose features all have pages in the time they get."""

    def __init__(
        self,
        outline: Outline,
        formulas: Sequence[ShownFormula],
        selection: Selection,
        manner: Manner,
        feature_seconds: Mapping[int, float],
        *,
        with_abstract: bool = False,
    ) -> None:
        """Take what is told; `feature_seconds` by the features' `id()`."""
        self._outline = outline
        self._manner = manner
        self._feature_seconds = feature_seconds
        self._with_abstract = with_abstract
        self._items = outline.items(selection, formulas)
        self._is_text_alone = not selection.formulas and not selection.features
        self._fraction = 0.0
        self._named: set[SymbolKeys] = set()

    def pages(self) -> list[Page]:
        """Make the pages in order; each has a name of its own."""
        outline = self._outline
        pages = [title_page(outline.title, outline.paper_title)]
        groups = self._groups()
        has_recap = bool(self._recap())
        count = len(groups) + self._with_abstract + has_recap
        for index, group in enumerate(groups, start=1):
            self._fraction = index / count
            pages += self._group_pages(group, index)
        if self._with_abstract:
            self._fraction = (count - has_recap) / count
            pages += self._abstract_pages()
        pages += self._recap()  # once more: by now it is known which symbols were named
        if len(pages) == 1:
            said = f"That was “{spoken_title(outline.title)}”."
            pages.append(recap_page(said, point=outline.title))
        pages[-1].shots[-1].stay(_LAST_SECONDS)
        return _with_names_of_their_own(pages)

    def _groups(self) -> list[list[Item]]:
        """Put formulas that share a page together; all else stands alone."""
        groups: list[list[Item]] = []
        for item in self._items:
            together = [*(groups[-1] if groups else []), item]
            formulas = [each for each in together if isinstance(each, ShownFormula)]
            are_few = 1 < len(formulas) == len(together) <= self._manner.formulas_a_page
            if are_few and share_a_page(formulas):
                groups[-1].append(item)
            else:
                groups.append([item])
        return groups

    def _group_pages(self, group: Sequence[Item], place: int) -> Iterator[Page]:
        formulas = [item for item in group if isinstance(item, ShownFormula)]
        if len(formulas) > 1:
            yield formulas_page(formulas, self._manner.context_words, self._fraction)
            return
        match group[0]:
            case Statement(sentence):
                yield statement_page(
                    f"statement_{place}",
                    _point(sentence),
                    terms=self._outline.terms,
                    fraction=self._fraction,
                )
            case KeySentences() as item:
                yield from self._point_pages(item, place)
            case ListBlock() as item:
                yield from self._list_pages(item, place)
            case ShownFormula() as item:
                yield from self._formula_pages(item)
            case feature:
                yield from self._feature_pages(feature, place)

    def _formula_pages(self, item: ShownFormula) -> list[Page]:
        """Tell a formula; what its symbols stand for is recalled once in a scene."""
        words, terms = self._manner.context_words, self._outline.terms
        pages = list(formula_pages(item, words, terms, self._fraction, named=self._named))
        if any(NAMED_HELPER in page.helpers for page in pages):
            self._named.update(key for entry in item.plan.legend for key in entry.keys)
        return pages

    def _feature_pages(self, feature: Feature, place: int) -> Sequence[Page]:
        stage = Stage(
            name=f"{feature.concept_type}_{place}",
            fraction=self._fraction,
            seconds=self._feature_seconds[id(feature)],
            terms=self._outline.terms,
        )
        return feature.pages(stage)

    def _point_pages(self, item: KeySentences, place: int) -> Iterator[Page]:
        points = [_point(sentence) for sentence in item.sentences]
        size = _evenly(len(points), _POINTS_A_PAGE)
        for start in range(0, len(points), size):
            yield points_page(
                f"points_{place}_{start // size + 1}",
                points[start : start + size],
                first_number=start + 1 if self._is_text_alone and len(points) > 1 else None,
                terms=self._outline.terms,
                fraction=self._fraction,
                is_roomy=len(points) < _POINTS_A_PAGE,
            )

    def _list_pages(self, item: ListBlock, place: int) -> Iterator[Page]:
        told = item.items[: self._manner.item_count]
        shorts = [
            capitalized(
                shorten(standing_alone(text), _ITEM_WORDS, slack=_SLACK_WORDS).rstrip(" ;,")
            )
            for text in told
        ]
        points = [Point(short, to_narration(short)) for short in shorts if to_narration(short)]
        size = _evenly(len(points), _POINTS_A_PAGE)
        for start in range(0, len(points), size):
            yield list_page(
                f"list_{place}_{start // size + 1}",
                points[start : start + size],
                heading=shorten(standing_alone(item.heading), _HEADING_WORDS) if start == 0 else "",
                terms=self._outline.terms,
                fraction=self._fraction,
            )

    def _abstract_pages(self) -> Iterator[Page]:
        points = [_point(sentence) for sentence in self._outline.abstract_sentences]
        if points:
            yield points_page(
                "the_paper",
                points,
                heading="What the paper is about",
                terms=self._outline.terms,
                fraction=self._fraction,
            )

    def _recap(self) -> list[Page]:
        """End on the key formula or the key terms; where there are none, nothing is told twice."""
        outline = self._outline
        formula = self._key_formula()
        if formula is not None:
            title = spoken_title(outline.title)
            return [recap_page(f"To remember from “{title}”.", formula=formula)]
        return [phrases_page(outline.phrases)] if len(outline.phrases) > 1 else []

    def _key_formula(self) -> FormulaPage | None:
        candidates: list[tuple[float, int, FormulaPage]] = []
        for item in self._items:
            if isinstance(item, ShownFormula) and item.plan.rows:
                first, *others = paginate(item.plan, _RECAP_ROOM)
                if not others and first.is_legible:
                    importance = importance_of(item, self._outline.terms)
                    candidates.append((importance, -item.number, self._as_named(first)))
        return max(candidates, key=lambda entry: entry[:2])[2] if candidates else None

    def _as_named(self, page: FormulaPage) -> FormulaPage:
        """Leave colours to the symbols whose names were told with theirs."""
        named = [entry for entry in page.legend if self._named.issuperset(entry.keys)]
        return replace(page, legend=tuple(named))


def _point(sentence: str) -> Point:
    short = shorten(sentence, _POINT_WORDS, slack=_SLACK_WORDS)
    return Point(short, to_narration(short))


def _evenly(count: int, most: int) -> int:
    """Return how many go on a page if pages are to be alike: 4 at most 3 a page are 2 and 2."""
    pages = max(1, -(-count // most))
    return max(1, -(-count // pages))


def _with_names_of_their_own(pages: Sequence[Page]) -> list[Page]:
    """Rename pages whose name is taken: each becomes a method."""
    named: dict[str, Page] = {}
    for page in pages:
        name, count = page.name, 1
        while name in named:
            count += 1
            name = f"{page.name}_{count}"
        named[name] = replace(page, name=name)
    return list(named.values())
