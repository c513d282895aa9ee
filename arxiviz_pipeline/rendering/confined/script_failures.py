"""Tells why a script failed, in the process that ran it: kind, message and the script's line."""

from collections.abc import Sequence
from pathlib import Path
from traceback import format_exception_only
from types import TracebackType
from typing import Any

from arxiviz_pipeline.domain.errors import RenderError, RenderErrorKind
from arxiviz_pipeline.rendering.assets import missing_asset
from arxiviz_pipeline.rendering.confined.failure_kinds import (
    expression_at,
    failure_kind,
    lacks_method,
)
from arxiviz_pipeline.rendering.confined.opengl_scripts import OPENGL_MESSAGE, needs_opengl
from arxiviz_pipeline.rendering.confined.scene_host import FormulaRefusedError
from arxiviz_pipeline.rendering.jobs import SCRIPT_MODULE, Answer
from arxiviz_pipeline.rendering.tex.errors import tex_error

_LONGEST_MESSAGE = 2000
_OF_THE_SCRIPT = f"{SCRIPT_MODULE}."


def script_failure(error: BaseException, script: str, asset_names: Sequence[str] = ()) -> Answer:
    """Tell what an error says of a script.

    Args:
        error: What was raised while it ran; of classes of the script's own, perhaps, whose
            methods may raise in turn.
        script: Its file.
        asset_names: Files that it was given.
    """
    line = _innermost_line(error.__traceback__, script)
    try:
        kind, message = _told(error, script, asset_names)
    except BaseException:  # noqa: BLE001 - raised by the script, too
        kind, message = "exception", "What the script raised cannot be shown."
    if isinstance(error, RenderError) and error.line is not None:
        line = error.line
    return Answer(kind=kind, message=message, line=line)


def _told(
    error: BaseException, script: str, asset_names: Sequence[str]
) -> tuple[RenderErrorKind, str]:
    """Return kind and message of what was raised."""
    if isinstance(error, RenderError):
        return error.kind, error.message
    if isinstance(error, FileNotFoundError) and error.filename in ("latex", "dvisvgm"):
        return "unavailable", f"A formula needs the program {error.filename!r}, which is not found."
    if isinstance(error, FormulaRefusedError):
        return "latex", f"{error}, in the formula: {_formula(error.__traceback__)}"
    if isinstance(error, ValueError) and _frame_locals(error.__traceback__, "tex_to_svg_file"):
        return "latex", _latex_message(error.__traceback__)
    if (message := missing_asset(error, asset_names)) is not None:
        return "missing_asset", message
    if needs_opengl(error):
        return "opengl", OPENGL_MESSAGE
    kind = failure_kind(error)
    message = _one_message(error)
    if isinstance(error, SystemExit):
        message = f"The script ends the program itself ({message})."
    elif lacks_method(error):
        called = expression_at(error.__traceback__, script) or "A method that is called"
        message = f"{called}: there is no such method in this version of Manim."
    return kind, message


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
    """Return an error's last line of a traceback, with the name that Python takes to be meant."""
    try:
        text = "".join(format_exception_only(error)).strip().removeprefix(_OF_THE_SCRIPT)
    except BaseException:  # noqa: BLE001 - a class of the script's own
        text = f"{type(error).__name__} (its message cannot be shown)"
    return text[:_LONGEST_MESSAGE]


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
