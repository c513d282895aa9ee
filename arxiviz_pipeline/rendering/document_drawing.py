"""Compiles a document that a script made while it ran, one at a time."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arxiviz_pipeline.rendering.tex_errors import tex_error
from arxiviz_pipeline.rendering.tex_programs import find_program, run_tex_program, tex_folder
from arxiviz_pipeline.rendering.work_folders import writing_in

_FORMATS: Final = {
    "latex": (".dvi", ".pdf"),
    "pdflatex": (".pdf", ".dvi"),
    "luatex": (".dvi", ".pdf"),
    "lualatex": (".dvi", ".pdf"),
    "xelatex": (".xdv", ".pdf"),
}
"""Manim's compilers, and what they make; see manim.utils.tex_file_writing."""

_CPU_SECONDS = 10  # a formula needs 0.4
_SECONDS = 30.0
_LARGEST_DRAWING_BYTES = 3_000_000
_NAME = "formula"


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """An SVG, or what TeX said instead."""

    svg: str = ""
    refusal: str | None = None


def draw_document(
    document: str, compiler: str, output_format: str, dvisvgm: str = "dvisvgm"
) -> DrawnDocument:
    """Draw a document's first page.

    Raises:
        RenderError: Of kind `unavailable`, if a program is missing or none can be started.
    """
    if output_format not in _FORMATS.get(compiler, ()):
        told = (
            f"TeX compiler {compiler[:40]!r} with output format {output_format[:10]!r} is unknown"
        )
        return DrawnDocument(refusal=told)
    deadline = time.monotonic() + _SECONDS
    drawer = find_program(dvisvgm)
    with tex_folder() as folder:
        with writing_in(folder):
            text = document.encode("utf-8", "replace")
            (folder / f"{_NAME}.tex").write_bytes(text)
        command = [find_program(compiler), *_options(compiler, output_format), f"{_NAME}.tex"]
        ended, output = run_tex_program(command, folder, _CPU_SECONDS, deadline)
        if not ended:
            return DrawnDocument(refusal="LaTeX does not come to an end")
        if (error := tex_error(output)) is not None:
            return DrawnDocument(refusal=error)
        command = [drawer, "--page=1", "--no-fonts", "--verbosity=0", f"--output={_NAME}.svg"]
        pdf = ["--pdf"] if output_format == ".pdf" else []
        run_tex_program([*command, *pdf, f"{_NAME}{output_format}"], folder, _CPU_SECONDS, deadline)
        return _read(folder / f"{_NAME}.svg")


def _options(compiler: str, output_format: str) -> list[str]:
    safe = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    if compiler == "xelatex":
        return [*safe, "-no-pdf"] if output_format == ".xdv" else safe
    return [*safe, f"-output-format={output_format[1:]}"]


def _read(drawing: Path) -> DrawnDocument:
    if drawing.is_symlink() or not drawing.is_file():
        return DrawnDocument(refusal="dvisvgm makes no drawing")
    if drawing.stat().st_size > _LARGEST_DRAWING_BYTES:
        return DrawnDocument(refusal=f"its drawing is over {_LARGEST_DRAWING_BYTES} bytes")
    return DrawnDocument(svg=drawing.read_text(encoding="utf-8", errors="replace"))
