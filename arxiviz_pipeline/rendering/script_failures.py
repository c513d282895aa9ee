"""Tells why a script failed, in the process that ran it: kind, message and the script's line."""

import errno
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from arxiviz_pipeline.domain.errors import RenderError, RenderErrorKind
from arxiviz_pipeline.rendering.assets import missing_asset
from arxiviz_pipeline.rendering.jobs import Answer
from arxiviz_pipeline.rendering.opengl_scripts import OPENGL_MESSAGE, needs_opengl
from arxiviz_pipeline.rendering.scene_host import FormulaRefusedError
from arxiviz_pipeline.rendering.tex_errors import tex_error

_LONGEST_MESSAGE = 2000
_KINDS_OF_ERRNO: Final[dict[int | None, RenderErrorKind]] = {
    errno.EPERM: "forbidden",
    errno.EACCES: "forbidden",
    errno.ENOMEM: "memory",
    errno.ENOSPC: "disk",
    errno.EDQUOT: "disk",
    errno.EFBIG: "disk",
}


def script_failure(error: BaseException, script: str, asset_names: Sequence[str] = ()) -> Answer:
    """Tell what an error says of a script.

    Args:
        error: What was raised while it ran.
        script: Its file.
        asset_names: Files that it was given.
    """
    line = _innermost_line(error.__traceback__, script)
    if isinstance(error, RenderError):
        told = line if error.line is None else error.line
        return Answer(kind=error.kind, message=error.message, line=told)
    if isinstance(error, FileNotFoundError) and error.filename in ("latex", "dvisvgm"):
        message = f"A formula needs the program {error.filename!r}, which is not found."
        return Answer(kind="unavailable", message=message, line=line)
    if isinstance(error, FormulaRefusedError):
        message = f"{error}, in the formula: {_formula(error.__traceback__)}"
        return Answer(kind="latex", message=message, line=line)
    if isinstance(error, ValueError) and _frame_locals(error.__traceback__, "tex_to_svg_file"):
        return Answer(kind="latex", message=_latex_message(error.__traceback__), line=line)
    if (message := missing_asset(error, asset_names)) is not None:
        return Answer(kind="missing_asset", message=message, line=line)
    if needs_opengl(error):
        return Answer(kind="opengl", message=OPENGL_MESSAGE, line=line)
    message = _one_message(error)
    if isinstance(error, SystemExit):
        message = f"The script ends the program itself ({message}); remove its call of exit."
    return Answer(kind=_kind(error), message=message, line=line)


def _kind(error: BaseException) -> RenderErrorKind:
    match error:
        case ImportError():
            return "import"
        case SystemExit():
            return "exit"
        case EOFError():
            return "input"
        case MemoryError():
            return "memory"
        case OSError():
            return _KINDS_OF_ERRNO.get(error.errno, "exception")
        case _:
            return "exception"


def _latex_message(traceback: TracebackType | None) -> str:
    """Say what TeX said, which Manim only tells the log, and of which formula."""
    refused = _frame_locals(traceback, "compile_tex")
    said = "dvisvgm makes no drawing"
    if refused:
        log = Path(refused["log_file"]).read_text(encoding="utf-8", errors="replace")
        said = tex_error(log) or "LaTeX ended early"
    return f"{said}, in the formula: {_formula(traceback)}"


def _formula(traceback: TracebackType | None) -> str:
    parts = _frame_locals(traceback, "__init__", "tex_strings").get("tex_strings", ())
    return " ".join(map(str, parts))


def _one_message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - the script's own class, whose __str__ may fail
        text = "(its message cannot be shown)"
    return f"{type(error).__name__}: {text}".removesuffix(": ")[:_LONGEST_MESSAGE]


def _innermost_line(traceback: TracebackType | None, script: str) -> int | None:
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == script:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _frame_locals(
    traceback: TracebackType | None, function: str, variable: str | None = None
) -> dict[str, Any]:
    """Return the variables of the outermost frame of this function, or none."""
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == function and (variable is None or variable in frame.f_locals):
            return frame.f_locals
        traceback = traceback.tb_next
    return {}
