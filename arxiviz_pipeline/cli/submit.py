"""`arxiviz submit`: Manim programs of one's own for sections of a paper."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from arxiviz_pipeline.cli.options import JsonOption, OutputOption, QualityOption
from arxiviz_pipeline.cli.script_files import read_script
from arxiviz_pipeline.domain.errors import (
    ConfigurationError,
    ObjectNotFoundError,
    PaperBusyError,
    SubmissionError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Quality, SubmittedScene
from arxiviz_pipeline.domain.submissions import check_submission, choose_withdrawn
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.records import read_sections, read_videos

_SCENES = TypeAdapter(list[SubmittedScene])
_WRAPPED = TypeAdapter(dict[str, list[SubmittedScene]])
_WRAPPER = "visualizations"


def submit(
    paper: Annotated[
        str, typer.Argument(metavar="ID", help="A paper that has been processed before.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Manim scripts for one section; or JSON: a list of {section_id, concept, "
            "manim_code, storyboard?, scene_name?}, as the API takes it.",
        ),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(help="The section that the scripts are for; scenes in JSON name their own."),
    ] = None,
    concept: Annotated[
        str | None,
        typer.Option(help="What the scripts are about. Default: the file's name."),
    ] = None,
    withdraw: Annotated[
        bool,
        typer.Option("--withdraw", help="Take back what was handed in, for --section or for all."),
    ] = False,
    quality: QualityOption = None,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand in Manim scripts for sections of a paper, and make its videos with them.

    They take the place of what is written for these sections here, and of what was handed in for
    them before; each is checked, and mended if it fails. Exits as `arxiviz process` does.
    """
    arxiv_id = ArxivId.parse(paper)
    _refuse_contradictions(files or [], section, concept, withdraw=withdraw)
    scenes = [scene for file in files or [] for scene in _read(file, section, concept)]
    settings = Settings()
    # Dagster is a second of import, which bad input need not wait for.
    from arxiviz_pipeline.cli.process import run_papers

    _store(arxiv_id, scenes, section, settings, withdraw=withdraw)
    as_before = quality or _last_quality(arxiv_id, settings)
    run_papers([arxiv_id], settings, as_before, output, force=False, as_json=as_json)


def _last_quality(arxiv_id: ArxivId, settings: Settings) -> Quality | None:
    """Return what the paper's videos have, so that only what changed is rendered."""
    try:
        videos = read_videos(open_object_store(settings), arxiv_id)
    except ObjectNotFoundError:
        return None
    return videos[0].quality if videos else None


def _refuse_contradictions(
    files: Sequence[Path], section: str | None, concept: str | None, *, withdraw: bool
) -> None:
    if withdraw == bool(files):
        message = "Name files to hand in, or take back what there is with --withdraw."
        raise ConfigurationError(message)
    if withdraw and concept is not None:
        message = "--concept says what a script is about; there is none with --withdraw."
        raise ConfigurationError(message)
    given = {"--section": section, "--concept": concept}
    options = " and ".join(name for name, value in given.items() if value is not None)
    lists = [file for file in files if _is_list(file)]
    if options and lists:
        message = (
            f"Each scene in {str(lists[0])!r} names its own section and concept. Leave out "
            f"{options}, or hand in the scripts they are for by themselves."
        )
        raise ConfigurationError(message)


def _store(
    arxiv_id: ArxivId,
    scenes: Sequence[SubmittedScene],
    section: str | None,
    settings: Settings,
    *,
    withdraw: bool,
) -> None:
    from arxiviz_pipeline.definitions import build_submissions
    from arxiviz_pipeline.defs.active_runs import active_run
    from arxiviz_pipeline.defs.instance import open_instance
    from arxiviz_pipeline.defs.submitted_scenes import observe_submissions

    store = open_object_store(settings)
    try:
        sections = read_sections(store, arxiv_id)
    except ObjectNotFoundError as error:
        message = f"{arxiv_id} has not been processed yet. First: arxiviz process {arxiv_id}"
        raise ConfigurationError(message) from error
    if not withdraw:
        check_submission(scenes, sections)
    shelf = build_submissions(settings, store)
    with open_instance(settings.home, settings.database_url) as instance:
        if active_run(instance, arxiv_id) is not None:
            message = f"Another process is at {arxiv_id}. Nothing was changed; ask again later."
            raise PaperBusyError(message)
        if withdraw:
            choose_withdrawn(arxiv_id, shelf.read(arxiv_id), section)
        after = shelf.withdraw(arxiv_id, section) if withdraw else shelf.add(arxiv_id, scenes)
        observe_submissions(instance, arxiv_id, after)


def _read(file: Path, section: str | None, concept: str | None) -> list[SubmittedScene]:
    text = read_script(file)
    if _is_list(file):
        return _parse(text, file)
    if section is None:
        message = f"{str(file)!r} is a script: say with --section which section it is for."
        raise SubmissionError(message)
    return [SubmittedScene(section, concept or file.stem.replace("_", " "), text)]


def _is_list(file: Path) -> bool:
    return file.suffix == ".json"


def _parse(text: str, file: Path) -> list[SubmittedScene]:
    try:
        if text.lstrip().startswith("["):
            return _SCENES.validate_json(text)
        return _WRAPPED.validate_json(text)[_WRAPPER]
    except KeyError as error:
        message = f"{str(file)!r} has no {_WRAPPER!r}, and is no list of scenes."
        raise SubmissionError(message) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}"
            for problem in error.errors()
        )
        message = f"{str(file)!r} is no submission: {problems}."
        raise SubmissionError(message) from error
