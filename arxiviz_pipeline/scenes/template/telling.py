"""Makes the pages of an outline, in a given manner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import spoken_title
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, paginate
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
from arxiviz_pipeline.scenes.template.title_pages import phrases_page, recap_page, title_page
from arxiviz_pipeline.scenes.text.section_text import ListBlock
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration

_POINT_WORDS: Final = 24
_ITEM_WORDS: Final = 16
_HEADING_WORDS: Final = 14
_POINTS_A_PAGE: Final = 3
_RECAP_ROOM: Final = 3.4


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
    """Makes the pages of one selection; `unfit` then holds the features without pages."""

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
        self.unfit: list[Feature] = []

    def pages(self) -> list[Page]:
        """Make the pages in order; each has a name of its own."""
        outline = self._outline
        pages = [title_page(outline.title, outline.paper_title)]
        groups = self._groups()
        for index, group in enumerate(groups):
            self._fraction = (index + 1) / (len(groups) + 1)
            pages += self._group_pages(group, index + 1)
        if self._with_abstract:
            pages += self._abstract_pages()
        return _with_names_of_their_own([*pages, self._recap()])

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
                words = self._manner.context_words
                yield from formula_pages(item, words, self._outline.terms, self._fraction)
            case feature:
                yield from self._feature_pages(feature, place)

    def _feature_pages(self, feature: Feature, place: int) -> Sequence[Page]:
        stage = Stage(
            name=f"{feature.concept_type}_{place}",
            fraction=self._fraction,
            seconds=self._feature_seconds[id(feature)],
            terms=self._outline.terms,
        )
        pages = feature.pages(stage)
        if not pages:
            self.unfit.append(feature)
        return pages

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
            )

    def _list_pages(self, item: ListBlock, place: int) -> Iterator[Page]:
        told = item.items[: self._manner.item_count]
        shorts = [_capitalized(shorten(text, _ITEM_WORDS).rstrip(" ;,")) for text in told]
        points = [Point(short, to_narration(short)) for short in shorts if to_narration(short)]
        size = _evenly(len(points), _POINTS_A_PAGE)
        for start in range(0, len(points), size):
            yield list_page(
                f"list_{place}_{start // size + 1}",
                points[start : start + size],
                heading=shorten(item.heading, _HEADING_WORDS) if start == 0 else "",
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

    def _recap(self) -> Page:
        outline = self._outline
        formula = self._key_formula()
        if formula is not None:
            title = spoken_title(outline.title)
            return recap_page(f"To remember from “{title}”.", formula=formula)
        if len(outline.phrases) > 1:
            return phrases_page(outline.phrases)
        best = "" if self._is_text_alone else shorten(outline.best_sentence, _POINT_WORDS)
        if best:
            return recap_page(f"To remember: {to_narration(best)}", point=best, terms=outline.terms)
        return recap_page(f"That was “{spoken_title(outline.title)}”.", point=outline.title)

    def _key_formula(self) -> FormulaPage | None:
        candidates: list[tuple[float, int, FormulaPage]] = []
        for item in self._items:
            if isinstance(item, ShownFormula) and item.plan.rows:
                first, *others = paginate(item.plan, _RECAP_ROOM)
                if not others and first.is_legible:
                    importance = importance_of(item, self._outline.terms)
                    candidates.append((importance, -item.number, first))
        return max(candidates, key=lambda entry: entry[:2])[2] if candidates else None


def _point(sentence: str) -> Point:
    short = shorten(sentence, _POINT_WORDS)
    return Point(short, to_narration(short))


def _evenly(count: int, most: int) -> int:
    """Return how many go on a page if pages are to be alike: 4 at most 3 a page are 2 and 2."""
    pages = max(1, -(-count // most))
    return max(1, -(-count // pages))


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


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
