r"""The renderer's LaTeX: what scripts may use of it, and how large a formula becomes.

What is loaded here comes with Debian's texlive-latex-base; Manim's own template asks for the
standalone class, which doesn't. `mathtex` says what Manim makes of a formula, `formula_runs`
compiles many of them, `document_drawing` what else scripts ask for.
"""

import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Final

from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.rendering.tex.document_drawing import DocumentDrawer
from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawingShelf, DrawnDocument
from arxiviz_pipeline.rendering.tex.formats import TexFormats, temporary_formats
from arxiviz_pipeline.rendering.tex.formula_runs import FormulaRuns
from arxiviz_pipeline.rendering.tex.installed import folder_for, installed_tex
from arxiviz_pipeline.rendering.tex.mathtex import drawing_name, formula_source
from arxiviz_pipeline.rendering.tex.plain_formulas import is_plain
from arxiviz_pipeline.rendering.tex.programs import TexLimits

DOCUMENT_CLASS: Final = r"\documentclass{article}"

# \textheight: a page is never full, so that one formula is always one page.
# \parindent: Manim's own template indents no paragraph either.
# \DeclareTextSymbolDefault: LaTeX's fonts for these come as bitmaps or with 60 MB of outlines.
# \providecommand: what papers take from mathtools, mathrsfs, bbm, dsfont, stmaryrd and braket.
TEX_PREAMBLE: Final = r"""\usepackage{amsmath,amssymb,bm,array,color}
\usepackage[mathscr]{eucal}
\pagestyle{empty}
\textheight=200cm
\parindent=0pt
\DeclareTextSymbolDefault{\textbullet}{OMS}
\DeclareTextSymbolDefault{\textasteriskcentered}{OMS}
\DeclareTextSymbolDefault{\textperiodcentered}{OMS}
\DeclareTextSymbolDefault{\textdagger}{OMS}
\DeclareTextSymbolDefault{\textdaggerdbl}{OMS}
\DeclareTextSymbolDefault{\textparagraph}{OMS}
\DeclareTextSymbolDefault{\textsection}{OMS}
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
_DRAWING_SECONDS = 30.0  # for one that a scene waits for
_PREAMBLE: Final = f"{DOCUMENT_CLASS}\n{TEX_PREAMBLE}"
_HEAD: Final = f"{_PREAMBLE}\n\\begin{{document}}\n"
_END: Final = "\n\\end{document}"


class LatexTypesetter:
    """Compiles formulas as MathTex and Tex would, many in one run of LaTeX.

    It keeps what comes of them, and of the documents that scenes have drawn while they run.
    """

    def __init__(
        self,
        latex: str = "latex",
        dvisvgm: str = "dvisvgm",
        timeout_seconds: float = 120.0,
        cache_folder: Path | None = None,
    ) -> None:
        """Choose the programs.

        Args:
            latex: Its name on the PATH, or its path.
            dvisvgm: As latex.
            timeout_seconds: Wall time after which what is left counts as refused.
            cache_folder: Where drawings and formats are kept for other programs; by default
                they end with this one.
        """
        self._latex = latex
        self._dvisvgm = dvisvgm
        self._timeout_seconds = timeout_seconds
        self._cache_folder = cache_folder

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        """Compile each formula as Manim would, and measure it.

        Raises:
            RenderError: Of kind `unavailable`, if LaTeX or dvisvgm is missing, or there is no
                folder to work in.
        """
        if not formulas:
            return []
        drawn = self._drawn(formulas, self._limits(self._timeout_seconds))
        return [_typeset(drawn[formula_source(formula)]) for formula in formulas]

    def draw(
        self,
        document: str,
        compiler: str,
        output_format: str,
        *,
        timeout_seconds: float = _DRAWING_SECONDS,
        cancelled: Event | None = None,
    ) -> DrawnDocument:
        """Draw the first page of a document, as Manim does where it compiles a formula itself.

        Args:
            document: LaTeX, from its class to its end.
            compiler: Who compiles it, of those that Manim knows.
            output_format: What it makes: `.dvi`, `.xdv` or `.pdf`.
            timeout_seconds: Wall time it may take.
            cancelled: Once it is set, the drawing ends.

        Raises:
            RenderError: As `typeset`.
        """
        limits = self._limits(min(timeout_seconds, _DRAWING_SECONDS), cancelled)
        is_ours = document.startswith(_HEAD) and document.endswith(_END)
        if is_ours and (compiler, output_format) == ("latex", ".dvi"):
            source = document[len(_HEAD) : -len(_END)]
            known = self._shelf.find(_PREAMBLE, source)
            return known or self._keep(self._runs(limits).draw([source]))[source]
        made_of = (compiler, output_format, document)
        drawn = self._shelf.find(*made_of)
        if drawn is None:
            drawn = self._documents.draw(*made_of, limits)
            self._shelf.keep(drawn, *made_of)
        return drawn

    def drawing_names(self, formulas: Sequence[Formula]) -> set[str]:
        """Return the names that Manim gives formulas."""
        return {_name_of(formula_source(formula)) for formula in formulas}

    def known_drawings(self, formulas: Sequence[Formula]) -> dict[str, str]:
        """Return SVGs of formulas that have been drawn before, by the names Manim gives them.

        Raises:
            RenderError: As `typeset`.
        """
        known = self._known(map(formula_source, formulas))
        return {_name_of(source): each.svg for source, each in known.items() if each.svg}

    def draw_all(
        self,
        formulas: Sequence[Formula],
        *,
        timeout_seconds: float,
        cancelled: Event | None = None,
    ) -> dict[str, str]:
        """Draw formulas at once, as far as that is easy; return SVGs by Manim's names.

        One that is missing is for `draw`: LaTeX refuses it, or it must have a run of its own.

        Raises:
            RenderError: As `typeset`.
        """
        limits = self._limits(min(timeout_seconds, self._timeout_seconds), cancelled)
        drawn = self._drawn(formulas, limits, blames=False)
        return {_name_of(source): each.svg for source, each in drawn.items() if each.svg}

    def _drawn(
        self, formulas: Sequence[Formula], limits: TexLimits, *, blames: bool = True
    ) -> dict[str, DrawnDocument]:
        """Return what is known of formulas, or comes of them now, by their LaTeX."""
        plain = {formula_source(formula): _is_plain(formula) for formula in formulas}
        told = self._known(plain)
        together = [source for source in plain if source not in told and plain[source]]
        alone = [[source] for source in plain if source not in told and not plain[source]]
        runs = self._runs(limits, blames=blames)
        for group in (together, *(alone if blames else ())):
            told |= self._keep(runs.draw(group))
        return told

    def _known(self, sources: Iterable[str]) -> dict[str, DrawnDocument]:
        found = ((source, self._shelf.find(_PREAMBLE, source)) for source in sources)
        return {source: drawn for source, drawn in found if drawn is not None}

    def _keep(self, told: dict[str, DrawnDocument]) -> dict[str, DrawnDocument]:
        for source, drawn in told.items():
            self._shelf.keep(drawn, _PREAMBLE, source)
        return told

    def _runs(self, limits: TexLimits, *, blames: bool = True) -> FormulaRuns:
        return FormulaRuns(
            self._latex, self._dvisvgm, _PREAMBLE, self._formats, limits, blames=blames
        )

    @staticmethod
    def _limits(seconds: float, cancelled: Event | None = None) -> TexLimits:
        return TexLimits(0, time.monotonic() + seconds, cancelled)

    @cached_property
    def _kept(self) -> Path | None:
        """The folder for what is installed of LaTeX now."""
        installed = installed_tex(self._latex, self._dvisvgm)
        return None if self._cache_folder is None else folder_for(installed, self._cache_folder)

    @cached_property
    def _shelf(self) -> DrawingShelf:
        return DrawingShelf(self._kept and self._kept / "drawings")

    @cached_property
    def _formats(self) -> TexFormats:
        return TexFormats(self._kept / "formats") if self._kept else temporary_formats()

    @cached_property
    def _documents(self) -> DocumentDrawer:
        return DocumentDrawer(self._dvisvgm, self._formats)


def _name_of(source: str) -> str:
    return drawing_name(f"{_HEAD}{source}{_END}")


def _is_plain(formula: Formula) -> bool:
    return is_plain(" ".join((*formula.parts, *formula.isolated)), formula.environment)


def _typeset(drawn: DrawnDocument) -> TypesetFormula:
    if drawn.refusal is not None:
        return TypesetFormula(None, None, drawn.refusal)
    width, height = drawn.width_points * _UNITS_PER_POINT, drawn.height_points * _UNITS_PER_POINT
    return TypesetFormula(width, height, None)
