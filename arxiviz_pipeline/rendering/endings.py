"""Tells what it means that a scene's process has ended without an answer, or was ended."""

import re
import signal

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.child_answers import clean_message
from arxiviz_pipeline.rendering.child_program import EndedProgram
from arxiviz_pipeline.rendering.scene_processes import SceneLimits
from arxiviz_pipeline.sandbox.zygote import NOT_CONFINED_EXIT_CODE, EndedProcess


def limit_reached(end: EndedProcess, limits: SceneLimits, seconds: float) -> RenderError | None:
    """Return the failure of a scene that was ended by a limit, or None if it was not.

    Args:
        end: How its process ended.
        limits: What it could use.
        seconds: Wall time it could take.
    """
    line = line_at_end(end.output)
    if end.limit == "memory":
        message = f"The scene needs more than {limits.memory_bytes >> 20} MiB of memory."
        return RenderError(kind="memory", message=message, line=line)
    if end.exit_code == -signal.SIGXCPU:
        message = f"The scene was not done after {limits.cpu_seconds} s of processor time."
        return RenderError(kind="cpu", message=message, line=line)
    if end.limit == "time" or end.exit_code is None:
        message = f"The scene was not done after {seconds:g} s."
        return RenderError(kind="timeout", message=message, line=line)
    return None


def silent_end(end: EndedProcess) -> RenderError:
    """Return the failure of a scene whose process ended by itself, and gave no answer."""
    ended = EndedProgram(end.exit_code, end.output)
    message = clean_message(f"The script's process {ended.description}")
    if end.exit_code == NOT_CONFINED_EXIT_CODE:
        message = f"The script cannot be shut off from this machine: {ended.last_line}"
        return RenderError(kind="unavailable", message=clean_message(message))
    if end.exit_code is not None and end.exit_code >= 0:
        return RenderError(kind="exit", message=message)
    return RenderError(kind="crash", message=message, line=line_at_end(end.output))


def line_at_end(output: str) -> int | None:
    """Return the script's line that Python names where it crashes, or is at work at its end."""
    # Python's faulthandler prints the innermost call first.
    call = re.search(r'File "[^"\n]*scene\.py", line (\d{1,9})\b', output)
    return int(call[1]) if call else None
