"""All finders of features."""

from typing import Final

from arxiviz_pipeline.scenes.template.concepts import (
    algorithm,
    comparison,
    data_flow,
    definition,
    derivation,
    matrix_operation,
    plot,
)
from arxiviz_pipeline.scenes.template.features import Finder

FINDERS: Final[tuple[Finder, ...]] = (
    algorithm.find,
    comparison.find,
    data_flow.find,
    definition.find,
    derivation.find,
    matrix_operation.find,
    plot.find,
)
