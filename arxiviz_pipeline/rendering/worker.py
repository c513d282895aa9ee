"""The program that renders one scene: `python -I -m arxiviz_pipeline.rendering.worker JOB`.

It runs code nobody has read, so it gets an environment with nothing in it, a folder of its own
and limits, and what it answers is checked by whoever reads it. See `local_renderer`.
"""

import faulthandler
import json
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Final

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.scene_classes import choose_scene
from arxiviz_pipeline.processes.limits import limit_resources
from arxiviz_pipeline.processes.process_tree import end_like, run_kept
from arxiviz_pipeline.rendering.jobs import Answer, Job
from arxiviz_pipeline.rendering.tex import DOCUMENT_CLASS, TEX_PREAMBLE
from arxiviz_pipeline.rendering.tex_errors import tex_error

if TYPE_CHECKING:
    from manim import Scene
    from manim._config.utils import ManimConfig
    from manim.utils.tex import TexTemplate

STILL_SECONDS: Final = 3.0
"""How long a scene that animates nothing is shown."""

_SCRIPT_MODULE = "scene_script"
_LONGEST_MESSAGE = 2000
_ENCODER_OPTIONS = {
    "preset": "veryfast",  # of drawings: smaller than x264's default, for less
    # Manim's pixels become YUV by BT.601, which players only assume below 720 lines: say so.
    "x264-params": "colorprim=bt709:transfer=iec61966-2-1:colormatrix=smpte170m",
}


def main() -> None:
    """Render the job named on the command line; die as the script does, if it dies."""
    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    limit_resources(job.memory_bytes, job.file_bytes)
    end_like(run_kept(lambda: _answer(job)))


def _answer(job: Job) -> None:
    faulthandler.enable()
    try:
        answer = Answer(movie=str(_render(job)))
    except RenderError as error:
        answer = Answer(kind=error.kind, message=error.message, line=error.line)
    except BaseException as error:  # noqa: BLE001 - SystemExit of a script is a failure too
        answer = _failure(error, job.script)
    unfinished = Path(job.answer).with_suffix(".unfinished")
    unfinished.write_text(json.dumps(asdict(answer)), encoding="utf-8")
    unfinished.replace(job.answer)


def _render(job: Job) -> Path:
    code = Path(job.script).read_text(encoding="utf-8")
    choose_scene(code, job.scene_name)
    config, template = _import_manim()
    _configure(config, template, job)
    module = _run_script(code, job.script)
    scene_class = _scene_class(module, job.scene_name)
    _configure(config, template, job)
    scene = scene_class()
    _hold_if_still(scene)
    scene.render()
    movie: Path = scene.renderer.file_writer.movie_file_path
    if not movie.is_file():
        message = "The scene ended without leaving a movie: all of its animations were skipped."
        raise RenderError(kind="no_frames", message=message)
    return movie


def _import_manim() -> tuple["ManimConfig", "TexTemplate"]:
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


def _configure(config: "ManimConfig", template: "TexTemplate", job: Job) -> None:
    """Set what is not the script's to choose: before it runs, and again after."""
    config.tex_template = template  # a script may add to its preamble
    config.pixel_width = job.width
    config.pixel_height = job.height
    config.frame_rate = job.frame_rate
    config.media_dir = job.media_dir
    config.format = "mp4"
    config.transparent = False
    config.dry_run = False
    config.preview = False
    config.disable_caching = True
    config.progress_bar = "none"
    config.verbosity = "WARNING"
    config.video_codec = "auto"
    config.pixel_format = "auto"
    config.video_encoder_options = _ENCODER_OPTIONS
    config.from_animation_number = 0
    config.upto_animation_number = -1


def _run_script(code: str, path: str) -> ModuleType:
    module = ModuleType(_SCRIPT_MODULE)
    module.__file__ = path
    sys.modules[_SCRIPT_MODULE] = module
    sys.argv = [path]
    try:
        compiled = compile(code, path, "exec")
    except SyntaxError as error:  # such as a return outside a function
        raise RenderError(kind="syntax", message=error.msg, line=error.lineno) from error
    exec(compiled, module.__dict__)  # noqa: S102 - what this process is for
    return module


def _scene_class(module: ModuleType, name: str) -> type["Scene"]:
    from manim import Scene

    found = getattr(module, name, None)
    if isinstance(found, type) and issubclass(found, Scene):
        return found
    message = f"{name!r} is no Scene of Manim's once the script has run: it is {found!r}."
    raise RenderError(kind="no_scene", message=message)


def _hold_if_still(scene: "Scene") -> None:
    """Show a scene without animation for a while: of no animation Manim makes no movie."""
    construct = scene.construct

    def construct_and_hold() -> None:
        construct()
        if scene.renderer.num_plays == 0:
            scene.wait(STILL_SECONDS)

    scene.construct = construct_and_hold


def _failure(error: BaseException, script: str) -> Answer:
    line = _innermost_line(error.__traceback__, script)
    if isinstance(error, FileNotFoundError) and error.filename in ("latex", "dvisvgm"):
        message = f"A formula needs the program {error.filename!r}, which is not found."
        return Answer(kind="unavailable", message=message, line=line)
    if isinstance(error, ValueError) and _frame_locals(error.__traceback__, "tex_to_svg_file"):
        return Answer(kind="latex", message=_latex_message(error.__traceback__), line=line)
    message = _one_message(error)
    if isinstance(error, ImportError):
        return Answer(kind="import", message=message, line=line)
    if isinstance(error, SystemExit):
        message = f"The script ends the program itself ({message}); remove its call of exit."
    return Answer(kind="exception", message=message, line=line)


def _latex_message(traceback: TracebackType | None) -> str:
    """Say what TeX said, which Manim only tells the log, and of which formula."""
    parts = _frame_locals(traceback, "__init__", "tex_strings").get("tex_strings", ())
    refused = _frame_locals(traceback, "compile_tex")
    said = "dvisvgm makes no drawing"
    if refused:
        log = Path(refused["log_file"]).read_text(encoding="utf-8", errors="replace")
        said = tex_error(log) or "LaTeX ended early"
    return f"{said}, in the formula: {' '.join(map(str, parts))}"


def _one_message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - the script's own class, whose __str__ may fail
        text = "(its message cannot be shown)"
    return f"{type(error).__name__}: {text}".removesuffix(": ")[:_LONGEST_MESSAGE]


def _innermost_line(traceback: TracebackType | None, script: str) -> int | None:
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == script:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _frame_locals(
    traceback: TracebackType | None, function: str, variable: str | None = None
) -> dict[str, Any]:
    """Return the variables of the outermost frame of this function, or none."""
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == function and (variable is None or variable in frame.f_locals):
            return frame.f_locals
        traceback = traceback.tb_next
    return {}


if __name__ == "__main__":
    main()
