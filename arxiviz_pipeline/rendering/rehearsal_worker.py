"""The program that rehearses: `python -I -m arxiviz_pipeline.rendering.rehearsal_worker JOB`.

It imports Manim once and runs each scene in a fork of itself, with a folder and limits of its
own. As with `worker`, whoever reads the answers checks them. See `rehearsal`.
"""

import faulthandler
import gc
import json
import os
import resource
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.processes.limits import limit_resources
from arxiviz_pipeline.processes.process_tree import end_like, run_kept
from arxiviz_pipeline.rendering.forked_scenes import run_forked
from arxiviz_pipeline.rendering.jobs import (
    Answer,
    Ending,
    Job,
    RehearsalAnswer,
    RehearsalJob,
    write_answer,
)
from arxiviz_pipeline.rendering.manim_program import line_at_end
from arxiviz_pipeline.rendering.scene_loading import import_manim, load_scene, require_frames
from arxiviz_pipeline.rendering.script_failures import script_failure

if TYPE_CHECKING:
    from arxiviz_pipeline.rendering.scene_watch import SceneWatch

_LONGEST_OUTPUT = 3000
_GRACE_CPU_SECONDS = 2


def main() -> None:
    """Rehearse the job named on the command line."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    job = RehearsalJob(**told | {"scenes": tuple(Job(**scene) for scene in told["scenes"])})
    limit_resources(job.scenes[0].memory_bytes, job.scenes[0].file_bytes)
    end_like(run_kept(lambda: _rehearse(job)))


def _rehearse(job: RehearsalJob) -> None:
    with suppress(RenderError, ImportError):  # each scene that needs it tells so
        import_manim()
        import_module("arxiviz_pipeline.rendering.scene_watch")
        import_module("arxiviz_pipeline.rendering.undrawn_scene")
    gc.freeze()  # so that forks share what is here
    works = [partial(_rehearse_scene, scene, job) for scene in job.scenes]
    for place, ended in run_forked(works, job.at_once, job.timeout_seconds):
        ending = Ending(ended.exit_code, ended.last_lines[-_LONGEST_OUTPUT:], line_at_end(ended))
        write_answer(asdict(ending), job.endings[place])


def _rehearse_scene(scene_job: Job, job: RehearsalJob) -> None:
    faulthandler.enable()
    faulthandler.register(signal.SIGXCPU, all_threads=False, chain=True)  # tells the line
    with suppress(ValueError):  # a lower limit stands
        limit = (job.cpu_seconds, job.cpu_seconds + _GRACE_CPU_SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, limit)
    _move_into(Path(scene_job.script).parent)
    write_answer(asdict(_answer(scene_job, job.render_seconds)), scene_job.answer)


def _answer(scene_job: Job, render_seconds: float) -> RehearsalAnswer:
    watch = _watch(scene_job.script, render_seconds)
    failure = Answer()
    try:
        scene = load_scene(scene_job)
        scene.render()
        require_frames(scene)
    except BaseException as error:  # noqa: BLE001 - SystemExit of a script is a failure too
        failure = script_failure(error, scene_job.script)
    told = watch.told() if watch else RehearsalAnswer()
    return replace(told, kind=failure.kind, message=failure.message, line=failure.line)


def _watch(script: str, render_seconds: float) -> "SceneWatch | None":
    """Have this process's scenes watched and not drawn; None where there is no Manim."""
    try:
        from arxiviz_pipeline.rendering.scene_watch import SceneWatch
        from arxiviz_pipeline.rendering.text_labels import label_texts
        from arxiviz_pipeline.rendering.undrawn_scene import rehearse_scenes
    except ImportError:  # told by `load_scene`, if it comes to that
        return None
    label_texts()
    watch = SceneWatch(script)
    rehearse_scenes(watch, render_seconds)
    return watch


def _move_into(folder: Path) -> None:
    """Give this process a home of its own, as a render has."""
    os.chdir(folder)
    for name, place in (("HOME", "home"), ("TMPDIR", "tmp")):
        (folder / place).mkdir()
        os.environ[name] = str(folder / place)
    os.environ["TEXMFOUTPUT"] = str(folder)
    tempfile.tempdir = None  # chosen anew


if __name__ == "__main__":
    main()
