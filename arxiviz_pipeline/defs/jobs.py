"""The one job: a paper's videos, from nothing; and what its runs print.

Dagster's page: https://docs.dagster.io/guides/build/jobs
"""

from collections.abc import Mapping

import dagster as dg

from arxiviz_pipeline.domain import catalog

paper_videos = dg.define_asset_job(
    catalog.PAPER_VIDEOS_JOB,
    selection=dg.AssetSelection.assets(*catalog.ASSETS),
    description="Fetches a paper, splits it, writes a scene for each section, renders them all.",
)


@dg.configured(
    dg.colored_console_logger,
    # Dagster's default, DEBUG, prints a dozen lines a step.
    config_schema={"log_level": dg.Field(str, default_value="INFO")},
)
def console_logger(config: Mapping[str, str]) -> Mapping[str, str]:
    """Print what happens, not how."""
    return config
