"""The program that plays a scene inside a sandbox of Modal's: `python -m …stage_program FOLDER`.

It finds `job.json`, `assets.json` and the files that names in `assets/`, and leaves `answer.json`
and `scene.mp4`. The sandbox is a wall of its own; within it, a scene is shut off once more as far
as the machine lets it.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import RenderSettings, SceneScript, SubmittedScene
from arxiviz_pipeline.domain.submissions import submitted_script
from arxiviz_pipeline.rendering.scene_processes import SceneLimits, SceneProcesses
from arxiviz_pipeline.rendering.scene_stage import SceneStage


def job_of(script: SceneScript, settings: RenderSettings) -> str:
    """Return a job, as JSON, without its assets."""
    return json.dumps(
        {
            "code": script.manim_code,
            "scene_name": script.scene_name,
            "quality": settings.quality,
            "timeout_seconds": settings.timeout_seconds,
            "limit_seconds": settings.limit_seconds,
        }
    )


def main() -> None:
    """Play the scene of the folder that the command line names."""
    folder = Path(sys.argv[1])
    movie = folder / "scene.mp4"
    movie.touch()
    try:
        told = {"answer": asdict(_play(folder, movie))}
    except RenderError as error:
        told = {"error": {"kind": error.kind, "message": error.message, "line": error.line}}
    (folder / "answer.json").write_text(json.dumps(told), encoding="utf-8")


def _play(folder: Path, movie: Path) -> Any:
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    names = json.loads((folder / "assets.json").read_text(encoding="utf-8"))
    assets = {
        name: (folder / "assets" / str(number)).read_bytes() for number, name in enumerate(names)
    }
    settings = RenderSettings(
        job["quality"], job["timeout_seconds"], assets, limit_seconds=job["limit_seconds"]
    )
    script = submitted_script(SubmittedScene("", "", job["code"]), job["scene_name"])
    return SceneStage(SceneProcesses(), None, SceneLimits()).play(movie, script, settings)


if __name__ == "__main__":
    main()
