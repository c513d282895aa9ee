"""One renderer and one good render for all tests here; Manim and LaTeX are the real ones."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from arxiviz_pipeline.domain.models import RenderedScene, RenderSettings
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.sandbox import zygote_program
from tests.rendering.scripts import GOOD, script

LOW = RenderSettings(quality="low", timeout_seconds=100.0)


@pytest.fixture(scope="session")
def work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("renders")


@pytest.fixture(scope="session")
def processes(work_folder: Path) -> SceneProcesses:
    return SceneProcesses(work_folder=work_folder)


@pytest.fixture(scope="session")
def renderer(processes: SceneProcesses, work_folder: Path) -> LocalRenderer:
    return LocalRenderer(processes=processes, work_folder=work_folder)


@pytest.fixture(scope="session")
def good(renderer: LocalRenderer) -> RenderedScene:
    return renderer.render(script(GOOD), LOW)


@pytest.fixture
def leaves_nothing(work_folder: Path) -> Iterator[None]:
    """Fail a test after which a folder or a process of a render is still there."""
    yield
    assert list(work_folder.iterdir()) == []
    assert processes_of(work_folder) == []
    assert confined() == []


def confined() -> list[psutil.Process]:
    """Return the processes that this process's zygotes have forked."""
    ours = psutil.Process().children()
    return [forked for each in ours if _is_zygote(each) for forked in each.children()]


def _is_zygote(process: psutil.Process) -> bool:
    try:
        return zygote_program.__name__ in process.cmdline()
    except psutil.Error:
        return False


def processes_of(folder: Path) -> list[psutil.Process]:
    """Return living processes that name this folder in arguments or environment."""
    return [process for process in psutil.process_iter() if _names(process, str(folder))]


def _names(process: psutil.Process, folder: str) -> bool:
    try:
        words = [*process.cmdline(), *process.environ().values()]
    except psutil.Error:
        return False
    return process.status() != psutil.STATUS_ZOMBIE and any(folder in word for word in words)


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition, and fail if it does not come."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
