"""Measures the pipeline on several of Celery's workers, with real servers around them.

    .venv/bin/python benchmarks/scale_out.py [--papers N] [--workers M] [--baseline N] [--kills N]

Starts Postgres, SeaweedFS for S3, Redis, and Dagster with its daemon; each worker has a folder of
its own, as on a machine of its own. First one worker makes the videos of a few papers, then
several those of all others. Papers are the bundled sample with two sections, each told a bit
differently; scenes are rendered in low quality, one at a time a worker. A table for people comes
first, then one line a figure, its name and its value:

    papers_per_minute            of all workers, from the first request to the last run's end
    papers_per_minute_one        of one worker
    speedup                      the one by the other; more than the cores there are is luck
    papers_failed                papers whose last run did not end well
    runs_retried                 runs that Dagster launched again, for theirs had died
    runs_doubled                 other runs of a paper that had one
    scenes                       scenes of all papers
    scenes_lost                  those whose video is not in the bucket, whole
    renders_doubled              renders of a scene that had a finished one
    renders_cut_off              renders that began and did not end, for their worker was killed
    steps_of_busiest_worker      the largest share of the steps that one worker had, of 1
    workers_killed               by --kills, one after the other, each with another in its place
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import httpx2
import psutil
import yaml

from api.dagster_client import DagsterClient
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Video
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.domain.relaunches import WILL_RETRY_TAG
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import read_videos
from tests.postgres_server import start_postgres
from tests.redis_server import start_redis
from tests.s3_server import start_s3_server
from tests.servers import HOST, free_port, start_process

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples/2601.00000"
SECTIONS = ("S1", "S6")
START_SECONDS = 60.0
STOP_SECONDS = 120.0
LOOK_SECONDS = 0.5
_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_WORKSPACE = """
load_from:
  - python_module:
      module_name: arxiviz_pipeline.definitions
      location_name: {location}
      working_directory: {root}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line."""

    papers: int
    workers: int
    baseline: int
    kills: int


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything but workers, which `Workers` starts."""

    folder: Path
    instance: dg.DagsterInstance
    store: ObjectStore
    dagster: DagsterClient


@dataclass(frozen=True, slots=True)
class Made:
    """What became of some papers."""

    papers: Sequence[ArxivId]
    runs: Sequence[dg.DagsterRun]
    seconds: float

    @property
    def per_minute(self) -> float:
        """How many papers a minute."""
        return 60 * len(self.papers) / self.seconds


@dataclass
class Workers:
    """The workers that run, the oldest first."""

    folder: Path
    running: list[psutil.Popen] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Start one, and return when it takes steps."""
        name = f"worker-{next(self._numbers)}"
        log = self.folder / f"{name}.log"
        command = [str(Path(sys.executable).with_name("arxiviz")), "worker", "--name", f"{name}@%h"]
        with log.open("wb") as output:
            process = psutil.Popen(
                command,
                env=os.environ | {"ARXIVIZ_HOME": str(self.folder / name)},
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.running.append(process)
        until = time.monotonic() + START_SECONDS
        while " ready." not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{name} does not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill the oldest with all it has started, as a machine does that loses power."""
        process = self.running.pop(0)
        with contextlib.suppress(psutil.NoSuchProcess):
            for each in (*process.children(recursive=True), process):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
        process.wait()

    def stop(self) -> None:
        """Let each finish what it has begun, and end it."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        psutil.wait_procs(self.running, timeout=STOP_SECONDS)
        while self.running:
            self.kill()


def main() -> None:
    """Make the papers' videos, and print the figures."""
    asked = read_arguments()
    with tempfile.TemporaryDirectory(prefix="arxiviz-scale-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        papers = write_papers(folder / "papers", asked.baseline + asked.papers)
        with start_installation(folder, asked.workers) as installation:
            one = make_videos(installation, papers[: asked.baseline], 1)
            others = papers[asked.baseline :]
            many = make_videos(installation, others, asked.workers, asked.kills)
            for name, value in figures(installation, one, many, asked):
                print(name, value)


def read_arguments() -> Asked:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--baseline", type=int, default=4, help="papers for one worker alone")
    parser.add_argument("--kills", type=int, default=0, help="workers to kill in the middle")
    given = parser.parse_args()
    if min(given.papers, given.workers, given.baseline) < 1:
        parser.error("at least one paper, one worker and one paper for it alone")
    return Asked(given.papers, given.workers, given.baseline, given.kills)


def write_papers(folder: Path, paper_count: int) -> list[ArxivId]:
    """Write copies of the sample with two of its sections, no two of them alike."""
    page = (SAMPLE / "page.html").read_text()
    first = page.index('<section id="S1"')
    bibliography = page.index('<section id="bib"')
    kept = "".join(_section(page, section) for section in SECTIONS)
    ids = [ArxivId.parse(f"2601.{number:05}") for number in range(1, paper_count + 1)]
    for number, arxiv_id in enumerate(ids, start=1):
        told = kept.replace("Imagine standing", f"Imagine for the {number}. time standing", 1)
        target = folder / arxiv_id.slug
        target.mkdir(parents=True)
        (target / "page.html").write_text(page[:first] + told + page[bibliography:])
        metadata = (SAMPLE / "metadata.xml").read_text().replace("2601.00000", str(arxiv_id))
        (target / "metadata.xml").write_text(metadata)
    return ids


def _section(page: str, section_id: str) -> str:
    start = page.index(f'<section id="{section_id}"')
    end = page.index("</section>", start)
    return page[start : end + len("</section>\n")]


@contextlib.contextmanager
def start_installation(folder: Path, workers: int) -> Iterator[Installation]:
    """Start the servers and Dagster; the environment of this process then names them."""
    with ExitStack() as stack:
        postgres = stack.enter_context(start_postgres())
        s3 = stack.enter_context(start_s3_server(folder / "s3"))
        redis = stack.enter_context(start_redis())
        port = free_port()
        os.environ.update(
            {
                "ARXIVIZ_HOME": str(folder / "dagster"),
                "DAGSTER_HOME": str(folder / "dagster"),
                "DATABASE_URL": postgres.url(postgres.make_database()),
                "S3_ENDPOINT": s3.endpoint,
                "S3_BUCKET": s3.make_bucket(),
                "S3_ACCESS_KEY": s3.access_key,
                "S3_SECRET_KEY": s3.secret_key,
                "ARXIVIZ_CELERY_BROKER": redis.url(),
                "ARXIVIZ_CELERY_BACKEND": redis.url(),
                "ARXIVIZ_PAPERS_DIR": str(folder / "papers"),
                "ARXIVIZ_QUALITY": "low",
                "ARXIVIZ_RENDER_CONCURRENCY": "1",
                "ARXIVIZ_LLM": "",
            }
        )
        _write_dagster_files(folder, workers)
        instance = stack.enter_context(dg.DagsterInstance.get())
        dagster = ["-m", "dagster", "dev", "-w", "workspace.yaml", "-h", HOST, "-p", str(port)]
        address = f"http://{HOST}:{port}"
        stack.enter_context(
            start_process(
                [sys.executable, *dagster],
                ready_url=f"{address}/server_info",
                log_path=folder / "dagster.log",
                folder=folder,
            )
        )
        client = DagsterClient(stack.enter_context(httpx2.Client()), f"{address}/graphql")
        store = open_object_store(StorageSettings())
        yield Installation(folder, instance, store, client)


def _write_dagster_files(folder: Path, workers: int) -> None:
    """Write what production has, with more runs at once than workers, so that none is idle."""
    (folder / "dagster").mkdir()
    config = yaml.safe_load((ROOT / "deploy/dagster.yaml").read_text())
    config["concurrency"]["runs"]["max_concurrent_runs"] = 2 * workers
    (folder / "dagster/dagster.yaml").write_text(yaml.safe_dump(config))
    workspace = _WORKSPACE.format(root=ROOT, location=catalog.CODE_LOCATION)
    (folder / "workspace.yaml").write_text(workspace)


def make_videos(
    installation: Installation, papers: Sequence[ArxivId], worker_count: int, kills: int = 0
) -> Made:
    """Have so many workers make the videos of these papers, and wait until all runs have ended."""
    workers = Workers(installation.folder)
    try:
        for _ in range(worker_count):
            workers.start()
        names = [str(paper) for paper in papers]
        installation.instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, names)
        start = time.monotonic()
        for paper in papers:
            installation.dagster.launch(paper, None, force=False)
        _follow(installation, papers, workers, kills)
        seconds = time.monotonic() - start
    finally:
        workers.stop()
        for log in installation.folder.glob("worker-*.log"):
            log.rename(log.with_name(f"{worker_count}-{log.name}"))
        for home in installation.folder.glob("worker-*"):
            shutil.rmtree(home, ignore_errors=True)
    made = Made(papers, _runs(installation, papers), seconds)
    for run in made.runs:
        if run.status != dg.DagsterRunStatus.SUCCESS:
            print(f"run {run.run_id} failed:", why_failed(installation, run), flush=True)
    print(
        f"{worker_count} workers: {len(papers)} papers in {seconds:.0f} s,",
        f"{made.per_minute:.2f} a minute",
        flush=True,
    )
    return made


def why_failed(installation: Installation, run: dg.DagsterRun) -> str:
    """Return what a run's failing step raised, or what Dagster says of the run."""
    failed = [
        event
        for entry in installation.instance.all_logs(run.run_id)
        if (event := entry.dagster_event) and (event.is_step_failure or event.is_run_failure)
    ]
    for event in failed:
        if event.is_step_failure and event.step_failure_data.error:
            return event.step_failure_data.error.to_string()
    return " ".join(str(event.message) for event in failed)


def _follow(
    installation: Installation, papers: Sequence[ArxivId], workers: Workers, kills: int
) -> None:
    told = 0
    killed = 0
    while True:
        ended = sum(map(_has_ended, _last_runs(_runs(installation, papers))))
        if ended > told:
            told = ended
            print(f"{ended} of {len(papers)} papers have ended", flush=True)
        if ended >= len(papers):
            return
        # Evenly over the papers, so that each newcomer has something to do.
        if killed < kills and ended >= (killed + 1) * len(papers) / (kills + 1):
            killed += 1
            workers.kill()
            workers.start()
            print("a worker was killed, and another started", flush=True)
        time.sleep(LOOK_SECONDS)


def _runs(installation: Installation, papers: Sequence[ArxivId]) -> list[dg.DagsterRun]:
    wanted = {str(paper) for paper in papers}
    runs = installation.instance.get_runs(dg.RunsFilter(job_name=catalog.PAPER_VIDEOS_JOB))
    return [run for run in runs if run.tags.get(catalog.PARTITION_TAG) in wanted]


@dataclass
class Told:
    """What the events of some runs tell of renders and steps."""

    begun: int = 0
    ended: int = 0
    renders: set[tuple[str, float]] = field(default_factory=set)  # a video's id, and its seconds
    steps_of: Counter[str] = field(default_factory=Counter)  # by worker

    def read(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Count the events of one run."""
        for event in (each.dagster_event for each in events):
            if event is None:
                continue
            metadata = _metadata(event)
            self.begun += catalog.SCENE_STARTED in metadata
            self.ended += catalog.SCENE_VIDEO in metadata
            if worker := metadata.get("Celery worker"):
                self.steps_of[str(worker.value)] += 1
            if video := metadata.get(catalog.SCENE_VIDEO):
                record: Any = video.value
                self.renders.add((record["id"], record["render_seconds"]))

    @property
    def doubled(self) -> int:
        """How many renders of a scene ended after another had."""
        return len(self.renders) - len({video_id for video_id, _ in self.renders})


def _metadata(event: dg.DagsterEvent) -> Mapping[str, Any]:
    if event.is_engine_event:
        return event.engine_event_data.metadata
    if event.is_asset_observation:
        return event.asset_observation_data.asset_observation.metadata
    return {}


def _last_runs(runs: Sequence[dg.DagsterRun]) -> list[dg.DagsterRun]:
    """Return the newest run of each paper, of runs that are newest first."""
    newest: dict[str, dg.DagsterRun] = {}
    for run in runs:
        newest.setdefault(run.tags[catalog.PARTITION_TAG], run)
    return list(newest.values())


def _has_ended(run: dg.DagsterRun) -> bool:
    """Tell whether a run has ended, and Dagster launches none in its place."""
    will_retry = run.tags.get(WILL_RETRY_TAG) == "true"
    return run.status in _ENDED and not will_retry


def figures(
    installation: Installation, one: Made, many: Made, asked: Asked
) -> Iterator[tuple[str, float]]:
    """Yield each figure's name and value."""
    yield "papers", len(many.papers)
    yield "workers", asked.workers
    yield "cores", os.cpu_count() or 1
    yield "papers_per_minute", round(many.per_minute, 2)
    yield "papers_per_minute_one", round(one.per_minute, 2)
    yield "speedup", round(many.per_minute / one.per_minute, 2)
    runs = [*one.runs, *many.runs]
    papers = [*one.papers, *many.papers]
    failed = [run for run in _last_runs(runs) if run.status != dg.DagsterRunStatus.SUCCESS]
    yield "papers_failed", len(failed)
    retried = sum(run.parent_run_id is not None for run in runs)
    yield "runs_retried", retried
    yield "runs_doubled", len(runs) - retried - len(papers)
    scene_count = len(papers) * len(SECTIONS)
    yield "scenes", scene_count
    whole = sum(count_whole(installation.store, paper) for paper in papers)
    yield "scenes_lost", scene_count - whole
    told = Told()
    for run in runs:
        told.read(installation.instance.all_logs(run.run_id))
    yield "renders_doubled", told.doubled
    yield "renders_cut_off", told.begun - told.ended
    of_many = Told()
    for run in many.runs:
        of_many.read(installation.instance.all_logs(run.run_id))
    busiest, all_steps = max(of_many.steps_of.values()), of_many.steps_of.total()
    yield "steps_of_busiest_worker", round(busiest / all_steps, 2)
    yield "workers_killed", asked.kills


def count_whole(store: ObjectStore, paper: ArxivId) -> int:
    """Count the videos of a paper that are in the bucket with all that belongs to them."""
    try:
        videos = read_videos(store, paper)
    except ObjectNotFoundError:
        return 0
    return sum(_is_whole(store, video) for video in videos)


def _is_whole(store: ObjectStore, video: Video) -> bool:
    if video.key is None or hashlib.sha256(store.get(video.key)).hexdigest() != video.sha256:
        return False
    others = (video.poster_key, video.captions_key, video.script_key)
    return all(key is not None and store.head(key) is not None for key in others)


if __name__ == "__main__":
    main()
