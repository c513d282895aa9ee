"""What must be true of the assets, checked in every run and whenever an operator asks.

Dagster's page: https://docs.dagster.io/guides/test/asset-checks
"""

import warnings
from collections.abc import Callable, Mapping

import dagster as dg

from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.defs.partitions import arxiv_papers
from arxiviz_pipeline.domain.equations import find_uncompilable
from arxiviz_pipeline.domain.models import SceneScript, Section, Video
from arxiviz_pipeline.domain.ports import ObjectStore, Typesetter
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.rendering.media import play_check
from arxiviz_pipeline.scenes.gates.script_checks import check_policy

_MOST_NAMED = 20
_Check = Callable[..., dg.AssetCheckResult]


def _paper_check(
    asset: str, also: str | None = None
) -> Callable[[_Check], dg.AssetChecksDefinition]:
    """Check one paper's partition of an asset, with its partition of another beside it."""

    def decorate(check: _Check) -> dg.AssetChecksDefinition:
        with warnings.catch_warnings():
            # A preview in Dagster 1.13. Without it, a check would load every paper's partition.
            warnings.filterwarnings("ignore", "Specifying a partitions_def", dg.PreviewWarning)
            return dg.asset_check(
                asset=asset,
                additional_ins=None if also is None else {also: dg.AssetIn(also)},
                partitions_def=arxiv_papers,
            )(check)

    return decorate


@_paper_check("sections")
def sections_found(sections: list[Section]) -> dg.AssetCheckResult:
    """The paper has sections, and at least one of them is worth a video."""
    worthy = sections_worth_a_video(sections)
    return dg.AssetCheckResult(
        passed=bool(worthy),
        description=f"{len(sections)} sections, {len(worthy)} of them worth a video",
    )


@_paper_check("sections")
def equations_compile(
    sections: list[Section], typesetter: dg.ResourceParam[Typesetter]
) -> dg.AssetCheckResult:
    """Every display equation compiles in the renderer's LaTeX; those that don't are named."""
    count = sum(len(section.equations) for section in sections)
    with explained():
        found = find_uncompilable(sections, typesetter)
    return _result(
        [
            f"{each.section_id}, equation {each.index + 1}: {each.error}: {each.tex}"
            for each in found
        ],
        f"all {count} equations compile",
        dg.AssetCheckSeverity.WARN,
        {"equation_count": count},
    )


@_paper_check("scene_scripts")
def scripts_name_a_scene(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Each script parses, and has the scene class it names."""
    return _result(
        [
            f"{script.id}: {finding.message}"
            for script in scene_scripts
            for finding in check_policy(script).findings
        ],
        f"all {len(scene_scripts)} scripts parse and name a scene",
    )


@_paper_check("scene_scripts")
def formulas_compile(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Every formula compiles and is shown as set; those shown otherwise are named."""
    findings = [
        f"{script.id}: {finding.message}"
        for script in scene_scripts
        for check in script.checks
        for finding in check.findings
    ]
    return _result(findings, "every formula is shown", dg.AssetCheckSeverity.WARN)


@_paper_check("videos")
def all_scenes_rendered(videos: list[Video]) -> dg.AssetCheckResult:
    """Every scene has a video; those that have none are named with the reason."""
    findings = [
        f"{video.scene_id}: {video.error.kind}: {video.error.message}"
        for video in videos
        if video.error is not None
    ]
    return _result(findings, f"all {len(videos)} scenes have their video")


@_paper_check("videos", also="scene_scripts")
def videos_play(
    videos: list[Video],
    scene_scripts: list[SceneScript],
    object_store: dg.ResourceParam[ObjectStore],
) -> dg.AssetCheckResult:
    """Every stored video decodes, has frames, and lasts as long as its storyboard."""
    scripts = {script.id: script for script in scene_scripts}
    complete = [video for video in videos if video.key is not None]
    findings = [
        f"{video.scene_id}: {finding}"
        for video in complete
        if (finding := play_check(object_store.get(video.key or ""), scripts[video.scene_id]))
    ]
    return _result(findings, f"all {len(complete)} videos play")


def _result(
    findings: list[str],
    otherwise: str,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    metadata: Mapping[str, int] | None = None,
) -> dg.AssetCheckResult:
    shown = "\n".join(findings[:_MOST_NAMED])
    return dg.AssetCheckResult(
        passed=not findings,
        severity=severity,
        description=shown or otherwise,
        metadata={"finding_count": len(findings), **(metadata or {})},
    )


asset_checks = [
    sections_found,
    equations_compile,
    scripts_name_a_scene,
    formulas_compile,
    all_scenes_rendered,
    videos_play,
]
