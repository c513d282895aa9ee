"""Compiles a document that a script made while it ran, one at a time."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawnDocument
from arxiviz_pipeline.rendering.tex.errors import tex_error
from arxiviz_pipeline.rendering.tex.formats import TexFormats
from arxiviz_pipeline.rendering.tex.installed import stand_ins
from arxiviz_pipeline.rendering.tex.programs import (
    TexLimits,
    TexRun,
    draw_pages,
    find_program,
    how_it_ended,
)
from arxiviz_pipeline.rendering.tex.task import LARGEST_DRAWING_BYTES

_FORMATS: Final = {
    "latex": (".dvi", ".pdf"),
    "pdflatex": (".pdf", ".dvi"),
    "luatex": (".dvi", ".pdf"),
    "lualatex": (".dvi", ".pdf"),
    "xelatex": (".xdv", ".pdf"),
}
"""Manim's compilers, and what they make; see manim.utils.tex_file_writing."""

_WITH_PREAMBLES_KEPT: Final = ("latex", "pdflatex")
_CPU_SECONDS = 10  # a formula needs 0.4
_NAME = "formula"
_BEGIN = "\n\\begin{document}"
_MOST_PREAMBLES = 1000


class DocumentDrawer:
    """Draws documents; a preamble that comes again is read no more."""

    def __init__(self, dvisvgm: str, formats: TexFormats) -> None:
        """Choose the program, and where formats are kept."""
        self._dvisvgm = dvisvgm
        self._formats = formats
        self._lock = threading.Lock()
        self._preambles: set[tuple[str, str]] = set()

    def draw(
        self, compiler: str, output_format: str, document: str, limits: TexLimits
    ) -> DrawnDocument:
        """Draw a document's first page.

        Raises:
            RenderError: Of kind `unavailable`, if a program is missing or none can be started.
        """
        if output_format not in _FORMATS.get(compiler, ()):
            wanted = f"{compiler[:40]!r} with output format {output_format[:10]!r}"
            return DrawnDocument(refusal=f"TeX compiler {wanted} is unknown")
        limits = TexLimits(_CPU_SECONDS, limits.deadline, limits.cancelled)
        preamble, begin, rest = document.partition(_BEGIN)
        if begin and compiler in _WITH_PREAMBLES_KEPT:
            drawn = self._drawn_by_format(
                (compiler, output_format), preamble, f"{begin.lstrip()}{rest}", limits
            )
            if drawn is not None:
                return drawn
        return _drawn(self._run((compiler, output_format), document, limits))

    def _is_again(self, compiler: str, preamble: str) -> bool:
        with self._lock:
            if len(self._preambles) > _MOST_PREAMBLES:
                self._preambles.clear()
            is_again = (compiler, preamble) in self._preambles
            self._preambles.add((compiler, preamble))
        return is_again

    def _drawn_by_format(
        self, made_by: tuple[str, str], preamble: str, body: str, limits: TexLimits
    ) -> DrawnDocument | None:
        """Draw a document whose preamble LaTeX has read; None if it must be drawn as a whole.

        What is refused so is tried as a whole: a format may lack something of its preamble.
        """
        is_again = self._is_again(made_by[0], preamble)
        preformed = self._formats.find(preamble, made_by[0], stand_ins(), limits, may_make=is_again)
        if preformed is None:
            return None
        drawn = _drawn(self._run(made_by, body, limits, preformed))
        return drawn if drawn.refusal is None else None

    def _run(
        self,
        made_by: tuple[str, str],
        document: str,
        limits: TexLimits,
        preformed: Path | None = None,
    ) -> TexRun:
        compiler, output_format = made_by
        latex = [find_program(compiler), *_options(compiler, output_format)]
        latex += [f"-fmt={preformed.with_suffix('')}"] if preformed else []
        dvisvgm = [find_program(self._dvisvgm), "--page=1", "--no-fonts", "--verbosity=0"]
        dvisvgm += ["--output=%p.svg", *(["--pdf"] if output_format == ".pdf" else [])]
        return draw_pages(
            {**stand_ins(), f"{_NAME}.tex": document},
            [*latex, f"{_NAME}.tex"],
            [*dvisvgm, f"{_NAME}{output_format}"],
            limits,
            (preformed,) if preformed else (),
        )


def _options(compiler: str, output_format: str) -> Sequence[str]:
    safe = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    if compiler == "xelatex":
        return [*safe, "-no-pdf"] if output_format == ".xdv" else safe
    return [*safe, f"-output-format={output_format[1:]}"]


def _drawn(run: TexRun) -> DrawnDocument:
    if run.ended_by is not None:
        return DrawnDocument(refusal=how_it_ended(run.ended_by), lasts=run.ended_by != "time")
    if (error := tex_error(run.printed)) is not None:
        return DrawnDocument(refusal=error)
    svg = run.drawings.get(1, "")
    if svg is None:
        return DrawnDocument(refusal=f"its drawing is over {LARGEST_DRAWING_BYTES} bytes")
    return DrawnDocument(svg=svg) if svg else DrawnDocument(refusal="dvisvgm makes no drawing")
