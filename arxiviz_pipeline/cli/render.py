"""`arxiviz render`: one Manim script to one video."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from arxiviz_pipeline.cli.asset_files import read_assets
from arxiviz_pipeline.cli.folders import prepare_folder
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.cli.options import JsonOption, QualityOption
from arxiviz_pipeline.cli.progress_display import describe_progress
from arxiviz_pipeline.cli.script_files import read_script, would_render, write_script
from arxiviz_pipeline.domain.advice import excerpt_around, remedy_for
from arxiviz_pipeline.domain.errors import ConfigurationError, RenderError
from arxiviz_pipeline.domain.models import (
    Attempt,
    RenderedScene,
    SceneScript,
    SubmittedScene,
)
from arxiviz_pipeline.domain.repairs import describe_attempt
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.domain.submissions import submitted_script
from arxiviz_pipeline.rendering.child_answers import clean_message
from arxiviz_pipeline.settings import Settings


def render(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT.py", help="A Manim script.")],
    scene: Annotated[
        str | None,
        typer.Option(help="The scene class to render. Default: the only one, else the first."),
    ] = None,
    quality: QualityOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT.mp4", help="Default: SCENE.mp4 in this folder."
        ),
    ] = None,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Check the script first, and mend by rules what would fail."),
    ] = False,
    asset: Annotated[
        list[Path] | None,
        typer.Option(
            "--asset",
            metavar="FILE",
            help="A file the script uses, such as a picture, or a folder of them. It sees no other "
            "files of this machine. May be repeated.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Render a script with the configured renderer, poster and captions beside the video.

    What could not be shown as the script asks for, such as a font, is told.
    If it had to be mended, the mended script is beside the video, too, or where the video would
    be if it gives none.
    Exits with 1 if the script gives no video, and with 2 on bad input.
    """
    settings = Settings()
    code, is_named = read_script(script), scene is not None
    if mend and asset:
        message = "--mend checks scripts without files of their own: leave it out, or --asset."
        raise ConfigurationError(message)
    assets = read_assets(asset or ())
    if output is not None:
        prepare_folder(output.parent)
    # Dagster comes with the definitions: a second of import that a bad path need not wait for.
    from arxiviz_pipeline.definitions import build_renderer

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    how = replace(settings.render_settings(quality), assets=assets)
    attempts: tuple[Attempt, ...] = ()
    if mend:
        with console.status(Text(f"Checking {script.name}")):
            mended = _mended(code, scene, settings)
        code, scene, attempts = mended.manim_code, mended.scene_name, mended.attempts
        for attempt in attempts:
            console.print(labelled(f"{script}:", "yellow", describe_attempt(attempt)))
    try:
        with console.status(Text(f"Rendering {script.name}")) as status:
            chosen = choose_scene(code, scene)
            submitted = submitted_script(SubmittedScene("", "", code), chosen)
            rendered = build_renderer(settings).render(
                submitted,
                how,
                on_progress=lambda far: status.update(
                    Text(f"Rendering {script.name} {describe_progress(far)}")
                ),
            )
    except RenderError as error:
        failed = script
        if attempts:  # the error's line is one of this text
            failed = _mended_file(output or Path(script.name))
            write_script(code, failed)
        _report_failure(error, code, failed, attempts, console, as_json=as_json)
        raise typer.Exit(1) from error
    target = output or Path(f"{rendered.scene_name}.mp4")
    _write(rendered, target)
    if attempts:
        write_script(code, _mended_file(target))
    if as_json:
        told = {"attempts": [asdict(attempt) for attempt in attempts]} if mend else {}
        typer.echo(json.dumps({"video": str(target), **_facts(rendered), **told}, indent=1))
    else:
        facts = (
            f"{rendered.scene_name}, {rendered.duration_seconds:.1f} s, "
            f"{rendered.width}x{rendered.height}, rendered in {rendered.render_seconds:.1f} s"
        )
        console.print(labelled(f"{target}:", "green", facts))
        if rendered.other_scenes and not is_named:
            others = ", ".join(rendered.other_scenes)
            notice = f"Not rendered: {others}. Name one of them with --scene."
            console.print(labelled(f"{script}:", "yellow", notice))
        for notice in rendered.notices:
            console.print(labelled(f"{script}:", "yellow", notice))


def _mended(code: str, scene: str | None, settings: Settings) -> SceneScript:
    from arxiviz_pipeline.definitions import build_script_desk
    from arxiviz_pipeline.storage.open_store import open_object_store

    by_rules = settings.model_copy(update={"llm": None})
    desk = build_script_desk(by_rules, open_object_store(settings))
    script = desk.check_script(code, scene)
    return script if would_render(script) else desk.mend_script(script)


def _mended_file(target: Path) -> Path:
    return target.with_suffix(".mended.py")


def _write(rendered: RenderedScene, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(rendered.mp4)
        target.with_suffix(".jpg").write_bytes(rendered.poster)
        target.with_suffix(".vtt").write_text(rendered.captions, encoding="utf-8")
    except OSError as error:
        message = f"The video cannot be written to {str(target)!r}: {error.strerror}."
        raise ConfigurationError(message) from error


def _facts(rendered: RenderedScene) -> dict[str, object]:
    binary = ("mp4", "poster", "captions")
    return {name: value for name, value in asdict(rendered).items() if name not in binary}


def _report_failure(
    error: RenderError,
    code: str,
    script: Path,
    attempts: Sequence[Attempt],
    console: Console,
    *,
    as_json: bool,
) -> None:
    excerpt = excerpt_around(code, error.line)
    remedy = remedy_for(error.kind, error.message)
    if as_json:
        found = {"kind": error.kind, "message": error.message, "line": error.line}
        found |= {"excerpt": excerpt, "remedy": remedy, "script": str(script)}
        told = {"attempts": [asdict(attempt) for attempt in attempts]} if attempts else {}
        typer.echo(json.dumps({"error": found, **told}, indent=1))
        return
    place = f"{script}:{error.line}" if error.line else str(script)
    console.print(labelled(error.kind, "red", place))
    console.print(error.message, markup=False)
    if excerpt:
        console.print(clean_message(excerpt), style="dim", markup=False)
    console.print(remedy, markup=False)
