"""Tells scripts that are made for Manim's OpenGL renderer: here scenes are drawn by Cairo."""

from traceback import walk_tb
from typing import TYPE_CHECKING, Final

from arxiviz_pipeline.domain.errors import RenderError

if TYPE_CHECKING:
    from manim import Scene
    from manim._config.utils import ManimConfig

OPENGL_MESSAGE: Final = (
    "The script is made for Manim's OpenGL renderer, and scenes are drawn by Cairo here."
)
_ITS_OWN: Final = ("context", "window")


def require_cairo(config: "ManimConfig", scene: "Scene | None" = None) -> None:
    """Make sure that a script has not chosen another renderer, and its scene has not either.

    Raises:
        RenderError: Of kind `opengl`, if it has.
    """
    from manim.constants import RendererType  # heavy, and of no use to a faulty script
    from manim.renderer.cairo_renderer import CairoRenderer

    is_drawn = scene is None or isinstance(scene.renderer, CairoRenderer)
    if config.renderer is not RendererType.CAIRO or not is_drawn:
        raise RenderError(kind="opengl", message=OPENGL_MESSAGE)


def needs_opengl(error: BaseException) -> bool:
    """Tell whether a script has failed since it is not drawn by OpenGL."""
    if isinstance(error, AssertionError):
        return _is_raised_by(error, "interactive_embed")
    if not isinstance(error, AttributeError):
        return False
    from manim import config
    from manim.constants import RendererType
    from manim.renderer.cairo_renderer import CairoRenderer
    from manim.renderer.opengl_renderer import OpenGLRenderer

    lacking = getattr(error, "obj", None)
    if isinstance(lacking, CairoRenderer):
        return error.name in _ITS_OWN or hasattr(OpenGLRenderer, error.name or "")
    names = [kind.__name__ for kind in type(lacking).__mro__]
    return config.renderer is not RendererType.CAIRO or any(
        name.startswith("OpenGL") for name in names
    )


def _is_raised_by(error: BaseException, function: str) -> bool:
    """Tell whether an error comes from a function of Manim's scenes."""
    frames = list(walk_tb(error.__traceback__))
    code = frames[-1][0].f_code if frames else None
    return code is not None and code.co_qualname == f"Scene.{function}"
