"""What the message of a failure asks for: each mend knows some of Manim's and Python's words."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair import (
    argument_failures,
    formula_strings,
    name_failures,
    place_failures,
    play_failures,
)
from arxiviz_pipeline.scenes.repair.source import Edit, Source

FailureMend = Callable[[Source, Finding], Iterator[list[Edit]]]
"""Yields the edits of one try after the other."""


def failure_mends(api: ManimApi) -> tuple[FailureMend, ...]:
    """Return the mends in the order in which they are tried."""
    return (
        name_failures.refused_module,
        name_failures.lost_import,
        argument_failures.plain_strings,
        partial(argument_failures.unexpected_keyword, api=api),
        argument_failures.wrong_argument_count,
        partial(name_failures.unknown_attribute, api=api),
        formula_strings.unknown_fields,
        partial(name_failures.unknown_name, api=api),
        play_failures.nothing_to_play,
        place_failures.flat_points,
        place_failures.numbers_for_places,
        play_failures.groups_transformed,
        play_failures.plain_groups,
        partial(name_failures.unknown_colour, api=api),
        place_failures.lost_index,
        play_failures.endless_loops,
    )


LAST_RESORTS: Final[tuple[FailureMend, ...]] = (place_failures.lost_parts,)
"""Tried where nothing can be taken out: what they make is seen, and hardly what was meant."""
