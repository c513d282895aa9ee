"""Loads a scene script into Manim as it is rendered: configured, and its scene made.

For the tasks that run scripts (`render_task`, `rehearsal_task`), never for our own process.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.scene_classes import choose_from, find_scene_classes, parse_script
from arxiviz_pipeline.rendering.confined.defined_scenes import choose_defined_scene
from arxiviz_pipeline.rendering.confined.opengl_scripts import require_cairo
from arxiviz_pipeline.rendering.confined.scene_host import SceneHost, draw_formulas_by
from arxiviz_pipeline.rendering.jobs import SCRIPT_MODULE, SCRIPT_NAME, SceneJob
from arxiviz_pipeline.rendering.tex.typesetter import DOCUMENT_CLASS, TEX_PREAMBLE

if TYPE_CHECKING:
    from manim import Scene
    from manim._config.utils import ManimConfig
    from manim.utils.tex import TexTemplate

STILL_SECONDS: Final = 3.0
"""How long a scene that animates nothing is shown."""

_SAME_SHAPE: Final = 0.01  # 854 by 480 pixels are not quite 16 by 9


@dataclass(frozen=True, slots=True)
class LoadedScene:
    """A scene, ready to be rendered.

    Attributes:
        name: What the script calls its class.
        others: Scenes of the script that might have been rendered instead.
    """

    scene: "Scene"
    name: str
    others: tuple[str, ...]


def load_scene(job: SceneJob, host: SceneHost, folder: Path) -> LoadedScene:
    """Run a job's script, and make the scene to render; whatever the script raises is raised.

    Args:
        job: What to load.
        host: Draws its formulas.
        folder: Where the script stands, and Manim may write.

    Raises:
        RenderError: Of kind `syntax`, `no_scene` or `opengl`, or `unavailable` without Manim.
    """
    found = find_scene_classes(parse_script(job.code))
    choose_from(found, job.scene_name)
    config, template = import_manim()
    draw_formulas_by(host, job.drawings)
    _configure(config, template, job, folder)
    module = _run_script(job.code, str(folder / SCRIPT_NAME))
    chosen = choose_defined_scene(module, found.names, job.scene_name)
    require_cairo(config)
    _fit_frame(config, job.width / job.height)
    _configure(config, template, job, folder)
    scene = chosen.scene_class()
    require_cairo(config, scene)
    _hold_if_still(scene)
    return LoadedScene(scene, chosen.name, chosen.others)


def require_frames(scene: "Scene") -> None:
    """Make sure that a scene that has ended has a movie.

    Raises:
        RenderError: Of kind `no_frames`, if all of its animations were skipped.
    """
    if not any(scene.renderer.file_writer.partial_movie_files):
        message = "The scene ended without leaving a movie: all of its animations were skipped."
        raise RenderError(kind="no_frames", message=message)


def import_manim() -> tuple["ManimConfig", "TexTemplate"]:
    """Import Manim, faster than it is by itself; return its configuration and a template.

    Raises:
        RenderError: Of kind `unavailable`, if it cannot be imported.
    """
    try:
        from manim import config  # heavy, and of no use to a faulty script
        from manim.utils.tex import TexTemplate
    except ImportError as error:
        message = f"Manim cannot be imported: {error}."
        raise RenderError(kind="unavailable", message=message) from error
    share_outlines()
    return config, TexTemplate(documentclass=DOCUMENT_CLASS, preamble=TEX_PREAMBLE)


def share_outlines() -> None:
    """Spare copies of parsed outlines: each glyph has one, and nothing changes it any more.

    Manim copies mobjects for every animation; a third of a scene's time went into these.
    """
    from svgelements import Path as Outline

    Outline.__deepcopy__ = lambda self, _: self


def _configure(config: "ManimConfig", template: "TexTemplate", job: SceneJob, folder: Path) -> None:
    """Set what is not the script's to choose: before it runs, and again after."""
    config.tex_template = template  # a script may add to its preamble
    config.pixel_width = job.width
    config.pixel_height = job.height
    config.frame_rate = job.frame_rate
    config.media_dir = str(folder / "media")
    config.format = "mp4"
    config.transparent = False
    config.dry_run = False
    config.preview = False
    config.disable_caching = True
    config.progress_bar = "none"
    config.verbosity = "WARNING"
    config.video_codec = "auto"
    config.pixel_format = "auto"
    config.save_sections = False
    config.video_encoder_options = {}
    config.from_animation_number = 0
    config.upto_animation_number = -1


def _fit_frame(config: "ManimConfig", shape: float) -> None:
    """Keep all in sight of a script that is made for a picture of another shape, such as upright.

    Args:
        config: As the script has left it.
        shape: The picture's, its width by its height.
    """
    own = config.pixel_width / config.pixel_height
    if abs(own / shape - 1) > _SAME_SHAPE:
        config.frame_width = max(config.frame_width, config.frame_height * shape)
        config.frame_height = config.frame_width / shape


def _run_script(code: str, path: str) -> ModuleType:
    module = ModuleType(SCRIPT_MODULE)
    module.__file__ = path
    sys.modules[SCRIPT_MODULE] = module
    sys.argv = [path]
    try:
        compiled = compile(code, path, "exec")
    except SyntaxError as error:  # such as a return outside a function
        raise RenderError(kind="syntax", message=error.msg, line=error.lineno) from error
    exec(compiled, module.__dict__)  # noqa: S102 - what this process is for
    return module


def _hold_if_still(scene: "Scene") -> None:
    """Show a scene without animation for a while: of no animation Manim makes no movie.

    What is shown is the picture that Manim makes instead: nothing in it is updated.
    """
    tear_down = scene.tear_down

    def tear_down_and_hold() -> None:
        tear_down()
        if scene.renderer.num_plays == 0:
            scene.wait(STILL_SECONDS, frozen_frame=True)

    scene.tear_down = tear_down_and_hold
