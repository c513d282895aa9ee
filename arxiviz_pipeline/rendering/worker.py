"""The program that renders one scene: `python -I -m arxiviz_pipeline.rendering.worker JOB`.

It runs code nobody has read, so it gets an environment with nothing in it, a folder of its own
and limits, and what it answers is checked by whoever reads it. See `local_renderer`.
"""

import faulthandler
import json
import sys
from dataclasses import asdict
from pathlib import Path

from arxiviz_pipeline.processes.limits import limit_resources
from arxiviz_pipeline.processes.process_tree import end_like, run_kept
from arxiviz_pipeline.rendering.jobs import Answer, Job, write_answer
from arxiviz_pipeline.rendering.scene_loading import load_scene, require_frames
from arxiviz_pipeline.rendering.script_failures import script_failure


def main() -> None:
    """Render the job named on the command line; die as the script does, if it dies."""
    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    limit_resources(job.memory_bytes, job.file_bytes)
    end_like(run_kept(lambda: _answer(job)))


def _answer(job: Job) -> None:
    faulthandler.enable()
    try:
        answer = Answer(movie=str(_render(job)))
    except BaseException as error:  # noqa: BLE001 - SystemExit of a script is a failure too
        answer = script_failure(error, job.script)
    write_answer(asdict(answer), job.answer)


def _render(job: Job) -> Path:
    scene = load_scene(job)
    scene.render()
    require_frames(scene)
    return scene.renderer.file_writer.movie_file_path


if __name__ == "__main__":
    main()
