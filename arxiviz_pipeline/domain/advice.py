"""What helps whoever wrote a script that failed: the lines it failed at, and what to do."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from arxiviz_pipeline.domain.errors import RenderErrorKind
from arxiviz_pipeline.domain.models import Check, FindingKind, LayoutFindingKind, VideoError

REMEDIES: Final[Mapping[RenderErrorKind, str]] = {
    "syntax": "Mend what Python cannot read; `arxiviz render --mend` takes out what is no Python, "
    "such as marks of a code block.",
    "no_scene": "Write a class that builds on Scene, and begin with `from manim import *`; or name "
    "one of those there are.",
    "import": "Use what comes with Python, Manim and NumPy: nothing else is there.",
    "latex": "Mend the formula: LaTeX's own words say what it does not take. Special characters "
    "such as % and & need a backslash.",
    "missing_asset": "Hand the file over with the script (arxiviz render --asset FILE), or draw "
    "without it.",
    "opengl": "Leave config.renderer as it is, and use the classes whose names don't begin with "
    "OpenGL.",
    "name": "Correct the name; `arxiviz render --mend` puts the new names in the place of those "
    "that Manim has renamed.",
    "argument": "Call it with what it takes; `arxiviz render --mend` leaves out arguments that "
    "this version of Manim does not know.",
    "exception": "Mend the script at the line that is named.",
    "input": "Take out what asks for input: write its answer into the script.",
    "exit": "Take out what ends the program, such as quit(), sys.exit() and os._exit(): a scene "
    "ends with construct.",
    "forbidden": "Do without: scripts have no network, start no programs, and write to their own "
    "folder alone. Files they need can be given to them (arxiviz render --asset FILE).",
    "memory": "Draw fewer or smaller things at once: smaller arrays and pictures, fewer copies.",
    "disk": "Write less, or nothing: a scene has half a gigabyte for files.",
    "processes": "Do without processes and threads: a scene gains nothing by them.",
    "cpu": "Look for a loop that comes to no end, or draw less.",
    "timeout": "Look for a loop that comes to no end, draw less, or let scenes take longer "
    "(ARXIVIZ_RENDER_TIMEOUT_SECONDS).",
    "duration": "Make it shorter, or two scenes of it, or let videos be longer "
    "(ARXIVIZ_VIDEO_LIMIT_SECONDS).",
    "crash": "Look at the line that is named, if one is, and at what the process said last; a part "
    "of Manim or of a library may have failed.",
    "no_frames": "Let something be seen: play an animation that is not skipped, or wait.",
    "cancelled": "Ask for it again to go on from what is there.",
    "unavailable": "Run `arxiviz doctor`: it tells what the renderer lacks.",
}
"""What to do about each kind of failure."""

_OTHER_REMEDIES: Final[Mapping[LayoutFindingKind | Literal["policy", "missing_equation"], str]] = {
    "policy": "Take it out: a scene draws with what Manim and NumPy give, and asks for no more.",
    "missing_equation": "Nothing, if the scene tells enough without; or hand in a script that "
    "shows it.",
    "off_frame": "Move it or scale it down: the frame is 14.2 units wide and 8 high.",
    "overlap": "Set one beside the other (next_to, arrange), or let the first leave before the "
    "second comes.",
    "too_small": "Scale it up, break it into more lines, or show less at once.",
    "empty": "Let something be seen: wait less while nothing is, or bring the next thing sooner.",
    "pacing": "Wait longer once a text is there, or say less: people read about three words a "
    "second.",
}

MORE_LATEX: Final = (
    "More LaTeX packages: deploy/system-packages.sh --more-latex, or sudo apt-get install "
    "texlive-latex-extra texlive-fonts-recommended texlive-science lmodern tipa (Debian, Ubuntu)."
)

_LACKS_PACKAGE: Final = re.compile(
    r"File `[^']+\.(?:sty|cls|def|fd|tfm|clo|ldf)' not found|\(TFM\) file not found"
)
_LINES_AROUND: Final = 3
_LINE_END: Final = re.compile(r"\r\n|\r|\n")  # as Python counts lines; str.splitlines knows more


def remedy_for(kind: FindingKind, message: str) -> str:
    """Say what to do about a failure, or about what a gate has found."""
    if kind == "latex" and _LACKS_PACKAGE.search(message):
        return MORE_LATEX
    return {**REMEDIES, **_OTHER_REMEDIES}[kind]


def advise(check: Check, code: str) -> Check:
    """Return a check of a script with the lines around each finding, and what to do about it."""
    findings = tuple(
        replace(
            finding,
            excerpt=excerpt_around(code, finding.line),
            remedy=remedy_for(finding.kind, finding.message),
        )
        for finding in check.findings
    )
    return replace(check, findings=findings)


def describe_failure(error: VideoError) -> str:
    """Say in a line why a video failed, and what to do: `latex: Missing $ inserted. Mend …`."""
    place = f" in line {error.line}" if error.line else ""
    message = error.message if error.message.endswith((".", "!", "?")) else f"{error.message}."
    return f"{error.kind}{place}: {message} {error.remedy}".rstrip()


def excerpt_around(code: str, line: int | None) -> str:
    """Return the lines around a failure, each with its number; `>` stands before that line."""
    lines = _LINE_END.split(code)
    if line is None or not 1 <= line <= len(lines):
        return ""
    first = max(1, line - _LINES_AROUND)
    last = min(len(lines), line + _LINES_AROUND)
    return "\n".join(
        f"{'>' if number == line else ' '} {number:4d} {lines[number - 1]}"
        for number in range(first, last + 1)
    )
