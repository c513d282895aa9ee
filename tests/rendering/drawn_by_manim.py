"""A program: reads formulas as JSON, writes what Manim makes of each, as JSON."""
# ruff: noqa: SLF001 - what MathTex hands to LaTeX can only be had from its own methods

import json
import sys
from pathlib import Path

from manim import MathTex, SingleStringMathTex, Tex, config
from manim.utils.tex import TexTemplate

from arxiviz_pipeline.rendering.tex.typesetter import DOCUMENT_CLASS, TEX_PREAMBLE


def drawn(
    parts: list[str],
    environment: str | None,
    separator: str | None,
    isolated: list[str],
    is_marked: bool,
) -> tuple[float, float, str, str]:
    """Return width, height, the LaTeX inside the environment, and the drawing's name."""
    if not is_marked:
        single = SingleStringMathTex(*parts)
        return single.width, single.height, parts[0], Path(single.file_name).name
    options = {} if separator is None else {"arg_separator": separator}
    formula = (Tex if environment == "center" else MathTex)(
        *parts, tex_environment=environment, substrings_to_isolate=isolated, **options
    )
    marked = formula._join_tex_strings_with_unique_deliminters(formula.tex_strings, isolated)
    source = formula._get_modified_expression(marked)
    return formula.width, formula.height, source, Path(formula.file_name).name


if __name__ == "__main__":
    config.media_dir = sys.argv[1]
    config.verbosity = "WARNING"
    config.tex_template = TexTemplate(documentclass=DOCUMENT_CLASS, preamble=TEX_PREAMBLE)
    json.dump([drawn(*formula) for formula in json.load(sys.stdin)], sys.stdout)
