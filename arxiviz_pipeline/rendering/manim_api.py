"""What the installed Manim offers to scripts, asked of a program that imports it."""

import logging
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.rendering.child_program import bare_environment, run_program
from arxiviz_pipeline.rendering.work_folders import work_folder

_REVISION: Final = 1  # raised when the same Manim is described otherwise than before
_TIMEOUT_SECONDS = 120.0
_FORM = TypeAdapter(ManimApi)
log = logging.getLogger(__name__)


@cache
def load_manim_api(cache_folder: Path | None = None, python: str = sys.executable) -> ManimApi:
    """Tell what `from manim import *` brings; asked once a process.

    Args:
        cache_folder: Where the answer is kept, for each version of Manim, from one process to
            the next.
        python: An interpreter that has this package and the Manim to ask.

    Raises:
        RenderError: Of kind `unavailable`, if Manim cannot be imported.
    """
    kept = None if cache_folder is None else cache_folder / _file_name()
    if kept is not None and (known := _read(kept)) is not None:
        return known
    with work_folder(None, "arxiviz-manim-") as folder:
        answer = folder / "answer.json"
        command = [
            python,
            "-I",
            "-m",
            "arxiviz_pipeline.rendering.manim_api_worker",
            str(answer),
        ]
        ended = run_program(command, folder, bare_environment(folder), _TIMEOUT_SECONDS)
        api = _read(answer)
    if api is None:
        message = f"Manim's names cannot be listed: the program that does it {ended.description}"
        raise RenderError(kind="unavailable", message=message)
    if kept is not None:
        _keep(api, kept)
    return api


def _file_name() -> str:
    try:
        return f"manim-api-{version('manim')}-{_REVISION}.json"
    except PackageNotFoundError:
        return f"manim-api-none-{_REVISION}.json"


def _read(path: Path) -> ManimApi | None:
    try:
        return _FORM.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def _keep(api: ManimApi, path: Path) -> None:
    """Write it for the next process, or do without."""
    unfinished = path.with_suffix(".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(_FORM.dump_json(api))
        unfinished.replace(path)
    except OSError as error:
        log.warning("cannot keep what Manim offers in %s: %s", path, error.strerror)
