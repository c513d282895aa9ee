"""Scene scripts that somebody hands in, rather than a writer of ours."""

import hashlib

from arxiviz_pipeline.domain.models import SceneScript
from arxiviz_pipeline.domain.scene_classes import choose_scene

_ID_LENGTH = 12


def submitted_script(code: str, scene_name: str | None = None, section_id: str = "") -> SceneScript:
    """Make a scene script of a Manim program, without running it.

    Args:
        code: The program, a Python module.
        scene_name: The class to render; the first scene there is, if None.
        section_id: The section it illustrates, if it belongs to a paper.

    Raises:
        RenderError: Of kind `syntax` or `no_scene`, as `choose_scene` tells.
    """
    chosen = choose_scene(code, scene_name)
    return SceneScript(
        id=f"submitted-{hashlib.sha256(code.encode()).hexdigest()[:_ID_LENGTH]}",
        section_id=section_id,
        concept=chosen,
        storyboard=(),
        manim_code=code,
        scene_name=chosen,
        origin="submitted",
        checks=(),
    )
