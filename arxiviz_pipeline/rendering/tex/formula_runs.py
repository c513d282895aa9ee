r"""Compiles formulas of our own preamble, many in one run of LaTeX and one of dvisvgm.

Each formula has a page of its own. One that LaTeX refuses is found by its place in TeX's output;
where none can be blamed, the formulas are tried in halves.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawnDocument
from arxiviz_pipeline.rendering.tex.drawing_size import drawing_size
from arxiviz_pipeline.rendering.tex.errors import tex_error
from arxiviz_pipeline.rendering.tex.formats import TexFormats
from arxiviz_pipeline.rendering.tex.programs import (
    TexLimits,
    TexRun,
    draw_pages,
    find_program,
    how_it_ended,
)

_CPU_SECONDS = 3  # a formula alone needs 0.1
_FORMULAS_PER_CPU_SECOND = 20  # a formula among others needs 0.005
_NO_TIME = "LaTeX had no time left for this formula"
_NO_DRAWING = "dvisvgm makes no drawing of this formula: is a % in it not escaped?"
_NAME: Final = "formulas"
_FORMAT_WAS_READ = "entering extended mode"


@dataclass(frozen=True, slots=True)
class FormulaRuns:
    r"""Runs of LaTeX within one time limit.

    Attributes:
        preamble: What stands before each document's `\begin{document}`.
        blames: Whether a formula that does not compile among others is tried alone, so that
            TeX says why; without, nothing is told of it.
    """

    latex: str
    dvisvgm: str
    preamble: str
    formats: TexFormats
    limits: TexLimits
    blames: bool = True

    def draw(self, sources: Sequence[str]) -> dict[str, DrawnDocument]:
        """Draw formulas, each told as what stands between a document's two ends.

        Raises:
            RenderError: Of kind `unavailable`, if a program is missing or cannot be started.
        """
        if not sources:
            return {}
        if self.limits.is_over:
            return dict.fromkeys(sources, DrawnDocument(refusal=_NO_TIME, lasts=False))
        drawn, suspects, error = self._compile(sources)
        if drawn is not None:
            return dict(zip(sources, drawn, strict=True))
        if len(sources) == 1:
            return {sources[0]: error}
        if not suspects:
            middle = len(sources) // 2
            return self.draw(sources[:middle]) | self.draw(sources[middle:])
        told = self.draw([each for i, each in enumerate(sources) if i not in suspects])
        for index in sorted(suspects) if self.blames else ():
            told |= self.draw([sources[index]])
        return told

    def _compile(
        self, sources: Sequence[str]
    ) -> tuple[list[DrawnDocument] | None, set[int], DrawnDocument]:
        """Return drawings if every page is there, else who is suspected, and of what."""
        mark = secrets.token_hex(8)
        run = self._run(_pages(sources, mark), len(sources))
        error = tex_error(run.printed)
        _, *told = re.split(rf"^{mark} (\d+)$", run.printed, flags=re.MULTILINE)
        reached = [int(number) for number in told[::2]]
        if run.ended_by == "time":
            return None, set(), DrawnDocument(refusal=_NO_TIME, lasts=False)
        if run.ended_by is not None:
            told_end = f"{how_it_ended(run.ended_by)} with this formula"
            return None, set(reached[-1:]), DrawnDocument(refusal=told_end)
        if error is not None:
            texts = zip(reached, told[1::2], strict=True)
            suspects = {index for index, text in texts if tex_error(text)}
            return None, suspects, DrawnDocument(refusal=error)
        page_count = re.search(rf"Output written on {_NAME}\.dvi \((\d+) page", run.printed)
        if page_count is None or (len(sources) > 1 and int(page_count[1]) != len(sources)):
            refused = DrawnDocument(refusal="LaTeX makes no page of this formula")
            return None, set(), refused
        drawn = [_measured(run.drawings.get(page)) for page in range(1, len(sources) + 1)]
        undrawn = next((index for index, each in enumerate(drawn) if each.refusal), None)
        if undrawn is not None:  # dvisvgm stops at the first page it cannot draw
            return None, {undrawn}, drawn[undrawn]
        return drawn, set(), DrawnDocument()

    def _run(self, pages: str, count: int) -> TexRun:
        """Compile pages by our preamble's format, or without where that cannot be."""
        body = f"\\begin{{document}}\n{pages}\n\\end{{document}}"
        cpu_seconds = _CPU_SECONDS + count // _FORMULAS_PER_CPU_SECOND
        limits = TexLimits(cpu_seconds, self.limits.deadline, self.limits.cancelled)
        preformed = self.formats.find(self.preamble, self.latex, {}, limits)
        if preformed is not None:
            run = self._run_latex(body, count, limits, preformed)
            if _FORMAT_WAS_READ in run.printed or run.ended_by == "time":
                return run
            self.formats.drop(preformed)
        return self._run_latex(f"{self.preamble}\n{body}", count, limits)

    def _run_latex(
        self, document: str, count: int, limits: TexLimits, preformed: Path | None = None
    ) -> TexRun:
        latex = [find_program(self.latex), "-interaction=nonstopmode", "-no-shell-escape"]
        latex += [f"-fmt={preformed.with_suffix('')}"] if preformed else []
        dvisvgm = [find_program(self.dvisvgm), "--no-fonts", "--exact-bbox"]
        dvisvgm += [f"--page=1-{count}", "--output=%p.svg", f"{_NAME}.dvi"]
        return draw_pages(
            {f"{_NAME}.tex": document},
            [*latex, f"{_NAME}.tex"],
            dvisvgm,
            limits,
            (preformed,) if preformed else (),
        )


def _pages(sources: Sequence[str], mark: str) -> str:
    r"""Return one page a formula, alone as Manim has it, and among others in groups."""
    if len(sources) == 1:
        return sources[0]
    return "\n".join(
        f"\\message{{^^J{mark} {index}^^J}}\n\\begingroup\n{source}\n\\par\\endgroup\n\\newpage"
        for index, source in enumerate(sources)
    )


def _measured(svg: str | None) -> DrawnDocument:
    size = drawing_size(svg) if svg else None
    if size is None or svg is None:
        return DrawnDocument(refusal=_NO_DRAWING)
    return DrawnDocument(svg, None, *size)
