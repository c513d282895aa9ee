"""A small app that the peer's own tests deploy: each function shows one thing Modal does."""

import os
import sys
import time
from pathlib import Path

import modal

image = modal.Image.debian_slim().env({"OF_THE_IMAGE": "yes"})
app = modal.App("tiny", image=image)


@app.function()
def double(number: int) -> int:
    print("doubling", number)  # noqa: T201 - what a container prints is a part of the test
    return 2 * number


@app.function(secrets=[modal.Secret.from_dict({"OF_A_SECRET": "yes"})])
def look(path: str) -> dict[str, object]:
    return {"environment": dict(os.environ), "file": __file__, "exists": Path(path).exists()}


@app.function(_experimental_restrict_output=True)
def reverse(content: bytes) -> bytes:
    return content[::-1]


@app.function(timeout=300)
def sleep(seconds: float) -> str:
    print("asleep", flush=True)  # noqa: T201
    time.sleep(seconds)
    return "awake"


@app.function(timeout=1)
def oversleep() -> None:
    time.sleep(30)


@app.function()
def end(how: str) -> None:
    match how:
        case "exit":
            sys.exit(3)
        case "crash":
            os._exit(1)
        case _:
            raise ValueError(how)


@app.function(retries=modal.Retries(max_retries=1, initial_delay=0.0))
def fail_again() -> None:
    raise ConnectionError


@app.function(memory=(64, 160))
def swell() -> None:
    kept = b"x" * (300 << 20)
    time.sleep(30)
    del kept


@app.function(restrict_modal_access=True)
def ask_for_a_sandbox() -> str:
    try:
        modal.Sandbox.create("true", app=app)
    except modal.exception.Error as error:
        return str(error)
    return "allowed"


@app.function()
def run_in_sandbox(script: str) -> str:
    sandbox = modal.Sandbox.create(app=app, image=image, block_network=True, timeout=30)
    try:
        sandbox.filesystem.write_text(script, "/root/script.py")
        sandbox.exec("python", "/root/script.py").wait()
        return sandbox.filesystem.read_text("/root/said")
    finally:
        sandbox.terminate()


@app.local_entrypoint()
def main() -> None:
    print("it is", double.remote(21), "in", Path(__file__).name)  # noqa: T201
