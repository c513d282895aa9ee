"""The images hold what their processes need, and the worker ends as a whole."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.files import DEPLOY, ROOT, read

DOCKERFILE = read("Dockerfile").replace("\\\n", " ")
STAGES = {
    name: text
    for name, text in re.findall(
        r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.MULTILINE | re.DOTALL
    )
}
LIBRARIES = {  # of the packages with headers, which are for compiling
    "libcairo2-dev": "libcairo2",
    "libpango1.0-dev": "libpangocairo-1.0-0",
}
COMPILERS = {"gcc", "libc6-dev", "pkg-config"}

# Refuses what is not installed in the image, then does what its processes begin with.
SERVICE = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

absent = set(sys.argv[1].split())
sys.meta_path.insert(0, Absent())
import api.main
import arxiviz_pipeline.defs.bucket_logs
import arxiviz_pipeline.defs.compute_logs
import arxiviz_pipeline.defs.postgres_storage
import arxiviz_pipeline.defs.run_launcher
import dagster_webserver.cli
import dagster._daemon.cli
import dagster_aws.s3
import uvicorn
api.main.create_app()
"""

# As Dagster's do, it takes SIGTERM for SIGINT.
PROGRAM = """#!{python}
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
try:
    print("{name} started", flush=True)
    pathlib.Path("{folder}/{name}.pipe").read_text()
    sys.exit(3)
except KeyboardInterrupt:
    print("{name} stopped", flush=True)
"""


def installed_packages(stage: str) -> set[str]:
    """Return what a stage installs with apt-get."""
    command = re.search(r"apt-get -qq install (.*?) &&", STAGES[stage], re.DOTALL)
    assert command
    return {word for word in command[1].split() if not word.startswith("--")}


def closure(names: Iterator[str]) -> set[str]:
    """Return distributions with all that they require here, by their canonical names."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            found.add(canonicalize_name(wanted.name))
            for line in distribution(wanted.name).requires or []:
                required = Requirement(line)
                if required.marker is None or required.marker.evaluate({"extra": extra}):
                    waiting.append(required)
    return found


def test_the_pipeline_image_has_what_machines_get():
    lines = re.findall(
        r'^    wanted="(?:\$wanted )?(.*)"', read("system-packages.sh"), re.MULTILINE
    )
    wanted = {package for line in lines for package in line.split()}
    assert installed_packages("pipeline-packages") == COMPILERS | set(LIBRARIES)
    drawn = wanted - COMPILERS - set(LIBRARIES)
    # A machine's own systemd brings libseccomp; an image has none.
    assert installed_packages("pipeline") == drawn | set(LIBRARIES.values()) | {"libseccomp2"}


def test_the_service_packages_suffice_for_the_api_and_dagsters_services(tmp_path: Path):
    lines = read("service-packages.txt").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    there = closure(iter(names)) | {"arxiviz"}
    absent = {
        module
        for module, owners in packages_distributions().items()
        if not any(canonicalize_name(owner) in there for owner in owners)
    }
    assert {"manim", "modal", "lxml", "pydantic_ai"} <= absent
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SERVICE, " ".join(absent)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "DAGSTER_HOME": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("target", ["service", "pipeline"])
def test_an_image_ends_as_a_user_without_rights(target: str):
    users = re.findall(r"^USER (.+)$", STAGES[target], re.MULTILINE)
    assert users == ["10001:10001"]
    assert re.search(r"useradd .*--uid 10001 ", STAGES["runtime"])


@pytest.mark.parametrize("target", ["service", "pipeline"])
def test_an_image_listens_at_the_port_it_names(target: str):
    (port,) = re.findall(r"^EXPOSE (\d+)$", STAGES[target], re.MULTILINE)
    command = json.loads(
        re.findall(r"^CMD (\[.*?\])$", STAGES[target], re.MULTILINE | re.DOTALL)[-1]
    )
    assert command[command.index("--port") + 1] == port
    (check,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*?\])$", STAGES[target], re.MULTILINE)
    assert port in " ".join(json.loads(check))


def test_what_images_copy_is_there_and_not_ignored():
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in [word for word in shlex.split(line) if not word.startswith("--")][:-1]:
            assert (ROOT / source).exists(), source
            assert source.partition("/")[0] in kept, source


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker whose programs tell that they run, and end when somebody writes to their pipe."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("dagster", "dagster-daemon"):
        program = programs / name
        program.write_text(PROGRAM.format(python=sys.executable, name=name, folder=tmp_path))
        program.chmod(0o755)
        os.mkfifo(tmp_path / f"{name}.pipe")
    process = subprocess.Popen(
        [str(DEPLOY / "worker.sh")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": f"{programs}:/usr/bin:/bin"},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert {process.stdout.readline().strip() for _ in range(2)} == {
        "dagster started",
        "dagster-daemon started",
    }
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(
    ("name", "other"), [("dagster", "dagster-daemon"), ("dagster-daemon", "dagster")]
)
def test_the_worker_ends_with_either_of_its_two_programs(
    worker: subprocess.Popen[str], tmp_path: Path, name: str, other: str
):
    (tmp_path / f"{name}.pipe").write_text("end\n")
    assert worker.wait(10) == 1
    assert worker.stdout is not None
    told = worker.stdout.read()
    assert "ended with status 3" in told
    assert f"{other} stopped" in told


def test_the_worker_stops_both_when_it_is_told_to(worker: subprocess.Popen[str]):
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert worker.stdout is not None
    assert set(worker.stdout.read().split("\n")) >= {"dagster stopped", "dagster-daemon stopped"}
