"""What decides the pixels of a video, besides its script."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

REVISION: Final = 3
"""Raised when the same script gives other pixels, or another still, than before."""


def manim_version() -> str:
    """Return the installed Manim's version, or `none`."""
    try:
        return version("manim")
    except PackageNotFoundError:
        return "none"
