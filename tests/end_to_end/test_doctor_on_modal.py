"""What `arxiviz doctor` says of Modal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import run_arxiviz, settings_of_a_user
from tests.modal_peer import ModalPeer
from tests.rendering.modal_fixtures import APP_MODULE, deployed_app


@pytest.fixture(scope="module")
def peer() -> Iterator[ModalPeer]:
    with deployed_app() as running:
        yield running


def examine(peer: ModalPeer, folder: Path, **settings: str) -> dict[str, Any]:
    environment = settings_of_a_user(folder / "home") | peer.environment
    environment |= {"ARXIVIZ_RENDERER": "modal", "ARXIVIZ_RENDER_CONCURRENCY": "20", **settings}
    done = run_arxiviz("doctor", "--json", environment=environment, folder=folder)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert (done.returncode == 0) == findings["renderer"]["works"], done.stdout
    return findings


def test_doctor_finds_the_app(peer: ModalPeer, tmp_path: Path):
    findings = examine(peer, tmp_path)
    assert findings["renderer"]["works"]
    assert findings["renderer"]["message"].startswith("modal-manim-0.")
    assert "20 renders of a paper at once" in findings["renderer"]["message"]
    assert findings["rehearsals"]["works"]
    assert findings["rehearsals"]["message"].startswith("local-manim-0.")


def test_doctor_names_the_command_that_deploys_the_app(peer: ModalPeer, tmp_path: Path):
    findings = examine(peer, tmp_path, ARXIVIZ_MODAL_APP="elsewhere")
    assert not findings["renderer"]["works"]
    assert f"modal deploy -m {APP_MODULE}" in findings["renderer"]["message"]


def test_doctor_names_the_command_that_makes_a_token(peer: ModalPeer, tmp_path: Path):
    findings = examine(peer, tmp_path, MODAL_TOKEN_SECRET="as-wrong")
    assert not findings["renderer"]["works"]
    assert "modal token new" in findings["renderer"]["message"]
    assert "as-wrong" not in json.dumps(findings)
