"""`arxiviz check`: whether Manim scripts would render, and what they would look like."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from arxiviz_pipeline.cli.folders import prepare_folder
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.cli.options import JsonOption
from arxiviz_pipeline.cli.script_files import (
    describe,
    describe_attempts,
    read_script,
    would_render,
    write_script,
)
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.settings import Settings

if TYPE_CHECKING:
    from arxiviz_pipeline.scenes.script_desk import ScriptDesk

_BATCH = 16  # scripts: enough that what a batch costs by itself is little, and few enough to wait


@dataclass(frozen=True, slots=True)
class _Report:
    """What was found of a file, and what became of it.

    Attributes:
        script: As it is in the file.
        mended: As far as it could be mended; None if nothing was tried.
    """

    file: Path
    script: SceneScript
    mended: SceneScript | None = None

    @property
    def renders(self) -> bool:
        """Whether the file's script gives a video, or what it was mended to."""
        if self.mended is None:
            return would_render(self.script)
        # What is taken out to mend a script may be all that it shows.
        return all(check.passed for check in self.mended.checks if check.name != "equations")


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Manim scripts.")],
    scene: Annotated[
        str | None, typer.Option(help="The scene class. Default: the only one, else the first.")
    ] = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Mend by rules what would not render, and write it.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Where mended files go. Default: beside each, as NAME.mended.py.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check scripts without rendering them: policy, formulas, a rehearsal, the layout.

    Exits with 0 if all would render, if need be once mended; with 1 if some would not, and with 2
    on bad input.
    """
    _refuse_doubles(files, output)
    codes = [read_script(file) for file in files]
    if output is not None:
        prepare_folder(output)
    settings = Settings().model_copy(update={"llm": None})  # rules alone mend here
    # Dagster comes with the definitions: a second of import that a bad path need not wait for.
    from arxiviz_pipeline.definitions import build_script_desk
    from arxiviz_pipeline.storage.open_store import open_object_store

    desk = build_script_desk(settings, open_object_store(settings))
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    reports = _check(files, codes, scene, desk, errors)
    if mend:
        reports = _mend(reports, desk, errors)
        _write(reports, output)
    if as_json:
        typer.echo(json.dumps([_record(report) for report in reports], indent=1))
    else:
        _tell(reports, output, Console(highlight=False, soft_wrap=True))
    if not all(report.renders for report in reports):
        raise typer.Exit(1)


def _refuse_doubles(files: Sequence[Path], output: Path | None) -> None:
    names = Counter(file.name if output else file for file in files)
    for name, count in names.items():
        if count > 1:
            message = f"{count} files are called {str(name)!r}."
            raise ConfigurationError(message)


def _check(
    files: Sequence[Path],
    codes: Sequence[str],
    scene: str | None,
    desk: "ScriptDesk",
    console: Console,
) -> list[_Report]:
    scripts: list[SceneScript] = []
    with _progress("Checking", len(files), console) as advance:
        for start in range(0, len(codes), _BATCH):
            batch = codes[start : start + _BATCH]
            scripts += desk.check_scripts(batch, scene)
            advance(len(batch))
    return [_Report(file, script) for file, script in zip(files, scripts, strict=True)]


def _mend(reports: Sequence[_Report], desk: "ScriptDesk", console: Console) -> list[_Report]:
    failing = [report for report in reports if not report.renders]
    mended: dict[Path, SceneScript] = {}
    with (
        _progress("Mending", len(failing), console) as advance,
        ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="mend") as pool,
    ):
        for report, script in zip(
            failing, pool.map(lambda each: desk.mend_script(each.script), failing), strict=True
        ):
            mended[report.file] = script
            advance(1)
    return [replace(report, mended=mended.get(report.file)) for report in reports]


def _write(reports: Sequence[_Report], output: Path | None) -> None:
    for report in reports:
        if report.mended is not None and report.renders:
            write_script(report.mended.manim_code, _target(report.file, output))


def _target(file: Path, output: Path | None) -> Path:
    return output / file.name if output else file.with_name(f"{file.stem}.mended{file.suffix}")


def _record(report: _Report) -> dict[str, Any]:
    record: dict[str, Any] = {
        "file": str(report.file),
        "renders": would_render(report.script),
        "scene_name": (report.mended or report.script).scene_name,
        "checks": [asdict(check) for check in report.script.checks],
        "attempts": [],
    }
    if report.mended is not None:
        record["attempts"] = [asdict(attempt) for attempt in report.mended.attempts]
        record["renders_mended"] = report.renders
        if report.renders:
            record["mended_code"] = report.mended.manim_code
    return record


def _tell(reports: Sequence[_Report], output: Path | None, console: Console) -> None:
    for report in reports:
        for line in describe(report.script, report.file):
            console.print(line)
        if report.mended is None:
            continue
        for line in describe_attempts(report.mended):
            console.print(line)
        if report.renders:
            place = str(_target(report.file, output))
            console.print(labelled("  mended, and would render:", "green", place))
        else:
            console.print(labelled("  could not be mended", "red", ""))
    if len(reports) > 1:
        good = sum(would_render(report.script) for report in reports)
        mended = sum(report.renders for report in reports) - good
        told = f"{good} of {len(reports)} would render"
        console.print(told + (f", and {mended} more once mended." if mended else "."))


@contextmanager
def _progress(what: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Show how many scripts are done, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)
