"""Every file of deploy/ is told of, and names settings, files and versions that there are."""

import re

import pytest

from tests.deploy.files import DEPLOY, ROOT, SETTINGS, locked_versions, read

FILES = sorted(
    str(path.relative_to(DEPLOY))
    for path in DEPLOY.rglob("*")
    if path.is_file() and path.name != ".env"
)


@pytest.mark.parametrize("name", FILES)
def test_settings_that_are_named_exist(name: str):
    named = set(re.findall(r"\b(?:ARXIVIZ|S3|ARXIV|AR5IV)_[A-Z0-9_]+\b", read(name)))
    assert named <= SETTINGS


def test_the_readme_tells_of_every_file():
    readme = read("README.md")
    linked = set(re.findall(r"\]\(((?!https?:|#)[^)#]+)", readme))
    for path in linked:
        assert (DEPLOY / path).exists(), path
    folders = {"celery", "kubernetes", "monitoring"} & linked
    untold = {name for name in FILES if name not in linked and name.split("/")[0] not in folders}
    assert untold <= {"README.md", "service-packages.txt", "compose-workspace.yaml"}


def test_sections_that_the_readme_refers_to_exist():
    readme = read("README.md")
    headings = {
        heading.lower().replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", readme, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", readme)) <= headings


def test_files_that_commands_use_exist():
    named = re.findall(
        r"(?<![\w./])deploy/([\w./-]+\.(?:yaml|txt|lock|json|sh))", read("README.md")
    )
    for name in [*named, *re.findall(r"deploy/([\w./-]+\.(?:yaml|lock))", read("Dockerfile"))]:
        assert (DEPLOY / name).exists(), name


@pytest.mark.parametrize(
    ("folder", "package"), [("kubernetes", "dagster-k8s"), ("celery", "dagster-celery")]
)
def test_what_is_added_has_the_versions_that_everything_else_has(folder: str, package: str):
    ours = locked_versions(ROOT / "requirements.lock")
    added = locked_versions(DEPLOY / folder / "requirements.lock")
    assert added[package] == ours["dagster-postgres"]
    assert {name: added[name] for name in added.keys() & ours.keys()} == {
        name: ours[name] for name in added.keys() & ours.keys()
    }


def test_the_chart_has_the_version_of_dagster():
    ours = locked_versions(ROOT / "requirements.lock")
    for name in ("README.md", "kubernetes/values.yaml"):
        assert re.findall(r"--version (\S+)", read(name)) == [ours["dagster"]]
