"""What the message of a failure asks for: each mend knows some of Manim's and Python's words."""

from collections.abc import Callable, Iterator
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair import (
    argument_failures,
    name_failures,
    place_failures,
    play_failures,
)
from arxiviz_pipeline.scenes.repair.source import Edit, Source

FailureMend = Callable[[Source, Finding, ManimApi], Iterator[list[Edit]]]

FAILURE_MENDS: Final[tuple[FailureMend, ...]] = (
    name_failures.refused_module,
    name_failures.lost_import,
    argument_failures.plain_strings,
    argument_failures.unexpected_keyword,
    argument_failures.wrong_argument_count,
    name_failures.unknown_attribute,
    name_failures.unknown_name,
    play_failures.nothing_to_play,
    place_failures.flat_points,
    play_failures.groups_transformed,
    play_failures.plain_groups,
    name_failures.unknown_colour,
    place_failures.lost_index,
    play_failures.endless_loops,
)
"""In the order in which they are tried; each yields the edits of one try after the other."""
