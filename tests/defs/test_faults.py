"""Scripts that misbehave, rendered for real beside one that does not."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from arxiviz_pipeline.definitions import build_definitions
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import Beat, Paper, SceneScript, Section, Video
from arxiviz_pipeline.settings import Settings
from arxiviz_pipeline.storage import records
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.fakes import FakeScriptMaker

SAMPLES = Path(__file__).parents[2] / "samples"
SAMPLE = ArxivId.parse(next(path.name for path in SAMPLES.iterdir() if path.is_dir()))
BODIES = {
    "good": "self.play(Write(MathTex('x^2')), run_time=1)",
    "endless": "while True: pass",
    "raising": "raise ValueError('no such luck')",
    "broken": "self.play(",
    "latex": r"self.add(MathTex(r'\frac{1}{'))" + "\n        self.add(MathTex(r'\\nosuch'))",
    "silent": "import os; os._exit(0)",
}


class WriterOf:
    """Writes the first sections' scripts with these bodies, one each."""

    def __init__(self, bodies: dict[str, str]) -> None:
        self._bodies = iter(bodies.items())

    def write(self, paper: Paper, section: Section) -> SceneScript:
        name, body = next(self._bodies, ("good", BODIES["good"]))
        code = "from manim import *\n\n\nclass A(Scene):\n    def construct(self):\n        " + body
        beats = (Beat("Said.", 1.0, "shown"),)
        return SceneScript(section.id, section.id, name, beats, code, "A", "template", ())


@pytest.fixture(scope="module")
def result(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dg.ExecuteInProcessResult, dict[str, Video]]]:
    home = tmp_path_factory.mktemp("faults")
    settings = Settings.model_validate(
        {
            "ARXIVIZ_HOME": home,
            "ARXIVIZ_PAPERS_DIR": SAMPLES,
            "ARXIVIZ_QUALITY": "low",
            "ARXIVIZ_RENDER_TIMEOUT_SECONDS": 15,
        }
    )
    (home / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(home / "dagster")) as instance:
        instance.add_dynamic_partitions(catalog.ARXIV_PAPERS, [str(SAMPLE)])
        definitions = build_definitions(
            settings, script_maker=FakeScriptMaker(WriterOf(BODIES).write)
        )
        done = definitions.resolve_job_def(catalog.PAPER_VIDEOS_JOB).execute_in_process(
            instance=instance, partition_key=str(SAMPLE), raise_on_error=False
        )
        videos = records.read_videos(FolderStore(home / "objects"), SAMPLE)
        yield done, {video.concept: video for video in videos}


@pytest.mark.parametrize(
    ("name", "kind", "line", "message"),
    [
        ("endless", "timeout", None, "15 s"),
        ("raising", "exception", 6, "no such luck"),
        ("broken", "syntax", 6, "never closed"),
        ("latex", "latex", None, "nosuch"),
        ("silent", "exit", None, "exit code 0"),
    ],
)
def test_each_script_fails_in_its_own_way(
    result: tuple[dg.ExecuteInProcessResult, dict[str, Video]],
    name: str,
    kind: str,
    line: int | None,
    message: str,
):
    video = result[1][name]
    assert video.status == "failed"
    assert video.error is not None
    assert video.error.kind == kind, video.error
    assert message in video.error.message
    assert line is None or video.error.line == line


def test_everything_else_in_the_run_is_intact(
    result: tuple[dg.ExecuteInProcessResult, dict[str, Video]],
):
    done, videos = result
    assert done.success
    good = videos["good"]
    assert (good.status, good.width) == ("complete", 854)
    assert good.duration_seconds == pytest.approx(1.0, abs=0.1)
    checks = {each.check_name: each for each in done.get_asset_check_evaluations()}
    assert not checks["all_scenes_rendered"].passed
    assert checks["videos_play"].passed, checks["videos_play"].description
