"""Runs for announced papers: which of them need one, and how many at a time.

Dagster's page: https://docs.dagster.io/guides/automate/sensors/run-requests-in-sensors
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import dagster as dg

from arxiviz_pipeline.defs.active_runs import ACTIVE, active_run
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.announcements import Announcement, Decision
from arxiviz_pipeline.domain.identifiers import ArxivId

NEW_PAPERS: Final = "new_papers"
BACKFILL_PAPERS: Final = "backfill_papers"
REQUESTED_BY_TAG: Final = "arxiviz/requested_by"
"""On runs that a sensor asked for: its name."""
ANNOUNCED_TAG: Final = "arxiviz/announced"
"""On such runs: the announce type, in arXiv's words."""
VERSION_TAG: Final = "arxiviz/announced_version"
"""On such runs: the paper in the version that was announced."""

_PRIORITY_TAG = "dagster/priority"  # Dagster's own
_AFTER_PEOPLE = "-1"  # what somebody waits for goes first
_MOST_LOOKED_AT = 200  # papers a tick: each is two or three exact reads of the catalog
_HINDRANCES: dict[Literal["made", "under way"], str] = {
    "made": "has its videos",
    "under way": "a run is at it",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of papers that wait.

    Attributes:
        chosen: Those that get a run now.
        skipped: Those that need none.
        waiting: Those that wait on, in the same order.
    """

    chosen: tuple[Announcement, ...]
    skipped: tuple[Decision, ...]
    waiting: tuple[Announcement, ...]


def plan_runs(instance: dg.DagsterInstance, waiting: Sequence[Announcement], rate: int) -> Plan:
    """Choose what gets a run: at most `rate` papers, and as many runs of sensors at a time."""
    room = rate - _active_count(instance)
    chosen: list[Announcement] = []
    skipped: list[Decision] = []
    remaining: list[Announcement] = []
    for number, announcement in enumerate(waiting):
        if len(chosen) >= room or number >= _MOST_LOOKED_AT:
            remaining.extend(waiting[number:])
            break
        hindrance = _hindrance(instance, announcement)
        if hindrance is None:
            chosen.append(announcement)
        elif hindrance == "under way" and announcement.is_replacement:
            remaining.append(announcement)  # that run may have read the version before
        else:
            skipped.append(Decision(announcement, _HINDRANCES[hindrance]))
    return Plan(tuple(chosen), tuple(skipped), tuple(remaining))


def decide(instance: dg.DagsterInstance, announcement: Announcement) -> Decision:
    """Tell whether a paper needs a run now."""
    hindrance = _hindrance(instance, announcement)
    return Decision(announcement, None if hindrance is None else _HINDRANCES[hindrance])


def run_request(announcement: Announcement, sensor: str, key_prefix: str = "") -> dg.RunRequest:
    """Ask for a paper's videos; under the same key Dagster makes no second run."""
    return dg.RunRequest(
        run_key=key_prefix + announcement.key,
        partition_key=str(announcement.paper),
        tags={
            REQUESTED_BY_TAG: sensor,
            ANNOUNCED_TAG: announcement.announce_type,
            VERSION_TAG: str(announcement.arxiv_id),
            _PRIORITY_TAG: _AFTER_PEOPLE,
        },
    )


def _active_count(instance: dg.DagsterInstance) -> int:
    tags = {REQUESTED_BY_TAG: [NEW_PAPERS, BACKFILL_PAPERS]}
    return instance.get_runs_count(dg.RunsFilter(tags=tags, statuses=list(ACTIVE)))


def _hindrance(
    instance: dg.DagsterInstance, announcement: Announcement
) -> Literal["made", "under way"] | None:
    paper = announcement.paper
    if not instance.has_dynamic_partition(catalog.ARXIV_PAPERS, str(paper)):
        return None
    if active_run(instance, paper) is not None:
        return "under way"
    if announcement.is_replacement:
        return None
    return "made" if _has_videos(instance, paper) else None


def _has_videos(instance: dg.DagsterInstance, paper: ArxivId) -> bool:
    filters = dg.AssetRecordsFilter(dg.AssetKey(catalog.VIDEOS), asset_partitions=[str(paper)])
    return bool(instance.fetch_materializations(filters, limit=1).records)
