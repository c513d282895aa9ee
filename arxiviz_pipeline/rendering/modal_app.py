"""The app on Modal that plays scenes: `modal deploy -m arxiviz_pipeline.rendering.modal_app`.

Its one function makes a sandbox for each script, without network, secrets or rights on Modal, and
carries files in and out. It runs nothing of the script, and reads nothing that the script has
left: `on_modal.stage_program` plays the scene inside, and `modal_renderer` looks at what came of
it, on the machine that asked.

`modal run -m arxiviz_pipeline.rendering.modal_app` plays a scene to try it out.
"""

import asyncio
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import modal
import modal.exception

from arxiviz_pipeline.rendering.on_modal.outcome import CORES, FOLDER, MEMORY_MIB, SandboxOutcome
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings, function_name

_PYTHON: Final = "3.11"
# Names that Debian 12 and 13 both have.
_SYSTEM_PACKAGES: Final = (
    *("gcc", "libc6-dev", "libcairo2-dev", "libpango1.0-dev", "pkg-config", "libseccomp2"),
    *("texlive-latex-base", "dvisvgm"),
    *("fontconfig", "fonts-dejavu-core", "fonts-liberation", "fonts-wqy-microhei"),
    "fonts-symbola",
)
_PYTHON_PACKAGES: Final = (
    *("av", "landlockpy", "manim", "numpy", "pillow", "psutil"),
    *("pydantic", "pydantic-settings", "pyseccomp", "stamina"),
)
_SOURCE_FOLDER: Final = "/root"
_STAGE: Final = ("python", "-m", "arxiviz_pipeline.rendering.on_modal.stage_program", FOLDER)
_MOST_MOVIE_BYTES: Final = 256 * 1024**2
_MOST_ANSWER_BYTES: Final = 100_000
_START_SECONDS: Final = 60  # until a scene begins in a sandbox that has begun
_MARGIN_SECONDS: Final = 120  # for what comes after it


def _pinned(name: str) -> str:
    try:
        return f"{name}=={version(name)}"
    except PackageNotFoundError:
        return name


_settings = ModalSettings()
image = (
    modal.Image.debian_slim(python_version=_PYTHON)
    .apt_install(*_SYSTEM_PACKAGES)
    .uv_pip_install(*map(_pinned, _PYTHON_PACKAGES))
    # Copied, so that sandboxes made of the image by its id have it.
    .add_local_python_source("arxiviz_pipeline", copy=True)
)
app = modal.App(_settings.modal_app, image=image)


@app.function(
    name=function_name(),
    cpu=0.25,
    memory=(512, 2048),
    timeout=int(_settings.render_timeout_seconds) + _START_SECONDS + 2 * _MARGIN_SECONDS,
    max_containers=_settings.modal_max_containers,
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
        outcome = await _play(job, assets)
    except Exception as error:  # noqa: BLE001 - raised, it would travel as a pickle
        outcome = SandboxOutcome("fault", message=f"{type(error).__name__}: {error}")
    return asdict(outcome)


async def _play(job: str, assets: Mapping[str, bytes]) -> SandboxOutcome:
    timeout_seconds = int(json.loads(job)["timeout_seconds"]) + _START_SECONDS
    making = asyncio.ensure_future(_made(timeout_seconds + _MARGIN_SECONDS))
    try:
        sandbox = await asyncio.shield(making)
        started = time.monotonic()
        outcome = await _play_within(sandbox, job, assets, timeout_seconds)
        outcome.seconds = time.monotonic() - started
        return outcome
    finally:  # also where the call is cancelled before the sandbox is known
        await asyncio.shield(_terminated(making))


async def _made(timeout_seconds: int) -> modal.Sandbox:
    return await modal.Sandbox.create.aio(
        app=app,
        image=modal.Image.from_id(os.environ["MODAL_IMAGE_ID"]),
        block_network=True,
        cpu=CORES,
        memory=MEMORY_MIB,
        timeout=timeout_seconds,
        workdir="/",
    )


async def _play_within(
    sandbox: modal.Sandbox, job: str, assets: Mapping[str, bytes], timeout_seconds: int
) -> SandboxOutcome:
    files = sandbox.filesystem
    await files.make_directory.aio(f"{FOLDER}/assets", create_parents=True)
    await files.write_text.aio(job, f"{FOLDER}/job.json")
    for number, content in enumerate(assets.values()):
        await files.write_bytes.aio(content, f"{FOLDER}/assets/{number}")
    await files.write_text.aio(json.dumps(list(assets)), f"{FOLDER}/assets.json")
    try:
        process = await sandbox.exec.aio(
            *_STAGE,
            env={"PYTHONPATH": _SOURCE_FOLDER},
            timeout=timeout_seconds,
            stdout=modal.stream_type.StreamType.DEVNULL,
            stderr=modal.stream_type.StreamType.DEVNULL,
        )
        code = await process.wait.aio()
    except modal.exception.ExecTimeoutError:
        return SandboxOutcome("timeout")
    except (modal.exception.NotFoundError, modal.exception.SandboxTerminatedError):
        code = -1
    if code != 0:
        return await _ended_early(sandbox, code)
    return await _collected(files)


async def _ended_early(sandbox: modal.Sandbox, code: int) -> SandboxOutcome:
    """Say how the stage ended, which says nothing of a scene by itself."""
    whole = await sandbox.poll.aio()
    if 137 in (code, whole):  # killed; the stage itself ends for no signal
        return SandboxOutcome("memory")
    if code == -1 and whole is None:
        return SandboxOutcome("timeout")
    return SandboxOutcome("crash", message=f"exit code {code}")


async def _collected(files: Any) -> SandboxOutcome:
    answer = await _read(files, "answer.json", _MOST_ANSWER_BYTES)
    movie = await _read(files, "scene.mp4", _MOST_MOVIE_BYTES)
    if answer is None or movie is None:
        return SandboxOutcome("too_large")
    return SandboxOutcome("done", answer=answer, movie=movie)


async def _read(files: Any, name: str, most_bytes: int) -> bytes | None:
    """Read a file that nobody has looked into; None if it is too large, or not a plain file."""
    path = f"{FOLDER}/{name}"
    found = await files.stat.aio(path)
    if not found.is_file() or found.size > most_bytes:
        return None
    return (await files.read_bytes.aio(path))[:most_bytes]


async def _terminated(making: asyncio.Future[modal.Sandbox]) -> None:
    sandbox = await making
    await sandbox.terminate.aio()
    await sandbox.detach.aio()


@app.local_entrypoint()
def try_out(output: str = "test_output.mp4") -> None:
    """Play a small scene and keep its video, to see that all is in place."""
    from arxiviz_pipeline.rendering.modal_renderer import render_trial

    rendered = render_trial(play_scene.remote)
    Path(output).write_bytes(rendered.mp4)
    told = f"{rendered.duration_seconds:.1f} s, rendered in {rendered.render_seconds:.1f} s"
    print(f"{output}: {told}")  # noqa: T201 - a program's answer
