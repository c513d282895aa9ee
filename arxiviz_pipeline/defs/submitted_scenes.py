"""What people hand in, as Dagster sees it: an asset that no run makes.

Whoever stores a submission observes the asset with the version of what is in force then, and so
does each run before it reads them. A paper whose submissions have changed since its last run is
shown as stale.

Dagster's page: https://docs.dagster.io/guides/build/assets/external-assets
"""

from collections.abc import Sequence

import dagster as dg

from arxiviz_pipeline.defs.partitions import arxiv_papers
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import SubmittedScene
from arxiviz_pipeline.domain.submissions import submissions_version

submitted_scenes = dg.AssetSpec(
    catalog.SUBMITTED_SCENES,
    partitions_def=arxiv_papers,
    group_name="paper_videos",
    kinds={"python", "manim"},
    description="Manim programs that people wrote for sections, instead of those written here.",
)


def observation(arxiv_id: ArxivId, scenes: Sequence[SubmittedScene]) -> dg.AssetObservation:
    """Say what is in force for a paper."""
    return dg.AssetObservation(
        catalog.SUBMITTED_SCENES,
        partition=str(arxiv_id),
        metadata={"scene_count": len(scenes)},
        tags={catalog.DATA_VERSION_TAG: submissions_version(scenes)},
    )


def observe_submissions(
    instance: dg.DagsterInstance, arxiv_id: ArxivId, scenes: Sequence[SubmittedScene]
) -> None:
    """Tell the catalog what is in force for a paper now."""
    instance.report_runless_asset_event(observation(arxiv_id, scenes))
