"""A program: reads formulas as JSON, writes what Manim's MathTex makes of each, as JSON."""
# ruff: noqa: SLF001 - what MathTex hands to LaTeX can only be had from its own methods

import json
import sys

from manim import MathTex, config
from manim.utils.tex import TexTemplate

from arxiviz_pipeline.rendering.tex import DOCUMENT_CLASS, TEX_PREAMBLE


def drawn(parts: list[str]) -> tuple[float, float, str]:
    """Return width, height and the LaTeX inside `align*`."""
    formula = MathTex(*parts)
    marked = formula._join_tex_strings_with_unique_deliminters(formula.tex_strings, [])
    return formula.width, formula.height, formula._get_modified_expression(marked)


if __name__ == "__main__":
    config.media_dir = sys.argv[1]
    config.verbosity = "WARNING"
    config.tex_template = TexTemplate(documentclass=DOCUMENT_CLASS, preamble=TEX_PREAMBLE)
    json.dump([drawn(parts) for parts in json.load(sys.stdin)], sys.stdout)
