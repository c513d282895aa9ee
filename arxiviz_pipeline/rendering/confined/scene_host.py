"""A scene's side of the talk with its host: formulas it asks for, progress, and its answer."""

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.sandbox.messages import receive_message, send_message

if TYPE_CHECKING:
    from manim.utils.tex import TexTemplate

_TALK_HANDLE = 3

FIRST_FILE_HANDLE: Final = _TALK_HANDLE + 1
"""Where a scene has the first of the files it was given."""

MOVIE_HANDLE: Final = FIRST_FILE_HANDLE
"""Where a scene that is rendered has the file to write its movie to."""


class FormulaRefusedError(ValueError):
    """LaTeX makes nothing of a formula, and says why."""


class SceneHost:
    """The host, as a scene's process sees it."""

    def __init__(self) -> None:
        self._socket = socket.socket(fileno=_TALK_HANDLE)

    def tell(self, message: Mapping[str, object]) -> None:
        """Say something that has no answer."""
        send_message(self._socket, message)

    def ask(self, message: Mapping[str, object]) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        send_message(self._socket, message)
        answered = receive_message(self._socket)
        if answered is None:
            raise RenderError(kind="cancelled", message="The host is gone.")
        return answered[0]


def draw_formulas_by(host: SceneHost, known: Mapping[str, str]) -> None:
    """Have Manim ask the host for drawings of formulas, which is where LaTeX is.

    Args:
        host: Who is asked.
        known: Drawings that need not be asked for, by the names Manim gives them.
    """
    from manim.mobject.text import tex_mobject

    setattr(tex_mobject, "tex_to_svg_file", _drawn_by(host, dict(known)))  # noqa: B010 - not exported


def _drawn_by(host: SceneHost, known: dict[str, str]) -> Callable[..., Path]:
    from manim import config
    from manim.utils import tex_file_writing

    def tex_to_svg_file(
        expression: str,
        environment: str | None = None,
        tex_template: "TexTemplate | None" = None,
    ) -> Path:
        """Stand in for Manim's, which runs LaTeX itself."""
        template = tex_template or config["tex_template"]
        document = _document(expression, environment, template)
        drawing = Path(config.get_dir("tex_dir"), f"{tex_file_writing.tex_hash(document)}.svg")
        if not drawing.exists():
            drawn = known.get(drawing.name) or _asked(host, document, template, known)
            drawing.parent.mkdir(parents=True, exist_ok=True)
            drawing.write_text(drawn, encoding="utf-8")
        return drawing

    return tex_to_svg_file


def _document(expression: str, environment: str | None, template: "TexTemplate") -> str:
    if environment is None:
        return template.get_texcode_for_expression(expression)
    return template.get_texcode_for_expression_in_env(expression, environment)


def _asked(host: SceneHost, document: str, template: "TexTemplate", known: dict[str, str]) -> str:
    """Have the host draw a document, and keep what it has drawn besides."""
    answer = host.ask(
        {
            "draw": document,
            "compiler": template.tex_compiler,
            "output_format": template.output_format,
        }
    )
    known |= answer.get("more", {})
    if (missing := answer.get("unavailable")) is not None:
        raise RenderError(kind="unavailable", message=missing)
    if (refusal := answer.get("refusal")) is not None:
        raise FormulaRefusedError(refusal)
    return answer["drawing"]
