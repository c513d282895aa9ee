"""`arxiviz parse`: what is read from a paper, without making anything."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from arxiviz_pipeline.cli.fetching import tell_document, tell_retries
from arxiviz_pipeline.cli.options import JsonOption
from arxiviz_pipeline.domain.errors import ConfigurationError, InvalidArxivIdError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.parsing import DocumentFormat, parse_document, parse_file
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.open_store import open_object_store


def parse(
    what: Annotated[
        str, typer.Argument(metavar="FILE|ID", help="A file of a paper, or an arXiv id.")
    ],
    source_format: Annotated[
        DocumentFormat | None,
        typer.Option("--format", help="What the file is. Default: told from the file itself."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the title, the authors and the sections with their equations."""
    parsed = _parsed(what, source_format)
    if as_json:
        typer.echo(json.dumps(asdict(parsed), indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(parsed.title, style="bold", markup=False)
    console.print(", ".join(parsed.authors), style="dim", markup=False)
    for section in parsed.sections:
        indent = "  " * section.level
        count = len(section.equations)
        equations = f" ({count} equation{'s' if count > 1 else ''})" if count else ""
        role = "" if section.role == "body" else f" [{section.role}]"
        console.print(f"{indent}{section.title}{equations}{role}", markup=False)


def _parsed(what: str, source_format: DocumentFormat | None) -> ParsedPaper:
    if os.path.lexists(what):
        return parse_file(Path(what), source_format)
    try:
        arxiv_id = ArxivId.parse(what)
    except InvalidArxivIdError as error:
        message = f"{what!r} is neither a file nor an arXiv id. {error}"
        raise InvalidArxivIdError(message) from error
    if source_format is not None:
        message = "--format goes with a file; for an id, arXiv decides what there is."
        raise ConfigurationError(message)
    # Dagster comes with the definitions, and is a second of import that a file does not need.
    from arxiviz_pipeline.definitions import build_paper_source

    settings = Settings()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    tell_retries(str(arxiv_id), console)
    with console.status(f"Fetching {arxiv_id}"):
        document = build_paper_source(settings, open_object_store(settings)).fetch(arxiv_id)
    tell_document(str(arxiv_id), document, console)
    paper = document.paper
    parsed = parse_document(document)
    return ParsedPaper(paper.title, paper.authors, paper.abstract, parsed.sections)
