"""Scripts for the renderer that is not ours say so when they fail."""

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.conftest import LOW
from tests.rendering.scripts import scene, script

pytestmark = pytest.mark.usefixtures("leaves_nothing")
GL = "from manim.opengl import *"


@pytest.mark.parametrize(
    ("top", "body", "line"),
    [
        ("config.renderer = 'opengl'", "self.play(FadeIn(Square()))", None),
        (GL, "self.add(OpenGLSurface(lambda u, v: np.array([u, v, 0])))", 5),
        (GL, "self.add(FullScreenQuad(self.renderer.context))", 5),
        ("", "self.interactive_embed()", 5),
        ("", "config.renderer = 'opengl'; self.play(FadeIn(Square()))", 5),
    ],
)
def test_a_script_made_for_opengl_is_told_so(
    renderer: LocalRenderer, top: str, body: str, line: int | None
):
    with pytest.raises(RenderError, match="made for Manim's OpenGL renderer") as told:
        renderer.render(script(scene(body, top)), LOW)
    assert (told.value.kind, told.value.line) == ("opengl", line)


def test_a_missing_attribute_is_not_opengls_by_itself(renderer: LocalRenderer):
    with pytest.raises(RenderError, match="has no attribute 'window'") as told:
        renderer.render(script(scene("Square().window.show()")), LOW)
    assert told.value.kind != "opengl"
