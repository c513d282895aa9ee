"""What `arxiviz submit` takes in files is what the API takes."""

import json
from pathlib import Path

import pytest

from arxiviz_pipeline.cli.submit import submit
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    ConfigurationError,
    NothingSubmittedError,
    SubmissionError,
)
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Section, SubmittedScene
from arxiviz_pipeline.storage.folder_store import FolderStore
from arxiviz_pipeline.storage.records import (
    read_submitted_scenes,
    write_sections,
    write_submitted_scenes,
)

SCENE = {
    "section_id": "S1",
    "concept": "A square",
    "manim_code": "from manim import *",
    "storyboard": [{"narration": "A square.", "seconds": 2}],
}


def outcome(content: object, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ArxivizError:
    """Hand in a file for a paper that nobody has processed, and return what stops it."""
    monkeypatch.setenv("ARXIVIZ_HOME", str(folder / "home"))
    monkeypatch.chdir(folder)
    file = folder / "scenes.json"
    file.write_text(json.dumps(content))
    with pytest.raises(ArxivizError) as caught:
        submit("2401.00001", [file], None, None, withdraw=False)
    return caught.value


@pytest.mark.parametrize("content", [[SCENE], {"visualizations": [SCENE]}])
def test_a_list_of_scenes_is_taken_bare_or_wrapped(
    content: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    error = outcome(content, tmp_path, monkeypatch)
    assert isinstance(error, ConfigurationError)
    assert "has not been processed yet" in str(error)


def test_what_is_no_list_of_scenes_is_told_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    error = outcome([SCENE | {"manim_code": 1}], tmp_path, monkeypatch)
    assert isinstance(error, SubmissionError)
    assert "0.manim_code: Input should be a valid string" in str(error)


@pytest.mark.parametrize(
    ("handed_in", "section", "told"),
    [
        ([], None, "No scene is handed in for 2401.00001."),
        ([SubmittedScene("S1", "A square", "code")], "S2", "there are for: S1."),
    ],
)
def test_taking_back_what_is_not_handed_in_is_told_and_starts_nothing(
    handed_in: list[SubmittedScene],
    section: str | None,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in {"ARXIVIZ_HOME": str(tmp_path), "S3_BUCKET": "", "DAGSTER_HOME": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    store, paper = FolderStore(tmp_path / "objects"), ArxivId.parse("2401.00001")
    write_sections(store, paper, [Section("S1", "One", 1, 0, None, "body", "", ())])
    write_submitted_scenes(store, paper, handed_in)
    with pytest.raises(NothingSubmittedError, match=told):
        submit(str(paper), None, section, None, withdraw=True)
    assert read_submitted_scenes(store, paper) == handed_in
