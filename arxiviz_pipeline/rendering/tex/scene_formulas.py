"""The host's side of a scene's formulas: what it gets at its start, and what it asks for."""

import time
from collections.abc import Iterable, Mapping
from threading import Event
from typing import Any, Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.script_formulas import likely_formulas
from arxiviz_pipeline.rendering.tex.mathtex import drawing_name
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter

_MOST_CHARACTERS: Final = 8_000_000
"""Of the drawings in one message: a message has a largest size."""


class SceneFormulas:
    """Formulas of one scene.

    A scene that fails early costs no LaTeX: those that its script spells out are drawn once it
    asks for the first of them, all at once.
    """

    def __init__(
        self,
        typesetter: LatexTypesetter,
        code: str,
        timeout_seconds: float,
        cancelled: Event | None = None,
    ) -> None:
        """Read the script.

        Args:
            typesetter: Who draws.
            code: The script's.
            timeout_seconds: Wall time that the scene has from now on.
            cancelled: Once it is set, drawing ends.
        """
        self._typesetter = typesetter
        self._likely = likely_formulas(code)
        self._deadline = time.monotonic() + timeout_seconds
        self._cancelled = cancelled
        self._sent: set[str] = set()

    def known(self) -> dict[str, str]:
        """Return SVGs of formulas that need not be drawn, by the names Manim gives them."""
        try:
            return self._unsent(self._typesetter.known_drawings(self._likely).items())
        except RenderError:  # such as LaTeX that is missing: told to the scene that needs it
            return {}

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Draw what a scene asks for; whatever it asks, it gets an answer."""
        match asked:
            case {"draw": str(document), "compiler": str(compiler), "output_format": str(made)}:
                pass
            case _:
                return {"refusal": "A formula is asked for as a document, a compiler and a format."}
        try:
            more = self._drawn_ahead(document)
            seconds = self._deadline - time.monotonic()
            drawing = self._typesetter.draw(
                document, compiler, made, timeout_seconds=seconds, cancelled=self._cancelled
            )
        except RenderError as error:
            return {"unavailable": error.message}
        if drawing.refusal is not None:
            return {"refusal": drawing.refusal, "more": more}
        return {"drawing": drawing.svg, "more": more}

    def _drawn_ahead(self, document: str) -> dict[str, str]:
        """Draw what the script spells out, if this is of it; return what the scene lacks."""
        if drawing_name(document) not in self._typesetter.drawing_names(self._likely):
            return {}
        formulas, self._likely = self._likely, []
        seconds = self._deadline - time.monotonic()
        drawn = self._typesetter.draw_all(
            formulas, timeout_seconds=seconds, cancelled=self._cancelled
        )
        return self._unsent(drawn.items())

    def _unsent(self, drawings: Iterable[tuple[str, str]]) -> dict[str, str]:
        room = _MOST_CHARACTERS
        chosen: dict[str, str] = {}
        for name, svg in drawings:
            room -= len(svg)
            if room > 0 and name not in self._sent:
                chosen[name] = svg
        self._sent |= chosen.keys()
        return chosen
