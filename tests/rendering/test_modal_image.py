"""What is in the image on Modal, and that scenes need nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import distribution, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import arxiviz_pipeline
from arxiviz_pipeline.rendering.on_modal.image_contents import (
    PYTHON_PACKAGES,
    SYSTEM_PACKAGES,
    pinned,
)
from arxiviz_pipeline.rendering.on_modal.stage_program import job_of
from tests.rendering.conftest import LOW
from tests.rendering.modal_fixtures import deployed_app
from tests.rendering.scripts import scene, script

STAGE = "arxiviz_pipeline.rendering.on_modal.stage_program"
PROJECT = Path(arxiviz_pipeline.__file__).parents[1]
FORMULA = scene("self.play(Write(MathTex('x^2')), run_time=0.4)")
SYSTEM_SCRIPT = PROJECT / "deploy" / "system-packages.sh"


def test_packages_are_pinned_with_all_that_they_need():
    pins = pinned(["manim", "no-such_package"])
    for name in ("manim", "pycairo", "numpy", "typing-extensions"):
        assert f"{name}=={version(name)}" in pins
    assert [pin for pin in pins if "==" not in pin] == ["no-such-package"]


def test_the_system_packages_are_those_of_every_other_machine():
    wanted = re.findall(
        r'^ {4}wanted="(?:\$wanted )?([^"]*)"$', SYSTEM_SCRIPT.read_text(), re.MULTILINE
    )
    assert set(SYSTEM_PACKAGES) == {*" ".join(wanted).split(), "libseccomp2"}


def test_the_app_asks_for_them():
    with deployed_app() as peer:
        commands = [
            command
            for image in peer.images.definitions.values()
            for command in image.dockerfile_commands
        ]
    installing = "\n".join(commands)
    for name in (*SYSTEM_PACKAGES, *pinned(PYTHON_PACKAGES)):
        assert name in installing
    assert {"RUN python -m compileall -q /root", "RUN chmod -R a+rX /root"} <= set(commands)


@pytest.fixture(scope="module")
def bare_python() -> Iterator[Path]:
    """An interpreter that has the image's packages, and no others."""
    with TemporaryDirectory(prefix="bare-python-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # scenes are played as nobody
        venv.create(folder, symlinks=True)
        (packages,) = folder.glob("lib/python*/site-packages")
        for pin in pinned(PYTHON_PACKAGES):
            found = distribution(pin.split("==")[0])
            for top in {file.parts[0] for file in found.files or ()} - {".."}:
                _copy(Path(str(found.locate_file(top))), packages / top)
        package = PROJECT / "arxiviz_pipeline"
        shutil.copytree(package, folder / "root" / package.name, ignore=_all_but_python)
        yield folder / "bin" / "python"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)
    else:
        _link(str(source), str(target))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or it is there
        shutil.copy(source, target)


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())]


def write_job(folder: Path, code: str) -> None:
    (folder / "assets").mkdir(parents=True)
    (folder / "assets.json").write_text("[]")
    (folder / "job.json").write_text(job_of(script(code), LOW))


def answer_in(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "answer.json").read_text())


def test_scenes_need_nothing_else_of_python(bare_python: Path, tmp_path: Path):
    write_job(tmp_path, FORMULA)
    subprocess.run(
        [bare_python, "-m", STAGE, tmp_path],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(bare_python.parents[1] / "root")},
        cwd="/",
        check=True,
        timeout=120,
    )
    assert "answer" in answer_in(tmp_path), answer_in(tmp_path)
    assert b"moov" in (tmp_path / "scene.mp4").read_bytes()


# In gVisor, of which Modal's sandboxes are made: most layers of our own are missing there.


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(FORMULA, '"kind": null', id="formula"),
        pytest.param(
            scene("MathTex(r'\\foo')"),
            '{"error": {"kind": "latex", "message": "Undefined control sequence',
            id="latex",
        ),
        pytest.param(
            scene("import socket\nsocket.create_connection(('127.0.0.1', 1), 3)"),
            '{"error": {"kind": "forbidden"',
            id="network",
        ),
    ],
)
def test_scenes_are_played_in_gvisor(tmp_path: Path, code: str, told: str):
    if shutil.which("runsc") is None:
        pytest.skip("gVisor is not installed: apt-get install runsc")
    if (tried := run_in_gvisor("true")).returncode != 0:
        pytest.skip(f"gVisor does not run here: {tried.stderr[-300:]}")
    write_job(tmp_path, code)
    done = run_in_gvisor(
        f"cp -r {tmp_path} /tmp/arxiviz && cd / && PYTHONPATH={PROJECT} "
        f"{sys.executable} -m {STAGE} /tmp/arxiviz && cat /tmp/arxiviz/answer.json"
    )
    assert told in done.stdout, done.stderr


def run_in_gvisor(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a sandbox that has this machine's files, and keeps changes to itself."""
    runsc = ("runsc", "--platform=ptrace", "--network=none", "--ignore-cgroups", "do", "--quiet")
    return subprocess.run(
        [*runsc, "/bin/sh", "-c", command], capture_output=True, text=True, timeout=300, check=False
    )
