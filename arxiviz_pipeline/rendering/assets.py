"""Gives scenes the files they may use, and tells which one is missing.

A scene sees no files of this machine. What it is given crosses over as one archive, whose handle
its process inherits, and is unpacked where the script stands, so that it is found by its name.
"""

import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.assets import require_assets
from arxiviz_pipeline.rendering.work_folders import writing_in

_FOLDER: Final = "assets"
_READ_ONLY: Final = 0o444
# As Manim says it of pictures and sounds, and of fonts.
_NOT_FOUND: Final = re.compile(
    r"could not find (.+?) at either of these locations: \[|^Can't find (.+?)\. Checked paths: \[",
    re.DOTALL,
)


@contextmanager
def packed_assets(assets: Mapping[str, bytes], work_folder: Path | None) -> Iterator[int | None]:
    """Pack files into an archive, and give its handle; None if there are none.

    Args:
        assets: What is in them, by their names: relative paths with slashes.
        work_folder: Where the archive is kept meanwhile.

    Raises:
        ConfigurationError: As `require_assets` tells.
        RenderError: Of kind `unavailable`, if the archive cannot be written.
    """
    if not assets:
        yield None
        return
    require_assets(assets)
    with ExitStack() as kept:
        with writing_in(work_folder):
            file = kept.enter_context(tempfile.TemporaryFile(dir=work_folder))
            with zipfile.ZipFile(file, "w") as archive:
                for name, content in assets.items():
                    archive.writestr(name, content)
        yield file.fileno()


def unpack_assets(handle: int, folder: Path) -> None:
    """Unpack an archive that was inherited into `assets`; its files are found without it, too.

    A file of the folder's own, such as the script, stays what is found by its name.
    """
    kept = folder / _FOLDER
    with os.fdopen(handle, "rb") as file, zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            place = kept / name.removeprefix(f"{_FOLDER}/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(archive.read(name))
            place.chmod(_READ_ONLY)
    for place in kept.iterdir():
        if not (link := folder / place.name).exists():
            link.symlink_to(place)


def missing_asset(error: BaseException, given: Sequence[str]) -> str | None:
    """Say which file a script has not found, if that is what it raised.

    Args:
        error: What it raised.
        given: Names of the assets it has.
    """
    name = _name_not_found(error)
    if name is None:
        return None
    there = ", ".join(map(repr, sorted(given))) if given else "none"
    return f"The script uses the file {name!r}, which it is not given; files given to it: {there}."


def _name_not_found(error: BaseException) -> str | None:
    if not isinstance(error, OSError):
        return None
    if told := _NOT_FOUND.search(str(error)):
        return told[1] or told[2]
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return error.filename
    return None
