"""One partition per paper, added as papers are asked for.

Dagster's page: https://docs.dagster.io/guides/build/partitions-and-backfills
"""

import dagster as dg

from arxiviz_pipeline.domain.catalog import ARXIV_PAPERS

arxiv_papers = dg.DynamicPartitionsDefinition(name=ARXIV_PAPERS)
"""Partition keys are arXiv ids in canonical form: `1706.03762`, `math/0309136v1`."""
