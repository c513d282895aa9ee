"""The graph of a function that a section defines, with as much said of it as there is time for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, FormulaPlan, paginate
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.template.concepts.curve_study import CurveStudy
from arxiviz_pipeline.scenes.template.concepts.curves import (
    Curve,
    Window,
)
from arxiviz_pipeline.scenes.template.concepts.plot_pages import (
    FORMULA_ROOM,
    DrawnCurve,
    Plot,
    PlotWords,
    numbers,
    plot_page,
    range_of,
)
from arxiviz_pipeline.scenes.template.features import Material, Stage
from arxiviz_pipeline.scenes.text.expressions import names_in
from arxiviz_pipeline.scenes.text.functions import (
    FunctionDefinition,
)
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration

_SLACK_SECONDS = 0.6
_TELLINGS: Final = ((20, 3, 28), (16, 2, 22), (12, 1, 16), (12, 2, 0), (12, 1, 0), (9, 0, 0))
"""How many words lead to it, how many features are told, and how many words explain symbols."""
_SHORTEST_EXPLANATION: Final = 4  # words


@dataclass(frozen=True)
class PlottedFunction:
    """A function that the text defines."""

    material: Material
    tex: str
    definition: FunctionDefinition
    variable: str
    fixed: Mapping[str, float]
    varied: tuple[str, tuple[float, ...]] | None
    is_example: bool
    scale_names: frozenset[str]
    domain: Window | None
    introduction: str
    explanation: str
    place: int
    tells: frozenset[int]
    weight: float
    window: Window
    _cache: dict[str, FormulaPlan] = field(default_factory=dict, compare=False, repr=False)

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "plot"

    @cached_property
    def _plan(self) -> FormulaPlan:
        return plan_formulas([self.tex], self.material.typesetter)[0]

    @cached_property
    def curves(self) -> tuple[DrawnCurve, ...]:
        """The curves with their labels."""
        body = self.definition.body
        if self.varied is None:
            return (DrawnCurve(Curve(body, self.variable, self.fixed)),)
        name, values = self.varied
        return tuple(
            DrawnCurve(
                Curve(body, self.variable, {**self.fixed, name: value}),
                f"${name}$ = {numbers([value])}",
            )
            for value in values
        )

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw it with as many of its features as there is time for."""
        formula = self._formula()
        if formula is None:
            return ()
        study = CurveStudy(self.curves[0].curve, self.window, is_unbounded=self._lives_beyond)
        features = study.features if self.has_one_curve and not self.scale_names else [
            each for each in study.features if self.has_one_curve and each.kind != "limit"
            or (each.kind == "limit" and self.has_one_curve and each.y == 0)
        ]  # fmt: skip
        for most_words, count, most_explained in _TELLINGS:
            plot = Plot(
                formula=formula,
                curves=self.curves,
                window=self.window,
                variable=f"${self.variable}$",
                value=self._value(),
                features=tuple(features[:count]),
                has_scale=not self.scale_names,
                given=self._given(),
            )
            page = plot_page(
                stage.name, plot, self._words(most_words, most_explained), fraction=stage.fraction
            )
            if page is not None and page.seconds <= stage.seconds + _SLACK_SECONDS:
                return (page,)
        return ()

    @property
    def _lives_beyond(self) -> bool:
        """Whether the function lives beyond what is drawn of it."""
        return self.domain is None or not all(map(math.isfinite, self.domain))

    @property
    def has_one_curve(self) -> bool:
        """Whether nothing is varied, so that features are the function's own."""
        return self.varied is None

    def _formula(self) -> FormulaPage | None:
        if not self._plan.rows:
            return None
        pages = paginate(self._plan, FORMULA_ROOM - 0.3)
        return pages[0] if len(pages) == 1 and pages[0].is_legible else None

    def _value(self) -> str:
        """Write what the values are called: the name, with its argument if it has one."""
        argument = self.definition.argument
        is_applied = argument is not None and "(" not in self.definition.name
        return (
            f"${self.definition.name}({argument})$" if is_applied else f"${self.definition.name}$"
        )

    def _words(self, most_words: int, most_explained: int) -> PlotWords:
        name = to_narration(f"${self.definition.name}$")
        introduction = to_narration(shorten(self.introduction, most_words))
        variable = to_narration(f"${self.variable}$")
        window = to_narration(range_of(self.window))
        said = f"Its graph, for {variable} from {window}"
        if self.varied is not None:
            varied, values = self.varied
            told = f"{to_narration(f'${varied}$')} = {to_narration(numbers(values))}"
            said += f", with {told}{' as examples' if self.is_example else ''}"
        if self.scale_names:
            *first, last = [to_narration(f"${each}$") for each in sorted(self.scale_names)]
            factors = f"{', '.join(first)} and {last} only set" if first else f"{last} only sets"
            said += f"; {factors} the scale"
        explanation = shorten(self.explanation, most_explained) if most_explained else ""
        return PlotWords(
            introduction or f"{name} as a function of {variable}.",
            f"{said}.",
            explanation if len(to_narration(explanation).split()) >= _SHORTEST_EXPLANATION else "",
        )

    def _given(self) -> str:
        fixed = [
            f"${name}$ = {numbers([value])}"
            for name, value in sorted(self.fixed.items())
            if name not in self.scale_names and name in names_in(self.definition.body)
        ]
        told = f"with {', '.join(fixed)}" if fixed else ""
        if self.varied is not None and self.is_example:
            return f"example values{f', {told}' if told else ''}"
        return told
