"""What of this machine the renderer's confined processes see: Python, Manim, fonts and TeX."""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_SYSTEM: Final = (
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/sbin",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_FONTS = ("/etc/fonts", "/var/cache/fontconfig", "~/.fonts", "~/.local/share/fonts")
_TEX = ("/etc/texmf", "/var/lib/texmf")
_PACKAGE = Path(__file__).parents[1]


def python_view(python: str = sys.executable) -> tuple[Path, ...]:
    """Return what an interpreter and our own package need."""
    environment = Path(python).parent.parent
    environments = (environment,) if (environment / "pyvenv.cfg").is_file() else ()
    return (*_paths(_SYSTEM), *environments, Path(sys.prefix), Path(sys.base_prefix), _PACKAGE)


def scene_view(python: str = sys.executable) -> tuple[Path, ...]:
    """Return what a scene needs: Python, Manim and fonts."""
    return (*python_view(python), *_paths(_FONTS))


def tex_view(programs: Iterable[str]) -> tuple[Path, ...]:
    """Return what LaTeX's programs need, wherever they are installed."""
    found = (Path(path).resolve() for path in map(shutil.which, programs) if path)
    # TeX Live of its own installer: YEAR/bin/PLATFORM/latex, its files all below YEAR.
    trees = (path.parents[2] for path in found if "texlive" in path.parts)
    return (*_paths((*_SYSTEM, *_TEX)), *trees)


def _paths(names: Iterable[str]) -> tuple[Path, ...]:
    return tuple(Path(os.path.expanduser(name)) for name in names)  # noqa: PTH111 - no home raises
