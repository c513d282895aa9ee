"""Tells in which letters and signs texts can be set, by the fonts there are."""

from typing import Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.fonts.fontconfig import Fontconfig

_SAMPLES: Final = {
    "Latin": "aß",
    "Greek": "αΩ",
    "Cyrillic": "яЖ",
    "Chinese": "漢汉",
    "Japanese": "かカ",
    "Korean": "한",
    "mathematical signs": "∮⊗",
    "emoji": "🚀",
}


def describe_fonts() -> str:
    """Say which letters and signs can be set.

    Raises:
        RenderError: Of kind `unavailable`, if some of the usual ones cannot: which, and the remedy.
    """
    try:
        fonts = Fontconfig()
    except OSError as error:
        message = f"Which fonts there are cannot be told: {error}."
        raise RenderError(kind="unavailable", message=message) from error
    missing = [name for name, text in _SAMPLES.items() if not all(map(fonts.can_draw, text))]
    if missing:
        message = (
            f"No font has {', '.join(missing)}: texts in them show boxes. Install some, on "
            "Debian and Ubuntu by deploy/system-packages.sh."
        )
        raise RenderError(kind="unavailable", message=message)
    return f"{', '.join(_SAMPLES)} can be set"
