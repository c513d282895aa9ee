"""What the README names is there: commands and their options, files, settings, API calls."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer

from api.main import create_app
from api.settings import ApiSettings
from arxiviz_pipeline.cli.main import app
from arxiviz_pipeline.domain.errors import RenderErrorKind

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {
    name: {option for parameter in command.params for option in parameter.opts}
    for name, command in typer.main.get_group(app).commands.items()
}


def named_commands() -> list[tuple[str, list[str]]]:
    """Return each `arxiviz` command in the README's code, with the options beside it."""
    found = re.findall(r"(?:\.venv/bin/|`)arxiviz (\w+)([^`\n]*)", README)
    return [(name, re.findall(r"(?<![\w-])--?[a-z][a-z-]*", rest)) for name, rest in found]


def test_commands_and_options_exist_and_none_is_left_out():
    for name, options in named_commands():
        assert set(options) <= COMMANDS[name], name
    assert {name for name, _ in named_commands()} == set(COMMANDS)


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = re.findall(r"make ([a-z]+)", " ".join(re.findall(r"`+[^`]*`+", README)))
    assert asked
    assert set(asked) <= targets


def test_files_that_are_linked_or_run_exist():
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    run = re.findall(r"(benchmarks/\w+\.py|domain/\w+\.py|definitions\.py|settings\.py)", README)
    for path in {*linked, *run}:
        assert any((base / path).exists() for base in (ROOT, ROOT / "arxiviz_pipeline")), path


def test_folders_of_the_map_exist_and_none_is_left_out():
    tree = README.split("## Where things are")[1].split("```")[1]
    inner = set(re.findall(r"^  (\w+)/  ", tree, re.MULTILINE))
    folders = (ROOT / "arxiviz_pipeline").glob("*/__init__.py")
    assert inner == {path.parent.name for path in folders}
    for outer in re.findall(r"^(\w+)/", tree, re.MULTILINE):
        assert (ROOT / outer).is_dir(), outer


def test_each_kind_of_failure_is_explained():
    table = README.split("### When a script fails")[1].split("| --- | --- |")[1].split("\n\n")[0]
    rows = [row.split("|")[1] for row in table.strip().splitlines()]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(get_args(RenderErrorKind))


def test_settings_are_those_of_the_example_file():
    table = README.split("## Configuration")[1].split("\n## ")[0]
    told = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", table))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert told == set(re.findall(r"^#([A-Z0-9_]+)=", example, re.MULTILINE))


def test_calls_of_the_api_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ARXIVIZ_HOME", str(tmp_path))
    paths = create_app(ApiSettings()).openapi()["paths"]
    offered = {
        (method.upper(), path) for path, operations in paths.items() for method in operations
    }
    table = re.findall(r"^\| (`(?:GET|POST|DELETE)\b[^|]*) \|", README, re.MULTILINE)
    for cell in table:
        path = re.search(r"/api/\S+?(?=`)", cell)
        assert path, cell
        for method in re.findall(r"`(GET|POST|DELETE)\b", cell):
            assert (method, path[0]) in offered, cell
    assert len(table) > 5
