"""What decides a video's id."""

import re
from dataclasses import replace

import pytest

from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Beat, Check
from arxiviz_pipeline.domain.video_ids import video_id
from tests.fakes import make_script

PAPER = ArxivId.parse("math/0309136v1")
SCRIPT = make_script("s3-ss1")


def test_the_same_scene_has_the_same_id_safe_in_urls_and_file_names():
    name = video_id(PAPER, SCRIPT, "low", "local-1")
    assert name == video_id(PAPER, SCRIPT, "low", "local-1")
    assert re.fullmatch(r"math_0309136v1-s3-ss1-[0-9a-f]{16}", name)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SCRIPT, manim_code="class A(Scene): pass"),
        replace(SCRIPT, scene_name="B"),
        replace(SCRIPT, storyboard=(Beat("Other words.", 2.0, "title"),)),
    ],
)
def test_what_changes_the_video_changes_the_id(changed):
    assert video_id(PAPER, changed, "low", "r") != video_id(PAPER, SCRIPT, "low", "r")


def test_quality_and_renderer_change_the_id_but_checks_do_not():
    base = video_id(PAPER, SCRIPT, "low", "r")
    assert video_id(PAPER, SCRIPT, "high", "r") != base
    assert video_id(PAPER, SCRIPT, "low", "r2") != base
    checked = replace(SCRIPT, checks=(Check("policy", True, "yes"),))
    assert video_id(PAPER, checked, "low", "r") == base


def test_a_script_without_a_paper_has_an_id_of_its_own():
    assert video_id(None, SCRIPT, "low", "r").startswith("script-s3-ss1-")
