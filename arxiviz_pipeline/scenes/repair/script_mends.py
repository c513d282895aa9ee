"""The rules for whole scripts, in the order they are applied."""

from collections.abc import Callable, Iterator
from functools import partial

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair import (
    call_meanings,
    call_mends,
    formula_strings,
    keyword_mends,
    name_mends,
    scene_mends,
)
from arxiviz_pipeline.scenes.repair.faults import despite_faults
from arxiviz_pipeline.scenes.repair.source import Edit, Mended, Source, apply_edits, parses

Rule = Callable[[Source], Iterator[Edit]]


def _rules(api: ManimApi) -> tuple[Rule, ...]:
    return (
        name_mends.manimgl_formulas,
        partial(name_mends.manim_imports, api=api),
        partial(name_mends.missing_manim_names, api=api),
        partial(scene_mends.lost_scene_classes, api=api),
        name_mends.unused_imports,
        partial(scene_mends.double_bases, api=api),
        scene_mends.config_dictionaries,
        scene_mends.missing_selves,
        scene_mends.lost_statements,
        scene_mends.lost_pictures,
        partial(scene_mends.played_methods, api=api),
        scene_mends.plain_groups,
        partial(call_mends.old_fades, api=api),
        call_mends.old_ranges,
        call_meanings.unanswered_questions,
        call_meanings.moves_by_numbers,
        call_meanings.axis_labels,
        call_meanings.bent_edges,
        call_meanings.filled_shapes,
        call_meanings.bar_ranges,
        call_meanings.formula_colours,
        formula_strings.raw_formulas,
        call_mends.renamed_keywords,
        call_mends.text_sizes,
        call_mends.code_listings,
        partial(keyword_mends.refused_keywords, api=api),
        call_mends.empty_plays,
        call_mends.old_accesses,
        call_mends.table_labels,
        partial(name_mends.missing_imports, api=api),
        partial(name_mends.old_names, api=api),
        partial(name_mends.old_methods, api=api),
        partial(call_mends.old_positions, api=api),
        partial(name_mends.unknown_rate_functions, api=api),
        partial(name_mends.colour_names, api=api),
        scene_mends.camera_frame,
        scene_mends.scene_kinds,
    )


def mend_script(code: str, api: ManimApi) -> Mended:
    """Apply every rule that fits; one whose outcome Python cannot read is left out."""
    changes: list[str] = []
    for rule in _rules(api):
        mended = apply_edits(code, despite_faults(rule(Source(code))))
        if mended.code != code and parses(mended.code):
            code = mended.code
            changes += mended.changes
    return Mended(code, tuple(dict.fromkeys(changes)))
