"""What is installed of LaTeX: a name for it, and which packages that formulas ask for."""

import hashlib
import logging
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from arxiviz_pipeline.domain.advice import MORE_LATEX
from arxiviz_pipeline.rendering.tex.programs import find_program

log = logging.getLogger(__name__)

REVISION: Final = 1
"""Raised when the same formula gives another drawing than before."""

CORE_FILES: Final = ("article.cls", "amsmath.sty", "amssymb.sty", "bm.sty", "color.sty")
"""What our own preamble loads."""

COMMON_FILES: Final = (
    "standalone.cls",
    "preview.sty",
    "babel.sty",
    "mathtools.sty",
    "physics.sty",
    "mathrsfs.sty",
    "siunitx.sty",
    "cancel.sty",
    "stmaryrd.sty",
    "esint.sty",
    "dsfont.sty",
    "bbm.sty",
    "tikz.sty",
    "tikz-cd.sty",
    "circuitikz.sty",
    "mhchem.sty",
    "chemfig.sty",
    "xcolor.sty",
    "multirow.sty",
    "booktabs.sty",
    "algorithm2e.sty",
    "ulem.sty",
    "soul.sty",
    "xfrac.sty",
    "nicefrac.sty",
    "braket.sty",
    "upgreek.sty",
    "wasysym.sty",
    "tipa.sty",
    "ragged2e.sty",
    "setspace.sty",
    "microtype.sty",
    "fontenc.sty",
    "lmodern.sty",
)
"""What scripts load that bring a preamble of their own, as Manim's library of templates does."""

STAND_INS: Final = {
    "standalone.cls": r"""\NeedsTeXFormat{LaTeX2e}
\ProvidesClass{standalone}
\DeclareOption*{}
\ProcessOptions\relax
\LoadClass{article}
\pagestyle{empty}
\textheight=200cm
\parindent=0pt
"""
}
"""What to put beside a document where it is not installed, of what Manim's own template loads.

The class standalone comes in a set of packages of 100 MB; a formula needs of it no more than a
page without a number.
"""

_SECONDS = 20.0
_FOLDERS_KEPT = 2


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Which of some LaTeX files are installed."""

    found: tuple[str, ...]
    missing: tuple[str, ...]


def find_latex_files(names: Sequence[str]) -> FoundFiles:
    """Look for packages and classes, named by their files, where LaTeX looks."""
    paths = {Path(path).name for path in _kpsewhich(*names)}
    return FoundFiles(
        tuple(name for name in names if name in paths),
        tuple(name for name in names if name not in paths),
    )


def tell_latex_files(files: FoundFiles) -> str:
    """Say how many packages for scripts are there, and how to get the others."""
    count = len(files.found) + len(files.missing)
    told = f"{len(files.found)} of {count} packages that scripts may load"
    if not files.missing:
        return told
    names = ", ".join(Path(name).stem for name in files.missing)
    return f"{told}, without {names}. {MORE_LATEX}"


@cache
def installed_tex(latex: str, dvisvgm: str) -> str:
    """Return a name for what is installed of LaTeX: another one once any package comes or goes.

    Raises:
        RenderError: Of kind `unavailable`, if a program is missing.
    """
    digest = hashlib.sha256(str(REVISION).encode())
    # TeX's lists of its files are written anew with each change of its packages.
    for path in (find_program(latex), find_program(dvisvgm), *_kpsewhich("-all", "ls-R")):
        with suppress(OSError):
            told = Path(path).stat()
            digest.update(f"{path} {told.st_mtime_ns} {told.st_size}\n".encode())
    return digest.hexdigest()[:16]


def folder_for(installed: str, cache_folder: Path) -> Path | None:
    """Return the folder for what this LaTeX makes, or None if it cannot be made.

    Of the folders for other LaTeX the last is kept: two versions may be in use at once.
    """
    folder = cache_folder / f"{REVISION}-{installed}"
    if folder.is_dir():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(cache_folder.iterdir(), key=lambda each: each.stat().st_mtime_ns)
    except OSError as error:
        log.warning("drawings cannot be kept in %s: %s", cache_folder, error.strerror)
        return None
    for former in others[:-_FOLDERS_KEPT]:
        shutil.rmtree(former, ignore_errors=True)
    return folder


@cache
def stand_ins() -> dict[str, str]:
    """Return those of `STAND_INS` that are needed here, by their names."""
    missing = find_latex_files(tuple(STAND_INS)).missing
    return {name: STAND_INS[name] for name in missing}


def _kpsewhich(*arguments: str) -> list[str]:
    program = shutil.which("kpsewhich")
    if program is None:
        return []
    with suppress(OSError, subprocess.TimeoutExpired):
        told = subprocess.run(  # noqa: S603 - a program of TeX's, with words of ours
            [program, *arguments], capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        return told.stdout.splitlines()
    return []
