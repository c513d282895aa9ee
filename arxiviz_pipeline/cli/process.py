"""`arxiviz process`: the whole pipeline for some papers, in this process."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arxiviz_pipeline.cli.folders import prepare_folder
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.cli.options import JsonOption, OutputOption, QualityOption
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.licences import read_licence
from arxiviz_pipeline.domain.models import Quality
from arxiviz_pipeline.settings import Settings

if TYPE_CHECKING:
    from arxiviz_pipeline.cli.paper_run import PaperOutcome


def process(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="arXiv ids, or addresses of their pages.")
    ],
    quality: QualityOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Render every scene anew, also finished ones.")
    ] = False,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the videos of these papers; what is already made is not made again.

    Exits with 0 if every section that should have a video has one, with 1 if some have not, and
    with 2 on bad input.
    """
    arxiv_ids = list(dict.fromkeys(ArxivId.parse(text) for text in ids))
    run_papers(arxiv_ids, Settings(), quality, output, force=force, as_json=as_json)


def run_papers(
    arxiv_ids: Sequence[ArxivId],
    settings: Settings,
    quality: Quality | None,
    output: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Run papers one after another, and tell what came of each.

    Raises:
        typer.Exit: With 1, if any section that should have a video has none.
    """
    # Dagster is a second of import, which bad input need not wait for.
    from arxiviz_pipeline.cli.export import export_videos
    from arxiviz_pipeline.cli.paper_run import run_paper

    if output is not None:
        prepare_folder(output)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    outcomes: list[PaperOutcome] = []
    for arxiv_id in arxiv_ids:
        try:
            outcome = run_paper(arxiv_id, settings, quality, console, force=force)
        except KeyboardInterrupt:
            console.print("Interrupted. What was rendered stays; the same command goes on from it.")
            raise
        page = None
        if output is not None and outcome.scenes:
            export = export_videos(outcome, settings, output)
            outcome, page = export.outcome, export.page
        outcomes.append(outcome)
        if not as_json:
            print_outcome(outcome, console)
        if page is not None:
            console.print(labelled("Watch:", "green", str(page)))
    if as_json:
        typer.echo(json.dumps({"papers": [asdict(outcome) for outcome in outcomes]}, indent=1))
    if not all(outcome.succeeded for outcome in outcomes):
        raise typer.Exit(1)


def print_outcome(outcome: "PaperOutcome", console: Console) -> None:
    """Tell a person what became of a paper."""
    if outcome.scenes:
        console.print(_table(outcome))
        licence = read_licence(outcome.licence).name
        console.print(f"Read from its {outcome.source_format}; licence: {licence}.", style="dim")
    for scene in outcome.scenes:
        for attempt in scene.attempts:
            console.print(labelled(f"{scene.scene_id}:", "yellow", attempt))
        for finding in scene.findings:
            console.print(labelled(f"{scene.scene_id}:", "yellow", finding))
    if outcome.error is not None:
        console.print(labelled(f"{outcome.arxiv_id} failed:", "red", outcome.error))
    elif not outcome.scenes:
        found = "no section has a display equation, or text enough, to make a video of."
        console.print(labelled(f"{outcome.arxiv_id}:", "yellow", found))


def _table(outcome: "PaperOutcome") -> Table:
    table = Table(title=Text(f"{outcome.title} ({outcome.arxiv_id})"), title_justify="left")
    table.add_column("Section")
    table.add_column("Equations", justify="right")
    table.add_column("Status")
    table.add_column("Length", justify="right")
    table.add_column("Video", overflow="fold")
    for scene in outcome.scenes:
        done = scene.status == "complete"
        table.add_row(
            Text(scene.title),
            str(scene.equation_count),
            Text(scene.status, "green" if done else "red"),
            f"{scene.duration_seconds:.0f} s" if scene.duration_seconds else "",
            Text((scene.location if done else scene.error) or ""),
        )
    return table
