"""Compiles formulas with the real LaTeX, many in one document, and tells which were refused."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

# What Manim puts around a formula: its default preamble and MathTex's environment.
_HEAD = r"""\documentclass{article}
\usepackage[english]{babel}
\usepackage{amsmath}
\usepackage{amssymb}
\begin{document}
"""
_SECONDS = 60


def path_of_latex() -> str:
    path = shutil.which("latex")
    if path is None:
        pytest.skip("no latex on the PATH: install TeX Live")
    return path


def refused_formulas(formulas: Sequence[str], folder: Path) -> dict[int, str]:
    """Compile each formula as a display and return TeX's message for those it refuses."""
    latex = path_of_latex()
    # Each formula is a page of its own with its number in the log before it.
    bodies = [
        f"\\typeout{{@formula {number}}}\n"
        f"\\begin{{align*}}\n{formula}\n\\end{{align*}}\n\\clearpage"
        for number, formula in enumerate(formulas)
    ]
    source = folder / "formulas.tex"
    source.write_text(_HEAD + "\n".join(bodies) + "\n\\end{document}\n")
    subprocess.run(
        [latex, "-interaction=nonstopmode", "-no-shell-escape", source.name],
        cwd=folder,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    log = source.with_suffix(".log").read_text(encoding="latin-1")
    assert "Output written on" in log or not formulas, log[-2000:]
    parts = re.split(r"^@formula (\d+)$", log, flags=re.MULTILINE)
    refused: dict[int, str] = {}
    for number, part in zip(parts[1::2], parts[2::2], strict=True):
        if error := re.search(r"^! (.*)", part, flags=re.MULTILINE):
            refused[int(number)] = error[1]
    assert len(parts) // 2 == len(formulas), "LaTeX gave up before the last formula"
    return refused
