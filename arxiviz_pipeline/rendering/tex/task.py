"""Runs LaTeX and dvisvgm over one document: the tasks of a confined process.

See `programs` for who asks. Imports little: each process that draws is a copy of one that has.
"""

import gzip
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from arxiviz_pipeline.rendering.tex.dvi_marks import put_marks, read_marks
from arxiviz_pipeline.rendering.tex.errors import tex_error
from arxiviz_pipeline.sandbox.messages import send_message

LARGEST_DRAWING_BYTES: Final = 3_000_000
"""What is larger is told by its page alone."""

_TALK_HANDLE = 3
_FORMAT_HANDLE = 4
_MOST_PRINTED_BYTES = 1_000_000
_PRINTED = "printed.txt"
_GZIP = b"\x1f\x8b"


def draw_pages(
    folder: str,
    files: Mapping[str, str],
    latex: Sequence[str],
    dvisvgm: Sequence[str],
    environment: Mapping[str, str],
) -> None:
    """Compile a document, and if TeX finds no fault in it, draw its pages.

    Tells the host first `{"ended", "printed"}` of LaTeX, and then `{"page", "svg"}` of each page.

    Args:
        folder: Where to work.
        files: What to put there, by name.
        latex: The compiler's path, and its arguments.
        dvisvgm: As latex; the last is what to draw, and each drawing is named by its page.
        environment: Of both.
    """
    host = _settle(folder, files)
    ended, printed = _run(latex, environment)
    send_message(host, {"ended": ended, "printed": printed})
    if not ended or tex_error(printed) is not None:
        return
    drawings = _drawn_without_specials(dvisvgm, environment)
    if drawings is None:
        for drawing in Path().glob("*.svg"):
            drawing.unlink()
        _run(dvisvgm, environment)
        drawings = _drawings()
    for page, svg in drawings.items():
        send_message(host, {"page": page, "svg": svg})


def dump_format(
    folder: str,
    files: Mapping[str, str],
    latex: Sequence[str],
    dumped: str,
    environment: Mapping[str, str],
) -> None:
    """Have LaTeX dump a format, and write it to the file that the host gave.

    It is written unpacked: unpacking takes longer than all else that LaTeX does for a formula.

    Args:
        folder: As `draw_pages`.
        files: As `draw_pages`.
        latex: As `draw_pages`.
        dumped: The name of the format's file.
        environment: As `draw_pages`.
    """
    host = _settle(folder, files)
    ended, printed = _run(latex, environment)
    if ended and tex_error(printed) is None and Path(dumped).is_file():
        with Path(dumped).open("rb") as packed, os.fdopen(_FORMAT_HANDLE, "wb") as kept:
            is_packed = packed.read(2) == _GZIP
            packed.seek(0)
            source = gzip.GzipFile(fileobj=packed) if is_packed else packed
            shutil.copyfileobj(source, kept, 1 << 20)
    send_message(host, {"ended": ended, "printed": printed})


def _drawn_without_specials(
    dvisvgm: Sequence[str], environment: Mapping[str, str]
) -> dict[int, str | None] | None:
    """Draw pages fast; None if that cannot be done."""
    dvi = Path(dvisvgm[-1])
    marks = read_marks(dvi.read_bytes()) if dvi.suffix == ".dvi" and dvi.is_file() else None
    if marks is None:
        return None
    _run([*dvisvgm[:-1], "--no-specials", dvisvgm[-1]], environment)
    drawings = _drawings()
    for page, svg in drawings.items():
        drawn = marks[page - 1] if svg is not None and page <= len(marks) else None
        drawings[page] = marked = put_marks(svg or "", drawn) if drawn is not None else None
        if marked is None:
            return None
    return drawings


def _drawings() -> dict[int, str | None]:
    """Return pages that have been drawn; None of what is too large."""
    return {
        int(drawing.stem): drawing.read_text(encoding="utf-8", errors="replace")
        if drawing.stat().st_size <= LARGEST_DRAWING_BYTES
        else None
        for drawing in Path().glob("*.svg")
        if drawing.stem.isdecimal()
    }


def _settle(folder: str, files: Mapping[str, str]) -> socket.socket:
    os.chdir(folder)
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8", errors="replace")
    return socket.socket(fileno=_TALK_HANDLE)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[bool, str]:
    """Tell whether a program ended by itself, and what it printed."""
    with Path(_PRINTED).open("wb") as printing:
        ended = subprocess.run(  # noqa: S603 - confined, and no shell reads it
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=printing,
            stderr=printing,
            env=dict(environment),
        )
    with Path(_PRINTED).open("rb") as printed:
        text = printed.read(_MOST_PRINTED_BYTES).decode(errors="replace")
    return ended.returncode >= 0, text
