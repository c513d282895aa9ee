"""Copies a paper's videos to a folder for people: named by title, with a page to watch them on."""

import base64
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment

from arxiviz_pipeline.cli.paper_run import PaperOutcome, SceneOutcome
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.licences import read_licence
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage.open_store import open_object_store

_LONGEST_NAME = 60
_EXPORTED = re.compile(r"\d\d+-.*\.(mp4|jpg|vtt)")
# Captions are inlined: browsers don't load a track from a file beside a local page.
_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
  body { background: #0b1020; color: #e8ecf4; font: 18px/1.5 system-ui, sans-serif; margin: 0 }
  main { max-width: 60rem; margin: auto; padding: 2rem 1rem }
  video { width: 100%; border-radius: .5rem; background: #000 }
  h2 { margin: 2.5rem 0 .5rem }
  a { color: #56b4e9 }
</style>
<main>
<h1>{{ title }}</h1>
<p>arXiv <a href="https://arxiv.org/abs/{{ arxiv_id }}">{{ arxiv_id }}</a>
{%- if licence_url %}, licence <a href="{{ licence_url }}">{{ licence }}</a>{% endif %}</p>
{% for scene in scenes %}
<h2>{{ scene.title }}</h2>
<video controls preload="none" poster="{{ scene.name }}.jpg" src="{{ scene.name }}.mp4">
<track default kind="captions" srclang="en" label="English"
  src="data:text/vtt;base64,{{ scene.captions }}">
</video>
{% endfor %}
</main>
</html>
"""
)


@dataclass(frozen=True, slots=True)
class Export:
    """What was copied: a page to watch on, and the outcome with its files' new places."""

    page: Path
    outcome: PaperOutcome


def export_videos(outcome: PaperOutcome, settings: Settings, folder: Path) -> Export:
    """Write `<folder>/<paper>/01-title.mp4`, `.jpg` and `.vtt` for each video.

    What an earlier export left under other names is removed.

    Raises:
        ConfigurationError: If the folder cannot be written.
    """
    target = folder / ArxivId.parse(outcome.arxiv_id).slug
    try:
        return _export(outcome, open_object_store(settings), target)
    except OSError as error:
        message = f"Videos cannot be written to {str(target)!r}: {error.strerror}."
        raise ConfigurationError(message) from error


def _export(outcome: PaperOutcome, store: ObjectStore, target: Path) -> Export:
    target.mkdir(parents=True, exist_ok=True)
    written = {target / "index.html"}
    scenes: list[SceneOutcome] = []
    shown: list[dict[str, str]] = []
    for number, scene in enumerate(outcome.scenes, start=1):
        if scene.status != "complete":
            scenes.append(scene)
            continue
        name = f"{number:02}-{_file_name(scene.title) or scene.scene_id}"
        written.update(_copy(scene.video_id, store, target / name))
        scenes.append(replace(scene, location=str(target / f"{name}.mp4")))
        captions = base64.b64encode((target / f"{name}.vtt").read_bytes()).decode("ascii")
        shown.append({"title": scene.title, "name": name, "captions": captions})
    page = target / "index.html"
    page.write_text(
        _PAGE.render(
            title=outcome.title,
            arxiv_id=outcome.arxiv_id,
            licence=read_licence(outcome.licence).name,
            licence_url=_web_address(outcome.licence),
            scenes=shown,
        ),
        encoding="utf-8",
    )
    for path in target.iterdir():
        if _EXPORTED.fullmatch(path.name) and path not in written:
            path.unlink()
    return Export(page, replace(outcome, scenes=tuple(scenes)))


def _web_address(licence: str | None) -> str | None:
    return licence if licence and licence.startswith(("https://", "http://")) else None


def _copy(video_id: str, store: ObjectStore, target: Path) -> Iterator[Path]:
    for key, suffix in (
        (catalog.captions_key(video_id), ".vtt"),
        (catalog.poster_key(video_id), ".jpg"),
        (catalog.video_key(video_id), ".mp4"),
    ):
        path = target.with_name(f"{target.name}{suffix}")
        path.write_bytes(store.get(key))
        yield path


def _file_name(title: str) -> str:
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")
    return words[:_LONGEST_NAME].rstrip("-")
