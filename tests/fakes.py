"""Stand-ins for the outside world, behind the same ports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Event, Lock

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import (
    Attempt,
    Beat,
    Finding,
    Paper,
    RenderedScene,
    RenderProgress,
    RenderSettings,
    SceneScript,
    Section,
    SubmittedScene,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.ports import ProgressListener
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.domain.submissions import submitted_script


def make_script(scene_id: str, code: str = "class A(Scene): ...") -> SceneScript:
    """Return a small script with a storyboard of two seconds."""
    beats = (Beat("Hello.", 2.0, "title"),)
    return SceneScript(scene_id, f"section-{scene_id}", scene_id, beats, code, "A", "template", ())


def make_repaired(script: SceneScript, failure: VideoError, code: str) -> SceneScript:
    """Return what a repair would: other code, and one attempt more to tell of."""
    finding = Finding(failure.kind, failure.message, line=failure.line)
    attempt = Attempt(finding, "3: broken", "mends", ("It says something else.",), passed=True)
    return replace(script, manim_code=code, attempts=(*script.attempts, attempt))


def make_rendered(mp4: bytes = b"mp4") -> RenderedScene:
    """Return what a renderer would, with bytes that are no video."""
    notices = ("Another font was taken.",)
    return RenderedScene(mp4, b"jpg", "WEBVTT\n", "A", 2.0, 854, 480, 15.0, 0.1, notices)


class FakeScriptMaker:
    """Writes a script of each section worth a video, or takes what was submitted for it.

    It checks none, and repairs as it is told.
    """

    def __init__(
        self,
        write: Callable[[Paper, Section], SceneScript],
        repair: Callable[[SceneScript, VideoError], SceneScript | None] = lambda *_: None,
    ) -> None:
        self._write = write
        self._repair = repair

    def make_scripts(
        self,
        paper: Paper,
        sections: Sequence[Section],
        submitted: Sequence[SubmittedScene] = (),
        listener: ProgressListener | None = None,
        cancelled: Event | None = None,
    ) -> list[SceneScript]:
        given = {scene.section_id for scene in submitted}
        worthy = [
            section for section in sections_worth_a_video(sections) if section.id not in given
        ]
        if listener:
            listener.scripts_planned(len(worthy) + len(submitted))
        scripts = [self._write(paper, section) for section in worthy]
        scripts += [submitted_script(scene, scene.scene_name or "A") for scene in submitted]
        for script in scripts if listener else []:
            listener.script_finished(script)
        return scripts

    def repair(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: VideoError,
        cancelled: Event | None = None,
        renders_failed: int = 1,
    ) -> SceneScript | None:
        return self._repair(script, failure)


class FakeRenderer:
    """Renders nothing, at once; fails as it is told, by scene id or by code."""

    version = "fake-1"
    max_concurrency = 4

    def __init__(self, failures: Mapping[str, Exception] | None = None) -> None:
        self.failures = dict(failures or {})
        self.rendered: list[str] = []
        self._lock = Lock()

    def render(
        self,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> RenderedScene:
        with self._lock:
            self.rendered.append(script.id)
        if on_progress is not None:
            on_progress(RenderProgress(1, 2, 0.5))
        for name in (script.id, script.manim_code):
            if name in self.failures:
                raise self.failures[name]
        return make_rendered()

    def check(self) -> None:
        if "check" in self.failures:
            raise self.failures["check"]


class WaitingRenderer(FakeRenderer):
    """Renders until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.started = Event()

    def render(
        self,
        script: SceneScript,
        settings: RenderSettings,
        cancelled: Event | None = None,
        on_progress: Callable[[RenderProgress], None] | None = None,
    ) -> RenderedScene:
        assert cancelled is not None
        self.started.set()
        if not cancelled.wait(timeout=30):
            raise AssertionError("nobody cancelled this render")
        raise RenderError("cancelled", "as asked")


class MemoryLibrary:
    """Keeps videos in memory."""

    def __init__(self) -> None:
        self.videos: dict[str, Video] = {}
        self.repairs: dict[str, SceneScript] = {}

    def find(self, video_id: str) -> Video | None:
        return self.videos.get(video_id)

    def add(self, video: Video, script: SceneScript, rendered: RenderedScene) -> Video:
        complete = replace(
            video,
            status="complete",
            key=f"videos/{video.id}.mp4",
            render_cost_usd=rendered.cost_usd,
        )
        self.videos[video.id] = complete
        return complete

    def find_repair(self, video_id: str) -> SceneScript | None:
        return self.repairs.get(video_id)

    def keep_repair(self, video_id: str, script: SceneScript) -> None:
        self.repairs[video_id] = script


class RecordingListener:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def scripts_planned(self, scene_count: int) -> None:
        self.heard.append(("writing", str(scene_count)))

    def script_finished(self, script: SceneScript) -> None:
        self.heard.append(("written", script.id))

    def scenes_planned(self, scripts: Sequence[SceneScript]) -> None:
        self.heard.append(("planned", str(len(scripts))))

    def scene_started(self, script: SceneScript) -> None:
        self.heard.append(("started", script.id))

    def scene_progressed(self, script: SceneScript, progress: RenderProgress) -> None:
        self.heard.append((f"{progress.animations_done} of {progress.animations_total}", script.id))

    def scene_finished(self, script: SceneScript, video: Video) -> None:
        self.heard.append((video.status, script.id))
