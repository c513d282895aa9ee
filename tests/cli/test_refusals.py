"""What a command cannot work with is named in one message, before any work."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arxiviz_pipeline.cli.main import BAD_INPUT, app, main

COMMANDS = [command.name or "" for command in app.registered_commands]
Refused = Callable[..., str]


@pytest.fixture
def refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Refused:
    """Type commands in a folder of their own, and return what is printed of each refusal."""
    settings = {
        "ARXIVIZ_HOME": str(tmp_path / "home"),
        "ARXIVIZ_PAPERS_DIR": "",
        "S3_BUCKET": "",
        "DAGSTER_HOME": "",
        "COLUMNS": "200",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def type_command(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["arxiviz", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == BAD_INPUT
        assert not (tmp_path / "home").exists()
        return capsys.readouterr().err

    return type_command


def test_an_id_that_is_none_is_shown_as_it_was_typed(refused: Refused):
    assert "'[/b]' is not an arXiv id" in refused("process", "[/b]")


@pytest.mark.parametrize(
    ("name", "value"),
    [("ARXIVIZ_HOME", "blocked/home"), ("S3_ENDPOINT", "foo"), ("ARXIVIZ_QUALITY", "best")],
)
def test_a_setting_that_cannot_work_is_named(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    (tmp_path / "blocked").write_text("a file, not a folder")
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("S3_BUCKET", "bucket" if name == "S3_ENDPOINT" else "")
    assert name in refused("process", "2601.00000")


def test_an_output_folder_that_cannot_be_written_is_named(refused: Refused, tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert "file/videos" in refused("process", "2601.00000", "-o", "file/videos")


def test_a_script_that_is_not_there_is_named(refused: Refused):
    assert "none.py" in refused("render", "none.py")


def test_assets_that_a_script_cannot_be_given_are_named(refused: Refused, tmp_path: Path):
    (tmp_path / "scene.py").write_text("")
    (tmp_path / "logo.png").write_text("")
    assert "none.png" in refused("render", "scene.py", "--asset", "none.png")
    twice = refused("render", "scene.py", "--asset", "logo.png", "--asset", "logo.png")
    assert "Two assets are called 'logo.png'" in twice
    assert "--mend" in refused("render", "scene.py", "--mend", "--asset", "logo.png")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.py"], "none.py"),
        (["a/scene.py", "b/scene.py", "-o", "out"], "scene.py"),
        (["a/scene.py"] * 2, "scene.py"),
    ],
)
def test_scripts_that_cannot_be_told_apart_or_read_are_named(
    refused: Refused, tmp_path: Path, arguments: list[str], told: str
):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scene.py").write_text("from manim import *")
    assert told in refused("check", *arguments)


@pytest.mark.parametrize(
    ("name", "content", "options", "told"),
    [
        ("scene.py", "from manim import *", [], "say with --section"),
        ("scene.py", "from manim import *", ["--section", "S1"], "has not been processed yet"),
        ("list.json", '[{"section_id": "S1"}]', [], "0.concept: Field required"),
        ("list.json", "{}", [], "no 'visualizations'"),
        ("list.json", "{", [], "is no submission"),
        ("scene.py", "from manim import *", ["--section", "S1", "--withdraw"], "--withdraw"),
        ("list.json", "[]", ["--section", "S1"], "Leave out --section, or"),
        ("list.json", "[]", ["--section", "S1", "--concept", "x"], "--section and --concept"),
    ],
)
def test_a_submission_that_cannot_be_taken_is_told_why(
    refused: Refused, tmp_path: Path, name: str, content: str, options: list[str], told: str
):
    (tmp_path / name).write_text(content)
    assert told in refused("submit", "2601.00000", name, *options)


def test_what_is_neither_file_nor_id_is_told(refused: Refused):
    assert "neither a file nor an arXiv id" in refused("parse", "nothing.html")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str):
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.stdout
