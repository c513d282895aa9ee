"""`arxiviz up`: the whole local service, and one Ctrl-C to stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Annotated

import httpx2
import psutil
import typer
from rich.console import Console

from arxiviz_pipeline.cli.messages import labelled
from arxiviz_pipeline.domain.errors import ConfigurationError, ServiceError
from arxiviz_pipeline.settings import Settings

_HOST = "127.0.0.1"
_START_SECONDS = 60
_ANSWER_SECONDS = 10
_STOP_SECONDS = 15
_POLL_SECONDS = 0.2


def up(
    api_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")] = 8000,
    dagster_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the Dagster UI.")
    ] = 3000,
) -> None:
    """Start the API, the Dagster UI and its daemon on this machine, and keep them running."""
    settings = Settings()
    for port, option in ((api_port, "--api-port"), (dagster_port, "--dagster-port")):
        _refuse_taken(port, option)
    from arxiviz_pipeline.defs.instance import PROJECT_ROOT, open_instance

    open_instance(settings.home, settings.database_url).dispose()
    api, dagster = f"http://{_HOST}:{api_port}", f"http://{_HOST}:{dagster_port}"
    os.environ.update(_shared_environment(settings, api, dagster))
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    commands = {
        "Dagster": ["dagster", "dev", "-w", workspace, "-h", _HOST, "-p", str(dagster_port)],
        "The API": ["uvicorn", "api.main:create_app", "--factory", "--host", _HOST]
        + ["--port", str(api_port)],
    }
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _serve(
        commands,
        f"{api}/api/health",
        f"""\
API         {api}/api  (documentation: {api}/api/docs)
Dagster UI  {dagster}
Ctrl-C stops both.""",
    )


def _shared_environment(settings: Settings, api: str, dagster: str) -> dict[str, str]:
    """Return what both services must agree on, whatever folder they read `.env` in."""
    shared = {
        "ARXIVIZ_HOME": str(settings.home),
        "DAGSTER_GRAPHQL_URL": f"{dagster}/graphql",
        # `dagster dev` recommends another command, of a package that is not needed here.
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
    }
    if settings.papers_dir is not None:
        shared["ARXIVIZ_PAPERS_DIR"] = str(settings.papers_dir)
    if "public_url" not in settings.model_fields_set:
        shared["ARXIVIZ_PUBLIC_URL"] = api
    return shared


def _serve(commands: dict[str, list[str]], health_url: str, greeting: str) -> None:
    """Start all, say so once all is well, and stop all when one ends or we are interrupted."""
    console = Console(highlight=False, soft_wrap=True)
    services: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            services[name] = _start([*command, "--log-level", "warning"])
        with console.status("Starting"):
            ailing = _wait_for_health(health_url, services)
        for name, message in ailing.items():
            console.print(labelled(f"{name} does not work:", "yellow", message))
        console.print(greeting)
        while True:
            _refuse_dead(services)
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        console.print("Stopping")
    finally:
        # A second Ctrl-C, or a terminal that closes meanwhile, must leave nobody behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _stop(list(services.values()))


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _refuse_taken(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            message = f"Port {port} is not free ({error.strerror}). Choose another with {option}."
            raise ConfigurationError(message) from error


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: the terminal's Ctrl-C reaches us alone, and we stop each in order.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", *arguments], start_new_session=True
    )


def _wait_for_health(url: str, services: dict[str, subprocess.Popen[bytes]]) -> dict[str, str]:
    """Wait until the API says that all is well, or for as long as a start may take.

    Returns:
        What still does not work then, by name, with the reason.
    """
    deadline = time.monotonic() + _START_SECONDS
    ailing: dict[str, str] | None = None
    while ailing != {} and time.monotonic() < deadline:
        _refuse_dead(services)
        with suppress(httpx2.HTTPError):
            found = httpx2.get(url, timeout=_ANSWER_SECONDS).json()["services"]
            ailing = {
                name: service["message"]
                for name, service in found.items()
                if service["status"] != "ok"
            }
        time.sleep(_POLL_SECONDS)
    if ailing is None:
        message = f"Nothing answers at {url} after {_START_SECONDS} s; what it printed is above."
        raise ServiceError(message)
    return ailing


def _refuse_dead(services: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in services.items():
        if (code := process.poll()) is not None:
            message = f"{name} ended with exit code {code}; what it printed is above."
            raise ServiceError(message)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    family = [child for process in processes for child in _family(process.pid)]
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=_STOP_SECONDS)


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
