"""Algorithms and procedures: numbered steps that appear one by one, with arrows for loops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.algorithm_pages import PicturedAlgorithm, algorithm_pages
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.text.algorithms import AlgorithmBlock, AlgorithmStep
from arxiviz_pipeline.scenes.text.procedures import find_procedures
from arxiviz_pipeline.scenes.text.sentences import to_narration

_Source = Literal["printed", "announced", "list", "sentences"]

_WEIGHTS: Final[dict[_Source, float]] = {
    "printed": 0.85,
    "announced": 0.65,
    "list": 0.5,
    "sentences": 0.6,
}
_NAMELESS: Final = "Step by step"
_NAMELESS_PRINTED: Final = "The algorithm"


@dataclass(frozen=True, slots=True)
class AlgorithmFeature:
    """Steps in their order."""

    algorithm: PicturedAlgorithm
    place: int
    tells: frozenset[int]
    weight: float
    concept_type: ConceptType = "algorithm"

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw the steps that there is time for; empty if hardly any would be told."""
        return algorithm_pages(
            stage.name, self.algorithm, seconds=stage.seconds, fraction=stage.fraction
        )


def find(material: Material) -> Sequence[Feature]:
    """Find the section's algorithms and procedures, the surest first."""
    found = [*_printed(material), *_told(material)]
    return sorted(found, key=lambda feature: (-feature.weight, feature.place))


def _printed(material: Material) -> Iterator[AlgorithmFeature]:
    for place, block in enumerate(material.blocks):
        if isinstance(block, AlgorithmBlock):
            name = block.name if to_narration(block.name) else _NAMELESS_PRINTED
            picture = PicturedAlgorithm(name, block.inputs, block.outputs, block.steps)
            yield AlgorithmFeature(picture, place, frozenset([place]), _WEIGHTS["printed"])


def _told(material: Material) -> Iterator[AlgorithmFeature]:
    for procedure in find_procedures(material.blocks, material.section.title):
        name = procedure.heading if to_narration(procedure.heading) else _NAMELESS
        steps = tuple(AlgorithmStep(step) for step in procedure.steps)
        weight = _WEIGHTS[procedure.source]
        yield AlgorithmFeature(
            PicturedAlgorithm(name, "", "", steps), procedure.place, procedure.tells, weight
        )
