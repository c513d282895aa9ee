r"""The renderer's LaTeX: what scripts may use of it, and how large a formula becomes.

What is loaded here comes with Debian's texlive-latex-base; Manim's own template asks for the
standalone class and for babel, which don't. `mathtex` says what Manim makes of a formula,
`tex_programs` runs LaTeX.
"""

import re
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.rendering.document_drawing import DrawnDocument, draw_document
from arxiviz_pipeline.rendering.drawing_size import drawing_size
from arxiviz_pipeline.rendering.mathtex import drawing_name, formula_source, tex_document
from arxiviz_pipeline.rendering.tex_errors import tex_error
from arxiviz_pipeline.rendering.tex_programs import find_program, run_tex_program, tex_folder
from arxiviz_pipeline.rendering.work_folders import writing_in

DOCUMENT_CLASS: Final = r"\documentclass{article}"

# \textheight: a page is never full, so that one formula is always one page.
# \providecommand: what papers take from mathtools, mathrsfs, bbm, dsfont, stmaryrd and braket.
TEX_PREAMBLE: Final = r"""\usepackage{amsmath,amssymb,bm,array,color}
\usepackage[mathscr]{eucal}
\pagestyle{empty}
\textheight=200cm
\DeclareMathOperator*{\argmax}{arg\,max}
\DeclareMathOperator*{\argmin}{arg\,min}
\providecommand{\mathbbm}[1]{\mathbb{#1}}
\providecommand{\mathds}[1]{\mathbb{#1}}
\providecommand{\coloneqq}{\mathrel{:=}}
\providecommand{\eqqcolon}{\mathrel{=:}}
\providecommand{\llbracket}{[\![}
\providecommand{\rrbracket}{]\!]}
\providecommand{\bra}[1]{\langle #1|}
\providecommand{\ket}[1]{|#1\rangle}
\providecommand{\braket}[1]{\langle #1\rangle}
\providecommand{\mathrlap}[1]{\rlap{$\displaystyle #1$}}
\providecommand{\mathllap}[1]{\llap{$\displaystyle #1$}}"""

_UNITS_PER_POINT = 48 / 960  # font size by manim.constants.SCALE_FACTOR_PER_FONT_POINT
_RUN_CPU_SECONDS = 3  # a formula alone needs 0.1
_FORMULAS_PER_CPU_SECOND = 20  # a formula among others needs 0.005
_MOST_DRAWINGS = 3000  # of some 10 kB
_NO_TIME = "LaTeX had no time left for this formula"
# Definitions outlive their formula, or change how the next is read: such a formula runs alone.
_DEFINING = re.compile(
    r"\\(?:[gex]?def|global|let|newcommand|renewcommand|catcode|mathcode|output|shipout"
    r"|end\s*\{document\}|input|include|write|read|csname|uppercase|lowercase|everymath)"
)


class LatexTypesetter:
    """Compiles formulas as MathTex and Tex would, many in one run of LaTeX.

    A formula that LaTeX refuses is found by its place in TeX's output and tried alone; where
    none can be blamed, the formulas are tried in halves.
    """

    def __init__(
        self, latex: str = "latex", dvisvgm: str = "dvisvgm", timeout_seconds: float = 120.0
    ) -> None:
        """Choose the programs.

        Args:
            latex: Its name on the PATH, or its path.
            dvisvgm: As latex.
            timeout_seconds: Wall time after which what is left counts as refused.
        """
        self._latex = latex
        self._dvisvgm = dvisvgm
        self._timeout_seconds = timeout_seconds
        self._known: dict[Formula, TypesetFormula] = {}
        self._drawings: dict[Formula, bytes] = {}

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        """Compile each formula as Manim would, and measure it.

        Raises:
            RenderError: Of kind `unavailable`, if LaTeX or dvisvgm is missing, or there is no
                folder to work in.
        """
        latex, dvisvgm = find_program(self._latex), find_program(self._dvisvgm)
        new = [formula for formula in dict.fromkeys(formulas) if formula not in self._known]
        answers: dict[Formula, TypesetFormula] = {}
        if new:
            batch = _Batch(latex, dvisvgm, time.monotonic() + self._timeout_seconds)
            alone = [formula for formula in new if _DEFINING.search(formula.tex)]
            together = [formula for formula in new if formula not in alone]
            for group in (together, *([formula] for formula in alone)):
                answers |= batch.typeset(group)
            # What there was no time for may have it when it is asked for again.
            self._known |= {tex: each for tex, each in answers.items() if each.error != _NO_TIME}
            self._keep(batch.drawings)
        return [answers.get(formula) or self._known[formula] for formula in formulas]

    def draw(self, document: str, compiler: str, output_format: str) -> DrawnDocument:
        """Draw the first page of a document, as Manim does where it compiles a formula itself.

        Args:
            document: LaTeX, from its class to its end.
            compiler: Who compiles it, of those that Manim knows.
            output_format: What it makes: `.dvi`, `.xdv` or `.pdf`.

        Raises:
            RenderError: As `typeset`.
        """
        return draw_document(document, compiler, output_format, self._dvisvgm)

    def drawings_for(self, code: str) -> dict[str, bytes]:
        """Return SVGs of known formulas that a script spells out, by the names Manim gives them."""
        return {
            drawing_name(tex_document(formula_source(formula), DOCUMENT_CLASS, TEX_PREAMBLE)): drawn
            for formula, drawn in tuple(self._drawings.items())
            if all(part in code for part in formula.parts)
        }

    def _keep(self, drawings: Mapping[Formula, bytes]) -> None:
        self._drawings |= drawings
        for oldest in tuple(self._drawings)[:-_MOST_DRAWINGS]:
            self._drawings.pop(oldest, None)  # another thread may have dropped it


class _Batch:
    """One call's runs of LaTeX, within one time limit."""

    def __init__(self, latex: str, dvisvgm: str, deadline: float) -> None:
        self._latex = latex
        self._dvisvgm = dvisvgm
        self._deadline = deadline
        self.drawings: dict[Formula, bytes] = {}

    def typeset(self, formulas: Sequence[Formula]) -> dict[Formula, TypesetFormula]:
        if not formulas:
            return {}
        if time.monotonic() > self._deadline:
            return dict.fromkeys(formulas, _refused(_NO_TIME))
        with tex_folder() as folder:
            sizes, suspects, error = self._compile(formulas, folder)
        if sizes is not None:
            return dict(zip(formulas, sizes, strict=True))
        if len(formulas) == 1:
            return {formulas[0]: _refused(error)}
        if not suspects:
            middle = len(formulas) // 2
            return self.typeset(formulas[:middle]) | self.typeset(formulas[middle:])
        answers = self.typeset([f for i, f in enumerate(formulas) if i not in suspects])
        for index in sorted(suspects):
            answers |= self.typeset([formulas[index]])
        return answers

    def _compile(
        self, formulas: Sequence[Formula], folder: Path
    ) -> tuple[list[TypesetFormula] | None, set[int], str]:
        """Return sizes if every page is there, else who is suspected, and of what."""
        mark = secrets.token_hex(8)
        pages = "".join(
            f"\\message{{^^J{mark} {index}^^J}}\n{formula_source(formula)}\n\\newpage\n"
            for index, formula in enumerate(formulas)
        )
        document = tex_document(pages, DOCUMENT_CLASS, TEX_PREAMBLE)
        with writing_in(folder):
            (folder / "formulas.tex").write_text(document, encoding="utf-8", errors="replace")
        latex = [self._latex, "-interaction=nonstopmode", "-no-shell-escape", "formulas.tex"]
        cpu_seconds = _RUN_CPU_SECONDS + len(formulas) // _FORMULAS_PER_CPU_SECOND
        ended, output = run_tex_program(latex, folder, cpu_seconds, self._deadline)
        error = tex_error(output)
        _, *told = re.split(rf"^{mark} (\d+)$", output, flags=re.MULTILINE)
        reached = [int(number) for number in told[::2]]
        if not ended:
            return None, set(reached[-1:]), "LaTeX does not come to an end with this formula"
        if error is not None:
            texts = zip(reached, told[1::2], strict=True)
            return None, {index for index, text in texts if tex_error(text)}, error
        page_count = re.search(r"Output written on formulas\.dvi \((\d+) page", output)
        if page_count is None or (len(formulas) > 1 and int(page_count[1]) != len(formulas)):
            return None, set(), "LaTeX makes no page of this formula"
        dvisvgm = [self._dvisvgm, "--no-fonts", "--exact-bbox", "--page=1-", "--output=%p.svg"]
        run_tex_program([*dvisvgm, "formulas.dvi"], folder, cpu_seconds, self._deadline)
        drawings = {int(path.stem): path for path in folder.glob("*.svg")}
        sizes = [_size(drawings.get(page)) for page in range(1, len(formulas) + 1)]
        undrawn = next((index for index, size in enumerate(sizes) if size.error), None)
        if undrawn is not None:  # dvisvgm stops at the first page it cannot draw
            return None, {undrawn}, str(sizes[undrawn].error)
        for page, formula in enumerate(formulas, 1):
            self.drawings[formula] = drawings[page].read_bytes()
        return sizes, set(), ""


def _size(drawing: Path | None) -> TypesetFormula:
    size = drawing_size(drawing) if drawing else None
    if size is None:
        return _refused("dvisvgm makes no drawing of this formula: is a % in it not escaped?")
    width, height = size
    return TypesetFormula(width * _UNITS_PER_POINT, height * _UNITS_PER_POINT, None)


def _refused(error: str) -> TypesetFormula:
    return TypesetFormula(None, None, error)
