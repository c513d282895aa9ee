"""The rules for whole scripts, in the order they are applied."""

from collections.abc import Callable, Iterator
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.repair import call_mends, keyword_mends, name_mends, scene_mends
from arxiviz_pipeline.scenes.repair.source import Edit, Mended, Source, apply_edits, parses

Rule = Callable[[Source, ManimApi], Iterator[Edit]]

_RULES: Final[tuple[Rule, ...]] = (
    name_mends.manimgl_formulas,
    name_mends.manim_imports,
    name_mends.missing_manim_names,
    scene_mends.lost_scene_classes,
    name_mends.unused_imports,
    scene_mends.double_bases,
    scene_mends.config_dictionaries,
    scene_mends.missing_selves,
    scene_mends.lost_statements,
    scene_mends.lost_pictures,
    scene_mends.played_methods,
    scene_mends.plain_groups,
    call_mends.old_fades,
    call_mends.old_ranges,
    call_mends.renamed_keywords,
    call_mends.text_sizes,
    call_mends.code_listings,
    keyword_mends.refused_keywords,
    call_mends.empty_plays,
    call_mends.old_accesses,
    call_mends.table_labels,
    name_mends.missing_imports,
    name_mends.old_names,
    name_mends.old_methods,
    call_mends.old_positions,
    name_mends.unknown_rate_functions,
    name_mends.colour_names,
    scene_mends.camera_frame,
    scene_mends.scene_kinds,
)


def mend_script(code: str, api: ManimApi) -> Mended:
    """Apply every rule that fits; one whose outcome Python cannot read is left out."""
    changes: list[str] = []
    for rule in _RULES:
        mended = apply_edits(code, rule(Source(code), api))
        if mended.code != code and parses(mended.code):
            code = mended.code
            changes += mended.changes
    return Mended(code, tuple(dict.fromkeys(changes)))
