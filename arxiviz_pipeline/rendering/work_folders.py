"""Folders that renders work in: gone afterwards, and where there can be none, told why."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from arxiviz_pipeline.domain.errors import RenderError


@contextmanager
def work_folder(parent: Path | None, prefix: str) -> Iterator[Path]:
    """Make a folder whose name starts so, and remove it with all it holds.

    Args:
        parent: Where it is made, and made itself if it is missing; by default the system's
            folder for temporary files.
        prefix: How the folder's name starts.

    Raises:
        RenderError: Of kind `unavailable`, if it cannot be made.
    """
    with writing_in(parent):
        if parent is not None:
            parent.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.TemporaryDirectory(
            prefix=prefix, dir=parent, ignore_cleanup_errors=True
        )
    try:
        yield Path(temporary.name).resolve()
    finally:
        # Python's own removal calls itself for each level, and a script may make thousands.
        remove = ["/bin/rm", "-rf", "--", temporary.name]
        with suppress(OSError):
            subprocess.run(remove, check=False, stderr=subprocess.DEVNULL)  # noqa: S603
        with suppress(RecursionError):
            temporary.cleanup()  # it also mends permissions, where something is left


@contextmanager
def writing_in(folder: Path | None) -> Iterator[None]:
    """Tell which folder it is, if it cannot be written.

    Raises:
        RenderError: Of kind `unavailable`, for any OSError.
    """
    try:
        yield
    except OSError as error:
        place = folder or error.filename or "the system's folder for temporary files"
        message = (
            f"Rendering needs a folder to work in, and {str(place)!r} cannot be written: "
            f"{error.strerror}. Make room there and let it be written, or name another in TMPDIR."
        )
        raise RenderError(kind="unavailable", message=message) from error
