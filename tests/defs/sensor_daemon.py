"""The daemon's part in short: ticks sensors, adds partitions, and launches runs that do nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from arxiviz_pipeline.defs import assets, backfill_request
from arxiviz_pipeline.defs.announced_runs import NEW_PAPERS
from arxiviz_pipeline.defs.jobs import paper_videos
from arxiviz_pipeline.defs.sensors import Watch, build_sensors
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.announcements import AnnounceType
from arxiviz_pipeline.domain.licences import LicencePolicy
from tests.ingest.arxiv.announced import FEED_TYPE, OAI_TYPE, feed_item, open_client
from tests.ingest.arxiv.replay_server import ReplayServer, Reply

OUTAGE = Reply(status=503)
ASSETS = [assets.papers, assets.sections, assets.scene_scripts, assets.videos]
# No run is executed here.
RESOURCES = {
    key: dg.mem_io_manager if key.endswith("_io") else dg.ResourceDefinition.none_resource()
    for each in ASSETS
    for key in each.required_resource_keys
}


@dataclass
class Tick:
    """What one tick of a sensor came to."""

    requests: list[dg.RunRequest]
    told: str
    runs: list[dg.DagsterRun]

    @property
    def papers(self) -> list[str]:
        """The partitions of the runs that Dagster launched."""
        return [run.tags[catalog.PARTITION_TAG] for run in self.runs]


@dataclass
class Daemon:
    """Ticks the sensors as Dagster's daemon does: partitions first, then a run for each new key."""

    instance: dg.DagsterInstance
    server: ReplayServer
    folder: Path
    categories: tuple[str, ...] = ("cs.CL",)
    types: tuple[AnnounceType, ...] = ("new",)
    rate: int = 20
    licence_policy: LicencePolicy = "any"
    patience_seconds: float = 40.0
    now: float = 1_785_700_000.0
    cursors: dict[str, str | None] = field(default_factory=dict)
    _loaded: dg.Definitions | None = None

    def reload(self) -> None:
        """Load the definitions anew at the next tick, as after a change of settings."""
        self._loaded = None

    def definitions(self) -> dg.Definitions:
        watch = Watch(
            open_client(self.server, self.folder),
            self.categories,
            self.types,
            self.rate,
            self.licence_policy,
            self.patience_seconds,
            clock=lambda: self.now,
        )
        return dg.Definitions(
            assets=ASSETS,
            jobs=[paper_videos, backfill_request.job],
            sensors=build_sensors(watch),
            resources=RESOURCES,
        )

    def tick(
        self, sensor: str = NEW_PAPERS, *, later_seconds: float = 1801.0, launch: bool = True
    ) -> Tick:
        """Let some time pass, and evaluate a sensor; its runs are launched unless told not to."""
        self.now += later_seconds
        definitions = self._loaded = self._loaded or self.definitions()
        context = dg.build_sensor_context(
            self.instance,
            self.cursors.get(sensor),
            definitions=definitions,
            sensor_name=sensor,
            instance_ref=self.instance.get_ref(),
        )
        found = definitions.resolve_sensor_def(sensor).evaluate_tick(context)
        self.cursors[sensor] = found.cursor
        requests = list(found.run_requests or ()) if launch else []
        for partitions in found.dynamic_partitions_requests or () if launch else ():
            self.instance.add_dynamic_partitions(
                partitions.partitions_def_name, list(partitions.partition_keys)
            )
        runs = [run for request in requests if (run := self._launch(request))]
        return Tick(list(found.run_requests or ()), found.skip_message or "", runs)

    def _launch(self, request: dg.RunRequest) -> dg.DagsterRun | None:
        assert request.run_key
        known = self.instance.get_runs(dg.RunsFilter(tags={"dagster/run_key": request.run_key}))
        if known:
            return None
        return self.instance.add_run(
            dg.DagsterRun(
                request.job_name or catalog.PAPER_VIDEOS_JOB,
                tags={**request.tags, "dagster/run_key": request.run_key},
            )
        )

    def finish(self, runs: Sequence[dg.DagsterRun], *, made: bool = True) -> None:
        """End runs, with the papers' videos made or not."""
        for run in runs:
            if made:
                partition = run.tags[catalog.PARTITION_TAG]
                self.instance.report_runless_asset_event(
                    dg.AssetMaterialization(catalog.VIDEOS, partition=partition)
                )
            # Without a log of its own, which takes SQLite longer than all the rest.
            self.instance.run_storage.handle_run_event(
                run.run_id, dg.DagsterEvent("PIPELINE_CANCELED", run.job_name)
            )

    def ask_for_days(self, **config: object) -> str:
        """Ask for a backfill as a run of the job leaves it, and return the run's id."""
        run = dg.DagsterRun(
            backfill_request.NAME,
            run_config=_asking(**config),
            tags={backfill_request.STATE_TAG: "waiting"},
            status=dg.DagsterRunStatus.SUCCESS,
        )
        return self.instance.add_run(run).run_id

    def launch_request(self, **config: object) -> dg.ExecuteInProcessResult:
        """Ask for a backfill as an operator does."""
        return backfill_request.job.execute_in_process(
            run_config=_asking(**config), instance=self.instance, raise_on_error=False
        )

    def request_tags(self, run_id: str) -> tuple[str, str]:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        tags = run.tags
        return tags[backfill_request.STATE_TAG], tags.get(backfill_request.RESULT_TAG, "")


def _asking(**config: object) -> dict[str, object]:
    asked = {"first_day": "2026-01-01", "last_day": "2026-01-31", "categories": ["cs.CL"]}
    return {"ops": {"backfill": {"config": {**asked, **config}}}}


def announce(daemon: Daemon, *feeds: bytes | Reply) -> None:
    replies = [each if isinstance(each, Reply) else Reply(each, FEED_TYPE) for each in feeds]
    daemon.server.replies["/rss/cs.CL"] = replies


def answer_list(daemon: Daemon, *pages: bytes | Reply) -> None:
    replies = [each if isinstance(each, Reply) else Reply(each, OAI_TYPE) for each in pages]
    daemon.server.replies["/oai"] = replies


def items(first: int, last: int) -> list[str]:
    return [feed_item(f"2608.{number:05}v1") for number in range(first, last + 1)]
