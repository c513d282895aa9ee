"""`arxiviz render`: one Manim script to one video."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from arxiviz_pipeline.cli.folders import prepare_folder
from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.cli.options import JsonOption, QualityOption
from arxiviz_pipeline.domain.errors import ConfigurationError, RenderError
from arxiviz_pipeline.domain.models import RenderedScene, RenderSettings
from arxiviz_pipeline.rendering.submitted import submitted_script
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
    as_json: JsonOption = False,
) -> None:
    """Render a script with the configured renderer, poster and captions beside the video.

    Exits with 1 if the script gives no video, and with 2 on bad input.
    """
    settings = Settings()
    code = _read(script)
    if output is not None:
        prepare_folder(output.parent)
    # Dagster comes with the definitions: a second of import that a bad path need not wait for.
    from arxiviz_pipeline.definitions import build_renderer

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    how = RenderSettings(quality or settings.quality, settings.render_timeout_seconds)
    try:
        with console.status(Text(f"Rendering {script.name}")):
            rendered = build_renderer(settings).render(submitted_script(code, scene), how)
    except RenderError as error:
        _report_failure(error, code, script, console, as_json=as_json)
        raise typer.Exit(1) from error
    target = output or Path(f"{rendered.scene_name}.mp4")
    _write(rendered, target)
    if as_json:
        typer.echo(json.dumps({"video": str(target), **_facts(rendered)}, indent=1))
    else:
        facts = (
            f"{rendered.scene_name}, {rendered.duration_seconds:.1f} s, "
            f"{rendered.width}x{rendered.height}, rendered in {rendered.render_seconds:.1f} s"
        )
        console.print(labelled(f"{target}:", "green", facts))


def _read(script: Path) -> str:
    try:
        return script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The script {str(script)!r} cannot be read: {error}."
        raise ConfigurationError(message) from error


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
    error: RenderError, code: str, script: Path, console: Console, *, as_json: bool
) -> None:
    lines = code.splitlines()
    excerpt = lines[error.line - 1] if error.line and error.line <= len(lines) else None
    if as_json:
        found = {"kind": error.kind, "message": error.message, "line": error.line}
        typer.echo(json.dumps({"error": found | {"excerpt": excerpt}}, indent=1))
        return
    place = f"{script}:{error.line}" if error.line else str(script)
    console.print(labelled(error.kind, "red", place))
    console.print(error.message, markup=False)
    if excerpt is not None:
        console.print(f"  {excerpt.strip()}", style="dim", markup=False)
