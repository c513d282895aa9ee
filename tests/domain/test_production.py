"""Making a paper's videos: order, reuse, failures, interrupts."""

from dataclasses import replace
from threading import Event
from time import monotonic
from typing import Any

import pytest

from arxiviz_pipeline.domain.advice import REMEDIES
from arxiviz_pipeline.domain.errors import RenderError, StorageUnavailableError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.models import (
    RenderedScene,
    RenderSettings,
    SceneScript,
    Video,
    VideoError,
)
from arxiviz_pipeline.domain.production import Studio
from arxiviz_pipeline.domain.video_ids import video_id
from tests.fakes import (
    FakeRenderer,
    MemoryLibrary,
    RecordingListener,
    WaitingRenderer,
    make_repaired,
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
        heard = [what for what, scene in listener.heard if scene == name]
        assert heard == ["started", "1 of 2", "complete"]


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
        def add(self, video: Video, script: SceneScript, rendered: RenderedScene) -> Video:
            if video.scene_id == "c":
                raise StorageUnavailableError("no space left")
            return super().add(video, script, rendered)

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


class Mender:
    """Repairs a script by numbering it: to `code 1`, `code 2`, …, at most so often."""

    def __init__(self, most: int = 99) -> None:
        self.asked: list[tuple[str, str]] = []
        self._most = most

    def __call__(
        self, script: SceneScript, failure: VideoError, renders_failed: int, cancelled: Event
    ) -> SceneScript | None:
        assert renders_failed == len(self.asked) + 1
        self.asked.append((script.manim_code, failure.message))
        if len(self.asked) > self._most:
            return None
        return make_repaired(script, failure, f"code {len(self.asked)}")


BROKEN = make_script("b", code="broken")


def broken(*codes: str) -> FakeRenderer:
    return FakeRenderer({code: RenderError("exception", f"{code} fails", 3) for code in codes})


def test_a_script_that_fails_is_repaired_until_it_gives_a_video():
    library, mender = MemoryLibrary(), Mender()
    studio = _studio(broken("broken", "code 1"), library)
    scripts = [make_script("a"), BROKEN]
    whole, repaired = studio.make_videos(PAPER, scripts, RecordingListener(), repair=mender)
    assert mender.asked == [("broken", "broken fails"), ("code 1", "code 1 fails")]
    assert whole.repaired_script is None
    assert repaired.status == "complete"
    assert repaired.repaired_script is not None
    assert repaired.repaired_script.manim_code == "code 2"
    assert [each.failure.line for each in repaired.repaired_script.attempts] == [3, 3]
    assert repaired.id == video_id(PAPER, repaired.repaired_script, "low", "fake-1")
    assert repaired == library.find(repaired.id)


def test_a_second_run_goes_straight_to_the_repaired_script():
    library = MemoryLibrary()
    first = _studio(broken("broken"), library).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=Mender()
    )
    again, mender = broken("broken"), Mender()
    second = _studio(again, library).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=mender
    )
    assert second == first
    assert again.rendered == mender.asked == []
    library.videos.clear()
    third = _studio(again, library).make_videos(PAPER, [BROKEN], RecordingListener(), repair=mender)
    assert third == first
    assert (again.rendered, mender.asked) == (["b"], [])


def test_a_repair_that_comes_to_a_finished_video_is_not_rendered_again():
    library = MemoryLibrary()
    (first,) = _studio(broken("broken"), library).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=Mender()
    )
    library.repairs.clear()  # as by a new revision of the repairs
    again = broken("broken")
    (second,) = _studio(again, library).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=Mender()
    )
    assert second == first
    assert again.rendered == ["b"]
    assert list(library.repairs.values()) == [first.repaired_script]


def test_forced_anew_a_script_is_rendered_itself_and_needs_no_repair_any_more():
    library = MemoryLibrary()
    _studio(broken("broken"), library).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=Mender()
    )
    studio = _studio(FakeRenderer(), library)
    (forced,) = studio.make_videos(PAPER, [BROKEN], RecordingListener(), anew=None, repair=Mender())
    assert (forced.id, forced.repaired_script) == (video_id(PAPER, BROKEN, "low", "fake-1"), None)
    assert studio.make_videos(PAPER, [BROKEN], RecordingListener()) == [forced]


@pytest.mark.parametrize(("most", "rendered", "asked"), [(99, 5, 4), (1, 2, 2), (0, 1, 1)])
def test_repairs_in_vain_end_and_leave_the_first_failure(most: int, rendered: int, asked: int):
    renderer = FakeRenderer({"b": RenderError("latex", "refused", 7)})
    mender = Mender(most)
    (video,) = _studio(renderer).make_videos(PAPER, [BROKEN], RecordingListener(), repair=mender)
    assert (len(renderer.rendered), len(mender.asked)) == (rendered, asked)
    assert video.status == "failed"
    assert video.error is not None
    assert (video.error.kind, video.error.message, video.error.line) == ("latex", "refused", 7)
    assert video.error.remedy == REMEDIES["latex"]
    assert video.id == video_id(PAPER, BROKEN, "low", "fake-1")


class PaidRenderer(FakeRenderer):
    """Asks a quarter of a dollar for each render."""

    def render(self, *arguments: Any, **options: Any) -> RenderedScene:
        try:
            return replace(super().render(*arguments, **options), cost_usd=0.25)
        except RenderError as error:
            raise RenderError(error.kind, error.message, error.line, cost_usd=0.25) from error


@pytest.mark.parametrize(
    ("most", "status", "cost_usd"), [(99, "complete", 0.5), (0, "failed", 0.25)]
)
def test_renders_that_failed_are_told_with_what_they_cost(most: int, status: str, cost_usd: float):
    paid = PaidRenderer({"broken": RenderError("exception", "broken fails", 3)})
    (video,) = _studio(paid, MemoryLibrary()).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=Mender(most)
    )
    assert (video.status, video.render_cost_usd) == (status, cost_usd)


def test_renders_that_nobody_pays_for_cost_nothing():
    for most in (99, 0):
        (video,) = _studio(broken("broken"), MemoryLibrary()).make_videos(
            PAPER, [BROKEN], RecordingListener(), repair=Mender(most)
        )
        assert video.render_cost_usd is None


def test_a_repair_that_changes_nothing_is_not_rendered_again():
    renderer = broken("broken")
    (video,) = _studio(renderer).make_videos(
        PAPER, [BROKEN], RecordingListener(), repair=lambda script, *_: script
    )
    assert renderer.rendered == ["b"]
    assert video.status == "failed"


def test_a_repair_that_cannot_work_at_all_ends_the_run():
    def unavailable(*_: object) -> SceneScript | None:
        raise RenderError("unavailable", "no latex")

    with pytest.raises(RenderError, match="no latex"):
        _studio(broken("broken")).make_videos(
            PAPER, [BROKEN], RecordingListener(), repair=unavailable
        )


def test_no_scripts_make_no_videos():
    assert _studio(FakeRenderer()).make_videos(PAPER, [], RecordingListener()) == []
