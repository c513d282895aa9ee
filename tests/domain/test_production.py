"""Making a paper's videos: order, reuse, failures, interrupts."""

from threading import Event
from time import monotonic

import pytest

from arxiviz_pipeline.domain.errors import RenderError, StorageUnavailableError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import RenderedScene, RenderSettings, SceneScript, Video
from arxiviz_pipeline.domain.production import Studio
from tests.fakes import (
    FakeRenderer,
    MemoryLibrary,
    RecordingListener,
    WaitingRenderer,
    make_script,
)

PAPER = ArxivId.parse("2401.00001")


def _studio(renderer: FakeRenderer, library: MemoryLibrary | None = None) -> Studio:
    return Studio(renderer, library or MemoryLibrary(), RenderSettings("low"), concurrency=3)


def test_videos_come_in_the_scripts_order_and_each_scene_is_heard_of():
    scripts = [make_script(name) for name in "abcdefgh"]
    listener = RecordingListener()
    videos = _studio(FakeRenderer()).make_videos(PAPER, scripts, listener)
    assert [video.scene_id for video in videos] == list("abcdefgh")
    assert {video.status for video in videos} == {"complete"}
    assert listener.heard[0] == ("planned", "8")
    for name in "abcdefgh":
        assert listener.heard.index(("started", name)) < listener.heard.index(("complete", name))


def test_a_scene_that_fails_costs_its_own_video_alone():
    renderer = FakeRenderer({"b": RenderError("latex", "refused", line=7)})
    videos = _studio(renderer).make_videos(
        PAPER, [make_script(name) for name in "abc"], RecordingListener()
    )
    assert [video.status for video in videos] == ["complete", "failed", "complete"]
    assert videos[1].error is not None
    assert (videos[1].error.kind, videos[1].error.line) == ("latex", 7)
    assert videos[1].key is None


def test_a_second_run_renders_only_what_failed_or_changed():
    library = MemoryLibrary()
    renderer = FakeRenderer({"b": RenderError("exception", "broken")})
    scripts = [make_script(name) for name in "abc"]
    _studio(renderer, library).make_videos(PAPER, scripts, RecordingListener())
    again = FakeRenderer()
    changed = [scripts[0], scripts[1], make_script("c", code="class A(Scene): pass")]
    videos = _studio(again, library).make_videos(PAPER, changed, RecordingListener())
    assert sorted(again.rendered) == ["b", "c"]
    assert {video.status for video in videos} == {"complete"}


def test_named_scenes_or_all_are_rendered_anew():
    library = MemoryLibrary()
    scripts = [make_script(name) for name in "abc"]
    renderer = FakeRenderer()
    studio = _studio(renderer, library)
    studio.make_videos(PAPER, scripts, RecordingListener())
    studio.make_videos(PAPER, scripts, RecordingListener(), anew=frozenset("b"))
    assert sorted(renderer.rendered) == list("abbc")
    studio.make_videos(PAPER, scripts, RecordingListener(), anew=None)
    assert sorted(renderer.rendered) == list("aabbbcc")


def test_another_quality_is_another_video():
    studio = _studio(FakeRenderer())
    low = studio.make_videos(PAPER, [make_script("a")], RecordingListener())
    high = studio.make_videos(PAPER, [make_script("a")], RecordingListener(), quality="high")
    assert low[0].id != high[0].id
    assert high[0].quality == "high"


def test_a_renderer_that_cannot_work_ends_the_run():
    renderer = FakeRenderer({"a": RenderError("unavailable", "no latex")})
    with pytest.raises(RenderError, match="no latex"):
        _studio(renderer).make_videos(PAPER, [make_script("a")], RecordingListener())


def test_a_full_store_ends_the_run_and_keeps_what_was_stored():
    class Full(MemoryLibrary):
        def add(self, video: Video, rendered: RenderedScene) -> Video:
            if video.scene_id == "c":
                raise StorageUnavailableError("no space left")
            return super().add(video, rendered)

    library = Full()
    scripts = [make_script(name) for name in "abc"]
    studio = Studio(FakeRenderer(), library, RenderSettings("low"), concurrency=1)
    with pytest.raises(StorageUnavailableError, match="no space"):
        studio.make_videos(PAPER, scripts, RecordingListener())
    assert {video.scene_id for video in library.videos.values()} == {"a", "b"}


def test_an_interrupt_ends_running_renders_and_starts_no_more():
    renderer = WaitingRenderer()

    class Interrupting(RecordingListener):
        def scene_started(self, script: SceneScript) -> None:
            renderer.started.wait(timeout=30)
            raise KeyboardInterrupt

    started = monotonic()
    studio = Studio(renderer, MemoryLibrary(), RenderSettings("low"), concurrency=2)
    with pytest.raises(KeyboardInterrupt):
        studio.make_videos(PAPER, [make_script(name) for name in "abcdef"], Interrupting())
    assert monotonic() - started < 10


def test_whoever_holds_the_event_can_end_it_from_another_thread():
    renderer = WaitingRenderer()
    cancelled = Event()

    class Cancelling(RecordingListener):
        def scene_started(self, script: SceneScript) -> None:
            renderer.started.wait(timeout=30)
            cancelled.set()

    studio = Studio(renderer, MemoryLibrary(), RenderSettings("low"), 2, cancelled)
    with pytest.raises(RenderError, match="interrupted") as failure:
        studio.make_videos(PAPER, [make_script(name) for name in "abcdef"], Cancelling())
    assert failure.value.kind == "cancelled"


def test_no_scripts_make_no_videos():
    assert _studio(FakeRenderer()).make_videos(PAPER, [], RecordingListener()) == []
