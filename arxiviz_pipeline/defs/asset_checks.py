"""What must be true of the assets, checked in every run and whenever an operator asks.

Dagster's page: https://docs.dagster.io/guides/test/asset-checks
"""

import warnings
from collections.abc import Callable, Mapping, Sequence

import dagster as dg

from arxiviz_pipeline.defs.failures import explained
from arxiviz_pipeline.defs.partitions import arxiv_papers
from arxiviz_pipeline.domain.advice import describe_failure
from arxiviz_pipeline.domain.equations import find_uncompilable
from arxiviz_pipeline.domain.models import Finding, GateName, SceneScript, Section, Video
from arxiviz_pipeline.domain.ports import ObjectStore, Typesetter
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.rendering.media import play_check

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
def scripts_obey_policy(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Each script parses, has the scene it names, and uses nothing but what a scene may use."""
    return _gate_result(scene_scripts, "policy")


@_paper_check("scene_scripts")
def formulas_compile(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Every formula that a script spells out compiles in the renderer's LaTeX."""
    return _gate_result(scene_scripts, "formulas")


@_paper_check("scene_scripts")
def scripts_rehearse(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Each script ran to its end, without drawing."""
    return _gate_result(scene_scripts, "rehearsal")


@_paper_check("scene_scripts")
def layouts_hold(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """What each script shows is on the frame, apart, large enough and there long enough."""
    return _gate_result(scene_scripts, "layout")


@_paper_check("scene_scripts")
def equations_shown(scene_scripts: list[SceneScript]) -> dg.AssetCheckResult:
    """Every display equation is shown in its section's scene; those that are not are named."""
    return _gate_result(scene_scripts, "equations", dg.AssetCheckSeverity.WARN)


def _gate_result(
    scripts: Sequence[SceneScript],
    gate: GateName,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Sum up what a gate found in the scripts; at severity WARN, mere warnings count too."""
    checks = [
        (script, check) for script in scripts for check in script.checks if check.name == gate
    ]
    findings = [(script, finding) for script, check in checks for finding in check.findings]
    errors = [each for each in findings if each[1].severity == "error"]
    failed = [check for _, check in checks if not check.passed]
    named = [f"{script.id}: {_told(finding)}" for script, finding in [*errors, *findings]]
    named = list(dict.fromkeys(named)) or [check.message for check in failed]
    strict = severity == dg.AssetCheckSeverity.WARN
    unchecked = len(scripts) - len(checks)
    return dg.AssetCheckResult(
        passed=not (findings if strict else failed) and not (scripts and not checks),
        severity=severity if checks else dg.AssetCheckSeverity.WARN,
        description=_named(named) or f"{len(checks)} scripts were looked at, {unchecked} were not",
        metadata={
            "finding_count": len(findings),
            "error_count": len(errors),
            "warning_count": len(findings) - len(errors),
            "script_count": len(scripts),
            "unchecked_count": unchecked,
            "findings": dg.MetadataValue.json(named[:_MOST_NAMED]),
        },
    )


def _told(finding: Finding) -> str:
    place = f", line {finding.line}" if finding.line else ""
    time = "" if finding.at_seconds is None else f", at {finding.at_seconds:.1f} s"
    return f"{finding.kind}{place}{time}: {finding.message}"


@_paper_check("videos")
def all_scenes_rendered(videos: list[Video]) -> dg.AssetCheckResult:
    """Every scene has a video, if need be of a repaired script; those without are named."""
    findings = [
        f"{video.scene_id}: {describe_failure(video.error)}"
        for video in videos
        if video.error is not None
    ]
    repaired = [video.scene_id for video in videos if video.repaired_script is not None]
    told = f", {len(repaired)} of them by a repair: {', '.join(repaired)}" if repaired else ""
    return _result(
        findings,
        f"all {len(videos)} scenes have their video{told}",
        metadata={"repaired_count": len(repaired)},
    )


@_paper_check("videos", also="scene_scripts")
def videos_play(
    videos: list[Video],
    scene_scripts: list[SceneScript],
    object_store: dg.ResourceParam[ObjectStore],
) -> dg.AssetCheckResult:
    """Every stored video decodes and has frames; a template's lasts as long as its storyboard."""
    scripts = {script.id: script for script in scene_scripts}
    complete = [video for video in videos if video.key is not None]
    findings = []
    for video in complete:
        script = video.repaired_script or scripts[video.scene_id]
        finding = play_check(object_store.get(video.key or ""), script)
        if finding is not None:
            findings.append(f"{video.scene_id}: {finding}")
    return _result(findings, f"all {len(complete)} videos play")


def _result(
    findings: list[str],
    otherwise: str,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    metadata: Mapping[str, int] | None = None,
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not findings,
        severity=severity,
        description=_named(findings) or otherwise,
        metadata={"finding_count": len(findings), **(metadata or {})},
    )


def _named(findings: Sequence[str]) -> str:
    return "\n".join(findings[:_MOST_NAMED])


asset_checks = [
    sections_found,
    equations_compile,
    scripts_obey_policy,
    formulas_compile,
    scripts_rehearse,
    layouts_hold,
    equations_shown,
    all_scenes_rendered,
    videos_play,
]
