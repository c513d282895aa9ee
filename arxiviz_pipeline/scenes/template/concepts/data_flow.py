"""Pipelines and architectures: boxes with what the text says goes from one to the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.template.flow_pages import flow_pages
from arxiviz_pipeline.scenes.text.captions import CaptionBlock
from arxiviz_pipeline.scenes.text.flows import Flow, find_flows

_CUE: Final = re.compile(
    r"\b(?:architectures?|overview|pipelines?|block diagram|workflow|frameworks?|schematic|"
    r"systems?|flow ?chart|model|network|encoder|decoder)\b",
    re.IGNORECASE,
)
_FLOW_WEIGHT: Final = 0.55
_PART_WEIGHT: Final = 0.45
_EDGE_BONUS: Final = 0.05
_MOST_BONUS_EDGES: Final = 4
_CUE_BONUS: Final = 0.12


@dataclass(frozen=True, slots=True)
class FlowFeature:
    """Components that the text connects."""

    flow: Flow
    weight: float
    concept_type: ConceptType = "data_flow"

    @property
    def place(self) -> int:
        """Where it is told first."""
        return self.flow.places[0]

    @property
    def tells(self) -> frozenset[int]:
        """The blocks that hold nothing else."""
        return self.flow.tells

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw the boxes and arrows; empty if they do not fit on the frame or into the time."""
        pages = flow_pages(stage.name, self.flow, fraction=stage.fraction)
        return pages if sum(page.seconds for page in pages) <= stage.seconds else []


def find(material: Material) -> Sequence[Feature]:
    """Find the section's flows, the most telling first."""
    captions = [block.text for block in material.blocks if isinstance(block, CaptionBlock)]
    has_cue = any(_CUE.search(text) for text in (material.section.title, *captions))
    features = [
        FlowFeature(flow, _weight(flow, has_cue=has_cue)) for flow in find_flows(material.blocks)
    ]
    return sorted(features, key=lambda feature: (-feature.weight, feature.place))


def _weight(flow: Flow, *, has_cue: bool) -> float:
    base = _FLOW_WEIGHT if flow.relation == "flow" else _PART_WEIGHT
    bonus = _EDGE_BONUS * min(_MOST_BONUS_EDGES, len(flow.edges) - 2)
    return round(base + bonus + (_CUE_BONUS if has_cue else 0.0), 3)
