"""`arxiviz doctor`: what is installed and reachable, what is missing, and what mends it."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version

import httpx2
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arxiviz_pipeline.cli.options import JsonOption
from arxiviz_pipeline.domain.errors import ArxivizError
from arxiviz_pipeline.rendering.tex.installed import (
    COMMON_FILES,
    CORE_FILES,
    find_latex_files,
    tell_latex_files,
)
from arxiviz_pipeline.rendering.tex.programs import HOW_TO_INSTALL_LATEX
from arxiviz_pipeline.sandbox.layers import LAYER_GIVES, LAYER_REMEDIES
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.database import check_database
from arxiviz_pipeline.storage.open_store import open_object_store, open_s3_client

_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; what is not required may be missing."""

    name: str
    works: bool
    required: bool
    message: str


def doctor(as_json: JsonOption = False) -> None:
    """Look at everything arxiviz needs; exits with 1 if something required does not work."""
    settings = Settings()
    findings = [
        Finding("python", True, True, f"Python {sys.version.split()[0]}"),
        _look("renderer", lambda: _renderer(settings)),
        *_rehearsals(settings),
        *_sandbox(settings),
        *_latex(),
        _look("fonts", _fonts, required=False),
        _look("storage", lambda: _storage(settings)),
        *_bucket(settings),
        *_database(settings),
        *_workers(settings),
        _look("dagster", lambda: _dagster(settings)),
        _look("papers", lambda: _papers(settings)),
        _look("llm", lambda: _llm(settings), required=False),
        _look("arxiv", lambda: _reachable(str(settings.arxiv_url) + "robots.txt"), required=False),
    ]
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=1))
    else:
        Console(highlight=False).print(_table(findings))
    if any(finding.required and not finding.works for finding in findings):
        raise typer.Exit(1)


def _look(name: str, what: Callable[[], str], *, required: bool = True) -> Finding:
    try:
        return Finding(name, True, required, what())
    except (ArxivizError, OSError) as error:
        return Finding(name, False, required, str(error))


def _renderer(settings: Settings) -> str:
    from arxiviz_pipeline.definitions import build_renderer

    renderer = build_renderer(settings)
    renderer.check()
    at_once = min(renderer.max_concurrency, settings.render_concurrency)
    return f"{renderer.version}, {at_once} renders of a paper at once"


def _rehearsals(settings: Settings) -> list[Finding]:
    """Look at Manim here, where it plays scripts that another machine draws."""
    if settings.renderer == "local":
        return []

    def rehearse() -> str:
        from arxiviz_pipeline.definitions import build_renderer

        here = build_renderer(settings.model_copy(update={"renderer": "local"}))
        here.check()
        return f"{here.version} tries scripts here, before they are rendered elsewhere"

    return [_look("rehearsals", rehearse)]


def _fonts() -> str:
    from arxiviz_pipeline.rendering.fonts.writing_systems import describe_fonts

    return describe_fonts()


def _sandbox(settings: Settings) -> list[Finding]:
    from arxiviz_pipeline.definitions import scene_processes

    required = settings.sandbox == "required"
    try:
        states = scene_processes(settings.sandbox, settings.home).layers()
    except ArxivizError as error:
        return [Finding("sandbox", False, required, str(error))]
    return [
        Finding(
            f"sandbox: {state.layer}",
            state.works,
            required,
            LAYER_GIVES[state.layer]
            if state.works
            else f"{state.refusal}. {LAYER_REMEDIES[state.layer]}",
        )
        for state in states
    ]


def _latex() -> list[Finding]:
    core, common = find_latex_files(CORE_FILES), find_latex_files(COMMON_FILES)
    every = "All that formulas need is there."
    need = f"missing: {', '.join(core.missing)}. {HOW_TO_INSTALL_LATEX}"
    return [
        Finding("latex", not core.missing, True, need if core.missing else every),
        Finding("latex packages", not common.missing, False, tell_latex_files(common)),
    ]


def _storage(settings: Settings) -> str:
    open_object_store(settings).check()
    if settings.s3_bucket is not None:
        return f"S3 bucket {settings.s3_bucket}"
    return f"folder {settings.home / 'objects'}"


def _bucket(settings: Settings) -> list[Finding]:
    if settings.s3_bucket is None:
        return []
    from arxiviz_pipeline.storage.bucket import examine_bucket
    from arxiviz_pipeline.storage.s3_store import S3Store

    try:
        client = open_s3_client(settings)
        store = open_object_store(settings, client)
    except ArxivizError as error:
        return [Finding("bucket: objects", False, True, str(error))]
    assert isinstance(store, S3Store)  # noqa: S101 - a bucket is named
    found = examine_bucket(client, settings.s3_bucket, store, str(settings.public_url).rstrip("/"))
    return [
        Finding(f"bucket: {each.name}", each.works, each.required, each.message) for each in found
    ]


def _database(settings: Settings) -> list[Finding]:
    url = settings.database_url
    if url is None:
        return []
    return [_look("database", lambda: check_database(url.get_secret_value()))]


def _workers(settings: Settings) -> list[Finding]:
    if settings.celery_urls is None:
        return []
    return [_look("workers", lambda: _present(settings))]


def _present(settings: Settings) -> str:
    from arxiviz_pipeline.cli.worker import make_worker_app

    app = make_worker_app(settings)
    try:
        names = sorted(app.control.inspect(timeout=_TIMEOUT_SECONDS / 2).ping() or {})
    except Exception as error:
        message = f"The broker of ARXIVIZ_CELERY_BROKER cannot be reached: {error}"
        raise ArxivizError(message) from error
    if not names:
        message = "No worker answers at the broker; start one: arxiviz worker"
        raise ArxivizError(message)
    return f"{', '.join(names)} take steps of runs"


def _dagster(settings: Settings) -> str:
    from arxiviz_pipeline.defs.instance import open_instance

    open_instance(settings.home, settings.database_url).dispose()
    return f"Dagster {version('dagster')}, catalog in {os.environ['DAGSTER_HOME']}"


def _papers(settings: Settings) -> str:
    folder = settings.papers_dir
    if folder is None:
        return "papers come from arXiv; ARXIVIZ_PAPERS_DIR names a folder of saved ones"
    if not folder.is_dir():
        message = f"ARXIVIZ_PAPERS_DIR names {str(folder)!r}, which is not a folder."
        raise ArxivizError(message)
    count = sum(1 for path in folder.iterdir() if path.is_dir())
    return f"{count} saved papers in {folder}, then arXiv"


def _llm(settings: Settings) -> str:
    if settings.llm is None:
        return "templates write the scripts; ARXIVIZ_LLM names an LLM that is to write them first"
    from arxiviz_pipeline.scenes.llm.open_writer import open_llm_writer

    open_llm_writer(settings.llm, settings, open_object_store(settings))
    return f"{settings.llm} writes the scripts, and what it needs is set; it was not asked"


def _reachable(url: str) -> str:
    try:
        answer = httpx2.get(url, timeout=_TIMEOUT_SECONDS, follow_redirects=True)
    except httpx2.HTTPError as error:
        message = f"{url} cannot be reached ({error}). Without it, only saved papers can be made."
        raise ArxivizError(message) from error
    return f"{url} answers with {answer.status_code}"


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, show_header=False)
    for finding in findings:
        mark = "[green]ok[/green]" if finding.works else "[red]missing[/red]"
        if not finding.works and not finding.required:
            mark = "[yellow]absent[/yellow]"
        table.add_row(mark, finding.name, Text(finding.message))
    return table
