"""`arxiviz watch`: what arXiv announces, and the videos of what is wanted of it.

The sensors do the same in the background. This is for looking first, and for those who run no
Dagster daemon: a line in a crontab does. So it makes the videos here, as `arxiviz process` does:
partitions that nobody works at would be of no use to anyone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arxiviz_pipeline.cli.fetching import tell_retries
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.cli.options import JsonOption, QualityOption
from arxiviz_pipeline.domain.announcements import (
    Announcement,
    AnnounceType,
    Decision,
    Wanted,
    parse_announce_types,
    parse_categories,
)
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.licences import read_licence
from arxiviz_pipeline.domain.models import Quality
from arxiviz_pipeline.ingest.arxiv.announcement_client import AnnouncementClient
from arxiviz_pipeline.ingest.watch.backfill import Backfill, list_papers
from arxiviz_pipeline.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

_ATTEMPTS = 3  # nobody comes back by himself, as a sensor does


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is wanted, of which days and categories; no days mean today's feed."""

    categories: tuple[str, ...]
    wanted: Wanted
    backfill: Backfill | None
    limit: int


def watch(
    category: Annotated[
        list[str] | None,
        typer.Option(help="A category, as cs.CL; may be repeated. Default: ARXIVIZ_WATCH."),
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE,...",
            help="Of new, cross, replace, replace-cross. Default: ARXIVIZ_WATCH_TYPES, else new.",
        ),
    ] = None,
    first_day: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help="Not today's announcements, but the papers whose first version was submitted "
            "from this day on, as 2026-01-31.",
        ),
    ] = None,
    last_day: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last such day. Default: today."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="At most so many papers. Default: ARXIVIZ_WATCH_RATE, else 20."),
    ] = None,
    quality: QualityOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be made, and what not and why.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make the videos of papers that arXiv announces; of those that have them, nothing.

    Exits as `arxiviz process` does.
    """
    settings = Settings()
    chosen = _read_options(settings, category, types, first_day, last_day, limit)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    # Dagster is a second of import, which bad input need not wait for.
    from arxiviz_pipeline.defs.instance import open_instance

    client = AnnouncementClient.open(
        settings, settings.home / "arxiv", settings.contact, attempts=_ATTEMPTS
    )
    tell_retries("arXiv:", console)
    with console.status("Asking arXiv"):
        announcements = _announced(client, chosen)
        with open_instance(settings.home, settings.database_url) as instance:
            decisions = _decide(instance, announcements, chosen)
    if dry_run:
        if as_json:
            _echo({"announced": [_record(decision) for decision in decisions]})
        else:
            _show(decisions, Console(highlight=False))
        return
    _make(decisions, settings, quality, console, as_json=as_json)


def _read_options(
    settings: Settings,
    category: list[str] | None,
    types: str | None,
    first_day: str | None,
    last_day: str | None,
    limit: int | None,
) -> _Chosen:
    named = chain.from_iterable(text.split(",") for text in category or ())
    categories = parse_categories(named) or settings.watch
    if not categories:
        message = "No category is named. Give --category cs.CL, or set ARXIVIZ_WATCH."
        raise ConfigurationError(message)
    if last_day is not None and first_day is None:
        message = "--until needs --from: the first of the days."
        raise ConfigurationError(message)
    wanted = settings.watch_types if types is None else parse_announce_types(types.split(","))
    backfill = None
    if first_day is not None:
        until = last_day or datetime.now(UTC).date().isoformat()
        backfill = Backfill.parse(first_day, until, categories)
        wanted = _first_announcements(wanted, named=types is not None)
    return _Chosen(
        categories,
        Wanted(wanted, settings.licence_policy),
        backfill,
        limit or settings.watch_rate,
    )


def _first_announcements(types: Iterable[AnnounceType], *, named: bool) -> tuple[AnnounceType, ...]:
    """Keep the types that papers of past days can have; those named in vain are refused."""
    kept: tuple[AnnounceType, ...] = tuple(each for each in types if each in ("new", "cross"))
    refused = [each for each in types if each not in kept]
    if named and refused:
        message = (
            f"Type {refused[0]} is told by today's feed alone; with --from there are new and "
            "cross. Give --types new."
        )
        raise ConfigurationError(message)
    return kept or ("new",)


def _announced(client: AnnouncementClient, chosen: _Chosen) -> Iterable[Announcement]:
    if chosen.backfill is None:
        return client.feed(chosen.categories).announcements
    return list_papers(client.page, chosen.backfill)


def _decide(
    instance: "dg.DagsterInstance", announcements: Iterable[Announcement], chosen: _Chosen
) -> list[Decision]:
    """Decide on each paper; what lies beyond the limit of a long list is not even asked for."""
    from arxiviz_pipeline.defs.announced_runs import decide

    decisions: list[Decision] = []
    seen: set[str] = set()
    made_count = 0
    for announcement in announcements:
        reason = chosen.wanted.why_not(announcement)
        if announcement.key in seen and reason is None:
            continue
        if reason is None and made_count >= chosen.limit:
            reason = f"beyond the limit of {chosen.limit}"
        decision = Decision(announcement, reason) if reason else decide(instance, announcement)
        if decision.skipped_because is None:
            made_count += 1
        if reason is None:
            seen.add(announcement.key)
        decisions.append(decision)
        if chosen.backfill is not None and made_count >= chosen.limit:
            break
    return decisions


def _make(
    decisions: Sequence[Decision],
    settings: Settings,
    quality: Quality | None,
    console: Console,
    *,
    as_json: bool,
) -> None:
    from arxiviz_pipeline.cli.paper_run import run_paper
    from arxiviz_pipeline.cli.process import print_outcome

    outcomes = []
    for decision in decisions:
        if decision.skipped_because is not None:
            continue
        paper = decision.announcement.paper
        outcome = run_paper(paper, settings, quality, console, force=False)
        outcomes.append(outcome)
        if not as_json:
            print_outcome(outcome, console)
    if as_json:
        announced = [_record(decision) for decision in decisions]
        _echo({"announced": announced, "papers": [asdict(outcome) for outcome in outcomes]})
    elif not outcomes:
        console.print("Nothing to make. --dry-run shows what is announced, and why it is skipped.")
    if not all(outcome.succeeded for outcome in outcomes):
        raise typer.Exit(1)


def _record(decision: Decision) -> dict[str, object]:
    announcement = decision.announcement
    return {
        "arxiv_id": str(announcement.arxiv_id),
        "type": announcement.announce_type,
        "title": announcement.title,
        "categories": list(announcement.categories),
        "licence": announcement.licence,
        "skipped_because": decision.skipped_because,
    }


def _echo(document: dict[str, object]) -> None:
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False))


def _show(decisions: Sequence[Decision], console: Console) -> None:
    """Show a table of what would be made or is skipped, and a line a reason for the rest."""
    made = [each for each in decisions if each.skipped_because is None]
    papers = "1 paper" if len(made) == 1 else f"{len(made)} papers"
    table = Table(title=f"{papers} would be made", title_justify="left", show_header=bool(made))
    for name in ("Paper", "Type", "Title", "Licence"):
        table.add_column(name, overflow="fold")
    for decision in made:
        announcement = decision.announcement
        table.add_row(
            Text(str(announcement.arxiv_id)),
            announcement.announce_type,
            Text(announcement.title),
            Text(read_licence(announcement.licence).name),
        )
    console.print(table)
    reasons = Counter(each.skipped_because for each in decisions if each.skipped_because)
    for reason, count in reasons.most_common():
        papers = [
            str(each.announcement.arxiv_id) for each in decisions if each.skipped_because == reason
        ]
        shown = ", ".join(papers[:5]) + (", …" if len(papers) > 5 else "")
        console.print(labelled(f"{count} skipped:", "yellow", f"{reason} ({shown})"))
