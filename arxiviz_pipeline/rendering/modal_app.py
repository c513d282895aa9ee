"""The app on Modal that plays scenes: `modal deploy -m arxiviz_pipeline.rendering.modal_app`.

Its one function has a sandbox made for each script, without network, secrets or rights on Modal:
`on_modal.supervisor` carries files in and out, `on_modal.stage_program` plays the scene inside, and
`modal_renderer` looks at what came of it, on the machine that asked.

`modal run -m arxiviz_pipeline.rendering.modal_app` plays a scene to try it out.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import modal

from arxiviz_pipeline.rendering.on_modal.image_contents import (
    PYTHON,
    PYTHON_PACKAGES,
    SYSTEM_PACKAGES,
    pinned,
)
from arxiviz_pipeline.rendering.on_modal.outcome import SandboxOutcome
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings, function_name
from arxiviz_pipeline.rendering.on_modal.supervisor import (
    MARGIN_SECONDS,
    SOURCE_FOLDER,
    START_SECONDS,
    play_in_sandbox,
)

_settings = ModalSettings()
image = (
    modal.Image.debian_slim(python_version=PYTHON)
    .apt_install(*SYSTEM_PACKAGES)
    .uv_pip_install(*pinned(PYTHON_PACKAGES))
    # Copied, so that sandboxes made of the image by its id have it.
    .add_local_python_source("arxiviz_pipeline", copy=True)
    .run_commands(
        f"python -m compileall -q {SOURCE_FOLDER}",  # every sandbox would do so anew
        f"chmod -R a+rX {SOURCE_FOLDER}",  # scenes are played as nobody
    )
)
app = modal.App(_settings.modal_app, image=image)


@app.function(
    name=function_name(),
    cpu=0.25,
    memory=(512, 2048),
    timeout=int(_settings.render_timeout_seconds) + START_SECONDS + 2 * MARGIN_SECONDS,
    max_containers=_settings.modal_max_containers,
    scaledown_window=10,  # seconds, paid for; the next paper's first scenes wait a little instead
    retries=0,
    include_source=False,
    _experimental_restrict_output=True,  # CBOR: what comes back is never unpickled
)
async def play_scene(job: str, assets: Mapping[str, bytes]) -> dict[str, Any]:
    """Play a scene in a sandbox of its own.

    Args:
        job: The script, its scene's name and the settings; see `stage_program.job_of`.
        assets: Files the script may use, by name.

    Returns:
        A `SandboxOutcome`, as a dictionary.
    """
    try:
        outcome = await play_in_sandbox(app, _image_here(), job, assets)
    except Exception as error:  # noqa: BLE001 - raised, it would travel as a pickle
        outcome = SandboxOutcome("fault", message=f"{type(error).__name__}: {error}")
    return asdict(outcome)


def _image_here() -> modal.Image:
    """Return the image that this container has, by its id, which need not be looked for anew."""
    image_id = os.environ.get("MODAL_IMAGE_ID")
    return modal.Image.from_id(image_id) if image_id else image


@app.local_entrypoint()
def try_out(output: str = "test_output.mp4") -> None:
    """Play a small scene and keep its video, to see that all is in place."""
    from arxiviz_pipeline.rendering.modal_renderer import render_trial

    rendered = render_trial(play_scene.remote)
    Path(output).write_bytes(rendered.mp4)
    told = f"{rendered.duration_seconds:.1f} s, rendered in {rendered.render_seconds:.1f} s"
    print(f"{output}: {told} for {rendered.cost_usd:.6f} USD")  # noqa: T201 - a program's answer
