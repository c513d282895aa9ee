"""Plans a scene: as much of a section as can be told within a minute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from arxiviz_pipeline.domain.models import Check, ConceptType, Paper, Section
from arxiviz_pipeline.domain.ports import Typesetter
from arxiviz_pipeline.scenes.drawing.shots import Page, on_grid
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.template.equation_report import report_plan
from arxiviz_pipeline.scenes.template.features import Feature, Finder, Stage
from arxiviz_pipeline.scenes.template.formula_telling import importance_of
from arxiviz_pipeline.scenes.template.outline import Outline, Selection, ShownFormula
from arxiviz_pipeline.scenes.template.telling import Manner, Teller
from arxiviz_pipeline.scenes.text.display_symbols import names_by_display
from arxiviz_pipeline.scenes.text.key_sentences import is_told

SHORTEST_SECONDS: Final = 15.0
LONGEST_SECONDS: Final = 60.0
_FORMULA_WEIGHT = 0.5
_HEAVY_WEIGHT = 0.7  # worth telling all else more briefly


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told.

    Attributes:
        feature_seconds: How long the weightiest feature may take, and the next ones; there is no
            room for more of them.
    """

    sentence_count: int
    list_count: int
    feature_seconds: tuple[float, ...]
    manner: Manner


_DETAILS: Final = (
    Detail(6, 2, (34, 20, 16), Manner(context_words=26, item_count=6)),
    Detail(5, 1, (24, 18), Manner(context_words=24, item_count=6)),
    Detail(4, 1, (22, 16), Manner(context_words=22, item_count=5)),
    Detail(3, 1, (22, 14), Manner(context_words=20, item_count=4)),
    Detail(2, 1, (20,), Manner(context_words=17, item_count=3)),
    Detail(1, 0, (18,), Manner(context_words=14)),
    Detail(1, 0, (18,), Manner(context_words=11)),
    Detail(1, 0, (16,), Manner(context_words=9, formulas_a_page=2)),
    Detail(1, 0, (16,), Manner(context_words=9, formulas_a_page=3)),
    Detail(0, 0, (14,), Manner(context_words=7, formulas_a_page=3)),
    Detail(0, 0, (12,), Manner(context_words=0, formulas_a_page=4)),
    Detail(0, 0, (12,), Manner(context_words=0, formulas_a_page=8)),
    Detail(0, 0, (), Manner(context_words=0, formulas_a_page=8)),
)
"""From the fullest to the briefest."""
_FEATURE_SECONDS: Final = tuple(
    dict.fromkeys(detail.feature_seconds for detail in _DETAILS if detail.feature_seconds)
)


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A scene's pages in order, what it is about, and what is told of the equations."""

    pages: tuple[Page, ...]
    concept_type: ConceptType
    check: Check


def plan_storyboard(
    paper: Paper, section: Section, typesetter: Typesetter, finders: Iterable[Finder]
) -> Storyboard:
    """Plan the scene of one section in as much detail as a minute allows.

    Every formula is told, by a feature or alone, unless even the briefest scene were too long:
    then the least important ones are left out, and named.
    """
    outline = Outline(paper, section, typesetter)
    planner = _Planner(outline, _planned_formulas(outline, typesetter), finders)
    return planner.plan()


def _planned_formulas(outline: Outline, typesetter: Typesetter) -> list[ShownFormula]:
    displays = outline.displays
    names = names_by_display(outline.blocks)
    plans = plan_formulas([block.tex for _, block in displays], typesetter, names)
    return [
        ShownFormula(block, plan, number, place)
        for number, ((place, block), plan) in enumerate(zip(displays, plans, strict=True), start=1)
    ]


@dataclass(frozen=True, slots=True)
class _Telling:
    """One way to tell a section."""

    pages: list[Page]
    selection: Selection

    @property
    def seconds(self) -> float:
        return sum(page.seconds for page in self.pages)

    @property
    def heavy_features(self) -> frozenset[int]:
        return _heavy_features(self.selection.features)


def _heavy_features(features: Iterable[Feature]) -> frozenset[int]:
    """Return the `id()` of those that say more than a plain formula would."""
    return frozenset(id(feature) for feature in features if feature.weight >= _HEAVY_WEIGHT)


class _Planner:
    def __init__(
        self, outline: Outline, formulas: Sequence[ShownFormula], finders: Iterable[Finder]
    ) -> None:
        self._outline = outline
        self._formulas = formulas
        self._features = outline.find_features(finders)
        self._told: dict[int, _Telling] = {}
        self._drafts: dict[tuple[int, float], tuple[str, ...]] = {}

    def plan(self) -> Storyboard:
        """Find the fullest detail that takes no more than a minute."""
        briefest, fullest = len(_DETAILS) - 1, 0
        while fullest < briefest:
            level = (fullest + briefest) // 2 if self._told else 0
            if self._at(level).seconds <= LONGEST_SECONDS:
                briefest = level
            else:
                fullest = level + 1
        telling = self._at(fullest)
        if telling.seconds > LONGEST_SECONDS:
            return self._storyboard(self._without_least_important(telling))
        telling = self._with_heavy_features(telling, fullest)
        if telling.seconds < SHORTEST_SECONDS:
            telling = self._longer(telling)
        return self._storyboard(telling)

    def _with_heavy_features(self, telling: _Telling, fullest: int) -> _Telling:
        """Tell more briefly where a heavy feature would else be lost to lesser things."""
        heavy = telling.heavy_features
        if _heavy_features([feature for feature, _ in self._fitting(_DETAILS[0])]) <= heavy:
            return telling
        for detail in _DETAILS[fullest:]:
            for seconds in _FEATURE_SECONDS:
                roomy = replace(detail, feature_seconds=seconds)
                features = [feature for feature, _ in self._fitting(roomy)]
                if not heavy < _heavy_features(features):
                    continue
                found = self._tell(roomy)
                if SHORTEST_SECONDS <= found.seconds <= LONGEST_SECONDS:
                    return found
        return telling

    def _at(self, level: int) -> _Telling:
        if level not in self._told:
            self._told[level] = self._tell(_DETAILS[level])
        return self._told[level]

    def _tell(
        self,
        detail: Detail,
        *,
        left_out: frozenset[int] = frozenset(),
        with_abstract: bool = False,
    ) -> _Telling:
        """Tell the section in this detail, plainly where a feature turns out not to fit."""
        drafts = self._fitting(detail)
        features = tuple(feature for feature, _ in drafts)
        selection = Selection(
            features=features,
            formulas=self._alone(features) - left_out,
            sentence_count=detail.sentence_count,
            list_count=detail.list_count,
            said=tuple(narration for _, narrations in drafts for narration in narrations),
        )
        teller = Teller(
            self._outline,
            self._formulas,
            selection,
            detail.manner,
            dict(zip(map(id, features), detail.feature_seconds, strict=False)),
            with_abstract=with_abstract,
        )
        return _Telling(teller.pages(), selection)

    def _fitting(self, detail: Detail) -> list[tuple[Feature, tuple[str, ...]]]:
        """Choose the weightiest features that fit and tell nothing twice, with what they say."""
        chosen: list[tuple[Feature, tuple[str, ...]]] = []
        for feature in self._features:
            if len(chosen) == len(detail.feature_seconds):
                break
            is_new = all(feature.tells.isdisjoint(other.tells) for other, _ in chosen)
            said = self._draft(feature, detail.feature_seconds[len(chosen)]) if is_new else ()
            known = [narration for _, narrations in chosen for narration in narrations]
            # A table tells more than is said of it, a sentence does not.
            if said and (feature.tells or not is_told(" ".join(said), known)):
                chosen.append((feature, said))
        return chosen

    def _draft(self, feature: Feature, seconds: float) -> tuple[str, ...]:
        """Return what a feature says within this time, nothing if it does not fit."""
        key = (id(feature), seconds)
        if key not in self._drafts:
            stage = Stage("draft", 0.5, seconds, self._outline.terms)
            shots = [shot for page in feature.pages(stage) for shot in page.shots]
            self._drafts[key] = tuple(shot.narration for shot in shots)
        return self._drafts[key]

    def _alone(self, features: Sequence[Feature]) -> frozenset[int]:
        told = frozenset[int]().union(*(feature.tells for feature in features))
        return frozenset(item.number for item in self._formulas if item.place not in told)

    def _without_least_important(self, telling: _Telling) -> _Telling:
        by_importance = sorted(
            (item for item in self._formulas if item.number in telling.selection.formulas),
            key=lambda item: (importance_of(item, self._outline.terms), -item.number),
        )
        numbers = [item.number for item in by_importance]
        fewest, most = 1, len(numbers)
        while fewest < most:
            count = (fewest + most) // 2
            found = self._tell(_DETAILS[-1], left_out=frozenset(numbers[:count]))
            if found.seconds <= LONGEST_SECONDS:
                most = count
            else:
                fewest = count + 1
        return self._tell(_DETAILS[-1], left_out=frozenset(numbers[:most]))

    def _longer(self, telling: _Telling) -> _Telling:
        """Tell more where a section is short: what the paper it stands in is about."""
        longer = self._tell(_DETAILS[0], with_abstract=True)
        if longer.seconds <= LONGEST_SECONDS:
            telling = longer
        missing = on_grid(max(0.0, SHORTEST_SECONDS - telling.seconds) / len(telling.pages))
        for page in telling.pages if missing else ():
            page.shots[-1].linger(missing)  # there is nothing left to tell
        return telling

    def _storyboard(self, telling: _Telling) -> Storyboard:
        selection = telling.selection
        told = frozenset[int]().union(*(feature.tells for feature in selection.features))
        return Storyboard(
            tuple(telling.pages),
            self._concept_type(selection),
            report_plan(self._formulas, selection.formulas, told, LONGEST_SECONDS),
        )

    def _concept_type(self, selection: Selection) -> ConceptType:
        """Name the scene after its weightiest feature, or after what else there is to see."""
        heaviest = max(selection.features, key=lambda each: each.weight, default=None)
        has_formulas = any(
            item.plan.rows for item in self._formulas if item.number in selection.formulas
        )
        if heaviest and (heaviest.weight >= _FORMULA_WEIGHT or not has_formulas):
            return heaviest.concept_type
        return "equation_walkthrough" if has_formulas else "key_points"
