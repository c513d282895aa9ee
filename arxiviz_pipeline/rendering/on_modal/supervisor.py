"""Plays a scene in a sandbox of its own: what the function on Modal does.

It runs nothing of the script, and reads nothing that the script has left. Until a scene begins,
what goes wrong is Modal's fault; from then on its sandbox may be its own, and whatever that
answers is no more than the scene's.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

import modal
import modal.exception
import stamina

from arxiviz_pipeline.rendering.on_modal.outcome import CORES, FOLDER, MEMORY_MIB, SandboxOutcome
from arxiviz_pipeline.rendering.on_modal.patience import PATIENCE, passing_errors

log = logging.getLogger(__name__)

SOURCE_FOLDER: Final = "/root"
"""Where Modal puts local Python source in an image."""

START_SECONDS: Final = 60
"""Until a scene begins in a sandbox that has begun."""

MARGIN_SECONDS: Final = 120
"""For what comes after a scene, and as much again for what comes before its sandbox."""

_STAGE: Final = ("python", "-m", "arxiviz_pipeline.rendering.on_modal.stage_program", FOLDER)
_MOST_MOVIE_BYTES: Final = 256 * 1024**2
_MOST_ANSWER_BYTES: Final = 100_000
_KILLED: Final = 137
_NO_OUTPUT: Final = modal.stream_type.StreamType.DEVNULL
_GONE: Final = (modal.exception.NotFoundError, modal.exception.SandboxTerminatedError)
T = TypeVar("T")


async def play_in_sandbox(
    app: modal.App, image: modal.Image, job: str, assets: Mapping[str, bytes]
) -> SandboxOutcome:
    """Make a sandbox, have the scene played in it, fetch what it leaves, and end it.

    Args:
        app: Whose sandbox it is.
        image: What is in it: the renderer and all it needs.
        job: See `stage_program.job_of`.
        assets: Files the script may use, by name.

    Raises:
        Exception: Whatever fails of Modal's, until the scene begins.
    """
    timeout_seconds = int(json.loads(job)["timeout_seconds"]) + START_SECONDS
    making = asyncio.ensure_future(_made(app, image, timeout_seconds + MARGIN_SECONDS))
    try:
        sandbox = await asyncio.shield(making)
        started = time.monotonic()
        await _furnish(sandbox, job, assets)
        outcome = await _play(sandbox, timeout_seconds)
        outcome.seconds = time.monotonic() - started
        return outcome
    finally:  # also where the call is cancelled before the sandbox is known
        await asyncio.shield(_ended(making))


async def _made(app: modal.App, image: modal.Image, timeout_seconds: int) -> modal.Sandbox:
    return await _patiently(
        lambda: modal.Sandbox.create.aio(
            app=app,
            image=image,
            block_network=True,
            cpu=CORES,
            memory=MEMORY_MIB,
            timeout=timeout_seconds,
            workdir="/",
        )
    )


async def _furnish(sandbox: modal.Sandbox, job: str, assets: Mapping[str, bytes]) -> None:
    files = sandbox.filesystem
    await files.make_directory.aio(f"{FOLDER}/assets", create_parents=True)
    await files.write_text.aio(job, f"{FOLDER}/job.json")
    for number, content in enumerate(assets.values()):
        await files.write_bytes.aio(content, f"{FOLDER}/assets/{number}")
    await files.write_text.aio(json.dumps(list(assets)), f"{FOLDER}/assets.json")


async def _play(sandbox: modal.Sandbox, timeout_seconds: int) -> SandboxOutcome:
    process = await sandbox.exec.aio(
        *_STAGE,
        env={"PYTHONPATH": SOURCE_FOLDER},
        timeout=timeout_seconds,
        stdout=_NO_OUTPUT,
        stderr=_NO_OUTPUT,
    )
    until = time.monotonic() + timeout_seconds
    try:
        code = await process.wait.aio()
        if code != 0 and time.monotonic() >= until:
            return SandboxOutcome("timeout")
        return await _collected(sandbox) if code == 0 else await _broken_off(sandbox, code)
    except modal.exception.ExecTimeoutError:
        return SandboxOutcome("timeout")
    except _GONE:
        return await _broken_off(sandbox, None)
    except modal.exception.SandboxFilesystemError as error:
        return SandboxOutcome("crash", message=f"its files cannot be read ({error})")
    except (modal.exception.Error, *passing_errors()) as error:
        return SandboxOutcome("lost", message=f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001 - answers that no sandbox gives by itself
        return SandboxOutcome("crash", message=f"its sandbox answers with a {type(error).__name__}")


async def _broken_off(sandbox: modal.Sandbox, code: int | None) -> SandboxOutcome:
    """Say how the stage ended, which ends for no scene by itself; None if nobody could tell."""
    try:
        whole = await sandbox.poll.aio()
    except modal.exception.Error:
        whole = None
    if _KILLED in (code, whole):
        return SandboxOutcome("memory")
    if code is None and whole is None:
        return SandboxOutcome("lost", message="its sandbox does not answer")
    return SandboxOutcome("crash", message=f"exit code {whole if code is None else code}")


async def _collected(sandbox: modal.Sandbox) -> SandboxOutcome:
    answer = await _read(sandbox, "answer.json", _MOST_ANSWER_BYTES)
    movie = await _read(sandbox, "scene.mp4", _MOST_MOVIE_BYTES)
    if answer is None or movie is None:
        return SandboxOutcome("too_large")
    return SandboxOutcome("done", answer=answer, movie=movie)


async def _read(sandbox: modal.Sandbox, name: str, most_bytes: int) -> bytes | None:
    """Read a file that nobody has looked into; None if it is too large, or not a plain file."""
    path = f"{FOLDER}/{name}"
    try:
        found = await sandbox.filesystem.stat.aio(path)
    except modal.exception.SandboxFilesystemNotFoundError:
        return None
    if not found.is_file() or found.size > most_bytes:
        return None
    if not found.size:  # a pipe is called a file as well, and would make us wait
        return b""
    # `read_bytes` takes what comes; a file may grow meanwhile, or the sandbox lie about it.
    process = await sandbox.exec.aio(
        *("head", "-c", str(found.size), path),
        timeout=MARGIN_SECONDS,
        stderr=_NO_OUTPUT,
        text=False,
    )
    content = bytearray()
    async for chunk in process.stdout:
        content += chunk
        if len(content) > most_bytes:
            return None
    return bytes(content)


async def _ended(making: "asyncio.Future[modal.Sandbox]") -> None:
    """End a sandbox; if Modal does not hear of it, the sandbox ends at its own time limit."""
    try:
        sandbox = await making
        await _patiently(sandbox.terminate.aio)
        await sandbox.detach.aio()
    except Exception as error:  # noqa: BLE001 - what came of the scene is told, not this
        log.warning("no sandbox to end, or it ends by itself: %s: %s", type(error).__name__, error)


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask Modal, again where that can pass."""
    async for attempt in stamina.retry_context(on=passing_errors(), **PATIENCE):
        with attempt:
            return await ask()
    raise AssertionError
