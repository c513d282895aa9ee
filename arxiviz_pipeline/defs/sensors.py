"""Two sensors that find papers by themselves: today's, and those of days that are asked for.

What they know is in their cursors, so both go on after a restart where they were. Each tick
asks arXiv for one page at most, and asks Dagster for a bounded number of runs.
Dagster's page: https://docs.dagster.io/guides/automate/sensors
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import dagster as dg

from arxiviz_pipeline.defs import backfill_request
from arxiviz_pipeline.defs.announced_runs import (
    BACKFILL_PAPERS,
    NEW_PAPERS,
    Plan,
    plan_runs,
    run_request,
)
from arxiviz_pipeline.defs.backfill_request import BackfillRequest
from arxiviz_pipeline.defs.jobs import paper_videos
from arxiviz_pipeline.defs.partitions import arxiv_papers
from arxiviz_pipeline.defs.slow_answers import PATIENCE_SECONDS, SlowAnswers
from arxiviz_pipeline.domain.announcements import AnnounceType, Wanted
from arxiviz_pipeline.domain.errors import (
    ConfigurationError,
    PaperSourceError,
    RateLimitedError,
)
from arxiviz_pipeline.domain.licences import LicencePolicy
from arxiviz_pipeline.ingest.arxiv.announcement_client import AnnouncementClient
from arxiviz_pipeline.ingest.arxiv.harvest import (
    HarvestPage,
    ListRefusedError,
    TokenExpiredError,
)
from arxiviz_pipeline.ingest.arxiv.rss import Feed
from arxiviz_pipeline.ingest.watch.backfill import BackfillCursor
from arxiviz_pipeline.ingest.watch.watch_cursor import ASK_AGAIN_SECONDS, WatchCursor

_WATCH_INTERVAL_SECONDS = 300
_BACKFILL_INTERVAL_SECONDS = 120

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Watch:
    """What the sensors go by.

    Attributes:
        categories: Those whose feed is read; without any, the sensor for new papers stays off.
        types: The announce types that get a run.
        rate: How many runs a tick may ask for, and how many may wait or run at a time.
        licence_policy: What a paper's licence must allow.
        patience_seconds: How long a tick waits for an answer; an answer that comes later is for
            the next.
        clock: Seconds since the epoch.
    """

    client: AnnouncementClient
    categories: Sequence[str]
    types: Sequence[AnnounceType]
    rate: int
    licence_policy: LicencePolicy = "any"
    patience_seconds: float = PATIENCE_SECONDS
    clock: Clock = time.time


def build_sensors(watch: Watch) -> list[dg.SensorDefinition]:
    """Return the sensors; `backfill_request.job` starts what the second works off."""
    return [_build_new_papers(watch), _build_backfill_papers(watch)]


def _build_new_papers(watch: Watch) -> dg.SensorDefinition:
    status = dg.DefaultSensorStatus
    answers = SlowAnswers[Feed](watch.patience_seconds)
    watched = f"{'+'.join(watch.categories)} {' '.join(watch.types)} {watch.licence_policy}"

    @dg.sensor(
        name=NEW_PAPERS,
        job=paper_videos,
        minimum_interval_seconds=_WATCH_INTERVAL_SECONDS,
        default_status=status.RUNNING if watch.categories else status.STOPPED,
        description="Reads arXiv's daily feed of the categories in ARXIVIZ_WATCH, and asks for a "
        "run for each paper of the types in ARXIVIZ_WATCH_TYPES, ARXIVIZ_WATCH_RATE at a time.",
    )
    def new_papers(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not watch.categories:
            return dg.SkipReason("No category is watched. Name some in ARXIVIZ_WATCH.")
        cursor = WatchCursor.read(context.cursor, watched)
        cursor, told = _look_at_feed(context, watch, cursor, answers)
        plan = plan_runs(context.instance, cursor.announcements, watch.rate)
        cursor = cursor.with_waiting(plan.waiting)
        return _result(context, plan, cursor.write(), NEW_PAPERS, told)

    return new_papers


def _look_at_feed(
    context: dg.SensorEvaluationContext,
    watch: Watch,
    cursor: WatchCursor,
    answers: SlowAnswers[Feed],
) -> tuple[WatchCursor, str]:
    """Read the feed if it is time; return what is known then, and what to tell of it."""
    now = watch.clock()
    if not cursor.may_ask(now):
        return cursor, f"The feed is asked for again at {_utc(cursor.ask_after)}."
    try:
        feed = answers.get(NEW_PAPERS, partial(watch.client.feed, watch.categories))
    except PaperSourceError as error:
        context.log.warning("the feed cannot be had now: %s", error)
        return cursor.postponed(_pause_seconds(error), now), f"The feed cannot be had now: {error}"
    except ConfigurationError as error:
        context.log.warning("the feed cannot be had: %s", error)
        return cursor.postponed(ASK_AGAIN_SECONDS, now), str(error)
    _warn(context, feed, cursor)
    if not feed.announcements:
        told = "The feed is empty, as at weekends and on holidays."
    else:
        told = f"The feed of {feed.built} has nothing new of the types {', '.join(watch.types)}."
    wanted = Wanted(tuple(watch.types), watch.licence_policy)
    return cursor.after_feed(feed, wanted, now), told


def _warn(context: dg.SensorEvaluationContext, feed: Feed, cursor: WatchCursor) -> None:
    missed = cursor.missed_days(feed)
    if missed:
        context.log.warning(
            "no feed was read from %s to %s; to have those papers too, launch the job %s",
            missed[0],
            missed[-1],
            backfill_request.NAME,
        )
    if feed.unreadable_count:
        context.log.warning("%d items of the feed cannot be read", feed.unreadable_count)
    if feed.may_be_cut:
        context.log.warning("the feed is as long as feeds may be; watch fewer categories")


def _build_backfill_papers(watch: Watch) -> dg.SensorDefinition:
    answers = SlowAnswers[HarvestPage](watch.patience_seconds)

    @dg.sensor(
        name=BACKFILL_PAPERS,
        job=paper_videos,
        minimum_interval_seconds=_BACKFILL_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Works off what the job {backfill_request.NAME} asked for: finds the papers "
        "of those days by OAI-PMH, and asks for a run for each, ARXIVIZ_WATCH_RATE at a time.",
    )
    def backfill_papers(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        request = backfill_request.oldest_open(context.instance)
        if request is None:
            reason = f"Nothing is asked for. Launch the job {backfill_request.NAME} to do so."
            return dg.SensorResult(skip_reason=reason, cursor="")
        return _work_off(context, watch, request, answers)

    return backfill_papers


def _work_off(
    context: dg.SensorEvaluationContext,
    watch: Watch,
    request: BackfillRequest,
    answers: SlowAnswers[HarvestPage],
) -> dg.SensorResult:
    instance, backfill = context.instance, request.backfill
    cursor = BackfillCursor.read(context.cursor, request.run_id)
    if cursor.category(backfill) is None and not cursor.waiting:
        # Only now is it sure that Dagster has the last runs: this cursor came with them.
        backfill_request.close(instance, request, cursor.counts)
        told = f"Done with {backfill}: {cursor.counts}."
        return dg.SensorResult(skip_reason=told, cursor="")
    told = "Papers wait for runs to end."
    if len(cursor.waiting) < watch.rate and cursor.category(backfill) is not None:
        cursor, told = _read_page(context, watch, request, cursor, answers)
    plan = plan_runs(instance, cursor.announcements, watch.rate)
    cursor = cursor.after_planning(plan.waiting, len(plan.chosen), len(plan.skipped))
    backfill_request.note(instance, request, cursor.counts)
    # The same papers may be asked for again on purpose, by another request.
    prefix = f"{request.run_id[:8]}:"
    return _result(context, plan, cursor.write(), BACKFILL_PAPERS, told, prefix)


def _read_page(
    context: dg.SensorEvaluationContext,
    watch: Watch,
    request: BackfillRequest,
    cursor: BackfillCursor,
    answers: SlowAnswers[HarvestPage],
) -> tuple[BackfillCursor, str]:
    """Read one page if it is time; return how far it is then, and what to tell of it."""
    now = watch.clock()
    category = cursor.category(request.backfill)
    if category is None or not cursor.may_ask(now):
        return cursor, f"arXiv is asked again at {_utc(cursor.ask_after)}, as it wants."
    begin = cursor.begin(request.backfill)
    try:
        asked = (category, begin, cursor.token)
        page = answers.get((request.run_id, *asked), partial(watch.client.page, *asked))
        wanted = Wanted(request.backfill.types, watch.licence_policy)
        following = cursor.after_page(page, request.backfill, wanted)
    except TokenExpiredError as error:
        return cursor.begun_again(), f"{error} It is begun again at {begin}."
    except ListRefusedError as error:
        context.log.warning("no papers of %s: %s", category, error)
        return cursor.after_refusal(category), str(error)
    except ConfigurationError as error:
        context.log.warning("the list of %s cannot be had: %s", category, error)
        return cursor.postponed(ASK_AGAIN_SECONDS, now), str(error)
    except PaperSourceError as error:
        context.log.warning("the list of %s cannot be had now: %s", category, error)
        return cursor.postponed(_pause_seconds(error), now), str(error)
    if page.unreadable_count:
        context.log.warning("%d records cannot be read", page.unreadable_count)
    return following, f"{len(page.papers)} records of {category}, changed since {begin}, were read."


def _result(
    context: dg.SensorEvaluationContext,
    plan: Plan,
    cursor: str,
    sensor: str,
    told: str,
    key_prefix: str = "",
) -> dg.SensorResult:
    for decision in plan.skipped:
        skipped = decision.announcement.arxiv_id
        context.log.info("%s is skipped: %s", skipped, decision.skipped_because)
    if not plan.chosen:
        waiting = f" {len(plan.waiting)} papers wait for other runs to end." if plan.waiting else ""
        return dg.SensorResult(skip_reason=told + waiting, cursor=cursor)
    context.log.info("%d runs are asked for, %d papers wait", len(plan.chosen), len(plan.waiting))
    keys = [str(announcement.paper) for announcement in plan.chosen]
    return dg.SensorResult(
        run_requests=[run_request(each, sensor, key_prefix) for each in plan.chosen],
        dynamic_partitions_requests=[arxiv_papers.build_add_request(keys)],
        cursor=cursor,
    )


def _utc(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M} UTC"


def _pause_seconds(error: PaperSourceError) -> float:
    """Return how long to wait; without being told, until the next tick."""
    return error.retry_after_seconds or 0.0 if isinstance(error, RateLimitedError) else 0.0
